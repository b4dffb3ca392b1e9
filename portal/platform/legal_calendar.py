"""The legal calendar. Pure: dates in, dates out; nothing is read from a clock or a database.

Sources: Algemene termijnenwet (ATW) articles 1, 3 and 4; Algemene wet bestuursrecht (Awb, text per 2026-01-01) articles 2:21,
4:13, 4:15, 4:17, 6:7, 6:9 and 7:10.

The last day of a term that a law sets moves for the citizen and for the public body alike: off weekends, holidays and the days
that are on a par with holidays (`ends_on_working_day`). What the desk promises in working days counts a day on a par as an
ordinary day, because the desk is open on it (`is_working_day`): that only makes the promise shorter.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from functools import lru_cache

from portal.platform.equated_days import EQUATED

LONGEST_MOVED_TERM_WEEKS = 12
"""ATW article 4: a term of more than twelve weeks does not move when its last day is no working day."""


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of a year in the Gregorian calendar (Meeus, Jones and Butcher)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    correction = (century + 8) // 25
    lunar = (century - correction + 1) // 3
    epact = (19 * golden + century - leap_centuries - lunar + 15) % 30
    leap_years, year_rest = divmod(of_century, 4)
    weekday = (32 + 2 * century_rest + 2 * leap_years - epact - year_rest) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def kings_day(year: int) -> date:
    """Return the day on which the King's birthday is celebrated: 27 April, or the 26th when that is a Sunday."""
    birthday = date(year, 4, 27)
    return birthday - timedelta(days=1) if birthday.weekday() == 6 else birthday


@lru_cache(maxsize=128)
def holidays(year: int) -> frozenset[date]:
    """Return the generally recognised holidays of a year (ATW article 3), Good Friday and 5 May included.

    Days on a par with a holiday (third paragraph) are no holidays: they only move the end of a term (`ends_on_working_day`).
    """
    easter = easter_sunday(year)
    return frozenset(
        {
            date(year, 1, 1),
            easter - timedelta(days=2),
            easter,
            easter + timedelta(days=1),
            kings_day(year),
            date(year, 5, 5),
            easter + timedelta(days=39),
            easter + timedelta(days=49),
            easter + timedelta(days=50),
            date(year, 12, 25),
            date(year, 12, 26),
        }
    )


def is_working_day(day: date) -> bool:
    """Tell whether a day is neither a Saturday, a Sunday nor a recognised holiday: the desk works."""
    return day.weekday() < 5 and day not in holidays(day.year)


def may_end_a_term(day: date) -> bool:
    """Tell whether a term that a law sets may end on a day: a working day that is not on a par with a holiday (ATW 1, 3)."""
    return is_working_day(day) and day not in EQUATED


def ends_on_working_day(day: date) -> date:
    """Return the day itself, or the first day after it on which a term may end (ATW article 1, first paragraph)."""
    while not may_end_a_term(day):
        day += timedelta(days=1)
    return day


def term_of_weeks(start: date, weeks: int, *, stopped_days: int = 0) -> date:
    """Return the last day of a term of whole weeks that began to run on the day after `start`.

    `stopped_days` are the days on which the term stood still (see `days_within`); they are added before the last
    day is moved off a weekend or holiday. Terms of more than twelve weeks are not moved (ATW article 4).
    Raises ValueError for a term of less than a week or a negative number of stopped days.
    """
    if weeks < 1 or stopped_days < 0:
        raise ValueError("a term has at least one week and cannot stand still for a negative number of days")
    last = start + timedelta(weeks=weeks, days=stopped_days)
    return last if weeks > LONGEST_MOVED_TERM_WEEKS else ends_on_working_day(last)


def add_working_days(start: date, days: int) -> date:
    """Return the day that lies a number of working days after `start`; 0 gives the first working day from it."""
    day = _working_day_from(start)
    for _ in range(days):
        day = _working_day_from(day + timedelta(days=1))
    return day


def _working_day_from(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def stop_of_term(asked_on: date, completed_on: date | None, answer_by: date, today: date) -> tuple[date, date] | None:
    """Return the first and last day on which a decision term stood still for one request for more information (Awb 4:15).

    It stands still from the day after the request until the day of completion, or until the term that was set has
    passed unused. While the request is still open the days up to and including `today` count. None when it is no day.
    """
    first, last = asked_on + timedelta(days=1), min(answer_by, today)
    if completed_on is not None and completed_on <= answer_by:
        last = completed_on - timedelta(days=1)
    return (first, last) if first <= last else None


def days_within(stops: Iterable[tuple[date, date] | None]) -> int:
    """Return how many days lie in these stops, each from its first day to its last: a day in more than one counts once."""
    days, counted = 0, date.min
    for first, last in sorted(stop for stop in stops if stop is not None):
        days += max(0, (last - max(first - timedelta(days=1), counted)).days)
        counted = max(counted, last)
    return days


# Citizens ----------------------------------------------------------------------------------------------------------------

LAST_DAYS = timedelta(days=6)
"""With the last day itself: the week before the end of a term, in which an outage takes away days to send something."""

POSTED_WITHIN = timedelta(weeks=1)
"""Awb 6:9, second paragraph: what was posted in time counts when it comes in no later than a week after the term."""


def given_back(last: date, down: Collection[date]) -> date:
    """Return the last day of a term of a citizen in whose last week the electronic way in was down on these days (Awb 2:21).

    Every such day in the last seven days of the term, and every one on which the longer term would run on, comes back at the end;
    then it moves off weekends, holidays and days on which the way in is down. Without such a day the term stays as it was.
    """
    lost, day = sum(1 for one in set(down) if last - LAST_DAYS <= one <= last), last
    if lost == 0:
        return last
    while lost > 0:
        day += timedelta(days=1)
        lost -= day not in down
    while day in down or not may_end_a_term(day):
        day += timedelta(days=1)
    return day


def filed_on(received_on: date, posted_on: date | None, last: date | None) -> date:
    """Return the day that counts as the day of filing (Awb 6:9): the day of posting for what was posted within the term and came
    in no later than a week after it, else the day on which it came in. Without a term (`last`) the day on which it came in."""
    if posted_on is None or last is None or received_on <= last or posted_on > last:
        return received_on
    return posted_on if received_on <= ends_on_working_day(last + POSTED_WITHIN) else received_on


# The penalty for late decisions -----------------------------------------------------------------------------------------

NOTICE_WEEKS = 2
PENALTY_STEPS = ((14, 23), (14, 35), (14, 45))
"""Days and euros a day, in order: at most 42 days and € 1.442 (Awb 4:17, first and second paragraph, text per 2026-01-01; these
amounts since 2019-01-01, Staatscourant 2018, 65542)."""
PENALTY_DAYS = sum(days for days, _euros in PENALTY_STEPS)


def penalty_from(due: date, received: date) -> date:
    """Return the first day over which a penalty is due (Awb 4:17, third paragraph): the day after the two weeks that follow the
    day on which the notice of default came in, and the term for the decision had passed. The end of those two weeks moves off
    days on which no term ends (ATW 1); only for the 42 days themselves the law leaves that out."""
    return ends_on_working_day(max(due, received) + timedelta(weeks=NOTICE_WEEKS)) + timedelta(days=1)


def penalty_days(first: date, sent: date | None, today: date) -> int:
    """Return over how many days a penalty is due: from the first day up to the day on which the decision was sent, that day too,
    or up to today while it was not; at most 42."""
    until = today if sent is None else min(sent, today)
    return min(max((until - first).days + 1, 0), PENALTY_DAYS)


def penalty_euros(days: int) -> int:
    """Return the penalty in whole euros over so many days."""
    euros = 0
    for length, each in PENALTY_STEPS:
        euros += min(days, length) * each
        days = max(days - length, 0)
    return euros
