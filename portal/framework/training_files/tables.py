"""From a file to rows of texts and back: CSV and Excel. No formula is computed, and what a spreadsheet would run is refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import xlsxwriter

from portal.framework.training_files.columns import TRAINING_COLUMNS, headings
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.spreadsheets import SheetLimits, read_delimited, read_spreadsheet

MOST_ROWS = 1_000
LARGEST_FILE = 2_000_000
_MOST_COLUMNS = 60
_TOO_LARGE = _l("Dit bestand is te groot. Het mag hoogstens 2 MB zijn, uitgepakt 20 MB.")
_TOO_MANY = _l(
    "In dit bestand staan te veel rijen of kolommen. Het mogen hoogstens %(most)s rijen zijn.", most=MOST_ROWS
)
LIMITS = SheetLimits(
    size=LARGEST_FILE,
    unpacked=20_000_000,
    lines=MOST_ROWS + 1,
    columns=_MOST_COLUMNS,
    cells=(MOST_ROWS + 1) * _MOST_COLUMNS,
    too_large=_TOO_LARGE,
    too_many=_TOO_MANY,
)
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
Written = dict[str, str]


def written_rows(content: bytes) -> list[tuple[int, Written]]:
    """The lines of a CSV or Excel file with what is written in each column. Raises ``Refusal`` for the file as a whole."""
    table = read_spreadsheet(content, LIMITS) if content.startswith(b"PK") else _csv_table(content)
    if not table:
        raise Refusal("no_rows", _l("Dit bestand is leeg."))
    keys = _keys(table[0])
    rows = [
        (number, {key: cell for key, cell in zip(keys, cells, strict=False) if key})
        for number, cells in enumerate(table[1:], start=2)
        if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise Refusal("no_rows", _l("In dit bestand staat nog geen opleiding."))
    if len(rows) > MOST_ROWS:
        raise Refusal("too_many_rows", _TOO_MANY)
    return rows


def csv_text(rows: Iterable[Written]) -> str:
    """The same columns as CSV for a Dutch spreadsheet: semicolons, decimal commas, a byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([str(column.heading) for column in TRAINING_COLUMNS])
    for row in rows:
        writer.writerow([row.get(column.key, "") for column in TRAINING_COLUMNS])
    return BYTE_ORDER_MARK + text.getvalue()


def sheet_bytes(rows: Iterable[Written]) -> bytes:
    """The same columns as an Excel file; every cell is text, so that no number loses its zeros."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Opleidingen")
        bold = book.add_format({"bold": True})
        for place, column in enumerate(TRAINING_COLUMNS):
            sheet.write_string(0, place, str(column.heading), bold)
        for line, row in enumerate(rows, start=1):
            for place, column in enumerate(TRAINING_COLUMNS):
                sheet.write_string(line, place, row.get(column.key, ""))
        sheet.freeze_panes(1, 2)
    return made.getvalue()


def _csv_table(content: bytes) -> list[list[str]]:
    not_readable = _l(
        "Dit bestand kunnen wij niet lezen. Bewaar het als CSV of als Excel-bestand (.xlsx) en probeer het opnieuw."
    )
    return read_delimited(content, LIMITS, not_readable=not_readable)


def _keys(first: list[str]) -> list[str]:
    """The columns in the order of the file; an empty heading has none. Raises ``Refusal`` for what is not ours or is missing."""
    known = headings()
    asked = [heading.strip().rstrip("*").strip() for heading in first]
    strange = [heading for heading in asked if heading and heading.casefold() not in known]
    if strange:
        message = _l(
            "De kolom “%(name)s” kennen wij niet. Gebruik de kolommen van ons eigen bestand.", name=strange[0][:60]
        )
        raise Refusal("other_columns", message)
    keys = [known.get(heading.casefold(), "") for heading in asked]
    named = [key for key in keys if key]
    if len(set(named)) != len(named):
        raise Refusal("column_twice", _l("Een kolom staat twee keer in dit bestand. Haal er een weg."))
    missing = [column for column in TRAINING_COLUMNS if column.needed and column.key not in named]
    if missing:
        message = _l(
            "De kolom “%(name)s” ontbreekt. Gebruik de kolommen van ons eigen bestand.", name=missing[0].heading
        )
        raise Refusal("column_missing", message)
    return keys
