"""Years of questions in order of receipt: on which day each comes, of which kind, and what its voucher leaves unused, and when.

The same seed gives the same questions with the same fate in every world they are lived in: a difference is the change.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.what_if.scenario.world import ALWAYS, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Years:
    """Questions of some years at once, in the order in which they are lived: by day, and of each year one per turn.

    `steps`: the first question of each turn, and their number at the end; `step_day`: the day of each turn.
    """

    number: int
    days: int
    year: Ints
    kind: Ints
    used_permille: Ints
    """What will be used of what is given, in thousandths."""
    back_day: Ints
    """The day on which the rest comes back; `ALWAYS`: not in this year."""
    cents: Ints
    """What is asked, where that is not for a mix to say."""
    steps: Ints
    step_day: Ints

    @property
    def questions(self) -> int:
        """How many there are."""
        return len(self.year)

    def each_step(self) -> Iterator[tuple[int, slice]]:
        """The day of each turn, and its questions: at most one of every year."""
        ends = self.steps.tolist()
        for number, day in enumerate(self.step_day.tolist()):
            yield day, slice(ends[number], ends[number + 1])


@dataclass(frozen=True, slots=True, eq=False)
class Asks:
    """Questions as they come, one value for each: in which year and on which day, of which kind; the rest as in `Years`."""

    year: Ints
    day: Ints
    kind: Ints
    used_permille: Ints | None = None
    """None: all of everything is used."""
    back_day: Ints | None = None
    cents: Ints | None = None


def in_steps(number: int, days: int, asks: Asks) -> Years:
    """Years of these questions; those of one year and one day are lived in the order in which they are given."""
    year, day, kind, used, back, cents = (
        asks.year,
        asks.day,
        asks.kind,
        np.full(len(asks.year), 1000, np.int64) if asks.used_permille is None else asks.used_permille,
        np.full(len(asks.year), ALWAYS, np.int64) if asks.back_day is None else asks.back_day,
        np.zeros(len(asks.year), np.int64) if asks.cents is None else asks.cents,
    )
    by_day = np.argsort(day * number + year, kind="stable")
    key = day[by_day] * number + year[by_day]
    first = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1]))) if len(key) else np.zeros(0, np.int64)
    sizes = np.diff(np.concatenate((first, [len(key)])))
    turn = np.arange(len(key)) - np.repeat(first, sizes)
    at = day[by_day] * (int(turn.max(initial=0)) + 1) + turn
    in_order = np.argsort(at, kind="stable")
    order, at = by_day[in_order], at[in_order]
    starts = np.flatnonzero(np.concatenate(([True], at[1:] != at[:-1]))) if len(at) else np.zeros(0, np.int64)
    return Years(
        number,
        days,
        year[order],
        kind[order],
        used[order],
        back[order],
        cents[order],
        np.concatenate((starts, [len(at)])).astype(np.int64),
        day[order][starts],
    )


@dataclass(frozen=True, slots=True, eq=False)
class Fate:
    """What becomes of vouchers: how many thousandths of them are used, and after how many days the others come back."""

    used_permille: int = 1000
    back_after_days: int = 365


def drawn_years(
    per_day: Floats, weights: Floats, *, seed: int, block: int, number: int, fates: tuple[Fate, ...] | None = None
) -> Years:
    """Years drawn by chance: so many questions on each day (Poisson), each of a kind by its weight.

    `fates`: per kind what becomes of its vouchers; one is used in full, or comes back in full. Every block has its own dice.
    """
    dice = np.random.default_rng([seed, block])
    days = len(per_day)
    counts = dice.poisson(np.broadcast_to(per_day, (number, days)))
    total = int(counts.sum())
    year = np.repeat(np.arange(number), counts.sum(axis=1))
    day = np.repeat(np.tile(np.arange(days), number), counts.reshape(-1))
    kind = np.searchsorted(np.cumsum(weights) / weights.sum(), dice.random(total), side="right").astype(np.int64)
    kind = np.minimum(kind, len(weights) - 1)
    chance = dice.random(total)
    if fates is None:
        return in_steps(number, days, Asks(year, day, kind))
    use = np.array([fate.used_permille for fate in fates], np.int64)[kind]
    after = np.array([fate.back_after_days for fate in fates], np.int64)[kind]
    used = np.where(chance * 1000 < use, 1000, 0)
    back = np.where(used == 1000, ALWAYS, day + after)
    return in_steps(number, days, Asks(year, day, kind, used, back))
