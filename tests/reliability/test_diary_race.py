"""16 processes that all want the same hours of two advisors: each hour once, and all of them; without the guard some twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from portal.platform.database import unit_of_work
from tests.reliability.diaries import QUARTERS, doubles, every_moment, planned, prepare, taken
from tests.reliability.race import PROCESSES, Outcome, Racers
from tests.who_runs_what import NIGHT, PROOF

ATTEMPTS = 10_000 if NIGHT else 1_000 if PROOF else 32
CONTROL = 160 if PROOF else 32


@pytest.fixture
def desk(engine: Engine) -> Iterator[Engine]:
    """Two advisors, and as many people as want an hour of theirs."""
    people = -(-ATTEMPTS // PROCESSES) * PROCESSES
    unit_of_work(engine, lambda session: prepare(session, people=people))
    yield engine


def race(racers: Racers, desk: Engine, act: str, attempts: int) -> Outcome:
    url = desk.url.render_as_string(hide_password=False)
    return racers.race(url, f"tests.reliability.diaries:{act}", attempts=attempts)


def test_no_hour_is_given_twice_and_none_is_left(desk: Engine, racers: Racers) -> None:
    outcome = race(racers, desk, "choose", ATTEMPTS)
    there = every_moment()
    assert (outcome.awarded, outcome.refused, outcome.busy) == (len(there), ATTEMPTS - len(there), 0)
    assert unit_of_work(desk, doubles, read_only=True) == 0
    assert unit_of_work(desk, planned, read_only=True) == there
    assert unit_of_work(desk, taken, read_only=True) == len(there) * QUARTERS


def test_control_without_the_guard_hours_are_given_twice(desk: Engine, racers: Racers) -> None:
    race(racers, desk, "choose_unguarded", CONTROL)
    assert unit_of_work(desk, doubles, read_only=True) > 0
