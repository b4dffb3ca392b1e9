"""The legal calendar. Pure: dates in, dates out; nothing is read from a clock or a database.

Sources: Algemene termijnenwet (ATW) articles 1, 3 and 4; Algemene wet bestuursrecht (Awb) articles 4:13 and 4:15.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

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

    Days that a royal decree puts on a par with a holiday for one year (ATW article 3, third paragraph) are not
    included: treating such a day as a working day only makes a term of the public body a day shorter.
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
    """Tell whether a day is neither a Saturday, a Sunday nor a recognised holiday."""
    return day.weekday() < 5 and day not in holidays(day.year)


def ends_on_working_day(day: date) -> date:
    """Return the day itself, or the first working day after it (ATW article 1, first paragraph)."""
    while not is_working_day(day):
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
    day = ends_on_working_day(start)
    for _ in range(days):
        day = ends_on_working_day(day + timedelta(days=1))
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
