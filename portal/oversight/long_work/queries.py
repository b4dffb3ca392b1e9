"""Reads of long work."""

from __future__ import annotations

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from portal.oversight.long_work.models import OPEN, LongWork, WorkKind
from portal.people.actor import Actor, Audience


def works(session: Session, *, limit: int = 50) -> list[LongWork]:
    """What is not over first, then what was asked for last."""
    order = (case((LongWork.state.in_(OPEN), 0), else_=1), LongWork.id.desc())
    return list(session.scalars(select(LongWork).order_by(*order).limit(limit)))


def work_by_public_id(session: Session, *, public_id: str, actor: Actor) -> LongWork | None:
    """One piece of work, for who asked for it and for the administrator; None for others."""
    work = session.scalar(select(LongWork).where(LongWork.public_id == public_id))
    if work is None or (work.asked_by != actor.reference and actor.audience is not Audience.ADMIN):
        return None
    return work


def open_work(session: Session, *, kind: WorkKind, about: str) -> LongWork | None:
    """The work of this kind about this that is not over."""
    same = (LongWork.kind == kind, LongWork.about == about, LongWork.state.in_(OPEN))
    return session.scalar(select(LongWork).where(*same).limit(1))
