"""Writing an export: every row of every table and every file that was handed in, in one zip, the same bytes for the same desk."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, Table, select, text

from portal.commands.whole_desk.explaining import readme
from portal.commands.whole_desk.rows import (
    BATCH,
    FILES,
    FORMAT,
    LEFT_OUT,
    MANIFEST,
    README,
    VERSION,
    exported_tables,
    file_of,
    in_order,
    line_of,
    type_name,
)
from portal.migrations import head_revision
from portal.platform.database import reading, written_columns
from portal.platform.errors import PortalError, Refusal
from portal.post.files.actions import Vault
from portal.post.files.models import StoredFile

_WHEN = (1980, 1, 1, 0, 0, 0)
"""The same for every file of every export: two exports of one desk are equal to the byte."""


class NoRoomForExport(PortalError):
    """There is a file of that name already, or the folder is not there. Nothing was written."""


@dataclass
class ExportWritten:
    """What was written: the file and its SHA-256, how many rows and files, and which files of the desk could not be opened."""

    path: Path
    sha256: str = ""
    rows: int = 0
    files: int = 0
    gone: list[str] = field(default_factory=list)


def write_export(engine: Engine, path: Path, *, vault: Vault, opened: bool = False) -> ExportWritten:
    """Write the whole desk as it is at one moment, while it is in use; rows are read in batches.

    With `opened` the files that were handed in are written as they are, else as they lie: sealed with the key of the desk. Raises
    ``NoRoomForExport``.
    """
    if path.exists():
        raise NoRoomForExport(f"{path} exists already; choose another name")
    if not path.parent.is_dir():
        raise NoRoomForExport(f"there is no folder {path.parent}")
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)  # it holds personal data
    done = ExportWritten(path)
    try:
        with reading(engine).connect() as connection, zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            _wait_longer(connection)
            _Writer(archive, done).everything(connection, vault, opened)
        with unfinished.open("rb") as whole:
            done.sha256 = hashlib.file_digest(whole, "sha256").hexdigest()
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return done


def _wait_longer(connection: Connection) -> None:
    """One transaction reads the whole desk: on PostgreSQL it may take longer than a page."""
    if connection.dialect.name == "postgresql":
        for setting in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {setting} = 0"))


@dataclass
class _Writer:
    archive: zipfile.ZipFile
    done: ExportWritten

    def everything(self, connection: Connection, vault: Vault, opened: bool) -> None:
        entries = [self._write(README, [readme(opened=opened).encode()])]
        for table in exported_tables():
            entry = self._write(file_of(table), _lines(connection, table))
            self.done.rows += entry["lines"]
            columns = [[column.name, type_name(column)] for column in written_columns(table)]
            entries.append({**entry, "table": table.name, "columns": columns})
        for place in _places(connection):
            try:
                content = vault.get(place)
            except Refusal:
                self.done.gone.append(place)
                continue
            sealed = content if opened else (vault.folder / place).read_bytes()
            entry = self._write(FILES + place, [sealed])
            self.done.files += 1
            entries.append({key: value for key, value in entry.items() if key != "lines"})
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "revision": head_revision(),
            "files_sealed": not opened,
            "files_gone": self.done.gone,
            "left_out": sorted(LEFT_OUT),
            "files": entries,
        }
        self._write(MANIFEST, [json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"])

    def _write(self, name: str, parts: Iterable[bytes]) -> dict[str, Any]:
        info = zipfile.ZipInfo(name, _WHEN)
        info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
        digest, size, lines = hashlib.sha256(), 0, 0
        with self.archive.open(info, "w", force_zip64=True) as file:
            for part in parts:
                _put(file, part)
                digest.update(part)
                size, lines = size + len(part), lines + 1
        return {"path": name, "sha256": digest.hexdigest(), "bytes": size, "lines": lines}


def _put(file: IO[bytes], part: bytes) -> None:
    file.write(part)


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    ordered = select(table).order_by(*in_order(table, dialect=connection.dialect.name))
    rows = connection.execution_options(yield_per=BATCH).execute(ordered)
    for row in rows.mappings():
        yield line_of(table, {column.name: row[column] for column in written_columns(table)})


def _places(connection: Connection) -> Iterator[str]:
    """The names of all files that were handed in, in order; read in batches."""
    names = select(StoredFile.place).where(StoredFile.erased_at.is_(None)).order_by(StoredFile.id)
    yield from connection.execution_options(yield_per=BATCH).execute(names).scalars()
