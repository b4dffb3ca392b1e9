"""A budget line that is nearly empty spills into a dearer one: an ordinary day, and it must stay a small problem.

Without presolve the solver lowers the price cent by cent here, thousands of times, while its deterministic clock hardly
moves. The test counts those steps (no clock): a few, for any remainder.
"""

from typing import Any

import pytest

from matching import propose, violations
from matching.problem import Problem
from matching.solver import running
from matching.solver.starting import Better, SolverRun

TUITION = 68_500


def spilling(left_cents: int) -> Problem:
    """One voucher on one line of € 685; the cheap funding line holds only `left_cents`."""
    return Problem.model_validate_json(
        f"""{{
        "format": "ontwikkelloket/problem/1", "reference_date": "2026-11-24",
        "circumstances": {{"route": "individual"}},
        "lines": [{{"id": "tuition", "category": "tuition", "amount_cents": {TUITION}}},
                  {{"id": "travel", "category": "travel", "amount_cents": 138500}}],
        "offers": [{{"id": "voucher", "scheme": "voucher", "administered": "here",
                     "coverage": {{"tuition": "1"}}, "cap_cents": 250000}}],
        "funding_lines": [
          {{"id": "cheap", "funder": "a", "available_cents": {left_cents}, "price_permille": 300}},
          {{"id": "dear", "funder": "b", "available_cents": 35000000, "price_permille": 700}}]
        }}"""
    )


class _Counting(SolverRun):
    steps = 0

    def solve(self, program: Any, heard: Better) -> Any:
        class Counter(Better):
            def better(self) -> None:
                _Counting.steps += 1

        return super().solve(program, Counter())


@pytest.mark.parametrize("left_cents", [0, 1, 2_499, 2_501, 30_137, 46_300, 68_499, 68_500, 68_501])
def test_what_is_left_on_the_cheap_line_is_used_first_in_a_few_steps(
    left_cents: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SolverRun", _Counting)
    monkeypatch.setattr(_Counting, "steps", 0)
    problem = spilling(left_cents)
    proposal = propose(problem)
    taken = {share.funding_line: share.cents for share in proposal.shares}
    assert taken.get("cheap", 0) == min(left_cents, TUITION)
    assert sum(taken.values()) == TUITION
    assert proposal.status == "proven"
    assert violations(problem, proposal.shares) == []
    assert _Counting.steps < 60


def test_without_presolve_the_same_problem_takes_many_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the count above can fail."""
    monkeypatch.setattr(running, "SolverRun", _Counting)
    monkeypatch.setattr(_Counting, "steps", 0)
    monkeypatch.setitem(running.SOLVER_PARAMETERS, "cp_model_presolve", False)
    propose(spilling(3_000))
    assert _Counting.steps > 60


def test_a_run_that_creeps_is_stopped_after_so_many_steps_and_the_second_engine_proves_the_mix(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(running.SOLVER_PARAMETERS, "cp_model_presolve", False)
    monkeypatch.setattr(running, "SLICES_OF_FEW", (("usual", 10, 20),))
    problem = spilling(46_300)
    proposal = propose(problem)
    assert proposal.status == "proven" and violations(problem, proposal.shares) == []
    assert {share.funding_line: share.cents for share in proposal.shares} == {"cheap": 46_300, "dear": TUITION - 46_300}
    assert "second.threads" in proposal.parameters
    monkeypatch.setattr(running.MixRun, "_second", lambda *_: 0)  # the control
    monkeypatch.setattr(running, "MOST_STEPS", 50)
    for name, value in {"cp_model_presolve": False, "search_branching": 0, "cut_level": 0}.items():
        monkeypatch.setitem(running.WAYS["harder"], name, value)
    assert propose(problem).status == "not_proven"
