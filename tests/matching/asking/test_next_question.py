"""The next question: whoever is asked until nothing can change the mix has the mix of somebody who answered everything."""

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from matching import propose, violations
from matching.answering.answer import prepare
from matching.asking.next_question import Next, next_question
from matching.offers import Rules, funding_line
from matching.problem import Problem
from matching.problem.proposal import Proposal
from tests.benchmarks import asking as people
from tests.benchmarks.asking import Asker, all_that_is_missing, by_what_can_change, told_to
from tests.matching import asking_questions as asking
from tests.matching.depth import PROOF, one_in

BLOCKS, PER_BLOCK = 6, 10 if PROOF else 6
COMPLETIONS = 3


def asked(one: Asker, told: Mapping[str, Any]) -> Next | None:
    return next_question(
        one.facts(told),
        one.question,
        Rules.of_region(one.region, one.on),
        funding_lines=[funding_line(line) for line in one.region.funding.funding_lines],
        askable=one.askable - told.keys(),
    )


def other_answers(one: Asker, told: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Any answers to what was not asked."""
    r = random.Random(f"otherwise/{seed}")
    drawn = {key: asking.answer_to(r, one.region.facts[key]) for key in sorted(one.askable - told.keys())}
    if "birth_year" in told and "birth_date" in drawn:
        drawn["birth_date"] = f"{told['birth_year']}-12-01"
    return {**drawn, **told}


# Over invented regions -------------------------------------------------------------------------------------------------


def with_all(one: Asker, answers: Mapping[str, Any]) -> Problem:
    return prepare(one.question.model_copy(update={"facts": dict(answers)}), one.region, on=one.on).problem


def values(mix: Proposal) -> list[int]:
    """Everything that counts: passes 1 to 4. Only the fixed choice between mixes that are equal in these is left out."""
    return [result.value for result in mix.passes if result.name != "canonical"]


@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_mix_after_the_last_question_is_the_best_mix_of_all_answers(block: int) -> None:
    same = 0
    for seed in range(block * PER_BLOCK, (block + 1) * PER_BLOCK):
        one = asking.asker(seed)
        told = told_to(one, by_what_can_change)
        mix = one.mix(told)
        for answers in (one.answers, *(other_answers(one, told, n) for n in range(COMPLETIONS))):
            whole = with_all(one, answers)
            best = propose(whole, outlook=False)
            assert values(best) == values(mix), seed
            assert violations(whole, mix.shares) == [], seed
            same += best.shares == mix.shares
    assert same >= PER_BLOCK * (COMPLETIONS + 1) * 0.9, "nearly always to the cent"


def test_without_the_last_question_it_would_not_be() -> None:
    """The control: for some people the answer to the last question decides, and leaving it out is noticed."""
    missed = 0
    for seed in range(20):
        one = asking.asker(seed)
        told = told_to(one, by_what_can_change)
        if told:
            short = dict(list(told.items())[:-1])
            missed += values(one.mix(short)) != values(one.mix(one.answers))
    assert missed > 0


def test_what_the_bounds_say_holds_for_the_mix_of_all_answers() -> None:
    for seed in range(20):
        one = asking.asker(seed)
        first = asked(one, {})
        if first is not None and first.bound_best_cents is not None:
            assert first.bound_best_cents <= one.mix(one.answers).value_of("own_money"), seed


# Over the shipped catalogue --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", one_in(2, range(60)))
def test_people_of_the_catalogue_are_asked_no_more_and_get_the_same(seed: int) -> None:
    one = people.asker(seed)
    told = told_to(one, by_what_can_change)
    assert one.mix(told).shares == one.mix(one.answers).shares
    assert len(told) <= len(told_to(one, all_that_is_missing))


# Which one first -------------------------------------------------------------------------------------------------------


def _plain() -> Asker:
    """Nobody has answered anything; s0 asks p1, s1 asks p2 and pays more, s2 asks the sensitive p4 and pays most."""
    one = asking.asker(0)
    made = {}
    for name, fact, cents in (("s0", "p1", 10_000), ("s1", "p2", 30_000), ("s2", "p4", 50_000)):
        data = {
            "format": "ontwikkelloket/scheme/1",
            "scheme": name,
            "version": 1,
            "title": asking.WORD,
            "summary": asking.WORD,
            "owner": "regio-veldrijk",
            "administered": "elsewhere",
            "kind": "subsidy",
            "repayable": False,
            "public_money": True,
            "routes": ["individual", "employer"],
            "applicant": {"who": "resident"},
            "payee": "provider",
            "state": "open",
            "sources": [{"title": "Test", "confidence": "verified"}],
            "conditions": [{"type": "yes", "fact": fact}],
            "coverage": [{"categories": ["tuition"], "share": "1"}],
            "caps": [{"per": "award", "amount_cents": cents}],
            "apply": {"how": asking.WORD},
            "review_on": "2027-01-01",
        }
        made[name] = asking.validate(asking.SchemeDefinition, data, name)
    costs = [{"category": "tuition", "amount_cents": 90_000}]
    question = {"format": "ontwikkelloket/question/1", "route": "individual", "costs": costs}
    region = replace(one.region, schemes=made)
    return replace(one, question=asking.validate(asking.Question, question), region=region)


def test_the_question_with_most_money_comes_first_and_a_sensitive_one_last() -> None:
    one = _plain()
    found = asked(one, {})
    assert found is not None and found.facts == ("p2", "p1", "p4")
    # all come true: 500 of s2, 300 of s1 and 100 of s0 leave nothing of 900; without s1 the 300 are left
    assert (found.bound_best_cents, found.bound_worst_cents) == (0, 30_000)


def test_a_question_that_became_pointless_is_not_asked_any_more() -> None:
    one = _plain()
    assert told_to(replace(one, answers={**one.answers, "p1": False, "p2": False, "p4": True}), by_what_can_change) == {
        "p2": False,
        "p1": False,
        "p4": True,
    }
    # of costs of 300 nothing is left when s1 pays
    small = one.question.costs[0].model_copy(update={"amount_cents": 30_000})
    cheap = replace(
        one, question=one.question.model_copy(update={"costs": (small,)}), answers={**one.answers, "p2": True}
    )
    told = told_to(cheap, by_what_can_change)
    assert cheap.mix(told).value_of("own_money") == 0 and set(told) < {"p1", "p2", "p4"}


def test_nothing_is_asked_when_nothing_pays_and_everything_that_decides_without_costs() -> None:
    one = _plain()
    other = one.question.costs[0].model_copy(update={"category": "travel"})
    assert asked(replace(one, question=one.question.model_copy(update={"costs": (other,)})), {}) is None
    bare = asked(replace(one, question=one.question.model_copy(update={"costs": ()})), {})
    assert bare is not None and set(bare.facts) == {"p1", "p2", "p4"} and bare.bound_best_cents is None


def test_an_answer_that_this_person_cannot_give_is_never_asked() -> None:
    one = _plain()
    shut = next_question(
        one.facts({}), one.question, Rules.of_region(one.region, one.on), funding_lines=[], askable=["p1"]
    )
    assert shut is not None and shut.facts == ("p1",)
