"""What more knowledge may and may not change, and what is the same written otherwise."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.conditions import AnyCondition
from schemes.evaluation import evaluate
from schemes.facts.outcome import Outcome
from tests.schemes.depth import examples
from tests.schemes.population.world import REFERENCES, SCHEME, days, everything, hidden, people, without
from tests.schemes.population.written import ADAPTER, LEAVES, is_valid, trees


def say(written: dict[str, Any], facts: dict[str, Any], on: date) -> Outcome:
    condition: AnyCondition = ADAPTER.validate_python(written)
    return evaluate(condition, facts, on, REFERENCES, scheme=SCHEME)


@examples(60)
@given(trees, everything, hidden, days)
def test_knowing_more_never_turns_an_answer_around(
    written: dict[str, Any], facts: dict[str, Any], keys: set[str], on: date
) -> None:
    before, after = say(written, without(facts, keys), on).status, say(written, facts, on).status
    assert before in ("unknown", after)


@examples(40)
@given(trees, days)
def test_without_facts_nothing_is_decided(written: dict[str, Any], on: date) -> None:
    outcome = say(written, {}, on)
    assert outcome.status == "unknown"
    assert all(step.status == "unknown" for step in outcome.walk())


@examples(40)
@given(trees, everything, hidden, days)
def test_what_is_asked_for_is_not_known_yet_and_knowing_all_of_it_leaves_nothing_to_ask(
    written: dict[str, Any], facts: dict[str, Any], keys: set[str], on: date
) -> None:
    part = without(facts, keys)
    outcome = say(written, part, on)
    assert not set(outcome.missing) & set(part)
    if outcome.status != "unknown":
        assert outcome.missing == ()
    told = say(written, {**part, **{key: facts[key] for key in outcome.missing if key in facts}}, on)
    assert not set(told.missing) & set(outcome.missing)


@examples(60)
@given(trees, people, days)
def test_not_turns_around_and_not_of_not_is_the_same(written: dict[str, Any], facts: dict[str, Any], on: date) -> None:
    once = {"type": "not", "condition": written}
    opposite = {"met": "not_met", "not_met": "met", "unknown": "unknown"}
    status = say(written, facts, on).status
    assert say(once, facts, on).status == opposite[status]
    assert say({"type": "not", "condition": once}, facts, on).status == status


@examples(25)
@given(st.lists(trees, min_size=1, max_size=4), people, days)
def test_groups_are_each_other_in_other_words(written: list[dict[str, Any]], facts: dict[str, Any], on: date) -> None:
    def group(kind: str, **more: Any) -> str:
        return say({"type": kind, "conditions": written, **more}, facts, on).status

    nots = [{"type": "not", "condition": one} for one in written]
    assert group("any") == group("at_least_n", n=1)
    assert group("all") == group("at_least_n", n=len(written))
    assert group("any") == say({"type": "not", "condition": {"type": "all", "conditions": nots}}, facts, on).status
    for needed in range(1, len(written) + 1):
        items = [{"when": one, "points": 1} for one in written]
        assert (
            group("at_least_n", n=needed)
            == say({"type": "points", "items": items, "at_least": needed}, facts, on).status
        )


@examples(25)
@given(st.lists(trees, min_size=2, max_size=4), st.randoms(use_true_random=False), people, days)
def test_the_order_of_the_parts_does_not_matter(
    written: list[dict[str, Any]], chance: Any, facts: dict[str, Any], on: date
) -> None:
    mixed = list(written)
    chance.shuffle(mixed)
    for kind in ("all", "any"):
        before, after = (say({"type": kind, "conditions": one}, facts, on) for one in (written, mixed))
        assert before.status == after.status
        assert set(before.missing) == set(after.missing)


TIGHTER = [("at_least", "more_than"), ("at_most", "less_than")]


@pytest.mark.parametrize(("with_border", "without_border"), TIGHTER)
@pytest.mark.parametrize("kind", ["number", "elapsed", "total"])
@examples(15)
@given(data=st.data())
def test_a_bound_without_its_border_is_never_easier(
    kind: str, with_border: str, without_border: str, data: st.DataObject
) -> None:
    written = data.draw(LEAVES[kind].filter(is_valid).filter(lambda one: with_border in one))
    facts, on = data.draw(people), data.draw(days)
    stricter = {(without_border if key == with_border else key): value for key, value in written.items()}
    if is_valid(stricter):
        order = ("not_met", "unknown", "met")
        assert order.index(say(stricter, facts, on).status) <= order.index(say(written, facts, on).status)
