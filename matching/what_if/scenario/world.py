"""What a year is lived in: money that comes on days, what the best mix of a kind of question takes, a share that is held.

Days count from 0, the first day of the year that is looked at. Amounts are whole cents.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ALWAYS = 100_000
"""A day that never comes."""


@dataclass(frozen=True, slots=True)
class YearLine:
    """A funding line over the days: when which money comes, and from which day to which it may be promised.

    Raises ``ValueError`` for days or amounts below zero.
    """

    id: str
    comes: tuple[tuple[int, int], ...]
    """(day, cents): on day 0 what there is at the beginning."""
    first_day: int = 0
    last_day: int = ALWAYS

    def __post_init__(self) -> None:
        if any(day < 0 or cents < 0 for day, cents in self.comes):
            raise ValueError(f"line {self.id}: a day or an amount below zero")

    @property
    def cents(self) -> int:
        """All that comes."""
        return sum(cents for _day, cents in self.comes)


@dataclass(frozen=True, slots=True)
class KindMix:
    """What the best mix of a kind of question takes of each line, in their order, and what is left to others."""

    lines: tuple[int, ...]
    own_cents: int
    """What the asker pays or borrows."""
    elsewhere_cents: int
    """What others pay: schemes elsewhere, and a promise."""


@dataclass(frozen=True, slots=True)
class HeldShare:
    """A share of every line that only some kinds may take: the others leave it until the day it is let go."""

    kinds: frozenset[int]
    percent: int
    until_day: int = ALWAYS

    def __post_init__(self) -> None:
        if not 0 < self.percent <= 100:
            raise ValueError("a share is 1 to 100 percent")


def money_by_day(lines: tuple[YearLine, ...], days: int) -> tuple[Ints, Flags]:
    """Per day and line what comes, and whether it may be promised."""
    comes, is_open = np.zeros((days, len(lines)), np.int64), np.zeros((days, len(lines)), np.bool_)
    for number, line in enumerate(lines):
        for day, cents in line.comes:
            if day < days:
                comes[day, number] += cents
        is_open[max(0, line.first_day) : min(days, line.last_day + 1), number] = True
    return comes, is_open
