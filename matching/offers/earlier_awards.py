"""What was had before: how much of a cap with a period is used on the reference date."""

from collections.abc import Mapping, Sequence
from datetime import date

from schemes.basics.costs import HadBefore
from schemes.definition.amounts import Cap
from schemes.facts.outcome import PAST_AWARDS, FactValue, PastAward


def with_earlier_awards(facts: Mapping[str, FactValue], awards: Sequence[HadBefore]) -> dict[str, FactValue]:
    """The facts with what was awarded before, as conditions of type awards count it. No awards: known to be none."""
    own = (award for award in awards if award.counts_for != "training")
    past = tuple(PastAward(award.scheme, award.awarded_on, award.amount_cents) for award in own)
    return {**facts, PAST_AWARDS: past}


def had_before(cap: Cap, awards: Sequence[HadBefore], on: date) -> int:
    """Cents of earlier awards of the same scheme that count against this cap on the reference date."""
    if cap.per == "award":
        return 0
    earlier = _earlier(cap, awards, on)
    return sum(award.amount_cents for award in earlier if _counts(cap, award.awarded_on, earlier, on))


def summed_up(
    caps: Sequence[Cap], awards: Sequence[HadBefore], on: date, beside: Sequence[HadBefore] = ()
) -> list[HadBefore]:
    """Awards of one scheme until a day to others for a training, in few entries: what every cap per training counts alike is one.

    An entry has the first day of what it is the sum of. The days on which a period starts, with the awards `beside` these, keep
    an entry of their own.
    """
    rules = [cap for cap in caps if cap.per == "training"]
    earlier = [_earlier(cap, [*awards, *beside], on) for cap in rules]
    sums: dict[tuple[object, ...], HadBefore] = {}
    for award in sorted((one for one in awards if one.awarded_on <= on), key=lambda award: award.awarded_on):
        day = award.awarded_on
        alike = [_counts(cap, day, had, on) if had else False for cap, had in zip(rules, earlier, strict=True)]
        starts = any(day in _starts(cap, had) for cap, had in zip(rules, earlier, strict=True))
        key = (*alike, day if starts else None)
        known = sums.get(key)
        cents = award.amount_cents + (known.amount_cents if known is not None else 0)
        sums[key] = (known or award).model_copy(update={"amount_cents": cents})
    return list(sums.values())


def _earlier(cap: Cap, awards: Sequence[HadBefore], on: date) -> list[HadBefore]:
    """The awards until a day that this cap may count, in order of time."""
    other = "holder" if cap.per == "training" else "training"
    counted = (award for award in awards if award.awarded_on <= on and award.counts_for != other)
    return sorted(counted, key=lambda award: award.awarded_on)


def _counts(cap: Cap, day: date, earlier: Sequence[HadBefore], on: date) -> bool:
    if cap.period == "calendar_year":
        return day.year == on.year
    if cap.period == "school_year":
        return _school_year(day) == _school_year(on)
    if cap.period == "before_award":
        return day > years_later(on, -(cap.years or 0))
    if cap.period == "from_first_award":
        start = _starts(cap, earlier)[-1]
        return start <= day and on < years_later(start, cap.years or 0)
    return True


def _school_year(day: date) -> int:
    """The year in which the school year (1 August to 31 July) of a day began."""
    return day.year if day.month >= 8 else day.year - 1


def _starts(cap: Cap, earlier: Sequence[HadBefore]) -> list[date]:
    """First awards of all periods: a new period starts with the first award after the one before has ended."""
    if cap.period != "from_first_award" or not earlier:
        return []
    starts = [earlier[0].awarded_on]
    for award in earlier:
        if award.awarded_on >= years_later(starts[-1], cap.years or 0):
            starts.append(award.awarded_on)
    return starts


def years_later(day: date, years: int) -> date:
    """The same day some years later or earlier; 29 February becomes 1 March in a year without it."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
