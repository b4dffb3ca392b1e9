"""Making a backup while the desk is in use: nobody waits for it. The database first, so that each of its files is there."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from pydantic import SecretStr
from sqlalchemy import Engine

from portal.commands.backups.databases import Copier, copier_of
from portal.commands.backups.form import (
    BESIDE,
    CHUNK,
    FILES,
    KEPT_BESIDE,
    KEY_FILES,
    KEYS,
    MANIFEST,
    NAME,
    PIECE,
    PLAIN_ENDING,
    SEALED_ENDING,
    BackupRefused,
    Manifest,
    backups_in,
    print_of,
    program_version,
)
from portal.commands.backups.sealing import Sealing
from portal.migrations import head_revision, require_head
from portal.platform.config import Settings
from portal.platform.field_keys import RING_FILE
from portal.platform.room import room_in

_WHEN = (1980, 1, 1, 0, 0, 0)
_PACKED = zipfile.ZIP_DEFLATED
_AS_IT_IS = zipfile.ZIP_STORED


@dataclass(frozen=True)
class BackupMade:
    """A backup that was made: where, of when, its SHA-256 and size, how long it took, and what is in it."""

    path: Path
    at: datetime
    sha256: str
    size: int
    seconds: float
    rows: int
    files: int
    sealed: bool
    kind: str


def make_backup(
    engine: Engine, *, settings: Settings, folder: Path, now: datetime, copying: bool = False
) -> BackupMade:
    """Write the whole desk to a new file in `folder`. With `copying` PostgreSQL is read without pg_dump.

    Raises ``BackupRefused`` with a remedy; ``WrongSchema`` for a database at another revision.
    """
    begun = time.monotonic()
    require_head(engine)
    secret = settings.backup_key.get_secret_value()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / (NAME.format(now.astimezone(UTC)) + (SEALED_ENDING if secret else PLAIN_ENDING))
    if path.exists():
        raise BackupRefused(f"{path} is there already", "wait a second, or choose another folder")
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    try:
        with copier_of(engine, settings=settings, copying=copying) as copier, unfinished.open("wb") as file:
            _require_room(folder, settings, copier)
            manifest = _write(file, copier, settings=settings, now=now)
            file.flush()
            os.fsync(file.fileno())
        with unfinished.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        unfinished.replace(path)
        _sync_folder(folder)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return BackupMade(
        path,
        manifest.at,
        sha256,
        path.stat().st_size,
        time.monotonic() - begun,
        sum(manifest.rows.values()),
        sum(name.startswith(FILES) for name, _hash, _size in manifest.files),
        manifest.sealed,
        manifest.kind,
    )


def keep_newest(folder: Path, number: int) -> list[Path]:
    """Remove all but the newest backups in a folder; which were removed."""
    old = backups_in(folder)[:-number] if number > 0 else []
    for path in old:
        path.unlink(missing_ok=True)
    return old


def _require_room(folder: Path, settings: Settings, copier: Copier) -> None:
    files = sum(path.stat().st_size for path in _files_in(settings.state_dir / "files"))
    needed, free = copier.size() + files, room_in(folder).free
    if free < needed:
        problem = f"{folder} has {free // 2**20} MB free, this backup may take {needed // 2**20} MB"
        raise BackupRefused(problem, "choose a folder on a larger disk, or keep fewer: loket backup --keep 7")


def _write(file: IO[bytes], copier: Copier, *, settings: Settings, now: datetime) -> Manifest:
    secret = settings.backup_key.get_secret_value()
    sealing = Sealing(file, secret) if secret else None
    rows, chain = copier.facts()
    ring = settings.ring_source.ring()
    manifest = Manifest(
        made_at=now.astimezone(UTC).isoformat(),
        revision=head_revision(),
        program=program_version(),
        kind=copier.kind,
        server=copier.server(),
        key_print=print_of(settings.secret_key.get_secret_value()),
        ring_print=ring.print,
        ring_keys=ring.key_prints,
        sealed=sealing is not None,
        rows=rows,
        chain=chain,
    )
    target: Any = sealing if sealing is not None else file  # what can only be written will do
    with zipfile.ZipFile(target, "w") as archive:
        writer = _BackupWriter(archive, manifest, file)
        for name, parts in copier.entries():
            writer.write(name, parts, _AS_IT_IS if copier.packed else _PACKED)
        for path in _files_in(settings.state_dir / "files"):
            with contextlib.suppress(FileNotFoundError):  # removed since: no record used it
                writer.write(FILES + path.name, _parts_of(path), _AS_IT_IS)
        for path in _matching(settings.state_dir, KEPT_BESIDE):
            writer.write(BESIDE + path.name, _parts_of(path), _PACKED)
        if sealing is not None:
            writer.write(KEYS, iter([json.dumps(_keys_of(settings), indent=1).encode()]), _PACKED)
        writer.put(MANIFEST, iter([json.dumps(manifest.as_dict(), indent=1).encode()]), _PACKED)
    if sealing is not None:
        sealing.finish()
    return manifest


@dataclass
class _BackupWriter:
    archive: zipfile.ZipFile
    manifest: Manifest
    on: IO[bytes]
    """What it is written to."""
    waiting: int = 0
    """Bytes that may not be on the disk yet."""

    def write(self, name: str, parts: Iterator[bytes], how: int) -> None:
        """Write one file, and note it in the manifest."""
        self.manifest.files.append((name, *self.put(name, parts, how)))

    def put(self, name: str, parts: Iterator[bytes], how: int) -> tuple[str, int]:
        """Write one file; its SHA-256 and size."""
        first = next(parts, b"")  # what is gone is seen before anything of it is written
        info = zipfile.ZipInfo(name, _WHEN)
        info.compress_type, info.external_attr, info.create_system = how, 0o600 << 16, 3
        info._compresslevel = 1  # type: ignore[attr-defined]  # six times as quick, a tenth larger
        digest, size = hashlib.sha256(), 0
        with self.archive.open(info, "w", force_zip64=True) as file:
            for part in _with(first, parts):
                file.write(part)
                digest.update(part)
                size += len(part)
                self._to_disk(len(part))
        return digest.hexdigest(), size

    def _to_disk(self, more: int) -> None:
        self.waiting += more
        if self.waiting >= PIECE:
            self.on.flush()
            os.fdatasync(self.on.fileno())
            self.waiting = 0


def _with(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _parts_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(CHUNK):
            yield part


def _files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _matching(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    return sorted({path for pattern in patterns for path in folder.glob(pattern) if path.is_file()})


def _keys_of(settings: Settings) -> dict[str, dict[str, str]]:
    """What is needed to read what is kept: the secret settings, but for that of the backup itself, and files of keys."""
    values: dict[str, Any] = settings.model_dump()
    secret = {
        name: value.get_secret_value()
        for name, value in values.items()
        if isinstance(value, SecretStr) and name != "backup_key" and value.get_secret_value()
    }
    files = {path.name: path.read_text(encoding="utf-8") for path in _matching(settings.state_dir, KEY_FILES)}
    if RING_FILE in files:
        secret.setdefault("field_keys", files.pop(RING_FILE))  # under the name by which it is a setting
    return {"settings": secret, "files": files}


def _sync_folder(folder: Path) -> None:
    """A name in a folder is on the disk when the folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
