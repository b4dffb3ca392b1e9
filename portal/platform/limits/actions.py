"""Counting what somebody does, and stopping at the limit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from typing import Any, ClassVar

from sqlalchemy import bindparam, case, delete, or_, select, update
from sqlalchemy.orm import Session

from portal.platform.database import insert_into
from portal.platform.errors import Refusal
from portal.platform.i18n import format_datetime
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.limits.models import HowOften, LimitCount
from portal.platform.limits.queries import hashed

KEEP = timedelta(days=1)


class TooMany(Refusal):
    """Done as often as may be in so short a time. It may be done again at ``free_at``, which is ``seconds`` from now."""

    status: ClassVar[int] = 429

    def __init__(self, free_at: datetime, *, now: datetime) -> None:
        message = _l(
            "Dit is te vaak achter elkaar gedaan. Om misbruik te voorkomen stoppen wij dan even. Het kan weer vanaf %(moment)s.",
            moment=format_datetime(free_at, "short"),
        )
        super().__init__("too_many", message)
        self.free_at = free_at
        self.seconds = max(1, ceil((free_at - now).total_seconds()))


def take(session: Session, *, limit: HowOften, who: str, now: datetime) -> None:
    """Count that somebody does this once more. Raises `TooMany` when it was done as often as may be.

    One statement counts and looks, so that of all who ask at once exactly so many get through as the limit says. It counts when
    the transaction commits: what is refused for another reason, or goes wrong, was not done. Who must be counted also then (a
    wrong guess) is counted in a transaction of its own.
    """
    hash_of_who, until = hashed(limit, who), now + limit.window
    said = {"of": limit.what, "by": hash_of_who, "at": now, "free_at": until, "most": limit.most}
    counted = session.execute(_one_more(insert_into(session)), said).scalar_one_or_none()
    if counted is None:
        mine = (LimitCount.what == limit.what, LimitCount.who == hash_of_who)
        raise TooMany(session.scalar(select(LimitCount.until).where(*mine)) or until, now=now)


def charge(session: Session, *, limit: HowOften, who: str, number: int, now: datetime) -> None:
    """Count what was taken just now as so many times more: it was dearer than it looked. Refused is what comes next.

    A window that is over meanwhile counts nothing.
    """
    counts = update(LimitCount).where(LimitCount.what == limit.what, LimitCount.who == hashed(limit, who))
    session.execute(counts.where(LimitCount.until > now).values(number=LimitCount.number + number))


@cache
def _one_more(insert: Callable[..., Any]) -> Any:
    """The statement that counts and looks. It is made once for each kind of database: every limited request does it."""
    counts = LimitCount.__table__
    at, free_at = bindparam("at", type_=counts.c.since.type), bindparam("free_at", type_=counts.c.until.type)
    over = counts.c.until <= at
    return (
        insert(counts)
        .values(what=bindparam("of"), who=bindparam("by"), since=at, until=free_at, number=1)
        .on_conflict_do_update(
            index_elements=["what", "who"],
            set_={
                "number": case((over, 1), else_=counts.c.number + 1),
                "since": case((over, at), else_=counts.c.since),
                "until": case((over, free_at), else_=counts.c.until),
            },
            where=or_(over, counts.c.number < bindparam("most")),
        )
        .returning(counts.c.number)
    )


def forget_counts(session: Session, *, now: datetime) -> None:
    """Remove the counts of windows that were over a day ago."""
    session.execute(delete(LimitCount).where(LimitCount.until < now - KEEP))
