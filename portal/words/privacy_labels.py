"""How the kinds of data, terms and requests about the own data are called."""

from __future__ import annotations

from collections.abc import Mapping

from portal.platform.i18n import LazyString, ngettext
from portal.platform.i18n import lazy_gettext as _l

KEPT: Mapping[str, LazyString] = {
    "drafts": _l("Concepten"),
    "unapplied": _l("Vragen zonder aanvraag"),
    "refused": _l("Aanvragen zonder toekenning"),
    "awarded": _l("Aanvragen met toekenning"),
    "invoices": _l("Facturen en betalingen"),
    "letters": _l("Brieven"),
    "uploads": _l("Bestanden die zijn ingeleverd"),
    "viewing": _l("Wie welke zaak bekeek"),
    "logs": _l("Aanmeldingen en tellers"),
    "staff": _l("Medewerkers en contactpersonen"),
}
COUNTED_FROM: Mapping[str, LazyString] = {
    "drafts": _l("vanaf de laatste keer dat iemand erin schreef"),
    "unapplied": _l("vanaf het einde van de vraag"),
    "refused": _l("vanaf het einde van de aanvraag"),
    "awarded": _l("vanaf het einde van de aanvraag, de laatste voucher en de laatste vordering"),
    "invoices": _l("vanaf het einde van de aanvraag, de laatste voucher en de laatste vordering"),
    "letters": _l("vanaf het einde van de zaak"),
    "uploads": _l("vanaf het einde van de zaak"),
    "viewing": _l("vanaf het bekijken"),
    "logs": _l("vanaf het verlopen"),
    "staff": _l("vanaf het sluiten van het account of het besluit op de aanmelding"),
}
UNITS: Mapping[str, LazyString] = {"days": _l("dagen"), "months": _l("maanden"), "years": _l("jaren")}
RIGHTS: Mapping[str, LazyString] = {
    "access": _l("Inzage: zien wat het loket bewaart"),
    "correction": _l("Verbeteren: iets klopt niet"),
    "erasure": _l("Wissen: gegevens verwijderen"),
    "restriction": _l("Beperken: gegevens even niet gebruiken"),
    "portability": _l("Meenemen: gegevens als bestand"),
    "objection": _l("Bezwaar: gegevens niet gebruiken"),
}
REQUEST_STATES: Mapping[str, tuple[LazyString, str]] = {
    "open": (_l("wacht op antwoord"), "wait"),
    "granted": (_l("toegewezen"), "ok"),
    "refused": (_l("afgewezen"), "stop"),
    "withdrawn": (_l("ingetrokken"), "neutral"),
}


def term_in_words(number: int, unit: str) -> str:
    """A term as it is said: 30 dagen, 1 jaar."""
    if unit == "days":
        return ngettext("%(num)s dag", "%(num)s dagen", number)
    if unit == "months":
        return ngettext("%(num)s maand", "%(num)s maanden", number)
    return ngettext("%(num)s jaar", "%(num)s jaar", number)
