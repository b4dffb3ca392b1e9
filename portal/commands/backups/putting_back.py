"""Putting a database back from a backup, in an empty place only: all of it, or nothing."""

from __future__ import annotations

import os
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.orm import Session

from portal.commands.backups.databases import (
    VERSION_TABLE,
    address_without_password,
    copy_statement,
    usable_program,
    with_password,
)
from portal.commands.backups.form import (
    CHUNK,
    DATABASE,
    DUMP_FILE,
    PG_DUMP,
    SQLITE,
    SQLITE_FILE,
    BackupRefused,
    Manifest,
)
from portal.migrations import require_head, upgrade
from portal.platform.database import load_models, unit_of_work, written_columns

EMPTY_SQLITE = "set DATABASE_URL or STATE_DIR to a place where nothing is"
EMPTY_POSTGRESQL = "make a new one with createdb, and set DATABASE_URL to it"


def require_empty(engine: Engine, manifest: Manifest) -> None:
    """Refuse a database of another kind, and one with something in it. Raises ``BackupRefused``."""
    kind = "sqlite" if manifest.kind == SQLITE else "postgresql"
    if engine.dialect.name != kind:
        problem = f"this is a backup of {manifest.server}, the desk to put it in is on {engine.dialect.name}"
        raise BackupRefused(problem, "between the two a desk goes with: loket db export, loket db import")
    if kind == "sqlite":
        path = Path(str(engine.url.database))
        if any(one.exists() and one.stat().st_size for one in (path, path.with_name(f"{path.name}-wal"))):
            raise BackupRefused(f"there is a database already: {path}", EMPTY_SQLITE)
        return
    tables = set(inspect(engine).get_table_names())
    if tables and (manifest.kind == PG_DUMP or not unit_of_work(engine, _is_bare, read_only=True)):
        raise BackupRefused(f"the database {engine.url.database} is not empty", EMPTY_POSTGRESQL)


def _is_bare(session: Session) -> bool:
    """Whether all tables are there, and nothing in them: what a copy that failed leaves behind."""
    known = load_models().sorted_tables
    there = set(inspect(session.connection()).get_table_names())
    if not there <= {table.name for table in known} | {VERSION_TABLE}:
        return False
    return not any(
        session.execute(select(1).select_from(table).limit(1)).first() for table in known if table.name in there
    )


def put_back(engine: Engine, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Put the database back. Raises ``BackupRefused``, and then there is nothing of it."""
    if manifest.kind == SQLITE:
        _sqlite(engine, archive)
    elif manifest.kind == PG_DUMP:
        _dumped(engine, archive, manifest)
    else:
        _copied(engine, archive)


def _sqlite(engine: Engine, archive: zipfile.ZipFile) -> None:
    import pysqlite3.dbapi2 as driver

    engine.dispose()
    path = Path(str(engine.url.database))
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    try:
        with archive.open(SQLITE_FILE) as source, unfinished.open("wb") as target:
            while part := source.read(CHUNK):
                target.write(part)
            target.flush()
            os.fsync(target.fileno())
        connection = driver.connect(str(unfinished))
        try:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
        finally:
            connection.close()
        if verdict != "ok":
            raise BackupRefused(f"the database in the backup is damaged: {verdict}", "take an older backup")
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _dumped(engine: Engine, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    with engine.connect() as connection:
        program = usable_program("pg_restore", connection)
    if program is None:
        problem = (
            f"this backup was made by pg_dump of {manifest.server}, and pg_restore is not here or older than the server"
        )
        raise BackupRefused(problem, "install the client of PostgreSQL of the version of the server")
    with tempfile.NamedTemporaryFile(prefix="loket-", suffix=".dump") as file:
        with archive.open(DUMP_FILE) as source:
            while part := source.read(CHUNK):
                file.write(part)
        file.flush()
        how = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        command = [program, *how, f"--dbname={address_without_password(engine.url)}", file.name]
        ran = subprocess.run(command, capture_output=True, text=True, env=with_password(engine.url), check=False)
    if ran.returncode != 0:
        raise BackupRefused(f"pg_restore failed: {ran.stderr.strip()[:2000]}", EMPTY_POSTGRESQL)
    engine.dispose()  # nothing that was known of the empty database holds
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("ANALYZE"))
        connection.execute(text("RESET statement_timeout"))


def _copied(engine: Engine, archive: zipfile.ZipFile) -> None:
    upgrade(engine)
    require_head(engine)

    def fill(session: Session) -> None:
        for setting in ("statement_timeout", "idle_in_transaction_session_timeout"):
            session.execute(text(f"SET LOCAL {setting} = 0"))
        driver: Any = session.connection().connection.driver_connection
        for table in load_models().sorted_tables:
            columns = [column.name for column in written_columns(table)]
            with (
                archive.open(f"{DATABASE}{table.name}.copy") as source,
                driver.cursor() as cursor,
                cursor.copy(copy_statement(table.name, columns, "FROM STDIN")) as target,
            ):
                while part := source.read(CHUNK):
                    target.write(part)
            number = table.autoincrement_column
            if number is not None and (highest := session.scalar(select(func.max(number)))):
                session.execute(select(func.setval(func.pg_get_serial_sequence(table.name, number.name), highest)))
        session.execute(text("ANALYZE"))

    unit_of_work(engine, fill, attempts=1)
