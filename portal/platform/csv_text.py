"""The text of a CSV file that a Dutch spreadsheet opens: amounts with a comma, days as people write them, and no formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from portal.platform.clock import AMSTERDAM

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Euros:
    """An amount in cents that a file writes as ``-1250,50``: no sign for thousands, so that a spreadsheet can add it up."""

    cents: int

    def __str__(self) -> str:
        sign, cents = ("-", -self.cents) if self.cents < 0 else ("", self.cents)
        return f"{sign}{cents // 100},{cents % 100:02d}"


def csv_parts(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A CSV file for Dutch Excel line by line: semicolons, UTF-8 with a byte order mark when it is written as UTF-8.

    A text that a spreadsheet would take for a formula gets an apostrophe in front. One that fits in memory is joined.
    """
    yield BYTE_ORDER_MARK
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for row in chain([header], rows):
        writer.writerow([_cell(value) for value in row])
        yield text.getvalue()
        text.seek(0)
        text.truncate()


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
