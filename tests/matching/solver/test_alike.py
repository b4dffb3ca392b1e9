"""Cost lines that are alike as one line: a mix to begin with and a bound, never another answer."""

import random
from typing import Any

import pytest

from matching import propose, violations
from matching.problem import CostLine, LockedShare, Locks, Problem
from matching.solver import solve
from matching.solver.alike import alike, as_one
from matching.solver.kinds import beneath
from matching.solver.model import MixModel
from matching.solver.objectives import objective
from matching.solver.precedence import add_precedence
from matching.solver.prepared import read
from matching.solver.running import MixRun
from tests.benchmarks.hard import hard
from tests.benchmarks.long import CATEGORIES, long_chain
from tests.matching.depth import PROOF

SEEDS = range(2_000 if PROOF else 200)
COUNTED = ("own_money", "rest", "priced_money", "schemes")


def in_pieces(seed: int) -> Problem:
    """A hard problem of two lines, each of them in three to five pieces that are alike; some with a part without VAT."""
    r = random.Random(f"pieces/{seed}")
    problem = hard(seed, lines=2, offers=6)
    pieces = []
    for line in problem.lines:
        count = r.randint(3, 5)
        for n in range(count):
            euros = max(1, line.amount_cents // (121 * count) + r.randint(-20, 20))
            vat = line.amount_without_vat_cents is not None
            amounts = {"amount_cents": euros * 121, "amount_without_vat_cents": euros * 100 if vat else None}
            pieces.append(CostLine(id=f"{line.id}-{n}", category=line.category, bearer=line.bearer, **amounts))
    r.shuffle(pieces)
    return problem.model_copy(update={"lines": tuple(pieces)})


@pytest.mark.parametrize("block", range(4))
def test_a_mix_that_begins_with_lines_that_are_alike_as_one_is_as_good(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in SEEDS[block::4]:
        problem = in_pieces(seed)
        plain = propose(problem, outlook=False)
        with monkeypatch.context() as patch:
            patch.setattr(solve, "MANY_ROWS", 0)
            begun = propose(problem, outlook=False)
        assert begun.status == plain.status == "proven", seed
        assert [begun.value_of(name) for name in COUNTED] == [plain.value_of(name) for name in COUNTED], seed
        assert not violations(problem, begun.shares)


def least_beneath(problem: Problem, values: list[int]) -> list[int]:
    """What each pass comes to in the model beneath when what the passes before it came to in the whole is held there."""
    kept = alike(problem)
    assert kept is not None
    whole = MixModel(read(problem))
    add_precedence(whole)
    found = []
    for n, name in enumerate(COUNTED[: len(values)]):
        model, _ = beneath(whole, kept)
        for earlier, value in zip(COUNTED[:n], values, strict=False):
            model.at_most(objective(model, earlier), value, earlier)
        result, status = MixRun(model, 60.0).minimise(name)
        assert result is not None and status == "proven"
        found.append(result.value)
    return found


@pytest.mark.parametrize("block", range(4))
def test_in_the_model_beneath_no_pass_comes_to_more(block: int) -> None:
    for seed in SEEDS[block::4]:
        problem = in_pieces(seed)
        proposed = propose(problem, outlook=False)
        values = [proposed.value_of(name) for name in COUNTED]
        least = least_beneath(problem, values)
        assert all(low <= value for low, value in zip(least, values, strict=True)), (seed, least, values)


def test_the_model_beneath_says_who_pays_first_and_lines_as_one_say_too_much() -> None:
    """Without who pays first own money can be less than beneath; with each kind as one line it can be more than in the whole."""
    nearer = more = 0
    for seed in range(20):
        problem = in_pieces(seed)
        nobody_first = tuple(offer.model_copy(update={"asks_first": ()}) for offer in problem.offers)
        found = propose(problem, outlook=False).value_of("own_money")
        without = propose(problem.model_copy(update={"offers": nobody_first}), outlook=False).value_of("own_money")
        nearer += without < least_beneath(problem, [found])[0]
        more += propose(as_one(problem, alike(problem) or {}), outlook=False).value_of("own_money") > found
    assert nearer and more


def test_lines_that_differ_in_what_a_rule_looks_at_are_not_alike() -> None:
    def line(name: str, **changed: object) -> CostLine:
        return CostLine.model_validate({"id": name, "category": "tuition", "amount_cents": 1_000, **changed})

    problem = long_chain(1, lines=4).model_copy(
        update={
            "lines": (
                line("a"),
                line("b", amount_cents=700),
                line("c", category="books"),
                line("d", category="books"),
                line("e", amount_without_vat_cents=500),
                line("f", amount_without_vat_cents=350, amount_cents=700),
                line("g", due_on="2027-01-01"),
                line("h", due_on="2027-01-01"),
                line("i", bearer="employer"),
                line("j", bearer="employer"),
            )
        }
    )
    assert alike(problem) == {
        "a": "a", "b": "a", "c": "c", "d": "c", "e": "e", "f": "e", "g": "g", "h": "g", "i": "i", "j": "i"
    }  # fmt: skip
    locked = Locks(shares=(LockedShare(line="b", offer="o0", cents=10),))
    assert alike(problem.model_copy(update={"locks": locked})) is None
    assert as_one(problem, alike(problem) or {}).lines[0].amount_cents == 1_700


CHAINS = [
    (1, 300, {}),
    (3, 300, {}),
    (2, 200, {"shares": (33, 60, 90)}),
    (5, 300, {"categories": CATEGORIES[:4], "offers": 6, "asks": 3}),
]


@pytest.mark.parametrize(("seed", "lines", "changed"), CHAINS)
def test_hundreds_of_cost_lines_with_who_pays_first_are_proven_by_adding_up(
    seed: int, lines: int, changed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solve, "MANY_ROWS", 2_000)
    monkeypatch.setattr("matching.solver.running.SLICES_OF_MANY", ())
    monkeypatch.setattr("matching.solver.second.SecondEngine.minimise", lambda *_: pytest.fail("the whole is searched"))
    found = propose(long_chain(seed, lines=lines, **changed), outlook=False)
    assert [one.status for one in found.passes] == ["proven"] * 5
