"""The accounts in pictures: each with one sentence that says what one sees, the figures under it, and the same as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.plots.drawing import svg_of
from portal.accounting.plots.plot import Measure, Plot, PlotColumn, PlotName
from portal.accounting.plots.queries import plot, plots_of
from portal.platform.clock import today
from portal.platform.csv_text import Euros
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.blueprint import blueprint
from portal.web.edge import found, page
from portal.web.edge.listing import csv_file
from portal.web.edge.policy import current_actor

LINKS: dict[PlotName, LazyString] = {
    PlotName.BUDGET: _l("Budget"),
    PlotName.FLOW: _l("Geldstroom"),
    PlotName.FUNNEL: _l("Van vraag tot voucher"),
    PlotName.CHANNELS: _l("Kanalen"),
    PlotName.MUNICIPALITIES: _l("Gemeenten"),
    PlotName.TILES: _l("Kaart"),
    PlotName.REDEMPTION: _l("Gebruik van vouchers"),
    PlotName.LEAD_TIMES: _l("Doorlooptijd"),
    PlotName.OUTCOMES: _l("Na de opleiding"),
}


@blueprint.get("/in-beeld")
def plot_page() -> ResponseReturnValue:
    """One plot: its sentence, the picture and the figures of which it is made."""
    shown = asked_plot()
    allowed = plots_of(current_session(), actor=current_actor())
    return page(
        "accounting/plots.html",
        plot=shown,
        plots=[
            {
                "text": str(LINKS[one]),
                "href": url_for("accounting.plot_page", beeld=one.value),
                "current": one is shown.name,
            }
            for one in allowed
        ],
        columns=[
            {"label": one.label, "kind": "" if one.measure is Measure.NAME else "number"} for one in shown.columns
        ],
        rows=[_row(shown, number, _cell) for number in range(len(shown.rows))],
        image=url_for("accounting.plot_image", beeld=shown.name.value),
        file=url_for("accounting.plot_file", beeld=shown.name.value),
    )


@blueprint.get("/in-beeld.svg")
def plot_image() -> ResponseReturnValue:
    """The picture of a plot."""
    return Response(svg_of(asked_plot()), mimetype="image/svg+xml")


@blueprint.get("/in-beeld.csv")
def plot_file() -> ResponseReturnValue:
    """The figures of a plot as a file."""
    shown = asked_plot()
    rows = [_row(shown, number, _value) for number in range(len(shown.rows))]
    return csv_file(f"in-beeld-{shown.name.value}-{today()}.csv", [one.label for one in shown.columns], rows)


def asked_plot() -> Plot:
    """The plot that the address asks for; one that is not known or not to be seen does not exist."""
    wanted = request.args.get("beeld", PlotName.BUDGET)
    name = found(next((one for one in PlotName if one == wanted), None))
    return found(plot(current_session(), name=name, actor=current_actor(), today=today()))


def _row(shown: Plot, number: int, said: Callable[[PlotColumn, Any], Any]) -> list[Any]:
    """The cells of a row, with words for what is not shown."""
    name, *numbers = shown.rows[number]
    if number in shown.hidden:
        return [name, *(_("niet getoond") for _one in numbers)]
    return [said(column, value) for column, value in zip(shown.columns, (name, *numbers), strict=True)]


def _cell(column: PlotColumn, value: Any) -> Any:
    if value is None or column.measure in (Measure.NAME, Measure.COUNT):
        return value
    return format_euros(value, exact=True) if column.measure is Measure.CENTS else f"{value}%"


def _value(column: PlotColumn, value: Any) -> Any:
    return Euros(value) if value is not None and column.measure is Measure.CENTS else value
