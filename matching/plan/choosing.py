"""Solves a plan of choices within a time: prices, the linear relaxation, choices that fit, an exact core, neighbourhoods.

1. Prices by a short descent, then those of the linear relaxation: its bound is proven, and checked again in whole numbers.
2. What every class chooses at these prices, repaired until it fits, and improved by swaps.
3. The exact core: the choices with the least regret over all classes. What falls further short than the gap can be in no better
   plan; when the core holds everything else, its optimum is the optimum.
4. Neighbourhoods: some classes free, with more choices, the rest held; until the time is over.

Everything is by the clock, so that two runs may differ; the answer is checked each time, and its bound needs no trust.
"""

import time
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from matching.plan.check import choice_faults, priced_bound
from matching.plan.choices import PRICE_SCALE, ChoicePlan, PlanAnswer, Status
from matching.plan.exact import Effort, linear_relaxation, lowest_of_all, lowest_regret, solve_core
from matching.plan.lagrange import Priced, first_prices
from matching.plan.search import improved, repaired
from matching.plan.table import Ints, Table, table_of, whole_prices

SECONDS = 20.0
MARGIN = 0.6
"""Seconds that are kept for reading, checking and writing."""
TRIES = 12
CORE = 1.5
"""So many times the classes is what the core holds: the choices of least regret over all of them."""
WIDE = 5
"""Choices of each class in a neighbourhood."""
WHOLE = 400
"""Choices that a core may hold that is searched to prove the optimum."""


@dataclass(slots=True)
class _Search:
    """How far a search is."""

    table: Table
    priced: Priced
    until: float
    workers: int
    dice: np.random.Generator
    bound: int = 0
    best: Ints | None = None
    infeasible: bool = False
    value: int = field(default=-(2**62))

    def left(self) -> float:
        """Seconds that are left."""
        return self.until - time.monotonic()

    def take(self, rows: Ints | None) -> bool:
        """Keep these choices when they fit and are the best so far."""
        if rows is None or not self.table.fits(rows) or self.table.value(rows) <= self.value:
            return False
        self.best, self.value = rows, self.table.value(rows)
        return True

    @property
    def done(self) -> bool:
        """Whether nothing is left to find."""
        return self.infeasible or self.value >= self.bound

    def worthwhile(self) -> Ints:
        """The rows that can still be in a better plan: whose regret is less than the gap."""
        gap = self.priced.bound - self.value if self.best is not None else np.inf
        rows: Ints = np.flatnonzero(self.priced.regret <= gap + 1e-6 * max(1.0, abs(self.priced.bound)))
        return rows


def choose(plan: ChoicePlan, *, seconds: float = SECONDS, workers: int = 2, seed: int = 1) -> PlanAnswer:
    """The best choices that were found in so many seconds, with a bound that their prices prove.

    Raises ``OverflowError`` when the sums do not fit in 62 bits.
    """
    began = time.monotonic()
    table = table_of(plan)
    until = began + max(0.2, seconds - MARGIN)
    priced = first_prices(table)
    priced = linear_relaxation(table, priced, until=began + max(0.1, 0.4 * seconds))
    search = _Search(table, priced, until, workers, np.random.default_rng(seed))
    prices = whole_prices(priced.prices)
    search.bound = _floor(priced_bound(plan, prices, PRICE_SCALE))
    _first(search)
    _whole(search)
    _core(search)
    _neighbourhoods(search)
    return _answer(plan, search, prices)


def _first(search: _Search) -> None:
    """What fits first: repaired from the choices at prices, then with dice, each improved by swaps."""
    for number in range(TRIES):
        if (
            search.left() <= 0
            or search.done
            or (number >= 3 and search.best is not None and search.table.classes > 2_000)
        ):
            return
        dice = search.dice if number else None
        rows = repaired(search.table, search.priced, search.priced.rows, dice=dice)
        if rows is not None:
            search.take(improved(search.table, rows))


def _whole(search: _Search) -> None:
    """Everything that can still matter as one core, when that is little."""
    rows = search.worthwhile()
    if not search.done and search.left() > 0 and (search.best is None or len(rows) <= WHOLE):
        _exact(search, rows, search.left() / 4)


def _exact(search: _Search, rows: Ints, seconds: float, seed: int = 1) -> bool:
    """Search a core; whether it was searched to the end. When nothing outside it can be better, its optimum is the optimum."""
    whole = not len(np.setdiff1d(search.worthwhile(), rows))
    effort = Effort(min(seconds, search.left()), search.workers, seed)
    core = solve_core(search.table, rows, search.best, effort)
    search.take(core.rows)
    if whole and core.proven:
        search.infeasible = search.best is None
        search.bound = min(search.bound, search.value) if search.best is not None else search.bound
    return core.proven


def _core(search: _Search) -> None:
    """The choices with the least regret over all classes, the best of each, and what is chosen now."""
    if search.done or search.left() <= 0:
        return
    rows = lowest_of_all(search.table, search.priced, int(CORE * search.table.classes))
    if search.best is not None:
        rows = np.union1d(np.intersect1d(rows, search.worthwhile()), search.best)
    _exact(search, rows, search.left() * 0.35)


def _neighbourhoods(search: _Search) -> None:
    """Some classes free, the others held; more of them as long as they are solved quickly, fewer when they are not."""
    table, size = search.table, min(search.table.classes, 30)
    while search.best is not None and not search.done and search.left() > 0.05:
        free = search.dice.choice(table.classes, size=size, replace=False)
        wide = np.intersect1d(lowest_regret(table, search.priced, WIDE), search.worthwhile())
        rows = np.union1d(wide, search.best)
        rows = rows[np.isin(table.owner[rows], free)]
        began, before = time.monotonic(), search.value
        proven = _exact(search, rows, 1.5, int(search.dice.integers(2**31)))
        if proven and size == table.classes:
            return
        taken = time.monotonic() - began
        if search.value == before and taken < 0.4:
            size = min(table.classes, size + max(1, size // 8))
        elif taken > 1.2:
            size = max(5, size - size // 5)


def _answer(plan: ChoicePlan, search: _Search, prices: tuple[int, ...]) -> PlanAnswer:
    if search.best is None:
        status: Status = "infeasible" if search.infeasible else "none_found"
        bound = None if search.infeasible else search.bound
        return PlanAnswer(status=status, bound=bound, prices=prices)
    picks = search.table.positions(search.best)
    if choice_faults(plan, picks):
        raise RuntimeError("the choices that were found do not keep to the plan")
    status = "proven" if search.done else "not_proven"
    return PlanAnswer(status=status, picks=picks, value=search.value, bound=search.bound, prices=prices)


def _floor(most: Fraction) -> int:
    return most.__floor__()
