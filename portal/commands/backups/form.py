"""The form of a backup: a zip with the database, the files that were handed in, what stands beside them, and a manifest."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from portal.platform.errors import PortalError

FORMAT, VERSION = "ontwikkelloket-backup", 1
MANIFEST, KEYS = "manifest.json", "keys.json"
DATABASE, FILES, BESIDE = "database/", "files/", "beside/"
SQLITE, PG_DUMP, COPIED = "sqlite", "pg_dump", "copy"
"""How the database stands in it: as an SQLite file, as pg_dump writes it, or a file per table."""
SQLITE_FILE, DUMP_FILE = f"{DATABASE}desk.db", f"{DATABASE}desk.dump"
CHUNK = 2**20
PIECE = 8 * 2**20
"""So many bytes are on the disk before more are written: others who write wait for no more than these."""
NAME = "loket-{:%Y%m%dT%H%M%SZ}"
PLAIN_ENDING, SEALED_ENDING = ".zip", ".sealed"
KEPT_BESIDE = ("audit-anchors*",)
"""Files of the state folder that go along with every backup."""
KEY_FILES = ("secret*", "key*")
"""Files of the state folder that are keys: they go along with a sealed backup alone."""


class BackupRefused(PortalError):
    """A backup cannot be made, or put back here: what is the matter, and the remedy. Nothing was changed."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}\nremedy: {remedy}")
        self.problem, self.remedy = problem, remedy


@dataclass
class Manifest:
    """What a backup says of itself. `rows` per table, `chain` the end of the audit log, `files` path, SHA-256 and size."""

    made_at: str
    revision: str
    program: str
    kind: str
    server: str
    key_print: str
    sealed: bool
    rows: dict[str, int]
    chain: tuple[int, str]
    files: list[tuple[str, str, int]] = field(default_factory=list)
    format: str = FORMAT
    version: int = VERSION
    ring_print: str = ""
    """Of the keys that seal single fields; empty in backups of before there were any."""
    ring_keys: list[str] = field(default_factory=list)
    """Which keys its fields may be sealed with; a ring that lost one of them since does not open all of it."""

    @property
    def at(self) -> datetime:
        """The instant of which it is."""
        return datetime.fromisoformat(self.made_at)

    def as_dict(self) -> dict[str, Any]:
        """As it is written."""
        return asdict(self)

    @classmethod
    def read(cls, said: Any) -> Manifest:
        """A manifest from its JSON. Raises ``BackupRefused`` for anything else, and for a form that is not known here."""
        if not isinstance(said, dict) or said.get("format") != FORMAT:
            raise BackupRefused("this is no backup of the desk", "take a file that was made with: loket backup")
        if said.get("version") != VERSION:
            problem = f"this backup has form {said.get('version')}, this program knows {VERSION}"
            raise BackupRefused(problem, f"restore it with version {said.get('program')} of the program")
        try:
            manifest = cls(**{**said, "chain": tuple(said["chain"]), "files": [tuple(one) for one in said["files"]]})
            manifest.at  # noqa: B018 - it must be an instant
        except (TypeError, KeyError, ValueError):
            raise BackupRefused("the manifest of this backup cannot be read", "take another backup") from None
        return manifest


def print_of(secret: str) -> str:
    """What two equal keys have in common, and nobody can go back from."""
    return hmac.new(secret.encode(), b"ontwikkelloket: which key is this", hashlib.sha256).hexdigest()[:16]


def program_version() -> str:
    """The version of this program."""
    try:
        return version("ontwikkelloket")
    except PackageNotFoundError:
        return "unknown"


def backups_in(folder: Path) -> list[Path]:
    """The backups in a folder, the oldest first: by the instant in their names."""
    endings = (PLAIN_ENDING, SEALED_ENDING)
    return sorted(path for path in folder.glob("loket-*Z.*") if path.suffix in endings)
