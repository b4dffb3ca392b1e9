"""Acts on several cases that go to one colleague: chosen on the worklist, or because somebody is away. Both can be put back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.handovers.models import HandedCase, HandOver, HandOverKind
from portal.cases.handovers.queries import absence_of, handed_questions
from portal.cases.one_by_one import EachOutcome, one_by_one
from portal.cases.owners.actions import give_back_case, give_case, stand_in_for_case
from portal.cases.owners.models import CaseOwner
from portal.cases.owners.queries import owner_of
from portal.cases.questions.actions import advisor_only
from portal.cases.questions.models import OPEN_STATES, DevelopmentQuestion
from portal.people.accounts.models import Account, Role
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.post.messages.actions import NewMessage, enqueue
from portal.post.messages.models import MessageKind, Recipient

UNDO_WITHIN = timedelta(days=1)
"""So long the choice of several cases can be put back; who is back from an absence takes them back whenever that is."""


@dataclass(frozen=True)
class _HadBefore:
    """Who had a case before it went, and of which team it was."""

    account_id: int | None
    team_id: int | None


def hand_over_several(
    session: Session,
    *,
    questions: Sequence[DevelopmentQuestion],
    to: Account,
    seen: Mapping[str, str] | None = None,
    actor: Actor,
    now: datetime,
) -> tuple[HandOver | None, list[EachOutcome]]:
    """Give these cases to an advisor, each by the rules of one case, and keep who had them; None when not one could be given.

    Raises ``Refusal`` for an account that cannot have cases, or for too many at once.
    """
    advisor_only(actor)
    require_advisor(to)
    before: dict[int, _HadBefore] = {}

    def give(question: DevelopmentQuestion) -> None:
        owner = owner_of(session, question=question)
        had = _HadBefore(owner.account_id if owner is not None else None, question.team_id)
        give_case(session, question=question, to=to, actor=actor, now=now)
        before[question.id] = had

    outcomes = one_by_one(session, questions=questions, act=give, seen=seen)
    if not before:
        return None, outcomes
    hand_over = HandOver(kind=HandOverKind.SEVERAL, to_account_id=to.id, **_by(actor, now))
    _keep(session, hand_over, before)
    _tell(session, hand_over, actor, now)
    record(session, actor=actor, action="cases.handed_over", object_kind="hand_over", object_id=hand_over.id, now=now)
    return hand_over, outcomes


def put_back_several(session: Session, *, hand_over: HandOver, actor: Actor, now: datetime) -> list[EachOutcome]:
    """Put the cases back with who had them, as far as they are where they went. By who gave them, within a day.

    Raises ``Refusal`` for somebody else or later, ``Conflict`` when it was done before.
    """
    advisor_only(actor)
    if hand_over.kind is not HandOverKind.SEVERAL or hand_over.by != actor.reference:
        raise Refusal("not_yours", _l("Alleen wie de vragen overdroeg, kan dat terugdraaien."))
    if now > hand_over.at + UNDO_WITHIN:
        raise Refusal("too_late_to_undo", _l("Terugdraaien kan tot een dag later. Draag de vragen opnieuw over."))
    _mark_back(session, hand_over, actor, now)
    went = {handed.question_id: handed for _question, handed in _rows(session, hand_over)}

    def back(question: DevelopmentQuestion) -> None:
        had, of = went[question.id], hand_over.to_account_id
        to, team_id = had.from_account_id, had.from_team_id
        give_back_case(session, question=question, of=of, to=to, team_id=team_id, actor=actor, now=now)

    outcomes = one_by_one(session, questions=[question for question, _handed in _rows(session, hand_over)], act=back)
    record(session, actor=actor, action="cases.put_back", object_kind="hand_over", object_id=hand_over.id, now=now)
    return outcomes


def start_absence(
    session: Session, *, who: Account, to: Account, until: date, actor: Actor, now: datetime
) -> tuple[HandOver, int]:
    """Somebody is away until and with a day: the open cases go to who stands in; how many went.

    For oneself or for a colleague who cannot do it. Raises ``Refusal`` at the field, ``Conflict`` when this person
    is away already.
    """
    advisor_only(actor)
    require_advisor(who, field="who")
    require_advisor(to)
    if to.id == who.id:
        raise Refusal("stands_in_for_oneself", _l("Kies een andere collega dan wie afwezig is."), field="to")
    if absence_of(session, account_id=to.id) is not None:
        raise Refusal("also_away", _l("Deze collega is zelf ook afwezig. Kies een ander."), field="to")
    if until < local_date(now):
        raise Refusal("day_has_passed", _l("Kies vandaag of een latere dag."), field="until")
    hand_over = HandOver(
        kind=HandOverKind.ABSENCE, from_account_id=who.id, to_account_id=to.id, until=until, **_by(actor, now)
    )
    away = Conflict("away_already", _l("Deze collega staat al als afwezig."))
    write_new(session, hand_over, otherwise=away)
    theirs = (
        select(DevelopmentQuestion)
        .join(CaseOwner, CaseOwner.question_id == DevelopmentQuestion.id)
        .where(CaseOwner.account_id == who.id, DevelopmentQuestion.state.in_(OPEN_STATES))
        .order_by(DevelopmentQuestion.id)
    )
    went: dict[int, _HadBefore] = {}
    for question in session.scalars(theirs).all():
        if stand_in_for_case(session, question=question, of=who, to=to, actor=actor, now=now):
            went[question.id] = _HadBefore(who.id, question.team_id)
    _keep(session, hand_over, went)
    if went:
        _tell(session, hand_over, actor, now)
    record(session, actor=actor, action="absence.started", object_kind="hand_over", object_id=hand_over.id, now=now)
    return hand_over, len(went)


def end_absence(session: Session, *, hand_over: HandOver, actor: Actor, now: datetime) -> int:
    """Somebody is back: the cases that are still with who stood in go back; how many. Raises ``Conflict`` when it was done."""
    advisor_only(actor)
    if hand_over.kind is not HandOverKind.ABSENCE:
        raise Refusal("not_an_absence", _l("Dit is geen afwezigheid."))
    _mark_back(session, hand_over, actor, now)
    stood_in = session.get_one(Account, hand_over.to_account_id)
    back = 0
    for question, handed in _rows(session, hand_over):
        who = session.get_one(Account, handed.from_account_id)
        back += stand_in_for_case(session, question=question, of=stood_in, to=who, actor=actor, now=now)
    record(session, actor=actor, action="absence.ended", object_kind="hand_over", object_id=hand_over.id, now=now)
    return back


def require_advisor(account: Account, *, field: str = "to") -> None:
    """Only an advisor who works here can have cases. Raises ``Refusal`` at the field."""
    if account.role is not Role.ADVISOR or account.disabled_at is not None:
        raise Refusal("not_an_advisor", _l("Kies een adviseur die hier werkt."), field=field)


def _by(actor: Actor, now: datetime) -> dict[str, object]:
    return {"at": now, "by": actor.reference, "by_name": actor.signature}


def _keep(session: Session, hand_over: HandOver, went: Mapping[int, _HadBefore]) -> None:
    session.add(hand_over)
    session.flush()
    for question_id, had in went.items():
        from_whom = {"from_account_id": had.account_id, "from_team_id": had.team_id}
        session.add(HandedCase(hand_over_id=hand_over.id, question_id=question_id, **from_whom))
    session.flush()


def _tell(session: Session, hand_over: HandOver, actor: Actor, now: datetime) -> None:
    """Say by mail to who got the cases that they came, unless it is who acts."""
    if hand_over.to_account_id == actor.account_id:
        return
    message = NewMessage(
        kind=MessageKind.EMAIL,
        template="account/cases_handed",
        recipient=Recipient.ACCOUNT,
        object_kind=f"hand_over:{hand_over.id}",
        object_id=hand_over.to_account_id,
    )
    enqueue(session, message=message, now=now)


def _rows(session: Session, hand_over: HandOver) -> list[tuple[DevelopmentQuestion, HandedCase]]:
    return handed_questions(session, hand_over=hand_over)


def _mark_back(session: Session, hand_over: HandOver, actor: Actor, now: datetime) -> None:
    done = Conflict("back_already", _l("Deze vragen zijn al teruggezet."))
    still = HandOver.back_at.is_(None)
    write_guarded(session, hand_over, still, otherwise=done, back_at=now, back_by=actor.reference)
