"""Lists of the desk: which page of a long list is asked for, and a list as a file that a Dutch spreadsheet opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from os import SEEK_END
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import IO, Any

from flask import Response, request
from werkzeug.wsgi import wrap_file

from portal.platform.csv_text import csv_parts

PAGE_SIZE = 25
LAST_PAGE = 10_000
IN_MEMORY = 2**20
"""So many bytes of a long file are kept in memory; what is longer goes to the disk."""


@dataclass(frozen=True)
class Paging:
    """One page of a list of `total` things."""

    page: int
    total: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """How many things come before this page."""
        return (self.page - 1) * self.size


def paging(total: int, size: int = PAGE_SIZE) -> Paging:
    """The page that the address asks for (``?page=2``); the first one when it asks for something odd, the last one at most."""
    text = request.args.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 1
    last = Paging(1, total, size).pages
    return Paging(min(max(1, number), last, LAST_PAGE), total, size)


def asked_along() -> dict[str, list[str]]:
    """The parameters of this address, to be asked along with another. What `url_for` would take for itself is left out."""
    found = request.args.to_dict(flat=False)
    return {name: values for name, values in found.items() if not name.startswith("_") and name != "endpoint"}


def csv_file(name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Response:
    """A file for Dutch Excel: semicolons, decimal commas (see `Euros`), UTF-8 with a byte order mark.

    A text that a spreadsheet would take for a formula gets an apostrophe in front (`csv_parts`).
    """
    return _attachment(Response("".join(csv_parts(header, rows)), mimetype="text/csv"), name)


def long_file(name: str, parts: Iterable[str], *, mimetype: str) -> Response:
    """A file that is made piece by piece within the snapshot of the page, on the disk when it is long, and sent from there."""
    waiting, kept = bytearray(), None
    for part in parts:
        waiting += part.encode()
        if len(waiting) > IN_MEMORY:
            kept = kept or TemporaryFile()  # noqa: SIM115 (the response closes it when it was sent)
            kept.write(waiting)
            waiting.clear()
    if kept is None:
        return _attachment(Response(bytes(waiting), mimetype=mimetype), name)
    kept.write(waiting)
    size = kept.tell()
    kept.seek(0)
    response = Response(wrap_file(request.environ, kept), mimetype=mimetype, direct_passthrough=True)
    response.content_length = size
    response.call_on_close(kept.close)
    return _attachment(response, name)


def made_file(name: str, write: Callable[[IO[bytes]], None], *, mimetype: str) -> Response:
    """A file that something writes into another, on the disk when it is long, and that is sent from there."""
    kept = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it when it was sent)
    write(kept)
    size = kept.seek(0, SEEK_END)
    kept.seek(0)
    if size <= IN_MEMORY:
        with kept:
            return _attachment(Response(kept.read(), mimetype=mimetype), name)
    response = Response(wrap_file(request.environ, kept), mimetype=mimetype, direct_passthrough=True)
    response.content_length = size
    response.call_on_close(kept.close)
    return _attachment(response, name)


def _attachment(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
