"""The region's plan measured: knapsacks of the literature in 20 seconds each, 100,000 awards, a million questions."""

import time
from collections.abc import Iterator

from matching.plan.awards import move_faults
from matching.plan.check import claim_faults, priced_bound
from matching.plan.choosing import choose
from matching.plan.executor import Threads
from matching.plan.large import assign, large_faults
from matching.plan.rebalance import rebalance
from tests.benchmarks.memory import highest
from tests.benchmarks.plans import literature, portfolio, questions

SECONDS = 20.0


def lines() -> Iterator[tuple[str, float, str, float | None]]:
    """Name, value, unit and target of each figure. The seeds stand in `plans.py` and here."""
    yield from _awards()
    yield from _million()
    yield from _knapsacks()


def _awards() -> Iterator[tuple[str, float, str, float | None]]:
    book = portfolio(7, awards=100_000, lines=40)
    start = time.perf_counter()
    plan = rebalance(book)
    yield "rebalance_100k_s", time.perf_counter() - start, "s", 10
    yield "rebalance_100k_faults", len(move_faults(book, plan.moves)), "faults", 0
    for one in plan.passes:
        yield f"rebalance_100k_{one.name}_gap", abs(one.bound - one.value), "of the bound", None
    yield "rebalance_100k_moves", len(plan.moves), "moves", None


def _million() -> Iterator[tuple[str, float, str, float | None]]:
    plan = questions(11)
    start = time.perf_counter()
    answer = assign(plan, executor=Threads(2))
    yield "plan_1m_s", time.perf_counter() - start, "s", 60
    yield "plan_1m_gap_percent", answer.gap_percent, "% of the bound", 0.01
    yield "plan_1m_mb", highest(), "MB", 4096
    yield "plan_1m_faults", len(large_faults(plan, answer)), "faults", 0


def _knapsacks() -> Iterator[tuple[str, float, str, float | None]]:
    gaps, slowest, faults = [], 0.0, 0
    for name, plan in literature():
        start = time.perf_counter()
        answer = choose(plan, seconds=SECONDS)
        slowest = max(slowest, time.perf_counter() - start)
        faults += len(claim_faults(plan, answer))
        gap = answer.gap_percent(float(priced_bound(plan, answer.prices, answer.price_scale)))
        gaps.append(100.0 if gap is None else gap)
        yield f"plan_lp_gap_percent {name}", gaps[-1], "% of the LP bound", None
    yield "plan_lp_gap_percent_max", max(gaps), "% of the LP bound", 1.5
    yield "plan_choices_slowest_s", slowest, "s", SECONDS
    yield "plan_choices_faults", faults, "faults", 0
