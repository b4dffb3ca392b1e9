"""Anchors of the audit log: how long its chain was at an instant, and its last hash, kept outside the database.

Whoever can write in the database can cut off the end of the log or write all of it anew. An anchor that was printed, mailed or
kept in a file elsewhere shows that. One line each: the instant, the number of events, and the hash.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.people.audit.chain import START
from portal.people.audit.models import AuditHead

FILE = "audit-anchors.txt"
_LINE = re.compile(r"(\S+) (\d{1,18}) ([0-9a-f]{64})")


@dataclass(frozen=True)
class Anchor:
    """How many events the log had at an instant, and the hash of the last."""

    at: datetime
    places: int
    digest: str

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC).isoformat()} {self.places} {self.digest}"


def anchor_now(session: Session, *, now: datetime) -> Anchor:
    """The anchor of what is in the database now. To be read in a transaction that wrote nothing in the log itself."""
    found = session.execute(select(AuditHead.places, AuditHead.digest)).one_or_none()
    places, digest = (int(found[0]), str(found[1])) if found is not None else (0, START)
    return Anchor(now, places, digest)


def keep_anchor(folder: Path, anchor: Anchor) -> Path:
    """Write an anchor behind those that are kept in the state folder; on the disk before this returns."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, f"{anchor}\n".encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)
    return path


def read_anchors(lines: Sequence[str]) -> tuple[list[Anchor], list[int]]:
    """The anchors in these lines, and the numbers of lines that are none."""
    anchors, strange = [], []
    for number, line in enumerate(lines, start=1):
        matched = _LINE.fullmatch(line.strip())
        try:
            at = datetime.fromisoformat(matched[1]) if matched is not None else None
        except ValueError:
            at = None
        if matched is not None and at is not None and at.tzinfo is not None:
            anchors.append(Anchor(at, int(matched[2]), matched[3]))
        elif line.strip():
            strange.append(number)
    return anchors, strange


def kept_anchors(folder: Path) -> tuple[list[Anchor], list[int]]:
    """The anchors that are kept in the state folder, and the numbers of lines that are none."""
    path = folder / FILE
    return read_anchors(path.read_text(encoding="utf-8", errors="replace").splitlines()) if path.exists() else ([], [])
