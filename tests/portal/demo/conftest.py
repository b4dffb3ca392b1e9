"""A desk with an invented history, filled once and only read; tests that write take a copy, or fill a small one of their own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal import demo
from portal.commands.opening import vault_of
from portal.demo.filling import QUESTIONS
from portal.framework import loading
from portal.framework.loading import load_region
from portal.people.actor import Actor
from portal.platform.config import load_settings
from portal.platform.database import make_engine, unit_of_work
from portal.post.files.actions import Vault
from tests.conftest import empty_postgresql
from tests.filled_desk import CATALOGUE, DATABASE, NOW, copy_of_filled_desk

PROOF, BROAD = bool(os.environ.get("PROOF")), bool(os.environ.get("BROAD"))
VAULT = Vault.under(Path(tempfile.mkdtemp(prefix="demo-files-")), "a secret of a desk, for tests only")
READ = cache(loading.read_region)
atexit.register(shutil.rmtree, VAULT.folder.parent, ignore_errors=True)


@pytest.fixture(autouse=True, scope="module")
def regions_read_once() -> Iterator[None]:
    """Every small desk here loads a region into its own database: from files that were read once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "read_region", READ)
        yield


once = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""One telling test runs the whole history on PostgreSQL too; the rest need not."""


@dataclass(frozen=True)
class FilledDesk:
    """A desk with an invented history."""

    engine: Engine
    vault: Vault = VAULT

    def read(self, query: Callable[[Session], Any]) -> Any:
        """Look something up."""
        return unit_of_work(self.engine, query, read_only=True)


def open_region(engine: Engine, folder: Path = CATALOGUE, *, at: datetime | None = None) -> None:
    """Load a region into an empty database, by default at the beginning of the history up to `NOW`."""
    unit_of_work(
        engine, lambda s: load_region(s, folder=folder, actor=Actor.system("tests"), now=at or demo.opening(NOW))
    )


def fill(engine: Engine, *, questions: int = QUESTIONS, seed: int = 1, now: datetime = NOW) -> FilledDesk:
    """Load the demonstration region and let its history happen."""
    open_region(engine, at=demo.opening(now))
    assert demo.fill(engine, now=now, vault=VAULT, questions=questions, seed=seed) == questions
    return FilledDesk(engine)


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Iterator[FilledDesk]:
    """A filled desk on SQLite; for reading only."""
    folder = copy_of_filled_desk(tmp_path_factory, worker_name)
    engine = make_engine(f"sqlite:///{folder / DATABASE}")
    yield FilledDesk(engine, vault_of(load_settings(portal_env="demo", state_dir=folder)))
    engine.dispose()


@pytest.fixture
def copied_desk(desk: FilledDesk, tmp_path: Path) -> Iterator[FilledDesk]:
    """The same desk to write in."""
    path = tmp_path / "copy.db"
    desk.engine.dispose()  # the last connection that closes leaves everything in the one file
    shutil.copyfile(str(desk.engine.url.database), path)
    engine = make_engine(f"sqlite:///{path}")
    yield FilledDesk(engine, desk.vault)
    engine.dispose()


@pytest.fixture
def same_history(
    sqlite_engine: Engine, sqlite_template: Path, postgresql_engine: Engine
) -> Iterator[tuple[FilledDesk, FilledDesk]]:
    """One history on SQLite and on PostgreSQL: the whole one in the broad run, else its first part."""
    path = Path(str(sqlite_engine.url.database))
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    shutil.copyfile(sqlite_template, path)
    empty_postgresql(postgresql_engine)
    questions = QUESTIONS if BROAD else 8
    yield fill(sqlite_engine, questions=questions), fill(postgresql_engine, questions=questions)
    sqlite_engine.dispose()
