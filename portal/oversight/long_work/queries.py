"""Reads of long work."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from portal.oversight.long_work.models import OPEN, LongWork, WorkKind
from portal.people.actor import Actor, Audience

OF_A_TAKEOVER = (WorkKind.TAKEOVER_TRIAL, WorkKind.TAKEOVER, WorkKind.TAKEOVER_UNDO)
ASKERS: Mapping[WorkKind, frozenset[Audience]] = {
    WorkKind.JOB: frozenset({Audience.ADMIN}),
    WorkKind.SEARCH: frozenset({Audience.ADMIN}),
    WorkKind.SCENARIO: frozenset({Audience.REGION}),
    WorkKind.FORECAST: frozenset({Audience.REGION, Audience.CONTROLLER}),
    WorkKind.PRICES: frozenset({Audience.REGION}),
    WorkKind.ROUND: frozenset({Audience.REGION}),
    WorkKind.REBALANCE: frozenset({Audience.REGION}),
    WorkKind.ROOM: frozenset({Audience.REGION}),
    WorkKind.REPORT_FILE: frozenset({Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR, Audience.FUNDER}),
    WorkKind.TRAININGS: frozenset({Audience.REGION, Audience.ADMIN}),
    **{kind: frozenset({Audience.REGION}) for kind in OF_A_TAKEOVER},
}
"""Who may ask for what; of what does not stand here the screen before it decides."""
SHARED = frozenset(
    {
        WorkKind.SCENARIO,
        WorkKind.FORECAST,
        WorkKind.PRICES,
        WorkKind.ROUND,
        WorkKind.REBALANCE,
        WorkKind.ROOM,
        WorkKind.TRAININGS,
        *OF_A_TAKEOVER,
    }
)
"""Work for the region as a whole: a colleague who may ask for it sees it and stops it too, and is sent to the same."""


def works(session: Session, *, limit: int = 50) -> list[LongWork]:
    """What is not over first, then what was asked for last."""
    order = (case((LongWork.state.in_(OPEN), 0), else_=1), LongWork.id.desc())
    return list(session.scalars(select(LongWork).order_by(*order).limit(limit)))


def is_theirs(work: LongWork, actor: Actor) -> bool:
    """Whether somebody may see and stop it: who asked for it, the administrator, and of shared work who may ask for it."""
    if work.asked_by == actor.reference or actor.audience is Audience.ADMIN:
        return True
    return work.kind in SHARED and actor.audience in ASKERS[work.kind]


def work_by_public_id(session: Session, *, public_id: str, actor: Actor) -> LongWork | None:
    """One piece of work, for whom it is of (`is_theirs`); None for others."""
    work = session.scalar(select(LongWork).where(LongWork.public_id == public_id))
    return work if work is not None and is_theirs(work, actor) else None


def open_work(session: Session, *, kind: WorkKind, about: str) -> LongWork | None:
    """The work of this kind about this that is not over."""
    same = (LongWork.kind == kind, LongWork.about == about, LongWork.state.in_(OPEN))
    return session.scalar(select(LongWork).where(*same).limit(1))


def last_work(session: Session, *, kinds: Collection[WorkKind], about: str) -> LongWork | None:
    """The work of these kinds about this that was asked for last, over or not."""
    same = (LongWork.kind.in_(list(kinds)), LongWork.about == about)
    return session.scalar(select(LongWork).where(*same).order_by(LongWork.id.desc()).limit(1))
