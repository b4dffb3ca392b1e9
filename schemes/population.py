"""Conditions on many people at once, with numpy: the same answers as `evaluation`, row by row, without reasons.

A status is a number: 1 met, 0 unknown, -1 not met, so that `all` is the least of its parts, `any` the most, and `not` the
opposite. Bounds become one comparison per row: an age is a birth day, a share of a number a whole number.
"""

import os
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import reduce
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemes import ages
from schemes.columns import Bools, Codes, Columns, Days, Numbers, YesNo
from schemes.conditions import (
    AgeIs,
    All,
    Any_,
    AnyCondition,
    AnyOf,
    AtLeastN,
    DateIs,
    InList,
    No,
    Not,
    NumberIs,
    OneOf,
    StartsAfterReference,
    Yes,
)  # fmt: skip
from schemes.definition import SchemeDefinition
from schemes.references import AgeList, AgeVersion, References, version_on
from schemes.values import value_on

MET, UNKNOWN, NOT_MET = 1, 0, -1
CHUNK = 1 << 16
"""Rows that are worked on together: few enough to stay in the cache of a processor."""
Statuses = NDArray[np.int8]
_FIRST, _LAST = date(1800, 1, 1).toordinal(), date(2300, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Situation:
    """The rows with the day and the lists. `tables` keeps what follows from a vocabulary, for all parts of the rows."""

    columns: Columns
    on: date
    references: References
    tables: dict[int, Statuses] = field(default_factory=dict)

    def nothing(self) -> Statuses:
        """Unknown in every row."""
        return np.zeros(self.columns.n, dtype=np.int8)


def statuses(
    conditions: SchemeDefinition | Sequence[AnyCondition], columns: Columns, on: date, references: References
) -> Statuses:
    """What `evaluation.evaluate_all` says for every row: 1 met, 0 unknown, -1 not met."""
    together: Statuses = statuses_of([conditions], columns, on, references)[0]
    return together


def statuses_of(
    schemes: Iterable[SchemeDefinition | Sequence[AnyCondition]],
    columns: Columns,
    on: date,
    references: References,
    *,
    threads: int | None = None,
) -> Statuses:
    """The statuses of several schemes: one row of the answer per scheme, one column per person.

    The people are divided among `threads` (all processors when not given); the answer does not depend on their number.
    """
    asked = [scheme.conditions if isinstance(scheme, SchemeDefinition) else tuple(scheme) for scheme in schemes]
    answer = np.empty((len(asked), columns.n), dtype=np.int8)
    tables: dict[int, Statuses] = {}

    def work(start: int) -> None:
        part = columns.part(start, start + CHUNK)
        situation = Situation(part, on, references, tables)
        for row, conditions in enumerate(asked):
            answer[row, start : start + part.n] = _together(conditions, situation)

    starts = range(0, columns.n, CHUNK)
    workers = min(len(starts), threads or os.cpu_count() or 1)
    if workers <= 1:
        for start in starts:
            work(start)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, starts))
    return answer


def status_of(condition: AnyCondition, situation: Situation) -> Statuses:
    """What one condition says about every row."""
    return EVALUATORS[type(condition)](condition, situation)


def _together(conditions: Sequence[AnyCondition], situation: Situation) -> Statuses:
    """All conditions together; once every row fails, the rest need not be asked."""
    together: Statuses = np.ones(situation.columns.n, dtype=np.int8)
    for condition in conditions:
        np.minimum(together, status_of(condition, situation), out=together)
        if together.max(initial=NOT_MET) == NOT_MET:
            break
    return together


def _decided(holds: Bools, known: Bools) -> Statuses:
    """1 where it holds, -1 where not, 0 where the fact is not known."""
    status = holds.view(np.int8) * np.int8(2)
    status -= np.int8(1)
    status *= known.view(np.int8)
    return status


def _least(parts: Sequence[Statuses]) -> Statuses:
    return reduce(np.minimum, parts)


# -- values of a vocabulary ----------------------------------------------------------------------------------------------


def _looked_up(condition: AnyCondition, fact: str, situation: Situation, holds: Callable[[Any], bool]) -> Statuses:
    """Decides each value of the vocabulary once, then looks the rows up. The last entry is for what is not known."""
    column = situation.columns.of_kind(fact, Codes)
    if column is None:
        return situation.nothing()
    table = situation.tables.get(id(condition))
    if table is None:
        decided = [MET if holds(value) else NOT_MET for value in column.vocabulary]
        table = situation.tables[id(condition)] = np.array([*decided, UNKNOWN], dtype=np.int8)
    return table[column.codes]


def _one_of(condition: OneOf, situation: Situation) -> Statuses:
    return _looked_up(condition, condition.fact, situation, frozenset(condition.values).__contains__)


def _any_of(condition: AnyOf, situation: Situation) -> Statuses:
    allowed = frozenset(condition.values)
    return _looked_up(condition, condition.fact, situation, lambda value: not allowed.isdisjoint(_several(value)))


def _several(value: Any) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)


def _in_list(condition: InList, situation: Situation) -> Statuses:
    reference = situation.references.get(condition.list)
    version = None if reference is None else version_on(reference, situation.on)
    if version is None or isinstance(version, AgeVersion):
        return situation.nothing()
    values: frozenset[str] = version.values
    return _looked_up(
        condition, condition.fact, situation,
        lambda value: any(item in values or digits(item) in values for item in _several(value)),
    )  # fmt: skip


def digits(value: str) -> str:
    """The four digits of a full postcode; any other value as it is."""
    return value[:4] if len(value) == 7 and value[4] == " " and value[:4].isdigit() else value


def _yes(condition: Yes, situation: Situation) -> Statuses:
    column = situation.columns.of_kind(condition.fact, YesNo)
    return situation.nothing() if column is None else column.answers


def _no(condition: No, situation: Situation) -> Statuses:
    column = situation.columns.of_kind(condition.fact, YesNo)
    return situation.nothing() if column is None else -column.answers


# -- numbers and days ----------------------------------------------------------------------------------------------------


def _number(condition: NumberIs, situation: Situation) -> Statuses:
    column = situation.columns.of_kind(condition.fact, Numbers)
    if column is None:
        return situation.nothing()
    values, scale, tests = column.values, column.scale, []
    for name in ("at_least", "more_than", "at_most", "less_than"):
        dated = getattr(condition, name)
        if dated is None:
            continue
        limit = value_on(dated, situation.on)
        holds = None if limit is None else compared(name, values, Fraction(limit) * scale)
        tests.append(situation.nothing() if holds is None else _decided(holds, column.known))
    return _least(tests)


def compared(name: str, values: NDArray[Any], limit: Fraction) -> Bools:
    """Which whole values lie on the right side of an exact limit: at_least, more_than, at_most or less_than."""
    below = limit.numerator // limit.denominator
    above = -(-limit.numerator // limit.denominator)
    if name == "at_least":
        return values >= above
    if name == "more_than":
        return values > below
    return values <= below if name == "at_most" else values < above


def _date(condition: DateIs, situation: Situation) -> Statuses:
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
            known = None if limit is None else compared(name, column.ordinals, Fraction(ordinal(limit)))
            tests.append(situation.nothing() if known is None else _decided(known, column.known))
    return _least(tests)


def _starts_after(condition: StartsAfterReference, situation: Situation) -> Statuses:
    column = situation.columns.of_kind(condition.fact, Days)
    if column is None:
        return situation.nothing()
    first = situation.on.toordinal() + (0 if condition.same_day else 1)
    return _decided(column.ordinals >= first, column.known)


# -- age -----------------------------------------------------------------------------------------------------------------


def _age(condition: AgeIs, situation: Situation) -> Statuses:
    births = situation.columns.of_kind(condition.birth_date, Days)
    years = situation.columns.of_kind(condition.birth_year, Numbers) if condition.birth_year else None
    tests = []
    bounds = ((False, 0, condition.at_least), (True, 1, condition.at_most), (True, 0, condition.below))
    for upper, more, dated in bounds:
        if dated is not None:
            age = value_on(dated, situation.on)
            day = None if age is None else born_for(age + more, situation.on)
            tests.append(_born_by(day, upper, births, years, situation))
    if condition.below_state_pension:
        tests.append(_born_by(born_for_pension(situation), True, births, years, situation))
    return _least(tests)


def born_for(age: int, on: date) -> int:
    """The last birth day (ordinal) of somebody who has this age or more on a day."""
    year = on.year - age
    try:
        return date(year, on.month, on.day).toordinal()
    except ValueError:  # the reference date is 29 February, and that year has none
        return date(year, 2, 28).toordinal()


def born_for_pension(situation: Situation) -> int | None:
    """The last birth day (ordinal) of somebody with the state pension age; None when the list says nothing of the day."""
    reference = situation.references.get("state_pension_age")
    version = version_on(reference, situation.on) if isinstance(reference, AgeList) else None
    if not isinstance(reference, AgeList) or getattr(version, "age", None) is None:
        return None
    pensions: AgeList = reference

    def without(ordinal: int) -> bool:
        return ages.has_state_pension(date.fromordinal(ordinal), situation.on, pensions) != "met"

    return _FIRST + bisect_left(range(_FIRST, _LAST), True, key=without) - 1


def _born_by(
    day: int | None, upper: bool, births: Days | None, years: Numbers | None, situation: Situation
) -> Statuses:
    """Born on or before a day (or, for an upper bound, after it), by the birth date, else by the birth year."""
    if day is None:
        return situation.nothing()
    status = situation.nothing()
    if years is not None:
        border = date.fromordinal(day)
        sure = border.year if (border.month, border.day) == (12, 31) else border.year - 1
        oldest, youngest = years.values <= border.year, years.values <= sure
        status = oldest.view(np.int8) + youngest.view(np.int8) - np.int8(1)
        status *= years.known.view(np.int8)
    if births is not None:
        np.copyto(
            status, _decided(births.ordinals <= day, np.ones(situation.columns.n, dtype=np.bool_)), where=births.known
        )
    return -status if upper else status


# -- groups --------------------------------------------------------------------------------------------------------------


def _all(condition: All, situation: Situation) -> Statuses:
    return _together(condition.conditions, situation)


def _any(condition: Any_, situation: Situation) -> Statuses:
    return reduce(np.maximum, map(status_of, condition.conditions, repeat(situation)))


def _at_least_n(condition: AtLeastN, situation: Situation) -> Statuses:
    met = np.zeros(situation.columns.n, dtype=np.int16)
    possible = np.zeros(situation.columns.n, dtype=np.int16)
    for part in condition.conditions:
        status = status_of(part, situation)
        met += status > UNKNOWN
        possible += status > NOT_MET
    return (met >= condition.n).view(np.int8) - (possible < condition.n).view(np.int8)


def _not(condition: Not, situation: Situation) -> Statuses:
    return -status_of(condition.condition, situation)


EVALUATORS: Mapping[type, Callable[[Any, Situation], Statuses]] = {
    OneOf: _one_of, AnyOf: _any_of, NumberIs: _number, DateIs: _date, AgeIs: _age, Yes: _yes, No: _no, InList: _in_list,
    StartsAfterReference: _starts_after, All: _all, Any_: _any, AtLeastN: _at_least_n, Not: _not,
}  # fmt: skip
"""How each type of condition is evaluated on many rows."""
