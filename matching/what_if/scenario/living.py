"""One world lived through years of questions: each question, in order of receipt, gets its best mix from what there is left.

All years of a block take their turn together, so that a step is a few sums over arrays. A line is shut for a question when its
period does not hold the day, or when it has less than the least that is awarded. Where a line holds less than the mix would take,
it pays what it holds: between the mix without that line and the mix with it, so far as its money reaches. That is at most one
question per line and year, and again when money comes or comes back.
"""

from dataclasses import dataclass

import numpy as np

from matching.what_if.scenario.mixes import Mixes
from matching.what_if.scenario.world import ALWAYS, Flags, HeldShare, Ints, YearLine, money_by_day
from matching.what_if.scenario.years import Years

LEAST_CENTS = 2_500
"""The least that is awarded, as a region has it by default."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """The money, the mixes of every kind, and what is held for some."""

    lines: tuple[YearLine, ...]
    mixes: Mixes
    held: HeldShare | None = None
    least_cents: int = LEAST_CENTS


@dataclass(frozen=True, slots=True, eq=False)
class Lived:
    """What came of it, per question in the order of the years, and per year and line."""

    here: Ints
    """What funding lines pay of each question."""
    own: Ints
    elsewhere: Ints
    given: Ints
    """Per year and line what was promised, what came back counted in."""
    left: Ints
    """Per year and line what is left at the end."""
    empty_day: Ints
    """Per year and line the first day at the end of which nothing could be given from it; `ALWAYS`: never."""


def live(world: World, years: Years) -> Lived:
    """Live these years in this world. Raises what solving a mix raises."""
    return _Living(world, years).whole()


class _Living:
    def __init__(self, world: World, years: Years) -> None:
        self.world, self.years = world, years
        shape = (years.number, len(world.lines))
        self.comes, self.is_open = money_by_day(world.lines, years.days)
        self.left = np.zeros(shape, np.int64)
        self.given = np.zeros(shape, np.int64)
        self.empty = np.full(shape, ALWAYS, np.int64)
        self.back = np.zeros((years.days, *shape), np.int64) if (years.back_day < years.days).any() else None
        self.here, self.own, self.elsewhere = (np.zeros(years.questions, np.int64) for _ in range(3))
        self.day = -1
        held = world.held
        self.kept = np.zeros(shape, np.int64)
        self.favoured = np.zeros(max(1, world.mixes.kinds), np.bool_)
        if held is not None:
            self.favoured[sorted(held.kinds)] = True

    def whole(self) -> Lived:
        for day, questions in self.years.each_step():
            if day > self.day:
                self._dawn(day)
            self._turn(questions)
        self._dawn(self.years.days)
        return Lived(self.here, self.own, self.elsewhere, self.given, self.left, self.empty)

    def _dawn(self, day: int) -> None:
        """Everything up to this day: at the end of each day what is empty, at its beginning what comes and comes back."""
        held = self.world.held
        while self.day < day:
            if self.day >= 0:
                dry = (self.left < self.world.least_cents) & self.is_open[self.day] & (self.empty == ALWAYS)
                self.empty[dry] = self.day
            self.day += 1
            if self.day >= self.years.days:
                return
            self.left += self.comes[self.day]
            if self.back is not None:
                self.left += self.back[self.day]
            if held is not None:
                self.kept += self.comes[self.day] * held.percent // 100
                if self.day >= held.until_day:
                    self.kept[:] = 0

    def _turn(self, questions: slice) -> None:
        year, kind = self.years.year[questions], self.years.kind[questions]
        world, mixes = self.world, self.world.mixes
        have = self.left[year]
        if world.held is not None:
            others = ~self.favoured[kind]
            have[others] = np.maximum(0, have[others] - np.maximum(0, self.kept[year[others]]))
        shut = (have < world.least_cents) | ~self.is_open[self.day]
        rows = mixes.rows(kind, shut)
        takes, own, elsewhere = mixes.takes[rows], mixes.own[rows], mixes.elsewhere[rows]
        short = (takes > have).any(axis=1)
        if short.any():
            some = np.flatnonzero(short)
            takes[some], own[some], elsewhere[some] = _between(mixes, kind[some], shut[some], have[some], rows[some])
        self.left[year] -= takes
        self.given[year] += takes
        if world.held is not None:
            self.kept[year] -= takes * self.favoured[kind][:, None]
        self.here[questions], self.own[questions], self.elsewhere[questions] = takes.sum(axis=1), own, elsewhere
        if self.back is not None:
            self._come_back(questions, year, takes)

    def _come_back(self, questions: slice, year: Ints, takes: Ints) -> None:
        back = self.years.back_day[questions]
        some = np.flatnonzero(back < self.years.days)
        if len(some) and self.back is not None:
            rest = takes[some] - takes[some] * self.years.used_permille[questions][some][:, None] // 1000
            days = np.maximum(back[some], self.day + 1)
            inside = days < self.years.days
            self.back[days[inside], year[some][inside]] += rest[inside]
            self.given[year[some][inside]] -= rest[inside]


def _between(mixes: Mixes, kind: Ints, shut: Flags, have: Ints, rows: Ints) -> tuple[Ints, Ints, Ints]:
    """Takes, own money and elsewhere of questions of which a line holds less than their mix takes."""
    full, closed = rows, shut.copy()
    takes = mixes.takes[rows]
    while True:
        closed |= takes > have
        without = mixes.rows(kind, closed)
        takes = mixes.takes[without]
        if not (takes > have).any():
            break
    wanted = mixes.takes[full]
    tight = wanted > have
    part = np.where(tight, have / np.maximum(1, wanted), 1.0).min(axis=1)
    part[mixes.whole[kind]] = 0.0
    mixed = takes + np.floor((wanted - takes) * part[:, None]).astype(np.int64)
    fitting = np.clip(mixed, 0, have)
    costs = takes.sum(axis=1) + mixes.own[without] + mixes.elsewhere[without]
    elsewhere = mixes.elsewhere[without] + np.floor((mixes.elsewhere[full] - mixes.elsewhere[without]) * part).astype(
        np.int64
    )
    return fitting, costs - fitting.sum(axis=1) - elsewhere, elsewhere
