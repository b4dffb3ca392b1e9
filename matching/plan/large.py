"""A million questions and some tens of lines: which line pays each, for the most worth together, with a proven bound.

Every line gets a price per cent, a whole number of `SCALE`-ths. At prices each question takes the line that is worth most after
paying for it, or none; that gives a bound, exact in whole numbers. Prices come from a sample, then from all questions. What a
line is asked too much goes, at the least loss, to another line with room or to none; then what has room takes who was left out.

The questions stand in blocks of a fixed size, so that one worker or four compute the same sums in the same order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from matching.plan.executor import Executor, Threads
from matching.plan.table import Floats, Ints

SCALE = 2**16
BLOCK = 8_192
SAMPLE = 20_000
ROUNDS_SAMPLE = 200
ROUNDS = 24
CLOSE = 2e-5
"""The gap at which the prices are good enough."""

Whole = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class LargePlan:
    """Per question and line what it is worth and what it takes, in whole numbers; worth 0 or less: this line may not pay it.

    `capacity`: what each line holds. Raises ``ValueError`` when the shapes do not agree, or a number is too large for the sums.
    """

    worth: Whole
    cents: Whole
    capacity: Ints

    def __post_init__(self) -> None:
        if self.worth.shape != self.cents.shape or self.worth.shape[1:] != self.capacity.shape:
            raise ValueError("worth and cents have a row per question and a column per line")
        if self.worth.size and (int(self.cents.min()) < 0 or int(self.worth.max()) >= 2**30 or self.capacity.min() < 0):
            raise ValueError("a number outside its range")

    @property
    def questions(self) -> int:
        """How many there are."""
        return len(self.worth)


@dataclass(frozen=True, slots=True, eq=False)
class LargeAnswer:
    """Per question its line (-1: none), what that is worth together, and what nothing can be worth more than."""

    lines: Ints
    value: int
    bound: int
    prices: Ints

    @property
    def gap_percent(self) -> float:
        """How far the value is below the bound, as a percentage of it."""
        return 0.0 if self.bound == 0 else (self.bound - self.value) / self.bound * 100


def large_faults(plan: LargePlan, answer: LargeAnswer) -> list[str]:
    """What is wrong with an answer, by adding up again; empty when nothing is."""
    faults, rows = [], np.flatnonzero(answer.lines >= 0)
    lines = answer.lines[rows]
    if len(answer.lines) != plan.questions or (len(lines) and int(lines.max()) >= len(plan.capacity)):
        return ["no such line"]
    loads = np.zeros(len(plan.capacity), np.int64)
    np.add.at(loads, lines, plan.cents[rows, lines].astype(np.int64))
    if (loads > plan.capacity).any():
        faults.append("a line pays more than it holds")
    if (plan.worth[rows, lines] <= 0).any():
        faults.append("a line pays what it may not")
    if int(plan.worth[rows, lines].astype(np.int64).sum()) != answer.value:
        faults.append("the value is another")
    if (answer.prices < 0).any() or _bound(plan, answer.prices, Threads(1)).bound > answer.bound:
        faults.append("the bound is not proven by the prices")
    return faults


def assign(plan: LargePlan, *, executor: Executor | None = None, seed: int = 1) -> LargeAnswer:
    """Which line pays each question. The same plan and seed give the same answer, however many work at it."""
    executor = executor or Threads()
    prices = _prices_of_sample(plan, seed)
    prices, best, chosen = _prices_of_all(plan, prices, executor)
    lines = _repaired(plan, chosen, prices)
    rows = np.flatnonzero(lines >= 0)
    value = int(plan.worth[rows, lines[rows]].astype(np.int64).sum())
    return LargeAnswer(lines, value, best, prices)


# What holds at prices -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _AtPrices:
    bound: int
    loads: Ints
    lines: Ints


def _blocks(number: int) -> list[tuple[int, int]]:
    return [(begin, min(number, begin + BLOCK)) for begin in range(0, number, BLOCK)]


def _block(plan: LargePlan, prices: Ints, span: tuple[int, int]) -> tuple[int, Ints, Ints]:
    """Of one block: the sum of the best, what each line is asked, and the line of each question."""
    worth, cents = plan.worth[span[0] : span[1]], plan.cents[span[0] : span[1]]
    scores = worth.astype(np.int64) * SCALE
    scores -= cents * prices
    scores[worth <= 0] = -1
    lines = scores.argmax(axis=1)
    rows = np.arange(len(lines))
    best = scores[rows, lines]
    lines[best < 0] = -1
    taken = np.flatnonzero(lines >= 0)
    asked = np.bincount(lines[taken], cents[taken, lines[taken]], len(prices))
    return int(best[taken].sum()), asked.astype(np.int64), lines


def _bound(plan: LargePlan, prices: Ints, executor: Executor) -> _AtPrices:
    found = executor.map(partial(_block, plan, prices), _blocks(plan.questions))
    total = sum(one[0] for one in found) + sum(
        int(price) * int(most) for price, most in zip(prices, plan.capacity, strict=True)
    )
    loads = np.sum([one[1] for one in found], axis=0, dtype=np.int64) if found else np.zeros_like(plan.capacity)
    lines = np.concatenate([one[2] for one in found]) if found else np.zeros(0, np.int64)
    return _AtPrices(total // SCALE, loads, lines)


def _prices_of_sample(plan: LargePlan, seed: int) -> Ints:
    """Prices at which a sample of the questions asks of each line about its share."""
    size = min(SAMPLE, plan.questions)
    rows = np.sort(np.random.default_rng(seed).choice(plan.questions, size, replace=False))
    share = plan.capacity * (size / max(1, plan.questions))
    sample = LargePlan(plan.worth[rows], plan.cents[rows], share.astype(np.int64))
    return list(_descent(sample, np.zeros(len(plan.capacity), np.int64), Threads(1), ROUNDS_SAMPLE, 0.5))[-1][0]


def _prices_of_all(plan: LargePlan, prices: Ints, executor: Executor) -> tuple[Ints, int, Ints]:
    """The best of a few more steps over all questions: prices, their bound, and the lines that are chosen there."""
    best: tuple[Ints, _AtPrices] | None = None
    for now, found in _descent(plan, prices, executor, ROUNDS, 0.02):
        if best is None or found.bound < best[1].bound:
            best = (now, found)
    assert best is not None, "there is at least one step"
    return best[0], best[1].bound, best[1].lines


def _descent(
    plan: LargePlan, prices: Ints, executor: Executor, rounds: int, step: float
) -> Iterator[tuple[Ints, _AtPrices]]:
    """Prices that go up where a line is asked too much and down where it has some left, ever less; ends with the best."""
    typical = float(max(1, _typical(plan)))
    now: Floats = prices.astype(np.float64)
    best: tuple[Ints, _AtPrices] | None = None
    size = np.full(len(prices), step)
    before = np.zeros(len(prices))
    room = np.maximum(1.0, plan.capacity.astype(np.float64))
    for _round in range(rounds):
        whole = np.round(now).astype(np.int64)
        found = _bound(plan, whole, executor)
        if best is None or found.bound < best[1].bound:
            best = (whole, found)
        yield whole, found
        over = np.clip((found.loads - plan.capacity) / room, -0.5, 0.5)
        size = np.where(over * before < 0, size * 0.6, np.minimum(step, size * 1.15))
        before = over
        if (np.abs(over)[now > 0] < CLOSE).all() and (over <= CLOSE).all():
            break
        now = np.maximum(0.0, now + size * over * np.maximum(now, 0.2 * typical))
    assert best is not None, "there is at least one step"
    yield best


def _typical(plan: LargePlan) -> int:
    """What a cent is worth about, in parts of the scale."""
    some = plan.worth[:BLOCK].astype(np.float64) / np.maximum(1, plan.cents[:BLOCK])
    some = some[plan.worth[:BLOCK] > 0]
    return int(np.median(some) * SCALE) if some.size else 1


# From prices to lines that hold ----------------------------------------------------------------------------------------


def _repaired(plan: LargePlan, lines: Ints, prices: Ints) -> Ints:
    """The lines chosen at prices, made to fit: the least loss first, then whoever was left out where there is room."""
    lines = lines.copy()
    loads = _loads(plan, lines)
    for line in np.argsort(plan.capacity - loads, kind="stable").tolist():
        if loads[line] > plan.capacity[line]:
            _lower(plan, lines, loads, prices, line)
    _fill(plan, lines, loads, prices)
    return lines


def _loads(plan: LargePlan, lines: Ints) -> Ints:
    rows = np.flatnonzero(lines >= 0)
    loads = np.zeros(len(plan.capacity), np.int64)
    np.add.at(loads, lines[rows], plan.cents[rows, lines[rows]].astype(np.int64))
    return loads


def _scores(plan: LargePlan, rows: Ints, prices: Ints) -> Ints:
    """What each line is worth to these questions after its price; far below nothing where it may not pay."""
    worth, cents = plan.worth[rows], plan.cents[rows]
    scores: Ints = worth.astype(np.int64) * SCALE - cents * prices
    scores[worth <= 0] = -(2**61)
    return scores


def _lower(plan: LargePlan, lines: Ints, loads: Ints, prices: Ints, line: int) -> None:
    """Take from a line what is too much: per cent the least loss first, each to the best other line with room, or to none."""
    rows = np.flatnonzero(lines == line)
    scores = _scores(plan, rows, prices)
    own = scores[:, line].copy()
    scores[:, line] = -(2**61)
    other = scores.argmax(axis=1)
    second = np.maximum(0, scores[np.arange(len(rows)), other])
    loss = (own - second) / np.maximum(1, plan.cents[rows, line])
    for place in np.argsort(loss, kind="stable").tolist():
        if loads[line] <= plan.capacity[line]:
            return
        row = int(rows[place])
        loads[line] -= int(plan.cents[row, line])
        lines[row] = _place(plan, loads, row, scores[place])


def _place(plan: LargePlan, loads: Ints, row: int, scores: Ints) -> int:
    """The best line with room for a question, noted as taken; -1 when none is worth it."""
    for line in np.argsort(-scores, kind="stable").tolist():
        if scores[line] <= -(2**60):
            return -1
        cents = int(plan.cents[row, line])
        if loads[line] + cents <= plan.capacity[line]:
            loads[line] += cents
            return line
    return -1


FILL = 3_000
"""So many questions of a block are kept per line with room: those that lose least by going there."""


def _fill(plan: LargePlan, lines: Ints, loads: Ints, prices: Ints) -> None:
    """What has a price and is left over goes to who got nothing, or stands on a line without a price: the least loss first."""
    short = np.flatnonzero((prices > 0) & (loads < plan.capacity))
    free = np.append(prices == 0, True)
    losses, found = [], []
    for begin, end in _blocks(plan.questions):
        rows = begin + np.flatnonzero(free[lines[begin:end]])
        scores = _scores(plan, rows, prices)
        best = np.maximum(0, scores.max(axis=1, initial=0))
        here = np.where(lines[rows] >= 0, plan.worth[rows, lines[rows]], 0)
        for line in short.tolist():
            gains = np.flatnonzero((plan.worth[rows, line] > here) & (plan.worth[rows, line] > 0))
            loss = (best[gains] - scores[gains, line]) / np.maximum(1, plan.cents[rows[gains], line])
            keep = np.argsort(loss, kind="stable")[:FILL]
            losses.append(loss[keep])
            found.append(np.stack([rows[gains[keep]], np.full(len(keep), line)]))
    if not found:
        return
    rows_and_lines = np.concatenate(found, axis=1)
    for place in np.argsort(np.concatenate(losses), kind="stable").tolist():
        row, line = int(rows_and_lines[0, place]), int(rows_and_lines[1, place])
        cents, mine = int(plan.cents[row, line]), int(lines[row])
        if loads[line] + cents > plan.capacity[line] or not free[mine]:
            continue
        if mine >= 0:
            loads[mine] -= int(plan.cents[row, mine])
        loads[line] += cents
        lines[row] = line
