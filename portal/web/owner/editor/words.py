"""The fixed words of the language as people read them, and help under fields."""

from __future__ import annotations

from collections.abc import Mapping

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l
from portal.web.owner.editor.tree import Node
from portal.words import sentences
from portal.words.labels import CONFIDENCE, SCHEME_KINDS, SCHEME_STATES

Words = Mapping[str, LazyString]

TYPES: Words = {
    "one_of": _l("heeft een van deze antwoorden"),
    "any_of": _l("minstens een van deze antwoorden is gekozen"),
    "number": _l("getal of bedrag tussen grenzen"),
    "date": _l("datum tussen grenzen"),
    "age": _l("leeftijd"),
    "yes": _l("het antwoord is ja"),
    "no": _l("het antwoord is nee"),
    "in_list": _l("staat op een lijst"),
    "starts_after_reference": _l("de opleiding begint na de aanvraag"),
    "postcode_between": _l("postcode ligt in een reeks"),
    "starts_with": _l("begint met"),
    "awards": _l("eerdere toekenningen"),
    "elapsed": _l("tijd tussen twee dagen"),
    "compare": _l("vergelijken met een ander gegeven"),
    "number_by": _l("grens die afhangt van een ander gegeven"),
    "total": _l("gegevens bij elkaar opgeteld"),
    "all": _l("alles van een groep klopt"),
    "any": _l("minstens één van een groep klopt"),
    "at_least_n": _l("minstens een aantal van een groep klopt"),
    "points": _l("genoeg punten"),
    "not": _l("dit klopt juist niet"),
}
"""Types of conditions."""
_WHO: Words = {
    "resident": _l("de inwoner"),
    "employer": _l("de werkgever"),
    "provider": _l("de opleider"),
    "third_party": _l("een ander"),
    "person": _l("de persoon"),
}
_ROUTES: Words = {"individual": _l("inwoners"), "employer": _l("werkgevers, voor een werknemer")}
_BASE: Words = {
    "eligible_cost": _l("de kosten die meetellen"),
    "eligible_cost_less": _l("de kosten die meetellen, min wat anderen betalen"),
    "own_amount": _l("wat deze regeling zelf betaalt"),
}

CHOICES: Mapping[str, Words] = {
    "administered": {"here": _l("dit loket kent toe en betaalt"), "elsewhere": _l("een andere organisatie kent toe")},
    "bearer": _WHO,
    "category": sentences.CATEGORIES,
    "categories": sentences.CATEGORIES,
    "certainty": {
        "firm": _l("zeker: telt mee in een mix"),
        "possible": _l("misschien: iets is nog niet zeker"),
        "none": _l("doet niet mee"),
    },
    "complete_again_after": {
        "higher_costs": _l("hogere kosten"),
        "another_training": _l("een andere opleiding"),
    },
    "counts_for": {
        "everything": _l("alles"),
        "holder": _l("alles, maar niet het maximum per opleiding: het was voor een andere opleiding"),
        "training": _l("alleen het maximum per opleiding: een ander kreeg dit voor deze opleiding"),
    },
    "confidence": {key: text for key, (text, _) in CONFIDENCE.items()},
    "distribution": {
        "order_of_receipt": _l("op volgorde van ontvangst van complete aanvragen"),
        "lottery": _l("door loting"),
        "pro_rata": _l("iedereen een deel"),
        "ranking": _l("de beste aanvragen eerst"),
        "discretion": _l("wie beslist, kiest"),
    },
    "is": {
        "at_least": _l("is minstens"),
        "more_than": _l("is meer dan"),
        "at_most": _l("is hoogstens"),
        "less_than": _l("is minder dan"),
        "equal": _l("is gelijk aan"),
    },
    "kind": SCHEME_KINDS,
    "QuestionPledge.kind": {"fixed": _l("betaalt dit in elk geval"), "up_to": _l("betaalt tot dit bedrag")},
    "less": {"employer": _l("de werkgever"), "sector_funds": _l("alle sectorfondsen")},
    "moment": {
        "before_start": _l("voor het begin"),
        "after_start": _l("na het begin"),
        "after_completion": _l("na afloop, met bewijs"),
        "on_invoice": _l("op de rekening"),
        "in_parts": _l("in delen"),
        "with_salary": _l("samen met loon of uitkering"),
        "other": _l("anders: zie de toelichting"),
    },
    "of": _BASE,
    "Awards.of": {"number": _l("hoeveel toekenningen"), "amount": _l("het bedrag bij elkaar")},
    "payee": _WHO,
    "pays": {"up_to": _l("hoogstens dit bedrag"), "exactly": _l("precies dit bedrag")},
    "per": {
        "award": _l("toekenning"),
        "person": _l("persoon"),
        "employer": _l("werkgever"),
        "training": _l("opleiding (alle deelnemers samen)"),
    },
    "EvidenceItem.moment": {
        "with_application": _l("bij de aanvraag: zonder dit is die niet compleet"),
        "with_payment": _l("later, bij de betaling"),
    },
    "shown_by": {
        "applicant": _l("van wie aanvraagt"),
        "employer": _l("van de werkgever: die kan het ook inleveren"),
    },
    "period": {
        "none": _l("geen"),
        "ever": _l("ooit"),
        "calendar_year": _l("dit kalenderjaar"),
        "school_year": _l("dit schooljaar (augustus tot en met juli)"),
        "before": _l("de laatste maanden voor de peildatum"),
        "from_first_award": _l("vanaf de eerste toekenning"),
        "before_award": _l("voor de toekenning"),
    },
    "rounds": {"exact": _l("niet afronden"), "up": _l("naar boven"), "down": _l("naar beneden")},
    "route": _ROUTES,
    "routes": _ROUTES,
    "scope": {"training": _l("de hele opleiding"), "line": _l("dezelfde kostenpost")},
    "share_elsewhere": {
        "waits": _l("de voucher wacht op die uitkomst"),
        "falls_to_bearer": _l("de voucher kan meteen worden gebruikt"),
    },
    "state": {key: text for key, (text, _) in SCHEME_STATES.items()},
    "state_aid": {"none": _l("geen staatssteun"), "de_minimis": _l("de-minimissteun")},
    "unit": {"days": _l("dagen"), "weeks": _l("weken"), "months": _l("maanden"), "years": _l("jaren")},
    "vat": {"including": _l("kosten met btw"), "excluding": _l("kosten zonder btw")},
    "verdict": {
        "eligible": _l("voldoet"),
        "not_eligible": _l("voldoet niet"),
        "unknown": _l("nog niet te zeggen"),
    },
    "who": _WHO,
}
"""The values of a choice by key; `Class.key` goes before `key`."""

HELP: Words = {
    "scheme": _l("Kleine letters, cijfers en koppeltekens. Na publicatie verandert deze naam niet meer."),
    "summary": _l("Eén of twee zinnen in gewone taal."),
    "deciding_body": _l("Nodig als dit loket zelf toekent en betaalt."),
    "review_on": _l("Voor deze dag kijkt u of alles nog klopt."),
    "state": _l("Bij open en nog niet open tellen de aanvraagperioden."),
    "opens_at": _l("Bijvoorbeeld 09:00. Leeg: de hele dag."),
    "closes_at": _l("Bijvoorbeeld 17:00. Leeg: de hele dag."),
    "conditions": _l("Dit moet allemaal kloppen. Geen voorwaarden: open voor iedereen."),
    "id": _l("Kleine letters en lage streepjes, zoals woont_in_regio."),
    "Variant.id": _l("Kleine letters en lage streepjes, zoals niveau_4."),
    "EvidenceItem.id": _l(
        "Kleine letters en koppeltekens, zoals offerte. Dezelfde naam bij twee regelingen: de aanvrager levert het één keer in."
    ),
    "text": _l("Alleen nodig als de zin die het loket zelf maakt te weinig zegt."),
    "prefixes": _l("Eén begin per regel."),
    "on_day": _l("Maand en dag, zoals 09-01 voor 1 september."),
    "share": _l("Bijvoorbeeld 50%, 12,5% of 1/3."),
    "coverage": _l("Elke soort kosten staat hier één keer."),
    "caps": _l("Alle maxima gelden samen."),
    "complete_again_after": _l("Kiest u niets? Dan houdt een aanvraag altijd haar eigen dag."),
    "fixed_amount_cents": _l("Alles of niets: de regeling betaalt dit bedrag of niets."),
    "minimum_cents": _l("Onder dit bedrag betaalt de regeling niets."),
    "variants": _l("De eerste variant die past, vervangt bedragen van de regeling."),
    "tiers": _l("Een hoog deel over de eerste euro's en een lager deel daarboven."),
    "price_permille": _l("Leeg: zoals de regio het heeft ingesteld. 700 is 0,70."),
    "joint_caps": _l("Deze regeling en andere samen betalen hoogstens dit."),
    "also_required": _l("De inwoner ziet dit. Het loket kan het niet zelf testen."),
    "assumptions": _l("Wat geen bron heeft, staat hier. De inwoner ziet dat het een aanname is."),
    "sources": _l("Waar u de regels hebt gelezen. Minstens één bron."),
    "cases": _l(
        "Met voorbeelden ziet u of de regels doen wat u bedoelt. Neem ook de grenzen mee: net wel en net niet."
    ),
    "Case.name": _l("Schrijf wat er moet gebeuren, zodat een collega het kan goedkeuren."),
    "reason": _l("De korte naam of de soort van de voorwaarde."),
    "availability": _l("Bijvoorbeeld open, closed of ended."),
    "Expectation.amount_cents": _l("Wat alleen deze regeling betaalt, als er genoeg geld is."),
    "Expectation.amount_known": _l("Kies nee als het bedrag op die dag, of met deze gegevens, niet te berekenen is."),
}
"""Help under a field by key; `Class.key` goes before `key`."""


def choice_label(key: str, value: str, model: str = "") -> str:
    """A value of a choice in words; the value itself when it has none (a test sees to it that all have)."""
    words = CHOICES.get(f"{model}.{key}", CHOICES.get(key, {}))
    return str(words[value]) if value in words else value


def type_label(tag: str) -> str:
    """A type of condition in words."""
    return str(TYPES[tag]) if tag in TYPES else tag


def help_of(node: Node) -> str | None:
    """Help under the field of a node."""
    found = HELP.get(f"{node.owner}.{node.key}", HELP.get(node.key))
    return None if found is None else str(found)
