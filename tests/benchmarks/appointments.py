"""Ten thousand people who want the hours of two advisors at once, on both databases: how many hours are given twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine

from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict
from tests.benchmarks.books import both
from tests.reliability.diaries import choose_for, doubles, every_moment, planned, prepare

ATTEMPTS = 10_000
AT_ONCE = 16


def attempt(engine: Engine, number: int) -> bool:
    """One person chooses; whether it got the hour."""
    try:
        choose_for(engine, number)
    except Conflict:
        return False
    return True


def race(engine: Engine, attempts: int) -> tuple[int, int]:
    """How many hours were given twice, and how many were not given although somebody wanted them."""
    unit_of_work(engine, lambda session: prepare(session, people=attempts))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        got = sum(pool.map(lambda number: attempt(engine, number), range(1, attempts + 1)))
    found = unit_of_work(engine, planned, read_only=True)
    twice = unit_of_work(engine, doubles, read_only=True)
    return max(twice, got - len(found)), len(every_moment() - found)


def lines() -> Iterator[tuple[str, float, str, float | None]]:
    """The figures: name, value, unit and target."""
    start, twice, left = time.perf_counter(), 0, 0
    with both() as engines:
        for engine in engines:
            more, free = race(engine, ATTEMPTS)
            twice, left = twice + more, left + free
    yield "appointments_double", twice, f"of {ATTEMPTS} attempts, on both databases", 0
    yield "appointments_left", left, "hours that nobody got", 0
    yield "appointments_race_s", time.perf_counter() - start, "s", None
