"""What is behind a figure of the report: rows that add up to it. Nobody is named; a voucher stands there by its public id."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.figures.definitions import (
    BREAKDOWNS,
    REGISTRY,
    Breakdown,
    Counting,
    FigureDefinition,
    FigureUnit,
)
from portal.accounting.figures.queries import FigureBook, FigureLine, figure_book, may_open
from portal.accounting.reports.naming import RowNames, in_words, row_names
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros, format_number, localized
from portal.platform.i18n import gettext as _
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.reports import AskedReport, asked_report
from portal.web.edge import found, page
from portal.web.edge.listing import asked_along, paging
from portal.web.edge.policy import current_actor


@blueprint.get("/verslag/cijfer")
def report_figure() -> ResponseReturnValue:
    """One figure of a report, or one cell of a table in it, with its rows. Exact: who may open it may see few."""
    session, actor, asked = current_session(), current_actor(), asked_report()
    figure = found(REGISTRY.get(request.args.get("cijfer", "budget")))
    found(True if may_open(figure, actor) else None)
    breakdown = _asked_breakdown(figure)
    row = request.args.get("rij", "") if breakdown is not None else None
    book = found(figure_book(session, actor=actor, period=asked.period, funder=asked.funder))
    rows = book.rows(figure.key, breakdown, row)
    names = row_names(session, book=book, on=asked.period.on)
    place = paging(len(rows))
    return page(
        "accounting/report_figure.html",
        title=_title(figure, breakdown, row, names),
        note=str(figure.meaning),
        total=in_words(figure.key, sum(one.amount for one in rows)),
        number=len(rows),
        columns=_columns(figure),
        rows=[_cells(one, figure, book, names) for one in rows[place.offset : place.offset + place.size]],
        paging=place,
        args=_args(),
        breakdowns=_breakdowns(figure, book, names, asked) if breakdown is None else [],
        back=url_for("accounting.report", **asked.args),
    )


def _args() -> dict[str, Any]:
    args: dict[str, Any] = dict(asked_along())
    args.pop("page", None)
    return args


def _asked_breakdown(figure: FigureDefinition) -> Breakdown | None:
    name = request.args.get("per")
    if not name:
        return None
    return found(next((one for one in figure.by if one.value == name), None))


def _title(figure: FigureDefinition, breakdown: Breakdown | None, row: str | None, names: RowNames) -> str:
    if breakdown is None:
        return str(figure.label)
    return f"{figure.label}, {str(BREAKDOWNS[breakdown]).lower()}: {names.of(breakdown, row or '')}"


def _columns(figure: FigureDefinition) -> list[dict[str, Any]]:
    labels = [_("Datum"), _("Voucher"), _("Regeling"), _("Opleider"), _("Budgetregel")]
    last = _("Bedrag") if figure.unit is FigureUnit.CENTS else _("Aantal")
    return [*({"label": one} for one in labels), {"label": last, "kind": "number"}]


def _cells(one: FigureLine, figure: FigureDefinition, book: FigureBook, names: RowNames) -> list[Any]:
    line = next((line for line in book.scope.lines if line.id == one.funding_line), None)
    money = figure.unit is FigureUnit.CENTS
    return [
        format_date(one.day, "short"),
        one.voucher,
        names.of(Breakdown.SCHEME, one.scheme) if one.scheme else None,
        one.provider,
        localized({"nl": line.title_nl, "en": line.title_en}) if line is not None else None,
        format_euros(one.amount, exact=True) if money else format_number(one.amount),
    ]


def _breakdowns(
    figure: FigureDefinition, book: FigureBook, names: RowNames, asked: AskedReport
) -> list[dict[str, Any]]:
    """The same figure by everything by which it can be broken down; each cell opens its own rows."""
    shown = []
    for by in (one for one in Breakdown if one in figure.by):
        cells = book.by(figure.key, by)
        rows = [
            [
                names.of(by, key),
                {
                    "text": in_words(figure.key, value),
                    "href": url_for("accounting.report_figure", cijfer=figure.key, per=by.value, rij=key, **asked.args),
                },
            ]
            for key, value in ((one, cells[one]) for one in names.in_order(by, cells))
            if value or figure.counting is Counting.SUM
        ]
        columns = [{"label": str(BREAKDOWNS[by])}, {"label": str(figure.label), "kind": "number"}]
        if rows:
            shown.append({"title": f"{figure.label}: {str(BREAKDOWNS[by]).lower()}", "columns": columns, "rows": rows})
    return shown
