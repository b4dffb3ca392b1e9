"""A great many questions and some lines: a bound that adding up proves, the same answer for any number of workers."""

import numpy as np
import pytest

from matching.plan.executor import Threads
from matching.plan.large import LargePlan, assign, large_faults
from tests.benchmarks.plans import questions


def test_a_plan_is_close_to_its_bound_and_the_same_for_one_two_and_four_workers() -> None:
    plan = questions(1, number=3_000, lines=5)
    one = assign(plan, executor=Threads(1))
    assert large_faults(plan, one) == [] and one.gap_percent < 0.5
    for workers in (2, 4):
        other = assign(plan, executor=Threads(workers))
        assert (other.value, other.bound) == (one.value, one.bound) and np.array_equal(other.lines, one.lines)


def test_an_answer_that_claims_too_much_is_found_out() -> None:
    plan = questions(2, number=500, lines=4)
    answer = assign(plan, executor=Threads(1))
    assert large_faults(plan, answer) == []
    dearer = type(answer)(answer.lines, answer.value + 1, answer.bound, answer.prices)
    assert large_faults(plan, dearer) == ["the value is another"]
    lower = type(answer)(answer.lines, answer.value, answer.bound - 10_000, answer.prices)
    assert "the bound is not proven by the prices" in large_faults(plan, lower)
    everything = type(answer)(np.zeros(500, np.int64), answer.value, answer.bound, answer.prices)
    assert "a line pays more than it holds" in large_faults(plan, everything)


def test_enough_money_serves_everybody_and_none_serves_nobody() -> None:
    worth = np.array([[10, 5], [0, 7], [3, 0]], np.int32)
    cents = np.full((3, 2), 100, np.int32)
    plenty = assign(LargePlan(worth, cents, np.array([1_000, 1_000])), executor=Threads(1))
    assert plenty.lines.tolist() == [0, 1, 0] and plenty.value == plenty.bound == 20
    assert assign(LargePlan(worth, cents, np.array([0, 0])), executor=Threads(1)).lines.tolist() == [-1, -1, -1]
    with pytest.raises(ValueError, match="a row per question"):
        LargePlan(worth, cents, np.array([1]))
