"""What the figure of appointments counts: a small race of the same code."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from portal.platform.database import unit_of_work
from tests.benchmarks.appointments import race
from tests.reliability.diaries import a_talk, doubles


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_small_race_gives_every_hour_once_and_a_double_is_counted(engine: Engine) -> None:
    assert race(engine, 12, 4) == (0, 0)
    extra = a_talk(1, 901)
    extra.own_choice = False  # as if an advisor planned it past the guard
    unit_of_work(engine, lambda session: session.add(extra))
    assert unit_of_work(engine, doubles, read_only=True) == 1
