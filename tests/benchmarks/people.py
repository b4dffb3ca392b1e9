"""The figures of the scheme language: one person against many schemes, many people at once, many files.

`python -m tests.benchmarks.people` generates a million people and evaluates forty schemes on them, in a process of its own,
so that its memory can be measured; it prints one JSON object.
"""

import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from matching.offers.eligibility import assess
from schemes.definition import SchemeDefinition
from schemes.population import statuses_of
from schemes.population.columns import Columns
from schemes.population.generation import generate
from schemes.region.loading import load_region
from tests.benchmarks.definitions import many, region_of
from tests.benchmarks.memory import highest
from tests.benchmarks.plain import PLAIN
from tests.benchmarks.questions import ON, region

MILLION, FORTY, FIVE_HUNDRED = 1_000_000, 40, 500
PEOPLE = 100
COMPARED, ROUNDS_ASKED = 20_000, 20
"""How many people the plain functions and the language are compared on, and in how many turns."""


def crowd(n: int, seed: int = 1) -> Columns:
    """Generated people who come for the schemes of the catalogue."""
    return generate(region().facts, region().references, n, seed, on=ON, focus=region().schemes.values())


def seconds(work: Callable[[], Any]) -> float:
    """The seconds that something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def processor(work: Callable[[], Any]) -> float:
    """The seconds of processor that something takes, of this process alone."""
    start = time.process_time()
    work()
    return time.process_time() - start


def assess_many() -> tuple[float, float]:
    """One person against 500 schemes with all reasons: the median and the 99th percentile in milliseconds."""
    definitions, people, references = many(FIVE_HUNDRED), list(crowd(PEOPLE).rows()), region().references
    assess(people[0], definitions, ON, references)
    gc.collect()
    gc.freeze()
    times = sorted(seconds(lambda row=row: assess(row, definitions, ON, references)) * 1000 for row in people)  # type: ignore[misc]
    gc.unfreeze()
    return statistics.median(times), times[int(len(times) * 0.99)]


def first_of_day() -> float:
    """How long the first person of a day takes against 500 schemes, beside the median of the day; the middle one of five days."""
    definitions, people, references = many(FIVE_HUNDRED), list(crowd(PEOPLE).rows()), region().references
    assess(people[0], definitions, ON, references)
    gc.collect()
    gc.freeze()  # as the process of a desk does
    found: list[float] = []
    for day in (ON + timedelta(days=number) for number in range(1, 6)):
        times = [processor(lambda row=row, day=day: assess(row, definitions, day, references)) for row in people]  # type: ignore[misc]
        found.append(times[0] / statistics.median(times))
    gc.unfreeze()
    return statistics.median(found)


def load_many(count: int = FIVE_HUNDRED) -> float:
    """Seconds to read and check a region of so many definitions from files; the best of three."""
    with tempfile.TemporaryDirectory() as folder:
        path = region_of(count, Path(folder))
        assert len(load_region(path).schemes) == count
        return min(seconds(lambda: load_region(path)) for _ in range(3))


def ratios() -> tuple[float, float]:
    """How long the language takes beside plain functions for the same schemes and people: with reasons, and for many at once.

    In turns, each for as many people, in time of the processor; nobody is asked for twice, what is said is not held on to by
    either, and the middle turn counts. The people themselves are not looked through for what nobody holds any more.
    """
    definitions, references = [region().schemes[slug] for slug in PLAIN], region().references
    columns = crowd(COMPARED)
    rows: list[dict[str, Any]] = list(columns.rows())
    some = COMPARED // ROUNDS_ASKED
    assess(rows[-1], definitions, ON, references)
    gc.collect()
    gc.freeze()
    plain: list[float] = []
    found: list[float] = []
    for turn in range(ROUNDS_ASKED):
        who = rows[turn * some : (turn + 1) * some]
        plain.append(processor(lambda who=who: _asked_plainly(who)))  # type: ignore[misc]
        one = processor(lambda who=who: _asked(who, definitions))  # type: ignore[misc]
        found.append(one / plain[-1])
    at_once = statistics.median(processor(lambda: statuses_of(definitions, columns, ON, references)) for _ in range(5))
    gc.unfreeze()
    return statistics.median(found), at_once / (statistics.median(plain) * ROUNDS_ASKED)


def _asked_plainly(rows: Sequence[dict[str, Any]]) -> None:
    functions = tuple(PLAIN.values())
    for row in rows:
        for function in functions:
            function(row, ON)


def _asked(rows: Sequence[dict[str, Any]], definitions: Sequence[SchemeDefinition]) -> None:
    references = region().references
    for row in rows:
        assess(row, definitions, ON, references)


def population() -> dict[str, float]:
    """Seconds to generate a million people, to evaluate forty schemes on them, and the most memory in megabytes."""
    definitions = many(max(FORTY, len(region().schemes)))[:FORTY]
    start = time.perf_counter()
    people = crowd(MILLION)
    generated = time.perf_counter()
    answers = statuses_of(definitions, people, ON, region().references)
    done = time.perf_counter()
    peak = highest()
    return {
        "generated_s": generated - start,
        "evaluated_s": done - generated,
        "peak_mb": peak,
        "met": float((answers == 1).mean()),
    }


def measured_population() -> dict[str, float]:
    """`population` in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.people"]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(json.loads(found))


def lines() -> Iterator[tuple[str, float, str, float | None]]:
    """Name, value, unit and target of every figure."""
    p50, p99 = assess_many()
    yield "assess_500_p50_ms", p50, "ms", 5
    yield "assess_500_p99_ms", p99, "ms", None
    yield "ratio_assess_first_of_day", first_of_day(), "times the median", 3
    found = measured_population()
    yield "population_1m_s", found["generated_s"] + found["evaluated_s"], "s", 10
    yield "population_1m_evaluated_s", found["evaluated_s"], "s", None
    yield "population_1m_peak_mb", found["peak_mb"], "MB", 2048
    yield "load_500_s", load_many(), "s", 1
    one, at_once = ratios()
    yield "ratio_assess_to_plain", one, "times as long", 2.5
    yield "ratio_population_to_plain", at_once, "times as long", 1


if __name__ == "__main__":
    json.dump(population(), sys.stdout)
