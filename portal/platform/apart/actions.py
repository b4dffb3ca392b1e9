"""Acts on what is computed apart: take it under a lease, say how far it is, keep what came of it, let it go.

Each is one statement that looks and writes, so that of all processes that try at once one has it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, update
from sqlalchemy.orm import Session, aliased

from portal.platform.apart.models import ATTEMPTS, KEPT, LEASE, ApartState, ComputedApart
from portal.platform.database import insert_into


@dataclass(frozen=True)
class AskedApart:
    """What is asked: by a hash of all it follows from (`key`), how many steps it has, and since when.

    `who` is a hash of who asked and about which question: what they ask of it later takes the place of what they asked before.
    """

    key: str
    who: str
    total: int
    asked_at: datetime


def take_apart(session: Session, *, asked: AskedApart, now: datetime) -> str | None:
    """Take it, to compute it: the lease.

    None when another process has it or ended it, when it failed, or when the same person asked something else of it since.
    """
    if session.scalar(exists().where(*_newer(asked.who, asked.asked_at, asked.key)).select()):
        return None
    _bury(session, asked.key, now)
    lease = secrets.token_hex(16)
    held = {"who": asked.who, "asked_at": asked.asked_at, "done": 0, "total": asked.total}
    values = {**held, "state": ApartState.COMPUTING, "lease": lease, "leased_until": now + LEASE}
    left = (ComputedApart.state == ApartState.COMPUTING) & (ComputedApart.leased_until < now)
    taken = session.scalar(
        insert_into(session)(ComputedApart)
        .values(key=asked.key, attempts=1, **values)
        .on_conflict_do_update(
            index_elements=["key"], set_=values | {"attempts": ComputedApart.attempts + 1}, where=left
        )
        .returning(ComputedApart.key)
    )
    return None if taken is None else lease


def say_how_far(session: Session, *, key: str, lease: str, done: int, now: datetime) -> bool:
    """Say that it goes on. False when another process has it, or who asked wants something else: then it is to be stopped."""
    other, this = aliased(ComputedApart), ComputedApart
    newer = exists().where(other.who == this.who, other.asked_at > this.asked_at, other.key != this.key)
    return _written(session, _mine(key, lease), ~newer, done=done, leased_until=now + LEASE)


def keep_apart(session: Session, *, key: str, lease: str, content: str) -> bool:
    """Keep what came of it. False when another process has it: then that one keeps it."""
    values = {"state": ApartState.DONE, "content": content, "lease": None, "leased_until": None}
    return _written(session, _mine(key, lease), done=ComputedApart.total, **values)


def fail_apart(session: Session, *, key: str, lease: str) -> bool:
    """Say that nothing came of it. False when another process has it."""
    return _written(session, _mine(key, lease), state=ApartState.FAILED, lease=None, leased_until=None)


def let_go(session: Session, *, key: str, lease: str) -> None:
    """Nobody waits for it any more: it is as if it was never asked."""
    session.execute(delete(ComputedApart).where(*_mine(key, lease)))


def told_it_failed(session: Session, *, key: str) -> None:
    """Who asked was told that it failed: asked for again it is begun anew."""
    session.execute(delete(ComputedApart).where(ComputedApart.key == key, ComputedApart.state == ApartState.FAILED))


def forget_computed(session: Session, *, now: datetime) -> None:
    """Remove what was kept long enough."""
    session.execute(delete(ComputedApart).where(ComputedApart.asked_at < now - KEPT))


def _newer(who: str, since: datetime, key: str) -> tuple[ColumnElement[bool], ...]:
    return ComputedApart.who == who, ComputedApart.asked_at > since, ComputedApart.key != key


def _bury(session: Session, key: str, now: datetime) -> None:
    """What ended so many processes failed."""
    over = (ComputedApart.state == ApartState.COMPUTING, ComputedApart.leased_until < now)
    session.execute(
        update(ComputedApart)
        .where(ComputedApart.key == key, ComputedApart.attempts >= ATTEMPTS, *over)
        .values(state=ApartState.FAILED, lease=None, leased_until=None)
        .execution_options(synchronize_session=False)
    )


def _mine(key: str, lease: str) -> tuple[ColumnElement[bool], ...]:
    return ComputedApart.key == key, ComputedApart.state == ApartState.COMPUTING, ComputedApart.lease == lease


def _written(
    session: Session, mine: tuple[ColumnElement[bool], ...], *also: ColumnElement[bool], **values: Any
) -> bool:
    written = session.execute(
        update(ComputedApart).where(*mine, *also).values(**values).execution_options(synchronize_session=False)
    )
    return bool(getattr(written, "rowcount", 0))
