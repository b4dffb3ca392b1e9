"""Statutory interest on what is paid too late, exactly by day. Pure: figures in, cents out.

Awb 4:98 (text as in force on 1 January 2026): who is in default owes statutory interest as in BW 6:119 and 6:120. It runs from
the day after the last day to pay; the day on which money came in counts no more. Each time a year of default is over, the
interest of that year is added to the sum on which interest runs (BW 6:119, second paragraph). A day is one 365th of a year, or
one 366th in a leap year: a whole year gives the percentage of that year. Nothing is rounded but the outcome, which goes down to
whole cents.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

LEAST_CENTS = 20_00
"""Awb 4:98, second paragraph: less than € 20 is not owed to the desk."""
_DAY = timedelta(days=1)


class NoRate(LookupError):
    """The region has not said what the statutory interest is on a day."""

    def __init__(self, day: date) -> None:
        super().__init__(f"no statutory interest is known for {day}")
        self.day = day


@dataclass(frozen=True)
class InterestPart:
    """Days on which the same sum stood out at the same rate, exactly: with the interest of earlier years of default in it."""

    first: date
    last: date
    owed: Fraction
    permille: int
    cents: Fraction

    @property
    def share(self) -> Fraction:
        """The rate of a year as an exact share."""
        return Fraction(self.permille, 1000)

    @property
    def days(self) -> int:
        """How many days, the first and the last counted."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class AccruedInterest:
    """The interest over a time, and the parts that add up to it."""

    parts: tuple[InterestPart, ...]

    @property
    def cents(self) -> int:
        """Whole cents, rounded down once."""
        return int(sum((part.cents for part in self.parts), Fraction(0)))

    @property
    def is_owed(self) -> bool:
        """Whether it is as much as the law lets the desk ask (Awb 4:98, second paragraph)."""
        return self.cents >= LEAST_CENTS


def accrued_interest(
    owed_on: Callable[[date], int], rate_on: Callable[[date], int | None], *, first: date, last: date
) -> AccruedInterest:
    """The interest from the first day of default up to and including the last day.

    `owed_on` says how many cents stand out on a day, `rate_on` the thousandths of that day. On a day on which nothing stands out
    nothing runs, on earlier interest neither. Raises ``NoRate``.
    """
    parts: list[InterestPart] = []
    added, of_this_year, day = Fraction(0), Fraction(0), first
    turn = same_day_later(first, 1)
    while day <= last:
        if day == turn:
            added, of_this_year = added + of_this_year, Fraction(0)
            turn = same_day_later(first, turn.year - first.year + 1)
        cents = owed_on(day)
        if cents > 0:
            rate = rate_on(day)
            if rate is None:
                raise NoRate(day)
            more = (cents + added) * Fraction(rate, 1000 * days_of_year(day.year))
            of_this_year += more
            _add_day(parts, InterestPart(day, day, cents + added, rate, more))
        day += _DAY
    return AccruedInterest(tuple(parts))


def _add_day(parts: list[InterestPart], new: InterestPart) -> None:
    """Add a day to the last part when it is of the same sum, rate and year; else it begins another."""
    before = parts[-1] if parts else None
    if (
        before is not None
        and before.last + _DAY == new.first
        and before.last.year == new.first.year
        and (before.owed, before.permille) == (new.owed, new.permille)
    ):
        parts[-1] = InterestPart(before.first, new.last, before.owed, before.permille, before.cents + new.cents)
    else:
        parts.append(new)


def days_of_year(year: int) -> int:
    """365, or 366 in a leap year."""
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def same_day_later(day: date, years: int) -> date:
    """The same day so many years later; of 29 February 1 March in a year without one, so that the whole time has passed."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
