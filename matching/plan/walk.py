"""A walk among choices: always the best single swap, also for the worse, with a price on what is too much that learns.

A class that was changed rests for some steps, so that the walk does not go back at once. While everything fits the price of what
is too much goes down, while nothing does it goes up: the walk stays near the border and remembers the best that fits.
"""

import time

import numpy as np

from matching.plan.lagrange import Priced
from matching.plan.table import Floats, Ints, Table

LEARN = 8
"""After so many steps on one side of the border the price changes."""
TENURE = (4, 12)
NEAR = 10
"""Choices of each class that the walk looks at: those with the least regret."""


class Walk:
    """A walk that can be gone on with. It looks at the choices in `allowed` (rows), of which every class has some."""

    def __init__(self, table: Table, priced: Priced, allowed: Ints, dice: np.random.Generator) -> None:
        self.table, self.dice = table, dice
        self.allowed = allowed
        self.owner = table.owner[allowed]
        self.profit = table.profit[allowed].astype(np.float64)
        self.weight = table.weight[allowed].astype(np.float64)
        self.capacity = table.capacity.astype(np.float64)
        self.first = 2.0 * priced.prices + 0.05 * float(np.abs(self.profit).mean()) / np.maximum(1.0, self.capacity)

    def go(self, rows: Ints, *, until: float, steps: int, more_than: int) -> Ints | None:
        """Walk from these rows, until a moment of the clock or some steps; the best that fits and is worth more, or None."""
        table, rows = self.table, rows.copy()
        loads = table.loads(rows).astype(np.float64)
        prices, rests = self.first.copy(), np.zeros(table.classes, np.int64)
        value, best, inside = table.value(rows), None, 0
        now_weight = table.weight[rows].astype(np.float64)
        now_profit = table.profit[rows].astype(np.float64)
        changes = self._changes(now_weight, now_profit)
        for step in range(steps):
            if step % 64 == 0 and time.monotonic() >= until:
                break
            gain, change = changes
            over = np.maximum(0.0, change + (loads - self.capacity))
            worth = gain - over @ prices
            worth[(rests[self.owner] > step) | (rows[self.owner] == self.allowed)] = -np.inf
            place = int(worth.argmax())
            if worth[place] == -np.inf:
                break
            row, owner = int(self.allowed[place]), int(self.owner[place])
            loads += change[place]
            value += int(table.profit[row] - table.profit[rows[owner]])
            rows[owner] = row
            now_weight[owner], now_profit[owner] = table.weight[row], table.profit[row]
            span = self._span(owner)
            gain[span] = self.profit[span] - now_profit[owner]
            change[span] = self.weight[span] - now_weight[owner]
            rests[owner] = step + int(self.dice.integers(*TENURE))
            fits = bool((loads <= self.capacity + 1e-9).all())
            if fits and value > more_than and table.fits(rows):
                more_than, best = value, rows.copy()
            inside = (max(0, inside) + 1) if fits else (min(0, inside) - 1)
            if abs(inside) >= LEARN:
                prices *= 0.85 if inside > 0 else 1.2
                inside = 0
        return best

    def _changes(self, weight: Floats, profit: Floats) -> tuple[Floats, Floats]:
        return self.profit - profit[self.owner], self.weight - weight[self.owner]

    def _span(self, owner: int) -> slice:
        return slice(int(np.searchsorted(self.owner, owner)), int(np.searchsorted(self.owner, owner, side="right")))
