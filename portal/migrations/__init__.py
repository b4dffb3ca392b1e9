"""Changing the database's schema, one revision at a time, without losing a row.

On SQLite the file is backed up first, foreign keys are switched off outside the transaction (a table that is rebuilt would
otherwise take its child rows with it) and checked again before the commit. One runs at a time: who starts second waits for the
first, and finds nothing to do. On SQLite a lock beside the file says so, on PostgreSQL one in the database.
"""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, inspect

from portal.platform.database import load_models
from portal.platform.errors import PortalError, WrongSchema

FOLDER = Path(__file__).resolve().parent
ALONE = 20261201
"""The number of the lock on PostgreSQL."""


_NAMED = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


class BackupFailed(PortalError):
    """The backup could not be made or does not pass its own check; nothing was changed."""


def alembic_config(engine: Engine | None = None, folder: Path = FOLDER) -> Any:
    """Alembic's configuration for this engine; works from a checkout and from an installed wheel."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


@cache
def head_revision() -> str:
    """The newest revision that this code knows, read from the files: every start asks it, and to load each of them takes long."""
    known, before = set[str](), set[str]()
    for file in (FOLDER / "versions").glob("[0-9]*.py"):
        named = dict(_NAMED.findall(file.read_text(encoding="utf-8")))
        known.add(named["revision"])
        before.add(named.get("down_revision", ""))
    [head] = known - before
    return head


def current_revision(engine: Engine) -> str | None:
    """The revision of this database; ``None`` when it has no schema yet."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
        return str(row[0]) if row else None


def require_head(engine: Engine) -> None:
    """Raise ``WrongSchema`` unless the database is at the newest revision."""
    current, head = current_revision(engine), head_revision()
    if current != head:
        require_known(current)
        raise WrongSchema(
            f"the database is at revision {current or 'none'}, this program needs {head}: loket db upgrade"
        )


def require_known(revision: str | None) -> None:
    """Raise ``WrongSchema`` for a revision that this program has never heard of: nothing of it is touched."""
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(alembic_config())
    if revision is not None and revision not in {one.revision for one in script.walk_revisions()}:
        raise WrongSchema(
            f"the database is at revision {revision}, which this program does not know: a newer version made it. "
            f"Install that version again, or put back a backup of before it (loket restore), and then: loket db upgrade"
        )


def upgrade(
    engine: Engine, *, revision: str = "head", backups: Path | None = None, now: datetime | None = None
) -> Path | None:
    """Bring the database to a revision; returns the backup that was made, if any.

    A database that holds nothing gets the newest schema at once; another goes through every revision after its own.
    ``backups`` is the folder for the backup of an SQLite file that holds a schema already; without it no backup is made.
    """
    from alembic import command

    made = None
    with _alone(engine):
        before = current_revision(engine)
        if revision == "head" and before is None and not inspect(engine).get_table_names():
            _make(engine)
            return None
        if before not in (None, head_revision()):
            require_known(before)
        if before is not None and backups is not None and now is not None and engine.dialect.name == "sqlite":
            if before == head_revision() and revision == "head":
                return None
            made = back_up(engine, backups / f"before-{revision}-{now:%Y%m%dT%H%M%S}.db")
        command.upgrade(alembic_config(engine), revision)
    return made


def _make(engine: Engine) -> None:
    """The tables as the models say, all or none: no rows are carried over. That all revisions come to the same is tested."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with engine.begin() as connection:
        load_models().create_all(connection)
        MigrationContext.configure(connection).stamp(ScriptDirectory.from_config(alembic_config()), "head")


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """Nobody else changes the tables of this database meanwhile. Who holds the lock and dies lets it go."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for setting in ("lock_timeout", "statement_timeout"):
                connection.exec_driver_sql(f"SET {setting} = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({ALONE})")
            try:
                yield
            finally:
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({ALONE})")
                connection.invalidate()  # with its settings
        return
    place = str(engine.url.database or "")
    if place in ("", ":memory:"):
        yield
        return
    with Path(f"{place}.migrating").open("a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def downgrade(engine: Engine, *, revision: str) -> None:
    """Take the database back to an earlier revision (``base`` removes everything)."""
    from alembic import command

    command.downgrade(alembic_config(engine), revision)


def back_up(engine: Engine, path: Path) -> Path:
    """A consistent copy of an SQLite database, while it is in use, checked before it counts.

    Raises ``BackupFailed`` when there is such a file already or the copy is damaged.
    """
    import pysqlite3.dbapi2 as driver

    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        raise BackupFailed(f"{path} exists already")
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)  # it holds personal data
    with engine.connect() as connection:
        source = connection.connection.driver_connection
        assert source is not None
        target = driver.connect(str(unfinished))
        try:
            source.backup(target)
            verdict = target.execute("PRAGMA integrity_check").fetchone()[0]
        finally:
            target.close()
    if verdict != "ok":
        unfinished.unlink()
        raise BackupFailed(f"the copy is damaged: {verdict}")
    return unfinished.replace(path)
