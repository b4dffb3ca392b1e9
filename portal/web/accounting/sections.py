"""The parts of the accounts, as links above each of their pages: the groups, and under them the pages of the group one is in."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.blueprint import blueprint
from portal.web.edge.policy import admits, current_actor

Pages = tuple[tuple[LazyString, str], ...]

SECTIONS: tuple[tuple[LazyString, Pages], ...] = (
    (_l("Overzicht"), ((_l("Overzicht"), "accounting.overview"),)),
    (
        _l("Toezicht"),
        (
            (_l("Waarschuwingen"), "accounting.warning_list"),
            (_l("Plan en instroom"), "accounting.inflow"),
            (_l("Doorlooptijden en wachtlijst"), "accounting.pace_page"),
            (_l("Kanalen"), "accounting.channel_page"),
            (_l("Campagnes"), "accounting.campaign_list"),
            (_l("Steekproeven"), "accounting.sample_list"),
        ),
    ),
    (
        _l("Afspraken"),
        (
            (_l("Afspraken"), "accounting.agreement_list"),
            (_l("Agenda"), "accounting.duty_calendar"),
            (_l("Geld van geldgevers"), "accounting.funders_money"),
            (_l("Cofinanciering"), "accounting.cofinancing_list"),
        ),
    ),
    (
        _l("Geld"),
        (
            (_l("Uitgaven"), "accounting.expense_list"),
            (_l("Werkpakketten"), "accounting.package_list"),
            (_l("Vorderingen en schulden"), "accounting.waiting_money"),
            (_l("Prognose"), "accounting.forecast_list"),
            (_l("Verwacht gebruik"), "accounting.surety_list"),
            (_l("Herboeken"), "accounting.rebalance_list"),
            (_l("Rondes"), "accounting.round_list"),
            (_l("Prijzen"), "accounting.price_list"),
            (_l("Scenario’s"), "accounting.scenario_list"),
        ),
    ),
    (
        _l("Boekhouding"),
        (
            (_l("Perioden"), "accounting.period_list"),
            (_l("Grootboek"), "accounting.journal"),
            (_l("Rekeningschema"), "accounting.chart_list"),
            (_l("Afbouw"), "accounting.winding_list"),
            (_l("Overnemen"), "accounting.administration_list"),
        ),
    ),
    (
        _l("Verslag"),
        (
            (_l("Verslag"), "accounting.report"),
            (_l("Kalender"), "accounting.report_calendar"),
            (_l("Verslagen per mail"), "accounting.report_mails"),
            (_l("In beeld"), "accounting.plot_page"),
            (_l("Registers"), "accounting.register_page"),
            (_l("Kruistabel"), "accounting.cross_table_page"),
        ),
    ),
)
"""Per group its pages: label and endpoint, each a page without an id in its address."""


@blueprint.context_processor
def sections() -> dict[str, Any]:
    """The links of this actor, for the base of every page here: a group leads to its first page."""
    audience, here = current_actor().audience, request.endpoint
    groups: list[dict[str, Any]] = []
    pages: list[dict[str, Any]] = []
    for text, entries in SECTIONS:
        open_to = [(label, endpoint) for label, endpoint in entries if admits(endpoint, audience)]
        if open_to:
            current = any(endpoint == here for _label, endpoint in open_to)
            groups.append(_link(text, open_to[0][1], current=current))
            if current and len(open_to) > 1:
                pages = [_link(label, endpoint, current=endpoint == here) for label, endpoint in open_to]
    return {"sections": groups, "section_pages": pages}


def _link(text: LazyString, endpoint: str, *, current: bool) -> dict[str, Any]:
    return {"text": str(text), "href": url_for(endpoint), "current": current}
