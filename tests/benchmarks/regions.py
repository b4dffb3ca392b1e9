"""Regions that are made up, to measure scenarios and prices on: their own code, and not the code that prices were tuned on.

`a_region` has five schemes, six budgets that overlap and kinds of questions, as problems of matching. `some_money` has budgets,
groups that some of them may pay, and years of demand with a season; its seeds up to 1,000 were looked at while the policy was
made, those from 5,000 on are measured.
"""

import random
from dataclasses import dataclass

import numpy as np

from matching.problem import Problem
from matching.what_if.scenario.serving import FixedPrices
from matching.what_if.scenario.world import Flags, YearLine
from matching.what_if.scenario.years import Asks, Years, in_steps
from tests.matching.building import line, money, offer, problem

SCHEMES = ("voucher", "employers", "work_to_work", "technology", "language")
EARMARKS: dict[str, dict[str, tuple[str, ...]]] = {
    "general": {},
    "west": {"provinces": ("gelderland",)},
    "east": {"provinces": ("overijssel",)},
    "people": {"schemes": ("voucher", "work_to_work", "language"), "routes": ("individual",)},
    "firms": {"routes": ("employer",)},
    "technical": {"sectors": ("techniek",)},
}


def a_region(seed: int, kinds: int, *, cap: int = 2_500) -> list[Problem]:
    """Kinds of questions over five schemes and six budgets; `cap` in euros is that of the first scheme."""
    dice = random.Random(seed)
    made = []
    for _number in range(kinds):
        route = dice.choice(("individual", "employer"))
        case = {
            "province": dice.choice(("gelderland", "overijssel")),
            "sector": dice.choice(("techniek", "zorg")),
            "municipality": None,
        }
        lines = [line("course", dice.randint(4, 60) * 100)]
        if dice.random() < 0.4:
            lines.append(line("books", dice.randint(1, 8) * 50, "books"))
        open_to = [s for s in SCHEMES if dice.random() < 0.5] or ["voucher"]
        caps = {"voucher": cap, "employers": 3_000, "work_to_work": 4_000, "technology": 2_000, "language": 1_500}
        offers = [
            offer(
                name, {"tuition": dice.choice(("1", "1/2", "3/4")), "books": "1"}, here=True, cap_cents=caps[name] * 100
            )
            for name in open_to
        ]
        lines_of_money = tuple(money(name, 100_000, earmark=mark) for name, mark in EARMARKS.items())
        made.append(problem(lines, offers, route=route, case=case, funding_lines=lines_of_money))
    return made


@dataclass(frozen=True, slots=True, eq=False)
class SomeMoney:
    """Budgets, which of them may pay each group, their prices as they are fixed today, and how demand comes."""

    lines: tuple[YearLine, ...]
    admits: Flags
    fixed: FixedPrices
    rates: np.ndarray
    """Questions a day, per day and group."""
    usual: np.ndarray
    """Usual cents of a question, per group."""

    def years(self, seed: int, number: int) -> Years:
        """Years of demand."""
        dice = np.random.default_rng([7, seed])
        days, groups = self.rates.shape
        busy = dice.gamma(20.0, 1 / 20.0, (number, 1, groups))  # a good year for one group, a bad one for another
        counts = dice.poisson(self.rates[None] * busy)
        total = int(counts.sum())
        year, day, group = (np.repeat(part, counts.reshape(-1)) for part in np.indices(counts.shape).reshape(3, -1))
        order = np.lexsort((dice.random(total), day, year))
        cents = np.minimum(dice.lognormal(0.0, 0.5, total), 4.0) * self.usual[group]
        return in_steps(
            number, days, Asks(year=year[order], day=day[order], kind=group[order], cents=cents[order].astype(np.int64))
        )


def some_money(seed: int, *, busy: float = 1.0) -> SomeMoney:
    """A region that is short of some money and has enough of other: earmarks overlap, some budgets end or begin in the year.

    `busy`: how many questions there are, of 1 about 6,000 a year; with fewer each is as much larger.
    """
    dice = np.random.default_rng([3, seed])
    number, groups, days = int(dice.integers(3, 7)), int(dice.integers(4, 10)), 364
    admits = dice.random((groups, number)) < 0.45
    admits[np.arange(groups), dice.integers(0, number, groups)] = True
    season = 1 + 0.5 * np.sin(2 * np.pi * (np.arange(days)[:, None] / days + dice.random(groups)[None, :]))
    rates = dice.uniform(0.3, 4.0, groups)[None, :] * season * busy
    usual = (dice.integers(40_000, 250_000, groups) / busy).astype(np.int64)
    demand = float((rates * usual[None, :]).sum()) * 1.13
    parts = dice.dirichlet(np.full(number, 2.0)) * demand * dice.uniform(0.75, 1.1)
    lines = []
    for place in range(number):
        first = 0 if dice.random() < 0.8 else int(dice.integers(30, 120))
        last = days - 1 if dice.random() < 0.7 else int(dice.integers(150, 330))
        lines.append(YearLine(f"line-{place}", ((first, int(parts[place])),), first, last))
    narrow = np.where(admits.sum(axis=0) <= 1, 300, 700).astype(np.int64)
    return SomeMoney(tuple(lines), admits, FixedPrices(lines, narrow), rates, usual)
