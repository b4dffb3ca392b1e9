"""Plans to measure on, each from its own seed: knapsacks as the literature makes them, portfolios of awards, a million questions.

`knapsack` follows the recipe of Khan, Li, Manning and Akbar (2002) for the instances I01 to I13, that later sets (INST, RTI) keep:
n classes of l choices with m weights each, drawn evenly from 1 to R; the profit of a choice is its weights times prices that are
drawn once per instance, plus a draw (`correlated`), or a draw of its own; capacities are the middle of what the least and the most
demanding choices of all classes take, times a share. So about half of what could be wanted fits.
"""

import random
from collections.abc import Iterator

import numpy as np

from matching.plan.awards import OpenAward, PlanLine, Portfolio
from matching.plan.choices import ChoicePlan, PlanChoice
from matching.plan.large import LargePlan

RANGE = 10
FAMILIES: tuple[tuple[str, int, int, int], ...] = (
    ("I07-like", 100, 10, 10),
    ("I10-like", 250, 10, 10),
    ("I13-like", 400, 10, 10),
    ("INST13-like", 30, 10, 10),
    ("INST20-like", 350, 10, 10),
    ("RTI09-like", 30, 20, 10),
    ("RTI12-like", 50, 20, 20),
    ("INST25-like", 100, 20, 40),
)
"""A name, and how many classes, choices of each and capacities."""


def knapsack(
    seed: int, *, classes: int, choices: int, dimensions: int, correlated: bool = True, share: float = 0.5
) -> ChoicePlan:
    """One instance. With a share of 0.5 or more it can be solved: what is least demanding in every class leaves room."""
    dice = np.random.default_rng(seed)
    weights = dice.integers(0, RANGE, size=(classes, choices, dimensions))
    prices = dice.uniform(0, RANGE, size=dimensions)
    noise = dice.uniform(0, RANGE * RANGE / 10, size=(classes, choices))
    profits = (
        weights @ prices + noise if correlated else dice.uniform(0, RANGE * RANGE * dimensions, (classes, choices))
    )
    low, high = weights.min(axis=1).sum(axis=0), weights.max(axis=1).sum(axis=0)
    capacities = (low + (high - low) * share).astype(np.int64)
    return ChoicePlan(
        format="ontwikkelloket/plan/1",
        capacities=tuple(int(one) for one in capacities),
        classes=tuple(
            tuple(
                PlanChoice(profit=int(profit), weights=tuple(int(one) for one in row))
                for profit, row in zip(own_profits, own_weights, strict=True)
            )
            for own_profits, own_weights in zip(profits.tolist(), weights.tolist(), strict=True)
        ),
    )


def portfolio(seed: int, *, awards: int, lines: int, whole: float = 0.3, kinds: int = 400) -> Portfolio:
    """Awards of some kinds over lines of which a third lapses; each kind may go to some lines, and the general ones to all."""
    dice = random.Random(seed)
    names = [f"line-{number:02d}" for number in range(lines)]
    general = names[: max(1, lines // 8)]
    sets = [
        frozenset([*dice.sample(names, k=min(lines, dice.randint(1, max(2, lines // 5)))), *general])
        for _ in range(max(1, min(kinds, awards)))
    ]
    made, loads = [], dict.fromkeys(names, 0)
    for number in range(awards):
        may = dice.choice(sets)
        line = dice.choice(sorted(may))
        cents = dice.choice((50_000, 100_000, 125_000, 250_000, dice.randint(2_500, 250_000)))
        loads[line] += cents
        made.append(OpenAward(f"award-{number:06d}", line, cents, may, dice.random() < whole))
    typical = sum(loads.values()) // lines
    money = [
        PlanLine(
            name,
            loads[name] + int(dice.choice((0.0, 0.02, 0.1, 0.3, 0.6)) * typical) + dice.randint(0, 100),
            dice.random() < 0.35,
            1000 if name in general else dice.choice((100, 200, 300, 500)),
        )
        for name in names
    ]
    return Portfolio.of(money, made)


def questions(seed: int, *, number: int = 1_000_000, lines: int = 40) -> LargePlan:
    """Questions of different sizes; each line admits some of them, values one more than another, and holds too little for all."""
    dice = np.random.default_rng(seed)
    cents = dice.integers(20_000, 250_000, size=number, dtype=np.int32)
    kind = dice.integers(0, 600, size=number)
    admits = dice.random((600, lines)) < 0.3
    value = dice.integers(300, 1000, size=(600, lines), dtype=np.int32)
    own = dice.integers(850, 1150, size=number, dtype=np.int32)
    worth = value[kind]
    worth *= admits[kind]
    for begin in range(0, number, 50_000):
        part = slice(begin, begin + 50_000)
        worth[part] = worth[part].astype(np.int64) * own[part, None] * cents[part, None] // 1_000_000
    capacity = (dice.uniform(0.3, 1.1, lines) * float(cents.astype(np.int64).sum()) / lines).astype(np.int64)
    return LargePlan(worth, np.broadcast_to(cents[:, None], worth.shape), capacity)


def literature() -> Iterator[tuple[str, ChoicePlan]]:
    """One instance of every family, correlated and not."""
    for place, (name, classes, choices, dimensions) in enumerate(FAMILIES):
        for correlated in (True, False):
            kind = "correlated" if correlated else "free"
            yield (
                f"{name} {kind}",
                knapsack(100 + place, classes=classes, choices=choices, dimensions=dimensions, correlated=correlated),
            )
