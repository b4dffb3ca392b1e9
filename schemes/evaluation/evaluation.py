"""Evaluate conditions on facts: met, not met or unknown (Kleene), each with its reason and trace.

What is not known never becomes "not met": a part that is unknown leaves the whole unknown unless the other parts decide.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from schemes.conditions import (
    AgeIs,
    All,
    Any_,
    AnyCondition,
    AnyOf,
    AtLeastN,
    Awards,
    Compare,
    DateIs,
    Elapsed,
    InList,
    No,
    Not,
    NumberBy,
    NumberIs,
    OneOf,
    Points,
    PostcodeBetween,
    StartsAfterReference,
    StartsWith,
    Total,
    Yes,
)
from schemes.evaluation import on_facts as one_fact
from schemes.evaluation import related
from schemes.evaluation.age import age
from schemes.evaluation.base import NOTHING, Params, PreparedCondition, Rule, Situation, Test, Told, opposite
from schemes.facts.outcome import Facts, Outcome, Status, filled
from schemes.facts.references import References

__all__ = ["EVALUATORS", "Rule", "describe", "evaluate", "evaluate_all", "made_ready"]


def evaluate(
    condition: AnyCondition, facts: Facts, on: date, references: References, scheme: str | None = None
) -> Outcome:
    """What a condition says about the facts on the reference date. Facts that are not given are unknown.

    `scheme` is the slug of the definition the condition stands in: what a condition of type awards counts when it names none.
    """
    return _prepared(condition, on, references, scheme).test(facts)


def evaluate_all(
    conditions: Sequence[AnyCondition], facts: Facts, on: date, references: References, scheme: str | None = None
) -> Outcome:
    """The conditions of a definition together: all must hold. No conditions: met. `scheme` as in `evaluate`."""
    return _prepared_all(conditions, on, references, scheme)(facts)


def made_ready(conditions: Sequence[AnyCondition], on: date, references: References, scheme: str | None = None) -> Test:
    """`evaluate_all` as a function of facts alone, for who asks the same of many people or of one person many times."""
    return _prepared_all(conditions, on, references, scheme)


def describe(condition: AnyCondition, on: date, references: References) -> Rule:
    """The rule of a condition on a day, for a sentence that needs no facts."""
    return _prepared(condition, on, references, None).rule


# -- made ready once per condition and day -------------------------------------------------------------------------------

_MOST = 20_000
_Key = tuple[int, date, int, str | None]
_READY: dict[_Key, tuple[AnyCondition, References, PreparedCondition]] = {}
_READY_TOGETHER: dict[_Key, tuple[Sequence[AnyCondition], References, Test]] = {}


def _prepared(condition: AnyCondition, on: date, references: References, scheme: str | None) -> PreparedCondition:
    """A condition made ready for a day. Kept by the very objects: conditions, lists and their mapping never change.

    What is kept holds on to its objects, so that no other object can take the same identity.
    """
    key = (id(condition), on, id(references), scheme)
    found = _READY.get(key)
    if found is None:
        if len(_READY) >= _MOST:
            _READY.clear()
        ready = EVALUATORS[type(condition)](condition, Situation(on, references, scheme))
        found = _READY[key] = (condition, references, ready)
    return found[2]


def _prepared_all(conditions: Sequence[AnyCondition], on: date, references: References, scheme: str | None) -> Test:
    key = (id(conditions), on, id(references), scheme)
    found = _READY_TOGETHER.get(key)
    if found is not None:
        return found[2]
    now = Situation(on, references, scheme)
    test = _count(None, [_part(condition, now) for condition in conditions], len(conditions), "all_of")
    if isinstance(conditions, tuple):  # a list may change later
        if len(_READY_TOGETHER) >= _MOST:
            _READY_TOGETHER.clear()
        _READY_TOGETHER[key] = (conditions, references, test)
    return test


def _part(condition: AnyCondition, now: Situation) -> PreparedCondition:
    return EVALUATORS[type(condition)](condition, now)


# -- groups --------------------------------------------------------------------------------------------------------------


def _count(told: Told | None, parts: Sequence[PreparedCondition], needed: int, code: str) -> Test:
    """At least so many of the parts hold. `told` is None for the conditions of a definition together."""
    tests, of = [part.test for part in parts], len(parts)
    article, text, name, kind = (
        (None, None, None, "all") if told is None else (told.article, told.text, told.id, told.type)
    )

    params_of: dict[tuple[int, int], Params] = {}

    def counted(met: int, unknown: int) -> Params:
        names = {"all_of": ("needed",), "at_least_one_of": ("of",)}.get(code, ("needed", "of"))
        fixed = {name: {"needed": needed, "of": of}[name] for name in names}
        found = params_of[met, unknown] = {**fixed, "met": met, "unknown": unknown}
        return found

    def test(facts: Facts) -> Outcome:
        children = tuple([part(facts) for part in tests])
        statuses = [child.status for child in children]
        met, unknown = statuses.count("met"), statuses.count("unknown")
        params = params_of.get((met, unknown)) or counted(met, unknown)
        status: Status = "met" if met >= needed else "not_met" if met + unknown < needed else "unknown"
        if status != "unknown":
            return filled(status, code, params, None, None, None, NOTHING, (), article, text, name, kind, children)
        missing = _missing(children)
        return filled(
            status,
            code,
            params,
            None,
            None,
            "parts_unknown",
            {"facts": missing},
            missing,
            article,
            text,
            name,
            kind,
            children,
        )

    return test


def _missing(children: Sequence[Outcome]) -> tuple[str, ...]:
    """The facts that the unknown parts miss, each once."""
    return tuple(dict.fromkeys(fact for child in children if child.status == "unknown" for fact in child.missing))


def _group(condition: All | Any_ | AtLeastN, now: Situation) -> PreparedCondition:
    told, parts = Told(condition), [_part(part, now) for part in condition.conditions]
    of, rules = len(parts), tuple(part.rule for part in parts)
    if isinstance(condition, All):
        return PreparedCondition(told.rule("all_of", {"needed": of}, None, rules), _count(told, parts, of, "all_of"))
    if isinstance(condition, Any_):
        return PreparedCondition(
            told.rule("at_least_one_of", {"of": of}, None, rules), _count(told, parts, 1, "at_least_one_of")
        )
    rule = told.rule("at_least_n_of", {"needed": condition.n, "of": of}, None, rules)
    return PreparedCondition(rule, _count(told, parts, condition.n, "at_least_n_of"))


def _points(condition: Points, now: Situation) -> PreparedCondition:
    told, code, needed = Told(condition), "points_at_least", condition.at_least
    parts = [(_part(item.when, now), item.points) for item in condition.items]
    asked = {"needed": needed, "worth": tuple(worth for _, worth in parts)}

    def test(facts: Facts) -> Outcome:
        children = tuple([part.test(facts) for part, _ in parts])
        worths = [(child.status, worth) for child, (_, worth) in zip(children, parts, strict=True)]
        got = sum(worth for status, worth in worths if status == "met")
        possible = got + sum(worth for status, worth in worths if status == "unknown")
        params = {**asked, "got": got, "possible": possible}
        if got >= needed or possible < needed:
            return told.decided(got >= needed, code, params, None, None, children)
        missing = _missing(children)
        return told.unknown("parts_unknown", {"facts": missing}, code, params, None, None, missing, children)

    return PreparedCondition(told.rule(code, asked, None, tuple(part.rule for part, _ in parts)), test)


def _not(condition: Not, now: Situation) -> PreparedCondition:
    told, part = Told(condition), _part(condition.condition, now)

    def test(facts: Facts) -> Outcome:
        child = part.test(facts)
        if child.unknown_code is None:
            holds = opposite(child.status) == "met"
            return told.decided(holds, "must_not", NOTHING, child.fact, child.value, (child,))
        return told.unknown(
            child.unknown_code,
            child.unknown_params,
            "must_not",
            NOTHING,
            child.fact,
            child.value,
            child.missing,
            (child,),
        )

    return PreparedCondition(told.rule("must_not", NOTHING, part.rule.fact, (part.rule,)), test)


EVALUATORS: dict[type, Callable[[Any, Situation], PreparedCondition]] = {
    OneOf: one_fact.one_of,
    AnyOf: one_fact.any_of,
    NumberIs: one_fact.number,
    DateIs: one_fact.day,
    AgeIs: age,
    Yes: one_fact.yes_or_no,
    No: one_fact.yes_or_no,
    InList: one_fact.in_list,
    StartsAfterReference: one_fact.starts_after,
    PostcodeBetween: one_fact.postcode_between,
    StartsWith: one_fact.starts_with,
    Awards: related.awards,
    Elapsed: related.elapsed,
    Compare: related.compare,
    NumberBy: related.number_by,
    Total: related.total,
    All: _group,
    Any_: _group,
    AtLeastN: _group,
    Points: _points,
    Not: _not,
}
"""How each type of condition is made ready for a day."""
