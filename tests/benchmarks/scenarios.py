"""Scenarios and prices measured: a year of 10,000 questions lived a thousand times, and prices beside perfect hindsight."""

import time
from collections.abc import Iterator

import numpy as np

from matching.plan.executor import Threads
from matching.what_if.scenario.comparing import QuestionKind, compare
from matching.what_if.scenario.living import World
from matching.what_if.scenario.mixes import Known, Mixes
from matching.what_if.scenario.regret import hindsight, served_by
from matching.what_if.scenario.serving import Futures, MostLeftFirst, ScarcePrices
from matching.what_if.scenario.world import YearLine
from matching.what_if.scenario.years import Years, drawn_years
from tests.benchmarks.regions import EARMARKS, a_region, some_money

KINDS, QUESTIONS, YEARS, BLOCK = 120, 10_000, 1_000, 250
SEEDS = range(5_000, 5_100)
SAMPLES = 30
Line = tuple[str, float, str, float | None, bool]


def lines() -> Iterator[Line]:
    """Name, value, unit, target, and whether the target is at least."""
    yield from _year()
    yield from _hindsight()


def _year() -> Iterator[Line]:
    start = time.perf_counter()
    names = list(EARMARKS)
    money = tuple(YearLine(name, ((0, 150_000_000 + 70_000_000 * number),)) for number, name in enumerate(names))
    known = Known()
    worlds = {str(cap): World(money, Mixes.of(a_region(1, KINDS, cap=cap), names, known)) for cap in (2_500, 2_000)}
    kinds = [QuestionKind((("dozen", str(number % 12)),)) for number in range(KINDS)]

    def source(block: int) -> Years:
        return drawn_years(np.full(365, QUESTIONS / 365), np.ones(KINDS), seed=1, block=block, number=BLOCK)

    now, lower = compare(worlds, kinds, source, YEARS // BLOCK, executor=Threads(2))
    yield "scenario_year_s", time.perf_counter() - start, "s", 30, False
    yield "scenario_year_mixes", len(known), "mixes solved", None, False
    yield "scenario_year_questions", now.asked.mean, "questions a year", None, False
    yield "scenario_year_helped", now.people.mean, "people a year", None, False
    yield "scenario_year_more_helped", lower.more_people.mean, "people a year with a lower cap", None, False


def _hindsight() -> Iterator[Line]:
    """Prices, the prices that are fixed today, and greedy, over years of regions that nobody looked at before."""
    found: dict[str, list[float]] = {"": [], "_fixed": [], "_greedy": []}
    for seed in SEEDS:
        region = some_money(seed, busy=0.25)
        year, past = region.years(seed, 1), region.years(seed + 10_000, SAMPLES)
        most = int(hindsight(region.lines, region.admits, year)[0])
        futures = Futures.of(region.lines, region.admits, past)
        policies = {"": ScarcePrices(futures, region.fixed), "_fixed": region.fixed, "_greedy": MostLeftFirst()}
        for name, policy in policies.items():
            found[name].append(int(served_by(region.lines, region.admits, year, policy)[0]) / most * 100)
    for name, percents in found.items():
        targets = (98, 95) if not name else (None, None)
        yield f"hindsight{name}_mean_percent", float(np.mean(percents)), "% of hindsight", targets[0], True
        yield f"hindsight{name}_worst_percent", min(percents), "% of hindsight", targets[1], True
