"""The desks on which the pairs are done: one per database and test process, and each scene made once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.platform.database import make_engine
from tests.conftest import create_database
from tests.reliability.pairs.desks import FileDesk, ServerDesk


@pytest.fixture(scope="session")
def file_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FileDesk]:
    """A desk on SQLite."""
    desk = FileDesk(make_engine(f"sqlite:///{tmp_path_factory.mktemp('pairs') / 'desk.db'}"))
    yield desk
    desk.close()


@pytest.fixture(scope="session")
def server_desk(postgresql_server: str, worker_name: str) -> Iterator[ServerDesk]:
    """A desk on PostgreSQL."""
    desk = ServerDesk(make_engine(create_database(postgresql_server, f"pairs_{worker_name}")))
    yield desk
    desk.close()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session of which nothing stays."""
    with Session(engine) as session:
        yield session
        session.rollback()
