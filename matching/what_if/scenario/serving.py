"""Which line pays, by a policy: everybody who asks gets what the lines that may pay them hold, in order of receipt.

Who is served is the law's order; a policy says only in which order the lines are asked. It looks again every so many days.
Amounts may split over lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from matching.plan.hindsight import MOST_LINES, most_of_many, most_paid
from matching.what_if.scenario.world import Flags, Floats, Ints, YearLine, money_by_day
from matching.what_if.scenario.years import Years


class Policy(Protocol):
    """Says in which order lines are asked: those with the lowest score first."""

    @property
    def every_days(self) -> int:
        """Looked at again after so many days; 0: for every question."""
        ...

    def scores(self, day: int, left: Ints) -> Floats:
        """Per year and line its score on a day, when this much is left."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """What each question got, in the order of the years, and per year and line what was given and left at the end."""

    paid: Ints
    given: Ints
    left: Ints


def serve(lines: Sequence[YearLine], admits: Flags, years: Years, policy: Policy) -> Served:
    """Serve years of questions (`years.cents`, of groups `years.kind`) from lines that `admits[group, line]` says may pay."""
    comes, is_open = money_by_day(tuple(lines), years.days)
    left = np.zeros((years.number, len(lines)), np.int64)
    given, paid = np.zeros_like(left), np.zeros(years.questions, np.int64)
    back = np.zeros((years.days, *left.shape), np.int64)
    today, looked, order = -1, -(10**6), np.zeros_like(left)
    for day, questions in years.each_step():
        while today < day:
            today += 1
            left += comes[today] + back[today]
        if day - looked >= max(1, policy.every_days) or policy.every_days == 0:
            order, looked = np.argsort(policy.scores(day, left), axis=1, kind="stable"), day
        year, group = years.year[questions], years.kind[questions]
        may = admits[group] & is_open[day]
        need, got = years.cents[questions].copy(), np.zeros((len(year), len(lines)), np.int64)
        asked, rows = order[year], np.arange(len(year))
        for turn in range(len(lines)):
            line = asked[:, turn]
            pays = np.where(may[rows, line], np.minimum(need, left[year, line]), 0)
            left[year, line] -= pays
            got[rows, line] += pays
            need -= pays
        given[year] += got
        paid[questions] = got.sum(axis=1)
        _come_back(years, questions, got, back, day)
    return Served(paid, given, left)


def _come_back(years: Years, questions: slice, got: Ints, back: Ints, day: int) -> None:
    days = np.maximum(years.back_day[questions], day + 1)
    some = np.flatnonzero(days < years.days)
    if len(some):
        rest = got[some] - got[some] * years.used_permille[questions][some][:, None] // 1000
        back[days[some], years.year[questions][some]] += rest


@dataclass(frozen=True, slots=True, eq=False)
class FixedPrices:
    """The prices that a region writes down, or has by default; `less_when_ending` is taken off so many days before the last."""

    lines: Sequence[YearLine]
    permille: Ints
    less_when_ending: int = 200
    ending_within_days: int = 180
    every_days: int = 1

    def scores(self, day: int, left: Ints) -> Floats:
        """The same for every year."""
        ends = np.array([line.last_day - day for line in self.lines])
        soon = (ends >= 0) & (ends <= self.ending_within_days)
        prices = np.maximum(0, self.permille - np.where(soon, self.less_when_ending, 0)).astype(np.float64)
        return np.broadcast_to(prices, left.shape)


@dataclass(frozen=True, slots=True, eq=False)
class MostLeftFirst:
    """Greedy: the line that has most left pays."""

    every_days: int = 0

    def scores(self, day: int, left: Ints) -> Floats:
        """The more is left, the lower."""
        return -left.astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Futures:
    """What could still be asked: sampled years, as cents per sample, day and group; and which lines may pay a group on a day."""

    needs: Ints
    """(sample, stretch, week, group): a stretch has the same lines open on all its days."""
    admits: Flags
    """(stretch, group, line)."""
    later: Ints
    """(week, line): what comes in this week or later."""

    @classmethod
    def of(cls, lines: Sequence[YearLine], admits: Flags, years: Years) -> "Futures":
        """The futures that these years are samples of."""
        comes, is_open = money_by_day(tuple(lines), years.days)
        changes = np.flatnonzero((is_open[1:] != is_open[:-1]).any(axis=1)) + 1
        stretch_of = np.searchsorted(changes, np.arange(years.days), side="right")
        weeks, groups = -(-years.days // 7), len(admits)
        day = np.repeat(years.step_day, np.diff(years.steps))
        needs = np.zeros((years.number, len(changes) + 1, weeks, groups), np.int64)
        np.add.at(needs, (years.year, stretch_of[day], day // 7, years.kind), years.cents)
        first = np.concatenate(([0], changes))
        may = np.stack([admits & is_open[start] for start in first])
        later = np.zeros((weeks + 1, len(lines)), np.int64)
        for at in range(years.days):
            later[at // 7] += comes[at]
        later = np.cumsum(later[::-1], axis=0)[::-1].copy()
        return cls(np.cumsum(needs[:, :, ::-1], axis=2)[:, :, ::-1].copy(), may, later)

    def scarcity(self, day: int, left: Ints) -> Floats:
        """Per line the chance that a euro less of it is a euro less paid from this day on; half where more is not wanted."""
        week = min(day // 7, self.needs.shape[2] - 1)
        samples, lines = len(self.needs), len(left)
        needs = self.needs[:, :, week].reshape(samples, -1)
        admits = self.admits.reshape(-1, lines)
        asked = needs.any(axis=0)
        needs, admits, holds = needs[:, asked], admits[asked], left + self.later[week + 1]
        if lines <= MOST_LINES:
            many = most_of_many(needs, admits, holds)
            chance: Floats = (many.scarce.mean(axis=0) + many.wanted.mean(axis=0)) / 2
            return chance
        found = [most_paid(need, admits, holds) for need in needs]
        mean: Floats = np.stack([(one.scarce * 1.0 + one.wanted) / 2 for one in found]).mean(axis=0)
        return mean


@dataclass(frozen=True, slots=True, eq=False)
class ScarcePrices:
    """Prices from sampled futures: the scarcest line pays last. Lines that are as scarce follow the fixed prices."""

    futures: Futures
    fixed: FixedPrices
    every_days: int = 7

    def scores(self, day: int, left: Ints) -> Floats:
        """Per year what each line is worth from this day on."""
        scarce = np.stack([self.futures.scarcity(day, one) for one in left])
        return scarce + self.fixed.scores(day, left) * 1e-9
