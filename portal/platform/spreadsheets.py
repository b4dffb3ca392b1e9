"""Reading a spreadsheet or CSV file that somebody sends: looked at before it is opened, and no formula is ever computed.

Its size, what is inside the zip, how much that is when unpacked, and whether there are formulas, macros or links to other files.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_PARTS = 60
LONGEST_CELL = 500
LONGEST_TEXT = 1_000
_DELIMITERS = (";", ",", "\t")
_SHEET = b"sheetData"
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_LINE, _CELL = re.compile(rb"<(?:\w+:)?row[\s>/]"), re.compile(rb"<(?:\w+:)?c[\s>/]")
_PLACE = re.compile(rb"\sr\s*=\s*[\"']([^\"']*)[\"']")
_NEAR = re.compile(rb"([A-Z]{0,2})([0-9]{1,7})")
_NOT_READABLE = _l("Dit bestand kunnen wij niet lezen. Bewaar het als Excel-bestand (.xlsx) en probeer het opnieuw.")


@dataclass(frozen=True)
class SheetLimits:
    """How large a spreadsheet may be. `lines` and `columns` also say how far from the first cell anything may stand: a reader
    makes a table as wide and as long as the furthest cell, so a far one is a trap."""

    size: int
    """Bytes of the file."""
    unpacked: int
    """Bytes of all that is inside."""
    lines: int
    columns: int
    cells: int
    too_large: Any
    """What is said of a file that is too large, packed or not."""
    too_many: Any
    """What is said of too many rows or cells."""


def read_spreadsheet(content: bytes, limits: SheetLimits) -> list[list[str]]:
    """The cells of the first sheet, line by line, each as somebody would type it. Raises ``Refusal`` for the file as a whole."""
    return next(iter(_sheets(content, limits, only_first=True).values()))


def read_workbook(content: bytes, limits: SheetLimits) -> dict[str, list[list[str]]]:
    """Per sheet, by its name, the cells as `read_spreadsheet` gives them. Raises ``Refusal`` for the file as a whole."""
    return _sheets(content, limits, only_first=False)


def read_delimited(content: bytes, limits: SheetLimits, *, not_readable: Any) -> list[list[str]]:
    """The cells of a CSV file: UTF-8, or as a Dutch Excel writes it; with semicolons, commas or tabs, as its first line has most
    of. Raises ``Refusal`` for the file as a whole, with `not_readable` for what is no CSV."""
    if len(content) > limits.size:
        raise Refusal("too_large", limits.too_large)
    if b"\0" in content:
        raise Refusal("not_a_list", not_readable)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # how a Dutch Excel writes CSV
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    table: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if len(table) > limits.lines or len(cells) > limits.columns:
                raise Refusal("too_many_rows", limits.too_many)
            table.append([cell[: LONGEST_TEXT + 1] for cell in cells])
    except csv.Error as wrong:
        raise Refusal("not_a_list", not_readable) from wrong
    return table


def _sheets(content: bytes, limits: SheetLimits, *, only_first: bool) -> dict[str, list[list[str]]]:
    _guard(content, limits)
    found = {}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for place in range(1 if only_first else min(len(book.sheet_names), MOST_PARTS)):
            sheet = book.get_sheet_by_index(place)
            if sheet.total_height > limits.lines or sheet.total_width > limits.columns:
                raise Refusal("too_many_rows", limits.too_many)
            table = sheet.to_python(skip_empty_area=False)
            found[book.sheet_names[place]] = [[as_typed(cell) for cell in line] for line in table]
    except (CalamineError, ValueError, IndexError, OSError) as wrong:
        raise Refusal("not_a_spreadsheet", _NOT_READABLE) from wrong
    return found


def as_typed(cell: Any) -> str:
    """A cell as somebody would type it, cut at `LONGEST_CELL` characters and one more."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool) or cell is None:
        return "" if cell is None else str(cell)
    if isinstance(cell, int | float):
        return format(Decimal(repr(cell)).normalize(), "f").replace(".", ",")
    return str(cell).strip()[: LONGEST_CELL + 1]


def _guard(content: bytes, limits: SheetLimits) -> None:
    """Look at a file before it is opened. Raises ``Refusal``."""
    if len(content) > limits.size:
        raise Refusal("too_large", limits.too_large)
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
            _unpack(packed, limits)
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError) as wrong:
        raise Refusal("not_a_spreadsheet", _NOT_READABLE) from wrong


def _unpack(packed: zipfile.ZipFile, limits: SheetLimits) -> None:
    """Unpack every part, no further than the limit, and look for formulas in the sheets."""
    left = limits.unpacked
    for part in packed.infolist():
        with packed.open(part) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise Refusal("too_large", limits.too_large)
        if b"\0" in content and part.filename.lower().endswith(".xml"):
            raise Refusal("not_a_spreadsheet", _NOT_READABLE)
        if _SHEET in content:
            _guard_sheet(content, limits)


def _guard_sheet(content: bytes, limits: SheetLimits) -> None:
    if _FORMULA.search(content):
        raise Refusal("formulas", _l("Dit bestand bevat formules. Zet de uitkomsten er als gewone getallen in."))
    lines, cells = (sum(1 for _one in found.finditer(content)) for found in (_LINE, _CELL))
    far = any(not _is_near(place, limits) for place in _PLACE.findall(content))
    if lines > limits.lines or cells > limits.cells or far:
        raise Refusal("too_many_rows", limits.too_many)


def _is_near(place: bytes, limits: SheetLimits) -> bool:
    found = _NEAR.fullmatch(place)
    return found is not None and int(found[2]) <= limits.lines
