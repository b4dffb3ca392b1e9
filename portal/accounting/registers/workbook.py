"""A register as a spreadsheet, written row by row: however long it is, only the row at hand is in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from portal.accounting.registers.asked import CellKind, RegisterColumn
from portal.platform.clock import AMSTERDAM
from portal.platform.i18n import gettext as _

_SAFE = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "dd-mm-yyyy",
}
_NUMBERS = {CellKind.CENTS: "#,##0.00", CellKind.COUNT: "#,##0"}
WIDTH = 18


def register_workbook(
    into: IO[bytes],
    *,
    title: str,
    about: Sequence[str],
    columns: Sequence[tuple[RegisterColumn, str]],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Write the file. `columns` come with their headings, cells as numbers (cents), days, instants or words.

    The row after the last adds up; under it `about` says what the rows are. What somebody typed is text, whatever it begins with.
    """
    with xlsxwriter.Workbook(into, _SAFE) as book:
        sheet = _RegisterSheet(book, title, [column for column, _heading in columns])
        sheet.head([heading for _column, heading in columns])
        for row in rows:
            sheet.row(row)
        sheet.totals()
        sheet.about(about)


class _RegisterSheet:
    """The one sheet, written from the top down."""

    def __init__(self, book: Any, title: str, columns: Sequence[RegisterColumn]) -> None:
        self.bold = book.add_format({"bold": True})
        self.numbers = {kind: book.add_format({"num_format": text}) for kind, text in _NUMBERS.items()}
        self.sums = {kind: book.add_format({"num_format": text, "bold": True}) for kind, text in _NUMBERS.items()}
        self.instants = book.add_format({"num_format": "dd-mm-yyyy hh:mm"})
        self.sheet = book.add_worksheet(title[:31])
        self.columns = columns
        self.line = 0
        self.added = [0] * len(columns)

    def head(self, headings: Sequence[str]) -> None:
        self.sheet.set_column(0, len(headings) - 1, WIDTH)
        self.sheet.freeze_panes(1, 0)
        for place, text in enumerate(headings):
            self.sheet.write_string(0, place, text, self.bold)

    def row(self, cells: Sequence[Any]) -> None:
        self.line += 1
        for place, (column, value) in enumerate(zip(self.columns, cells, strict=True)):
            if value is not None:
                self._cell(place, column.kind, value)

    def _cell(self, place: int, kind: CellKind, value: Any) -> None:
        if kind in _NUMBERS:
            self.added[place] += value
            self.sheet.write_number(self.line, place, _number(kind, value), self.numbers[kind])
        elif isinstance(value, datetime):
            local = value.astimezone(AMSTERDAM).replace(tzinfo=None)
            self.sheet.write_datetime(self.line, place, local, self.instants)
        elif isinstance(value, date):
            self.sheet.write_datetime(self.line, place, value)
        else:
            self.sheet.write_string(self.line, place, str(value))

    def totals(self) -> None:
        """The row in which the spreadsheet adds up what adds up; without rows there is none."""
        last, self.line = self.line, self.line + 1
        if not last:
            return
        self.sheet.write_string(self.line, 0, _("Totaal"), self.bold)
        for place, column in enumerate(self.columns):
            if column.adds_up and place:
                name = xl_col_to_name(place)
                formula, value = f"=SUM({name}2:{name}{last + 1})", _number(column.kind, self.added[place])
                self.sheet.write_formula(self.line, place, formula, self.sums[column.kind], value)

    def about(self, lines: Sequence[str]) -> None:
        """What the rows are, under them."""
        self.line += 1
        for text in lines:
            self.line += 1
            self.sheet.write_string(self.line, 0, text)


def _number(kind: CellKind, value: int) -> float | int:
    return value / 100 if kind is CellKind.CENTS else value
