"""The parts of the accounts, as links above each of their pages: what somebody may open, in this order."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.blueprint import blueprint
from portal.web.edge.policy import admits, current_actor

SECTIONS: tuple[tuple[LazyString, str], ...] = (
    (_l("Overzicht"), "accounting.overview"),
    (_l("Uitgaven"), "accounting.expense_list"),
    (_l("Werkpakketten"), "accounting.package_list"),
    (_l("Cofinanciering"), "accounting.cofinancing_list"),
    (_l("Registers"), "accounting.register_page"),
    (_l("In beeld"), "accounting.plot_page"),
    (_l("Doorlooptijden en wachtlijst"), "accounting.pace_page"),
    (_l("Afspraken"), "accounting.agreement_list"),
    (_l("Agenda"), "accounting.duty_calendar"),
    (_l("Geld van geldgevers"), "accounting.funders_money"),
    (_l("Vorderingen en schulden"), "accounting.waiting_money"),
    (_l("Perioden"), "accounting.period_list"),
    (_l("Grootboek"), "accounting.journal"),
    (_l("Rekeningschema"), "accounting.chart_list"),
    (_l("Verslag"), "accounting.report"),
    (_l("Steekproeven"), "accounting.sample_list"),
    (_l("Waarschuwingen"), "accounting.warning_list"),
    (_l("Plan en instroom"), "accounting.inflow"),
)
"""Label and endpoint; a page without an id in its address."""


@blueprint.context_processor
def sections() -> dict[str, Any]:
    """The links of this actor, for the base of every page here."""
    audience = current_actor().audience
    return {
        "sections": [
            {"text": str(text), "href": url_for(endpoint), "current": request.endpoint == endpoint}
            for text, endpoint in SECTIONS
            if admits(endpoint, audience)
        ]
    }
