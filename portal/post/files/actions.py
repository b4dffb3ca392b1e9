"""Keeping files: a harmless copy, sealed on disk, opened for who may see it, and removed when nothing needs it."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.database import load_models
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.sealing_methods import CannotOpenSealed, opened, seal
from portal.post.files.models import ScanState, StoredFile
from portal.post.files.prepared import seen_before

KEPT_UNUSED = timedelta(days=2)


@dataclass(frozen=True)
class Vault:
    """Where files lie and how they are sealed (the name on disk is sealed in, so that files cannot be swapped)."""

    folder: Path
    key: bytes

    @classmethod
    def under(cls, state_dir: Path, secret: str) -> Vault:
        """The vault of a desk: the folder ``files`` in its state, and a key made from its secret."""
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"files that were handed in").derive(secret.encode())
        return cls(state_dir / "files", key)

    def put(self, place: str, content: bytes) -> None:
        """Write a file under a random name, readable by the owner of the process only."""
        self.put_sealed(place, seal(self.key, content, place.encode()))

    def put_sealed(self, place: str, sealed: bytes) -> None:
        """Write a file that was sealed before. Raises ``FileExistsError`` when there is one of that name."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.folder / place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())

    def get(self, place: str) -> bytes:
        """The bytes of a file. Raises ``Refusal`` when it is gone, was changed or was sealed with another secret."""
        try:
            return opened(self.key, (self.folder / place).read_bytes(), place.encode())
        except (OSError, CannotOpenSealed) as error:
            raise Refusal("file_gone", _l("Dit bestand is niet meer te openen. Vraag het opnieuw op.")) from error

    def remove(self, place: str) -> None:
        """Remove a file; one that is gone already stays gone."""
        (self.folder / place).unlink(missing_ok=True)


def store_file(session: Session, *, vault: Vault, content: bytes, name: str, actor: Actor, now: datetime) -> StoredFile:
    """Keep the harmless copy of a file, in quarantine unless scanned. Raises ``Refusal`` (field file) when it may not be kept.

    The bytes are on disk before the row is committed: a row never points at nothing, and what a rolled-back act left
    behind is removed by ``remove_unreferenced``.
    """
    copy, scanned = seen_before(content, name=name)
    place = secrets.token_hex(20)
    vault.put(place, copy.content)
    kept = StoredFile(
        place=place,
        kind=copy.kind,
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(copy.content),
        pages=copy.pages,
        scan_state=scanned,
        scanned_at=None if scanned is ScanState.NOT_SCANNED else now,
        uploaded_at=now,
        uploaded_by=actor.reference,
    )
    session.add(kept)
    session.flush()
    record(session, actor=actor, action="file.stored", object_kind="file", object_id=kept.id, now=now)
    return kept


def open_file(session: Session, *, vault: Vault, file: StoredFile) -> bytes:
    """The bytes of a kept file. Raises ``Refusal`` for an infected one, and when it cannot be opened."""
    if file.erased_at is not None:
        raise Refusal("file_erased", _l("Dit bestand is gewist: de bewaartermijn is voorbij."))
    if file.scan_state is ScanState.INFECTED:
        raise Refusal("file_infected", _l("In dit bestand zit een virus. Het is niet te openen."))
    return vault.get(file.place)


def note_scan(session: Session, *, file: StoredFile, clean: bool, actor: Actor, now: datetime) -> None:
    """Write down what a virus scanner found. Ends the quarantine, or shuts the file for good."""
    if file.scan_state is ScanState.INFECTED:
        return
    file.scan_state, file.scanned_at = (ScanState.CLEAN if clean else ScanState.INFECTED), now
    session.flush()
    record(session, actor=actor, action="file.scanned", object_kind="file", object_id=file.id, now=now)


def remove_loose_files(session: Session, *, vault: Vault, now: datetime) -> int:
    """Remove files that no record of any table uses, and files without a row, both after two days; and at once what was erased.

    Returns how many files were removed. Doing it again removes nothing more.
    """
    before = now - KEPT_UNUSED
    gone, used = 0, _used(session)
    for row in session.scalars(select(StoredFile).where(StoredFile.uploaded_at < before).order_by(StoredFile.id)):
        if row.id not in used:
            vault.remove(row.place)
            session.delete(row)
            gone += 1
    session.flush()
    for place in session.scalars(select(StoredFile.place).where(StoredFile.erased_at.is_not(None))):
        if (vault.folder / place).exists():
            vault.remove(place)
            gone += 1
    known = set(session.scalars(select(StoredFile.place)))
    if vault.folder.is_dir():
        for path in sorted(vault.folder.iterdir()):
            if path.name not in known and path.stat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)
                gone += 1
    return gone


def _used(session: Session) -> set[int]:
    """The files that some record points at, by whatever table does."""
    target = f"{StoredFile.__tablename__}.id"
    columns = [
        key.parent
        for table in load_models().sorted_tables
        for key in table.foreign_keys
        if key.target_fullname == target
    ]
    return {row for column in columns for row in session.scalars(select(column).where(column.is_not(None)))}
