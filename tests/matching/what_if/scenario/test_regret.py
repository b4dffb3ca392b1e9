"""Prices from sampled futures beside perfect hindsight; hindsight by a flow, by all cuts, and by trying everything."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from matching.plan.hindsight import most_of_many, most_paid
from matching.what_if.scenario.regret import hindsight, regrets, served_by
from matching.what_if.scenario.serving import FixedPrices, Futures, MostLeftFirst, ScarcePrices, serve
from matching.what_if.scenario.world import ALWAYS, YearLine
from matching.what_if.scenario.years import Asks, Years, in_steps
from tests.benchmarks.regions import some_money


def cut_by_hand(need: list[int], admits: np.ndarray, holds: list[int]) -> int:
    """The smallest cut, written down once more in plain Python."""
    found = []
    for size in range(len(holds) + 1):
        for lines in itertools.combinations(range(len(holds)), size):
            outside = sum(
                cents for cents, may in zip(need, admits, strict=True) if set(np.flatnonzero(may)) - set(lines)
            )
            found.append(sum(holds[line] for line in lines) + outside)
    return min(found)


def test_the_flow_and_all_cuts_agree_and_scarce_means_that_a_euro_less_is_a_euro_less() -> None:
    dice = np.random.default_rng(8)
    for _round in range(25):
        groups, lines = int(dice.integers(1, 6)), int(dice.integers(1, 5))
        admits = dice.random((groups, lines)) < 0.5
        need, holds = dice.integers(0, 9, groups), dice.integers(0, 12, lines)
        found, many = most_paid(need, admits, holds), most_of_many(need[None, :], admits, holds)
        assert found.cents == many.cents[0] == cut_by_hand(need.tolist(), admits, holds.tolist())
        assert (found.scarce == many.scarce[0]).all() and (found.wanted == many.wanted[0]).all()
        assert (found.pays.sum(axis=0) <= holds).all() and (found.pays.sum(axis=1) <= need).all()
        assert not found.pays[~admits].any() and found.pays.sum() == found.cents
        for line in range(lines):
            more, less = holds + 10 * (np.arange(lines) == line), np.maximum(0, holds - (np.arange(lines) == line))
            assert (most_paid(need, admits, more).cents > found.cents) == found.wanted[line]
            if holds[line]:
                assert (most_paid(need, admits, less).cents < found.cents) == found.scarce[line]
    with pytest.raises(ValueError, match="negative"):
        most_paid(np.array([-1]), np.ones((1, 1), np.bool_), np.array([1]))
    with pytest.raises(ValueError, match="one row"):
        most_paid(np.array([1, 2]), np.ones((1, 1), np.bool_), np.array([1]))
    with pytest.raises(ValueError, match="at most"):
        most_of_many(np.ones((1, 1), np.int64), np.ones((1, 13), np.bool_), np.ones(13, np.int64))


NARROW = np.array([[True, True], [False, True]])
"""The first group may be paid by both lines, the second by the second line only."""


def a_year(cents: list[int], groups: list[int], back: int = ALWAYS, used: int = 1000) -> Years:
    day = np.arange(len(cents)) * 7
    return in_steps(
        1,
        70,
        Asks(
            year=np.zeros(len(cents), np.int64),
            day=day,
            kind=np.array(groups),
            cents=np.array(cents),
            used_permille=np.full(len(cents), used),
            back_day=np.minimum(ALWAYS, day + back),
        ),
    )


def test_scarce_money_pays_last_where_fixed_prices_spend_it_first() -> None:
    lines = (YearLine("a", ((0, 200),)), YearLine("b", ((0, 200),)))
    year = a_year([100, 100, 100, 100], [0, 0, 1, 1])
    wrong = FixedPrices(lines, np.array([700, 300]))
    futures = Futures.of(lines, NARROW, year)
    assert futures.scarcity(0, np.array([200, 200])).tolist() == [0.5, 0.5], "all of it is needed, and no more"
    assert futures.scarcity(0, np.array([900, 200])).tolist() == [0.0, 0.5]
    assert int(hindsight(lines, NARROW, year)[0]) == 400
    assert int(served_by(lines, NARROW, year, wrong)[0]) == 200, "what the second group needs is gone"
    prices = ScarcePrices(Futures.of(lines, NARROW, a_year([100, 100, 300, 100], [0, 0, 1, 1])), wrong)
    assert int(served_by(lines, NARROW, year, prices)[0]) == 400
    [one] = regrets(lines, NARROW, year, futures=prices.futures, fixed=wrong)
    assert (one.hindsight_cents, one.unforeseeable_cents, one.no_show_cents, one.rule_cents) == (400, 0, 0, 200)
    assert (one.override_cents, one.served_cents, one.percent) == (0, 200, 50.0)
    [chosen] = regrets(lines, NARROW, year, futures=prices.futures, fixed=wrong, in_truth=np.array([150]))
    assert (chosen.override_cents, chosen.served_cents) == (50, 150)
    [lost] = regrets(lines, NARROW, a_year([400, 100], [0, 0], used=500), futures=prices.futures, fixed=wrong)
    assert lost.no_show_cents > 0 and lost.served_cents == lost.hindsight_cents - lost.no_show_cents - (
        lost.unforeseeable_cents + lost.rule_cents
    )
    served = serve(lines, NARROW, a_year([300, 100], [0, 0], back=3, used=0), MostLeftFirst())
    assert served.paid.tolist() == [300, 100] and served.left.sum() == 300, "what came back was given again"


def test_over_made_up_regions_nothing_beats_hindsight_and_prices_beat_what_is_fixed() -> None:
    percents: dict[str, list[float]] = {"prices": [], "fixed": []}
    for seed in (1, 2, 3):
        region = some_money(seed, busy=0.05)
        year = region.years(seed, 1)
        most = int(hindsight(region.lines, region.admits, year)[0])
        futures = Futures.of(region.lines, region.admits, region.years(seed + 100, 6))
        for name, policy in {"prices": ScarcePrices(futures, region.fixed, 28), "fixed": region.fixed}.items():
            served = serve(region.lines, region.admits, year, policy)
            assert (served.given + served.left == [line.cents for line in region.lines]).all() and (
                served.left >= 0
            ).all()
            assert int(served.paid.sum()) <= most and (served.paid <= year.cents).all()
            percents[name].append(int(served.paid.sum()) / most * 100)
    assert np.mean(percents["prices"]) >= np.mean(percents["fixed"]) and min(percents["prices"]) > 85
