"""The figures: how long a mix takes beside what a desk does today, and the scheme language beside plain functions."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from matching import propose
from matching.problem import Problem
from matching.score import values
from tests.benchmarks import people
from tests.benchmarks.cascade import cascade
from tests.benchmarks.problems import dense
from tests.benchmarks.questions import prepared

QUESTIONS = 300
EXAMPLE = "matching/examples/lasser-wordt-technicus.yaml"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. `target` None: for information only."""

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As printed: name, value, unit, target, and whether the target holds."""
        holds = self.target is None or (self.value >= self.target if self.at_least else self.value <= self.target)
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "target": self.target,
            "holds": holds,
        }


def timed(work: Callable[[Problem], Any], problems: list[Problem]) -> list[float]:
    """Milliseconds per problem, after one to warm up; from fast to slow."""
    work(problems[0])
    times = []
    for problem in problems:
        start = time.perf_counter()
        work(problem)
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)


def catalogue() -> Iterator[Figure]:
    """Problem -> Proposal for generated questions over the shipped catalogue; all proven."""
    problems = [prepared(seed).problem for seed in range(QUESTIONS)]
    proposals = [propose(problem) for problem in problems]
    yield Figure("mix_catalogue_unproven", sum(one.status != "proven" for one in proposals), "questions", 0)
    times = timed(propose, problems)
    yield Figure("mix_catalogue_p50_ms", statistics.median(times), "ms", 6)
    yield Figure("mix_catalogue_p99_ms", times[int(len(times) * 0.99)], "ms", 20)
    yield Figure("mix_catalogue_max_ms", times[-1], "ms", 60)
    greedy = timed(cascade, problems)
    yield Figure("ratio_mix_to_cascade", statistics.median(times) / statistics.median(greedy), "times as long")
    pairs = zip(problems, proposals, strict=True)
    extra = [values(problem, cascade(problem))["own_money"] - best.value_of("own_money") for problem, best in pairs]
    yield Figure("cascade_extra_own_eur", sum(extra) / len(extra) / 100, "euro per question")
    yield Figure("cascade_worse_share", sum(more > 0 for more in extra) / len(extra) * 100, "% of questions")


def dense_problems() -> Iterator[Figure]:
    """Dense random problems with four funding lines."""
    for lines, offers, count, target in ((4, 8, 60, 12), (6, 15, 40, 60)):
        problems = [dense(seed, lines=lines, offers=offers) for seed in range(count)]
        times = timed(lambda problem: propose(problem, outlook=False), problems)
        yield Figure(f"mix_dense_{lines}x{offers}_p50_ms", statistics.median(times), "ms", target)
        yield Figure(f"mix_dense_{lines}x{offers}_max_ms", times[-1], "ms", 10 * target)


def cold_start() -> Iterator[Figure]:
    """`loket match` as somebody runs it: a new process, the catalogue read, one question solved. The best of five."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        command = [sys.executable, "-m", "portal.cli", "match", EXAMPLE, "--json"]
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    yield Figure("match_cold_s", statistics.median(times), "s", 1.5)
    yield Figure("match_cold_max_s", max(times), "s")


def language() -> Iterator[Figure]:
    """One person against 500 schemes, a million people, 500 files, and all of it beside plain functions."""
    for name, value, unit, target in people.lines():
        yield Figure(name, value, unit, target)


def figures() -> Iterator[Figure]:
    """All figures of matching and of the scheme language."""
    yield from language()
    yield from catalogue()
    yield from dense_problems()
    yield from cold_start()
