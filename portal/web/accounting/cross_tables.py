"""Cross tables on the screen: choose what is in the rows and the columns, and what is counted; each cell opens its vouchers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.crosstables.naming import (
    DIMENSIONS,
    MEASURES,
    CrossNames,
    cell_words,
    cross_names,
    hidden_words,
)
from portal.accounting.crosstables.queries import (
    CrossAsked,
    CrossCell,
    CrossMeasure,
    CrossTable,
    cross_table,
    measures_of,
)
from portal.accounting.crosstables.workbook import cross_workbook
from portal.accounting.registers.asked import RegisterName
from portal.accounting.registers.dimensions import Dimension
from portal.accounting.scope import Scope, scope_of
from portal.accounting.standing import quarter_of
from portal.platform.clock import today
from portal.platform.csv_text import Euros
from portal.platform.database import current_session
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.spreadsheets import TYPE
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.cells import cell_address
from portal.web.edge import found, page
from portal.web.edge.listing import csv_file
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, Form

EVER = "alles"
_DIMENSIONS = [(one.value, text) for one, text in DIMENSIONS.items()]
Days = tuple[date | None, date | None]


class CrossForm(Form):
    """What is in the rows, the columns and the cells, and over which vouchers."""

    rij = ChoiceField(_l("In de rijen"), optional=True, choices=_DIMENSIONS)
    kolom = ChoiceField(_l("In de kolommen"), optional=True, choices=_DIMENSIONS)
    cijfer = ChoiceField(_l("Wat telt u?"), optional=True, choices=[])
    periode = ChoiceField(_l("Uitgegeven in"), optional=True, choices=[])


@dataclass(frozen=True)
class AskedTable:
    """The table that the address asks for, with its form and names."""

    form: CrossForm
    table: CrossTable
    names: CrossNames

    @property
    def args(self) -> dict[str, Any]:
        """The same table in another address."""
        return {name: self.form[name].data for name in ("rij", "kolom", "cijfer", "periode")}

    @property
    def about(self) -> str:
        """Over which vouchers it is."""
        asked = self.table.asked
        if asked.first is None or asked.last is None:
            return _("Over alle vouchers, tot nu.")
        first, last = format_date(asked.first), format_date(asked.last)
        return _("Over vouchers die zijn uitgegeven van %(first)s tot en met %(last)s.", first=first, last=last)


@blueprint.get("/kruistabel")
def cross_table_page() -> ResponseReturnValue:
    """One cross table, with its totals."""
    asked = asked_table()
    rows, columns = in_order(asked)
    table, names = asked.table, asked.names
    opens = found(scope_of(current_session(), actor=current_actor())).is_whole
    return page(
        "accounting/cross_table.html",
        form=asked.form,
        status=200,
        page_errors=bool(asked.form.errors),
        title=str(MEASURES[table.asked.measure]),
        about=asked.about,
        columns=[{"label": str(DIMENSIONS[table.asked.rows])}, *_headings(asked, columns)],
        rows=[
            [names.of(table.asked.rows, row), *(_shown(table, row, one, opens) for one in [*columns, None])]
            for row in rows
        ],
        total=[_("Totaal"), *(_shown(table, None, one, opens) for one in [*columns, None])],
        people_note=table.asked.measure is CrossMeasure.PEOPLE,
        hides=table.hides,
        files=[
            (_("Als rekenblad (Excel)"), url_for("accounting.cross_table_sheet", **asked.args)),
            (_("Als CSV"), url_for("accounting.cross_table_file", **asked.args)),
        ],
    )


@blueprint.get("/kruistabel.csv")
def cross_table_file() -> ResponseReturnValue:
    """The table as a file."""
    asked = asked_table()
    rows, columns = in_order(asked)
    table, names = asked.table, asked.names
    said = [
        [_("Totaal") if row is None else names.of(table.asked.rows, row)]
        + [_value(table, table.at(row, one)) for one in [*columns, None]]
        for row in [*rows, None]
    ]
    heading = [str(DIMENSIONS[table.asked.rows]), *(one["label"] for one in _headings(asked, columns))]
    return csv_file(_name(asked, "csv"), heading, said)


@blueprint.get("/kruistabel.xlsx")
def cross_table_sheet() -> ResponseReturnValue:
    """The table as a spreadsheet."""
    asked = asked_table()
    response = Response(cross_workbook(asked.table, asked.names, about=asked.about), mimetype=TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{_name(asked, "xlsx")}"'
    return response


def asked_table() -> AskedTable:
    """The table of the address; what is not known there is what one sees first."""
    session, actor = current_session(), current_actor()
    scope = found(scope_of(session, actor=actor))
    form = CrossForm(formdata=request.args)
    form.cijfer.choices = [(one.value, str(MEASURES[one])) for one in measures_of(scope)]
    periods = periods_of(scope, today())
    form.periode.choices = [(key, text) for key, (text, _days) in periods.items()]
    first = {"rij": Dimension.MUNICIPALITY, "kolom": Dimension.ROUTE, "cijfer": CrossMeasure.VOUCHERS}
    for name, otherwise in {**{key: one.value for key, one in first.items()}, "periode": f"{today().year}"}.items():
        if form[name].data not in {value for value, _text in form[name].choices}:
            form[name].data = otherwise
    form.validate()
    if form.rij.data == form.kolom.data:
        form.kolom.errors = [_("Kies voor de kolommen iets anders dan voor de rijen.")]
        form.kolom.data = next(one.value for one in (first["kolom"], first["rij"]) if one != form.rij.data)
    _text, (begin, end) = periods[form.periode.data]
    asked = CrossAsked(Dimension(form.rij.data), Dimension(form.kolom.data), CrossMeasure(form.cijfer.data), begin, end)
    table = found(cross_table(session, asked=asked, actor=actor))
    return AskedTable(form, table, cross_names(session, on=today()))


def periods_of(scope: Scope, on: date) -> dict[str, tuple[str, Days]]:
    """The periods that are offered: the years of the budgets until now; for who sees all money also quarters, and all years."""
    years = {on.year, *(year for line in scope.lines for year in range(line.period_from.year, line.period_to.year + 1))}
    years = {year for year in years if year <= on.year}
    found_periods: dict[str, tuple[str, Days]] = {}
    for year in sorted(years, reverse=True):
        found_periods[f"{year}"] = (str(year), (date(year, 1, 1), date(year, 12, 31)))
        if not scope.is_whole:
            continue
        for number in range(1, 5):
            text = _("%(year)s, kwartaal %(number)s", year=year, number=number)
            found_periods[f"{year}-{number}"] = (text, quarter_of(date(year, 3 * number, 1)))
    if scope.is_whole:
        found_periods[EVER] = (_("Alle jaren"), (None, None))
    return found_periods


def in_order(asked: AskedTable) -> tuple[list[str], list[str]]:
    """The rows and the columns, as they are shown."""
    of, table = asked.names.in_order, asked.table
    return of(table.asked.rows, table.rows), of(table.asked.columns, table.columns)


def _headings(asked: AskedTable, columns: list[str]) -> list[dict[str, str]]:
    named = [asked.names.of(asked.table.asked.columns, one) for one in columns]
    return [{"label": text, "kind": "number"} for text in (*named, _("Totaal"))]


def _shown(table: CrossTable, row: str | None, column: str | None, opens: bool) -> dict[str, Any]:
    """A cell as the screen has it: with a link for who may see its vouchers. What is hidden they open and see exactly."""
    cell, asked = table.at(row, column), table.asked
    said = {"text": cell_words(table, cell)}
    if not opens or not cell.people:
        return said
    places = [(asked.rows, row), (asked.columns, column)]
    register = RegisterName.PEOPLE if asked.measure is CrossMeasure.PEOPLE else RegisterName.VOUCHERS
    cells = tuple((dimension, key) for dimension, key in places if key is not None)
    return said | {"href": cell_address(register, cells, asked.first, asked.last)}


def _value(table: CrossTable, cell: CrossCell) -> Any:
    """A cell as a file has it."""
    if cell.hidden:
        return hidden_words(cell)
    return Euros(cell.value) if table.asked.measure.in_cents else cell.value


def _name(asked: AskedTable, kind: str) -> str:
    one = asked.table.asked
    return f"kruistabel-{one.rows.value}-{one.columns.value}-{one.measure.value}-{asked.form.periode.data}.{kind}"
