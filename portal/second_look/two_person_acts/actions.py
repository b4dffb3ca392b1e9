"""Acts on acts of two people: lay one down, do it as the second person, send it back with a reason, take it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.second_person import require_other_person
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.two_person_acts.kinds import KINDS, kinds_for
from portal.second_look.two_person_acts.models import TwoPersonAct, TwoPersonKind, TwoPersonState
from portal.second_look.two_person_acts.queries import may_see

ABOUT_WHO = frozenset({"no_mandate", "in_training", "decided_yourself", "handed_in_yourself", "approved_yourself"})
"""Refusals of who does an act, not of what is done: the first person may be one whom they hold for."""
TRIAL = "trial"
"""The first person while an act is tried: nobody has this reference."""


@dataclass(frozen=True)
class ActToLayDown:
    """An act for a second person: what, about what, and why. `subject` as in ``TwoPersonAct``; amounts in cents."""

    kind: TwoPersonKind
    subject: str
    reason: str
    amount_cents: int | None = None
    question_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


def lay_down(session: Session, *, act: ActToLayDown, actor: Actor, now: datetime) -> TwoPersonAct:
    """Lay an act before a second person. It is tried first, and undone: what the act would refuse is refused now, at the field.

    Who lays down needs no mandate; who does it does. Raises as the act itself, ``Refusal`` for who may not do this kind, and
    ``Conflict`` when an act waits on the same subject.
    """
    _may(act.kind, actor)
    waits = Conflict("act_waits", _l("Hierover wacht al iets op een collega. Kijk bij Tweede persoon."))
    if session.scalar(_waiting_on(act.subject)) is not None:
        raise waits
    row = TwoPersonAct(
        kind=act.kind,
        subject=act.subject,
        question_id=act.question_id,
        amount_cents=act.amount_cents,
        details=act.details,
        reason=act.reason.strip(),
        laid_down_at=now,
        laid_down_by=actor.reference,
        laid_down_by_name=actor.signature,
    )
    _try(session, row, actor, now)
    if not row.reason:
        raise Refusal("reason_missing", _l("Schrijf op waarom."), field="reason")
    write_new(session, row, otherwise=waits)
    _log(session, row, "laid_down", actor, now)
    return row


def _try(session: Session, row: TwoPersonAct, actor: Actor, now: datetime) -> None:
    """Do it in a savepoint that is always undone. What is said about who does it is for the second person."""
    trial = session.begin_nested()
    try:
        _do(session, row, actor, now, TRIAL)
    except Refusal as refused:
        if refused.code not in ABOUT_WHO:
            raise
    finally:
        if trial.is_active:
            trial.rollback()
        session.expire_all()  # what was read in the trial was undone with it


def do_laid_down(session: Session, *, laid: TwoPersonAct, actor: Actor, now: datetime) -> TwoPersonAct:
    """Do what somebody else laid down, checked anew in full. Raises as the act itself, and ``Conflict`` when it does not wait."""
    _may_see(laid, actor)
    require_other_person(actor, prepared_by=laid.laid_down_by)
    with session.begin_nested():  # what is refused still waits
        _close(session, laid, TwoPersonState.DONE, actor, now)
        _do(session, laid, actor, now, laid.laid_down_by)
    _log(session, laid, "done", actor, now)
    return laid


def send_act_back(session: Session, *, laid: TwoPersonAct, reason: str, actor: Actor, now: datetime) -> None:
    """The second person does not agree: back to who laid it down, with a reason. Nothing was done."""
    _may_see(laid, actor)
    require_other_person(actor, prepared_by=laid.laid_down_by)
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom u het teruggeeft."), field="reason")
    _close(session, laid, TwoPersonState.SENT_BACK, actor, now, sent_back_reason=reason.strip())
    _log(session, laid, "sent_back", actor, now)


def take_act_back(session: Session, *, laid: TwoPersonAct, actor: Actor, now: datetime) -> None:
    """Take back what waits. Who laid it down may, and any colleague who may lay it down when that person is away."""
    _may_see(laid, actor)
    _close(session, laid, TwoPersonState.WITHDRAWN, actor, now)
    _log(session, laid, "withdrawn", actor, now)


def _do(session: Session, laid: TwoPersonAct, actor: Actor, now: datetime, first: str) -> None:
    """Do it as the act itself does, with all its checks anew."""
    KINDS[laid.kind].do(session, laid, {"actor": actor, "now": now, "prepared_by": first})


def _may(kind: TwoPersonKind, actor: Actor) -> None:
    if kind not in kinds_for(actor):
        raise _not_yours()


def _may_see(laid: TwoPersonAct, actor: Actor) -> None:
    """An owner deals with acts about the own schemes only."""
    if not may_see(laid, actor):
        raise _not_yours()


def _not_yours() -> Refusal:
    return Refusal("not_yours", _l("Dit kunt u hier niet doen."))


def _waiting_on(subject: str) -> Any:
    return select(TwoPersonAct.id).where(TwoPersonAct.subject == subject, TwoPersonAct.state == TwoPersonState.WAITING)


def _close(
    session: Session, laid: TwoPersonAct, to: TwoPersonState, actor: Actor, now: datetime, **values: object
) -> None:
    """Close an act of two people, guarded in the write: of two people at once only one gets through."""
    by = {"closed_at": now, "closed_by": actor.reference, "closed_by_name": actor.signature}
    gone = Conflict("not_waiting", _l("Dit is al afgehandeld door een collega."))
    write_guarded(session, laid, TwoPersonAct.state == TwoPersonState.WAITING, otherwise=gone, state=to, **by, **values)


def _log(session: Session, laid: TwoPersonAct, what: str, actor: Actor, now: datetime) -> None:
    kind, _, number = laid.subject.partition(":")
    record(session, actor=actor, action=f"{laid.kind.value}.{what}", object_kind=kind, object_id=number, now=now)
