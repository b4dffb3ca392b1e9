"""A million questions and some tens of lines: which line pays each, for the most worth together, with a proven bound.

Every line gets a price per cent, a whole number of `SCALE`-ths. At prices each question takes the line that is worth most after
paying for it, or none; that gives a bound, exact in whole numbers. Many questions are alike, so that at the best prices whole
kinds of them are between two lines: close lines share, and Newton's steps find the prices at which every line is asked what it
holds, first of a sample, then of all. Each question then goes to one of its close lines, as often as their shares say. What a
line is asked too much goes, at the least loss, to another line with room or to none; what has room takes who was left out.

The questions stand in blocks of a fixed size, so that one worker or four compute the same sums in the same order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.plan.executor import Executor, Threads
from matching.plan.table import Floats, Ints

SCALE = 2**16
BLOCK = 8_192
SAMPLE = 20_000
FIRST, LAST = (0.3, 0.1, 0.03, 0.01), (0.01, 0.003, 0.001, 0.0003)
"""How close to the best a line shares, as a part of what a cent is worth: of the sample first far, then nearer; then of all."""
NEWTON = 10
CLOSE, ROUGH = 3e-4, 0.03
"""How far, as a part of it, a line may be asked too much or have left when prices are good enough; at all heats but the last."""
GOLDEN = 0.6180339887498949

Whole = NDArray[np.int32]
Singles = NDArray[np.float32]
B = TypeVar("B")


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
    if (answer.prices < 0).any() or _bound(_Spread.of(plan, Threads(1)), answer.prices).bound > answer.bound:
        faults.append("the bound is not proven by the prices")
    return faults


def assign(plan: LargePlan, *, executor: Executor | None = None, seed: int = 1) -> LargeAnswer:
    """Which line pays each question. The same plan and seed give the same answer, however many work at it."""
    whole_plan = _Spread.of(plan, executor or Threads())
    sample = _Spread.of(_sample(plan, seed), Threads(1))
    prices = _descent(sample, np.full(len(plan.capacity), _typical(plan) / 2), FIRST)
    prices = _descent(whole_plan, prices, LAST)
    whole = np.round(prices * SCALE).astype(np.int64)
    found = _bound(whole_plan, whole)
    lines = _repaired(plan, _shared_out(whole_plan, prices), whole)
    rows = np.flatnonzero(lines >= 0)
    value = int(plan.worth[rows, lines[rows]].astype(np.int64).sum())
    return LargeAnswer(lines, value, found.bound, whole)


# What holds at prices -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _AtPrices:
    bound: int
    loads: Ints
    lines: Ints


def _blocks(number: int) -> list[tuple[int, int]]:
    return [(begin, min(number, begin + BLOCK)) for begin in range(0, number, BLOCK)]


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One block: its first question, and the rows of the plan."""

    begin: int
    worth: Whole
    cents: Whole


@dataclass(frozen=True, slots=True, eq=False)
class _Spread:
    """A plan, and its blocks where they are computed."""

    plan: LargePlan
    parts: Sequence[_Part]
    executor: Executor

    @classmethod
    def of(cls, plan: LargePlan, executor: Executor) -> "_Spread":
        """The plan in blocks, brought to who computes them."""
        parts = [_Part(begin, plan.worth[begin:end], plan.cents[begin:end]) for begin, end in _blocks(plan.questions)]
        return cls(plan, executor.keep(parts), executor)

    def each(self, work: Callable[[_Part], B]) -> list[B]:
        """`work` of each block, in their order."""
        return self.executor.map(work, self.parts)


def _block(prices: Ints, part: _Part) -> tuple[int, Ints, Ints]:
    """Of one block: the sum of the best, what each line is asked, and the line of each question."""
    scores = part.worth.astype(np.int64) * SCALE
    scores -= part.cents * prices
    scores[part.worth <= 0] = -1
    lines = scores.argmax(axis=1)
    rows = np.arange(len(lines))
    best = scores[rows, lines]
    lines[best < 0] = -1
    taken = np.flatnonzero(lines >= 0)
    asked = np.bincount(lines[taken], part.cents[taken, lines[taken]], len(prices))
    return int(best[taken].sum()), asked.astype(np.int64), lines


def _bound(spread: _Spread, prices: Ints) -> _AtPrices:
    plan, found = spread.plan, spread.each(partial(_block, prices))
    total = sum(one[0] for one in found) + sum(
        int(price) * int(most) for price, most in zip(prices, plan.capacity, strict=True)
    )
    loads = np.array([one[1] for one in found], np.int64).reshape(-1, len(plan.capacity)).sum(axis=0)
    lines = np.concatenate([one[2] for one in found]) if found else np.zeros(0, np.int64)
    return _AtPrices(total // SCALE, loads, lines)


@dataclass(frozen=True, slots=True, eq=False)
class _Slopes:
    """The smoothed bound at prices: its value, how it changes per price, and how that changes."""

    value: float
    gradient: Floats
    curvature: Floats


def _shares(prices: Floats, heat: float, part: _Part) -> tuple[Singles, Singles, Singles]:
    """Of one block: what part of each question every line gets, how close is close for it, and its smoothed worth."""
    worth, cents = part.worth, part.cents
    warm = (heat * np.maximum(1, cents[:, :1])).astype(np.float32)
    scores: Singles = np.asarray(cents * prices.astype(np.float32), np.float32)
    np.subtract(worth, scores, out=scores)
    scores /= warm
    scores[worth <= 0] = -np.inf
    highest = scores.max(axis=1, keepdims=True, initial=0.0)
    scores -= highest
    shares = np.exp(scores, out=scores)
    total = shares.sum(axis=1, keepdims=True) + np.exp(-highest)
    shares /= total
    return shares, warm, warm * (highest + np.log(total))


def _smooth_block(prices: Floats, heat: float, part: _Part) -> tuple[float, Floats, Floats]:
    shares, warm, worth = _shares(prices, heat, part)
    shares *= part.cents
    hot = shares / warm
    own = np.einsum("ij,ij->j", part.cents, hot, dtype=np.float64)
    curvature = np.diag(own) - (hot.T @ shares).astype(np.float64)
    return float(worth.sum(dtype=np.float64)), shares.sum(axis=0, dtype=np.float64), curvature


def _smooth(spread: _Spread, prices: Floats, heat: float) -> _Slopes:
    """Instead of the best line alone every line counts, the more the closer it is to the best: `heat` says how close is close."""
    plan, found = spread.plan, spread.each(partial(_smooth_block, prices, heat))
    value = float(prices @ plan.capacity) + sum(one[0] for one in found)
    lines = len(plan.capacity)
    asked = np.array([one[1] for one in found], np.float64).reshape(-1, lines).sum(axis=0)
    curvature = np.array([one[2] for one in found], np.float64).reshape(-1, lines, lines).sum(axis=0)
    return _Slopes(value, plan.capacity.astype(np.float64) - asked, curvature)


def _step(prices: Floats, found: _Slopes, damping: Floats) -> Floats:
    """The step of Newton, damped, over the prices that are free: a price of nothing, of a line with some left, stays so."""
    free = (prices > 0) | (found.gradient < 0)
    step = np.zeros(len(prices))
    if free.any():
        matrix = found.curvature[np.ix_(free, free)] + np.diag(damping[free])
        step[free] = -np.linalg.solve(matrix, found.gradient[free])
    return step


def _descent(spread: _Spread, prices: Floats, heats: tuple[float, ...]) -> Floats:
    """Prices at which every line is asked what it holds, when close lines share: by Newton, for one heat after the other."""
    plan = spread.plan
    typical = _typical(plan)
    room = np.maximum(1.0, plan.capacity.astype(np.float64))
    natural = (room + plan.cents.sum(axis=0) * 1e-3) / typical
    damping = 0.1
    for heat in heats:
        found, damping = _smooth(spread, prices, typical * heat), max(damping, 1e-3)
        for _round in range(NEWTON):
            free = (prices > 0) | (found.gradient < 0)
            near = CLOSE if heat == LAST[-1] else ROUGH
            if (np.abs(found.gradient[free]) <= near * room[free]).all():
                break
            tried = np.maximum(0.0, prices + _step(prices, found, damping * natural))
            after = _smooth(spread, tried, typical * heat)
            if after.value > found.value:
                damping *= 6
                continue
            prices, found, damping = tried, after, damping / 5
    return prices


def _sample(plan: LargePlan, seed: int) -> LargePlan:
    """Some of the questions, and as large a part of what each line holds."""
    size = min(SAMPLE, plan.questions)
    rows = np.sort(np.random.default_rng(seed).choice(plan.questions, size, replace=False))
    share = plan.capacity * (size / max(1, plan.questions))
    return LargePlan(plan.worth[rows], plan.cents[rows], share.astype(np.int64))


def _shared_out(spread: _Spread, prices: Floats) -> Ints:
    """A line for each question: where lines are close, as often each as their shares say, evenly over the questions."""
    found = spread.each(partial(_shared_out_block, prices, _typical(spread.plan) * LAST[-1]))
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _shared_out_block(prices: Floats, heat: float, part: _Part) -> Ints:
    shares = _shares(prices, heat, part)[0]
    place = ((np.arange(part.begin, part.begin + len(shares)) + 1) * GOLDEN) % 1.0
    reached = np.cumsum(shares, axis=1) > place[:, None]
    return np.where(reached.any(axis=1), reached.argmax(axis=1), -1)


def _typical(plan: LargePlan) -> float:
    """What a cent is worth about."""
    some = plan.worth[:BLOCK].astype(np.float64) / np.maximum(1, plan.cents[:BLOCK])
    some = some[plan.worth[:BLOCK] > 0]
    return float(np.median(some)) if some.size else 1.0


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
            return int(line)
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
