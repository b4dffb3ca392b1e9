"""The values of facts at which the answer of a condition may turn: on each border, and just before and after it.

For generated people and for tests: whoever is tried on these values has seen every border of a rule.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from schemes.basics.values import LATEST, DatedValue, value_on
from schemes.conditions import (
    AgeIs,
    AnyCondition,
    AnyOf,
    Awards,
    Compare,
    DateIs,
    Elapsed,
    InList,
    No,
    NumberBy,
    NumberIs,
    OneOf,
    PostcodeBetween,
    StartsAfterReference,
    StartsWith,
    Total,
    Yes,
)
from schemes.facts import FactDefinition, FactDefinitions, FactProblem, ages, parse_fact
from schemes.facts.outcome import PAST_AWARDS, Facts, FactValue, PastAward
from schemes.facts.references import AgeList, References, values_on

Place = Callable[[Any, FactDefinition, date, References], Iterator[Any]]


def border_values(
    condition: AnyCondition, fact: FactDefinition, on: date, references: References
) -> tuple[FactValue, ...]:
    """Values of a fact on and beside the borders of one condition (its parts not looked at), as far as they are believable.

    Empty when the condition does not look at the fact, or has no borders of its own on it.
    """
    if fact.key not in condition.facts or type(condition) not in _PLACES:
        return ()
    found: dict[FactValue, None] = {}
    for value in _PLACES[type(condition)](condition, fact, on, references):
        if believable(fact, value, on):
            found[value] = None
    return tuple(found)


def believable(fact: FactDefinition, value: Any, on: date) -> bool:
    """Whether a file of facts could hold this value on the reference date."""
    try:
        parse_fact(fact, list(value) if isinstance(value, tuple) else value, on=on)
    except FactProblem:
        return False
    return True


def limits_of(dated: Any, on: date) -> list[Any]:
    """The values that a bound has: the one that holds on the day first, then the others."""
    if dated is None:
        return []
    if not isinstance(dated, tuple):
        return [dated]
    now = value_on(dated, on)
    others = [entry.value for entry in dated if isinstance(entry, DatedValue)]
    return others if now is None else [now, *others]


def around_number(limit: Any, fact: FactDefinition) -> Iterator[int | Decimal]:
    """The limit itself and the nearest values that the fact can have, as int where whole."""
    step = Decimal(1).scaleb(-fact.decimals)
    for value in (limit - step, Decimal(limit), limit + step, Decimal(limit).to_integral_value()):
        yield int(value) if value == value.to_integral_value() else value.normalize()


def around_day(ordinal: int) -> Iterator[date]:
    """The day, the day before and the day after, as far as they are days of the calendar here."""
    for near in (ordinal - 1, ordinal, ordinal + 1):
        if 1 <= near <= LATEST.toordinal():
            yield date.fromordinal(near)


def _options(condition: OneOf | AnyOf, fact: FactDefinition, on: date, references: References) -> Iterator[Any]:
    others = [option.key for option in fact.values if option.key not in condition.values]
    for value in (*condition.values, *others[:3]):
        yield (value,) if fact.type == "choices" else value


def _listed(condition: InList, fact: FactDefinition, on: date, references: References) -> Iterator[Any]:
    reference = references.get(condition.list)
    values = sorted((reference and values_on(reference, on)) or ())
    others = [option.key for option in fact.values if option.key not in values]
    for value in (*values[:400], *others[:3]):
        yield (value,) if fact.type == "choices" else value


def _answers(condition: Yes | No, fact: FactDefinition, on: date, references: References) -> Iterator[Any]:
    yield from (True, False)


def _numbers(condition: NumberIs, fact: FactDefinition, on: date, references: References) -> Iterator[Any]:
    for name in ("at_least", "more_than", "at_most", "less_than"):
        for limit in limits_of(getattr(condition, name), on):
            yield from around_number(limit, fact)


def _days(condition: DateIs, fact: FactDefinition, on: date, references: References) -> Iterator[Any]:
    for name in ("on_or_after", "after", "on_or_before", "before"):
        for limit in limits_of(getattr(condition, name), on):
            yield from around_day(limit.toordinal())
    for name in ("days_after_reference_at_least", "days_after_reference_at_most"):
        for days in limits_of(getattr(condition, name), on):
            yield from around_day(on.toordinal() + int(days))


def _starts(condition: StartsAfterReference, fact: FactDefinition, on: date, references: References) -> Iterator[Any]:
    yield from around_day(on.toordinal())


def _births(condition: AgeIs, fact: FactDefinition, on: date, references: References) -> Iterator[Any]:
    for more, dated in ((0, condition.at_least), (1, condition.at_most), (0, condition.below)):
        for age in limits_of(dated, on):
            yield from _birthdays(fact, ages.born_for(age + more, on))
    pension = references.get("state_pension_age")
    if condition.below_state_pension and isinstance(pension, AgeList):
        day = ages.born_for_pension(on, pension)
        yield from () if day is None else _birthdays(fact, day)


def _postcodes(condition: PostcodeBetween, fact: FactDefinition, on: date, references: References) -> Iterator[Any]:
    for one in condition.ranges:
        for border in (int(one.from_), int(one.to)):
            yield from (str(border - 1), str(border), f"{border} AB", str(border + 1))


def _beginnings(condition: StartsWith, fact: FactDefinition, on: date, references: References) -> Iterator[Any]:
    if fact.type == "text":
        yield from (*condition.prefixes, *(prefix + "1" for prefix in condition.prefixes))
    yield from (option.key for option in fact.values)


def _birthdays(fact: FactDefinition, day: date) -> Iterator[Any]:
    if fact.type == "year":
        yield from (day.year - 1, day.year, day.year + 1)
    elif fact.type == "date":
        yield from around_day(day.toordinal())


_PLACES: Mapping[type, Place] = {
    OneOf: _options,
    AnyOf: _options,
    InList: _listed,
    Yes: _answers,
    No: _answers,
    NumberIs: _numbers,
    DateIs: _days,
    StartsAfterReference: _starts,
    AgeIs: _births,
    PostcodeBetween: _postcodes,
    StartsWith: _beginnings,
}


# -- conditions on more than one fact --------------------------------------------------------------------------------------


def related_border(
    condition: AnyCondition,
    known: Facts,
    facts: FactDefinitions,
    on: date,
    references: References,
    pick: int,
    scheme: str = "",
) -> tuple[str, FactValue] | None:
    """For a condition on several facts: a value of one of them on or beside the border that the other known facts give.

    `pick` (0 or more) chooses which border and which side. None when there is no such border, or it cannot be believed.
    """
    if isinstance(condition, Awards):
        return PAST_AWARDS, _past_awards(condition, on, pick, scheme)
    relate = _RELATED.get(type(condition))
    found = None if relate is None else relate(condition, known, facts, on, pick)
    if found is None or found[0] not in facts:
        return None
    return found if believable(facts[found[0]], found[1], on) else None


def _limit(condition: Any, on: date, pick: int) -> Any:
    names = ("at_least", "more_than", "at_most", "less_than")
    limits = [limit for name in names for limit in limits_of(getattr(condition, name, None), on)[:1]]
    return limits[pick // 3 % len(limits)] if limits else None


def _past_awards(condition: Awards, on: date, pick: int, scheme: str) -> tuple[PastAward, ...]:
    """Awards of which the oldest stands on, or one day before or after, the first day that counts."""
    slug = condition.schemes[0] if condition.schemes else scheme
    first = {
        "ever": on,
        "calendar_year": date(on.year, 1, 1),
        "school_year": date(on.year - (on.month < 8), 8, 1),
        "before": ages.add_months(on, -(condition.months or 0)),
    }[condition.period]
    limit = _limit(condition, on, pick) or 0
    count = 1 if condition.of == "amount" else min(limit + pick // 9 % 3, 5)
    cents = max(limit + pick // 9 % 3 - 1, 0) if condition.of == "amount" else 10_000
    days = [min(first + timedelta(days=pick % 3 - 1 + n), on) for n in range(count)]
    return tuple(PastAward(slug, day, cents) for day in days)


Found = tuple[str, Any] | None


def _elapsed(condition: Elapsed, known: Facts, facts: FactDefinitions, on: date, pick: int) -> Found:
    first = known.get(condition.from_fact) if condition.from_fact else on
    limit, key = _limit(condition, on, pick), condition.to_fact
    if not isinstance(first, date) or limit is None:
        return None
    if key is None:
        key, limit, first = condition.from_fact, -limit, on
    if key is None or abs(limit) > _LONGEST[condition.unit]:
        return None
    months = {"months": 1, "years": 12}.get(condition.unit)
    day = first + timedelta(days=limit * (7 if condition.unit == "weeks" else 1)) if months is None else None
    border = ages.add_months(first, limit * months) if months is not None else day
    return None if border is None else (key, border + timedelta(days=pick % 3 - 1))


def _compare(condition: Compare, known: Facts, facts: FactDefinitions, on: date, pick: int) -> Found:
    other, fact = known.get(condition.other) if condition.other else None, facts.get(condition.fact)
    if condition.plus:
        return None
    if isinstance(other, date):
        return condition.fact, other + timedelta(days=pick % 3 - 1)
    dated: Any = condition.share if condition.each is None else condition.each
    factor: Any = value_on(dated, on)
    if fact is None or factor is None or not isinstance(other, int | Decimal) or isinstance(other, bool):
        return None
    return condition.fact, _near(Fraction(other) * Fraction(factor), fact, pick)


def _near(limit: Fraction, fact: FactDefinition, pick: int) -> int | Decimal:
    """The value of a fact nearest below an exact limit, or one step beside it."""
    steps = 10**fact.decimals
    number = Decimal(limit.numerator * steps // limit.denominator + pick % 3 - 1) / steps
    return int(number) if number == number.to_integral_value() else number.normalize()


def _number_by(condition: NumberBy, known: Facts, facts: FactDefinitions, on: date, pick: int) -> Found:
    fact, limits = facts.get(condition.fact), [_limit(row, on, pick) for row in condition.rows]
    limits = [limit for limit in limits if limit is not None]
    if fact is None or not limits:
        return None
    return condition.fact, _near(Fraction(limits[pick % len(limits)]), fact, pick)


def _total(condition: Total, known: Facts, facts: FactDefinitions, on: date, pick: int) -> Found:
    key, limit = condition.plus[0], _limit(condition, on, pick)
    rest: list[tuple[int, Any]] = [(1, known.get(one)) for one in condition.plus[1:]]
    rest += [(-1, known.get(one)) for one in condition.minus]
    if limit is None or key not in facts or any(not isinstance(value, int | Decimal) for _, value in rest):
        return None
    others = sum((sign * Fraction(str(value)) for sign, value in rest), Fraction())
    return key, _near(Fraction(limit) - others, facts[key], pick)


def _aged(condition: AgeIs, known: Facts, facts: FactDefinitions, on: date, pick: int) -> Found:
    day = known.get(condition.on_fact) if condition.on_fact else None
    ages_ = [
        limit for name in ("at_least", "at_most", "below") for limit in limits_of(getattr(condition, name), on)[:1]
    ]
    if not isinstance(day, date) or not ages_:
        return None
    return condition.birth_date, ages.born_for(ages_[pick // 3 % len(ages_)], day) + timedelta(days=pick % 3 - 1)


_LONGEST = {"days": 36_500, "weeks": 5_200, "months": 1_200, "years": 100}
_RELATED: Mapping[type, Callable[[Any, Facts, FactDefinitions, date, int], Found]] = {
    Elapsed: _elapsed,
    Compare: _compare,
    NumberBy: _number_by,
    Total: _total,
    AgeIs: _aged,
}
