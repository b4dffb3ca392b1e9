"""Evaluate conditions on facts: met, not met or unknown (Kleene), each with its reason and trace.

What is not known never becomes "not met": a part that is unknown leaves the whole unknown unless the other parts decide.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from schemes import ages
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
from schemes.outcome import Facts, FactValue, Outcome, Status
from schemes.references import AgeList, AgeVersion, References, version_on
from schemes.values import Text, value_on


@dataclass(frozen=True, slots=True)
class Rule:
    """What a condition asks on a day, without looking at facts: a code of `codes.RULES` with its parameters."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    fact: str | None = None
    article: str | None = None
    children: tuple["Rule", ...] = ()
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """One bound of a condition. `status` is None as long as the value is not known."""

    code: str
    params: Mapping[str, Any]
    status: Status | None
    unknown: tuple[str, Mapping[str, Any]] | None = None


def evaluate(condition: AnyCondition, facts: Facts, on: date, references: References) -> Outcome:
    """What a condition says about the facts on the reference date. Facts that are not given are unknown."""
    return _EVALUATORS[type(condition)](condition, facts, on, references)


def evaluate_all(conditions: Sequence[AnyCondition], facts: Facts, on: date, references: References) -> Outcome:
    """The conditions of a definition together: all must hold. No conditions: met."""
    children = tuple(evaluate(condition, facts, on, references) for condition in conditions)
    return _combined("all", children, len(children), None)


def describe(condition: AnyCondition, on: date, references: References) -> Rule:
    """The rule of a condition on a day, for a sentence that needs no facts."""
    children = tuple(describe(part, on, references) for part in condition.parts)
    outcome = evaluate(condition, {}, on, references)
    code, params = outcome.code, outcome.params
    if isinstance(condition, NumberIs | DateIs | AgeIs):
        code, params = _whole_rule(_BOUNDS[type(condition)](condition, None, on, references))
    asked = {name: value for name, value in params.items() if name not in ("met", "unknown", "age", "days")}
    return Rule(code, asked, outcome.fact, condition.article, children, condition.text)


# -- building outcomes ---------------------------------------------------------------------------------------------------


def _outcome(
    condition: AnyCondition, status: Status, code: str, params: Mapping[str, Any], fact: str | None, value: FactValue | None,
    **more: Any,
) -> Outcome:  # fmt: skip
    return Outcome(
        status, code, params, fact, value, article=condition.article, text=condition.text, id=condition.id,
        type=condition.type, **more,
    )  # fmt: skip


def _missing(condition: AnyCondition, code: str, params: Mapping[str, Any], fact: str) -> Outcome:
    return _outcome(
        condition, "unknown", code, params, fact, None,
        unknown_code="fact_missing", unknown_params={"facts": (fact,)}, missing=(fact,),
    )  # fmt: skip


def _decided(holds: bool) -> Status:
    return "met" if holds else "not_met"


def _whole_rule(bounds: Sequence[Bound]) -> tuple[str, Mapping[str, Any]]:
    """Code and parameters of all bounds together."""
    if len(bounds) == 1:
        return bounds[0].code, bounds[0].params
    merged: dict[str, Any] = {}
    for bound in bounds:
        merged.update(bound.params)
    kind = bounds[0].code.split("_")[0]
    if kind == "number":
        merged |= {
            "minimum_included": bounds[0].code == "number_at_least",
            "maximum_included": bounds[1].code == "number_at_most",
        }
    if kind == "age":
        top = bounds[1].code
        merged = {
            "minimum": bounds[0].params["minimum"], "maximum": merged.get("maximum"), "below": merged.get("limit"),
            "below_state_pension": top == "age_below_state_pension", "age": merged.get("age"),
        }  # fmt: skip
    return {"number": "number_between", "date": "date_between", "age": "age_between"}.get(
        kind, "days_after_reference_between"
    ), merged


def _bounded(condition: AnyCondition, bounds: Sequence[Bound], fact: str, value: FactValue | None) -> Outcome:
    """The outcome of bounds that must all hold; the one that decides gives the reason."""
    for bound in bounds:
        if bound.status == "not_met":
            return _outcome(condition, "not_met", bound.code, bound.params, fact, value)
    code, params = _whole_rule(bounds)
    for bound in bounds:
        if bound.status != "met":
            unknown_code, unknown_params = bound.unknown or ("fact_missing", {"facts": (fact,)})
            missing = tuple(unknown_params.get("facts", ()))
            return _outcome(
                condition, "unknown", bound.code, bound.params, fact, value,
                unknown_code=unknown_code, unknown_params=unknown_params, missing=missing,
            )  # fmt: skip
    return _outcome(condition, "met", code, params, fact, value)


# -- conditions on one fact ----------------------------------------------------------------------------------------------


def _one_of(condition: OneOf, facts: Facts, on: date, references: References) -> Outcome:
    params, value = {"allowed": condition.values}, facts.get(condition.fact)
    if value is None:
        return _missing(condition, "is_one_of", params, condition.fact)
    return _outcome(condition, _decided(value in condition.values), "is_one_of", params, condition.fact, value)


def _any_of(condition: AnyOf, facts: Facts, on: date, references: References) -> Outcome:
    params, value = {"allowed": condition.values}, facts.get(condition.fact)
    if value is None:
        return _missing(condition, "has_any_of", params, condition.fact)
    chosen = value if isinstance(value, tuple) else (value,)
    holds = any(item in condition.values for item in chosen)
    return _outcome(condition, _decided(holds), "has_any_of", params, condition.fact, value)


def _yes(condition: Yes | No, facts: Facts, on: date, references: References) -> Outcome:
    wanted, code = condition.type == "yes", f"is_{condition.type}"
    value = facts.get(condition.fact)
    if value is None:
        return _missing(condition, code, {}, condition.fact)
    return _outcome(condition, _decided(value is wanted), code, {}, condition.fact, value)


def _in_list(condition: InList, facts: Facts, on: date, references: References) -> Outcome:
    reference = references.get(condition.list)
    version = None if reference is None else version_on(reference, on)
    params = {"list": condition.list, "list_from": None if version is None else version.from_}
    value = facts.get(condition.fact)
    if version is None or isinstance(version, AgeVersion):
        why = {"list": condition.list, "on": on}
        return _outcome(
            condition,
            "unknown",
            "in_list",
            params,
            condition.fact,
            value,
            unknown_code="no_list_on_date",
            unknown_params=why,
        )
    if value is None:
        return _missing(condition, "in_list", params, condition.fact)
    chosen = value if isinstance(value, tuple) else (value,)
    values: frozenset[str] = version.values
    holds = any(item in values or (isinstance(item, str) and _digits(item) in values) for item in chosen)
    return _outcome(condition, _decided(holds), "in_list", params, condition.fact, value)


def _digits(value: str) -> str:
    """The four digits of a full postcode; any other value as it is."""
    return value[:4] if len(value) == 7 and value[4] == " " and value[:4].isdigit() else value


def _starts_after(condition: StartsAfterReference, facts: Facts, on: date, references: References) -> Outcome:
    params = {"reference_date": on, "same_day_allowed": condition.same_day}
    value = facts.get(condition.fact)
    if not isinstance(value, date):
        return _missing(condition, "starts_after_reference", params, condition.fact)
    holds = value > on or (condition.same_day and value == on)
    return _outcome(condition, _decided(holds), "starts_after_reference", params, condition.fact, value)


def _bound(
    code: str, name: str, dated: Any, on: date, known: bool, holds: Callable[[Any], bool], **params: Any
) -> Bound:  # fmt: skip
    """One bound: its value on the day, and whether it holds when the fact is known."""
    limit = value_on(dated, on)
    if limit is None:
        return Bound(code, {name: None, **params}, None, ("no_value_on_date", {"on": on}))
    return Bound(code, {name: limit, **params}, _decided(holds(limit)) if known else None)


def _number_bounds(condition: NumberIs, value: Any, on: date, references: References) -> list[Bound]:
    known, tests = value is not None, []
    if condition.at_least is not None:
        tests.append(_bound("number_at_least", "minimum", condition.at_least, on, known, lambda limit: value >= limit))
    if condition.more_than is not None:
        tests.append(_bound("number_more_than", "minimum", condition.more_than, on, known, lambda limit: value > limit))
    if condition.at_most is not None:
        tests.append(_bound("number_at_most", "maximum", condition.at_most, on, known, lambda limit: value <= limit))
    if condition.less_than is not None:
        tests.append(_bound("number_less_than", "maximum", condition.less_than, on, known, lambda limit: value < limit))
    return tests


def _date_bounds(condition: DateIs, value: Any, on: date, references: References) -> list[Bound]:
    known, day = value is not None, timedelta(days=1)
    days = (value - on).days if known else None
    after, before = _shifted(condition.after, on, day), _shifted(condition.before, on, -day)
    tests = []
    for earliest in (condition.on_or_after, after):
        if earliest is not None:
            tests.append(_bound("date_on_or_after", "earliest", earliest, on, known, lambda limit: value >= limit))
    for latest in (condition.on_or_before, before):
        if latest is not None:
            tests.append(_bound("date_on_or_before", "latest", latest, on, known, lambda limit: value <= limit))
    if (least := condition.days_after_reference_at_least) is not None:
        code = "days_after_reference_at_least"
        tests.append(
            _bound(code, "minimum_days", least, on, known, lambda limit: days is not None and days >= limit, days=days)
        )
    if (most := condition.days_after_reference_at_most) is not None:
        code = "days_after_reference_at_most"
        tests.append(
            _bound(code, "maximum_days", most, on, known, lambda limit: days is not None and days <= limit, days=days)
        )
    return tests


def _shifted(dated: Any, on: date, by: timedelta) -> Any:
    """The bound `after` or `before` as an inclusive bound; an empty dated value when no period holds."""
    if dated is None:
        return None
    limit = value_on(dated, on)
    return () if limit is None else limit + by


def _number(condition: NumberIs, facts: Facts, on: date, references: References) -> Outcome:
    value = facts.get(condition.fact)
    return _bounded(condition, _number_bounds(condition, value, on, references), condition.fact, value)


def _date(condition: DateIs, facts: Facts, on: date, references: References) -> Outcome:
    value = facts.get(condition.fact)
    return _bounded(condition, _date_bounds(condition, value, on, references), condition.fact, value)


# -- age -----------------------------------------------------------------------------------------------------------------


def _age(condition: AgeIs, facts: Facts, on: date, references: References) -> Outcome:
    birth, year = facts.get(condition.birth_date), facts.get(condition.birth_year) if condition.birth_year else None
    if isinstance(birth, date):
        return _bounded(condition, _age_bounds(condition, (birth, birth), on, references), condition.birth_date, birth)
    if isinstance(year, int) and condition.birth_year:
        span = (date(year, 1, 1), date(year, 12, 31))
        return _bounded(condition, _age_bounds(condition, span, on, references), condition.birth_year, year)
    asked = condition.birth_year or condition.birth_date
    return _bounded(condition, _age_bounds(condition, None, on, references), asked, None)


def _age_bounds(condition: AgeIs, born: tuple[date, date] | None, on: date, references: References) -> list[Bound]:
    """The bounds on age for someone born between two days (the same day twice when the birth date is known)."""
    return list(_each_age_bound(condition, born, on, references))


def _each_age_bound(
    condition: AgeIs, born: tuple[date, date] | None, on: date, references: References
) -> Iterator[Bound]:  # fmt: skip
    oldest = youngest = None
    if born is not None:
        oldest, youngest = ages.age_on(born[0], on), ages.age_on(born[1], on)
    shown = oldest if oldest == youngest else None
    tests: tuple[tuple[str, str, Any, Callable[[int, int], bool]], ...] = (
        ("age_at_least", "minimum", condition.at_least, lambda age, limit: age >= limit),
        ("age_at_most", "maximum", condition.at_most, lambda age, limit: age <= limit),
        ("age_below", "limit", condition.below, lambda age, limit: age < limit),
    )
    for code, name, dated, holds in tests:
        if dated is None:
            continue
        limit = value_on(dated, on)
        params = {name: limit, "age": shown}
        if limit is None:
            yield Bound(code, params, None, ("no_value_on_date", {"on": on}))
        elif oldest is None or youngest is None:
            yield Bound(
                code, params, None, ("fact_missing", {"facts": (condition.birth_year or condition.birth_date,)})
            )
        else:
            yield _either(code, params, holds(oldest, limit), holds(youngest, limit), condition)
    if condition.below_state_pension:
        yield _pension_bound(condition, born, shown, on, references)


def _either(code: str, params: Mapping[str, Any], oldest: bool, youngest: bool, condition: AgeIs) -> Bound:
    """Decided when the oldest and the youngest that a birth year allows give the same answer."""
    if oldest == youngest:
        return Bound(code, params, _decided(oldest))
    return Bound(code, params, None, ("birth_year_does_not_decide", {"facts": (condition.birth_date,)}))


def _pension_bound(
    condition: AgeIs, born: tuple[date, date] | None, shown: int | None, on: date, references: References
) -> Bound:  # fmt: skip
    code, reference = "age_below_state_pension", references.get("state_pension_age")
    version = version_on(reference, on) if isinstance(reference, AgeList) else None
    age = getattr(version, "age", None)
    params = {
        "pension_years": getattr(age, "years", None),
        "pension_months": getattr(age, "months", None),
        "age": shown,
    }
    if not isinstance(reference, AgeList) or age is None:
        return Bound(code, params, None, ("no_list_on_date", {"list": "state_pension_age", "on": on}))
    if born is None:
        return Bound(code, params, None, ("fact_missing", {"facts": (condition.birth_year or condition.birth_date,)}))
    reached = [ages.has_state_pension(day, on, reference) == "met" for day in born]
    return _either(code, params, not reached[0], not reached[1], condition)


# -- groups --------------------------------------------------------------------------------------------------------------


def _group(condition: All | Any_ | AtLeastN, facts: Facts, on: date, references: References) -> Outcome:
    children = tuple(evaluate(part, facts, on, references) for part in condition.conditions)
    needed = len(children) if isinstance(condition, All) else 1 if isinstance(condition, Any_) else condition.n
    return _combined(condition.type, children, needed, condition)


def _combined(kind: str, children: tuple[Outcome, ...], needed: int, condition: AnyCondition | None) -> Outcome:
    met = sum(child.status == "met" for child in children)
    unknown = sum(child.status == "unknown" for child in children)
    status: Status = "met" if met >= needed else "not_met" if met + unknown < needed else "unknown"
    code = {"all": "all_of", "any": "at_least_one_of"}.get(kind, "at_least_n_of")
    params: dict[str, Any] = {"needed": needed, "of": len(children), "met": met, "unknown": unknown}
    if kind == "all":
        del params["of"]
    if kind == "any":
        del params["needed"]
    missing: tuple[str, ...] = ()
    more: dict[str, Any] = {}
    if status == "unknown":
        missing = tuple(
            dict.fromkeys(fact for child in children if child.status == "unknown" for fact in child.missing)
        )
        more = {"unknown_code": "parts_unknown", "unknown_params": {"facts": missing}}
    if condition is None:
        return Outcome(status, code, params, missing=missing, type="all", children=children, **more)
    return _outcome(condition, status, code, params, None, None, missing=missing, children=children, **more)


def _not(condition: Not, facts: Facts, on: date, references: References) -> Outcome:
    child = evaluate(condition.condition, facts, on, references)
    opposite: dict[Status, Status] = {"met": "not_met", "not_met": "met", "unknown": "unknown"}
    more: dict[str, Any] = {}
    if child.status == "unknown":
        more = {"unknown_code": child.unknown_code, "unknown_params": child.unknown_params, "missing": child.missing}
    return _outcome(
        condition, opposite[child.status], "must_not", {}, child.fact, child.value, children=(child,), **more
    )


_EVALUATORS: dict[type, Callable[[Any, Facts, date, References], Outcome]] = {
    OneOf: _one_of, AnyOf: _any_of, NumberIs: _number, DateIs: _date, AgeIs: _age, Yes: _yes, No: _yes, InList: _in_list,
    StartsAfterReference: _starts_after, All: _group, Any_: _group, AtLeastN: _group, Not: _not,
}  # fmt: skip
_BOUNDS: dict[type, Callable[[Any, Any, date, References], list[Bound]]] = {
    NumberIs: _number_bounds, DateIs: _date_bounds, AgeIs: _age_bounds,
}  # fmt: skip
