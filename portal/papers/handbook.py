"""The handbook of the desk and the annex to the agreement with the funders, made from the definitions of the region.

Both are plain data first: a page and a PDF are two ways to show the same data. Nothing is written here that a definition, the
funding file or the settings of the region do not say, apart from the steps of the desk itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Literal

from portal.papers.legal_document import decisions_for_readers
from portal.platform.i18n import current_locale, format_date, format_euros, format_list, format_percent, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.words.definition_words import amounts_of, condition_lines, earmark_words, sources_of
from portal.words.labels import CONFIDENCE, SCHEME_KINDS, SCHEME_STATES, label
from portal.words.names import Names
from portal.words.wording import availability_sentence, evidence_words
from schemes.basics.values import value_on
from schemes.definition import SchemeDefinition
from schemes.region.funding import FundingLineDefinition
from schemes.region.loading import LoadedRegion

Kind = Literal["handbook", "annex"]
OBJECTION_WEEKS = 6
"""Weeks in which somebody may object: Awb article 6:7."""
PAYEES = {
    "resident": _l("de inwoner"),
    "employer": _l("de werkgever"),
    "provider": _l("de opleider"),
    "third_party": _l("een andere partij"),
}


def handbook(region: LoadedRegion, on: date, kind: Kind = "handbook") -> dict[str, Any]:
    """The handbook, or the annex with only what funders agree on, as plain data in the language in use.

    `on` is the day for which the amounts and conditions are shown.
    """
    names = Names.of_region(region)
    here = [one for one in _sorted(region) if one.administered == "here"]
    elsewhere = [one for one in _sorted(region) if one.administered == "elsewhere"]
    region_name = localized(region.region.name)
    desk = localized(region.region.desk.name) if region.region.desk is not None else region_name
    titles = {
        "handbook": _("Handboek van %(desk)s", desk=desk),
        "annex": _("Bijlage bij het convenant: regelingen en geld van %(region)s", region=region_name),
    }
    made: dict[str, Any] = {
        "kind": kind,
        "title": titles[kind],
        "author": desk,
        "language": current_locale(),
        "footer": _("%(title)s, stand van %(day)s", title=titles[kind], day=format_date(on)),
        "intro": list(_intro(region, kind, on)),
        "labels": _labels(),
        "steps": list(_steps(region)) if kind == "handbook" else [],
        "roles": list(_roles(region)),
        "decisions": decisions_for_readers() if kind == "handbook" else [],
        "money": [_line(line, region) for line in region.funding.funding_lines],
        "schemes": [_scheme(one, region, on, names) for one in here],
        "elsewhere": [_elsewhere(one, region, on) for one in elsewhere] if kind == "handbook" else [],
    }
    return made


def _sorted(region: LoadedRegion) -> list[SchemeDefinition]:
    return sorted(region.schemes.values(), key=lambda one: (localized(one.title).casefold(), one.scheme))


def _labels() -> dict[str, str]:
    return {
        "steps": _("Zo loopt een vraag"),
        "step": _("Stap"),
        "who": _("Wie"),
        "term": _("Termijn"),
        "roles": _("Wie doet wat"),
        "role": _("Rol"),
        "task": _("Taak"),
        "decisions": _("Besluiten en bezwaar"),
        "decision": _("Besluit"),
        "ground": _("Awb"),
        "hearing": _("Eerst horen"),
        "recourse": _("Niet eens"),
        "remedy": _("Na gelijk krijgen"),
        "money": _("Het geld"),
        "funder": _("Geldgever"),
        "for": _("Waarvoor"),
        "period": _("Periode"),
        "amount": _("Bedrag"),
        "total": _("Samen"),
        "schemes": _("Regelingen van dit loket"),
        "elsewhere": _("Regelingen van anderen"),
        "conditions": _("Voorwaarden"),
        "all_of_these": _("Dit moet allemaal kloppen."),
        "also": _("Dit geldt ook. Een mens controleert het."),
        "amounts": _("Bedragen"),
        "evidence": _("Bewijs"),
        "terms": _("Termijnen en betaling"),
        "sources": _("Bronnen"),
        "assumptions": _("Aannames, nog niet bevestigd"),
        "what": _("Wat"),
        "value": _("Inhoud"),
        "none": _("Geen."),
        "scheme": _("Regeling"),
        "state": _("Stand"),
        "version": _("Versie"),
    }


def _intro(region: LoadedRegion, kind: Kind, on: date) -> Iterator[str]:
    name = localized(region.region.name)
    if kind == "handbook":
        yield _("Dit handboek is voor de adviseurs, de regelinghouders en de geldgevers van %(region)s.", region=name)
    else:
        yield _("Deze bijlage hoort bij de afspraken tussen %(region)s en de geldgevers.", region=name)
    yield _("Het is gemaakt uit de regelingen zoals die gelden op %(day)s.", day=format_date(on))
    yield _("Verandert een regeling? Maak dan een nieuw exemplaar.")
    if region.region.demo:
        yield _("Dit is een demonstratie. Een deel van de regels en bedragen is verzonnen.")


def _steps(region: LoadedRegion) -> Iterator[list[str]]:
    settings = region.region.settings
    advisor, resident = _("adviseur"), _("inwoner of werkgever")
    days = _("%(days)s werkdagen", days=settings.response_days)
    weeks = _("%(weeks)s weken, of zoals bij de regeling staat", weeks=settings.decision_weeks)
    valid = _("%(days)s dagen, of zoals bij de regeling staat", days=settings.voucher_valid_days)
    yield [_("Een vraag insturen: wat wilt u leren?"), resident, _("op elk moment")]
    yield [_("Antwoorden en een afspraak maken"), advisor, days]
    yield [_("Een gesprek: welke opleiding past, en wie betaalt?"), _("inwoner en adviseur"), _("op afspraak")]
    yield [_("Een voorstel voor de verdeling bekijken en zo nodig veranderen"), advisor, _("na het gesprek")]
    yield [
        _("Een aanvraag doen voor regelingen van dit loket"),
        resident,
        _("voor de start, als de regeling dat vraagt"),
    ]
    yield [_("Beslissen, met een motivering, en een brief sturen"), _("bevoegd orgaan"), weeks]
    yield [_("De voucher gebruiken bij de opleider"), resident, valid]
    yield [_("De rekening sturen en betaald krijgen"), _("opleider"), _("binnen de geldigheid van de voucher")]
    yield [_("Bezwaar maken tegen een besluit"), resident, _("%(weeks)s weken", weeks=OBJECTION_WEEKS)]
    yield [_("Verantwoorden aan elke geldgever, uit de boeken"), _("regio"), _("per periode van het geld")]


def _roles(region: LoadedRegion) -> Iterator[list[str]]:
    yield [_("Inwoner of werkgever"), _("Stelt een ontwikkelvraag, kiest de opleiding en betaalt de eigen bijdrage.")]
    yield [_("Adviseur"), _("Bespreekt de vraag, beoordeelt het voorstel en bereidt het besluit voor.")]
    yield [
        _("Bevoegd orgaan"),
        _("Neemt het besluit: %(bodies)s.", bodies=format_list(_bodies(region)) or _("zie de regeling")),
    ]
    yield [_("Regelinghouder"), _("Onderhoudt de regeling. Een tweede persoon publiceert een nieuwe versie.")]
    yield [_("Opleider"), _("Geeft de opleiding en stuurt de rekening.")]
    funders = [localized(funder.name) for funder in region.funding.funders]
    yield [_("Geldgever"), _("Geeft geld met een doel: %(funders)s.", funders=format_list(funders) or _("niet bekend"))]
    yield [_("Regio"), _("Volgt het geld en legt verantwoording af.")]


def _bodies(region: LoadedRegion) -> list[str]:
    found = [
        localized(one.deciding_body) for one in _sorted(region) if one.administered == "here" and one.deciding_body
    ]
    return list(dict.fromkeys(found))


def _line(line: FundingLineDefinition, region: LoadedRegion) -> dict[str, Any]:
    funder = next(one for one in region.funding.funders if one.id == line.funder)
    return {
        "funder": localized(funder.name),
        "line": localized(line.title),
        "for": "; ".join(earmark_words(line.earmark, Names.of_region(region))) or _("alle regelingen van dit loket"),
        "period": f"{format_date(line.period.from_)} – {format_date(line.period.to)}",
        "amount": format_euros(line.amount_cents),
        "assumption": localized(line.assumption) if line.assumption else "",
    }


def _scheme(definition: SchemeDefinition, region: LoadedRegion, on: date, names: Names) -> dict[str, Any]:
    lines = [
        line
        for line in region.funding.funding_lines
        if not line.earmark.schemes or definition.scheme in line.earmark.schemes
    ]
    return {
        "title": localized(definition.title),
        "scheme": definition.scheme,
        "version": definition.version,
        "summary": localized(definition.summary),
        "state": availability_sentence(definition.availability(on)),
        "kind": label(SCHEME_KINDS, definition.kind),
        "confidence": str(CONFIDENCE[definition.confidence][0]),
        "conditions": [
            {"text": line.text, "article": line.article or "", "depth": line.depth}
            for line in condition_lines(definition, on, names)
        ],
        "also": [localized(text) for text in definition.also_required],
        "amounts": [[row["label"], row["value"]] for row in amounts_of(definition, on, names)],
        "evidence": evidence_words(definition),
        "terms": list(_terms(definition, region, lines)),
        "sources": [
            {
                "title": row["title"],
                "where": ", ".join(part for part in (row["where"], row["as_of"]) if part),
                "confidence": str(row["confidence"][0]),
                "url": row["url"] or "",
            }
            for row in sources_of(definition)
        ],
        "assumptions": [localized(text) for text in definition.assumptions],
    }


def _terms(
    definition: SchemeDefinition, region: LoadedRegion, lines: Iterable[FundingLineDefinition]
) -> Iterator[list[str]]:
    settings = region.region.settings
    yield [_("Zo vraagt u aan"), localized(definition.apply.how)]
    if definition.deciding_body is not None:
        yield [_("Wie beslist"), localized(definition.deciding_body)]
    weeks = definition.decision_weeks or settings.decision_weeks
    yield [_("Besluit binnen"), _("%(weeks)s weken", weeks=weeks)]
    yield [_("Wie krijgt het geld"), str(PAYEES[definition.payee])]
    if definition.voucher is not None:
        yield [_("Voucher is geldig"), _("%(days)s dagen", days=definition.voucher.valid_days)]
    yield [_("Bezwaar maken kan binnen"), _("%(weeks)s weken", weeks=OBJECTION_WEEKS)]
    paid_from = format_list(localized(line.title) for line in lines)
    yield [_("Betaald uit"), paid_from or _("geen geld bekend")]
    yield [_("Nakijken voor"), format_date(definition.review_on)]


def _elsewhere(definition: SchemeDefinition, region: LoadedRegion, on: date) -> list[str]:
    owner = localized(region.organisations[definition.owner].name)
    state = str(SCHEME_STATES[definition.availability(on).state][0])
    return [localized(definition.title), owner, state, _most(definition, on)]


def _most(definition: SchemeDefinition, on: date) -> str:
    """The main amount in a few words."""
    fixed = value_on(definition.fixed_amount_cents, on) if definition.fixed_amount_cents is not None else None
    if fixed is not None:
        return format_euros(fixed)
    caps = [value_on(cap.amount_cents, on) for cap in definition.caps if cap.per in ("award", "person")]
    known = [cents for cents in caps if cents is not None]
    if known:
        return _("hoogstens %(amount)s", amount=format_euros(min(known)))
    shares = [share for part in definition.coverage if (share := value_on(part.share, on)) is not None]
    return format_percent(max(shares)) if shares and definition.amount_known else _("niet bekend")
