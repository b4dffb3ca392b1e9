"""The words for invoices, payments, files, flags and outcomes on the screens: a label and the look of its tag."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from portal.platform.i18n import LazyString, format_date
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.invoices.queries import InvoiceFinding
from portal.words.labels import label

Labelled = tuple[LazyString, str]

INVOICE_STATES: Mapping[str, Labelled] = {
    "submitted": (_l("ingediend"), "info"),
    "checked": (_l("wordt nagekeken"), "wait"),
    "accepted": (_l("goedgekeurd"), "ok"),
    "refused": (_l("geweigerd"), "no"),
    "credited": (_l("gecrediteerd"), "neutral"),
}
SCAN_STATES: Mapping[str, Labelled] = {
    "not_scanned": (_l("niet gescand"), "wait"),
    "clean": (_l("gescand: schoon"), "ok"),
    "infected": (_l("virus gevonden"), "no"),
}
BATCH_STATES: Mapping[str, Labelled] = {
    "draft": (_l("klaargezet"), "info"),
    "released": (_l("vrijgegeven"), "wait"),
    "exported": (_l("naar de bank"), "wait"),
    "closed": (_l("afgerond"), "ok"),
    "cancelled": (_l("geannuleerd"), "neutral"),
}
PAYMENT_STATES: Mapping[str, Labelled] = {
    "planned": (_l("klaargezet"), "info"),
    "sent": (_l("onderweg"), "wait"),
    "executed": (_l("betaald"), "ok"),
    "returned": (_l("teruggekomen"), "no"),
    "cancelled": (_l("eruit gehaald"), "neutral"),
}
BANK_SAYS: Mapping[str, LazyString] = {
    "paid": _l("van de rekening af"),
    "came_back": _l("op de rekening bij"),
    "undone": _l("terugboeking ongedaan gemaakt"),
    "refused": _l("betaling geweigerd"),
    "reported": _l("stand van een betaling gemeld"),
}
WHY_UNMATCHED: Mapping[str, LazyString] = {
    "without_key": _l("Er staat niet bij om welke betaling het gaat."),
    "unknown_key": _l("Het loket heeft geen betaling met dit kenmerk."),
    "other_amount": _l("Het bedrag is een ander dan dat van de betaling."),
    "other_total": _l(
        "De bank boekte alles in één bedrag, en dat is een ander bedrag. Misschien is een betaling geweigerd."
    ),
    "whole_came_back": _l("Alle betalingen samen kwamen in één bedrag terug."),
    "undone": _l("Geld dat terugkwam, is toch weer van de rekening gegaan."),
    "does_not_fit": _l("De betaling staat niet zo dat dit kan: zij is nog niet naar de bank, of anders afgehandeld."),
    "other_account": _l("De betaling ging van een andere rekening van het loket."),
    "incoming": _l("Er kwam geld binnen dat misschien bij een terugvordering hoort."),
    "other_file": _l("De bank meldt iets over een bestand dat niet van het loket is."),
    "other_batch": _l("De bank noemt een ander bestand dan dat waar de betaling in zit."),
    "not_sent": _l("Het bestand met deze betaling is nog niet naar de bank."),
    "unknown_status": _l("Het loket kent de code niet waarmee de bank de stand meldt."),
}
FOUND_BY: Mapping[str, LazyString] = {
    "code": _l("De code van de voucher staat in de tekst."),
    "account": _l("Het is precies wat nog open staat, en het komt van de rekening van wie moet terugbetalen."),
    "asked": _l("U zocht op deze code."),
}
BANK_STATES: Mapping[str, LazyString] = {
    "RCVD": _l("ontvangen"),
    "PDNG": _l("wacht nog"),
    "ACTC": _l("bestand in orde"),
    "ACCP": _l("goedgekeurd"),
    "ACWC": _l("goedgekeurd, met een wijziging"),
    "ACSP": _l("wordt uitgevoerd"),
    "ACSC": _l("uitgevoerd"),
    "PART": _l("een deel goedgekeurd"),
    "RJCT": _l("geweigerd"),
}
"""What the bank says of a payment in a status report, in the codes of ISO 20022."""
BANK_REASONS: Mapping[str, LazyString] = {
    "AC01": _l("het rekeningnummer klopt niet"),
    "AC04": _l("de rekening is opgeheven"),
    "AC06": _l("de rekening is geblokkeerd"),
    "AG01": _l("op deze rekening mag niet worden betaald"),
    "AM04": _l("er staat te weinig op de rekening"),
    "AM05": _l("de bank kreeg deze betaling al eerder"),
    "BE04": _l("het adres ontbreekt"),
    "DT01": _l("de dag van betaling klopt niet"),
    "MS03": _l("de bank geeft geen reden"),
    "RC01": _l("de bank van de ontvanger klopt niet"),
}
HAND_OUTCOMES: Mapping[str, LazyString] = {
    "carried_out": _l("De bank heeft betaald"),
    "came_back": _l("De bank heeft niet betaald, of het geld kwam terug"),
}
FINDINGS: Mapping[InvoiceFinding, LazyString] = {
    InvoiceFinding.MORE_THAN_OPEN: _l("Het bedrag is hoger dan wat er nog op de voucher staat."),
    InvoiceFinding.VOUCHER_ENDED: _l("De voucher is verlopen, ingetrokken of helemaal gebruikt."),
    InvoiceFinding.OVER_TOTAL: _l("Vouchers samen betalen meer dan het bedrag van deze factuur."),
    InvoiceFinding.NOT_APPROVED: _l("De opleider is niet (meer) goedgekeurd voor deze regeling."),
    InvoiceFinding.NOT_STARTED: _l(
        "De deelnemer heeft nog niet gezegd dat de opleiding begonnen is. Deze regeling betaalt pas daarna."
    ),
    InvoiceFinding.NOT_COMPLETED: _l(
        "De deelnemer heeft nog niet gezegd dat de opleiding klaar is. Deze regeling betaalt pas daarna."
    ),
    InvoiceFinding.NO_IBAN: _l("Van de opleider is nog geen rekeningnummer door twee medewerkers bevestigd."),
    InvoiceFinding.INFECTED: _l("In het bestand zit een virus."),
    InvoiceFinding.NOT_SCANNED: _l("Het bestand is niet gescand op virussen."),
    InvoiceFinding.START_UNCONFIRMED: _l("De deelnemer heeft nog niet gezegd dat de opleiding begonnen is."),
    InvoiceFinding.STOPPED: _l("De deelnemer zegt dat de opleiding gestopt is."),
    InvoiceFinding.NAME_DIFFERS: _l("De naam op de factuur is een andere dan op de aanvraag."),
    InvoiceFinding.BEFORE_ISSUE: _l("De factuur is van voor de voucher."),
    InvoiceFinding.NUMBER_ELSEWHERE: _l("Deze factuur is ook voor een andere voucher ingediend."),
    InvoiceFinding.FILE_ELSEWHERE: _l("Dit bestand is al bij een andere factuur ingediend."),
    InvoiceFinding.IBAN_SHARED: _l("Een andere opleider heeft hetzelfde rekeningnummer."),
    InvoiceFinding.IBAN_ELSEWHERE: _l("Dit rekeningnummer is ook door een andere aanvrager gebruikt."),
}
FLAG_KINDS: Mapping[str, LazyString] = {
    "provider_burst": _l("Veel facturen van één opleider in een week"),
    "training_burst": _l("Veel vouchers voor één opleiding in een week"),
    "iban_burst": _l("Eén rekeningnummer voor verschillende aanvragers"),
    "iban_of_two": _l("Eén rekeningnummer van verschillende opleiders"),
    "own_share_unseen": _l("Niemand zegt dat de eigen bijdrage is betaald"),
    "training_ceiling": _l("Heel veel vouchers voor één opleiding in een jaar"),
    "training_price": _l("Een andere prijs dan in de lijst of op eerdere facturen"),
}


def bank_state_words(code: str, reason: str, said_on: date) -> str:
    """What the bank reported of a payment, with the reason in words where the code is a known one, and the day."""
    state = label(BANK_STATES, code)
    if reason:
        state = f"{state}: {label(BANK_REASONS, reason) if reason in BANK_REASONS else reason}"
    return _("bij de bank: %(state)s (%(day)s)", state=state, day=format_date(said_on, "short"))
