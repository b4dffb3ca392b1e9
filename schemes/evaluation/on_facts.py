"""How conditions on one fact are evaluated. Each function makes a condition ready for a day."""

import operator
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from schemes.basics.values import value_on
from schemes.conditions import (
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
from schemes.evaluation.base import (
    Limit,
    PreparedCondition,
    Situation,
    Told,
    Within,
    limit,
    limits_of,
    of_values,
    together,
)
from schemes.facts.outcome import Facts, Outcome
from schemes.facts.references import MunicipalityVersion, ValueVersion, version_on


def digits(value: Any) -> Any:
    """The four digits of a full postcode; any other value as it is."""
    full = isinstance(value, str) and len(value) == 7 and value[4] == " " and value[:4].isdigit()
    return value[:4] if full else value


def one_of(condition: OneOf, now: Situation) -> PreparedCondition:
    """The value is one of these."""
    allowed = frozenset(condition.values)
    params = {"allowed": condition.values}
    return of_values(
        condition, condition.fact, "is_one_of", params, lambda value: value in allowed or digits(value) in allowed
    )


def any_of(condition: AnyOf, now: Situation) -> PreparedCondition:
    """One of the chosen values is one of these."""
    allowed = frozenset(condition.values)
    params = {"allowed": condition.values}
    return of_values(
        condition, condition.fact, "has_any_of", params, lambda value: not allowed.isdisjoint(_several(value))
    )


def _several(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def yes_or_no(condition: Yes | No, now: Situation) -> PreparedCondition:
    """The answer is yes, or no."""
    wanted = condition.type == "yes"
    return of_values(condition, condition.fact, f"is_{condition.type}", {}, lambda value: value is wanted)


def in_list(condition: InList, now: Situation) -> PreparedCondition:
    """The value stands in the list of the day."""
    reference, fact = now.references.get(condition.list), condition.fact
    version = None if reference is None else version_on(reference, now.on)
    params = {"list": condition.list, "list_from": None if version is None else version.from_}
    if isinstance(version, MunicipalityVersion | ValueVersion):
        values = version.values
        return of_values(
            condition,
            fact,
            "in_list",
            params,
            lambda value: any(item in values or digits(item) in values for item in _several(value)),
        )
    told, why = Told(condition), {"list": condition.list, "on": now.on}

    def test(facts: Facts) -> Outcome:
        return told.unknown("no_list_on_date", why, "in_list", params, fact, facts.get(fact))

    return PreparedCondition(lambda: told.rule("in_list", params, fact), test)


def postcode_between(condition: PostcodeBetween, now: Situation) -> PreparedCondition:
    """The digits lie in one of the ranges."""
    ranges = tuple((one.from_, one.to) for one in condition.ranges)
    return of_values(
        condition,
        condition.fact,
        "postcode_between",
        {"ranges": ranges},
        lambda value: any(low <= value[:4] <= high for low, high in ranges),
    )


def starts_with(condition: StartsWith, now: Situation) -> PreparedCondition:
    """The value begins with one of these."""
    prefixes = condition.prefixes
    return of_values(
        condition, condition.fact, "starts_with", {"prefixes": prefixes}, lambda value: value.startswith(prefixes)
    )


def starts_after(condition: StartsAfterReference, now: Situation) -> PreparedCondition:
    """The day lies after the reference date."""
    told, fact, code = Told(condition), condition.fact, "starts_after_reference"
    params = {"reference_date": now.on, "same_day_allowed": condition.same_day}
    first = now.on if condition.same_day else now.on + timedelta(days=1)
    missing = told.missing((fact,), code, params, fact)

    def test(facts: Facts) -> Outcome:
        value = facts.get(fact)
        return told.decided(value >= first, code, params, fact, value) if isinstance(value, date) else missing

    return PreparedCondition(lambda: told.rule(code, params, fact), test)


# -- bounds --------------------------------------------------------------------------------------------------------------


def number(condition: NumberIs, now: Situation) -> PreparedCondition:
    """The number lies within the bounds."""
    told, fact, on = Told(condition), condition.fact, now.on
    limits = limits_of(condition, "number", on)
    whole = together(limits, "number")
    within = Within(told, limits, whole, fact)
    missing = within.missing((fact,), on)

    def test(facts: Facts) -> Outcome:
        value = facts.get(fact)
        return missing if value is None else within.outcome(value, value, on)

    return PreparedCondition(lambda: told.rule(*whole, fact), test)


def day(condition: DateIs, now: Situation) -> PreparedCondition:
    """The day lies within the bounds: fixed days, or days from the reference date."""
    told, fact, on = Told(condition), condition.fact, now.on
    fixed = _fixed_days(condition, on)
    limits = fixed or _counted_days(condition, on)
    whole = _together(limits)
    within = Within(told, limits, whole, fact)
    missing = within.missing((fact,), on, {} if fixed else {"days": None})

    def test(facts: Facts) -> Outcome:
        value = facts.get(fact)
        if not isinstance(value, date):
            return missing
        if fixed:
            return within.outcome(value, value, on)
        days = (value - on).days
        return within.outcome(days, value, on, {"days": days})

    return PreparedCondition(lambda: told.rule(*whole, fact), test)


def _fixed_days(condition: DateIs, on: date) -> tuple[Limit, ...]:
    """The bounds that are days, each with its border included."""
    next_day, ge, le = timedelta(days=1), operator.ge, operator.le
    bounds = (
        ("date_on_or_after", "earliest", condition.on_or_after, timedelta(), ge),
        ("date_on_or_after", "earliest", condition.after, next_day, ge),
        ("date_on_or_before", "latest", condition.on_or_before, timedelta(), le),
        ("date_on_or_before", "latest", condition.before, -next_day, le),
    )
    return tuple(
        limit(code, name, None if (border := value_on(dated, on)) is None else border + shift, holds)
        for code, name, dated, shift, holds in bounds
        if dated is not None
    )


def _counted_days(condition: DateIs, on: date) -> tuple[Limit, ...]:
    least, most = condition.days_after_reference_at_least, condition.days_after_reference_at_most
    bounds = (("at_least", "minimum_days", least, operator.ge), ("at_most", "maximum_days", most, operator.le))
    return tuple(
        limit(f"days_after_reference_{kind}", name, value_on(dated, on), holds)
        for kind, name, dated, holds in bounds
        if dated is not None
    )


def _together(limits: tuple[Limit, ...]) -> tuple[str, Mapping[str, Any]]:
    if len(limits) == 1:
        return limits[0].code, limits[0].params
    kind = "date" if limits[0].name == "earliest" else "days_after_reference"
    return f"{kind}_between", {**limits[0].params, **limits[1].params}
