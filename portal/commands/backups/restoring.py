"""Putting a backup back in an empty place, and looking whether all of it is there: rows, books, audit log and files."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from portal.accounting.expenses.queries import expense_breaks
from portal.accounting.periods.queries import period_breaks
from portal.commands.backups.form import BESIDE, CHUNK, FILES, KEYS, MANIFEST, BackupRefused, Manifest, print_of
from portal.commands.backups.putting_back import put_back, require_empty
from portal.commands.backups.sealing import is_sealed, unsealed
from portal.migrations import head_revision, require_head
from portal.oversight.books import look_at_books
from portal.people.audit.anchors import Anchor, kept_anchors
from portal.people.audit.verifying import chain_breaks
from portal.planning.expected_use.queries import surety_breaks
from portal.platform.config import Settings
from portal.platform.database import load_models, unit_of_work
from portal.platform.errors import PortalError, Refusal
from portal.platform.field_keys import RING_FILE
from portal.post.files.actions import Vault
from portal.post.files.models import StoredFile

ANOTHER = "take another backup; look at this one with: loket drill --backup FILE"


class NotAsItWas(PortalError):
    """What was put back is not what was backed up; each line says what differs."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("what was put back is not right:\n" + "\n".join(found))
        self.found = found


@dataclass(frozen=True)
class Restored:
    """What was put back and found right, and how many seconds it took."""

    manifest: Manifest
    transfers: int
    events: int
    files: int
    seconds: float


@contextmanager
def opened(path: Path, key: str) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """A backup and its manifest; one that is sealed is opened in a file without a name. Raises ``BackupRefused``."""
    with contextlib.ExitStack() as stack:
        try:
            file: IO[bytes] = stack.enter_context(path.open("rb"))
        except OSError as error:
            raise BackupRefused(f"{path} cannot be read ({error.strerror})", "name a backup that is there") from None
        if is_sealed(file):
            if not key:
                raise BackupRefused(f"{path.name} is sealed", "set BACKUP_KEY, or give --key-file with the key in it")
            plain = stack.enter_context(tempfile.TemporaryFile(dir=path.parent if _writable(path.parent) else None))
            for piece in unsealed(file, key):
                plain.write(piece)
            plain.seek(0)
            file = plain
        try:
            archive = stack.enter_context(zipfile.ZipFile(file))
            manifest = Manifest.read(json.loads(archive.read(MANIFEST)))
        except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
            raise BackupRefused(f"{path.name} is not whole ({error})", "take another backup") from None
        yield archive, manifest


def _writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK)


def restore(engine: Engine, path: Path, *, settings: Settings, key: str) -> Restored:
    """Put a backup back in this desk, in which nothing is yet, and verify it. Raises ``BackupRefused`` and ``NotAsItWas``."""
    begun = time.monotonic()
    with opened(path, key) as (archive, manifest):
        _require_version(manifest)
        require_empty(engine, manifest)
        files = settings.state_dir / "files"
        if files.is_dir() and any(files.iterdir()):
            raise BackupRefused(f"there are files in {files} already", "set STATE_DIR to a folder in which nothing is")
        _require_key(manifest, settings)
        _check_hashes(archive, manifest)
        put_back(engine, archive, manifest)
        number = _put_files(archive, manifest, settings.state_dir)
    transfers, events = verified(engine, manifest, settings=settings)
    return Restored(manifest, transfers, events, number, time.monotonic() - begun)


def write_keys(path: Path, folder: Path, *, key: str) -> list[Path]:
    """Write the keys of a sealed backup to files in a folder, one per key; they are there before the desk is put back."""
    with opened(path, key) as (archive, manifest):
        if not manifest.sealed:
            raise BackupRefused(
                "there are no keys in a backup that is not sealed", "take SECRET_KEY from where it is kept"
            )
        said: dict[str, dict[str, str]] = json.loads(archive.read(KEYS))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = []
    for name, value in {**said["files"], **said["settings"]}.items():
        target = folder / Path(name).name
        handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(value)
        written.append(target)
    return written


def _require_version(manifest: Manifest) -> None:
    if manifest.revision != head_revision():
        problem = f"this backup is of revision {manifest.revision}, this program ({head_revision()}) cannot take it in"
        remedy = f"restore it with version {manifest.program} of the program, which made it; then: loket db upgrade"
        raise BackupRefused(problem, remedy)


def _require_key(manifest: Manifest, settings: Settings) -> None:
    if manifest.key_print != print_of(settings.secret_key.get_secret_value()):
        remedy = "set SECRET_KEY to that of the desk it comes from"
        if manifest.sealed:
            remedy += "; it is in this backup: loket restore FILE --keys-to FOLDER, then CREDENTIALS_DIRECTORY=FOLDER"
        raise BackupRefused("this desk has another SECRET_KEY: the files in the backup could not be opened", remedy)
    ring = settings.ring_source.ring()
    other = manifest.ring_print and manifest.ring_print != ring.print
    if other or set(manifest.ring_keys) - set(ring.key_prints):
        remedy = f"set FIELD_KEYS, or the file {RING_FILE} in STATE_DIR, to that of the desk it comes from"
        if manifest.sealed:
            remedy += "; it is in this backup: loket restore FILE --keys-to FOLDER"
        raise BackupRefused("this desk has other keys for its fields: names and addresses could not be read", remedy)


def _check_hashes(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Every file that was written is there as it was, and no other. Nothing was put back yet."""
    there = archive.namelist()
    known = [name for name, _hash, _size in manifest.files]
    if sorted(there) != sorted([*known, MANIFEST]):
        raise BackupRefused("there are other files in this backup than its manifest says", ANOTHER)
    for name, wanted, _size in manifest.files:
        digest = hashlib.sha256()
        try:
            with archive.open(name) as file:
                while part := file.read(CHUNK):
                    digest.update(part)
        except (zipfile.BadZipFile, OSError, EOFError) as error:
            raise BackupRefused(f"{name} in this backup cannot be read ({error})", ANOTHER) from None
        if digest.hexdigest() != wanted:
            raise BackupRefused(f"{name} in this backup is not as it was written", ANOTHER)


def _put_files(archive: zipfile.ZipFile, manifest: Manifest, state_dir: Path) -> int:
    number = 0
    for start, folder in ((FILES, state_dir / "files"), (BESIDE, state_dir)):
        for name, _hash, _size in manifest.files:
            if not name.startswith(start):
                continue
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            target = folder / Path(name).name  # the last part alone: nothing leads out of the folder
            handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "wb") as file, archive.open(name) as source:
                while part := source.read(CHUNK):
                    file.write(part)
            number += start == FILES
    return number


# Whether it is all there -----------------------------------------------------------------------------------------------


def verified(engine: Engine, manifest: Manifest, *, settings: Settings) -> tuple[int, int]:
    """How many transfers and events were looked at. Raises ``NotAsItWas`` when anything is missing or does not fit."""
    require_head(engine)
    load_models()
    anchors, strange = kept_anchors(settings.state_dir)
    places, digest = manifest.chain
    known = [*(one for one in anchors if one.places <= places), Anchor(manifest.at, places, digest)]
    vault = Vault.under(settings.state_dir, settings.secret_key.get_secret_value())

    def look(session: Session) -> tuple[int, int, list[str]]:
        if engine.dialect.name == "postgresql":
            session.execute(text("SET LOCAL statement_timeout = 0"))
        found = [*_rows_missing(session, manifest)]
        looked = look_at_books(session, also=(expense_breaks, period_breaks, surety_breaks))
        found += [f"books: {one.invariant} {one.subject}: {one.message}" for one in looked.breaks]
        found += [f"audit log, place {one.place}: {one.message}" for one in chain_breaks(session, anchors=known)]
        found += [f"line {line} of the audit anchors is no anchor" for line in strange]
        found += _files_missing(session, vault)
        return looked.transfers, looked.events, found

    transfers, events, found = unit_of_work(engine, look, read_only=True)
    if found:
        raise NotAsItWas(found[:100])
    return transfers, events


def _rows_missing(session: Session, manifest: Manifest) -> Iterator[str]:
    for table in load_models().sorted_tables:
        there: Any = session.scalar(select(func.count()).select_from(table))
        wanted = manifest.rows.get(table.name, 0)
        if there != wanted:
            yield f"table {table.name}: {there} rows, the backup had {wanted}"


def _files_missing(session: Session, vault: Vault) -> Iterator[str]:
    for place in session.scalars(select(StoredFile.place).order_by(StoredFile.id)):
        try:
            vault.get(place)
        except Refusal:
            yield f"file {place}: it is missing, or cannot be opened"
