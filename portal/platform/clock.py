"""The one place where the clock is read.

Only the edge (screens, commands, jobs) calls :func:`now` and :func:`today`; everything deeper takes ``now`` or ``today``
as an argument. Instants are aware and in UTC; a *day* is a day in Europe/Amsterdam, because that is what "tot en met 31 maart"
means on a letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

_frozen: datetime | None = None


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _frozen if _frozen is not None else datetime.now(UTC)


def today() -> date:
    """The present day in Europe/Amsterdam."""
    return local_date(now())


def local_date(instant: datetime) -> date:
    """The day in Europe/Amsterdam on which an aware instant falls.

    Raises ``ValueError`` for a naive datetime: it does not say which instant it is.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(AMSTERDAM).date()


def local_time(instant: datetime) -> time:
    """The time of the day in Europe/Amsterdam at an aware instant. Raises ``ValueError`` for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(AMSTERDAM).time()


def start_of_day(day: date) -> datetime:
    """The instant (UTC) at which a day begins in Europe/Amsterdam; right on the days the clock changes."""
    return datetime.combine(day, time.min, tzinfo=AMSTERDAM).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The first instant (UTC) after a day: everything of the day is ``< end_of_day(day)``."""
    return start_of_day(day + timedelta(days=1))


@contextmanager
def frozen(instant: datetime) -> Iterator[datetime]:
    """Stand still at an instant, for tests and for making demo data in the past. Process-wide, restored on exit."""
    global _frozen
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    before, _frozen = _frozen, instant.astimezone(UTC)
    try:
        yield _frozen
    finally:
        _frozen = before
