"""A whole register with its filter as a file: a spreadsheet or CSV, made row by row, however long it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any

from flask.typing import ResponseReturnValue

from portal.accounting.registers.asked import CellKind, RegisterColumn, RegisterFilter, RegisterName
from portal.accounting.registers.queries import register_rows
from portal.accounting.registers.workbook import register_workbook
from portal.platform.clock import today
from portal.platform.csv_text import csv_parts
from portal.platform.database import current_session
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.platform.spreadsheets import TYPE
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.cells import cell_in_words
from portal.web.accounting.registers import CellNames, asked_form, asked_of, asked_register, names_of, written
from portal.web.edge import found
from portal.web.edge.listing import long_file, made_file
from portal.web.edge.policy import current_actor
from portal.words.register_labels import REGISTER_NOTES, REGISTERS, column_label

AS_THEY_ARE = frozenset({CellKind.CENTS, CellKind.COUNT, CellKind.DAY, CellKind.INSTANT})
"""Kinds of cells that a spreadsheet has as numbers and days of its own."""
Rows = tuple[tuple[RegisterColumn, ...], Iterator[Mapping[str, Any]]]


@blueprint.get("/registers.csv")
def register_file() -> ResponseReturnValue:
    """The whole of a register with its filter, as a file."""
    name, _asked, names, (columns, rows) = _asked_rows()
    head = [column_label(name, one.key) for one in columns]
    said = ([written(names, one, row[one.key]) for one in columns] for row in rows)
    return long_file(f"register-{name.value}-{today()}.csv", csv_parts(head, said), mimetype="text/csv")


@blueprint.get("/registers.xlsx")
def register_sheet() -> ResponseReturnValue:
    """The same as a spreadsheet, with numbers and days that it can count with."""
    name, asked, names, (columns, rows) = _asked_rows()
    headed = [(one, str(column_label(name, one.key))) for one in columns]
    said = ([_cell(names, one, row[one.key]) for one in columns] for row in rows)
    about = [str(REGISTER_NOTES[name]), *cell_in_words(asked.cell), _("Gemaakt op %(day)s.", day=format_date(today()))]

    def write(into: IO[bytes]) -> None:
        register_workbook(into, title=str(REGISTERS[name]), about=about, columns=headed, rows=said)

    return made_file(f"register-{name.value}-{today()}.xlsx", write, mimetype=TYPE)


def _asked_rows() -> tuple[RegisterName, RegisterFilter, CellNames, Rows]:
    """The register of the address: its filter, what its values are called, and its rows."""
    name, scope = asked_register()
    asked = asked_of(asked_form(name, scope), scope, name)
    names = names_of(name, scope)
    return name, asked, names, found(register_rows(current_session(), name=name, asked=asked, actor=current_actor()))


def _cell(names: CellNames, column: RegisterColumn, value: Any) -> Any:
    return value if column.kind in AS_THEY_ARE else written(names, column, value)
