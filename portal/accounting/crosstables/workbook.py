"""A cross table as a spreadsheet: typed cells, and totals that it adds up itself where nothing in them is hidden."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from portal.accounting.crosstables.naming import DIMENSIONS, MEASURES, CrossNames, hidden_words
from portal.accounting.crosstables.queries import CrossCell, CrossMeasure, CrossTable
from portal.platform.i18n import gettext as _

_SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def cross_workbook(table: CrossTable, names: CrossNames, *, about: str) -> bytes:
    """The file. `about` says over which vouchers it is."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, _SAFE) as book:
        _Sheet(book, table, names).write(about)
    return made.getvalue()


class _Sheet:
    """Writes the one sheet: what it is about, and the table from the third line on."""

    HEAD = 2

    def __init__(self, book: Any, table: CrossTable, names: CrossNames) -> None:
        self.table = table
        self.rows = names.in_order(table.asked.rows, table.rows)
        self.columns = names.in_order(table.asked.columns, table.columns)
        self.names = names
        number = "#,##0.00" if table.asked.measure.in_cents else "#,##0"
        self.bold = book.add_format({"bold": True})
        self.plain, self.sum = (book.add_format({"num_format": number, **more}) for more in ({}, {"bold": True}))
        self.sheet = book.add_worksheet(_("Kruistabel"))

    def write(self, about: str) -> None:
        """The whole sheet."""
        asked, sheet, head = self.table.asked, self.sheet, self.HEAD
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, len(self.columns) + 1, 18)
        sheet.write_string(0, 0, f"{MEASURES[asked.measure]}. {about}")
        sheet.write_string(head, 0, f"{DIMENSIONS[asked.rows]} / {DIMENSIONS[asked.columns]}", self.bold)
        for place, column in enumerate(self.columns, start=1):
            sheet.write_string(head, place, self.names.of(asked.columns, column), self.bold)
        sheet.write_string(head, len(self.columns) + 1, _("Totaal"), self.bold)
        with_total: list[str | None] = [*self.rows, None]
        for line, row in enumerate(with_total, start=head + 1):
            sheet.write_string(line, 0, _("Totaal") if row is None else self.names.of(asked.rows, row), self.bold)
            for place, key in enumerate([*self.columns, None], start=1):
                self._cell(line, place, row, key)
        sheet.freeze_panes(head + 1, 1)

    def _cell(self, line: int, place: int, row: str | None, column: str | None) -> None:
        cell = self.table.at(row, column)
        if cell.hidden:
            self.sheet.write_string(line, place, hidden_words(cell))
            return
        formula = self._formula(line, place, row, column)
        if formula is not None:
            self.sheet.write_formula(line, place, formula, self.sum, self._number(cell))
        else:
            total = row is None or column is None
            self.sheet.write_number(line, place, self._number(cell), self.sum if total else self.plain)

    def _number(self, cell: CrossCell) -> float | int:
        return cell.value / 100 if self.table.asked.measure.in_cents else cell.value

    def _formula(self, line: int, place: int, row: str | None, column: str | None) -> str | None:
        """The sum of a row or column, when all of it is shown. People are counted once: they do not add up."""
        if self.table.asked.measure is CrossMeasure.PEOPLE or not self.rows or (row is not None and column is not None):
            return None
        if column is None:
            if any(self.table.at(row, one).hidden for one in self.columns):
                return None
            return f"=SUM(B{line + 1}:{xl_col_to_name(place - 1)}{line + 1})"
        if any(self.table.at(one, column).hidden for one in self.rows):
            return None
        name = xl_col_to_name(place)
        return f"=SUM({name}{self.HEAD + 2}:{name}{line})"
