"""What trainings of a bundle share gets prices: the same values as without, whoever shares what, and a bound that is never too high."""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from matching import propose, violations
from matching.problem import Problem
from matching.solver import running, sharing
from matching.solver.rows import Sum
from matching.solver.running import MixRun, SolverFault
from matching.solver.sharing import Sharing
from tests.benchmarks.bundles import dense_bundle

SEEDS = range(1, 201 if os.environ.get("PROOF") else 11)
TINY = (("usual", 0.05, 3),)
"""A first slice that proves little, so that prices are looked for."""
Passes = list[tuple[str, Any, str]]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> list[Sharing]:
    """Every pass of a bundle looks for prices; gives those that did."""
    seen: list[Sharing] = []

    class Seen(Sharing):
        def look(self, mix: list[int], value: int, limit: float) -> None:
            seen.append(self)
            super().look(mix, value, limit)

    slices = {name: TINY + one for name, one in running.SLICES_OF_BUNDLE_PASS.items()}
    monkeypatch.setattr(running, "SLICES_OF_BUNDLE", TINY + running.SLICES_OF_BUNDLE)
    monkeypatch.setattr(running, "SLICES_OF_BUNDLE_PASS", slices)
    monkeypatch.setattr(running, "Sharing", Seen)
    return seen


def small(seed: int) -> Problem:
    return dense_bundle(seed, people=2 + seed % 5, offers=8)


def solved(problem: Problem) -> Passes:
    """Values of the four passes that are the same whoever finds them, and whether they are proven."""
    proposal = propose(problem, outlook=False)
    assert not violations(problem, proposal.shares)
    return [(one.name, one.value, one.status) for one in proposal.passes[:4]]


def without(monkeypatch: pytest.MonkeyPatch, problem: Problem) -> Passes:
    with monkeypatch.context() as plain:
        plain.setattr(MixRun, "_shared", lambda _self, _name, _total, bound, _end: bound)
        return solved(problem)


def test_values_are_the_same_with_prices_and_without(hasty: list[Sharing], monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in SEEDS:
        assert solved(small(seed)) == without(monkeypatch, small(seed)), seed
    assert len(hasty) > len(SEEDS) and any(one.best is not None for one in hasty), "they were looked for"


def test_a_bundle_of_which_nothing_is_shared_has_its_outcome_too(
    hasty: list[Sharing], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One training shares with nobody: there is no row to give a price, and nothing to go along."""
    for seed in SEEDS:
        alone = dense_bundle(seed, people=1, offers=24)
        assert solved(alone) == without(monkeypatch, alone), seed
    assert hasty and all(one.best is None and one.held() == one.agreed([]) == {} for one in hasty)


def test_control_a_bound_that_is_too_high_gives_other_values(
    hasty: list[Sharing], monkeypatch: pytest.MonkeyPatch
) -> None:
    least: Callable[..., Any] = Sharing._least

    def too_high(self: Sharing, n: int, objective: dict[int, int], ways: Any) -> Any:
        low, choice = least(self, n, objective, ways)
        return low + sharing.SIZE, choice

    monkeypatch.setattr(Sharing, "_least", too_high)
    differing = 0
    for seed in list(SEEDS)[:10]:
        try:
            differing += solved(small(seed)) != without(monkeypatch, small(seed))
        except SolverFault:
            differing += 1
    assert differing, "a wrong bound is seen in the values, or stops the search"


def test_the_bound_holds_at_any_prices(hasty: list[Sharing], monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[tuple[MixRun, Sum]] = []
    look = MixRun._shared

    def seen(self: MixRun, name: Any, total: Sum, bound: int, end: float) -> int:
        runs.append((self, total))
        return look(self, name, total, bound, end)

    monkeypatch.setattr(MixRun, "_shared", seen)
    tight = 0
    for seed in list(SEEDS)[:8]:
        solved(small(seed))
    assert len(runs) == len(hasty) > 8
    for (run, total), one in zip(runs, hasty, strict=True):
        value = run.value(total)
        assert value is not None and one.bound <= value, "what the pass came to, in the mix of the end"
        for prices in product((0.0, 0.3, 7.0), repeat=min(2, len(one.limits))):
            at, _ = one._at([*prices, *[0.1] * (len(one.limits) - len(prices))], sharing.QUICK)
            assert total.constant + Fraction(at.bound * one.step, at.unit) <= value
        tight += one.bound == value
    assert tight, "and often it says all"
