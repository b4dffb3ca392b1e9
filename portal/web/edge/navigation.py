"""The menu per audience: one table. An entry whose screen does not exist is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app, request, url_for

from portal.people.actor import Audience
from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge.policy import admits, current_actor

Entry = tuple[LazyString, str]

MENU: Mapping[Audience, Sequence[Entry]] = {
    Audience.ANYONE: (
        (_l("Regelingen"), "resident.schemes"),
        (_l("Opleidingen"), "resident.trainings"),
        (_l("Voor werkgevers"), "employer.start"),
    ),
    Audience.RESIDENT: ((_l("Mijn vraag"), "resident.mine"),),
    Audience.EMPLOYER: ((_l("Uw vraag"), "employer.mine"),),
    Audience.ADVISOR: (
        (_l("Werkvoorraad"), "advisor.queue"),
        (_l("Gesprekken"), "advisor.conversations"),
        (_l("Wachtlijst"), "advisor.waiting"),
        (_l("Vouchers"), "advisor.voucher_list"),
        (_l("Terugvorderingen"), "advisor.recovery_list"),
        (_l("Facturen"), "advisor.invoice_list"),
        (_l("Opleiders"), "advisor.provider_list"),
        (_l("Opleidingen"), "advisor.trainings"),
        (_l("Voorgelegd"), "advisor.preparations"),
        (_l("Bezwaren"), "advisor.objections"),
        (_l("Post"), "advisor.post"),
        (_l("Berichten"), "advisor.outbox_list"),
    ),
    Audience.OWNER: ((_l("Mijn regelingen"), "owner.scheme_list"),),
    Audience.REGION: (
        (_l("Geld"), "region.overview"),
        (_l("Budgetten"), "region.budget_list"),
        (_l("Mandaten"), "region.mandate_list"),
        (_l("Betalingen"), "region.payment_list"),
        (_l("De-minimis"), "region.aid_register"),
        (_l("Regelingen"), "region.reviews"),
        (_l("Opleidingen"), "region.training_list"),
    ),
    Audience.PROVIDER: (
        (_l("Voucher gebruiken"), "provider.redeem"),
        (_l("Mijn facturen"), "provider.invoice_list"),
        (_l("Gebruikte vouchers"), "provider.redemptions"),
        (_l("Rekeningnummer"), "provider.account_number"),
    ),
    Audience.ADMIN: (
        (_l("Overzicht"), "admin.overview"),
        (_l("Accounts"), "admin.account_list"),
        (_l("Boekhouding"), "admin.ledger"),
        (_l("Achtergrondwerk"), "admin.job_list"),
        (_l("Opleidingen"), "region.training_list"),
    ),
}
SIGN_IN, FIND = "access.sign_in", "access.find"
FOOTER: Sequence[Entry] = (
    (_l("Privacy"), "resident.privacy"),
    (_l("Toegankelijkheid"), "resident.accessibility"),
    (_l("Zo rekenen wij"), "resident.method"),
    (_l("Contact"), "resident.contact"),
    (_l("Aanmelden als opleider"), "provider.sign_up"),
    (_l("Inloggen voor medewerkers"), SIGN_IN),
)


@dataclass(frozen=True)
class Link:
    """One link of the menu; ``current`` when this page is under it."""

    text: LazyString
    href: str
    current: bool


def navigation(place: str = "menu") -> list[Link]:
    """The links for who is asking; ``place`` is "menu" or "footer". Who is signed in is not asked to sign in."""
    actor = current_actor()
    entries = FOOTER if place == "footer" else MENU.get(actor.audience, ())
    known = {SIGN_IN} if actor.account_id is not None else set()
    return [_link(text, endpoint) for text, endpoint in entries if endpoint not in known and _reachable(endpoint)]


def find_url() -> str | None:
    """The address where who is asking can find something; None for an audience that cannot."""
    return url_for(FIND) if admits(FIND, current_actor().audience) else None


def _reachable(endpoint: str) -> bool:
    rules = current_app.url_map._rules_by_endpoint.get(endpoint, [])
    known = set(request.view_args or {})
    return any(rule.arguments <= known for rule in rules)


def _link(text: LazyString, endpoint: str) -> Link:
    rule = current_app.url_map._rules_by_endpoint[endpoint][0]
    href = url_for(endpoint, **{name: (request.view_args or {})[name] for name in rule.arguments})
    return Link(text=text, href=href, current=request.path == href.split("?")[0])
