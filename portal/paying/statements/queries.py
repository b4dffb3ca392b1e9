"""Reads of what a person has to look at in the statements of the bank."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.paying.payments.queries import SEES_PAYMENTS
from portal.paying.statements.models import UnmatchedLine
from portal.people.actor import Actor


def unmatched_lines(session: Session, *, actor: Actor, handled: bool = False, limit: int = 200) -> list[UnmatchedLine]:
    """For the region: the lines that nobody looked at yet, the oldest first; or those that were handled, the last one first."""
    if actor.audience not in SEES_PAYMENTS:
        return []
    looked_at = UnmatchedLine.handled_at.is_not(None) if handled else UnmatchedLine.handled_at.is_(None)
    rows = select(UnmatchedLine).where(looked_at)
    order = UnmatchedLine.handled_at.desc() if handled else UnmatchedLine.id
    return list(session.scalars(rows.order_by(order, UnmatchedLine.id).limit(limit)))


def unmatched_line(session: Session, *, public_id: str, actor: Actor) -> UnmatchedLine | None:
    """One of them, for the region; None for others."""
    if actor.audience not in SEES_PAYMENTS:
        return None
    return session.scalar(select(UnmatchedLine).where(UnmatchedLine.public_id == public_id))
