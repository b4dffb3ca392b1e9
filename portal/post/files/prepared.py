"""What was seen of a file before anything was locked: the page that takes it in looks first, the act uses what was found.

Who has no page (a command, a test) looks when it keeps the file.
"""

from __future__ import annotations

import hashlib
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.post.files.harmless import Harmless, fitting_kind, harmless_copy
from portal.post.files.models import ScanState
from portal.post.files.workshop import copy_apart


class Scanner(Protocol):
    """Says of bytes whether something bad is in them."""

    def scan(self, content: bytes) -> ScanState:
        """What it found."""


@dataclass(frozen=True)
class Seen:
    """The copy to keep, or why nothing is kept; and what the scanner said."""

    copy: Harmless | Refusal
    scan: ScanState


_SEEN: ContextVar[dict[tuple[str, str], Seen] | None] = ContextVar("files_seen", default=None)


def look_first(content: bytes, *, name: str, scanner: Scanner | None) -> None:
    """Look at a file in a process of its own with little room and time, and let the scanner look, before a transaction begins."""
    seen = dict(_SEEN.get() or {})
    said = scanner.scan(content) if scanner is not None and content else ScanState.NOT_SCANNED
    try:
        fitting_kind(content, name=name)
        copy: Harmless | Refusal = _infected() if said is ScanState.INFECTED else copy_apart(content, name=name)
    except Refusal as refusal:
        copy = refusal
    seen[_key(content, name)] = Seen(copy, said)
    _SEEN.set(seen)


def forget_seen() -> None:
    """The page is made: what was seen is not kept."""
    _SEEN.set(None)


def seen_before(content: bytes, *, name: str) -> tuple[Harmless, ScanState]:
    """The copy to keep and what the scanner said; looked at now when nobody did before. Raises ``Refusal`` (field file)."""
    known = (_SEEN.get() or {}).get(_key(content, name))
    if known is None:
        return harmless_copy(content, name=name), ScanState.NOT_SCANNED
    if isinstance(known.copy, Refusal):
        raise known.copy
    return known.copy, known.scan


def _key(content: bytes, name: str) -> tuple[str, str]:
    return hashlib.sha256(content).hexdigest(), name.rsplit(".", 1)[-1].lower()


def _infected() -> Refusal:
    message = _l("In dit bestand zit een virus. Wij bewaren het niet. Stuur een ander bestand.")
    return Refusal("file_infected", message, field="file")
