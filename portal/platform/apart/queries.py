"""Reads of what is computed apart, by whatever process."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from portal.platform.apart.models import ApartState, ComputedApart


def content_of(session: Session, *, key: str) -> str | None:
    """What came of it; None when nothing did (yet)."""
    return session.scalar(select(ComputedApart.content).where(ComputedApart.key == key))


def under_way(session: Session, *, key: str, at: datetime) -> ComputedApart | None:
    """What a process computes now, or what failed and nobody was told of; None when nobody has it."""
    alive = and_(ComputedApart.state == ApartState.COMPUTING, ComputedApart.leased_until >= at)
    open_ = or_(alive, ComputedApart.state == ApartState.FAILED)
    return session.scalar(select(ComputedApart).where(ComputedApart.key == key, open_))
