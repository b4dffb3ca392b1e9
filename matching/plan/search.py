"""Between the exact steps: choices that fit made out of choices that do not, and single and double swaps for the better."""

import numpy as np

from matching.plan.lagrange import Priced
from matching.plan.table import Floats, Ints, Table


def repaired(table: Table, priced: Priced, rows: Ints, *, dice: np.random.Generator | None = None) -> Ints | None:
    """Choices that fit, from some that may not: each step lowers what is too much, at the least loss per part of it lowered.

    None when the steps run out. With dice the losses are shaken, so that each try finds other choices.
    """
    rows = rows.copy()
    capacity = np.maximum(1.0, table.capacity.astype(np.float64))
    part = table.weight / capacity
    loads = part[rows].sum(axis=0)
    most = table.capacity / capacity
    shake = 1.0 if dice is None else dice.uniform(0.7, 1.3, len(table.profit))
    scores = -priced.regret * shake
    for _step in range(max(200, 4 * table.classes)):
        over = np.maximum(0.0, loads - most)
        if over.sum() <= 1e-12:
            return rows if table.fits(rows) else None
        change = part - part[rows][table.owner]
        after = np.maximum(0.0, loads + change - most).sum(axis=1)
        lowered = over.sum() - after
        loss = np.maximum(0.0, (scores[rows][table.owner] - scores)) + 1e-9
        worth = np.where(lowered > 1e-12, lowered / loss, -1.0)
        best = int(worth.argmax())
        if worth[best] <= 0:
            return None
        loads = loads + change[best]
        rows[table.owner[best]] = best
    return None


def improved(table: Table, rows: Ints) -> Ints:
    """The same choices after every single swap, and every swap of two classes, that fits and is worth more; best first."""
    rows = rows.copy()
    while True:
        room = table.capacity - table.loads(rows)
        gain = table.profit - table.profit[rows][table.owner]
        change = table.weight - table.weight[rows][table.owner]
        single = np.where((gain > 0) & (change <= room).all(axis=1), gain, 0)
        best = int(single.argmax())
        if single[best] > 0:
            rows[table.owner[best]] = best
            continue
        pair = _pair(table, gain, change, room)
        if pair is None:
            return rows
        for row in pair:
            rows[table.owner[row]] = row


def _pair(table: Table, gain: Ints, change: Ints, room: Ints, most: int = 400) -> tuple[int, int] | None:
    """The best swap of two classes among the most promising ups and the cheapest downs."""
    ups = np.flatnonzero(gain > 0)
    if not len(ups):
        return None
    capacity = np.maximum(1.0, table.capacity.astype(np.float64))
    size = (change / capacity).max(axis=1, initial=0.0)
    ups = ups[np.argsort(-gain[ups] / (1e-6 + np.maximum(0.0, size[ups])), kind="stable")[:most]]
    downs = np.flatnonzero((gain <= 0) & (change < 0).any(axis=1))
    downs = downs[np.argsort(gain[downs] / (1e-6 + _lowered(change[downs], capacity)), kind="stable")[::-1][:most]]
    if not len(downs):
        return None
    fits = np.ones((len(ups), len(downs)), np.bool_)
    for number in range(len(room)):
        fits &= change[ups, number][:, None] + change[downs, number][None, :] <= room[number]
    fits &= table.owner[ups][:, None] != table.owner[downs][None, :]
    total = np.where(fits, gain[ups][:, None] + gain[downs][None, :], 0)
    best = int(total.argmax())
    if total.flat[best] <= 0:
        return None
    return int(ups[best // len(downs)]), int(downs[best % len(downs)])


def _lowered(change: Ints, capacity: Floats) -> Floats:
    lowered: Floats = np.maximum(0.0, -change / capacity).sum(axis=1)
    return lowered
