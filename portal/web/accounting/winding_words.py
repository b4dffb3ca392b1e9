"""What the screens of winding down say: of each step, and of each thing that stands open, with the page where it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import url_for

from portal.accounting.samples.queries import voucher_number
from portal.accounting.winding_down.models import WindDownStep, WindingDown
from portal.accounting.winding_down.open_things import OpenKind, OpenThing
from portal.platform.i18n import LazyString, format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge.policy import admits, current_actor

STEPS: Mapping[str, LazyString] = {
    "stop": _l("Stoppen met aanvragen"),
    "run_off": _l("Uitloop"),
    "settlement": _l("Eindafrekening"),
    "report": _l("Eindverslag"),
    "transfer": _l("Overdracht"),
    "done": _l("Klaar"),
}
WHAT: Mapping[str, LazyString] = {
    "stop": _l(
        "Na de laatste dag kan niemand deze regelingen nog aanvragen. Een regeling stoppen doen twee mensen, en de tweede "
        "heeft mandaat."
    ),
    "run_off": _l(
        "Wat al is aangevraagd krijgt een besluit. Vouchers blijven geldig tot hun laatste dag. Niets gaat verloren."
    ),
    "settlement": _l("Alles is betaald, terugontvangen of afgeboekt, en uitgaven zijn goedgekeurd."),
    "report": _l(
        "De boeken zijn gesloten tot en met de laatste boeking. Het verslag over de hele looptijd krijgt een controlegetal."
    ),
    "transfer": _l("Wat over is gaat terug naar de geldgever of naar een andere budgetregel. Dat doen twee mensen."),
}
KINDS: Mapping[str, LazyString] = {
    "scheme": _l("Regeling die nog doorgaat"),
    "days": _l("Aanvragen kan nog"),
    "application": _l("Aanvraag zonder besluit"),
    "waiting_place": _l("Plaats op de wachtlijst"),
    "voucher": _l("Voucher die nog te gebruiken is"),
    "reserved": _l("Geld dat nog vaststaat"),
    "invoice": _l("Factuur die nog niet is beoordeeld"),
    "to_pay": _l("Nog te betalen"),
    "claim": _l("Nog terug te ontvangen"),
    "expense": _l("Uitgave die op een tweede persoon wacht"),
    "cofinancing": _l("Cofinanciering die nog niet is bewezen"),
    "period": _l("Boeken nog niet gesloten"),
    "report_due": _l("Verslag dat nog niet is verstuurd"),
}

Page = Callable[[OpenThing, WindingDown], tuple[str, dict[str, Any]]]
_PACE: Page = lambda _thing, _winding: ("accounting.pace_page", {})  # noqa: E731
_PAGES: Mapping[OpenKind, Page] = {
    OpenKind.SCHEME: lambda thing, winding: (
        "accounting.stop_ending_scheme",
        {"winding_id": winding.public_id, "regeling": thing.name},
    ),
    OpenKind.DAYS: _PACE,
    OpenKind.APPLICATION: _PACE,
    OpenKind.WAITING_PLACE: _PACE,
    OpenKind.VOUCHER: lambda thing, _w: (
        "accounting.register_page",
        {"wat": "vouchers", "zoek": voucher_number(int(thing.name))},
    ),
    OpenKind.RESERVED: lambda _thing, _w: ("accounting.register_page", {"wat": "bookings"}),
    OpenKind.INVOICE: lambda thing, _w: ("accounting.register_page", {"wat": "invoices", "zoek": thing.name}),
    OpenKind.TO_PAY: lambda _thing, _w: ("accounting.waiting_money", {}),
    OpenKind.CLAIM: lambda thing, _w: ("accounting.register_page", {"wat": "recoveries", "zoek": f"T{thing.name}"}),
    OpenKind.EXPENSE: lambda thing, _w: ("accounting.expense", {"expense_id": thing.public_id}),
    OpenKind.COFINANCING: lambda _thing, _w: ("accounting.cofinancing_list", {}),
    OpenKind.PERIOD: lambda _thing, _w: ("accounting.period_list", {}),
    OpenKind.REPORT_DUE: lambda _thing, _w: ("accounting.duty_calendar", {}),
}
COLUMNS = (_l("Wat"), _l("Bedrag"), _l("Dag"))
SHOWN = 50
"""So many things of one step stand on the page; how many there are is said."""


def open_rows(things: Iterable[OpenThing], winding: WindingDown, names: Mapping[str, str]) -> list[list[Any]]:
    """The rows of what stands open: what it is with a link, how much, and its day. `names`: schemes by slug."""
    return [_row(thing, winding, names) for thing in list(things)[:SHOWN]]


def _row(thing: OpenThing, winding: WindingDown, names: Mapping[str, str]) -> list[Any]:
    endpoint, where = _PAGES[thing.kind](thing, winding)
    href = url_for(endpoint, **where) if admits(endpoint, current_actor().audience) else None
    return [
        {"text": str(KINDS[thing.kind]), "href": href, "note": _name(thing, names)},
        format_euros(thing.cents, exact=True) if thing.cents is not None else None,
        format_date(thing.day, "short") if thing.day is not None else None,
    ]


def _name(thing: OpenThing, names: Mapping[str, str]) -> str | None:
    if thing.kind is OpenKind.VOUCHER:
        return voucher_number(int(thing.name))
    if thing.kind is OpenKind.SCHEME:
        return names.get(thing.name, thing.name)
    return None if thing.kind in (OpenKind.DAYS, OpenKind.PERIOD, OpenKind.RESERVED) else thing.name


def state_of(winding: WindingDown) -> dict[str, str]:
    """How far it is, as a tag."""
    if winding.called_off_at is not None:
        return {"text": _("ingetrokken"), "tag": "no"}
    if winding.step is WindDownStep.DONE:
        return {"text": _("klaar"), "tag": "ok"}
    return {"text": str(STEPS[winding.step]), "tag": "wait"}
