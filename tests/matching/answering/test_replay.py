"""A replay's shortcuts change nothing: the effect on a question is that of solving it twice in full."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import matching
from matching.answering.answer import prepare
from matching.answering.replay import Comparison, questions_of
from matching.offers import funding_line
from matching.offers.question import Question
from matching.spec.score import values
from schemes.definition import SchemeDefinition
from schemes.files.canonical import canonical
from schemes.files.parsing import validate
from schemes.population.generation import generate
from schemes.region.loading import LoadedRegion
from tests.regions import known_region

ON = date(2026, 3, 2)
SLUG = "ontwikkelfonds-individueel"


@pytest.fixture(scope="module")
def region() -> LoadedRegion:
    return known_region("stedendriehoek")


def changed(region: LoadedRegion, **keys: Any) -> SchemeDefinition:
    return validate(SchemeDefinition, canonical(region.schemes[SLUG]) | keys)


def caps(cents: int) -> dict[str, Any]:
    return {"caps": [{"per": "award", "amount_cents": cents}]}


CHANGES: dict[str, dict[str, Any]] = {
    "a lower cap": caps(100_000),
    "a higher cap": caps(400_000),
    "a share": {"coverage": [{"categories": ["tuition", "exam", "books"], "share": "50%"}]},
    "one kind of cost less": {"coverage": [{"categories": ["tuition"], "share": "100%"}]},
    "a rule more": {
        "conditions": [{"type": "age", "birth_date": "birth_date", "birth_year": "birth_year", "at_least": 40}]
    },
    "a minimum": {"minimum_cents": 80_000},
    "less, and no other public money": {**caps(20_000), "exclusion": {"no_other_public_money": True}},
    "a closed window": {"windows": [{"opens_on": "2025-01-01", "closes_on": "2025-12-31"}]},
}


def asked(region: LoadedRegion, *definitions: SchemeDefinition, people: int = 40) -> list[Question]:
    crowd = generate(region.facts, region.references, people, 7, on=ON, focus=definitions)
    return list(questions_of(crowd, region, definitions, on=ON, seed=7))


def in_full(question: Question, region: LoadedRegion, definition: SchemeDefinition) -> tuple[int, int]:
    """What the asker pays and what the scheme pays, without any shortcut."""
    schemes = {**region.schemes, SLUG: definition}
    lines = [funding_line(line) for line in region.funding.funding_lines]
    problem = prepare(question, replace(region, schemes=schemes), on=ON, funding_lines=lines).problem
    shares = matching.propose(problem, outlook=False).shares
    return values(problem, shares)["own_money"], sum(share.cents for share in shares if share.offer == SLUG)


@pytest.mark.parametrize("name", CHANGES)
def test_the_effect_is_that_of_solving_twice(region: LoadedRegion, name: str) -> None:
    old, new = region.schemes[SLUG], changed(region, **CHANGES[name])
    comparison = Comparison(region, SLUG, old, new)
    lines = [funding_line(line) for line in region.funding.funding_lines]
    differing = 0
    for question in asked(region, old, new):
        effect = comparison.effect(question, on=ON, funding_lines=lines)
        full = [in_full(question, region, definition) for definition in (old, new)]
        differing += full[0] != full[1]
        if effect.solved:
            assert [(side.own_cents, side.scheme_cents) for side in (effect.old, effect.new)] == full
        else:
            assert full[0] == full[1]
    assert differing, "this change should matter to somebody"


def test_an_unchanged_definition_makes_no_difference_and_is_not_solved(region: LoadedRegion) -> None:
    same = region.schemes[SLUG]
    renumbered = same.model_copy(update={"version": 9})
    for question in asked(region, same, people=100):
        effect = Comparison(region, SLUG, same, renumbered).effect(question, on=ON, funding_lines=())
        assert not effect.solved and effect.old == effect.new


def test_a_cap_above_all_costs_is_not_solved_again(region: LoadedRegion) -> None:
    old, new = region.schemes[SLUG], changed(region, **caps(300_000))
    question = asked(region, old)[0].model_copy(update={"costs": ()})
    small = Question.model_validate(
        {**canonical(question), "reference_date": ON, "costs": ({"category": "tuition", "amount_cents": 50_000},)}
    )
    assert not Comparison(region, SLUG, old, new).effect(small, on=ON, funding_lines=()).solved


def test_a_scheme_that_is_new_or_gone_is_compared_with_nothing(region: LoadedRegion) -> None:
    scheme = region.schemes[SLUG]
    without = replace(region, schemes={slug: one for slug, one in region.schemes.items() if slug != SLUG})
    lines = [funding_line(line) for line in region.funding.funding_lines]
    paid = 0
    for question in asked(region, scheme):
        begun = Comparison(without, SLUG, None, scheme).effect(question, on=ON, funding_lines=lines)
        ended = Comparison(region, SLUG, scheme, None).effect(question, on=ON, funding_lines=lines)
        assert (begun.old.standing, ended.new.standing) == ("no_scheme", "no_scheme")
        assert (begun.new, begun.old.own_cents) == (ended.old, ended.new.own_cents)
        paid += begun.new.scheme_cents
    assert paid > 0


def test_facts_that_the_region_no_longer_knows_count_as_not_known(region: LoadedRegion) -> None:
    scheme = region.schemes[SLUG]
    question = asked(region, scheme)[0]
    strange = question.model_copy(update={"facts": {**question.facts, "shoe_size": 43}})
    comparison = Comparison(region, SLUG, scheme, changed(region, **caps(100_000)))
    found = [comparison.effect(one, on=ON, funding_lines=()) for one in (question, strange)]
    assert found[0] == found[1]


def test_the_same_seed_asks_the_same(region: LoadedRegion) -> None:
    scheme = region.schemes[SLUG]
    assert asked(region, scheme) == asked(region, scheme)
