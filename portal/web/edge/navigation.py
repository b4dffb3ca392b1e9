"""The menu per audience: one table. An entry whose screen does not exist is left out.

Advisors have more entries than fit in a row: theirs stand in groups, with how much waits behind each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import current_app, request, url_for

from portal.oversight.worklist.counts import Counted, desk_counts, in_words
from portal.people.actor import Audience
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge.policy import admits, current_actor
from portal.web.edge.whole_desk import is_open_in_part

Entry = tuple[LazyString, str]

Counts = Mapping[Counted, int]
DESK_GROUPS: Sequence[tuple[LazyString, Sequence[tuple[LazyString, str, Counted | None]]]] = (
    (
        _l("Zaken"),
        (
            (_l("Voor mij"), "advisor.for_me", Counted.FOR_ME),
            (_l("Werkvoorraad"), "advisor.queue", Counted.CASES),
            (_l("Gesprekken"), "advisor.conversations", Counted.TALKS),
            (_l("Voorgelegd"), "advisor.preparations", Counted.PREPARATIONS),
            (_l("Bezwaren"), "advisor.objections", Counted.OBJECTIONS),
            (_l("Wachtlijst"), "advisor.waiting", Counted.WAITING),
            (_l("Privacyverzoeken"), "advisor.privacy_list", Counted.PRIVACY),
        ),
    ),
    (
        _l("Vouchers en geld"),
        (
            (_l("Vouchers"), "advisor.voucher_list", None),
            (_l("Facturen"), "advisor.invoice_list", Counted.INVOICES),
            (_l("Terugvorderingen"), "advisor.recovery_list", Counted.RECOVERIES),
            (_l("Tweede persoon"), "two_people.waiting_list", Counted.TWO_PEOPLE),
        ),
    ),
    (
        _l("Mensen"),
        (
            (_l("Vraag voor iemand invullen"), "assisting.overview", None),
            (_l("Opleiders"), "advisor.provider_list", None),
            (_l("Aanmeldingen"), "advisor.registration_list", Counted.SIGN_UPS),
            (_l("Opleidingen"), "advisor.trainings", None),
            (_l("Afwezigheid"), "advisor.away", None),
        ),
    ),
    (
        _l("Post"),
        (
            (_l("Brieven"), "advisor.post", Counted.LETTERS),
            (_l("Berichten"), "advisor.outbox_list", Counted.NOT_SENT),
        ),
    ),
)
TO_DO = frozenset(
    {Counted.FOR_ME, Counted.INVOICES, Counted.TWO_PEOPLE, Counted.SIGN_UPS, Counted.LETTERS, Counted.NOT_SENT}
)
"""What is added up behind the name of a group: each thing once, and only what somebody has to do."""

MENU: Mapping[Audience, Sequence[Entry]] = {
    Audience.ANYONE: (
        (_l("Regelingen"), "resident.schemes"),
        (_l("Opleidingen"), "resident.trainings"),
        (_l("Voor werkgevers"), "employer.start"),
    ),
    Audience.RESIDENT: ((_l("Mijn vraag"), "resident.mine"),),
    Audience.EMPLOYER: ((_l("Uw vraag"), "employer.mine"), (_l("Mijn bedrijf"), "employer.desk")),
    Audience.ADVISOR: tuple((text, endpoint) for _group, entries in DESK_GROUPS for text, endpoint, _count in entries),
    Audience.FUNDER: ((_l("Verantwoording"), "accounting.overview"),),
    Audience.CONTROLLER: ((_l("Verantwoording"), "accounting.overview"), (_l("Wie mag wat"), "two_people.powers")),
    Audience.AUDITOR: ((_l("Verantwoording"), "accounting.overview"), (_l("Wie mag wat"), "two_people.powers")),
    Audience.HELPER: ((_l("Vragen die ik invulde"), "assisting.overview"),),
    Audience.OWNER: ((_l("Mijn regelingen"), "owner.scheme_list"), (_l("Tweede persoon"), "two_people.waiting_list")),
    Audience.REGION: (
        (_l("Geld"), "region.overview"),
        (_l("Verantwoording"), "accounting.overview"),
        (_l("Budgetten"), "region.budget_list"),
        (_l("Mandaten"), "region.mandate_list"),
        (_l("Bewaren"), "region.retention"),
        (_l("Wie is het?"), "region.assurance"),
        (_l("Betalingen"), "region.payment_list"),
        (_l("De-minimis"), "region.aid_register"),
        (_l("Regelingen"), "region.reviews"),
        (_l("Tweede persoon"), "two_people.waiting_list"),
        (_l("Opleidingen"), "region.training_list"),
        (_l("Storingen"), "region.outage_list"),
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
        (_l("Teams"), "admin.team_list"),
        (_l("Rechten nakijken"), "admin.rights_review"),
        (_l("Opvallend ingezien"), "admin.unusual_viewing"),
        (_l("Sleutels"), "admin.token_list"),
        (_l("Systemen"), "admin.webhook_list"),
        (_l("Archief"), "admin.registration_list"),
        (_l("Boekhouding"), "admin.ledger"),
        (_l("Tweede persoon"), "two_people.waiting_list"),
        (_l("Werking"), "admin.running_page"),
        (_l("Achtergrondwerk"), "admin.job_list"),
        (_l("Verwerkingen"), "admin.processing"),
        (_l("Storingen"), "region.outage_list"),
        (_l("Opleidingen"), "region.training_list"),
    ),
}
DESK_HOME = "/adviseur/"
SIGN_IN, NEW_LINK, FIND = "access.sign_in", "access.new_link", "access.find"
FOOTER: Sequence[Entry] = (
    (_l("Privacy"), "resident.privacy"),
    (_l("Toegankelijkheid"), "resident.accessibility"),
    (_l("Zo rekenen wij"), "resident.method"),
    (_l("Contact"), "resident.contact"),
    (_l("Aanmelden als opleider"), "provider.sign_up"),
    (_l("Link naar uw vraag kwijt?"), NEW_LINK),
    (_l("Inloggen voor medewerkers"), SIGN_IN),
)


@dataclass(frozen=True)
class Link:
    """One link of the menu; ``current`` when this page is under it."""

    text: LazyString
    href: str
    current: bool
    count: str = ""
    """How much waits behind it; empty where nothing is counted, or nothing waits."""


@dataclass(frozen=True)
class LinkGroup:
    """Links that belong together; `open` when this page is under one of them."""

    text: LazyString
    links: Sequence[Link]
    open: bool
    count: str = ""


def navigation(place: str = "menu") -> list[Link]:
    """The links for who is asking; ``place`` is "menu" or "footer". Who is in is not asked to sign in, or for a link.

    Who helps an employer has its question alone; an employer that is in for all that it asked has its desk alone.
    """
    actor = current_actor()
    entries = FOOTER if place == "footer" else MENU.get(actor.audience, ())
    known = {SIGN_IN, NEW_LINK} if actor.account_id is not None else set()
    if actor.question_id is not None:
        known.add(NEW_LINK)
    if actor.is_helping:
        known.add("employer.desk")
    elif actor.employer_email and actor.question_id is None:
        known.add("employer.mine")
    return [_link(text, endpoint) for text, endpoint in entries if endpoint not in known and _reachable(endpoint)]


def navigation_groups() -> list[LinkGroup]:
    """The menu in groups, with counts; empty for an audience whose menu fits in a row.

    Where no group has this page the first one is open: a case belongs to the cases.
    """
    if current_actor().audience is not Audience.ADVISOR:
        return []
    counts = _counts()
    groups = [_group(text, entries, counts) for text, entries in DESK_GROUPS]
    if not any(group.open for group in groups):
        groups[0] = replace(groups[0], open=True)
    return groups


def _group(text: LazyString, entries: Sequence[tuple[LazyString, str, Counted | None]], counts: Counts) -> LinkGroup:
    links = []
    for name, endpoint, what in entries:
        if not is_open_in_part(endpoint):
            continue
        number = counts.get(what, 0) if what is not None else 0
        links.append(replace(_link(name, endpoint), count=in_words(number) if number else ""))
    waiting = sum(counts.get(what, 0) for _name, _endpoint, what in entries if what in TO_DO)
    return LinkGroup(text, links, any(_under(link.href) for link in links), in_words(waiting) if waiting else "")


def _under(href: str) -> bool:
    """Whether this page is that one, or under it."""
    return request.path == href or (href != DESK_HOME and request.path.startswith(f"{href}/"))


def _counts() -> Counts:
    """What waits; nothing on an error page, which has no unit of work."""
    try:
        session = current_session()
    except RuntimeError:
        return {}
    return desk_counts(session, actor=current_actor(), now=now())


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
