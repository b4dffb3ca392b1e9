"""Rebalancing: the checker by itself, small plans beside trying everything and a second solver, and what always holds."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from matching.plan.awards import PASSES, Move, OpenAward, PlanLine, Portfolio, in_order, move_faults, worth
from matching.plan.flow import best_flow, groups_of, moves_of
from matching.plan.rebalance import rebalance
from tests.benchmarks import highs_plan
from tests.benchmarks.plans import portfolio
from tests.matching.depth import one_in

BOTH = frozenset({"general", "ends"})


def a_book(*, room: int = 100, whole: bool = False) -> Portfolio:
    """Two awards of 80 cents on general money, beside a line that lapses and has room for some of them."""
    lines = [PlanLine("general", 500, False, 1000), PlanLine("ends", room, True, 100)]
    return Portfolio.of(lines, [OpenAward(key, "general", 80, BOTH, whole) for key in ("a", "b")])


def small(seed: int) -> Portfolio:
    """A few awards of a few cents, so that every way to divide them can be tried."""
    dice = random.Random(seed)
    names = [f"l{number}" for number in range(dice.randint(2, 3))]
    awards = []
    for number in range(dice.randint(1, 3)):
        may = frozenset(dice.sample(names, k=dice.randint(1, len(names))))
        awards.append(OpenAward(f"a{number}", dice.choice(names), dice.randint(1, 3), may, dice.random() < 0.5))
    loads = {name: sum(award.cents for award in awards if award.line == name) for name in names}
    lines = [
        PlanLine(name, loads[name] + dice.randint(0, 4), dice.random() < 0.4, dice.choice((0, 300, 1000)))
        for name in names
    ]
    return Portfolio.of(lines, awards)


def ways(award: OpenAward) -> Iterator[tuple[Move, ...]]:
    """Every way to divide an award over the lines that may pay it."""
    others = sorted(award.may - {award.line})
    for parts in itertools.product(range(award.cents + 1), repeat=len(others)):
        if sum(parts) <= award.cents and (not award.whole or set(parts) <= {0, award.cents}):
            yield tuple(
                Move(award.id, award.line, line, part) for line, part in zip(others, parts, strict=True) if part
            )


def best_by_trying(book: Portfolio) -> tuple[int, int, int]:
    """Saved, freedom and moves of the best of all ways, in that order of importance."""
    found = []
    for chosen in itertools.product(*(list(ways(award)) for award in book.awards)):
        moves = list(itertools.chain.from_iterable(chosen))
        if not move_faults(book, moves):
            value = worth(book, moves)
            found.append((value["saved"], value["freedom"], -value["moves"]))
    saved, freedom, moves = max(found)
    return saved, freedom, -moves


def test_the_checker_names_what_is_wrong() -> None:
    book = a_book(room=100)
    right = [Move("a", "general", "ends", 80), Move("b", "general", "ends", 20)]
    assert move_faults(book, right) == [] and worth(book, right) == {"saved": 100, "freedom": 100_000, "moves": 2}
    for moves, code in (
        ([Move("c", "general", "ends", 1)], "no_such_award"),
        ([Move("a", "ends", "general", 1)], "not_from_there"),
        ([Move("a", "general", "ends", 0)], "not_in_full"),
        ([Move("a", "general", "ends", 81)], "more_than_there_is"),
        ([right[0], right[0]], "twice"),
        ([right[0], Move("b", "general", "ends", 21)], "line_full"),
    ):
        assert code in [one.code for one in move_faults(book, moves)], code
    assert move_faults(a_book(whole=True), [right[1]])[0].code == "not_in_full"
    narrow = Portfolio.of(book.lines, [replace(award, may=frozenset({"general"})) for award in book.awards])
    assert move_faults(narrow, right[:1])[0].code == "not_admitted"


def test_money_that_lapses_pays_first_in_part_where_that_may_and_in_full_where_it_must() -> None:
    parts, whole = rebalance(a_book()), rebalance(a_book(whole=True))
    assert parts.is_proven and (parts.value_of("saved"), parts.value_of("moves")) == (100, 2)
    assert whole.is_proven and (whole.value_of("saved"), whole.value_of("moves")) == (80, 1)
    assert rebalance(a_book(room=0)).moves == ()


def test_moves_come_in_an_order_in_which_no_line_is_ever_full() -> None:
    lines = [PlanLine("a", 50, True, 0), PlanLine("b", 50, False, 0), PlanLine("c", 50, False, 0)]
    awards = [OpenAward("1", "b", 50, frozenset({"a", "b"})), OpenAward("2", "c", 50, frozenset({"b", "c"}))]
    book = Portfolio.of(lines, awards)
    chain = [Move("2", "c", "b", 50), Move("1", "b", "a", 50)]
    assert in_order(book, chain) == (chain[::-1], [])
    swap = Portfolio.of(lines[1:], [OpenAward("1", "b", 50, frozenset("c")), OpenAward("2", "c", 50, frozenset("b"))])
    both = [Move("1", "b", "c", 50), Move("2", "c", "b", 50)]
    assert in_order(swap, both) == ([], both) and move_faults(swap, both) == []


def test_small_plans_are_as_good_as_trying_everything() -> None:
    for seed in one_in(4, range(120)):
        book = small(seed)
        plan = rebalance(book)
        assert plan.is_proven and move_faults(book, plan.moves) == [], seed
        assert tuple(plan.value_of(name) for name in PASSES) == best_by_trying(book), seed


@pytest.mark.parametrize("seed", one_in(4, range(12)))
def test_a_second_solver_finds_the_same_values(seed: int) -> None:
    book = portfolio(seed, awards=12, lines=4, kinds=4)
    plan = rebalance(book)
    assert plan.is_proven and {one.name: one.value for one in plan.passes} == highs_plan.solve(book)


def test_the_flow_is_the_exact_best_where_amounts_may_split_and_its_bound_of_moves_holds() -> None:
    for seed in one_in(4, range(20)):
        book = portfolio(100 + seed, awards=10, lines=5, whole=0.0, kinds=5)
        groups = groups_of(book)
        flow = best_flow(book, groups)
        assert flow is not None
        made, best = worth(book, moves_of(groups, flow)), rebalance(book, limit=0.3)
        assert (made["saved"], made["freedom"]) == (best.value_of("saved"), best.value_of("freedom")), seed
        assert flow.fewest_moves <= best.value_of("moves") <= made["moves"], seed


def test_more_money_never_saves_less_and_the_order_of_what_comes_in_changes_nothing() -> None:
    for seed in one_in(4, range(8)):
        book = portfolio(200 + seed, awards=40, lines=6, whole=0.0)
        plan = rebalance(book, limit=0.1)
        mixed = Portfolio.of(book.lines[::-1], random.Random(seed).sample(book.awards, k=len(book.awards)))
        assert rebalance(mixed, limit=0.1) == plan
        richer = Portfolio.of(
            [replace(line, holds_cents=line.holds_cents + 50_000) for line in book.lines], book.awards
        )
        assert rebalance(richer, limit=0.1).value_of("saved") >= plan.value_of("saved")


def test_a_book_of_many_awards_is_proven_in_what_is_saved_and_kept_free() -> None:
    book = portfolio(5, awards=3_000, lines=12)
    plan = rebalance(book)
    assert move_faults(book, plan.moves) == []
    assert [one.is_proven for one in plan.passes][:2] == [True, True]
    saved = next(one for one in plan.passes if one.name == "moves")
    assert saved.bound <= saved.value
