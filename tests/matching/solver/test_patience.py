"""Who does not wait any more gets no answer; who waits gets the one that everybody gets."""

from __future__ import annotations

import time
from threading import Timer

import pytest

from matching.answering.bundle import LIMIT_MS
from matching.problem import Problem
from matching.solver.patience import NobodyWaits, Patience, waited_for
from matching.solver.solve import propose
from tests.benchmarks.bundles import dense_bundle
from tests.benchmarks.problems import dense


def hard() -> Problem:
    """A problem of many seconds."""
    problem = dense_bundle(1, people=20, offers=12)
    settings = problem.settings.model_copy(update={"deterministic_limit_ms": 10 * LIMIT_MS})
    return problem.model_copy(update={"settings": settings})


def test_who_waits_gets_the_answer_that_everybody_gets() -> None:
    problem = dense(3, lines=4, offers=8)
    with waited_for(Patience(60)):
        waited = propose(problem)
    assert waited == propose(problem) and waited.status == "proven"


def test_a_run_is_stopped_when_the_person_leaves() -> None:
    patience, begun = Patience(60), time.monotonic()
    leaves = Timer(0.3, patience.end)
    leaves.start()
    with pytest.raises(NobodyWaits), waited_for(patience):
        propose(hard())
    leaves.join()
    assert time.monotonic() - begun < 10


def test_a_run_is_stopped_when_the_time_is_over() -> None:
    with pytest.raises(NobodyWaits), waited_for(Patience(0.3)):
        propose(hard())


def test_nothing_is_begun_for_who_left_before() -> None:
    patience = Patience(60)
    patience.end()
    with pytest.raises(NobodyWaits), waited_for(patience):
        propose(dense(3, lines=4, offers=8))
