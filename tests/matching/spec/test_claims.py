"""A whole proposal is refused when its status, its passes or their order were changed, and what is wrong is said in words."""

from collections.abc import Callable
from typing import Any

import pytest

from matching import propose
from matching.problem import Problem
from matching.problem.proposal import Proposal
from matching.problem.settings import MixSettings
from matching.spec.claims import claims
from portal.platform.i18n import use_locale
from portal.words.proof_words import open_steps
from portal.words.wording import claim_sentence
from tests.benchmarks.problems import dense
from tests.matching.building import line, offer, problem

GIVEN = problem([line("a", 1000)], [offer("x", cap_cents=60_000)])
HARD = dense(1, lines=6, offers=15).model_copy(update={"settings": MixSettings(deterministic_limit_ms=0)})


def changed(number: int, **fields: Any) -> Callable[[Proposal], dict[str, Any]]:
    def change(mix: Proposal) -> dict[str, Any]:
        passes = list(mix.passes)
        passes[number] = passes[number].model_copy(update=fields)
        return {"passes": tuple(passes)}

    return change


def swapped(mix: Proposal) -> dict[str, Any]:
    first, second, *others = mix.passes
    return {"passes": (second, first, *others)}


CHANGES: list[tuple[Problem, Callable[[Proposal], dict[str, Any]], str]] = [
    (GIVEN, lambda _: {"status": "not_proven"}, "status_differs"),
    (HARD, lambda _: {"status": "proven"}, "status_too_good"),
    (GIVEN, swapped, "passes_differ"),
    (GIVEN, lambda mix: {"passes": mix.passes[:4]}, "passes_differ"),
    (GIVEN, lambda mix: {"passes": (*mix.passes, mix.passes[4])}, "passes_differ"),
    (GIVEN, changed(2, name="rest"), "passes_differ"),
    (GIVEN, lambda _: {"passes": ()}, "passes_differ"),
    (GIVEN, changed(0, status="not_proven"), "proof_differs"),
    (GIVEN, changed(4, status="not_proven"), "proof_differs"),
    (HARD, changed(0, status="proven"), "proof_differs"),
    (GIVEN, changed(0, bound=1), "proof_differs"),
    (GIVEN, changed(0, bound=10**9), "bound_above_value"),
    (GIVEN, changed(2, value=5), "pass_differs"),
    (GIVEN, lambda _: {"rest": ()}, "rest_missing"),
    (GIVEN, lambda mix: {"rest": (*mix.rest, mix.rest[0].model_copy(update={"line": "b"}))}, "rest_of_nothing"),
    (GIVEN, lambda mix: {"rest": (mix.rest[0].model_copy(update={"cents": 1}),)}, "rest_differs"),
    (GIVEN, lambda _: {"employer_contribution_cents": 1}, "total_differs"),
]
INTERNAL = ("own_money", "priced_money", "_cents", "not_proven", "not not", "niet niet", "None")


def test_a_changed_proposal_is_refused_and_says_what_is_wrong_without_internal_names() -> None:
    for given in (GIVEN, HARD):
        assert claims(given, propose(given)) == [], "the control"
    for given, change, code in CHANGES:
        mix = propose(given)
        found = claims(given, mix.model_copy(update=change(mix)))
        assert code in {one.code for one in found}, code
        for locale in ("nl", "en"):
            with use_locale(locale):
                said = " ".join(claim_sentence(one) for one in found)
            assert said and not any(word in said for word in INTERNAL), said


@pytest.mark.parametrize(
    ("locale", "words"), [("nl", "Niet bewezen: zo weinig mogelijk eigen geld. "), ("en", "Not proven: ")]
)
def test_what_is_not_proven_names_each_step_and_how_many_euros_it_may_be_off(locale: str, words: str) -> None:
    mix = propose(HARD)
    assert mix.status == "not_proven"
    with use_locale(locale):
        steps = open_steps(mix.passes)
        assert len(steps) == sum(one.status != "proven" for one in mix.passes) > 0
        assert steps[0].startswith(words)
        assert all("€" in step and not any(word in step for word in INTERNAL) for step in steps)
        assert open_steps(propose(GIVEN).passes) == []
