"""The spreadsheet of an employer: the empty one to fill in, and reading one that comes back. No formula is computed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping

import xlsxwriter

from matching.answering.bundle import MOST_TRAININGS
from portal.platform.errors import Refusal
from portal.platform.i18n import LOCALES, use_locale
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.spreadsheets import SheetLimits, read_spreadsheet
from portal.web.employer.bundle_rows import Column, Facts, SheetRow, choices_of, columns, read_row

LARGEST_FILE = 400_000
LIMITS = SheetLimits(
    size=LARGEST_FILE,
    unpacked=8_000_000,
    lines=999,
    columns=200,
    cells=20_000,
    too_large=_l("Dit bestand is te groot. Het mag hoogstens 400 kB zijn."),
    too_many=_l("In dit bestand staan te veel rijen. Vul niet meer dan %(most)s opleidingen in.", most=MOST_TRAININGS),
)


def template(facts: Facts) -> bytes:
    """The empty spreadsheet: a heading, lists to choose from, and one line that explains each column."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet, lists = book.add_worksheet(_("Opleidingen")), book.add_worksheet(_("Lijsten"))
        bold, text = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "@"})
        for place, column in enumerate(columns(facts)):
            sheet.write_string(0, place, _heading(column), bold)
            sheet.set_column(place, place, 22, text)
            options = [label for _key, label in choices_of(column, facts)]
            for line, label in enumerate(options):
                lists.write_string(line, place, label)
            if options:
                source = f"='{lists.get_name()}'!${_letter(place)}$1:${_letter(place)}${len(options)}"
                sheet.data_validation(1, place, MOST_TRAININGS, place, {"validate": "list", "source": source})
        sheet.freeze_panes(1, 2)
    return made.getvalue()


def _heading(column: Column) -> str:
    return f"{column.label}*" if column.needed else str(column.label)


def _headings(asked: tuple[Column, ...]) -> list[list[str]]:
    """The headings in every language: the empty file may have been made in another one."""
    found = []
    for language in LOCALES:
        with use_locale(language):
            found.append([_heading(column) for column in asked])
    return found


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def rows_of(content: bytes, facts: Facts) -> list[SheetRow]:
    """The rows of a spreadsheet that was filled in. Raises ``Refusal`` when the file as a whole cannot be used."""
    table = read_spreadsheet(content, LIMITS)
    asked = columns(facts)
    headings = (table[0] if table else [])[: len(asked)]
    if headings not in _headings(asked):
        raise Refusal(
            "other_columns", _l("De kolommen zijn anders dan in ons bestand. Gebruik het lege bestand van deze pagina.")
        )
    rows = [
        read_row(number, written, facts)
        for number, cells in enumerate(table[1:], start=2)
        if any((written := dict(_written(asked, cells))).values())
    ]
    if not rows:
        raise Refusal("no_rows", _l("In dit bestand staat nog geen opleiding."))
    if len(rows) > MOST_TRAININGS:
        raise Refusal("too_many_rows", LIMITS.too_many)
    return rows


def _written(asked: tuple[Column, ...], cells: list[str]) -> Iterator[tuple[str, str]]:
    for column, cell in zip(asked, cells, strict=False):
        yield column.key, cell[:500]


def as_written(rows: list[SheetRow]) -> list[Mapping[str, str]]:
    """What was written in each row, to send along until it is confirmed."""
    return [row.written for row in rows]
