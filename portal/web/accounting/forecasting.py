"""Forecasts on the screen: what every budget will do, with bands, a picture and a table, and how the last one turned out."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.kept_forecasts.models import Forecast
from portal.accounting.plots.drawing import svg_of
from portal.accounting.plots.plot import Measure, Plot, PlotColumn, PlotElsewhere
from portal.framework.funding.queries import funding_lines
from portal.oversight.long_work.actions import begin_work
from portal.oversight.long_work.models import WHOLE_REGION, LongWork, WorkKind
from portal.people.actor import Audience
from portal.planning.forecasts.actions import MAKERS, show_meter
from portal.planning.forecasts.queries import (
    LITTLE,
    AmountBand,
    LineForecast,
    Tested,
    advice_of,
    back_test_of,
    forecast_by_public_id,
    forecasts,
    latest_forecast,
    lines_of,
    meter_shown,
)
from portal.planning.observed import nothing_to_learn, something_to_learn
from portal.platform.clock import now, today
from portal.platform.csv_text import Euros
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_date, format_euros, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.acting import ActPage, address_of_open, do_on
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.words import signed, title_of
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.listing import csv_file
from portal.web.edge.policy import current_actor
from portal.web.forms import Form


class MakeForecastForm(Form):
    """An act with nothing to fill in."""


class MoneyMeterForm(Form):
    """An act with nothing to fill in: it turns over what stands."""


@blueprint.get("/prognose")
def forecast_list() -> ResponseReturnValue:
    """The forecasts that were kept, and whether the public sees until when there is money."""
    decide_on(_meter_stands)
    return _list_page(MoneyMeterForm(formdata=None))


def _list_page(form: Form) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    return page(
        "accounting/forecasts.html",
        form=form,
        rows=[_row(one) for one in forecasts(session, actor=actor)],
        makes=actor.audience in MAKERS,
        learns=something_to_learn(session, on=today()),
        going=address_of_open(WorkKind.FORECAST),
        shown=meter_shown(session),
        changes=actor.audience is Audience.REGION,
    )


def _row(one: Forecast) -> list[Any]:
    address = url_for("accounting.forecast", forecast_id=one.public_id)
    return [
        {"text": format_date(one.data_day), "href": address},
        format_date(one.until, "short"),
        one.vouchers,
        signed(one.made_by, one.made_by_name),
    ]


@blueprint.route("/prognose/nieuw", methods=["GET", "POST"])
def new_forecast() -> ResponseReturnValue:
    """Let a forecast be worked out, apart from the page; who asked is shown how far it is."""
    session, form, asked = current_session(), MakeForecastForm(), list[LongWork]()

    def stands() -> list[Stand]:
        last = latest_forecast(session)
        day = format_date(last.data_day) if last is not None else _("Er is nog geen prognose")
        return [Stand("latest", _("Laatste prognose"), last.id if last is not None else None, day)]

    shown = ActPage(
        _("Prognose maken"),
        _("Maak een prognose"),
        url_for("accounting.forecast_list"),
        stands,
        why=_(
            "Het loket leert van de vouchers tot nu toe: hoeveel er worden gevraagd en of zij worden gebruikt. "
            "Daarmee rekent het 2.000 keer uit hoe het verder kan gaan. Dit kan even duren. Er verandert niets in de boeken."
        ),
    )
    answer = do_on(shown, form, lambda: asked.append(_ask_for_one()), lambda: _("Het loket maakt nu de prognose."))
    if asked:
        return redirect(url_for("access.long_work", work_id=asked[0].public_id), code=303)
    return answer


def _ask_for_one() -> LongWork:
    """Raises ``Refusal`` (nothing_to_learn) at once: nobody has to look at work that comes to nothing."""
    if not something_to_learn(current_session(), on=today()):
        raise nothing_to_learn()
    return begin_work(current_session(), kind=WorkKind.FORECAST, about=WHOLE_REGION, actor=current_actor(), now=now())


@blueprint.post("/prognose/meter")
def set_money_meter() -> ResponseReturnValue:
    """Let everybody see until when there is money, or nobody."""
    form = MoneyMeterForm()
    decide_on(_meter_stands)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            shown = not meter_shown(current_session())
            show_meter(current_session(), shown=shown, actor=current_actor(), now=now())
            told = _("Iedereen ziet nu tot wanneer er geld is.") if shown else _("Dit is nu niet meer te zien.")
            flash(told, "ok")
            return redirect(url_for("accounting.forecast_list"), code=303)
    return _list_page(form)


def _meter_stands() -> list[Stand]:
    shown = meter_shown(current_session())
    return [Stand("meter", _("Iedereen ziet tot wanneer er geld is"), shown, _("Ja") if shown else _("Nee"))]


@blueprint.get("/prognose/<forecast_id>")
def forecast(forecast_id: str) -> ResponseReturnValue:
    """One forecast: every budget in a sentence and in figures, one of them in a picture, and the back-test."""
    one = _the_forecast(forecast_id)
    titles, lines, test = _titles(), lines_of(one), back_test_of(one)
    chosen = _chosen(lines)
    return page(
        "accounting/forecast.html",
        one=one,
        maker=signed(one.made_by, one.made_by_name),
        few=one.vouchers < LITTLE,
        rows=[_cells(line, titles) for line in lines],
        losses=[_lost(line, titles) for line in lines],
        advice=_advice(one),
        rooms=[_room(line, titles) for line in lines],
        plot=_plot(chosen, titles),
        plot_columns=[
            {"label": one.label, "kind": "" if one.measure is Measure.NAME else "number"}
            for one in _plot(chosen, titles).columns
        ],
        course=[[row[0], *(format_euros(int(cents or 0)) for cents in row[1:])] for row in _plot(chosen, titles).rows],
        choices=[
            {
                "text": titles.get(line.line, line.line),
                "href": url_for("accounting.forecast", forecast_id=forecast_id, budget=line.line),
                "current": line is chosen,
            }
            for line in lines
        ],
        image=url_for("accounting.forecast_image", forecast_id=forecast_id, budget=chosen.line),
        tested=[_tested(row, titles) for row in test.lines] if test is not None else [],
        then=test.then if test is not None else None,
        held=_held(test.lines) if test is not None else "",
    )


@blueprint.get("/prognose/<forecast_id>/beeld.svg")
def forecast_image(forecast_id: str) -> ResponseReturnValue:
    """The picture of one budget of a forecast."""
    lines = lines_of(_the_forecast(forecast_id))
    return Response(svg_of(_plot(_chosen(lines), _titles())), mimetype="image/svg+xml")


@blueprint.get("/prognose/<forecast_id>/cijfers.csv")
def forecast_file(forecast_id: str) -> ResponseReturnValue:
    """The figures of a forecast as a file: a row per budget and day."""
    one = _the_forecast(forecast_id)
    header = ["budget", "dag", "gebruikt 5%", "gebruikt 25%", "gebruikt 50%", "gebruikt 75%", "gebruikt 95%"]
    rows = [
        [line.line, day.isoformat(), *(Euros(cents) for cents in _amounts(spread))]
        for line in lines_of(one)
        for day, spread in line.course
    ]
    return csv_file(f"prognose-{one.data_day}.csv", header, rows)


def _the_forecast(forecast_id: str) -> Forecast:
    return found(forecast_by_public_id(current_session(), public_id=forecast_id, actor=current_actor()))


def _titles() -> dict[str, str]:
    return {line.slug: title_of(line) for line in funding_lines(current_session())}


def _chosen(lines: tuple[LineForecast, ...]) -> LineForecast:
    """The budget that the address asks for; without one the first. One that is not in it does not exist."""
    wanted = request.args.get("budget")
    return found(next((line for line in lines if wanted in (None, line.line)), None))


def _amounts(one: AmountBand) -> tuple[int, ...]:
    return (one.low90, one.low50, one.middle, one.high50, one.high90)


def _between(low: int, high: int) -> str:
    return _("%(low)s tot %(high)s", low=format_euros(low), high=format_euros(high))


def _cells(line: LineForecast, titles: dict[str, str]) -> list[Any]:
    return [
        titles.get(line.line, line.line),
        format_date(line.at, "short"),
        format_euros(line.money_cents),
        format_euros(line.used_now_cents),
        format_euros(line.used.middle),
        _between(line.used.low50, line.used.high50),
        _between(line.used.low90, line.used.high90),
        _runs_out(line),
    ]


def _runs_out(line: LineForecast) -> Any:
    """With which chance the money is gone before then, and when."""
    chance = _percent(line.out_permille)
    if line.out is None:
        return chance
    first, last = (format_date(day, "short") for day in (line.out[1], line.out[3]))
    return {"text": chance, "note": _("dan meestal van %(first)s tot %(last)s", first=first, last=last)}


def _percent(permille: int) -> str:
    """A chance as people say it: never quite nothing, never quite certain."""
    percent = (permille + 5) // 10
    if percent <= 0:
        return _("minder dan 1%")
    return _("meer dan 99%") if percent >= 100 else f"{percent}%"


def _lost(line: LineForecast, titles: dict[str, str]) -> list[Any]:
    soon = line.lapses_by_month[:3]
    return [
        titles.get(line.line, line.line),
        format_euros(line.lapses.middle),
        format_euros(sum(soon)),
        format_euros(line.lost.middle),
        _between(line.lost.low90, line.lost.high90),
        format_euros(line.reserved.middle),
    ]


ADVICE: dict[str, tuple[LazyString, LazyString]] = {
    "give_back": (
        _l("Vraag halverwege of de opleiding doorgaat"),
        _l("De helft van wie de voucher niet gebruikt, geeft hem dan terug."),
    ),
    "shorter": (_l("Maak nieuwe vouchers korter geldig"), _l("De geldigheid wordt een kwart korter.")),
    "remind": (_l("Herinner nog een keer"), _l("In de laatste 8 weken wordt een kwart meer gebruikt.")),
}


def _advice(one: Forecast) -> list[list[Any]]:
    """The measures, the most useful first."""
    worth = advice_of(one)
    best = sorted(ADVICE, key=lambda name: -worth[name])
    return [[str(ADVICE[name][0]), str(ADVICE[name][1]), format_euros(worth[name])] for name in best]


def _room(line: LineForecast, titles: dict[str, str]) -> list[Any]:
    return [
        titles.get(line.line, line.line),
        format_euros(line.reserved_now_cents),
        format_euros(line.expected_cents),
        format_euros(line.beyond_cents),
    ]


def _tested(one: Tested, titles: dict[str, str]) -> list[Any]:
    return [
        titles.get(one.line, one.line),
        format_euros(one.used.middle),
        _between(one.used.low90, one.used.high90),
        format_euros(one.real_cents),
        _("ja") if one.within else _("nee"),
    ]


def _held(lines: tuple[Tested, ...]) -> str:
    """How often what happened was within what would have been forecast."""
    within = sum(one.within for one in lines)
    return ngettext(
        "Bij %(within)s van %(num)s budget lag het gebruik binnen de marge van 90%%.",
        "Bij %(within)s van %(num)s budgetten lag het gebruik binnen de marge van 90%%.",
        len(lines),
        within=within,
    )


def _plot(line: LineForecast, titles: dict[str, str]) -> Plot:
    """What is used of one budget in the time to come."""
    columns = (
        PlotColumn(_("Dag")),
        *(PlotColumn(label, Measure.CENTS) for label in _band_labels()),
        PlotColumn(_("Budget"), Measure.CENTS),
    )
    rows: tuple[tuple[str | int | None, ...], ...] = tuple(
        (format_date(day, "short"), *_amounts(spread), line.money_cents) for day, spread in line.course
    )
    return Plot(PlotElsewhere.COURSE, titles.get(line.line, line.line), forecast_sentence(line), columns, rows)


def _band_labels() -> tuple[str, ...]:
    return (
        _("5% kans op minder"),
        _("25% kans op minder"),
        _("Midden"),
        _("25% kans op meer"),
        _("5% kans op meer"),
    )


def forecast_sentence(line: LineForecast) -> str:
    """What the figures of one budget say, and how sure that is."""
    return _(
        "Op %(day)s is van %(money)s naar verwachting %(used)s gebruikt. De kans is 90%% dat het tussen %(low)s en %(high)s is.",
        day=format_date(line.at),
        money=format_euros(line.money_cents),
        used=format_euros(line.used.middle),
        low=format_euros(line.used.low90),
        high=format_euros(line.used.high90),
    )
