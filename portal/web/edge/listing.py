"""Lists of the desk: which page of a long list is asked for, and a list as a file that a Dutch spreadsheet opens."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Response, request

from portal.platform.clock import AMSTERDAM

PAGE_SIZE = 25
LAST_PAGE = 10_000
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
    """A file for Dutch Excel: semicolons, decimal commas (see `decimal_comma`), UTF-8 with a byte order mark.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_cell(value) for value in header])
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    response = Response(f"{BYTE_ORDER_MARK}{text.getvalue()}", mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@dataclass(frozen=True)
class Euros:
    """An amount in cents that a file writes as ``-1250,50``: no sign for thousands, so that a spreadsheet can add it up."""

    cents: int

    def __str__(self) -> str:
        sign, cents = ("-", -self.cents) if self.cents < 0 else ("", self.cents)
        return f"{sign}{cents // 100},{cents % 100:02d}"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Euros | int):
        return str(value)
    if isinstance(value, datetime):
        return f"{value.astimezone(AMSTERDAM):%d-%m-%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
