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
from schemes.evaluation.base import PreparedCondition, Rule, Situation
from schemes.evaluation.groups import Group, all_together, asked_by, said_by
from schemes.facts.outcome import Facts, Outcome
from schemes.facts.references import References

__all__ = ["EVALUATORS", "Rule", "describe", "evaluate", "evaluate_all", "prepared"]


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
    said = tuple([_prepared(condition, on, references, scheme).test(facts) for condition in conditions])
    return all_together(len(said))(said)


def describe(condition: AnyCondition, on: date, references: References) -> Rule:
    """The rule of a condition on a day, for a sentence that needs no facts."""
    return _prepared(condition, on, references, None).rule


# -- made ready once per condition and day -------------------------------------------------------------------------------

_MOST = 20_000
_Key = tuple[int, date, int, str | None]
_READY: dict[_Key, tuple[AnyCondition, References, PreparedCondition]] = {}


def prepared(condition: AnyCondition, now: Situation) -> PreparedCondition:
    """A condition made ready for a day, its parts with it."""
    return EVALUATORS[type(condition)](condition, now)


def _prepared(condition: AnyCondition, on: date, references: References, scheme: str | None) -> PreparedCondition:
    """A condition made ready for a day. Kept by the very objects: conditions, lists and their mapping never change.

    What is kept holds on to its objects, so that no other object can take the same identity.
    """
    key = (id(condition), on, id(references), scheme)
    found = _READY.get(key)
    if found is None:
        if len(_READY) >= _MOST:
            _READY.clear()
        ready = prepared(condition, Situation(on, references, scheme))
        found = _READY[key] = (condition, references, ready)
    return found[2]


def _group(condition: Group, now: Situation) -> PreparedCondition:
    parts = [prepared(part, now) for part in condition.parts]
    tests, say = [part.test for part in parts], said_by(condition)

    def test(facts: Facts) -> Outcome:
        return say(tuple([part(facts) for part in tests]))

    return PreparedCondition(lambda: asked_by(condition, tuple(part.rule for part in parts)), test)


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
    Points: _group,
    Not: _group,
}
"""How each type of condition is made ready for a day."""
