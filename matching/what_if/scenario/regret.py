"""Regret: what is not served beside perfect hindsight, in euros that are used, and where it went.

    hindsight                      all is known on the first day: who asks what, and what will be used of it
    - unforeseeable                what prices serve when of each voucher is known what will be used, and nothing else
    - no-show                      the same when money stands reserved until it comes back
    - rule                         the same with the prices that the region has now
    - override                     what was served in truth, where people chose other lines than the rule
    = served

Each is the difference between two runs over the same questions, so that they add up. One may be below zero: luck.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.plan.hindsight import most_paid
from matching.what_if.scenario.serving import FixedPrices, Futures, Policy, ScarcePrices, serve
from matching.what_if.scenario.world import ALWAYS, Flags, Ints, YearLine, money_by_day
from matching.what_if.scenario.years import Years


@dataclass(frozen=True, slots=True)
class Regret:
    """Of one year, in cents that are used."""

    hindsight_cents: int
    unforeseeable_cents: int
    no_show_cents: int
    rule_cents: int
    override_cents: int

    @property
    def served_cents(self) -> int:
        """What was served."""
        lost = self.unforeseeable_cents + self.no_show_cents + self.rule_cents + self.override_cents
        return self.hindsight_cents - lost

    @property
    def percent(self) -> float:
        """What was served, of what hindsight could have."""
        return 100.0 if not self.hindsight_cents else self.served_cents / self.hindsight_cents * 100


def hindsight(lines: Sequence[YearLine], admits: Flags, years: Years) -> Ints:
    """Per year the most cents of demand that the lines could have paid, everything known beforehand.

    Money that comes within the year counts as there from the first day: nobody serves more than this.
    """
    _comes, is_open = money_by_day(tuple(lines), years.days)
    changes = np.flatnonzero((is_open[1:] != is_open[:-1]).any(axis=1)) + 1
    stretch_of = np.searchsorted(changes, np.arange(years.days), side="right")
    day = np.repeat(years.step_day, np.diff(years.steps))
    needs = np.zeros((years.number, len(changes) + 1, len(admits)), np.int64)
    np.add.at(needs, (years.year, stretch_of[day], years.kind), years.cents)
    may = np.concatenate([admits & is_open[start] for start in np.concatenate(([0], changes))])
    within = np.array([sum(cents for day, cents in line.comes if day < years.days) for line in lines], np.int64)
    return np.array([most_paid(need.reshape(-1), may, within).cents for need in needs], np.int64)


def used_only(years: Years) -> Years:
    """The same questions when of each is asked only what will be used of it."""
    cents = years.cents * years.used_permille // 1000
    return replace(years, cents=cents, used_permille=np.full_like(cents, 1000), back_day=np.full_like(cents, ALWAYS))


def served_by(lines: Sequence[YearLine], admits: Flags, years: Years, policy: Policy) -> Ints:
    """Per year the cents that are used of what a policy gives."""
    paid = serve(lines, admits, years, policy).paid * years.used_permille // 1000
    found = np.zeros(years.number, np.int64)
    np.add.at(found, years.year, paid)
    return found


def regrets(
    lines: Sequence[YearLine],
    admits: Flags,
    years: Years,
    *,
    futures: Futures,
    fixed: FixedPrices,
    in_truth: Ints | None = None,
) -> list[Regret]:
    """Per year its regret. `in_truth`: per year what was served and used, for a year that was; else as the rule has it."""
    known = used_only(years)
    most = hindsight(lines, admits, known)
    prices = ScarcePrices(futures, fixed)
    foreseen = served_by(lines, admits, known, prices)
    priced = served_by(lines, admits, years, prices)
    ruled = served_by(lines, admits, years, fixed)
    truth = ruled if in_truth is None else in_truth
    return [
        Regret(int(a), int(a - b), int(b - c), int(c - d), int(d - e))
        for a, b, c, d, e in zip(most, foreseen, priced, ruled, truth, strict=True)
    ]
