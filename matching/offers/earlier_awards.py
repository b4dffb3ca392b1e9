"""What was had before: how much of a cap with a period is used on the reference date."""

from collections.abc import Mapping, Sequence
from datetime import date

from schemes.basics.costs import HadBefore
from schemes.definition.amounts import Cap
from schemes.facts.outcome import PAST_AWARDS, FactValue, PastAward


def with_earlier_awards(facts: Mapping[str, FactValue], awards: Sequence[HadBefore]) -> dict[str, FactValue]:
    """The facts with what was awarded before, as conditions of type awards count it. No awards: known to be none."""
    past = tuple(PastAward(award.scheme, award.awarded_on, award.amount_cents) for award in awards)
    return {**facts, PAST_AWARDS: past}


def had_before(cap: Cap, awards: Sequence[HadBefore], on: date) -> int:
    """Cents of earlier awards of the same scheme that count against this cap on the reference date."""
    if cap.per == "award":
        return 0
    earlier = sorted((award for award in awards if award.awarded_on <= on), key=lambda award: award.awarded_on)
    return sum(award.amount_cents for award in earlier if _counts(cap, award.awarded_on, earlier, on))


def _counts(cap: Cap, day: date, earlier: Sequence[HadBefore], on: date) -> bool:
    if cap.period == "calendar_year":
        return day.year == on.year
    if cap.period == "school_year":
        return _school_year(day) == _school_year(on)
    if cap.period == "before_award":
        return day > years_later(on, -(cap.years or 0))
    if cap.period == "from_first_award":
        start = _current_start(cap, earlier)
        return start <= day and on < years_later(start, cap.years or 0)
    return True


def _school_year(day: date) -> int:
    """The year in which the school year (1 August to 31 July) of a day began."""
    return day.year if day.month >= 8 else day.year - 1


def _current_start(cap: Cap, earlier: Sequence[HadBefore]) -> date:
    """First award of the last period: a new period starts with the first award after the one before has ended."""
    start = earlier[0].awarded_on
    for award in earlier:
        if award.awarded_on >= years_later(start, cap.years or 0):
            start = award.awarded_on
    return start


def years_later(day: date, years: int) -> date:
    """The same day some years later or earlier; 29 February becomes 1 March in a year without it."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
