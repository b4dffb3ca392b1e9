"""How conditions on more than one thing are evaluated: awards, time between days, one fact against another, totals."""

import operator
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from schemes.basics.keeping import KeptFew
from schemes.basics.values import value_on
from schemes.conditions import Awards, Compare, Elapsed, NumberBy, Row, Total
from schemes.evaluation.base import (
    Limit,
    Params,
    PreparedCondition,
    Rule,
    Situation,
    Told,
    Within,
    limit,
    limits_of,
    together,
)
from schemes.facts import ages
from schemes.facts.outcome import PAST_AWARDS, Facts, FactValue, Outcome, PastAward
from schemes.facts.references import NumberList, NumberVersion, version_on

# -- awards --------------------------------------------------------------------------------------------------------------


def awards(condition: Awards, now: Situation) -> PreparedCondition:
    """So many awards, or so much, in the period."""
    on = now.on
    told, whole, within, missing = _on_any_day(condition, on)
    slugs = condition.schemes or ((now.scheme,) if now.scheme else ())
    counts = _counting(condition, on)

    def test(facts: Facts) -> Outcome:
        past = facts.get(PAST_AWARDS)
        if not isinstance(past, tuple):
            return missing
        if not slugs:
            return told.unknown("own_scheme_unknown", {}, whole[0], {**whole[1], "count": None}, None)
        found = [one for one in past if isinstance(one, PastAward) and one.scheme in slugs and counts(one.awarded_on)]
        count = sum(one.amount_cents for one in found) if condition.of == "amount" else len(found)
        return within.outcome(count, count, on, {"count": count})

    return PreparedCondition(lambda: told.rule(*whole, None), test)


_Bounds = tuple[Told, tuple[str, Params], Within, Outcome]
_UNDATED: KeptFew[int, tuple[Awards, _Bounds]] = KeptFew(4_096)
"""Of conditions on awards whose bounds hold on every day, by their number; with it the condition, so that it is of no other."""


def _on_any_day(condition: Awards, on: date) -> _Bounds:
    """What is said of the bounds on a day; it is the same on every day when no bound is of some days alone."""
    kept = _UNDATED.get(id(condition))
    if kept is not None and kept[0] is condition:
        return kept[1]
    told = Told(condition)
    kind = "awards_amount" if condition.of == "amount" else "awards"
    params = {"schemes": condition.schemes, "period": condition.period, "months": condition.months}
    limits = limits_of(condition, kind, on, **params)
    limits = (_none(limits[0]),) if len(limits) == 1 else limits
    whole = together(limits, kind)
    within = Within(told, limits, whole, None)
    made = told, whole, within, within.missing((PAST_AWARDS,), on, {"count": None})
    if not isinstance(condition.at_least, tuple) and not isinstance(condition.at_most, tuple):
        _UNDATED.keep(id(condition), (condition, made))
    return made


def _none(one: Limit) -> Limit:
    """`at_most: 0` has words of its own: no award at all."""
    if one.value != 0 or not one.code.endswith("_at_most"):
        return one
    params = {name: value for name, value in one.params.items() if name != "maximum"}
    return Limit("awards_none", one.name, one.value, one.holds, params)


def _counting(condition: Awards, on: date) -> Callable[[date], bool]:
    """Whether an award of a day counts on the reference date."""
    first = {
        "calendar_year": date(on.year, 1, 1),
        "school_year": date(on.year - (on.month < 8), 8, 1),
    }.get(condition.period, date.min)
    months = condition.months
    if months is None:
        return lambda day: first <= day <= on
    return lambda day: day <= on < ages.add_months(day, months)


# -- days ----------------------------------------------------------------------------------------------------------------


def elapsed(condition: Elapsed, now: Situation) -> PreparedCondition:
    """So much time from one day to the other: the last day is held against the first day plus that time."""
    told, on, unit = Told(condition), now.on, condition.unit
    params = {"unit": unit, "from": condition.from_fact, "to": condition.to_fact}
    limits = limits_of(condition, "elapsed", on, **params)
    whole = together(limits, "elapsed")
    fact = condition.facts[0]
    without = Within(told, limits, whole, fact)

    def test(facts: Facts) -> Outcome:
        days: list[date] = []
        unknown: tuple[str, ...] = ()
        for name in (condition.from_fact, condition.to_fact):
            day = on if name is None else facts.get(name)
            if isinstance(day, date):
                days.append(day)
            else:
                unknown += (str(name),)
        if unknown:
            return without.missing(unknown, on, {"elapsed": None})
        first, last = days
        bounds = tuple(
            Limit(
                one.code,
                one.name,
                None if one.value is None else ages.later(first, one.value, unit),
                one.holds,
                one.params,
            )
            for one in limits
        )
        more = {"elapsed": ages.whole_units(first, last, unit)}
        return Within(told, bounds, whole, fact).outcome(last, facts.get(fact), on, more)

    return PreparedCondition(lambda: told.rule(*whole, fact), test)


# -- one fact against another --------------------------------------------------------------------------------------------

_STANDS: dict[str, Callable[[Any, Any], bool]] = {
    "at_least": operator.ge,
    "more_than": operator.gt,
    "at_most": operator.le,
    "less_than": operator.lt,
    "equal": operator.eq,
}


def compare(condition: Compare, now: Situation) -> PreparedCondition:
    """The fact, or several together, stand so to (a share of) the other fact, or to a number of a list."""
    told, fact, plus = Told(condition), condition.fact, condition.plus
    code = f"compare_total_{condition.is_}" if plus else f"compare_{condition.is_}"
    each: Any = None if condition.each is None else value_on(condition.each, now.on)
    share: Any = value_on(condition.share, now.on)
    factor = share if condition.each is None else each
    times, over = (0, 1) if factor is None else factor.as_integer_ratio()
    numbers = None if condition.list is None else _numbers(condition, now)
    params: dict[str, Any] = {
        "other": condition.other,
        "list": condition.list,
        "by": condition.by,
        "share": share,
        "each": each,
    }
    if plus:
        params |= {"plus": (fact, *plus), "total": None}
    holds, needed = _STANDS[condition.is_], tuple(dict.fromkeys(condition.facts))
    why = _why_without(condition, now, factor, numbers)

    def test(facts: Facts) -> Outcome:
        value: Any = facts.get(fact)
        if why is not None:
            return told.unknown(*why, code, {**params, "limit": None}, fact, value)
        missing = tuple(name for name in needed if facts.get(name) is None)
        if missing:
            return told.missing(missing, code, {**params, "limit": None}, fact, value)
        value, shown = _added(value, plus, facts, params)
        other: Any = facts[condition.other] if condition.other else None
        if numbers is not None:
            chosen = "" if condition.by is None else _name(facts[condition.by])
            if chosen not in numbers:
                return _no_row(told, condition.by, chosen, code, {**shown, "limit": None}, fact, value)
            other = numbers[str(chosen)]
        if isinstance(value, date):
            return told.decided(holds(value, other), code, {**shown, "limit": other}, fact, value)
        part, parts = other.as_integer_ratio()
        part, parts = part * times, parts * over
        shown["limit"] = _shown(part, parts, condition.is_)
        number, of = value.as_integer_ratio()
        return told.decided(holds(number * parts, part * of), code, shown, fact, value)

    static = None
    if numbers is not None and condition.by is None and factor is not None:
        part, parts = numbers[""].as_integer_ratio()
        static = _shown(part * times, parts * over, condition.is_)
    return PreparedCondition(lambda: told.rule(code, {**params, "limit": static}, fact), test)


def _added(value: Any, plus: tuple[str, ...], facts: Facts, params: Params) -> tuple[Any, dict[str, Any]]:
    """The value with those of the facts that are added to it, and the parameters with that total."""
    others: list[Any] = [facts[name] for name in plus]
    total = value + sum(others) if plus else value
    return total, {**params, "total": total} if plus else dict(params)


def _numbers(condition: Compare, now: Situation) -> Mapping[str, int | Decimal] | None:
    """The numbers of the list by value (by an empty text when it holds one number); None when it does not say."""
    reference = now.references.get(condition.list or "")
    version = version_on(reference, now.on) if isinstance(reference, NumberList) else None
    if not isinstance(version, NumberVersion):
        return None
    if condition.by is not None:
        return version.numbers or None
    return None if version.number is None else {"": version.number}


def _why_without(
    condition: Compare, now: Situation, factor: Any, numbers: Mapping[str, Any] | None
) -> tuple[str, Params] | None:
    """Why nothing can be said about anybody on the day; None when something can."""
    if condition.list is not None and numbers is None:
        return "no_list_on_date", {"list": condition.list, "on": now.on}
    return ("no_value_on_date", {"on": now.on}) if factor is None else None


def _shown(part: int, parts: int, stands: str) -> int | Decimal | None:
    """A border of so many parts of one, to show: to the hundredth on its strict side (so a whole number when it is one)."""
    below, rest = divmod(100 * part, parts)
    if stands == "equal" and rest:
        return None
    rounded = below + (rest > 0 and stands in ("at_least", "less_than"))
    return rounded // 100 if rounded % 100 == 0 else Decimal(rounded) / 100


def _name(value: Any) -> Any:
    """How rows and lists name a value: yes and no for an answer, digits for a whole number."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else value


def _no_row(
    told: Told, by: str | None, chosen: Any, code: str, params: Params, fact: str, value: FactValue | None
) -> Outcome:
    return told.unknown("no_value_for_answer", {"fact": by, "value": chosen}, code, params, fact, value)


# -- bounds that depend on another fact ----------------------------------------------------------------------------------


def number_by(condition: NumberBy, now: Situation) -> PreparedCondition:
    """The number lies within the bounds of the row that the other fact chooses."""
    table = _Table(condition, now)

    def asks() -> Rule:
        told = ((row, *table.whole(row)) for row in condition.rows)
        rows = tuple(
            # Article and text belong to the condition.
            Rule(code, {**params, "by": condition.by, "by_value": row.values}, condition.fact)
            for row, code, params in told
        )
        return table.told.rule("number_by", {"by": condition.by}, condition.fact, rows + table.growth())

    return PreparedCondition(asks, table.test)


class _Table:
    """The rows of a condition on a day."""

    def __init__(self, condition: NumberBy, now: Situation) -> None:
        self.told, self._condition, self._on = Told(condition), condition, now.on
        self._limits = {id(row): limits_of(row, "number_by", now.on) for row in condition.rows}
        self._rows: dict[Any, Row | None] = {value: row for row in condition.rows for value in row.values}
        self._rest = None if condition.rows[-1].values else condition.rows[-1]
        extra = condition.per_extra
        self._above = None if extra is None else extra.above
        self._each: Any = None if extra is None else value_on(extra.each, now.on)

    def whole(self, row: Row) -> tuple[str, Params]:
        """Code and parameters of a row."""
        return together(self._limits[id(row)], "number_by")

    def growth(self) -> tuple[Rule, ...]:
        """The rule that the bounds grow above the last row."""
        if self._above is None:
            return ()
        params = {"by": self._condition.by, "above": self._above, "each": self._each}
        return (Rule("number_by_extra", params, self._condition.fact),)

    def test(self, facts: Facts) -> Outcome:
        """The outcome for somebody."""
        fact, by = self._condition.fact, self._condition.by
        value, chosen = facts.get(fact), facts.get(by)
        if chosen is None:
            missing = (by,) if value is not None else (fact, by)
            return self.told.missing(missing, "number_by", {"by": by}, fact, value)
        extra = self._extra(chosen)
        row = self._row(chosen, extra)
        if row is None:
            return _no_row(self.told, by, _name(chosen), "number_by", {"by": by}, fact, value)
        if extra > 0 and self._each is None:
            why = {"on": self._on}
            return self.told.unknown("no_value_on_date", why, "number_by", {"by": by}, fact, value)
        limits, more = self._limits[id(row)], {"by": by, "by_value": (_name(chosen),)}
        if extra > 0:
            limits = tuple(self._grown(one, extra) for one in limits)
        within = Within(self.told, limits, together(limits, "number_by"), fact)
        return (
            within.missing((fact,), self._on, more) if value is None else within.outcome(value, value, self._on, more)
        )

    def _extra(self, chosen: Any) -> int | Decimal:
        """How far a number lies above the last row."""
        counts = self._above is not None and isinstance(chosen, int | Decimal) and not isinstance(chosen, bool)
        return max(0, chosen - self._above) if counts else 0

    def _row(self, chosen: Any, extra: int | Decimal) -> Row | None:
        key: Any = self._above if extra > 0 else ("yes" if chosen else "no") if isinstance(chosen, bool) else chosen
        return self._rows.get(key, self._rest)

    def _grown(self, one: Limit, extra: int | Decimal) -> Limit:
        if one.value is None or self._each is None:
            return one
        grown = one.value + self._each * extra
        whole = grown == int(grown)
        return limit(one.code, one.name, int(grown) if whole else grown, one.holds)


# -- totals --------------------------------------------------------------------------------------------------------------


def total(condition: Total, now: Situation) -> PreparedCondition:
    """The facts together lie within the bounds."""
    told, fact, on = Told(condition), condition.plus[0], now.on
    limits = limits_of(condition, "total", on, plus=condition.plus, minus=condition.minus)
    whole = together(limits, "total")
    within = Within(told, limits, whole, fact)

    def test(facts: Facts) -> Outcome:
        missing = tuple(name for name in condition.facts if facts.get(name) is None)
        if missing:
            return within.missing(missing, on, {"total": None})
        plus: list[Any] = [facts[name] for name in condition.plus]
        minus: list[Any] = [facts[name] for name in condition.minus]
        together_ = sum(plus) - sum(minus)
        return within.outcome(together_, together_, on, {"total": together_})

    return PreparedCondition(lambda: told.rule(*whole, fact), test)
