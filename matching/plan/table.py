"""The choices of a plan as columns of numbers: what the search computes with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching.plan.choices import PRICE_SCALE, ChoicePlan

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
MOST = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """All choices in one row after another, class by class; `start` is where a class begins, `owner` whose a choice is.

    When at most one may be chosen, each class has a last choice that takes nothing: `nothing` says so.
    """

    profit: Ints
    weight: Ints
    start: Ints
    owner: Ints
    capacity: Ints
    nothing: bool

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.start)

    def span(self, number: int) -> tuple[int, int]:
        """From where to where the choices of a class stand."""
        end = int(self.start[number + 1]) if number + 1 < len(self.start) else len(self.profit)
        return int(self.start[number]), end

    def value(self, rows: Ints) -> int:
        """What the choices in these rows are worth."""
        return int(self.profit[rows].sum())

    def loads(self, rows: Ints) -> Ints:
        """What they take of each capacity."""
        loads: Ints = self.weight[rows].sum(axis=0)
        return loads

    def fits(self, rows: Ints) -> bool:
        """Whether they stay within all capacities."""
        return bool((self.loads(rows) <= self.capacity).all())

    def positions(self, rows: Ints) -> tuple[int, ...]:
        """The choices as an answer names them."""
        own = [int(row) for row in rows - self.start]
        if not self.nothing:
            return tuple(own)
        sizes = np.diff(np.append(self.start, len(self.profit)))
        return tuple(-1 if place == size - 1 else place for place, size in zip(own, sizes.tolist(), strict=True))

    def best(self, scores: NDArray[Any]) -> tuple[NDArray[Any], Ints]:
        """Per class the highest score, and the first row that has it."""
        highest = np.maximum.reduceat(scores, self.start)
        rows = np.flatnonzero(scores == highest[self.owner])
        first = np.unique(self.owner[rows], return_index=True)[1]
        return highest, rows[first]


def table_of(plan: ChoicePlan) -> Table:
    """The columns of a plan. Raises ``OverflowError`` when sums of it do not fit in 62 bits."""
    nothing, dimensions = plan.choose == "at_most_one", len(plan.capacities)
    profits: list[int] = []
    weights: list[Sequence[int]] = []
    starts: list[int] = []
    for choices in plan.classes:
        starts.append(len(profits))
        profits.extend(choice.profit for choice in choices)
        weights.extend(choice.weights for choice in choices)
        if nothing:
            profits.append(0)
            weights.append((0,) * dimensions)
    most = max([*map(abs, profits), *plan.capacities, *(max(row, default=0) for row in weights)])
    if most * len(starts) >= MOST:
        raise OverflowError("the sums of this plan are too large")
    start = np.array(starts, np.int64)
    sizes = np.diff(np.append(start, len(profits)))
    return Table(
        profit=np.array(profits, np.int64),
        weight=np.array(weights, np.int64).reshape(len(profits), dimensions),
        start=start,
        owner=np.repeat(np.arange(len(starts)), sizes),
        capacity=np.array(plan.capacities, np.int64),
        nothing=nothing,
    )


def whole_prices(prices: Floats) -> tuple[int, ...]:
    """Prices as an answer has them: whole numbers of `PRICE_SCALE`, none negative."""
    return tuple(max(0, round(float(price) * PRICE_SCALE)) for price in prices)
