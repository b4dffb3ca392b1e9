"""Asking a virus scanner: clamd, over its own protocol (INSTREAM), on a socket of this machine or another.

Without a scanner, or when it does not answer, a file is not scanned, and every page that gives the file of somebody else
says so, once.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.people.actor import Actor
from portal.platform.errors import Refusal
from portal.post.files.actions import Vault, note_scan
from portal.post.files.models import ScanState, StoredFile
from portal.post.files.prepared import Scanner

PART = 64 * 1024
MOST_ANSWER = 4096
PATIENCE = 10.0
"""So many seconds are waited for an answer."""
PING_PATIENCE = 2.0
"""And so many whether it is there at all."""
AT_ONCE = 100
CLEAN, FOUND = "OK", " FOUND"
_WAITS = (StoredFile.scan_state == ScanState.NOT_SCANNED, StoredFile.erased_at.is_(None))


@dataclass(frozen=True)
class Clamd:
    """A clamd: ``/run/clamav/clamd.ctl`` or ``host:3310``."""

    address: str

    def scan(self, content: bytes) -> ScanState:
        """What it says of these bytes; not scanned when it cannot be reached or does not know."""
        try:
            with self._connected() as line:
                line.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), PART):
                    part = content[start : start + PART]
                    line.sendall(struct.pack("!L", len(part)) + part)
                line.sendall(struct.pack("!L", 0))
                answer = _answer(line)
        except (OSError, ValueError):
            return ScanState.NOT_SCANNED
        if answer.endswith(FOUND):
            return ScanState.INFECTED
        return ScanState.CLEAN if answer.endswith(CLEAN) else ScanState.NOT_SCANNED

    def answers(self) -> bool:
        """Whether it is there: clamd answers PING with PONG."""
        try:
            with self._connected(PING_PATIENCE) as line:
                line.sendall(b"zPING\0")
                return _answer(line) == "PONG"
        except (OSError, ValueError):
            return False

    def _connected(self, patience: float = PATIENCE) -> socket.socket:
        if self.address.startswith("/"):
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(patience)
            try:
                line.connect(self.address)
            except OSError:
                line.close()
                raise
            return line
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=patience)


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < MOST_ANSWER:
        part = line.recv(MOST_ANSWER)
        if not part:
            break
        said += part
    return said.rstrip(b"\0\n").decode("ascii", "replace")


def scanner_at(address: str) -> Scanner | None:
    """The scanner at this address; None without one."""
    return Clamd(address) if address else None


def scanner_answers(address: str) -> bool | None:
    """Whether the scanner at this address answers within two seconds; None when none is set. Not asked within a guarded write."""
    return Clamd(address).answers() if address else None


def oldest_unscanned(session: Session) -> datetime | None:
    """Since when the oldest file waits that no scanner looked at; None when none does."""
    return session.scalar(select(func.min(StoredFile.uploaded_at)).where(*_WAITS))


def scan_waiting(session: Session, *, vault: Vault, scanner: Scanner, actor: Actor, now: datetime) -> int:
    """Scan what came in while no scanner answered; returns how many files it said something of."""
    number = 0
    for file in session.scalars(select(StoredFile).where(*_WAITS).order_by(StoredFile.id).limit(AT_ONCE)):
        try:
            said = scanner.scan(vault.get(file.place))
        except Refusal:  # the bytes are gone
            continue
        if said is ScanState.NOT_SCANNED:
            break
        note_scan(session, file=file, clean=said is ScanState.CLEAN, actor=actor, now=now)
        number += 1
    return number
