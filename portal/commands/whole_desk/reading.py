"""Taking an export in: into an empty desk of the same revision, all of it or nothing, and only when everything in it is right."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from portal.accounting.expenses.queries import expense_breaks
from portal.accounting.periods.queries import period_breaks
from portal.commands.whole_desk.rows import (
    BATCH,
    FILES,
    FORMAT,
    MANIFEST,
    README,
    VERSION,
    BrokenExport,
    WrongValue,
    exported_tables,
    file_of,
    type_name,
    value_of,
)
from portal.migrations import head_revision
from portal.oversight.books import look_at_books
from portal.oversight.finding.keeping import rebuild_when_empty
from portal.people.audit.verifying import chain_breaks
from portal.planning.expected_use.queries import surety_breaks
from portal.platform.database import load_models, trouble, unit_of_work, written_columns
from portal.platform.errors import PortalError, Refusal
from portal.post.files.actions import Vault

LONGEST_LINE = 256 * 2**20
CHUNK = 2**20
NOT_EMPTY = "Make an empty database first: a new DATABASE_URL, then loket db upgrade"


class DeskNotEmpty(PortalError):
    """There is something in this desk already. Nothing was written."""


@dataclass(frozen=True)
class ExportTaken:
    """What was taken in: rows and files, and how many things can be found again."""

    rows: int
    files: int
    findable: int


def take_export(engine: Engine, path: Path, *, vault: Vault) -> ExportTaken:
    """Take an export into an empty desk: hashes first, then every row, then the books and the log are verified; all or nothing.

    Raises ``BrokenExport`` with the file, the path in it, the problem and the remedy; ``DeskNotEmpty``.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise BrokenExport(path.name, "", f"this is no zip that can be opened ({error})") from None
    with archive:
        opened = _Archive(archive)
        opened.check()
        put: list[str] = []
        try:
            return unit_of_work(engine, lambda session: _take(session, opened, vault, put), attempts=1)
        except BaseException:
            for place in put:
                vault.remove(place)
            raise


def _take(session: Session, opened: _Archive, vault: Vault, put: list[str]) -> ExportTaken:
    _alone_in_an_empty_desk(session)
    rows = sum(_fill(session, opened, table) for table in exported_tables())
    _number_on(session)
    for place in opened.places:
        _keep(opened, vault, place, put)
    session.expire_all()
    looked = look_at_books(session, also=(expense_breaks, period_breaks, surety_breaks))
    for found in looked.breaks:
        raise BrokenExport("tables/transfer.jsonl", found.subject, f"{found.invariant}: {found.message}", _VERIFY)
    for broken in chain_breaks(session):
        raise BrokenExport("tables/audit_link.jsonl", str(broken.place), broken.message, _VERIFY)
    return ExportTaken(rows, len(opened.places), rebuild_when_empty(session))


_VERIFY = "Look in the desk that it comes from: loket ledger verify, loket audit verify"


def _alone_in_an_empty_desk(session: Session) -> None:
    tables = load_models().sorted_tables
    if session.get_bind().dialect.name == "postgresql":
        for setting in ("statement_timeout", "idle_in_transaction_session_timeout"):
            session.execute(text(f"SET LOCAL {setting} = 0"))
        names = ", ".join(f'"{table.name}"' for table in tables)
        session.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
    for table in tables:
        if session.execute(select(1).select_from(table).limit(1)).first() is not None:
            raise DeskNotEmpty(f"this desk is not empty: there are rows in {table.name}. {NOT_EMPTY}")


def _fill(session: Session, opened: _Archive, table: Table) -> int:
    connection, number = session.connection(), 0
    lines = opened.rows(table)
    while some := list(islice(lines, BATCH)):
        try:
            connection.execute(insert(table), some)
        except (DBAPIError, StatementError) as error:
            if isinstance(error, DBAPIError) and trouble(error) != "other":
                raise
            where = f"lines {number + 1} to {number + len(some)}"
            raise BrokenExport(file_of(table), where, f"the database refuses it ({_first_line(error)})") from None
        number += len(some)
    return number


def _first_line(error: StatementError) -> str:
    return str(error.orig or error).strip().splitlines()[0]


def _number_on(session: Session) -> None:
    """Let PostgreSQL number on after the rows that were taken in; SQLite does so by itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in exported_tables():
        number = table.autoincrement_column
        if number is not None and (highest := session.scalar(select(func.max(number)))):
            sequence = func.pg_get_serial_sequence(table.name, number.name)
            session.execute(select(func.setval(sequence, highest)))


def _keep(opened: _Archive, vault: Vault, place: str, put: list[str]) -> None:
    content = opened.content(FILES + place)
    try:
        if opened.sealed:
            vault.put_sealed(place, content)
        else:
            vault.put(place, content)
    except FileExistsError:
        raise DeskNotEmpty(f"{vault.folder / place} is there already; begin with an empty STATE_DIR") from None
    put.append(place)
    try:
        vault.get(place)
    except Refusal:
        problem = "this desk cannot open it: it was sealed with another SECRET_KEY"
        remedy = "Give this desk the SECRET_KEY of the other one, or export there with --open-files"
        raise BrokenExport(FILES + place, "", problem, remedy) from None


# The file --------------------------------------------------------------------------------------------------------------


class _Archive:
    """An export that was opened, and what its manifest says."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._manifest = self._read_manifest()
        self.sealed: bool = self._manifest["files_sealed"]
        self._entries: dict[str, dict[str, Any]] = {entry["path"]: entry for entry in self._manifest["files"]}

    @property
    def places(self) -> list[str]:
        """The names of the files that were handed in."""
        return [name.removeprefix(FILES) for name in self._entries if name.startswith(FILES)]

    def check(self) -> None:
        """Every file that must be there is, nothing else is, and each has its hash, its columns and its number of rows."""
        tables = {file_of(table): table for table in exported_tables()}
        wanted = {README, MANIFEST, *self._entries}
        there = self._archive.namelist()
        for name in there:
            if name not in wanted or there.count(name) > 1:
                raise BrokenExport(name, "", "the manifest does not know this file")
        for name in sorted((wanted | tables.keys()) - set(there)):
            raise BrokenExport(name, "", "this file is missing")
        for name, entry in self._entries.items():
            if name in tables:
                columns = [[column.name, type_name(column)] for column in written_columns(tables[name])]
                if entry.get("columns") != columns:
                    raise BrokenExport(MANIFEST, f"files, {name}, columns", "not the columns of this revision")
            elif name != README and not _is_file(name):
                raise BrokenExport(name, "", "no desk has such a file")
            self._check_hash(name, entry)

    def _check_hash(self, name: str, entry: dict[str, Any]) -> None:
        digest = hashlib.sha256()
        try:
            with self._archive.open(name) as file:
                while part := file.read(CHUNK):
                    digest.update(part)
        except (
            OSError,
            zipfile.BadZipFile,
            RuntimeError,
        ) as error:  # also of a compression or a lock that is not known
            raise BrokenExport(name, "", f"this file cannot be read ({error})") from None
        if digest.hexdigest() != entry.get("sha256"):
            problem = f"its SHA-256 is {digest.hexdigest()}, the manifest says {entry.get('sha256')}"
            raise BrokenExport(name, "sha256", problem)

    def content(self, name: str) -> bytes:
        """The bytes of one file."""
        return self._archive.read(name)

    def rows(self, table: Table) -> Iterator[dict[str, Any]]:
        """The rows of a table, one by one. Raises ``BrokenExport`` at the line and column that is wrong."""
        name, number = file_of(table), 0
        with self._archive.open(name) as file:
            while line := file.readline(LONGEST_LINE):
                number += 1
                yield _row(table, name, number, line)
        if number != self._entries[name].get("lines"):
            raise BrokenExport(name, "", f"{number} rows, the manifest says {self._entries[name].get('lines')}")

    def _read_manifest(self) -> dict[str, Any]:
        try:
            manifest = json.loads(self._archive.read(MANIFEST))
        except KeyError:
            raise BrokenExport(MANIFEST, "", "this file is missing: this is no export of a desk") from None
        except (ValueError, RecursionError, zipfile.BadZipFile, RuntimeError) as error:
            raise BrokenExport(MANIFEST, "", f"this file cannot be read ({error})") from None
        said = manifest if isinstance(manifest, dict) else {}
        for key, wanted in (("format", FORMAT), ("version", VERSION)):
            if said.get(key) != wanted:
                raise BrokenExport(MANIFEST, key, f"{wanted!r} expected, found {said.get(key)!r}")
        if said.get("revision") != head_revision():
            problem = f"made at revision {said.get('revision')}, this desk is at {head_revision()}"
            remedy = "Bring both desks to the same version of the program (loket db upgrade), then export again"
            raise BrokenExport(MANIFEST, "revision", problem, remedy)
        entries = said.get("files")
        if type(said.get("files_sealed")) is not bool:
            raise BrokenExport(MANIFEST, "files_sealed", "true or false expected")
        if not isinstance(entries, list) or not all(_is_entry(entry) for entry in entries):
            raise BrokenExport(MANIFEST, "files", "a list of files with their path and SHA-256 expected")
        return said


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("path"), str) and isinstance(entry.get("sha256"), str)


def _is_file(name: str) -> bool:
    """Whether this is the name of a file that was handed in: forty hexadecimal characters, no way out of the folder."""
    place = name.removeprefix(FILES)
    return name.startswith(FILES) and len(place) == 40 and all(letter in "0123456789abcdef" for letter in place)


def _row(table: Table, name: str, number: int, line: bytes) -> dict[str, Any]:
    try:
        plain = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BrokenExport(name, f"line {number}", f"no JSON ({error})") from None
    wanted = [column.name for column in written_columns(table)]
    if not isinstance(plain, dict) or sorted(plain) != sorted(wanted):
        raise BrokenExport(name, f"line {number}", f"these columns expected: {', '.join(wanted)}")
    row = {}
    for column in written_columns(table):
        try:
            row[column.key] = value_of(column, plain[column.name])
        except WrongValue as wrong:
            raise BrokenExport(name, f"line {number}, {column.name}", str(wrong)) from None
    return row
