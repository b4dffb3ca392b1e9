"""What is put back instead of made again is never older than sessions live, however slow the machine is."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tests.web import kept


def test_a_chain_of_steps_is_as_old_as_its_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE one (id INTEGER)")
    made: list[tuple[str, float]] = []

    def walk(*moments: float) -> None:
        kept.begin(engine, "one table")
        for step, at in zip("ab", moments, strict=True):
            monkeypatch.setattr(kept.time, "monotonic", lambda at=at: at)
            kept.again(engine, step, lambda step=step, at=at: made.append((step, at)))

    walk(0.0, 500.0)
    walk(550.0, 590.0)
    assert made == [("a", 0.0), ("b", 500.0)], "both are put back"
    walk(700.0, 700.0)
    assert made[2:] == [("a", 700.0), ("b", 700.0)], "what came 500 seconds after the first step stands on it"
    engine.dispose()
