"""What is raced against a limit: counting through the guard, and the controls without it, which must let more through."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from portal.platform.database import insert_into, unit_of_work
from portal.platform.limits.actions import TooMany, take
from portal.platform.limits.models import DRAFTS, WRONG_CODES, LimitCount
from portal.platform.limits.queries import hashed

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WHO = "one place"
HESITATION = 0.05
"""Seconds between looking and writing, in the controls."""
PATIENCE = 20


class Undone(Exception):
    """What was counted is taken back, because the act was refused for another reason."""


def counted(engine: Engine, number: int) -> None:
    """Count one more."""
    unit_of_work(engine, lambda session: take(session, limit=DRAFTS, who=WHO, now=NOW), attempts=PATIENCE)


def half_undone(engine: Engine, number: int) -> None:
    """Of two who count one more, the second one's act is refused after all: then it was not done."""

    def work(session: Session) -> None:
        take(session, limit=DRAFTS, who=WHO, now=NOW)
        if number % 2:
            raise Undone

    try:
        unit_of_work(engine, work, attempts=PATIENCE)
    except Undone:
        raise TooMany(NOW, now=NOW) from None  # not done, as far as the race is concerned


def of_two_things(engine: Engine, number: int) -> None:
    """One who does two things, in either order, and counts both."""
    limits = (DRAFTS, WRONG_CODES) if number % 2 else (WRONG_CODES, DRAFTS)

    def work(session: Session) -> None:
        for limit in limits:
            take(session, limit=limit, who=WHO, now=NOW)

    unit_of_work(engine, work, attempts=PATIENCE)


def looked_first(engine: Engine, number: int) -> None:
    """The control: see that there is room, and only then begin to count."""

    def look(session: Session) -> int:
        mine = (LimitCount.what == DRAFTS.what, LimitCount.who == hashed(DRAFTS, WHO))
        return session.scalar(select(func.coalesce(func.sum(LimitCount.number), 0)).where(*mine)) or 0

    if unit_of_work(engine, look, read_only=True) >= DRAFTS.most:
        raise TooMany(NOW, now=NOW)
    time.sleep(HESITATION)

    def count(session: Session) -> None:
        row = {"what": DRAFTS.what, "who": hashed(DRAFTS, WHO)}
        fresh = insert_into(session)(LimitCount).values(**row, since=NOW, until=NOW + DRAFTS.window, number=1)
        added = session.execute(fresh.on_conflict_do_nothing().returning(LimitCount.number)).scalar_one_or_none()
        if added is None:
            session.execute(
                update(LimitCount)
                .where(LimitCount.what == DRAFTS.what, LimitCount.who == row["who"])
                .values(number=LimitCount.number + 1)
                .execution_options(synchronize_session=False)
            )

    unit_of_work(engine, count, attempts=PATIENCE)


def number_of(session: Session) -> int:
    """What stands as done."""
    return session.scalar(select(LimitCount.number).where(LimitCount.what == DRAFTS.what)) or 0
