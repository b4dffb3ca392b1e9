"""The solver against an exhaustive search that knows only the checker."""

import pytest

from matching import propose, violations
from matching.problem import CostLine
from matching.problem.settings import MixSettings
from tests.matching.building import offer, problem
from tests.matching.depth import PROOF
from tests.matching.oracle import best, small_problem

NAMES = ("own_money", "rest", "priced_money", "schemes")
BLOCKS = 10
PER_BLOCK = 40 if PROOF else 20


@pytest.mark.parametrize("unit", [1, 10_000], ids=["cents", "units of € 100"])
@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_solver_finds_what_trying_everything_finds(block: int, unit: int) -> None:
    compared = 0
    for seed in range(block * PER_BLOCK, (block + 1) * PER_BLOCK):
        given = small_problem(seed, unit)
        expected = best(given, unit)
        if expected is None:
            continue
        compared += 1
        proposal = propose(given, outlook=False)
        assert proposal.status == "proven"
        assert {name: proposal.value_of(name) for name in NAMES} == expected, f"seed {seed}"
        assert violations(given, proposal.shares) == []
    assert compared >= PER_BLOCK * 3 // 4


def test_the_oracle_sees_a_difference_of_one_cent() -> None:
    """The control: an oracle that misses a cent would prove nothing."""
    settings = MixSettings(smallest_share_cents=0)
    lines = [CostLine(id="a", category="tuition", amount_cents=12)]
    seven, eight = (problem(lines, [offer("x", cap_cents=cap)], settings=settings) for cap in (7, 8))
    assert [(best(given, 1) or {})["own_money"] for given in (seven, eight)] == [5, 4]
