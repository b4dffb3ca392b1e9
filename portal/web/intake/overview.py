"""The public pages about schemes: a list of all, and one page per scheme with its conditions and sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from portal.framework.catalogue.queries import SchemeInForce, catalogue
from portal.platform.i18n import LazyString, format_euros, format_list, format_percent, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms import ChoiceField, ConfirmField, Form, TextField
from portal.web.intake.training_search import ANY
from portal.words.citations import citation
from portal.words.names import Names
from portal.words.standing import CONFIDENCE
from portal.words.wording import availability_sentence, category_label, evidence_words, rule_sentence
from schemes.basics.plain import plain
from schemes.basics.values import value_on
from schemes.definition import SchemeDefinition
from schemes.definition.amounts import Cap
from schemes.evaluation import Rule, describe

STATES: dict[str, tuple[LazyString, str]] = {
    "open": (_l("open"), "ok"),
    "not_yet_open": (_l("nog niet open"), "wait"),
    "unknown": (_l("niet zeker"), "wait"),
    "closed": (_l("gesloten"), "no"),
    "ceiling_reached": (_l("geld is op"), "no"),
    "ended": (_l("bestaat niet meer"), "no"),
}
FOR_WHOM: dict[str, LazyString] = {"individual": _l("inwoners"), "employer": _l("werkgevers")}
KINDS: dict[str, LazyString] = {
    "voucher": _l("Voucher"),
    "subsidy": _l("Subsidie"),
    "loan": _l("Lening"),
    "sector_fund": _l("Sectorfonds"),
    "employer_contribution": _l("Geld van de werkgever"),
    "benefit_service": _l("Hulp bij een uitkering"),
}


GROUPS: tuple[tuple[LazyString, tuple[str, ...]], ...] = (
    (_l("Nu open"), ("open",)),
    (_l("Misschien open"), ("unknown",)),
    (_l("Nu niet open"), ("not_yet_open", "closed", "ceiling_reached")),
    (_l("Bestaat niet meer"), ("ended",)),
)
"""The headings of the list, each with the states under it: under "open" stands only what is open."""


class FindSchemeForm(Form):
    """What somebody looks for among the schemes. It stands in the address, so that it can be shared."""

    q = TextField(_l("Woorden"), optional=True, maximum=100)
    who = ChoiceField(_l("Voor wie?"), optional=True, choices=[ANY, *FOR_WHOM.items()])
    kind = ChoiceField(_l("Soort"), optional=True, choices=[ANY, *KINDS.items()])
    open = ConfirmField(_l("Alleen wat nu open is"))

    def finds(self, row: Mapping[str, Any]) -> bool:
        """Whether a row of the list fits what was filled in; what is wrong does not count."""
        told = {field.name: None if field.errors else field.data for field in self}
        wanted = [plain(word) for word in (told["q"] or "").split()]
        text = f"{row['title']} {row['summary']} {row['kind']} {row['for_whom']}"
        words = [plain(word) for word in text.split()]
        return (
            all(any(word in one for one in words) for word in wanted)
            and told["who"] in (None, *row["routes"])
            and told["kind"] in (None, row["kind_key"])
            and (not told["open"] or row["state"] == "open")
        )


@dataclass(frozen=True)
class SchemeGroup:
    """The schemes under one heading."""

    title: str
    rows: list[dict[str, Any]]


def overview_of(schemes: Sequence[SchemeInForce], on: date, at: time | None = None) -> list[SchemeGroup]:
    """The schemes as the list shows them on a day (with `at`: at a local clock time): by whether they are open, then by title."""
    rows = [_entry(scheme, on, at) for scheme in schemes]
    rows.sort(key=lambda row: (row["order"], row["title"].casefold()))
    return [SchemeGroup(str(title), [row for row in rows if row["state"] in states]) for title, states in GROUPS]


def _entry(scheme: SchemeInForce, on: date, at: time | None = None) -> dict[str, Any]:
    definition = scheme.definition
    state = definition.availability(on, at).state
    text, kind = STATES[state]
    return {
        "slug": scheme.slug,
        "title": localized(definition.title),
        "summary": localized(definition.summary),
        "for_whom": format_list(FOR_WHOM[route] for route in definition.routes),
        "kind": str(KINDS[definition.kind]),
        "kind_key": definition.kind,
        "routes": definition.routes,
        "state": state,
        "tag": str(text),
        "tag_kind": kind,
        "here": definition.administered == "here",
        "order": (definition.administered != "here", definition.repayable),
    }


@dataclass(frozen=True)
class Sheet:
    """One scheme on its own page."""

    definition: SchemeDefinition
    for_whom: str
    kind: str
    tag: str
    tag_kind: str
    availability: str
    body: str
    owner: str
    pays: list[dict[str, str]]
    amounts: list[str]
    conditions: list[dict[str, Any]]
    also_required: list[str]
    evidence: list[str]
    assumptions: list[str]
    sources: list[dict[str, Any]]
    ended: str
    how: str
    here: bool


def sheet_of(session: Session, scheme: SchemeInForce, on: date) -> Sheet:
    """Everything a reader may want to know of one scheme."""
    definition, known = scheme.definition, catalogue(session)
    names = Names({}, known.facts, known.references)
    availability = definition.availability(on)
    text, kind = STATES[availability.state]
    owners = {item.id: localized(item.name) for item in known.region.organisations}
    return Sheet(
        definition=definition,
        for_whom=format_list(FOR_WHOM[route] for route in definition.routes),
        kind=str(KINDS[definition.kind]),
        tag=str(text),
        tag_kind=kind,
        availability=availability_sentence(availability),
        body=localized(definition.deciding_body),
        owner=owners.get(definition.owner, ""),
        pays=_pays(definition, on),
        amounts=_amounts(definition, on),
        conditions=[
            _condition(describe(condition, on, known.references), names) for condition in definition.conditions
        ],
        also_required=[localized(item) for item in definition.also_required],
        evidence=evidence_words(definition),
        assumptions=[localized(item) for item in definition.assumptions],
        sources=[{"source": item, "confidence": str(CONFIDENCE[item.confidence])} for item in definition.sources],
        ended=localized(definition.explanation_when_ended),
        how=localized(definition.apply.how),
        here=definition.administered == "here",
    )


def _condition(rule: Rule, names: Names) -> dict[str, Any]:
    """One condition in words, with the conditions inside it when it has no sentence of its own."""
    inside = [] if rule.text is not None else [_condition(part, names) for part in rule.children]
    return {"text": rule_sentence(rule, names), "article": citation(rule.article or ""), "parts": inside}


def _pays(definition: SchemeDefinition, on: date) -> list[dict[str, str]]:
    found = []
    for coverage in definition.coverage:
        share = value_on(coverage.share, on)
        what = format_list(category_label(name) for name in coverage.categories)
        if share is None:
            part = _("Niet bekend op deze dag")
        elif share == 1:
            part = _("Alles, tot het hoogste bedrag")
        else:
            part = _("Hoogstens %(share)s", share=format_percent(share))
        found.append({"label": what[:1].upper() + what[1:], "value": part})
    return found


def _cap(cap: Cap, cents: int) -> str:
    """One ceiling in words: how much, for whom, over which time."""
    whom = {
        "award": _("per keer"),
        "person": _("per persoon"),
        "employer": _("per werkgever"),
        "training": _("per opleiding, voor alle deelnemers samen"),
    }
    years = cap.years or 0
    when = {
        "none": "",
        "calendar_year": _("per kalenderjaar"),
        "school_year": _("per schooljaar"),
        "from_first_award": _("in %(years)s jaar, vanaf de eerste keer", years=years),
        "before_award": _("in de laatste %(years)s jaar", years=years),
    }[cap.period]
    text = _("Hoogstens %(amount)s %(whom)s", amount=format_euros(cents), whom=whom[cap.per])
    return f"{text}, {when}." if when else f"{text}."


def _amounts(definition: SchemeDefinition, on: date) -> list[str]:
    found = [_cap(cap, amount) for cap in definition.caps if (amount := value_on(cap.amount_cents, on)) is not None]
    fixed = value_on(definition.fixed_amount_cents, on) if definition.fixed_amount_cents is not None else None
    if fixed is not None:
        found.append(_("Een vast bedrag van %(amount)s.", amount=format_euros(fixed)))
    least = value_on(definition.minimum_cents, on) if definition.minimum_cents is not None else None
    if least:
        found.append(_("Minstens %(amount)s, anders betaalt de regeling niet.", amount=format_euros(least)))
    if definition.co_financing is not None:
        share = value_on(definition.co_financing.share, on)
        if share is not None:
            found.append(_("De werkgever betaalt zelf minstens %(share)s.", share=format_percent(share)))
    if definition.tiers is not None:
        found.append(_("Hoe hoog het deel is, hangt af van de kosten."))
    if definition.variants:
        found.append(_("Voor sommige mensen geldt een ander bedrag. Vul uw vraag in, dan ziet u wat voor u geldt."))
    if not definition.amount_known:
        found.append(_("Het bedrag is niet vooraf bekend."))
    if definition.repayable:
        found.append(_("Dit is een lening. Die moet u terugbetalen."))
    return found
