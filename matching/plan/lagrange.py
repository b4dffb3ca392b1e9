"""Prices of capacities: what the plan is worth at most at these prices, and prices that make that low.

At prices every class chooses for itself, so that the sum is a bound of the whole; where the classes together want more of a
capacity than there is, its price goes up, and down where they leave some. A short start; the linear relaxation finishes it.
"""

from dataclasses import dataclass

import numpy as np

from matching.plan.table import Floats, Ints, Table

ROUNDS = 300
PATIENCE = 12


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """What holds at prices: the bound, what each class chooses, and per choice what it falls short of the best of its class."""

    prices: Floats
    bound: float
    rows: Ints
    regret: Floats


def at_prices(table: Table, prices: Floats) -> Priced:
    """What holds at these prices."""
    scores = table.profit - table.weight @ prices
    highest, rows = table.best(scores)
    return Priced(
        prices, float(prices @ table.capacity + highest.sum()), rows, np.maximum(0.0, highest[table.owner] - scores)
    )


def first_prices(table: Table, rounds: int = ROUNDS) -> Priced:
    """Prices after a short descent along the loads; the best that was met."""
    capacity = np.maximum(1.0, table.capacity.astype(np.float64))
    prices = np.zeros(len(table.capacity))
    best, since, step = at_prices(table, prices), 0, 1.0
    scale = max(1.0, abs(best.bound)) / len(capacity) if len(capacity) else 1.0
    for _round in range(rounds):
        now = at_prices(table, prices)
        if now.bound < best.bound - 1e-9 * abs(best.bound):
            best, since = now, 0
        else:
            since += 1
            if since >= PATIENCE:
                step, since, prices = step / 2, 0, best.prices
                now = best
        over = (table.loads(now.rows) - table.capacity) / capacity
        length = float(np.abs(over).max(initial=0.0))
        if length < 1e-9 or step < 1e-5:
            break
        prices = np.maximum(0.0, prices + step * 0.1 * scale * over / length / capacity)
    return best
