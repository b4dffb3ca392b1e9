"""Copying a database while it is in use, as it is at one moment: SQLite by its own backup, PostgreSQL in one snapshot."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL

from portal.commands.backups.form import (
    CHUNK,
    COPIED,
    DATABASE,
    DUMP_FILE,
    PG_DUMP,
    PIECE,
    SQLITE,
    SQLITE_FILE,
    BackupRefused,
)
from portal.people.audit.chain import START
from portal.platform.config import Settings
from portal.platform.database import load_models, reading, written_columns

Facts = tuple[dict[str, int], tuple[int, str]]
"""How many rows each table has, and the end of the audit log: how long it is, and its last hash."""
VERSION_TABLE = "alembic_version"
PAGES = PIECE // 4096
"""Of SQLite in one piece."""


class Copier(Protocol):
    """One snapshot of a database, as long as it is open."""

    kind: str
    packed: bool
    """Whether it is small already."""

    def size(self) -> int:
        """At most so many bytes."""
        ...

    def server(self) -> str:
        """Which database, of which version."""
        ...

    def facts(self) -> Facts:
        """What can be counted again when it is put back."""
        ...

    def entries(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Its files, with their parts."""
        ...


@contextmanager
def copier_of(engine: Engine, *, settings: Settings, copying: bool) -> Iterator[Copier]:
    """A snapshot of this database. Raises ``BackupRefused``."""
    if engine.dialect.name == "sqlite":
        with _sqlite_copy(engine) as made:
            yield made
        return
    with reading(engine).connect() as connection:
        for setting in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {setting} = 0"))
        program = None if copying else usable_program("pg_dump", connection)
        yield _Tables(connection) if program is None else _Dump(connection, program, engine.url)


# SQLite ----------------------------------------------------------------------------------------------------------------


@contextmanager
def _sqlite_copy(engine: Engine) -> Iterator[_File]:
    """A copy beside the database, for as long as it is packed. Writers go on meanwhile: a reader of the WAL holds up nobody.

    It is copied in pieces within one reading, so that it does not begin again for what is written meanwhile; and each is on the
    disk before the next, so that who writes never waits for more than one of them.
    """
    import pysqlite3.dbapi2 as driver

    place = str(engine.url.database or "")
    if not place or place == ":memory:":
        raise BackupRefused("a database in memory is not backed up", "set DATABASE_URL to a file")
    path = Path(place).with_name(f".backup-{secrets.token_hex(6)}.unfinished")
    path.touch(mode=0o600)  # it holds personal data
    target = driver.connect(str(path))
    try:
        with engine.connect() as connection:
            source: Any = connection.connection.driver_connection
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # from here on it reads what is there now
            with path.open("rb") as copied:
                source.backup(target, pages=PAGES, progress=lambda *_: os.fdatasync(copied.fileno()))
            source.execute("ROLLBACK")
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        verdict = target.execute("PRAGMA quick_check").fetchone()[0]
        if verdict != "ok":
            raise BackupRefused(f"the copy is damaged: {verdict}", "look at the database: loket db check")
        yield _File(path, target)
    finally:
        target.close()
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink(missing_ok=True)


@dataclass
class _File:
    path: Path
    connection: Any
    kind: str = SQLITE
    packed: bool = False

    def size(self) -> int:
        return self.path.stat().st_size

    def server(self) -> str:
        return f"SQLite {self.connection.execute('SELECT sqlite_version()').fetchone()[0]}"

    def facts(self) -> Facts:
        def one(sql: str) -> Any:
            return self.connection.execute(sql).fetchone()

        rows = {table.name: int(one(_count(table.name))[0]) for table in load_models().sorted_tables}
        head = one("SELECT places, digest FROM audit_head")
        return rows, (0, START) if head is None else (int(head[0]), str(head[1]))

    def entries(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        yield SQLITE_FILE, _read(self.path)


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(CHUNK):
            yield part


def _count(table: str) -> str:
    return f'SELECT count(*) FROM "{table}"'  # noqa: S608 (table names are ours)


# PostgreSQL ------------------------------------------------------------------------------------------------------------


@dataclass
class _Tables:
    """PostgreSQL without its programs: every table as COPY gives it."""

    connection: Connection
    kind: str = COPIED
    packed: bool = False

    def size(self) -> int:
        return int(self.connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())

    def server(self) -> str:
        return f"PostgreSQL {self.connection.execute(text('SHOW server_version')).scalar_one()}"

    def facts(self) -> Facts:
        rows = {}
        for table in load_models().sorted_tables:
            rows[table.name] = int(self.connection.execute(text(_count(table.name))).scalar_one())
        head = self.connection.execute(text("SELECT places, digest FROM audit_head")).first()
        return rows, (0, START) if head is None else (int(head[0]), str(head[1]))

    def entries(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        for table in load_models().sorted_tables:
            yield (
                f"{DATABASE}{table.name}.copy",
                self._copied(table.name, [column.name for column in written_columns(table)]),
            )

    def _copied(self, table: str, columns: list[str]) -> Iterator[bytes]:
        driver: Any = self.connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(copy_statement(table, columns, "TO STDOUT")) as copied:
            for part in copied:
                yield bytes(part)


def copy_statement(table: str, columns: list[str], which: str) -> str:
    """COPY of these columns, to or from the program that asks."""
    names = ", ".join(f'"{name}"' for name in columns)
    return f'COPY "{table}" ({names}) {which}'


class _Dump(_Tables):
    """PostgreSQL by pg_dump, in the snapshot of this connection."""

    def __init__(self, connection: Connection, program: str, url: URL) -> None:
        super().__init__(connection, kind=PG_DUMP, packed=True)
        self.program, self.url = program, url

    def entries(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        yield DUMP_FILE, self._dumped()

    def _dumped(self) -> Iterator[bytes]:
        snapshot = str(self.connection.execute(text("SELECT pg_export_snapshot()")).scalar_one())
        how = ["--format=custom", "--compress=1", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        command = [self.program, *how, f"--dbname={address_without_password(self.url)}"]
        with tempfile.TemporaryFile() as said:
            running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=with_password(self.url))
            assert running.stdout is not None
            with running.stdout:
                while part := running.stdout.read(CHUNK):
                    yield part
            if running.wait() != 0:
                said.seek(0)
                words = said.read(2000).decode("utf-8", "replace").strip()
                raise BackupRefused(f"pg_dump failed: {words}", "try without it: loket backup --copy")


def address_without_password(url: URL) -> str:
    """The address for the programs of PostgreSQL. The password is not in it: everybody on a machine sees its commands."""
    plain = url.set(drivername="postgresql")._replace(password=None)
    return plain.render_as_string(hide_password=False)


def with_password(url: URL) -> dict[str, str]:
    """The environment for those programs, with the password."""
    return {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}


def usable_program(name: str, connection: Connection) -> str | None:
    """Where a program of PostgreSQL is that is at least as new as the server; None without."""
    found = shutil.which(name)
    if found is None:
        return None
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = re.search(r"\) (\d+)", told)
    server = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    return found if numbers is not None and int(numbers[1]) >= server else None
