"""A year lived from a table of mixes: beside solving every question again, with what it claims of more money and other rules."""

from __future__ import annotations

import itertools
import json
import pickle
from dataclasses import replace

import numpy as np
import pytest

from matching.plan.executor import Threads
from matching.what_if.scenario.comparing import QuestionKind, SoFar, compare
from matching.what_if.scenario.exactly import live_exactly
from matching.what_if.scenario.living import Lived, World, live
from matching.what_if.scenario.mixes import Mixes, usable_lines, without_dates
from matching.what_if.scenario.world import ALWAYS, HeldShare, KindMix, YearLine
from matching.what_if.scenario.years import Asks, Fate, Years, drawn_years, in_steps
from tests.benchmarks.regions import EARMARKS, a_region

NAMES = list(EARMARKS)
KINDS = 5
PROBLEMS = a_region(4, KINDS)
TABLE = Mixes.of(PROBLEMS, NAMES)
"""What was solved for one test stands there for the next."""
MONEY = tuple(YearLine(name, ((0, 900_000 + 400_000 * number),)) for number, name in enumerate(NAMES))


def a_year(questions: float = 60, **more: object) -> Years:
    return drawn_years(np.full(50, questions / 50), np.ones(KINDS), seed=3, block=0, number=1, **more)  # type: ignore[arg-type]


def one_line(cents: int, takes: int = 100_000, cost: int = 150_000, **line: int) -> World:
    """One kind that costs 1,500 euros, of which the line pays 1,000."""

    def solve(_kind: int, shut: frozenset[int]) -> KindMix:
        return KindMix((0,), cost, 0) if shut else KindMix((takes,), cost - takes, 0)

    return World((YearLine("line", ((0, cents),), **line),), Mixes(solve, [(0,)], lines=1, plain=[True]))


def of_days(*days: int, back: int = ALWAYS, used: int = 1000, number: int = 1) -> Years:
    day = np.tile(np.array(days), number)
    return in_steps(
        number,
        30,
        Asks(
            year=np.repeat(np.arange(number), len(days)),
            day=day,
            kind=np.zeros(len(day), np.int64),
            used_permille=np.full(len(day), used),
            back_day=np.minimum(ALWAYS, day + back),
        ),
    )


def close(shortcut: Lived, exact: Lived) -> bool:
    """Whether they agree but for a question at most of each line that was nearly empty."""
    differs = int((shortcut.own != exact.own).sum())
    return differs <= 2 * len(NAMES) and bool(abs(shortcut.left - exact.left).max() < 600_000)


def test_a_year_from_the_table_is_the_year_solved_question_by_question() -> None:
    world, years = World(MONEY, TABLE), a_year()
    exact, shortcut = live_exactly(PROBLEMS, MONEY, years), live(world, years)
    assert close(shortcut, exact) and abs(int(shortcut.own.sum()) - int(exact.own.sum())) < 200_000
    assert (shortcut.given + shortcut.left == [line.cents for line in MONEY]).all() and (shortcut.left >= 0).all()
    asked = np.array([sum(line.amount_cents for line in PROBLEMS[kind].lines) for kind in years.kind])
    assert (shortcut.own + shortcut.here + shortcut.elsewhere == asked).all(), "every cent is paid by somebody"
    rich = World(tuple(replace(line, comes=((0, 10**9),)) for line in MONEY), world.mixes)
    richer = live_exactly(PROBLEMS, rich.lines, years)
    assert (live(rich, years).own == richer.own).all() and (richer.empty_day == ALWAYS).all(), "with enough it is exact"


def test_what_a_thousand_euros_more_is_said_to_do_is_what_solving_again_finds() -> None:
    mixes, years = TABLE, a_year(30)
    before = int(live_exactly(PROBLEMS, MONEY, years).own.sum())
    for line in (0, 3):
        more = tuple(
            replace(one, comes=((0, one.cents + 100_000 * (place == line)),)) for place, one in enumerate(MONEY)
        )
        claimed = int(live(World(more, mixes), years).own.sum() - live(World(MONEY, mixes), years).own.sum())
        found = int(live_exactly(PROBLEMS, more, years).own.sum()) - before
        assert abs(claimed - found) <= 1_000 and -100_000 <= found <= 0, NAMES[line]


def test_a_line_pays_what_it_holds_and_is_then_empty_and_again_when_money_comes_back() -> None:
    lived = live(one_line(250_000), of_days(1, 1, 2, 5))
    assert lived.here.tolist() == [100_000, 100_000, 50_000, 0] and lived.own.tolist() == [
        50_000,
        50_000,
        100_000,
        150_000,
    ]
    assert (lived.left.tolist(), lived.empty_day.tolist()) == ([[0]], [[2]])
    again = live(one_line(250_000), of_days(1, 1, 2, 20, back=10, used=0))
    assert again.here.tolist() == [100_000, 100_000, 50_000, 100_000] and again.given.tolist() == [[100_000]]
    assert live(one_line(250_000, last_day=1), of_days(1, 2)).here.tolist() == [100_000, 0]
    assert live(one_line(250_000, first_day=2), of_days(1, 2)).here.tolist() == [0, 100_000]
    whole = Mixes(one_line(0).mixes.solve, [(0,)], lines=1, whole=[True])
    assert live(World(one_line(150_000).lines, whole), of_days(1, 1)).here.tolist() == [100_000, 0], "all or nothing"


def test_a_share_that_is_held_is_left_to_its_group_until_it_is_let_go() -> None:
    def solve(_kind: int, shut: frozenset[int]) -> KindMix:
        return KindMix((0,), 100_000, 0) if shut else KindMix((100_000,), 0, 0)

    mixes = Mixes(solve, [(0,), (0,)], lines=1)
    years = in_steps(1, 30, Asks(year=np.zeros(6, np.int64), day=np.arange(6), kind=np.array([0, 0, 0, 1, 0, 1])))
    line = (YearLine("line", ((0, 400_000),)),)
    free = live(World(line, mixes), years)
    assert free.here.tolist() == [100_000] * 4 + [0, 0]
    held = live(World(line, mixes, HeldShare(frozenset({1}), 50)), years)
    assert held.here.tolist() == [100_000, 100_000, 0, 100_000, 0, 100_000]
    let_go = live(World(line, mixes, HeldShare(frozenset({1}), 50, until_day=2)), years)
    assert let_go.here.tolist() == free.here.tolist()
    with pytest.raises(ValueError, match="percent"):
        HeldShare(frozenset({1}), 0)


def test_a_mix_that_uses_none_of_the_shut_lines_is_not_solved_again_and_is_the_best_without_them() -> None:
    quick = Mixes.of(PROBLEMS, NAMES)
    slow = Mixes(quick.solve, quick.usable, lines=len(NAMES), whole=quick.whole.tolist())
    states = np.array(list(itertools.product((False, True), repeat=len(NAMES))))[::7]
    for kind in range(2):
        kinds = np.full(len(states), kind)
        ours, theirs = quick.rows(kinds, states), slow.rows(kinds, states)
        assert (quick.own[ours] == slow.own[theirs]).all() and (quick.elsewhere[ours] == slow.elsewhere[theirs]).all()
        assert not (quick.takes[ours] * states).any(), "a shut line pays nothing"
    assert quick.solved < slow.solved
    assert all(usable_lines(without_dates(one), NAMES) for one in PROBLEMS)
    with pytest.raises(ValueError, match="lines may pay"):
        Mixes(quick.solve, [tuple(range(15))], lines=15)


def test_worlds_are_compared_on_the_same_dice_whoever_computes_and_few_people_are_not_told_of() -> None:
    worlds = {
        "now": World(MONEY, TABLE),
        "lower": World(MONEY, Mixes.of(a_region(4, KINDS, cap=500), NAMES)),
    }
    kinds = [
        QuestionKind((("half", str(number % 2)), ("kind", str(number))), 4 + 2 * (number % 2))
        for number in range(KINDS)
    ]

    def source(block: int) -> Years:
        fates = (Fate(800, 10),) * KINDS
        return drawn_years(np.full(50, 1.2), np.ones(KINDS), seed=5, block=block, number=4, fates=fates)

    told: list[int] = []
    one = compare(worlds, kinds, source, 3, told=lambda: told.append(1))
    assert one == compare(worlds, kinds, source, 3, executor=Threads(2)) and len(told) == 3
    stopped = SoFar()

    def until_two() -> None:
        if stopped.blocks == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        compare(worlds, kinds, source, 3, told=until_two, so_far=stopped)
    written = json.loads(json.dumps(stopped.as_lists()))
    elsewhere, asked = pickle.loads(pickle.dumps(worlds)), list[int]()

    def counted(block: int) -> Years:
        asked.append(block)
        return source(block)

    went_on = compare(elsewhere, kinds, counted, 3, so_far=SoFar.of_lists(written))
    assert went_on == one and asked == [2], "from where it was stopped, in another process"
    now, lower = one
    assert (now.more_people.mean, now.more_own.low, now.more_own.high) == (0, 0, 0), "beside itself nothing differs"
    assert {row.loses for row in now.groups if row.asked is not None} == {0}
    assert lower.asked == now.asked and lower.more_own.mean > 0 and lower.own.mean - now.own.mean == lower.more_own.mean
    halves = {row.value: row for row in lower.groups if row.dimension == "half"}
    assert halves["0"].asked and halves["1"].loses, "twelve people each"
    assert {row.asked for row in lower.groups if row.dimension == "kind"} == {None}, "six people or fewer"
    first = next(row for row in now.lines if row.id == "general")
    assert first.given.low <= first.given.mean <= first.given.high and 0 <= first.empty_percent <= 100
    with pytest.raises(ValueError, match="a block"):
        compare(worlds, kinds, source, 0)
    same = source(1)
    again = source(1)
    assert (same.kind == again.kind).all() and (same.steps == again.steps).all() and same.questions == len(same.kind)
