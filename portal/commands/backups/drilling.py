"""Trying a backup: it is put back in a place of its own, looked at from end to end, and thrown away."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from portal.commands.backups.form import BackupRefused
from portal.commands.backups.restoring import Restored, opened, restore
from portal.platform.config import Settings
from portal.platform.database import make_engine


@dataclass(frozen=True)
class Drilled:
    """What a drill found: how old the backup is (what would be lost), and how long it takes until the desk is back."""

    restored: Restored
    rpo: timedelta
    rto: timedelta


def drill(path: Path, *, settings: Settings, key: str, now: datetime, into: str | None = None) -> Drilled:
    """Put a backup back elsewhere and verify it. `into` is an empty PostgreSQL database; without it one is made and dropped.

    Raises ``BackupRefused`` and ``NotAsItWas``. This desk is not touched.
    """
    with opened(path, key) as (_archive, manifest):
        made_at = manifest.at
    with tempfile.TemporaryDirectory(prefix="loket-drill-", dir=settings.state_dir) as folder:
        state = Path(folder)
        with _elsewhere(settings, state, into) as engine:
            copied = settings.model_copy(update={"state_dir": state})
            restored = restore(engine, path, settings=copied, key=key)
    return Drilled(restored, now - made_at, timedelta(seconds=restored.seconds))


@contextmanager
def _elsewhere(settings: Settings, folder: Path, into: str | None) -> Iterator[Engine]:
    """An engine on an empty database of the same kind, which is gone afterwards."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        engine = make_engine(f"sqlite:///{folder / 'drill.db'}")
        try:
            yield engine
        finally:
            engine.dispose()
        return
    if into is not None:
        engine = make_engine(into)
        try:
            yield engine
        finally:
            engine.dispose()
        return
    name = f"{url.database}_drill_{secrets.token_hex(4)}"
    owner = make_engine(url).execution_options(isolation_level="AUTOCOMMIT")
    try:
        try:
            with owner.connect() as connection:
                connection.execute(text("SET statement_timeout = 0"))
                connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
        except DBAPIError as error:
            problem = f"no database can be made for the drill ({str(error.orig).strip().splitlines()[0]})"
            raise BackupRefused(
                problem, "make an empty one elsewhere and name it: loket drill --into postgresql://…"
            ) from None
        engine = make_engine(url.set(database=name))
        try:
            yield engine
        finally:
            engine.dispose()
            with contextlib.suppress(DBAPIError), owner.connect() as connection:
                connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    finally:
        owner.dispose()
