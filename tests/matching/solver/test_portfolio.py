"""The portfolio: what the easy slice leaves open is proven by the second engine, and its floating point proves nothing by itself."""

from typing import Any

import pytest

from matching import propose, violations
from matching.problem import Problem
from matching.problem.proposal import Proposal
from matching.problem.settings import SOLVER_PARAMETERS, WAYS
from matching.solver import model, precedence, running, second
from matching.solver.model import MixModel
from matching.solver.objectives import objective
from matching.solver.precedence import add_precedence
from matching.solver.prepared import read
from matching.solver.rows import Sum
from matching.solver.running import MixRun
from matching.solver.solve import first_pass
from tests.benchmarks.hard import hard, small
from tests.matching.depth import PROOF
from tests.matching.oracle import best
from tests.matching.scarce import scarce_problem

NAMES = ("own_money", "rest", "priced_money", "schemes")
SCARCE = 600 if PROOF else 30
ALONE = 100 if PROOF else 6
IN_EACH_WAY = 100 if PROOF else 4


def values(found: Proposal) -> dict[str, int]:
    return {name: found.value_of(name) for name in NAMES}  # type: ignore[arg-type]


def by_the_second_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are no slices before it, and nothing is left for CP-SAT after the second engine."""
    monkeypatch.setattr(running, "SLICES", ())
    monkeypatch.setattr(running, "SLICES_OF", {})
    monkeypatch.setattr(running, "SLICES_OF_FEW", ())
    monkeypatch.setattr(running, "COUNTING_FEW", ())
    monkeypatch.setattr(running, "SLICES_OF_BUNDLE", ())
    monkeypatch.setattr(running, "SLICES_OF_BUNDLE_PASS", {})
    monkeypatch.setattr(running, "SECOND_SHARE", 1.0)


def modelled(given: Problem) -> MixModel:
    made = MixModel(read(given))
    add_precedence(made)
    return made


def test_scarce_shared_money_with_who_pays_first_is_what_trying_everything_finds() -> None:
    tried, asked, gone = 0, 0, 0
    for seed in range(SCARCE):
        given = scarce_problem(seed)
        expected = best(given, 1)
        if expected is None:
            continue
        found = propose(given, outlook=False)
        assert found.status == "proven" and violations(given, found.shares) == [], f"seed {seed}"
        assert values(found) == expected, f"seed {seed}"
        tried += 1
        asked += any(offer.asks_first for offer in given.offers)
        taken = [sum(s.cents for s in found.shares if s.funding_line == money.id) for money in given.funding_lines]
        gone += any(cents == money.available_cents for cents, money in zip(taken, given.funding_lines, strict=True))
    assert tried >= SCARCE * 3 // 4 and asked >= tried // 2 and gone >= tried // 4, "what does not bind shows nothing"


def test_the_second_engine_alone_finds_what_trying_everything_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    by_the_second_engine(monkeypatch)
    proven = 0
    for seed in range(ALONE):
        for given in (scarce_problem(seed), small(seed)):
            expected = best(given, 1)
            if expected is None:
                continue
            found = propose(given, outlook=False)
            assert violations(given, found.shares) == []
            for one in found.passes[:4]:
                assert one.bound <= expected[one.name] or one.status == "not_proven", f"seed {seed}"
                if one.status != "proven":
                    break
                assert one.value == expected[one.name], f"seed {seed}"
            proven += found.status == "proven"
    assert proven >= ALONE


def test_a_hard_problem_is_proven_with_and_without_the_easy_slice_at_the_same_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for seed in range(3, 6):
        given = hard(seed, lines=3, offers=6)
        both = propose(given, outlook=False)
        with monkeypatch.context() as patch:
            by_the_second_engine(patch)
            alone = propose(given, outlook=False)
            assert propose(given, outlook=False) == alone, "the same work gives the same answer"
        assert both.status == alone.status == "proven" and values(both) == values(alone), f"seed {seed}"
        assert violations(given, alone.shares) == []
        assert "second.threads" in alone.parameters


def engine_of(given: Problem) -> tuple[second.SecondEngine, Sum]:
    made = modelled(given)
    engine, total = second.SecondEngine(made), objective(made, "own_money")
    return engine, total


def test_an_answer_that_is_a_cent_off_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, total = engine_of(scarce_problem(3))
    right = engine.minimise(total, None, 1.0)
    assert right.values is not None and right.bound == second.value_of(total, right.values)
    real = engine._run

    def off(*args: Any, **kwargs: Any) -> Any:
        answer = real(*args, **kwargs)
        wrong = None if answer.values is None else [value + 1 for value in answer.values]
        return second.HighsAnswer(wrong, answer.bound, answer.nodes)

    monkeypatch.setattr(engine, "_run", off)
    assert engine.minimise(total, None, 1.0).values is None


@pytest.mark.parametrize(
    ("bound", "constant", "step", "least"),
    [
        (99.999_999, 0, 1, 100),
        (100.000_001, 0, 1, 100),
        (100.02, 0, 1, 101),
        (-3.0, 0, 1, 0),
        (1.5, 0, 50, 100),
        (float("-inf"), 7, 1, 0),
    ],
)
def test_a_bound_counts_with_the_tolerance_against_it(bound: float, constant: int, step: int, least: int) -> None:
    assert second.rounded_up(bound, constant, step) == least


def test_a_pass_of_the_second_engine_costs_work_and_keeps_its_limit() -> None:
    given = hard(2, lines=4, offers=8)
    run = MixRun(modelled(given), 0.05)
    run.minimise("own_money")
    assert 0 < run.spent < 0.2


def test_the_first_pass_alone_says_what_it_says_among_all_passes() -> None:
    for seed in range(8):
        given = scarce_problem(seed)
        assert first_pass(given) == propose(given, outlook=False).passes[0], f"seed {seed}"


def test_excuses_that_are_said_once_and_twice_allow_the_same_mixes(monkeypatch: pytest.MonkeyPatch) -> None:
    """And there is something to compare: the models differ."""
    others = 0
    for seed in range(12):
        given = hard(seed, lines=2, offers=5)
        tight, rows = values(propose(given, outlook=False)), len(modelled(given).program.constraints)
        with monkeypatch.context() as patch:
            patch.setattr(precedence, "TIGHT", False)
            assert values(propose(given, outlook=False)) == tight, f"seed {seed}"
            others += len(modelled(given).program.constraints) != rows
    assert others >= 3


def test_sums_with_and_without_variables_of_their_own_allow_the_same_mixes(monkeypatch: pytest.MonkeyPatch) -> None:
    """And there is something to compare; where nobody asks others first the model is the same."""
    others = 0
    for seed in range(12):
        given = hard(seed, lines=2, offers=5)
        nobody = given.model_copy(
            update={"offers": tuple(one.model_copy(update={"asks_first": ()}) for one in given.offers)}
        )
        found, size, plain = values(propose(given, outlook=False)), len(modelled(given).bounds), modelled(nobody).rows
        with monkeypatch.context() as patch:
            patch.setattr(model, "SUMS", False)
            assert values(propose(given, outlook=False)) == found, f"seed {seed}"
            others += len(modelled(given).bounds) != size
            assert modelled(nobody).rows == plain
    assert others >= 3


@pytest.mark.parametrize("way", [*WAYS, "second"])
def test_each_way_of_searching_alone_finds_what_trying_everything_finds(
    monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Also the second engine in the midst of the slices. Nothing that is tried after them says anything here."""
    for name in ("SLICES_OF_FEW", "COUNTING_FEW", "SLICES"):
        monkeypatch.setattr(running, name, ((way, 100, 1_000),))
    tried = 0
    for seed in range(IN_EACH_WAY):
        for given in (scarce_problem(seed), small(seed)):
            expected = best(given, 1)
            if expected is None:
                continue
            found = propose(given, outlook=False)
            assert found.status == "proven" and values(found) == expected, f"seed {seed}"
            assert found.parameters.keys() <= SOLVER_PARAMETERS.keys() or way == "second", "one slice was enough"
            tried += 1
    assert tried >= IN_EACH_WAY


def test_values_held_from_below_too_allow_the_same_mixes(monkeypatch: pytest.MonkeyPatch) -> None:
    """And there is something to compare: the relaxation of a later pass says more."""
    more = 0
    for seed in range(8):
        given = hard(seed, lines=3, offers=6)
        found, rows = values(propose(given, outlook=False)), _held_rows(given)
        with monkeypatch.context() as patch:
            patch.setattr(running, "EXACTLY", False)
            assert values(propose(given, outlook=False)) == found, f"seed {seed}"
            more += _held_rows(given) != rows
    assert more >= 4


def _held_rows(given: Problem) -> list[tuple[int, int]]:
    """Between what the sums are held of the passes that are proven."""
    run = MixRun(modelled(given), 30.0)
    before = len(run.model.rows)
    for name in NAMES:
        run.minimise(name)  # type: ignore[arg-type]
    return [(low, high) for _, _, low, high in run.model.rows[before:]]
