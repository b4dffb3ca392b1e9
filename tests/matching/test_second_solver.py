"""A second solver, with a formulation of its own, finds the same values of passes 1 to 4: on dense problems and on real questions."""

from typing import Any

import pytest

from matching import propose
from matching.problem import Problem
from tests.benchmarks.highs import NotWritten, solve
from tests.benchmarks.problems import dense
from tests.benchmarks.questions import prepared

PASSES = ("own_money", "rest", "priced_money", "schemes")


def ours(problem: Problem) -> dict[str, int]:
    proposal = propose(problem, outlook=False)
    assert proposal.status == "proven"
    return {name: proposal.value_of(name) for name in PASSES}


@pytest.mark.parametrize("seed", range(40))
def test_both_solvers_agree_on_dense_problems(seed: int) -> None:
    problem = dense(1000 + seed, lines=4, offers=8)
    assert solve(problem) == ours(problem)


@pytest.mark.parametrize("seed", range(3))
def test_both_solvers_agree_on_larger_ones(seed: int) -> None:
    problem = dense(2000 + seed, lines=6, offers=15)
    assert solve(problem) == ours(problem)


def test_both_solvers_agree_on_questions_over_the_catalogue() -> None:
    compared = 0
    for seed in range(120):
        problem = prepared(seed).problem
        try:
            found = solve(problem)
        except NotWritten:
            continue
        assert found == ours(problem), seed
        compared += 1
    assert compared >= 100


@pytest.mark.parametrize("change", [{"borrow_up_to_cents": 0}, {"funding_lines": ()}])
def test_the_other_solver_sees_a_change_that_matters(change: dict[str, Any]) -> None:
    different = 0
    for seed in range(6):
        problem = dense(1000 + seed, lines=4, offers=8)
        different += solve(problem.model_copy(update=change)) != ours(problem)
    assert different >= 2, "a comparison that cannot fail proves nothing"


def test_a_rule_it_does_not_know_is_refused_and_not_ignored() -> None:
    problem = dense(1, lines=4, offers=8)
    first, second = problem.offers[0], problem.offers[1].model_copy(update={"asks_first": (problem.offers[0].id,)})
    with pytest.raises(NotWritten):
        solve(problem.model_copy(update={"offers": (first.model_copy(update={"certainty": "firm"}), second)}))
