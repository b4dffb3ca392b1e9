"""Counts do not wait for the disk; what is done on the same connection after them does."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, func, select, text

from portal.platform.database import counting, make_engine, unit_of_work
from portal.platform.limits.actions import take
from portal.platform.limits.models import API_MIXES, LimitCount


def test_on_sqlite_only_a_count_is_written_without_waiting(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/a.db")
    asked: list[int] = []
    for which in (engine, counting(engine), engine, counting(engine), engine):
        asked.append(unit_of_work(which, lambda s: s.scalar(text("PRAGMA synchronous")) or 0))
    assert asked == [2, 1, 2, 1, 2]
    assert engine.pool.status().count("Connections in pool: 1") == 1, "the control: it is one connection all the time"
    engine.dispose()


def test_a_count_is_there_for_everybody_at_once(engine: Engine, now: datetime) -> None:
    unit_of_work(counting(engine), lambda s: take(s, limit=API_MIXES, who="somebody", now=now))
    assert unit_of_work(engine, lambda s: s.scalar(select(func.sum(LimitCount.number))), read_only=True) == 1
    if engine.dialect.name == "postgresql":
        said = unit_of_work(counting(engine), lambda s: s.scalar(text("SHOW synchronous_commit")))
        assert said == "off"
