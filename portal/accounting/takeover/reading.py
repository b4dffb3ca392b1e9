"""From files to tables: a workbook with sheets, or a file per kind. Nothing is computed, and no row is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.accounting.takeover.columns import TABLES, TableKind
from portal.accounting.takeover.mapping import kind_of_sheet
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.spreadsheets import SheetLimits, read_delimited, read_spreadsheet, read_workbook

MOST_ROWS = 1_000
LIMITS = SheetLimits(
    size=4_000_000,
    unpacked=40_000_000,
    lines=MOST_ROWS + 1,
    columns=60,
    cells=(MOST_ROWS + 1) * 60,
    too_large=_l("Dit bestand is te groot. Het mag hoogstens 4 MB zijn, uitgepakt 40 MB."),
    too_many=_l(
        "In dit bestand staan te veel rijen of kolommen. Het mogen hoogstens %(most)s rijen per blad zijn. Maak er delen van "
        "en neem die na elkaar over.",
        most=MOST_ROWS,
    ),
)
EXPLAINS = ("toelichting", "explanation")
"""Sheets of the template that hold no rows."""
_NOT_READABLE = _l(
    "Dit bestand kunnen wij niet lezen. Bewaar het als CSV of als Excel-bestand (.xlsx) en probeer het opnieuw."
)
ReadTables = dict[TableKind, dict[str, Any]]
"""Per kind: `headings`, and `rows` as pairs of the line in the file and the cells."""


def read_administration(content: bytes, kind: TableKind | None) -> ReadTables:
    """The tables of a file: of this kind, or, with None, every sheet of a workbook by its name or its headings.

    Raises ``Refusal`` for the file as a whole.
    """
    packed = content.startswith(b"PK")
    if kind is not None:
        table = read_spreadsheet(content, LIMITS) if packed else read_delimited(
            content, LIMITS, not_readable=_NOT_READABLE
        )  # fmt: skip
        return {kind: _table(table, str(TABLES[kind]))}
    if not packed:
        message = _l("Dit is geen werkboek. Kies wat er in dit bestand staat.")
        raise Refusal("kind_missing", message, field="kind")
    return _of_sheets(read_workbook(content, LIMITS))


def _of_sheets(sheets: Mapping[str, list[list[str]]]) -> ReadTables:
    found: ReadTables = {}
    for name, table in sheets.items():
        if name.casefold() in EXPLAINS or not any(any(cells) for cells in table):
            continue
        kind = kind_of_sheet(name, table[0])
        if kind is None or kind in found:
            raise Refusal(
                "unknown_sheet",
                _l(
                    "Wij weten niet wat op het blad “%(name)s” staat. Noem de bladen Budgetten, Vouchers, Facturen, "
                    "Betalingen en Controle, en haal andere bladen weg.",
                    name=name[:60],
                ),
            )
        if any(any(cells) for cells in table[1:]):
            found[kind] = _table(table, name)
    if not found:
        raise Refusal("no_rows", _l("Dit bestand is leeg."))
    return found


def _table(table: list[list[str]], name: str) -> dict[str, Any]:
    """The first line has the headings; an empty line is none, and every other one keeps its number."""
    headings = [cell.strip().rstrip("*").strip()[:100] for cell in (table[0] if table else [])]
    rows = [[number, cells] for number, cells in enumerate(table[1:], start=2) if any(cell.strip() for cell in cells)]
    if not any(headings) or not rows:
        raise Refusal("no_rows", _l("Op het blad “%(name)s” staat nog niets.", name=name[:60]))
    return {"headings": headings, "rows": rows}
