"""What an employer takes along as a spreadsheet: typed cells, totals that it adds up itself, no text that is a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter
from flask import Response
from xlsxwriter.utility import xl_col_to_name

from portal.awarding.of_employer import EmployerRow
from portal.platform.clock import local_date
from portal.platform.i18n import gettext as _
from portal.platform.spreadsheets import TYPE
from portal.spending.vouchers.codes import format_code
from portal.web.employer.desk_rows import outcome_words, voucher_words
from portal.web.intake.case import STATES

_SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LONGEST_NAME = 31


@dataclass(frozen=True)
class Cents:
    """An amount in cents; the sheet has it in euros, as a number."""

    cents: int


Cell = str | date | Cents | None


@dataclass(frozen=True)
class SheetTable:
    """One sheet: its name, its headings, and its rows of texts, days and amounts."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    with_total: bool = True
    """Whether a column of amounts gets a total under it."""


def workbook(tables: Sequence[SheetTable]) -> bytes:
    """The file, with a sheet for each table."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, _SAFE) as book:
        formats = {
            "bold": book.add_format({"bold": True, "text_wrap": True}),
            "euro": book.add_format({"num_format": "#,##0.00"}),
            "total": book.add_format({"num_format": "#,##0.00", "bold": True}),
            "day": book.add_format({"num_format": "dd-mm-yyyy"}),
        }
        for table in tables:
            _write(book.add_worksheet(table.name[:_LONGEST_NAME]), table, formats)
    return made.getvalue()


def sheet_file(name: str, tables: Sequence[SheetTable]) -> Response:
    """The file as an answer to a browser."""
    response = Response(workbook(tables), mimetype=TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _write(sheet: Any, table: SheetTable, formats: dict[str, Any]) -> None:
    sheet.set_column(0, len(table.headings) - 1, 20)
    sheet.freeze_panes(1, 0)
    sums: dict[int, int] = {}
    for place, heading in enumerate(table.headings):
        sheet.write_string(0, place, heading, formats["bold"])
    for line, row in enumerate(table.rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, Cents):
                sheet.write_number(line, place, value.cents / 100, formats["euro"])
                sums[place] = sums.get(place, 0) + value.cents
            elif isinstance(value, date):
                sheet.write_datetime(line, place, value, formats["day"])
            elif value:
                sheet.write_string(line, place, value)
    last = len(table.rows)
    if not table.with_total:
        return
    for place, cents in sums.items():
        column = xl_col_to_name(place)
        formula = f"=SUM({column}2:{column}{last + 1})"
        sheet.write_formula(last + 1, place, formula, formats["total"], cents / 100)
    if sums and 0 not in sums:
        sheet.write_string(last + 1, 0, _("Totaal"), formats["bold"])


def people_table(rows: Sequence[EmployerRow], on: date) -> SheetTable:
    """Everybody with outcome, status and voucher; a second voucher of one training has a line of its own, without the costs."""
    headings = [
        _("Nummer"),
        _("Werknemer"),
        _("Opleiding"),
        _("Opleider"),
        _("Verstuurd op"),
        _("Kosten in euro"),
        _("Uitkomst"),
        _("Status"),
        _("Voucher"),
        _("Stand van de voucher"),
        _("Toegekend in euro"),
        _("Gebruikt in euro"),
        _("Nog te gebruiken in euro"),
    ]
    return SheetTable(_("Opleidingen"), headings, [line for row in rows for line in _lines(row, on)])


def _lines(row: EmployerRow, on: date) -> list[list[Cell]]:
    question = row.question
    sent = local_date(question.submitted_at) if question.submitted_at is not None else None
    about: list[Cell] = [
        question.reference_number,
        row.person,
        question.training_name,
        question.training_provider,
        sent,
    ]
    stands: list[Cell] = [outcome_words(row), str(STATES[question.state][0])]
    if not row.vouchers:
        return [[*about, Cents(question.total_cents), *stands, None, None, None, None, None]]
    return [
        [
            *about,
            Cents(question.total_cents) if first else None,
            *stands,
            format_code(one.code),
            voucher_words(one, on),
            Cents(one.amount_cents),
            Cents(one.used_cents),
            Cents(one.open_cents if one.is_live else 0),
        ]
        for first, one in ((place == 0, one) for place, one in enumerate(row.vouchers))
    ]
