"""The allocation and the transfers behind each of its figures, on the screen and as a file."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from portal.framework.catalogue.queries import scheme_titles, versions_of
from portal.framework.funding.queries import funders, funding_lines, lines_for_scheme
from portal.ledger.queries import Figure, Figures
from portal.oversight.allocation import (
    Allocation,
    FigureOf,
    LineFigures,
    SchemeFigures,
    TransferRow,
    allocation,
    counted_questions,
    transfers_behind,
)
from portal.platform.clock import today
from portal.platform.csv_text import Euros
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import found, page
from portal.web.edge.listing import asked_along, csv_file, paging
from portal.web.edge.policy import current_actor
from portal.web.forms import DutchDateField, Form
from portal.web.region.blueprint import blueprint
from portal.words.labels import FIGURE_NOTES, FIGURES, QUESTION_STATES, TRANSFER_KINDS, label

SHOWN: tuple[Figure, ...] = ("funded", "reserved", "spent", "paid", "available")
OF_SCHEME: tuple[Figure, ...] = ("reserved", "spent", "paid")
VIEWS = ("regeling", "financier", "budget")


class DayForm(Form):
    """As of which day."""

    op = DutchDateField(_l("Stand op"), latest=today)


def asked_day() -> tuple[DayForm, date | None]:
    """The form with the day in the address, and that day; None is now."""
    form = DayForm(formdata=request.args)
    return form, form.op.data if form.validate() else None


def cents_of(figures: Figures, figure: Figure) -> int:
    """One of the five figures."""
    return int(getattr(figures, f"{figure}_cents"))


def link(figure: Figure, on: date | None, cents: int, **of: Any) -> dict[str, Any]:
    """A figure that opens its transfers."""
    day: dict[str, Any] = {"op": f"{on:%d-%m-%Y}"} if on is not None else {}
    return {"text": format_euros(cents, exact=True), "href": url_for("region.transfers", cijfer=figure, **of, **day)}


@blueprint.get("/")
def overview() -> ResponseReturnValue:
    """Per scheme, per funder and per funding line: budget, reserved, spent, paid, available and vouchers."""
    session, actor = current_session(), current_actor()
    form, on = asked_day()
    allotted = found(allocation(session, actor=actor, on=on, today=today()))
    view = request.args.get("per", VIEWS[0])
    view = view if view in VIEWS else VIEWS[0]
    rows = {"regeling": scheme_rows, "financier": funder_rows, "budget": line_rows}[view](allotted)
    keep: dict[str, Any] = {"op": request.args["op"]} if on is not None else {}
    names = {"regeling": _("Per regeling"), "financier": _("Per financier"), "budget": _("Per budget")}
    return page(
        "region/overview.html",
        form=form,
        status=200,
        page_errors=bool(form.errors),
        on=on,
        allotted=allotted,
        view=view,
        title=names[view],
        rows=rows,
        tiles=tiles(allotted),
        bars=bars(allotted),
        views=[
            {"text": names[key], "href": url_for("region.overview", per=key, **keep), "current": key == view}
            for key in VIEWS
        ],
        file=url_for("region.overview_file", per=view, **keep),
        questions=question_counts(counted_questions(session, actor=actor)),
    )


def tiles(allotted: Allocation) -> list[dict[str, Any]]:
    """The five figures of all money together."""
    shown = []
    for figure in SHOWN:
        tile = link(figure, allotted.on, cents_of(allotted.total, figure))
        shown.append(
            {
                "label": label(FIGURES, figure),
                "value": format_euros(cents_of(allotted.total, figure)),
                "href": tile["href"],
                "note": str(FIGURE_NOTES[figure]),
            }
        )
    return shown


def question_counts(counted: dict[str, int]) -> list[dict[str, Any]]:
    """How many questions stand in each state; few are shown as "minder dan 10"."""
    return [
        {"label": label(QUESTION_STATES, state), "value": _("minder dan 10") if number < 0 else number}
        for state, number in counted.items()
    ]


def scheme_title(row: SchemeFigures) -> str:
    """The title of a scheme, its slug when it is not in force any more."""
    return localized(row.definition.definition.title) if row.definition is not None else row.scheme


def line_title(row: LineFigures) -> str:
    """The title of a funding line."""
    return localized({"nl": row.line.title_nl, "en": row.line.title_en})


def scheme_rows(allotted: Allocation) -> list[list[Any]]:
    """A row per scheme: what it may use, and what was reserved, spent and paid for it."""
    rows = []
    for row in allotted.schemes:
        of = {"regeling": row.scheme}
        figures = {"reserved": row.reserved_cents, "spent": row.spent_cents, "paid": row.paid_cents}
        rows.append(
            [
                scheme_title(row),
                link("funded", allotted.on, row.admitted_budget_cents, voor=row.scheme),
                *[link(figure, allotted.on, figures[figure], **of) for figure in OF_SCHEME],
                link("available", allotted.on, row.admitted_available_cents, voor=row.scheme),
                row.vouchers,
            ]
        )
    return rows


def funder_rows(allotted: Allocation) -> list[list[Any]]:
    """A row per funder."""
    return [
        [
            localized({"nl": row.funder.name_nl, "en": row.funder.name_en}),
            *_figure_links(row.figures, allotted.on, financier=row.funder.slug),
            row.vouchers,
        ]
        for row in allotted.funders
    ]


def line_rows(allotted: Allocation) -> list[list[Any]]:
    """A row per funding line, with the period in which it may be used."""
    return [
        [
            {
                "text": line_title(row),
                "note": f"{format_date(row.line.period_from, 'short')} – {format_date(row.line.period_to, 'short')}",
            },
            *_figure_links(row.figures, allotted.on, budget=row.line.slug),
            row.vouchers,
        ]
        for funder in allotted.funders
        for row in funder.lines
    ]


def _figure_links(figures: Figures, on: date | None, **of: str) -> list[dict[str, Any]]:
    return [link(figure, on, cents_of(figures, figure), **of) for figure in SHOWN]


def bars(allotted: Allocation) -> list[dict[str, Any]]:
    """A bar per funding line that ever had money."""
    return [
        {"label": line_title(row), "figures": row.figures}
        for funder in allotted.funders
        for row in funder.lines
        if row.figures.funded_cents
    ]


HEADER = (
    _l("Naam"),
    _l("Budget"),
    _l("Gereserveerd"),
    _l("Besteed"),
    _l("Betaald"),
    _l("Vrij"),
    _l("Vouchers"),
)


@blueprint.get("/overzicht.csv")
def overview_file() -> ResponseReturnValue:
    """The same table as a file."""
    _form, on = asked_day()
    allotted = found(allocation(current_session(), actor=current_actor(), on=on, today=today()))
    view = request.args.get("per", VIEWS[0])
    if view == "financier":
        rows = [[row.funder.name_nl, *_euros(row.figures), row.vouchers] for row in allotted.funders]
    elif view == "budget":
        lines = [row for funder in allotted.funders for row in funder.lines]
        rows = [[line_title(row), *_euros(row.figures), row.vouchers] for row in lines]
    else:
        rows = [
            [
                scheme_title(row),
                Euros(row.admitted_budget_cents),
                Euros(row.reserved_cents),
                Euros(row.spent_cents),
                Euros(row.paid_cents),
                Euros(row.admitted_available_cents),
                row.vouchers,
            ]
            for row in allotted.schemes
        ]
    return csv_file(f"geld-per-{view if view in VIEWS else VIEWS[0]}-{on or today()}.csv", HEADER, rows)


def _euros(figures: Figures) -> list[Euros]:
    return [Euros(cents_of(figures, figure)) for figure in SHOWN]


# Behind a figure -------------------------------------------------------------------------------------------------------


@blueprint.get("/boekingen")
def transfers() -> ResponseReturnValue:
    """The transfers that make one figure; together they are that figure."""
    form, on = asked_day()
    figure, of = asked_figure()
    rows = found(behind(figure, of, on))
    place, titles = paging(len(rows)), scheme_titles(current_session(), on=today())
    args: dict[str, Any] = {**asked_along(), "cijfer": figure}
    args.pop("page", None)
    return page(
        "region/transfers.html",
        form=form,
        status=200,
        figure=label(FIGURES, figure),
        note=str(FIGURE_NOTES[figure]),
        about=about(of),
        on=on,
        total=sum(row.cents for row in rows),
        number=len(rows),
        rows=[_cells(row, titles) for row in rows[place.offset : place.offset + place.size]],
        paging=place,
        args=args,
        file=url_for("region.transfers_file", **args),
        back=url_for("region.overview", op=request.args["op"] if on is not None else None),
    )


@blueprint.get("/boekingen.csv")
def transfers_file() -> Response:
    """The transfers behind a figure, all of them, as a file."""
    _form, on = asked_day()
    figure, of = asked_figure()
    rows = found(behind(figure, of, on))
    titles = scheme_titles(current_session(), on=today())
    header = (_l("Datum"), _l("Soort"), _l("Regeling"), _l("Budget"), _l("Bedrag in euro"), _l("Toelichting"))
    return csv_file(
        f"boekingen-{figure}-{on or today()}.csv",
        header,
        [
            [
                row.booked_on,
                label(TRANSFER_KINDS, row.kind),
                titles.get(row.scheme or "", row.scheme),
                row.funding_line_title_nl,
                Euros(row.cents),
                row.note,
            ]
            for row in rows
        ],
    )


KEYS = {"regeling": "scheme", "financier": "funder", "budget": "funding_line", "voor": "admitted"}
"""Names in the address, and what they narrow a figure to. `voor`: all money that a scheme may use, whoever uses it."""


def asked_figure() -> tuple[Figure, dict[str, Any]]:
    """Which figure of what the address asks for; an unknown figure is a 404."""
    name = request.args.get("cijfer", SHOWN[0])
    figure: Figure = found(next((known for known in SHOWN if known == name), None))
    return figure, {own: request.args[key] for key, own in KEYS.items() if request.args.get(key)}


def behind(figure: Figure, of: dict[str, Any], on: date | None) -> list[TransferRow] | None:
    """All transfers behind a figure; None when there is no such scheme, funder or funding line."""
    narrowed = {key: value for key, value in of.items() if key != "admitted"}
    session, actor = current_session(), current_actor()
    if "admitted" not in of:
        return transfers_behind(session, actor=actor, figure=figure, of=FigureOf(**narrowed), on=on)
    if not versions_of(session, slug=of["admitted"]):
        return None
    rows: list[TransferRow] = []
    for line in lines_for_scheme(session, scheme=of["admitted"]):
        narrowed["funding_line"] = line.slug
        rows += transfers_behind(session, actor=actor, figure=figure, of=FigureOf(**narrowed), on=on) or []
    return sorted(rows, key=lambda row: row.transfer_id)


def about(of: dict[str, Any]) -> str:
    """What a figure is about, in words."""
    session = current_session()
    names = scheme_titles(session, on=today())
    names |= {one.slug: localized({"nl": one.name_nl, "en": one.name_en}) for one in funders(session)}
    lines = {one.slug: localized({"nl": one.title_nl, "en": one.title_en}) for one in funding_lines(session)}
    named = [lines.get(value, value) if key == "funding_line" else names.get(value, value) for key, value in of.items()]
    if "admitted" in of:
        return _("geld dat %(scheme)s mag gebruiken", scheme=names.get(of["admitted"], of["admitted"]))
    return ", ".join(named) or _("al het geld van de regio")


def _cells(row: TransferRow, titles: dict[str, str]) -> list[Any]:
    title = localized({"nl": row.funding_line_title_nl, "en": row.funding_line_title_en})
    return [
        format_date(row.booked_on, "short"),
        {"text": label(TRANSFER_KINDS, row.kind), "note": row.note},
        titles.get(row.scheme, row.scheme) if row.scheme else None,
        title,
        format_euros(row.cents, exact=True),
    ]
