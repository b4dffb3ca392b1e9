"""Acts on what people ask of their own data. The answer comes within a month; with a reason two months later (AVG 12 lid 3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.cases.questions.actions import not_yours, tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import STAFF_OF_CASES, is_asker
from portal.cases.rights.models import PrivacyRequest, RequestState, Right
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.second_person import real_reason
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.post.messages.queries import newest_version

TERM_MONTHS, LONGER_MONTHS = 1, 2
LONGEST = 4000
TEMPLATE = "question/privacy_answered"


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return first.replace(day=min(day.day, last))


def ask_right(
    session: Session,
    *,
    question: DevelopmentQuestion,
    kind: Right,
    text: str,
    asked_on: date,
    actor: Actor,
    now: datetime,
) -> PrivacyRequest:
    """Ask something of the own data; who works on cases writes down what came in by post, at the desk or by phone.

    Raises ``Refusal`` for who may not, at ``text`` when nothing is said that must be, at ``asked_on`` for a day that cannot be;
    ``Conflict`` when the same is asked already.
    """
    own = is_asker(question, actor)
    if not own and actor.audience not in STAFF_OF_CASES:
        raise not_yours()
    if question.is_draft:
        raise Refusal("draft", _l("Deze vraag is nog niet verstuurd. Een concept gooit u zelf weg."))
    today = local_date(now)
    if asked_on > today or (own and asked_on != today) or asked_on < today - timedelta(days=366):
        raise Refusal("asked_on", _l("Kies de dag waarop dit binnenkwam."), field="asked_on")
    said = text.strip()[:LONGEST]
    if kind in (Right.CORRECTION, Right.OBJECTION) and not said:
        raise Refusal("text_missing", _l("Schrijf op wat er anders moet."), field="text")
    hold(session, question)
    asked = PrivacyRequest(
        question_id=question.id,
        kind=kind,
        text=said,
        state=RequestState.OPEN,
        asked_on=asked_on,
        asked_at=now,
        asked_by=actor.reference,
        answer_by=months_after(asked_on, TERM_MONTHS),
    )
    write_new(
        session, asked, otherwise=Conflict("asked_already", _l("Dit is al gevraagd. Wij antwoorden daar nog op."))
    )
    _log(session, asked, "asked", actor, now)
    return asked


def extend_right(session: Session, *, request: PrivacyRequest, reason: str, actor: Actor, now: datetime) -> None:
    """Take two months more, once and with a reason, before the month is over (AVG 12 lid 3). The person is told.

    Raises ``Refusal`` at reason or when the month is over, ``Conflict`` when that was done or it was answered.
    """
    may_answer(request, actor)
    why = real_reason(reason, field="reason")
    if local_date(now) > request.answer_by:
        raise Refusal("term_over", _l("De maand is voorbij. Verlengen kan niet meer. Antwoord nu."))
    later = months_after(request.asked_on, TERM_MONTHS + LONGER_MONTHS)
    write_guarded(
        session,
        request,
        PrivacyRequest.state == RequestState.OPEN,
        PrivacyRequest.extended_at.is_(None),
        otherwise=Conflict("extended_already", _l("Dit is al verlengd of beantwoord.")),
        answer_by=later,
        extended_at=now,
        extended_by=actor.reference,
        extend_reason=why,
    )
    _tell(session, request, now)
    _log(session, request, "extended", actor, now)


def answer_right(
    session: Session, *, request: PrivacyRequest, granted: bool, answer: str, actor: Actor, now: datetime
) -> None:
    """Answer: it is done, or it is not and why. The person is told, and reads the answer on the own page.

    Raises ``Refusal`` at answer, ``Conflict`` when it was answered or taken back.
    """
    may_answer(request, actor)
    said = answer.strip()[:LONGEST] if granted else real_reason(answer, field="answer")
    if not said:
        raise Refusal("answer_missing", _l("Schrijf op wat u hebt gedaan."), field="answer")
    write_guarded(
        session,
        request,
        PrivacyRequest.state == RequestState.OPEN,
        otherwise=_moved_on(),
        state=RequestState.GRANTED if granted else RequestState.REFUSED,
        answer=said,
        answered_at=now,
        answered_by=actor.reference,
        answered_by_name=actor.signature,
    )
    _tell(session, request, now)
    _log(session, request, "granted" if granted else "refused", actor, now)


def withdraw_right(session: Session, *, request: PrivacyRequest, actor: Actor, now: datetime) -> None:
    """The person takes it back. Raises ``Conflict`` when it was answered already."""
    question = session.get_one(DevelopmentQuestion, request.question_id)
    if not is_asker(question, actor):
        raise not_yours()
    still = PrivacyRequest.state == RequestState.OPEN
    write_guarded(session, request, still, otherwise=_moved_on(), state=RequestState.WITHDRAWN, withdrawn_at=now)
    _log(session, request, "withdrawn", actor, now)


def may_answer(_request: PrivacyRequest, actor: Actor) -> None:
    """Refuse who does no cases. Raises ``Refusal``."""
    if actor.audience not in STAFF_OF_CASES:
        raise not_yours()


def _moved_on() -> Conflict:
    return Conflict("request_moved_on", _l("Dit is al beantwoord of ingetrokken."))


def _tell(session: Session, request: PrivacyRequest, now: datetime) -> None:
    question = session.get_one(DevelopmentQuestion, request.question_id)
    told = newest_version(session, object_kind="question", object_id=question.id, template=TEMPLATE)
    tell_asker(session, question=question, template=TEMPLATE, version=told + 1, now=now, in_writing=True)


def _log(session: Session, request: PrivacyRequest, what: str, actor: Actor, now: datetime) -> None:
    record(
        session,
        actor=actor,
        action=f"privacy_request.{what}",
        object_kind="question",
        object_id=request.question_id,
        now=now,
        fields=(request.kind.value,),
    )
