"""Acts on what people ask of their own data. The answer comes within a month; with a reason two months later (AVG 12 lid 3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.actions import not_yours, tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import STAFF_OF_CASES, is_asker
from portal.cases.rights.models import PrivacyRequest, RequestState, Right
from portal.cases.rights.restricted import TOLD_FIRST, in_force, restriction_of
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.second_person import real_reason
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.post.messages.models import MessageState, OutboxMessage
from portal.post.messages.queries import newest_version

TERM_MONTHS, LONGER_MONTHS = 1, 2
LONGEST = 4000
TEMPLATE = "question/privacy_answered"
WAITED_FOR = timedelta(days=14)
"""So long is waited for the message that a restriction will be lifted to leave."""


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
    if kind is Right.RESTRICTION and restriction_of(session, question=question) is not None:
        raise Conflict("restricted_already", _l("De gegevens zijn al beperkt. Er wordt nu niets mee gedaan."))
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

    A restriction that is granted holds the case from here on (`portal.oversight.privacy.restricting`), until it is lifted.

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


def tell_of_lifting(session: Session, *, request: PrivacyRequest, reason: str, actor: Actor, now: datetime) -> None:
    """Tell the person that the restriction will be lifted, and why: that comes before lifting it (AVG 18 lid 3).

    Raises ``Refusal`` at reason, ``Conflict`` when the person was told or nothing is restricted (any more).
    """
    may_answer(request, actor)
    why = real_reason(reason, field="reason")
    told = {"lift_told_at": now, "lift_told_by": actor.reference, "lift_reason": why}
    not_told = (*in_force(), PrivacyRequest.lift_told_at.is_(None))
    otherwise = Conflict("lift_told_already", _l("Dit is al gemeld, of er is niets meer beperkt."))
    write_guarded(session, request, *not_told, otherwise=otherwise, **told)
    _tell(session, request, now, TOLD_FIRST)
    _log(session, request, "lift_told", actor, now)


def lift_restriction(session: Session, *, request: PrivacyRequest, actor: Actor, now: datetime) -> None:
    """Let a case go on: by its person at any moment, by the desk when the message about it left, or two weeks after it was made.

    Raises ``Refusal`` when the person was not told yet, ``Conflict`` when nothing is restricted (any more).
    """
    question = session.get_one(DevelopmentQuestion, request.question_id)
    own = is_asker(question, actor)
    if not own:
        may_answer(request, actor)
    hold(session, request, *in_force(), otherwise=_not_restricted())
    if not own and not _was_told(session, request, now):
        raise Refusal("not_told_yet", _l("De aanvrager hoort het eerst. Hef de beperking op als het bericht weg is."))
    lifted = {"lifted_at": now, "lifted_by": actor.reference}
    write_guarded(session, request, *in_force(), otherwise=_not_restricted(), **lifted)
    _log(session, request, "lifted", actor, now)


def _was_told(session: Session, request: PrivacyRequest, now: datetime) -> bool:
    if request.lift_told_at is None:
        return False
    mine = (OutboxMessage.object_kind == "question", OutboxMessage.object_id == request.question_id)
    left = select(OutboxMessage.id).where(
        *mine,
        OutboxMessage.template == TOLD_FIRST,
        OutboxMessage.state == MessageState.SENT,
        OutboxMessage.created_at >= request.lift_told_at,
    )
    return session.scalar(left.limit(1)) is not None or now >= request.lift_told_at + WAITED_FOR


def _not_restricted() -> Conflict:
    return Conflict("not_restricted", _l("Er is niets meer beperkt. De zaak gaat al verder."))


def may_answer(_request: PrivacyRequest, actor: Actor) -> None:
    """Refuse who does no cases. Raises ``Refusal``."""
    if actor.audience not in STAFF_OF_CASES:
        raise not_yours()


def _moved_on() -> Conflict:
    return Conflict("request_moved_on", _l("Dit is al beantwoord of ingetrokken."))


def _tell(session: Session, request: PrivacyRequest, now: datetime, template: str = TEMPLATE) -> None:
    question = session.get_one(DevelopmentQuestion, request.question_id)
    told = newest_version(session, object_kind="question", object_id=question.id, template=template)
    tell_asker(session, question=question, template=template, version=told + 1, now=now, in_writing=True)


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
