"""The spreadsheet of an employer: the empty one to fill in, and reading one that comes back. No formula is computed.

What comes back is looked at before it is opened: its size, what is inside the zip, how much that is when unpacked, and
whether there are formulas, macros or links to other files.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from matching.answering.bundle import MOST_TRAININGS
from portal.platform.errors import Refusal
from portal.platform.i18n import LOCALES, use_locale
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.employer.bundle_rows import Column, Facts, SheetRow, choices_of, columns, read_row

LARGEST_FILE = 400_000
LARGEST_UNPACKED = 8_000_000
MOST_PARTS = 60
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_LINES = 999
MOST_CELLS = 20_000
_SHEET = b"sheetData"
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_LINE, _CELL = re.compile(rb"<(?:\w+:)?row[\s>/]"), re.compile(rb"<(?:\w+:)?c[\s>/]")
_PLACE = re.compile(rb"\sr\s*=\s*[\"']([^\"']*)[\"']")
_NEAR = re.compile(rb"[A-Z]{0,2}[0-9]{1,3}")
"""Where a cell may stand: the reader makes a table as wide and as long as the furthest cell, so a far one is a trap."""


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
    _guard(content)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        if sheet.total_height > 10 * MOST_TRAININGS or sheet.total_width > 200:
            raise Refusal("too_many_rows", _too_many())
        table = sheet.to_python(skip_empty_area=False)
    except (CalamineError, ValueError, IndexError, OSError) as wrong:
        raise Refusal("not_a_spreadsheet", _NOT_READABLE) from wrong
    asked = columns(facts)
    headings = [str(cell).strip() for cell in (table[0] if table else [])][: len(asked)]
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
        raise Refusal("too_many_rows", _too_many())
    return rows


_NOT_READABLE = _l("Dit bestand kunnen wij niet lezen. Bewaar het als Excel-bestand (.xlsx) en probeer het opnieuw.")


def _too_many() -> Any:
    return _l("In dit bestand staan te veel rijen. Vul niet meer dan %(most)s opleidingen in.", most=MOST_TRAININGS)


def _written(asked: tuple[Column, ...], cells: list[Any]) -> Iterator[tuple[str, str]]:
    for column, cell in zip(asked, cells, strict=False):
        yield column.key, _text(cell)


def _text(cell: Any) -> str:
    """A cell as somebody would type it."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool) or cell is None:
        return "" if cell is None else str(cell)
    if isinstance(cell, int | float):
        return format(Decimal(repr(cell)).normalize(), "f").replace(".", ",")
    return str(cell).strip()[:500]


def _guard(content: bytes) -> None:
    """Look at a file before it is opened. Raises ``Refusal``."""
    if len(content) > LARGEST_FILE:
        raise Refusal("too_large", _l("Dit bestand is te groot. Het mag hoogstens 400 kB zijn."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = [part.filename.lower() for part in packed.infolist()]
            if "[content_types].xml" not in names or len(names) > MOST_PARTS or len(set(names)) != len(names):
                raise Refusal("not_a_spreadsheet", _NOT_READABLE)
            if any("vbaproject" in name or "externallink" in name or "embeddings/" in name for name in names):
                raise Refusal(
                    "active_content",
                    _l("Dit bestand bevat macro's of verwijst naar een ander bestand. Dat lezen wij niet."),
                )
            _unpack(packed)
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError) as wrong:
        raise Refusal("not_a_spreadsheet", _NOT_READABLE) from wrong


def _unpack(packed: zipfile.ZipFile) -> None:
    """Unpack every part, no further than the limit, and look for formulas in the sheets."""
    left = LARGEST_UNPACKED
    for part in packed.infolist():
        with packed.open(part) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise Refusal(
                "too_large", _l("Uitgepakt is dit bestand te groot. Gebruik het lege bestand van deze pagina.")
            )
        if b"\0" in content and part.filename.lower().endswith(".xml"):
            raise Refusal("not_a_spreadsheet", _NOT_READABLE)
        if _SHEET in content:
            _guard_sheet(content)


def _guard_sheet(content: bytes) -> None:
    if _FORMULA.search(content):
        raise Refusal("formulas", _l("Dit bestand bevat formules. Zet de uitkomsten er als gewone getallen in."))
    lines, cells = (sum(1 for _one in found.finditer(content)) for found in (_LINE, _CELL))
    far = any(not _NEAR.fullmatch(place) for place in _PLACE.findall(content))
    if lines > MOST_LINES or cells > MOST_CELLS or far:
        raise Refusal("too_many_rows", _too_many())


def as_written(rows: list[SheetRow]) -> list[Mapping[str, str]]:
    """What was written in each row, to send along until it is confirmed."""
    return [row.written for row in rows]
