"""The figures of hard problems: how long the slowest take, that all are proven, and beside another solver.

Half of the problems of each family (`HELD_OUT`) were not looked at while the solver was made; the figures are of both halves together.
"""

import statistics
import time
from collections.abc import Iterator
from typing import Any

from matching import propose
from matching.problem import Problem
from matching.problem.proposal import Proposal
from tests.benchmarks import highs
from tests.benchmarks.bundles import dense_bundle
from tests.benchmarks.hard import hard
from tests.benchmarks.long import long_chain

FAMILIES = (
    (4, 8, 12, 120, 500),
    (6, 15, 50, 500, 1_500),
    (10, 30, 150, 1_500, 4_000),
    (20, 60, 800, 6_000, 15_000),
)
"""Cost lines, offers and the targets in milliseconds: of the median, the 99th percentile and the slowest."""

TUNED = range(100)
HELD_OUT = range(1_000, 1_100)
BESIDE = (6, 15)
MOST_TIMES = 100
"""The other solver stops after so many times as long as ours: then it is at least that much slower."""

Line = tuple[str, float, str, float | None, bool]
"""Name, value, unit, target, and whether the target is a least."""


def measured(problems: list[Problem]) -> tuple[list[float], list[Proposal]]:
    """Milliseconds per problem in their order, after one to warm up, and the answers."""
    propose(problems[0], outlook=False)
    times, found = [], []
    for problem in problems:
        start = time.perf_counter()
        found.append(propose(problem, outlook=False))
        times.append((time.perf_counter() - start) * 1000)
    return times, found


def proven(proposal: Proposal) -> bool:
    """Whether passes 1 to 4 are."""
    return all(one.status == "proven" for one in proposal.passes if one.name != "canonical")


def lines() -> Iterator[Line]:
    """Every figure."""
    for count, offers, *targets in FAMILIES:
        problems = [hard(seed, lines=count, offers=offers) for seed in (*TUNED, *HELD_OUT)]
        times, found = measured(problems)
        size, in_order = f"{count}x{offers}", sorted(times)
        shown = (statistics.median(times), in_order[int(len(times) * 0.99)], in_order[-1])
        for name, value, target in zip(("p50", "p99", "max"), shown, targets, strict=True):
            yield f"mix_hard_{size}_{name}_ms", value, "ms", target, False
        unproven = sum(not proven(one) for one in found)
        yield f"mix_hard_{size}_unproven", unproven, f"of {len(problems)}", 0, False
        if (count, offers) == BESIDE:
            yield from beside(size, problems, times, found)
    yield from together()


def beside(size: str, problems: list[Problem], times: list[float], found: list[Proposal]) -> Iterator[Line]:
    """Per problem how many times as long HiGHS takes; values that differ."""
    ratios, differing = [], 0
    for problem, taken, proposal in zip(problems, times, found, strict=True):
        start = time.perf_counter()
        try:
            other = highs.solve(problem, seconds=max(1.0, taken * MOST_TIMES / 1000))
            differing += any(proposal.value_of(name) != value for name, value in other.items())
        except highs.TooLong:
            pass
        ratios.append((time.perf_counter() - start) * 1000 / taken)
    yield f"ratio_highs_hard_{size}", statistics.median(ratios), "times as long", 10, True
    yield f"ratio_highs_hard_{size}_least", min(ratios), "times as long", 1, True
    yield f"differing_from_highs_hard_{size}", differing, f"of {len(problems)}", 0, False


def together() -> Iterator[Line]:
    """Bundles that fight over every budget, and a thousand cost lines with chains of who pays first."""
    for people, seeds, target in ((20, range(1, 6), 5), (50, range(1, 3), 30)):
        times, unproven = [], 0
        for seed in seeds:
            problem = dense_bundle(seed, people=people, offers=8)
            start = time.perf_counter()
            unproven += not proven(propose(problem, outlook=False))
            times.append(time.perf_counter() - start)
        yield f"bundle_hard_{people}_s", max(times), "s", target, False
        yield f"bundle_hard_{people}_unproven", unproven, f"of {len(seeds)}", 0, False
    times, unproven = [], 0
    chains: tuple[dict[str, Any], ...] = ({}, {"shares": (33, 60, 90)}, {"asks": 3}, {"offers": 12})
    for n, changed in enumerate(chains):
        for seed in range(21 + 3 * n, 24 + 3 * n):
            start = time.process_time()
            unproven += not proven(propose(long_chain(seed, lines=1_000, **changed), outlook=False))
            times.append(time.process_time() - start)
    yield "lines_1000_first_s", max(times), "s", 10, False
    yield "lines_1000_first_unproven", unproven, f"of {len(times)}", 0, False
