"""The solver against trying everything on problems in which rare things come together, and locks that clash only when they do."""

import numpy as np
import pytest

from matching import propose, violations
from matching.problem import Problem
from matching.solver.solve import LockConflict
from tests.matching import oracle
from tests.matching.odd import odd_problem

NAMES = ("own_money", "rest", "priced_money", "schemes")
MOST_ROWS = 20_000
PER_BLOCK = 15


def small_enough(given: Problem) -> bool:
    rows = [len(oracle.alone(given, line, oracle.payers(given), 1)) for line in given.lines]
    return bool(np.prod(rows, dtype=float) <= MOST_ROWS)


@pytest.mark.parametrize("block", range(4))
def test_rare_things_together_are_solved_as_trying_everything_solves_them(block: int) -> None:
    compared = conflicts = 0
    for seed in range(block * PER_BLOCK, (block + 1) * PER_BLOCK):
        given = odd_problem(seed)
        if not small_enough(given):
            continue
        expected = oracle.best(given, 1)
        try:
            proposal = propose(given, outlook=False)
        except LockConflict:
            assert expected is None, f"seed {seed}: there is a mix that keeps the locks"
            conflicts += 1
            continue
        assert proposal.status == "proven" and violations(given, proposal.shares) == [], f"seed {seed}"
        assert {name: proposal.value_of(name) for name in NAMES} == expected, f"seed {seed}"  # type: ignore[arg-type]
        compared += 1
    assert compared >= PER_BLOCK // 2 and conflicts, "a comparison that compares nothing proves nothing"
