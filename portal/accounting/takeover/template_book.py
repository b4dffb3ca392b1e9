"""The workbook to fill in: a sheet per table with its headings, and a sheet that explains each column."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from portal.accounting.takeover.columns import COLUMNS, TABLES, TableKind
from portal.platform.i18n import gettext as _

Filled = Mapping[TableKind, Sequence[Mapping[str, str]]]
"""Per table its rows, each by field."""


def template_workbook(filled: Filled | None = None) -> bytes:
    """The template as an Excel file, in the language of the moment; with rows, those stand in it. Every cell is text."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True})
        text = book.add_format({"num_format": "@"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for kind, columns in COLUMNS.items():
            sheet = book.add_worksheet(str(TABLES[kind]))
            for place, column in enumerate(columns):
                sheet.write_string(0, place, f"{column.heading}*" if column.needed else str(column.heading), bold)
                sheet.set_column(place, place, 20, text)
            for line, row in enumerate((filled or {}).get(kind, ()), start=1):
                for place, column in enumerate(columns):
                    sheet.write_string(line, place, row.get(column.key, ""))
            sheet.freeze_panes(1, 1)
        _explain(book.add_worksheet(_("Toelichting")), bold, wrapped)
    return made.getvalue()


def _explain(sheet: Any, bold: Any, wrapped: Any) -> None:
    """What each sheet and column is for."""
    sheet.set_column(0, 1, 22, wrapped)
    sheet.set_column(2, 2, 80, wrapped)
    said = [
        (_("Blad"), _("Kolom"), _("Wat het is")),
        ("", "", _("Een kolom met een * moet gevuld zijn. Bedragen in euro, bijvoorbeeld 1.250 of 1250,50.")),
        ("", "", _("Data als dag, maand en jaar, bijvoorbeeld 31-12-2026. Formules lezen wij niet.")),
        ("", "", _("Een voucher staat op één budgetregel. Betalen twee regels, geef dan elk deel een eigen nummer.")),
        (
            str(TABLES[TableKind.TOTALS]),
            "",
            _("Dit blad mag leeg blijven. Wat er staat, vergelijken wij met de rijen."),
        ),
    ]
    for kind, columns in COLUMNS.items():
        said += [(str(TABLES[kind]), str(column.heading), str(column.meaning)) for column in columns]
    for line, cells in enumerate(said):
        for place, cell in enumerate(cells):
            sheet.write_string(line, place, cell, bold if line == 0 else wrapped)
