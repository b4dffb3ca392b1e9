"""Years of questions in order of receipt: on which day each comes, of which kind, and what its voucher leaves unused, and when.

The same seed gives the same questions with the same fate in every world they are lived in: a difference is the change.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.scenario.world import ALWAYS, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Years:
    """Questions of some years at once, in the order in which they are lived: by day, and of each year one per turn.

    `turns`: the first question of each turn, and their number at the end; `turn_day`: the day of each turn.
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
    turns: Ints
    turn_day: Ints

    @property
    def questions(self) -> int:
        """How many there are."""
        return len(self.year)

    def each_turn(self) -> Iterator[tuple[int, slice]]:
        """The day of each turn, and its questions: at most one of every year."""
        ends = self.turns.tolist()
        for number, day in enumerate(self.turn_day.tolist()):
            yield day, slice(ends[number], ends[number + 1])


def in_turns(
    number: int,
    days: int,
    *,
    year: Ints,
    day: Ints,
    kind: Ints,
    used_permille: Ints | None = None,
    back_day: Ints | None = None,
    cents: Ints | None = None,
) -> Years:
    """Years of these questions; those of one year and one day are lived in the order in which they are given."""
    by_day = np.argsort(day * number + year, kind="stable")
    key = day[by_day] * number + year[by_day]
    first = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1]))) if len(key) else np.zeros(0, np.int64)
    sizes = np.diff(np.concatenate((first, [len(key)])))
    turn = np.arange(len(key)) - np.repeat(first, sizes)
    at = day[by_day] * (int(turn.max(initial=0)) + 1) + turn
    in_order = np.argsort(at, kind="stable")
    order, at = by_day[in_order], at[in_order]
    starts = np.flatnonzero(np.concatenate(([True], at[1:] != at[:-1]))) if len(at) else np.zeros(0, np.int64)
    used = np.full(len(year), 1000, np.int64) if used_permille is None else used_permille
    back = np.full(len(year), ALWAYS, np.int64) if back_day is None else back_day
    return Years(
        number,
        days,
        year[order],
        kind[order],
        used[order],
        back[order],
        (np.zeros(len(year), np.int64) if cents is None else cents)[order],
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
        return in_turns(number, days, year=year, day=day, kind=kind)
    use = np.array([fate.used_permille for fate in fates], np.int64)[kind]
    after = np.array([fate.back_after_days for fate in fates], np.int64)[kind]
    used = np.where(chance * 1000 < use, 1000, 0)
    back = np.where(used == 1000, ALWAYS, day + after)
    return in_turns(number, days, year=year, day=day, kind=kind, used_permille=used, back_day=back)
