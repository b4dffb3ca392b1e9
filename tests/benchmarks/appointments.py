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
AT_ONCE = 12
WANTED = 54
"""How many moments they choose from, each with two advisors."""


def attempt(engine: Engine, number: int, wanted: int) -> bool:
    """One person chooses; whether it got the hour."""
    try:
        choose_for(engine, number, wanted)
    except Conflict:
        return False
    return True


def race(engine: Engine, attempts: int, wanted: int) -> tuple[int, int]:
    """How many hours were given twice, and how many were not given although somebody wanted them."""
    unit_of_work(engine, lambda session: prepare(session, people=attempts))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        got = sum(pool.map(lambda number: attempt(engine, number, wanted), range(1, attempts + 1)))
    found = unit_of_work(engine, planned, read_only=True)
    twice = unit_of_work(engine, doubles, read_only=True)
    return max(twice, got - len(found)), len(every_moment(wanted) - found)


def lines() -> Iterator[tuple[str, float, str, float | None]]:
    """The figures: name, value, unit and target."""
    start, twice, left = time.perf_counter(), 0, 0
    with both() as engines:
        for engine in engines:
            more, free = race(engine, ATTEMPTS, WANTED)
            twice, left = twice + more, left + free
    yield "appointments_double", twice, f"of {ATTEMPTS} attempts, on both databases", 0
    yield "appointments_left", left, "hours that nobody got", 0
    yield "appointments_race_s", time.perf_counter() - start, "s", None
