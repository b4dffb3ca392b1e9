"""Acts on long work: ask for it, pause it, let it go on, and cancel it. Who asked for it may, and the administrator.

What is worked out for the region as a whole is of all who may ask for it (`queries.SHARED`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.oversight.long_work.models import OPEN, LongWork, WorkKind, WorkState
from portal.oversight.long_work.queries import ASKERS, is_theirs, open_work
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l


def begin_work(session: Session, *, kind: WorkKind, about: str, actor: Actor, now: datetime) -> LongWork:
    """Ask for work; the same that waits, runs or was paused is given back, whoever asked for it.

    Raises ``Refusal`` for who may not ask for this kind.
    """
    _may_ask(kind, actor)
    work = LongWork(kind=kind, about=about, state=WorkState.WAITING, asked_at=now, asked_by=actor.reference)
    while (known := open_work(session, kind=kind, about=about)) is None:
        if write_new(session, work, otherwise=None):
            break
        work = LongWork(kind=kind, about=about, state=WorkState.WAITING, asked_at=now, asked_by=actor.reference)
    if known is not None:
        return known
    _record(session, work, "asked", actor, now)
    return work


def pause_work(session: Session, *, work: LongWork, actor: Actor, now: datetime) -> None:
    """Let work wait: whoever does it stops at the next step. Raises ``Conflict`` when it is paused or over already."""
    _may(work, actor)
    write_guarded(
        session,
        work,
        LongWork.state.in_((WorkState.WAITING, WorkState.RUNNING)),
        otherwise=_otherwise(),
        state=WorkState.PAUSED,
        lease=None,
        leased_until=None,
    )
    _record(session, work, "paused", actor, now)


def go_on_with_work(session: Session, *, work: LongWork, actor: Actor, now: datetime) -> None:
    """Let work that was paused go on. Raises ``Conflict`` when it is not paused (any more)."""
    _may(work, actor)
    write_guarded(session, work, LongWork.state == WorkState.PAUSED, otherwise=_otherwise(), state=WorkState.WAITING)
    _record(session, work, "continued", actor, now)


def cancel_work(session: Session, *, work: LongWork, actor: Actor, now: datetime) -> None:
    """End work that is not over: whoever does it stops at the next step, and what was done stays. Raises ``Conflict``."""
    _may(work, actor)
    write_guarded(
        session,
        work,
        LongWork.state.in_(OPEN),
        otherwise=_otherwise(),
        state=WorkState.CANCELLED,
        ended_at=now,
        cancelled_by=actor.reference,
        lease=None,
        leased_until=None,
    )
    _record(session, work, "cancelled", actor, now)


def _may_ask(kind: WorkKind, actor: Actor) -> None:
    askers = ASKERS.get(kind)
    if askers is None or actor.audience is Audience.SYSTEM or actor.audience in askers:
        return
    if askers == {Audience.ADMIN}:
        raise Refusal("not_yours", _l("Dit kan alleen de beheerder doen."))
    if askers == {Audience.REGION}:
        raise Refusal("not_yours", _l("Dit kan alleen de regio doen."))
    raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))


def _may(work: LongWork, actor: Actor) -> None:
    if not is_theirs(work, actor) and actor.audience is not Audience.SYSTEM:
        raise Refusal("not_yours", _l("Dit kan alleen de beheerder doen."))


def _otherwise() -> Conflict:
    return Conflict("work_moved_on", _l("Dit werk staat er intussen anders voor. Bekijk het opnieuw."))


def _record(session: Session, work: LongWork, verb: str, actor: Actor, now: datetime) -> None:
    record(
        session, actor=actor, action=f"work.{verb}", object_kind="work", object_id=work.id, now=now, fields=["state"]
    )
