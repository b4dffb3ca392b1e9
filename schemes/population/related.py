"""Conditions on more than one fact, on many people at once: awards, time between days, one fact against another, totals."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemes.basics.values import value_on
from schemes.conditions import Awards, Compare, Elapsed, NumberBy, Total
from schemes.facts.outcome import PAST_AWARDS
from schemes.facts.references import NumberList, NumberVersion, version_on
from schemes.population.base import BOUNDS, Evaluators, PopulationSituation, Statuses, bounded, decided, least
from schemes.population.columns import AwardsColumn as AwardsColumn
from schemes.population.columns import Bools, Codes, Days, Ints, Longs, Numbers, YesNo

_EPOCH = date(1970, 1, 1).toordinal()
_SAFE = 1 << 62
"""Beyond this whole numbers of 64 bits could run over; then exact numbers of Python are used."""


# -- awards --------------------------------------------------------------------------------------------------------------


def _awards(condition: Awards, situation: PopulationSituation) -> Statuses:
    column = situation.columns.of_kind(PAST_AWARDS, AwardsColumn)
    slugs = condition.schemes or ((situation.scheme,) if situation.scheme else ())
    if column is None or not slugs:
        return situation.nothing()
    wanted = np.array([slug in slugs for slug in column.vocabulary], dtype=np.bool_)
    counts = wanted[column.schemes] & _in_period(condition, column.days, situation.on)
    worth = np.where(counts, column.cents, 0) if condition.of == "amount" else counts.astype(np.int64)
    sums = np.concatenate([[0], np.cumsum(worth)])[column.offsets]
    return bounded(condition, np.diff(sums), column.known, 1, situation)


def _in_period(condition: Awards, days: Ints, on: date) -> Bools:
    counts: Bools = days <= on.toordinal()
    if condition.period == "calendar_year":
        counts &= days >= date(on.year, 1, 1).toordinal()
    elif condition.period == "school_year":
        counts &= days >= date(on.year - (on.month < 8), 8, 1).toordinal()
    elif condition.period == "before":
        counts &= later(days, condition.months or 0, "months") > on.toordinal()
    return counts


# -- days ----------------------------------------------------------------------------------------------------------------


def later(ordinals: Any, count: int, unit: str) -> Longs:
    """The days (ordinals) so many days, weeks, months or years later, as `ages.add_months` does for one day."""
    days = np.asarray(ordinals, dtype=np.int64)
    if unit in ("days", "weeks"):
        return days + count * (7 if unit == "weeks" else 1)
    since_1970 = (days - _EPOCH).astype("datetime64[D]")
    month = since_1970.astype("datetime64[M]")
    in_month = (since_1970 - month.astype("datetime64[D]")).astype(np.int64)
    target = month + np.timedelta64(count * (12 if unit == "years" else 1), "M")
    first, next_first = target.astype("datetime64[D]"), (target + np.timedelta64(1, "M")).astype("datetime64[D]")
    found: Longs = np.minimum(first.astype(np.int64) + in_month, next_first.astype(np.int64)) + _EPOCH
    return found


def _elapsed(condition: Elapsed, situation: PopulationSituation) -> Statuses:
    first, first_known = _day(condition.from_fact, situation)
    last, last_known = _day(condition.to_fact, situation)
    known, tests = first_known & last_known, []
    for name in BOUNDS:
        dated = getattr(condition, name)
        if dated is not None:
            span = value_on(dated, situation.on)
            holds = None if span is None else _stands(name, last, later(first, span, condition.unit))
            tests.append(situation.nothing() if holds is None else decided(holds, known))
    return least(tests)


def _day(fact: str | None, situation: PopulationSituation) -> tuple[Ints, Bools]:
    """The days of a fact with which are known; without a fact the reference date."""
    n = situation.columns.n
    if fact is None:
        return np.full(n, situation.on.toordinal(), dtype=np.int32), np.ones(n, dtype=np.bool_)
    column = situation.columns.of_kind(fact, Days)
    if column is None:
        return np.zeros(n, dtype=np.int32), np.zeros(n, dtype=np.bool_)
    return column.ordinals, column.known


def _stands(name: str, left: NDArray[Any], right: NDArray[Any]) -> Bools:
    """How values stand to others, row by row."""
    tests = {
        "at_least": np.greater_equal,
        "more_than": np.greater,
        "at_most": np.less_equal,
        "less_than": np.less,
        "equal": np.equal,
    }
    return np.asarray(tests[name](left, right), dtype=np.bool_)


# -- numbers -------------------------------------------------------------------------------------------------------------


def times(values: Longs, factor: int) -> NDArray[Any]:
    """Whole numbers times a whole number, exact however large."""
    largest = max(abs(int(values.max(initial=0))), abs(int(values.min(initial=0))))
    return values * factor if largest * abs(factor) < _SAFE else values.astype(object) * factor


def _compare(condition: Compare, situation: PopulationSituation) -> Statuses:
    column = situation.columns.facts.get(condition.fact)
    if isinstance(column, Days) and condition.other is not None:
        other, known = _day(condition.other, situation)
        return decided(_stands(condition.is_, column.ordinals, other), column.known & known)
    numbers = _added((condition.fact, *condition.plus), (), situation)
    if numbers is None:
        return situation.nothing()
    if condition.list is not None:
        return _against_list(condition, numbers, situation)
    others = situation.columns.of_kind(condition.other or "", Numbers)
    dated: Any = condition.share if condition.each is None else condition.each
    factor: Any = value_on(dated, situation.on)
    if others is None or factor is None:
        return situation.nothing()
    exact = Fraction(factor)
    left = times(numbers.values, exact.denominator * others.scale)
    right = times(others.values, exact.numerator * numbers.scale)
    return decided(_stands(condition.is_, left, right), numbers.known & others.known)


def _against_list(condition: Compare, numbers: Numbers, situation: PopulationSituation) -> Statuses:
    reference = situation.references.get(condition.list or "")
    version = version_on(reference, situation.on) if isinstance(reference, NumberList) else None
    share = value_on(condition.share, situation.on)
    if not isinstance(version, NumberVersion) or share is None:
        return situation.nothing()
    if condition.by is None:
        limits = [] if version.number is None else [version.number]
        places = np.zeros(situation.columns.n, dtype=np.int64)
    else:
        limits = list(version.numbers.values())
        places = places_of(condition.by, list(version.numbers), situation)
    status = situation.nothing()
    for place, limit in enumerate(limits):
        border = Fraction(limit) * share * numbers.scale
        holds = _stands(condition.is_, times(numbers.values, border.denominator), np.array(border.numerator))
        np.copyto(status, decided(holds, numbers.known), where=places == place)
    return status


def places_of(fact: str, names: Sequence[str | int], situation: PopulationSituation) -> Longs:
    """For each row the place of its value among names (keys, yes and no, or numbers); -1 not known, -2 another value."""
    column = situation.columns.facts.get(fact)
    by_name = {str(name): place for place, name in enumerate(names)}
    if isinstance(column, Codes):
        table = [by_name.get(str(value), -2) for value in column.vocabulary]
        return np.array([*table, -1], dtype=np.int64)[column.codes]
    if isinstance(column, YesNo):
        table = [-1, by_name.get("yes", -2), by_name.get("no", -2)]
        return np.array(table, dtype=np.int64)[column.answers]
    found = np.full(situation.columns.n, -1, dtype=np.int64)
    if isinstance(column, Numbers):
        found[column.known] = -2
        for name, place in by_name.items():
            if name.isdigit():
                found[column.known & (column.values == int(name) * column.scale)] = place
    return found


def _number_by(condition: NumberBy, situation: PopulationSituation) -> Statuses:
    column = situation.columns.of_kind(condition.fact, Numbers)
    if column is None:
        return situation.nothing()
    names = [value for row in condition.rows for value in row.values]
    row_of = [place for place, row in enumerate(condition.rows) for _ in row.values]
    rest = len(condition.rows) - 1 if not condition.rows[-1].values else -2
    rows = np.array([*row_of, rest, -1], dtype=np.int64)[places_of(condition.by, names, situation)]
    status = situation.nothing()
    for place, row in enumerate(condition.rows):
        here = rows == place
        if here.any():
            np.copyto(status, bounded(row, column.values, column.known, column.scale, situation), where=here)
    _beyond(condition, column, status, situation)
    return status


def _beyond(condition: NumberBy, column: Numbers, status: Statuses, situation: PopulationSituation) -> None:
    """Rows whose other number lies above the last row: the bounds of that row, grown for each unit."""
    extra, by = condition.per_extra, situation.columns.facts.get(condition.by)
    if extra is None or not isinstance(by, Numbers):
        return
    here = by.known & (by.values > extra.above * by.scale)
    each: Any = value_on(extra.each, situation.on)
    last = next(row for row in condition.rows if extra.above in row.values)
    if each is None:
        status[here] = 0
        return
    growth = Fraction(each) * column.scale / by.scale
    left = times(column.values, growth.denominator) - times(by.values - extra.above * by.scale, growth.numerator)
    grown = bounded(last, left, column.known, column.scale * growth.denominator, situation)
    np.copyto(status, grown, where=here)


def _total(condition: Total, situation: PopulationSituation) -> Statuses:
    total = _added(condition.plus, condition.minus, situation)
    if total is None:
        return situation.nothing()
    return bounded(condition, total.values, total.known, total.scale, situation)


def _added(plus: Sequence[str], minus: Sequence[str], situation: PopulationSituation) -> Numbers | None:
    """Facts added to each other and taken off, row by row; None when one of them is not known of anybody."""
    found: Numbers | None = None
    for sign, fact in (*((1, fact) for fact in plus), *((-1, fact) for fact in minus)):
        column = situation.columns.of_kind(fact, Numbers)
        if column is None:
            return None
        values = sign * column.values
        found = (
            Numbers(values, column.known, column.scale)
            if found is None
            else Numbers(found.values + values, found.known & column.known, column.scale)
        )
    return found


ON_SEVERAL_FACTS: Evaluators = {
    Awards: _awards,
    Elapsed: _elapsed,
    Compare: _compare,
    NumberBy: _number_by,
    Total: _total,
}
