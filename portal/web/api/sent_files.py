"""Files that a program sends along: opened in the process apart and scanned before any transaction, as those of a form are."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from flask import current_app, g, request

from portal.platform.errors import Refusal
from portal.post.files.electronic import ElectronicInvoice
from portal.post.files.harmless import MOST_BYTES
from portal.post.files.prepared import Scanner, look_first
from portal.post.files.scanning import scanner_at
from portal.post.files.workshop import electronic_apart

PDF_NAME = "factuur.pdf"


def look_at_sent() -> None:
    """Open what stands in the body of this request: a `file` with its `fileName`, or a `document` with an invoice in it.

    What is wrong with it is said when the act takes it.
    """
    body: Any = request.get_json(silent=True)
    scanner = scanner_at(current_app.extensions["settings"].clamd)
    if not isinstance(body, dict):
        return
    file, name, document = body.get("file"), body.get("fileName"), body.get("document")
    if isinstance(file, str) and isinstance(name, str):
        _look(decoded(file), name, scanner)
    elif isinstance(document, str):
        g.electronic = _read_or_why(decoded(document))
        if isinstance(g.electronic, ElectronicInvoice):
            _look(g.electronic.pdf, PDF_NAME, scanner)


def decoded(text: str) -> bytes | None:
    """The bytes of base64; None for what is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def electronic_sent() -> ElectronicInvoice:
    """The invoice in this request. Raises ``Refusal`` with what is wrong with it."""
    found: ElectronicInvoice | Refusal = g.electronic
    if isinstance(found, Refusal):
        raise found
    return found


def _read_or_why(content: bytes | None) -> ElectronicInvoice | Refusal:
    try:
        return electronic_apart(content or b"")
    except Refusal as refusal:
        return refusal


def _look(content: bytes | None, name: str, scanner: Scanner | None) -> None:
    if content is not None:
        look_first(content[: MOST_BYTES + 1], name=name, scanner=scanner)
