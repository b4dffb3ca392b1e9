"""Conditions on one fact, on many people at once. A bound becomes one comparison per row: an age is a birth day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from schemes.basics.values import value_on
from schemes.conditions import (
    AgeIs,
    AnyOf,
    DateIs,
    InList,
    No,
    NumberIs,
    OneOf,
    PostcodeBetween,
    StartsAfterReference,
    StartsWith,
    Yes,
)
from schemes.facts import ages
from schemes.facts.references import AgeList, values_on
from schemes.population.base import (
    Evaluators,
    PopulationSituation,
    Statuses,
    bounded,
    compared,
    decided,
    digits,
    least,
    looked_up,
)
from schemes.population.columns import Days, Ints, Numbers, YesNo


def _one_of(condition: OneOf, situation: PopulationSituation) -> Statuses:
    allowed = frozenset(condition.values)
    return looked_up(condition, condition.fact, situation, lambda value: value in allowed or digits(value) in allowed)


def _any_of(condition: AnyOf, situation: PopulationSituation) -> Statuses:
    allowed = frozenset(condition.values)
    return looked_up(condition, condition.fact, situation, lambda value: not allowed.isdisjoint(_several(value)))


def _several(value: Any) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)


def _in_list(condition: InList, situation: PopulationSituation) -> Statuses:
    reference = situation.references.get(condition.list)
    values = None if reference is None else values_on(reference, situation.on)
    if values is None:
        return situation.nothing()
    return looked_up(
        condition,
        condition.fact,
        situation,
        lambda value: any(item in values or digits(item) in values for item in _several(value)),
    )


def _postcode_between(condition: PostcodeBetween, situation: PopulationSituation) -> Statuses:
    ranges = [(one.from_, one.to) for one in condition.ranges]
    return looked_up(
        condition, condition.fact, situation, lambda value: any(low <= value[:4] <= high for low, high in ranges)
    )


def _starts_with(condition: StartsWith, situation: PopulationSituation) -> Statuses:
    return looked_up(condition, condition.fact, situation, lambda value: value.startswith(condition.prefixes))


def _yes(condition: Yes, situation: PopulationSituation) -> Statuses:
    column = situation.columns.of_kind(condition.fact, YesNo)
    return situation.nothing() if column is None else column.answers


def _no(condition: No, situation: PopulationSituation) -> Statuses:
    column = situation.columns.of_kind(condition.fact, YesNo)
    return situation.nothing() if column is None else -column.answers


def _number(condition: NumberIs, situation: PopulationSituation) -> Statuses:
    column = situation.columns.of_kind(condition.fact, Numbers)
    if column is None:
        return situation.nothing()
    return bounded(condition, column.values, column.known, column.scale, situation)


def _date(condition: DateIs, situation: PopulationSituation) -> Statuses:
    column = situation.columns.of_kind(condition.fact, Days)
    if column is None:
        return situation.nothing()
    on, tests = situation.on, []
    limits: tuple[tuple[str, Any, Callable[[Any], int]], ...] = (
        ("at_least", condition.on_or_after, date.toordinal),
        ("more_than", condition.after, date.toordinal),
        ("at_most", condition.on_or_before, date.toordinal),
        ("less_than", condition.before, date.toordinal),
        ("at_least", condition.days_after_reference_at_least, lambda days: on.toordinal() + int(days)),
        ("at_most", condition.days_after_reference_at_most, lambda days: on.toordinal() + int(days)),
    )
    for name, dated, ordinal in limits:
        if dated is not None:
            limit = value_on(dated, on)
            holds = None if limit is None else compared(name, column.ordinals, Fraction(ordinal(limit)))
            tests.append(situation.nothing() if holds is None else decided(holds, column.known))
    return least(tests)


def _starts_after(condition: StartsAfterReference, situation: PopulationSituation) -> Statuses:
    column = situation.columns.of_kind(condition.fact, Days)
    if column is None:
        return situation.nothing()
    first = situation.on.toordinal() + (0 if condition.same_day else 1)
    return decided(column.ordinals >= first, column.known)


# -- age -----------------------------------------------------------------------------------------------------------------


_Last = Callable[[date], date | None]


@dataclass(frozen=True, slots=True)
class _CountingDays:
    """The days on which an age counts: one for all, or for each row the place of its day; -1 when that is not known."""

    days: Sequence[date]
    places: Ints | None = None

    def born_by(self, last: _Last) -> "_BornBy":
        """For each row the last birth day of those who are old enough."""
        found = [last(day) for day in self.days]
        ordinals = [0 if day is None else day.toordinal() for day in found]
        years = [0 if day is None else day.year for day in found]
        whole = [0 if day is None else day.year - ((day.month, day.day) != (12, 31)) for day in found]
        known = [day is not None for day in found]
        place = 0 if self.places is None else self.places
        table = np.array([(*ordinals, 0), (*years, 0), (*whole, 0), (*known, 0)], dtype=np.int32)
        return _BornBy(table[0][place], table[1][place], table[2][place], table[3][place].astype(np.int8))


@dataclass(frozen=True, slots=True)
class _BornBy:
    """The last birth day, its year, and the last year that lies wholly before or on it; 0 or 1 for known."""

    ordinal: Any
    year: Any
    whole_year: Any
    known: Any


def _age(condition: AgeIs, situation: PopulationSituation) -> Statuses:
    births = situation.columns.of_kind(condition.birth_date, Days)
    years = situation.columns.of_kind(condition.birth_year, Numbers) if condition.birth_year else None
    days, tests = _counting_days(condition, situation), []
    last: _Last
    bounds = ((False, 0, condition.at_least), (True, 1, condition.at_most), (True, 0, condition.below))
    for upper, more, dated in bounds:
        if dated is not None:
            age = value_on(dated, situation.on)
            last = _nobody if age is None else partial(ages.born_for, age + more)
            tests.append(_born_by(days.born_by(last), upper, births, years, situation))
    if condition.below_state_pension:
        reference = situation.references.get("state_pension_age")
        last = partial(_pensioner, reference) if isinstance(reference, AgeList) else _nobody
        tests.append(_born_by(days.born_by(last), True, births, years, situation))
    return least(tests)


def _nobody(day: date) -> None:
    return None


def _pensioner(reference: AgeList, day: date) -> date | None:
    return ages.born_for_pension(day, reference)


def _counting_days(condition: AgeIs, situation: PopulationSituation) -> _CountingDays:
    if condition.on_day is not None:
        month, day = condition.on_day.split("-")
        return _CountingDays([date(situation.on.year, int(month), int(day))])
    if condition.on_fact is None:
        return _CountingDays([situation.on])
    column = situation.columns.of_kind(condition.on_fact, Days)
    if column is None:
        return _CountingDays([], np.full(situation.columns.n, -1, dtype=np.int32))
    ordinals, places = np.unique(column.ordinals[column.known], return_inverse=True)
    rows = np.full(situation.columns.n, -1, dtype=np.int32)
    rows[column.known] = places
    return _CountingDays([date.fromordinal(int(ordinal)) for ordinal in ordinals], rows)


def _born_by(
    border: _BornBy, upper: bool, births: Days | None, years: Numbers | None, situation: PopulationSituation
) -> Statuses:
    """Born on or before a day (or, for an upper bound, after it), by the birth date, else by the birth year."""
    status = situation.nothing()
    if years is not None:
        oldest, youngest = years.values <= border.year, years.values <= border.whole_year
        status = oldest.view(np.int8) + youngest.view(np.int8) - np.int8(1)
        status *= years.known.view(np.int8)
    if births is not None:
        by_day = decided(births.ordinals <= border.ordinal, np.ones(situation.columns.n, dtype=np.bool_))
        np.copyto(status, by_day, where=births.known)
    status *= border.known
    return -status if upper else status


ON_ONE_FACT: Evaluators = {
    OneOf: _one_of,
    AnyOf: _any_of,
    NumberIs: _number,
    DateIs: _date,
    AgeIs: _age,
    Yes: _yes,
    No: _no,
    InList: _in_list,
    StartsAfterReference: _starts_after,
    PostcodeBetween: _postcode_between,
    StartsWith: _starts_with,
}
