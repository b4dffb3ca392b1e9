"""The baseline must be a mix that is allowed, and never better than the best."""

from matching import propose, violations
from matching.spec.score import values
from tests.benchmarks.cascade import cascade
from tests.benchmarks.questions import prepared


def test_the_cascade_is_allowed_and_never_beats_the_mix() -> None:
    for seed in range(60):
        problem = prepared(seed).problem
        shares = cascade(problem)
        assert violations(problem, shares) == []
        assert values(problem, shares)["own_money"] >= propose(problem, outlook=False).value_of("own_money")
