"""The evaluation as one would write it down first: each condition anew for each person, nothing kept, fractions where numbers are
compared. The measure for the evaluation of the product, that must say the very same.

What is quicker in the product stands here by itself: ages, comparisons, groups and the verdict. The other conditions on one person are
made ready anew for each person, by the evaluator of the product.
"""

import operator
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from matching.offers.eligibility import Verdict
from schemes.basics.values import value_on
from schemes.conditions import AgeIs, All, Any_, AnyCondition, AtLeastN, Compare, Not, Points
from schemes.definition import SchemeDefinition
from schemes.evaluation import EVALUATORS
from schemes.evaluation.base import Situation
from schemes.facts import ages
from schemes.facts.outcome import Facts, Outcome, Status, without_parts
from schemes.facts.references import AgeList, AgeVersion, NumberList, NumberVersion, References, version_on

PENSION = "age_below_state_pension"


def say(condition: AnyCondition, facts: Facts, now: Situation) -> Outcome:
    """What a condition says about somebody."""
    if isinstance(condition, AgeIs):
        return _age(condition, facts, now)
    if isinstance(condition, Compare):
        return _compare(condition, facts, now)
    if condition.parts:
        return _group(condition, [say(part, facts, now) for part in condition.parts])
    return EVALUATORS[type(condition)](condition, now).test(facts)


def say_all(conditions: Sequence[AnyCondition], facts: Facts, now: Situation) -> Outcome:
    """What the conditions of a definition say together."""
    return _counted(None, [say(one, facts, now) for one in conditions], len(conditions), "all_of", ("needed",))


def verdicts(
    facts: Facts,
    definitions: Iterable[SchemeDefinition],
    on: date,
    references: References,
    route: Any = None,
) -> list[Verdict]:
    """What each definition says about somebody, by slug."""
    return [_verdict(facts, one, Situation(on, references, one.scheme), route) for one in _by_slug(definitions)]


def _by_slug(definitions: Iterable[SchemeDefinition]) -> list[SchemeDefinition]:
    return sorted(definitions, key=lambda one: one.scheme)


def _verdict(facts: Facts, definition: SchemeDefinition, now: Situation, route: Any) -> Verdict:
    outcome = say_all(definition.conditions, facts, now)
    missing = list(outcome.missing)
    if outcome.status != "not_met":
        missing += _missing_for_amount(facts, definition, now)
    return Verdict(
        scheme=definition.scheme,
        version=definition.version,
        status={"met": "eligible", "not_met": "not_eligible", "unknown": "unknown"}[outcome.status],  # type: ignore[arg-type]
        availability=definition.availability(now.on),
        route_fits=route is None or route in definition.routes,
        reason=None if outcome.status == "met" else outcome.deciding(),
        together=without_parts(outcome),
        parts=outcome.children,
        missing_facts=tuple(dict.fromkeys(missing)),
    )


def _missing_for_amount(facts: Facts, definition: SchemeDefinition, now: Situation) -> list[str]:
    """The facts that decide between variants, and those that the amounts that may hold look at."""
    may_hold: list[SchemeDefinition] = []
    undecided: list[str] = []
    for variant in definition.variants:
        outcome = say(variant.when, facts, now)
        if outcome.status != "not_met":
            may_hold.append(variant.applied_to(definition))
        if outcome.status == "met":
            break
        undecided += outcome.missing
    else:
        may_hold.append(definition.model_copy(update={"variants": ()}))
    found = undecided if len(may_hold) > 1 else []
    return found + [fact for one in may_hold for _, fact, _ in one.amount_facts() if fact not in facts]


# -- one outcome -----------------------------------------------------------------------------------------------------------


def _outcome(condition: AnyCondition | None, status: Status, code: str, params: Any, **more: Any) -> Outcome:
    if condition is None:
        return Outcome(status, code, params, type="all", **more)
    told = {"article": condition.article, "text": condition.text, "id": condition.id, "type": condition.type}
    return Outcome(status, code, params, **told, **more)


def _decided(holds: bool, condition: AnyCondition | None, code: str, params: Any, **more: Any) -> Outcome:
    return _outcome(condition, "met" if holds else "not_met", code, params, **more)


def _unknown(why: str, why_params: Any, condition: AnyCondition | None, code: str, params: Any, **more: Any) -> Outcome:
    return _outcome(condition, "unknown", code, params, unknown_code=why, unknown_params=why_params, **more)


def _fact_missing(facts: Sequence[str], condition: AnyCondition, code: str, params: Any, **more: Any) -> Outcome:
    names = tuple(facts)
    return _unknown("fact_missing", {"facts": names}, condition, code, params, missing=names, **more)


# -- groups ----------------------------------------------------------------------------------------------------------------


def _group(condition: Any, said: list[Outcome]) -> Outcome:
    if isinstance(condition, All):
        return _counted(condition, said, len(said), "all_of", ("needed",))
    if isinstance(condition, Any_):
        return _counted(condition, said, 1, "at_least_one_of", ("of",))
    if isinstance(condition, AtLeastN):
        return _counted(condition, said, condition.n, "at_least_n_of", ("needed", "of"))
    if isinstance(condition, Points):
        return _points(condition, said)
    assert isinstance(condition, Not)
    (one,) = said
    about: dict[str, Any] = {"fact": one.fact, "value": one.value, "children": (one,)}
    if one.unknown_code is None:
        return _decided(one.status == "not_met", condition, "must_not", {}, **about)
    about["missing"] = one.missing
    return _unknown(one.unknown_code, one.unknown_params, condition, "must_not", {}, **about)


def _counted(condition: Any, said: list[Outcome], needed: int, code: str, names: tuple[str, ...]) -> Outcome:
    statuses = [one.status for one in said]
    met, unknown = statuses.count("met"), statuses.count("unknown")
    known = {"needed": needed, "of": len(said)}
    params = {**{name: known[name] for name in names}, "met": met, "unknown": unknown}
    return _of_parts(condition, said, code, params, met >= needed, met + unknown < needed)


def _points(condition: Points, said: list[Outcome]) -> Outcome:
    worth = [(one.status, item.points) for one, item in zip(said, condition.items, strict=True)]
    got = sum(points for status, points in worth if status == "met")
    possible = got + sum(points for status, points in worth if status == "unknown")
    asked = {"needed": condition.at_least, "worth": tuple(item.points for item in condition.items)}
    params = {**asked, "got": got, "possible": possible}
    return _of_parts(condition, said, "points_at_least", params, got >= asked["needed"], possible < asked["needed"])  # type: ignore[operator]


def _of_parts(condition: Any, said: list[Outcome], code: str, params: Any, met: bool, not_met: bool) -> Outcome:
    if met or not_met:
        return _decided(met, condition, code, params, children=tuple(said))
    missing = tuple(dict.fromkeys(fact for one in said if one.status == "unknown" for fact in one.missing))
    why = {"facts": missing}
    return _unknown("parts_unknown", why, condition, code, params, missing=missing, children=tuple(said))


# -- age -------------------------------------------------------------------------------------------------------------------

Limit = tuple[str, dict[str, Any], Any, Callable[[Any, Any], bool]]


def _age(condition: AgeIs, facts: Facts, now: Situation) -> Outcome:
    day: Any = now.on
    counted_on: Any = condition.on_fact
    if condition.on_day is not None:
        month, number = condition.on_day.split("-")
        day = counted_on = date(now.on.year, int(month), int(number))
    if condition.on_fact is not None:
        day = facts.get(condition.on_fact)
    limits: list[Limit] = []
    for code, name, dated, holds in (
        ("age_at_least", "minimum", condition.at_least, operator.ge),
        ("age_at_most", "maximum", condition.at_most, operator.le),
        ("age_below", "limit", condition.below, operator.lt),
    ):
        if dated is not None:
            bound = value_on(dated, now.on)
            limits.append((code, {name: bound, "counted_on": counted_on}, bound, holds))
    fact, value, born = _born(condition, facts)
    if born is None or not isinstance(day, date):
        missing = [] if born is not None else [condition.birth_year or condition.birth_date]
        missing += [] if isinstance(day, date) else [str(condition.on_fact)]
        shown = value if not isinstance(day, date) else None
        return _age_missing(condition, now, limits, missing, counted_on, fact=fact, value=shown)
    return _aged(condition, now, limits, (born, day, counted_on), fact=fact, value=value)


def _born(condition: AgeIs, facts: Facts) -> tuple[str, Any, tuple[date, date] | None]:
    birth = facts.get(condition.birth_date)
    if isinstance(birth, date):
        return condition.birth_date, birth, (birth, birth)
    if condition.birth_year is None:
        return condition.birth_date, None, None
    year = facts.get(condition.birth_year)
    born = (date(year, 1, 1), date(year, 12, 31)) if isinstance(year, int) else None
    return condition.birth_year, year, born


def _pension(references: References, day: date, counted_on: Any) -> tuple[AgeList | None, dict[str, Any]]:
    reference = references.get("state_pension_age")
    version = version_on(reference, day) if isinstance(reference, AgeList) else None
    age = version.age if isinstance(version, AgeVersion) else None
    years, months = (None, None) if age is None else (age.years, age.months)
    params = {"pension_years": years, "pension_months": months, "counted_on": counted_on}
    return (reference if age is not None else None), params  # type: ignore[return-value]


def _age_missing(
    condition: AgeIs, now: Situation, limits: list[Limit], missing: list[str], counted_on: Any, **about: Any
) -> Outcome:
    on = {"on": now.on}
    if limits:
        code, params, bound, _ = limits[0]
        if bound is None:
            return _unknown("no_value_on_date", on, condition, code, {**params, "age": None}, **about)
        return _fact_missing(missing, condition, code, {**params, "age": None}, **about)
    fixed = condition.on_fact is None
    day = counted_on if fixed and counted_on is not None else now.on
    reference, params = _pension(now.references, day, counted_on)
    if reference is None and fixed:
        why = {"list": "state_pension_age", "on": day}
        return _unknown("no_list_on_date", why, condition, PENSION, {**params, "age": None}, **about)
    return _fact_missing(missing, condition, PENSION, {**params, "age": None}, **about)


def _aged(
    condition: AgeIs,
    now: Situation,
    limits: list[Limit],
    counted: tuple[tuple[date, date], date, Any],
    **about: Any,
) -> Outcome:
    born, day, counted_on = counted
    oldest, youngest = ages.age_on(born[0], day), ages.age_on(born[1], day)
    shown = oldest if oldest == youngest else None
    unknowns: list[Outcome] = []
    needed = (condition.birth_date,)

    def not_decided(code: str, params: Any) -> None:
        why = "birth_year_does_not_decide", {"facts": needed}
        unknowns.append(_unknown(*why, condition, code, params, missing=needed, **about))

    for code, asked, bound, holds in limits:
        params = {**asked, "age": shown}
        if bound is None:
            unknowns.append(_unknown("no_value_on_date", {"on": now.on}, condition, code, params, **about))
        elif not holds(oldest, bound) and not holds(youngest, bound):
            return _decided(False, condition, code, params, **about)
        elif holds(oldest, bound) != holds(youngest, bound):
            not_decided(code, params)
    if condition.below_state_pension:
        reference, asked = _pension(now.references, day, counted_on)
        params = {**asked, "age": shown}
        if reference is None:
            why = {"list": "state_pension_age", "on": day}
            unknowns.append(_unknown("no_list_on_date", why, condition, PENSION, params, **about))
            return unknowns[0]
        before = [ages.has_state_pension(birth, day, reference) != "met" for birth in born]
        if not any(before):
            return _decided(False, condition, PENSION, params, **about)
        if not all(before):
            not_decided(PENSION, params)
    if unknowns:
        return unknowns[0]
    return _decided(True, condition, *_whole(condition, now, limits, counted_on, shown), **about)


def _whole(condition: AgeIs, now: Situation, limits: list[Limit], counted_on: Any, shown: Any) -> tuple[str, Any]:
    pension = condition.below_state_pension
    if len(limits) + pension == 1:
        day = counted_on if condition.on_day is not None else now.on
        code, params = (PENSION, _pension(now.references, day, counted_on)[1]) if pension else limits[0][:2]
        return code, {**params, "age": shown}
    merged = {name: value for _, params, _, _ in limits for name, value in params.items()}
    return "age_between", {
        "minimum": merged["minimum"],
        "maximum": merged.get("maximum"),
        "below": merged.get("limit"),
        "below_state_pension": pension,
        "counted_on": counted_on,
        "age": shown,
    }


# -- one fact against another ----------------------------------------------------------------------------------------------

STANDS: dict[str, Callable[[Any, Any], bool]] = {
    "at_least": operator.ge,
    "more_than": operator.gt,
    "at_most": operator.le,
    "less_than": operator.lt,
    "equal": operator.eq,
}


def _compare(condition: Compare, facts: Facts, now: Situation) -> Outcome:
    code = f"compare_total_{condition.is_}" if condition.plus else f"compare_{condition.is_}"
    each: Any = None if condition.each is None else value_on(condition.each, now.on)
    share: Any = value_on(condition.share, now.on)
    factor = share if condition.each is None else each
    params: dict[str, Any] = {"other": condition.other, "list": condition.list, "by": condition.by}
    params |= {"share": share, "each": each}
    if condition.plus:
        params |= {"plus": (condition.fact, *condition.plus), "total": None}
    value: Any = facts.get(condition.fact)
    about = {"fact": condition.fact, "value": value}
    numbers = _numbers(condition, now)
    if condition.list is not None and numbers is None:
        why = {"list": condition.list, "on": now.on}
        return _unknown("no_list_on_date", why, condition, code, {**params, "limit": None}, **about)
    if factor is None:
        return _unknown("no_value_on_date", {"on": now.on}, condition, code, {**params, "limit": None}, **about)
    missing = [name for name in dict.fromkeys(condition.facts) if facts.get(name) is None]
    if missing:
        return _fact_missing(missing, condition, code, {**params, "limit": None}, **about)
    if condition.plus:
        for name in condition.plus:
            value += facts[name]
        params["total"] = about["value"] = value
    other: Any = None if condition.other is None else facts[condition.other]
    if numbers is not None:
        chosen = "" if condition.by is None else _named(facts[condition.by])
        if chosen not in numbers:
            row = {"fact": condition.by, "value": chosen}
            return _unknown("no_value_for_answer", row, condition, code, {**params, "limit": None}, **about)
        other = numbers[str(chosen)]
    holds = STANDS[condition.is_]
    if isinstance(value, date):
        return _decided(holds(value, other), condition, code, {**params, "limit": other}, **about)
    border = Fraction(factor) * Fraction(other)
    shown = _shown(border, condition.is_)
    return _decided(holds(Fraction(value), border), condition, code, {**params, "limit": shown}, **about)


def _numbers(condition: Compare, now: Situation) -> Any:
    reference = now.references.get(condition.list or "")
    version = version_on(reference, now.on) if isinstance(reference, NumberList) else None
    if not isinstance(version, NumberVersion):
        return None
    if condition.by is not None:
        return version.numbers or None
    return None if version.number is None else {"": version.number}


def _named(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else value


def _shown(border: Fraction, stands: str) -> int | Decimal | None:
    hundredths = border * 100
    rounded = ceil(hundredths) if stands in ("at_least", "less_than") else floor(hundredths)
    if stands == "equal" and rounded != hundredths:
        return None
    return rounded // 100 if rounded % 100 == 0 else Decimal(rounded) / 100
