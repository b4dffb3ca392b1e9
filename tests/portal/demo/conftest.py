"""Desks with an invented history, filled once per database and only read; tests that write fill their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal import demo
from portal.accounts.access import Actor
from portal.catalogue.actions import load_region
from portal.database import load_models, make_engine, unit_of_work
from portal.demo.filling import QUESTIONS
from tests.conftest import DATABASES, create_database

CATALOGUE = Path(__file__).parents[3] / "schemes" / "catalogue" / "stedendriehoek"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class FilledDesk:
    """A desk with an invented history."""

    engine: Engine

    def read(self, query: Callable[[Session], Any]) -> Any:
        """Look something up."""
        return unit_of_work(self.engine, query, read_only=True)


def open_region(engine: Engine, folder: Path = CATALOGUE, *, at: datetime = NOW) -> None:
    """Load a region into an empty database."""
    unit_of_work(engine, lambda s: load_region(s, folder=folder, actor=Actor.system("tests"), now=at))


def fill(engine: Engine, *, questions: int = QUESTIONS, seed: int = 1, now: datetime = NOW) -> FilledDesk:
    """Load the demonstration region and let its history happen."""
    open_region(engine)
    assert demo.fill(engine, now=now, questions=questions, seed=seed) == questions
    return FilledDesk(engine)


@pytest.fixture(scope="session")
def sqlite_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilledDesk]:
    """A filled desk on SQLite."""
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'desk.db'}")
    load_models().create_all(engine)
    yield fill(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_desk(postgresql_server: str, worker_name: str) -> Iterator[FilledDesk]:
    """A filled desk on PostgreSQL, in a database of its own."""
    engine = make_engine(create_database(postgresql_server, f"demo_{worker_name}"))
    load_models().create_all(engine)
    yield fill(engine)
    engine.dispose()


@pytest.fixture(params=DATABASES)
def desk(request: pytest.FixtureRequest) -> FilledDesk:
    """A filled desk, on SQLite and on PostgreSQL; for reading only."""
    found: FilledDesk = request.getfixturevalue(f"{request.param}_desk")
    return found
