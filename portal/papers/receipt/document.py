"""The whole receipt as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from matching.receipt import Receipt
from portal.papers.receipt.ground import asked_rows, check_rows, fact_rows, how_sentences, proof_sentences, source_rows
from portal.papers.receipt.paid import cost_rows, outcome_rows, override_sentences, total_rows
from portal.papers.receipt.reasons import alternative_sentences, rest_sentences, unused_rows, used_rows
from portal.papers.receipt.told import NamedReceipt, made_at, named
from portal.platform.clock import local_date
from portal.platform.i18n import current_locale, format_date, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.words.labels import DECISION_KINDS

CHECKED = {
    "identity": _l("uw naam, en waar u woont of gevestigd bent"),
    "purpose": _l("of de opleiding past"),
    "costs": _l("of de kosten kloppen met een offerte"),
    "nothing_paid_twice": _l("of niets dubbel wordt betaald"),
}
LAWS = (
    (_l("Algemene wet bestuursrecht, artikel 3:46 en 3:47"), _l("Een besluit heeft een goede reden, en die staat erbij."),
     "https://wetten.overheid.nl/BWBR0005537"),
    (_l("Algemene wet bestuursrecht, artikel 6:7 en 8:1"),
     _l("U kunt binnen 6 weken bezwaar maken tegen een besluit. Is het besluit genomen na uw bezwaar? Dan kunt u in beroep "
        "gaan bij de rechtbank."),
     "https://wetten.overheid.nl/BWBR0005537"),
    (_l("AVG, artikel 15 en 22"), _l("U mag uw gegevens zien. En een computer mag niet alleen over u beslissen."),
     "https://eur-lex.europa.eu/eli/reg/2016/679/oj"),
)  # fmt: skip


def receipt_document(receipt: Receipt) -> dict[str, Any]:
    """The receipt as plain data in the language in use. Raises BadFile when its parts cannot be read."""
    told = named(receipt)
    content, decision = receipt.content, receipt.content.decision
    title = _("Bewijs van de berekening")
    number = content.question_number or _("zonder nummer")
    return {
        "title": title,
        "author": localized(content.region.desk or content.region.name),
        "language": current_locale(),
        "footer": _("%(title)s bij vraag %(number)s", title=title, number=number),
        "labels": _labels(),
        "intro": list(_intro(told)),
        "about": list(_about(told)),
        "costs": list(cost_rows(told, told.rebuilt.decided or told.rebuilt.proposal.shares)),
        "totals": list(total_rows(told)),
        "outcomes": list(outcome_rows(told)),
        "rationale": [] if decision is None else [line for line in decision.rationale.splitlines() if line.strip()],
        "checked": [] if decision is None else [str(CHECKED[name]) for name in decision.checked if name in CHECKED],
        "overrides": list(override_sentences(told)),
        "why": list(used_rows(told)),
        "why_note": [_("Dit is de uitleg bij de verdeling die is voorgesteld.")] if told.content.overrides else [],
        "rest": list(rest_sentences(told)),
        "unused": list(unused_rows(told)),
        "alternatives": list(alternative_sentences(told)),
        "facts": list(fact_rows(told)),
        "asked": list(asked_rows(told)),
        "proof": list(proof_sentences(told)),
        "sources": list(source_rows(told)),
        "laws": [{"title": str(law), "what": str(what), "url": url} for law, what, url in LAWS],
        "how": list(how_sentences()),
        "check": list(check_rows(told)),
    }


def _labels() -> dict[str, str]:
    return {
        "about": _("Over dit bewijs"),
        "result": _("Wie betaalt wat"),
        "cost": _("Kosten"),
        "payer": _("Wie betaalt"),
        "money": _("Uit welk geld"),
        "amount": _("Bedrag"),
        "together": _("Samen"),
        "decision": _("Wat is besloten"),
        "scheme": _("Regeling"),
        "outcome": _("Besluit"),
        "body": _("Wie besloot"),
        "reason": _("Reden"),
        "rationale": _("Waarom dit besluit"),
        "checked": _("Dit heeft een mens gecontroleerd"),
        "overrides": _("Wat een adviseur anders wilde"),
        "why": _("Waarom deze bedragen"),
        "rest": _("Wat overblijft"),
        "unused": _("Welke regelingen betalen niet mee"),
        "alternatives": _("Andere verdelingen"),
        "facts": _("Met deze gegevens is gerekend"),
        "fact": _("Vraag"),
        "answer": _("Antwoord"),
        "who": _("Van wie"),
        "when": _("Wanneer"),
        "asked": _("Dit is gevraagd"),
        "what": _("Wat"),
        "value": _("Inhoud"),
        "proof": _("Hoe zeker is dit"),
        "sources": _("Waar de regels staan"),
        "version": _("Versie"),
        "laws": _("Uw rechten in de wet"),
        "check": _("Zelf controleren"),
        "none": _("Geen."),
        "assumptions": _("Aannames, nog niet bevestigd"),
    }


def _intro(told: NamedReceipt) -> Iterator[str]:
    decision = told.content.decision
    yield _("Hier staat hoe er is gerekend: met welke gegevens, met welke regels, en wat eruit kwam.")
    if decision is None:
        yield _("Dit is een voorstel. Er is nog geen besluit. U kunt hier geen rechten aan ontlenen.")
    elif decision.kind == "referred":
        yield _("Er is geen besluit genomen over geld. De vrager is doorverwezen.")
    else:
        yield _("Een mens heeft het besluit genomen. De computer heeft alleen gerekend.")
    yield _("Er staan geen namen en geen adressen in.")


def _about(told: NamedReceipt) -> Iterator[list[str]]:
    content, decision = told.content, told.content.decision
    if content.question_number is not None:
        yield [_("Nummer van de vraag"), content.question_number]
    yield [_("Loket"), localized(content.region.desk or content.region.name)]
    yield [_("De regels zoals ze waren op"), format_date(content.reference_date)]
    if decision is None:
        yield [_("Berekend op"), format_date(local_date(made_at(told.receipt)))]
    else:
        yield [_("Besloten op"), format_date(decision.decided_on)]
        yield [_("Soort besluit"), str(DECISION_KINDS[decision.kind][0])]
