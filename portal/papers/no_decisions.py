"""What is no decision about somebody's right: the kinds, powers and letters without a row in `legal_table`, each with why."""

from __future__ import annotations

from collections.abc import Mapping

from portal.awarding.decisions.models import DecisionKind
from portal.framework.powers import Power
from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

NOT_TAKEN_HERE: Mapping[DecisionKind, LazyString] = {
    DecisionKind.TAKEN_OVER: _l("Genomen voordat dit loket er was, door de administratie van toen"),
}
"""Kinds of decisions that no act of the desk takes."""

NO_DECISION: Mapping[Power, LazyString] = {
    Power.ACCEPT_INVOICE: _l("Uitvoering van de toekenning, tegenover een opleider"),
    Power.OVERRIDE_INVOICE: _l("Uitvoering van de toekenning, tegenover een opleider"),
    Power.CANCELLATION_FEE: _l("Uitvoering van de toekenning: kosten van een opleiding die niet doorgaat"),
    Power.RECEIVE: _l("Boeken dat geld terugkwam"),
    Power.PROVIDER: _l("Afspraak met een opleider"),
    Power.ACCOUNT_NUMBER: _l("Controle van een rekeningnummer"),
    Power.BUDGET: _l("Afspraak met de geldgever"),
    Power.STOP_SCHEME: _l("Een regel van de regeling, niet over één persoon"),
    Power.PAY: _l("Betalen van wat is besloten"),
    Power.FUNDER_MONEY: _l("Boeken dat geld van een geldgever kwam"),
    Power.GIVE_ROLE: _l("Wie bij het loket wat mag"),
    Power.MANDATE: _l("Vastleggen van een mandaat dat het bestuur gaf"),
    Power.CLOSE_BOOKS: _l("Afsluiten van de boeken"),
    Power.TAKE_OVER: _l("Overnemen van wat eerder al was besloten"),
    Power.EXPENSE: _l("Uitgave van de regio buiten de vouchers"),
    Power.REBALANCE: _l("Welk budget betaalt wat is besloten"),
}
"""The powers by which nothing is decided about somebody's right."""

NO_DECISION_IN: Mapping[str, LazyString] = {
    "account": _l("Bericht aan een medewerker"),
    "application": _l("Bericht over de behandeling van een aanvraag (6:3)"),
    "employer": _l("Bericht over inloggen"),
    "hearing": _l("Vraag om een reactie voor een besluit (6:3)"),
    "invoice": _l("Bericht over een rekening"),
    "objection": _l("Stap in de behandeling van een bezwaar (6:3)"),
    "late": _l("Bericht dat een ingebrekestelling binnen is (4:17)"),
    "outcome": _l("Vraag hoe het ging"),
    "payment": _l("Bericht dat is betaald wat is besloten"),
    "pledge": _l("Bericht over een toezegging van een werkgever"),
    "provider": _l("Bericht aan een opleider"),
    "question": _l("Bericht over een vraag of gesprek"),
    "recovery": _l("Stap van een terugvordering, waarvan de vaststelling het besluit is (4:57)"),
    "voucher": _l("Bericht over het gebruik van een voucher"),
}
"""Letters that make no decision known, by the family of their name. A family of which every letter is a decision has no row."""

NO_DECISION_BY: Mapping[str, LazyString] = {
    "recovery/reminded": _l("Aanmaning: een stap van de terugvordering (4:112)"),
}
"""Letters on paper that make no decision about somebody's right known, by their name."""
