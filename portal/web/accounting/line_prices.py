"""Prices of budgets on the screen: how scarce each is, a version that somebody looks at, and the click that puts it in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.framework.catalogue.queries import as_loaded_region
from portal.oversight.long_work.actions import begin_work
from portal.oversight.long_work.models import WHOLE_REGION, WorkKind
from portal.people.actor import Audience
from portal.planning.prices.actions import drop_prices, end_prices, put_prices_in_force
from portal.planning.prices.models import LinePrice, LinePrices, PricesState
from portal.planning.prices.queries import price_versions, prices_by_public_id, prices_in
from portal.planning.prices_ahead import why_no_prices
from portal.platform.clock import local_date, now, today
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_date, format_euros, format_number
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.acting import address_of_open
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.words import title_of
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import Form
from portal.words.definition_words import limits_of_money
from portal.words.labels import label, tag
from portal.words.names import Names

STATES: Mapping[str, tuple[LazyString, str]] = {
    "worked_out": (_l("nog niet in gebruik"), "wait"),
    "in_force": (_l("in gebruik"), "ok"),
    "ended": (_l("was in gebruik"), "neutral"),
    "dropped": (_l("niet gebruikt"), "neutral"),
}
SCARCE, TIGHT = 667, 334
"""In so many of a thousand sampled years every euro was needed: then money is scarce, or tight."""


class PricesForm(Form):
    """An act on prices, with nothing to fill in."""


@blueprint.get("/prijzen")
def price_list() -> ResponseReturnValue:
    """The prices that are in force, those that wait for a click, and every version of before."""
    decide_on(_stands)
    return _page(PricesForm(formdata=None))


@blueprint.post("/prijzen/uitrekenen")
def work_out_line_prices() -> ResponseReturnValue:
    """Let a version be worked out, apart from the page; who asked is shown how far it is."""
    form = PricesForm()
    decide_on(_stands)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            session, actor = current_session(), current_actor()
            refused = why_no_prices(session, on=today())
            if refused is not None:
                raise refused
            work = begin_work(session, kind=WorkKind.PRICES, about=WHOLE_REGION, actor=actor, now=now())
            return redirect(url_for("access.long_work", work_id=work.public_id), code=303)
    return _page(form)


@blueprint.post("/prijzen/<prices_id>/gebruiken")
def put_line_prices_in_force(prices_id: str) -> ResponseReturnValue:
    """From now on proposals use these."""
    return _act(prices_id, put_prices_in_force, _("De prijzen zijn in gebruik. Nieuwe voorstellen rekenen ermee."))


@blueprint.post("/prijzen/<prices_id>/weg")
def drop_line_prices(prices_id: str) -> ResponseReturnValue:
    """Let them go."""
    return _act(prices_id, drop_prices, _("Deze prijzen worden niet gebruikt."))


@blueprint.post("/prijzen/<prices_id>/stoppen")
def end_line_prices(prices_id: str) -> ResponseReturnValue:
    """Back to the prices of the region's file."""
    return _act(prices_id, end_prices, _("De vaste prijzen van de regio gelden weer."))


def _act(prices_id: str, act: Callable[..., Any], told: str) -> ResponseReturnValue:
    prices, form = found(prices_by_public_id(current_session(), public_id=prices_id)), PricesForm()
    decide_on(_stands)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            act(current_session(), prices=prices, actor=current_actor(), now=now())
            flash(told, "ok")
            return redirect(url_for("accounting.price_list"), code=303)
    return _page(form)


def _stands() -> list[Stand]:
    """Which versions wait and are in force: a colleague may have clicked."""
    session = current_session()
    shown = {state: prices_in(session, state=state) for state in (PricesState.WORKED_OUT, PricesState.IN_FORCE)}
    return [
        Stand(state.value, label(STATES, state), one.number if one else None, _version(one))
        for state, one in shown.items()
    ]


def _version(one: LinePrices | None) -> str:
    return _("Versie %(number)s", number=one.number) if one is not None else "–"


def why_scarce(row: LinePrice) -> str:
    """Why a budget has its price, in one sentence."""
    years = {"title": title_of(row.line), "number": round(row.scarce_permille / 10)}
    if row.scarce_permille >= SCARCE:
        return _(
            "%(title)s is schaars: in %(number)s van 100 jaren is elke euro nodig. Het betaalt pas na ander geld.",
            **years,
        )
    if row.scarce_permille >= TIGHT:
        return _("%(title)s is soms krap: in %(number)s van 100 jaren is elke euro nodig.", **years)
    return _("%(title)s is ruim: in %(number)s van 100 jaren is elke euro nodig. Het betaalt als eerste.", **years)


def _page(form: Form) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    waiting, held = prices_in(session, state=PricesState.WORKED_OUT), prices_in(session, state=PricesState.IN_FORCE)
    return page(
        "accounting/line_prices.html",
        form=form,
        waiting=_shown(waiting),
        held=_shown(held),
        rows=[
            [
                _version(one),
                tag(STATES, one.state),
                format_date(one.on, "short"),
                one.worked_out_by_name,
                one.in_force_by_name or None,
            ]
            for one in price_versions(session)
        ],
        writes=actor.audience is Audience.REGION,
        going=address_of_open(WorkKind.PRICES),
    )


def _shown(prices: LinePrices | None) -> dict[str, Any] | None:
    """A version as the page has it: what it was worked out from, what it serves, and each budget with why."""
    if prices is None:
        return None
    before = {row.funding_line_id: row.line.price_permille for row in prices.rows}
    names = Names.of_region(as_loaded_region(current_session(), on=today()))
    return {
        "id": prices.public_id,
        "title": _version(prices),
        "when": format_date(local_date(prices.worked_out_at)),
        "name": prices.worked_out_by_name,
        "years": prices.years,
        "serves": format_number(Decimal(prices.hindsight_permille) / 10),
        "fixed": format_number(Decimal(prices.fixed_permille) / 10),
        "past": _past(prices),
        "rows": [
            [
                title_of(row.line),
                _price(row.price_permille),
                _price(before[row.funding_line_id]),
                " ".join([why_scarce(row), *_limits(row, names)]),
            ]
            for row in sorted(prices.rows, key=lambda row: (row.price_permille, row.line.slug))
        ],
    }


def _limits(row: LinePrice, names: Names) -> list[str]:
    """For whom and what a budget is, in one sentence; nothing when it is for everything."""
    limits = limits_of_money(row.line.earmark, names)
    return [_("Alleen voor: %(what)s.", what=limits)] if limits else []


REGRET: tuple[tuple[str, LazyString], ...] = (
    ("unforeseeable", _l("Niemand kon het weten")),
    ("no_show", _l("Geld stond vast voor wie niet kwam")),
    ("rule", _l("Een ander budget had eerst moeten betalen")),
    ("override", _l("Mensen kozen een ander budget, of zegden minder toe")),
)


def _past(prices: LinePrices) -> list[list[str]]:
    """The year that was: what could have been used, what was not and why, and what was. Nothing when it was not worked out."""
    if prices.past_hindsight_cents is None:
        return []
    lost = [(str(text), int(getattr(prices, f"past_{name}_cents"))) for name, text in REGRET]
    served = prices.past_hindsight_cents - sum(cents for _text, cents in lost)
    rows = [(_("Wie alles vooraf wist, kon dit laten gebruiken"), prices.past_hindsight_cents), *lost]
    return [[text, format_euros(cents)] for text, cents in (*rows, (_("Gebruikt, of nog te gebruiken"), served))]


def _price(permille: int | None) -> str:
    """A price as it stands in a table; none: the default of the region."""
    return _("vast") if permille is None else f"{permille}"
