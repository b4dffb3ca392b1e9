"""The forecast measured: how long it takes, how honest its bands are, and what promising beyond the reservation brings."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from statistics import mean

import numpy as np

from matching.plan.forecast.bands import band_of
from matching.plan.forecast.paths import look_ahead
from matching.plan.forecast.seen import LineNow
from tests.matching.practice_regions import practice_region
from tests.matching.promising import Rule, expected_use, flat_rate, full_reservation, play
from tests.matching.simulated_regions import SimulatedRegion, simulated_region

HELD_OUT = range(10_000, 10_200)
"""Seeds of regions on which nothing was set."""
ONE_YEAR, THREE_YEARS = range(20_000, 21_000), range(30_000, 30_200)
PATHS = 1_000


def lines() -> Iterator[tuple[str, float, str, float | None, bool]]:
    """Name, value, unit, target of each figure, and whether it is a least."""
    yield from _time()
    with ProcessPoolExecutor(2) as pool:
        yield from _coverage(pool, "", simulated_region, HELD_OUT)
        yield from _coverage(pool, "_practice", practice_region, range(200))
        yield from _promised(pool)


def _time() -> Iterator[tuple[str, float, str, float | None, bool]]:
    """Thirty requests a week, four kinds, 78 weeks ahead, 2,000 paths, the past of three years learned from."""
    region = simulated_region(1, past=156, ahead=78, pace=10.0)
    start = time.perf_counter()
    look_ahead(region.history, region.position, seed=1, weeks=78)
    yield "forecast_s", time.perf_counter() - start, "s", 20, False
    yield "forecast_vouchers", len(region.history.vouchers), "vouchers learned from", None, False


def hits(make: Callable[[int], SimulatedRegion], seed: int) -> list[tuple[bool, bool, float, bool]]:
    """Per budget of a region: within 90 %, within 50 %, how wide (of the money), and below the middle."""
    region = make(seed)
    found = look_ahead(region.history, region.position, seed=seed, weeks=region.weeks, paths=PATHS)
    return [_hit(region, line, found.paths.used[:, -1, number]) for number, line in enumerate(region.position.lines)]


def _hit(region: SimulatedRegion, line: LineNow, used: np.ndarray) -> tuple[bool, bool, float, bool]:
    band, real = band_of(used), region.used[line.id]
    wide = (band.high90 - band.low90) / max(1, line.money_cents)
    return band.holds(real), band.holds(real, 50), wide, real < band.middle


class _Of:
    """The hits of a seed, for a process of its own."""

    def __init__(self, make: Callable[[int], SimulatedRegion]) -> None:
        self.make = make

    def __call__(self, seed: int) -> list[tuple[bool, bool, float, bool]]:
        return hits(self.make, seed)


def _coverage(
    pool: ProcessPoolExecutor, name: str, make: Callable[[int], SimulatedRegion], seeds: range
) -> Iterator[tuple[str, float, str, float | None, bool]]:
    found = [one for some in pool.map(_Of(make), seeds, chunksize=5) for one in some]
    within = mean(one[0] for one in found) * 100
    target = None if name else 88.0
    yield f"band_coverage{name}_percent", within, "% of the budgets within the band of 90 %", target, True
    yield (
        f"band_coverage{name}_most_percent",
        within,
        "% of the budgets within the band of 90 %",
        target and 92.0,
        False,
    )
    yield f"band_coverage{name}_half_percent", mean(one[1] for one in found) * 100, "% within that of 50 %", None, False
    yield f"band_width{name}_percent", mean(one[2] for one in found) * 100, "% of the money", None, False
    yield f"band_below{name}_percent", mean(one[3] for one in found) * 100, "% below the middle", None, False


class _Play:
    """One play of a budget, for a process of its own."""

    def __init__(self, rule: Rule, years: int) -> None:
        self.rule, self.years = rule, years

    def __call__(self, seed: int) -> tuple[float, bool]:
        return play(seed, self.rule, years=self.years)


def _promised(pool: ProcessPoolExecutor) -> Iterator[tuple[str, float, str, float | None, bool]]:
    one = list(pool.map(_Play(expected_use, 1), ONE_YEAR, chunksize=10))
    three = list(pool.map(_Play(expected_use, 3), THREE_YEARS, chunksize=5))
    yield "used_one_year_percent", mean(used for used, _ in one) * 100, "% of the money", 93, True
    yield "used_three_year_percent", mean(used for used, _ in three) * 100, "% of the money", 99, True
    yield "overspend_percent", mean(over for _, over in one) * 100, "% of 1,000 plays of a year", 1, False
    yield "overspend_three_year_percent", mean(over for _, over in three) * 100, "% of 200 plays", 1, False
    for name, rule in (("full_reservation", full_reservation), ("flat_rate", flat_rate)):
        year = list(pool.map(_Play(rule, 1), ONE_YEAR[:200], chunksize=10))
        yield f"used_one_year_{name}_percent", mean(used for used, _ in year) * 100, "% of the money", None, False
        yield f"overspend_{name}_percent", mean(over for _, over in year) * 100, "% of 200 plays", None, False
