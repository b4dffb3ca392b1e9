"""When the desk talks with people: on working hours of a day, in Dutch time, in whole quarters of an hour. Pure.

Never on a Sunday or a recognised holiday, never before seven or after nine in the evening. The clock changes in the night from
Saturday to Sunday, so every moment of such a day exists, and exists once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from portal.platform.clock import AMSTERDAM, local_date
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.legal_calendar import holidays

EARLIEST, LATEST = 7 * 60, 21 * 60
"""The first and last minute of a day on which a talk may be, counted from midnight in Dutch time."""
QUARTER = timedelta(minutes=15)
SUNDAY = 6


def is_open_day(day: date) -> bool:
    """Whether people can have a talk on this day: not on a Sunday, not on a recognised holiday (ATW article 3)."""
    return day.weekday() != SUNDAY and day not in holidays(day.year)


def instant_of(day: date, minute: int) -> datetime:
    """The instant (UTC) of so many minutes after midnight on a day in Dutch time; `minute` from `EARLIEST` to `LATEST`."""
    return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=AMSTERDAM).astimezone(UTC)


def minute_of(instant: datetime) -> int:
    """The minutes after midnight of an instant, in Dutch time."""
    local = instant.astimezone(AMSTERDAM)
    return local.hour * 60 + local.minute


def require_open(starts_at: datetime, minutes: int, *, now: datetime) -> None:
    """Raise ``Refusal`` at the field ``planned_for`` or ``time`` when no talk of so many minutes can begin then."""
    if starts_at <= now:
        raise Refusal("talk_in_the_past", _l("Kies een moment in de toekomst."), field="planned_for")
    day, begins = local_date(starts_at), minute_of(starts_at)
    if day.weekday() == SUNDAY:
        raise Refusal(
            "talk_on_sunday", _l("Op zondag zijn er geen gesprekken. Kies een andere dag."), field="planned_for"
        )
    if not is_open_day(day):
        message = _l("Dit is een feestdag. Dan zijn er geen gesprekken. Kies een andere dag.")
        raise Refusal("talk_on_holiday", message, field="planned_for")
    if begins < EARLIEST or begins + minutes > LATEST:
        message = _l("Een gesprek is tussen 7.00 en 21.00 uur. Kies een andere tijd.")
        raise Refusal("talk_outside_hours", message, field="time")
    if starts_at.second or starts_at.microsecond or begins % 15:
        message = _l("Kies een heel uur of een kwartier, bijvoorbeeld 14.00 of 14.15.")
        raise Refusal("talk_off_the_quarter", message, field="time")


def quarters_of(starts_at: datetime, minutes: int) -> list[datetime]:
    """The quarters of an hour that a talk takes, each by the instant at which it begins."""
    return [starts_at + number * QUARTER for number in range(-(-minutes // 15))]


def starts_within(day: date, begins: int, ends: int, minutes: int) -> Iterator[datetime]:
    """The instants at which a talk of so many minutes can begin, one after another, between two minutes of a day."""
    for minute in range(begins, ends - minutes + 1, minutes):
        yield instant_of(day, minute)
