"""What a pass comes to at least, by adding up: never more than the best mix, and where it is as much nothing is solved."""

from collections import Counter

import pytest

from matching import propose
from matching.problem import Problem
from matching.problem.settings import PassName
from matching.solver import running
from matching.solver.again import own_at_least
from matching.solver.bounds import least
from matching.solver.prepared import read
from matching.solver.running import MixRun
from tests.benchmarks.hard import hard
from tests.matching.building import line, money, offer, problem

PASSES: tuple[PassName, ...] = ("own_money", "rest", "priced_money", "schemes")


def one_voucher(left: int) -> Problem:
    """One cost of € 1.000 and a voucher of at most € 400 from one funding line."""
    return problem(
        lines=[line("l", 1_000)],
        offers=[offer("a", here=True, cap_cents=40_000)],
        funding_lines=[money("f", left // 100, price_permille=300)],
    )


def test_no_mix_comes_to_less(monkeypatch: pytest.MonkeyPatch) -> None:
    as_much = Counter[str]()
    monkeypatch.setattr(running.bounds, "least", lambda *_: 0)
    for seed in range(40):
        given = hard(seed, lines=2, offers=4)
        found, reading = propose(given, outlook=False), read(given)
        for number, result in enumerate(found.passes[:4]):
            lower = least(reading, result.name, found.passes[:number])
            assert lower <= result.value, f"seed {seed}, {result.name}"
            as_much[result.name] += lower == result.value
        assert own_at_least(given) <= found.passes[0].value
    assert set(as_much) == set(PASSES), as_much


def solved(given: Problem) -> list[str]:
    """The passes of which the solver was asked."""
    asked: list[str] = []
    attempt = MixRun._attempt
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MixRun, "_attempt", lambda run, name, *more: asked.append(name) or attempt(run, name, *more))
        assert propose(given, outlook=False).status == "proven"
    return asked


@pytest.mark.parametrize(("left", "paid"), [(40_000, 40_000), (1_000_000, 40_000), (30_000, 30_000)])
def test_of_a_pass_that_cannot_come_to_less_the_solver_is_not_asked(left: int, paid: int) -> None:
    given = one_voucher(left)
    found = propose(given, outlook=False)
    assert [one.value for one in found.passes[:4]] == [100_000 - paid, 100_000 - paid, paid * 300, 1]
    assert own_at_least(given) == 100_000 - paid
    assert solved(given) == ["own_money", "canonical"]


def test_the_control_the_solver_is_asked_of_each_pass_where_nothing_is_added_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running.bounds, "least", lambda *_: 0)
    assert solved(one_voucher(40_000)) == ["own_money", "priced_money", "schemes", "canonical"]
