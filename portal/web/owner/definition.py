"""A definition in plain words: its conditions, its amounts and its sources as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.i18n import LazyString, format_date, format_euros, format_list, format_percent, localized
from portal.i18n import gettext as _
from portal.i18n import lazy_gettext as _l
from portal.web.labels import CONFIDENCE
from portal.wording import Names, category_label, rule_sentence
from schemes.amounts import Cap
from schemes.definition import SchemeDefinition
from schemes.evaluation import Rule, describe
from schemes.values import value_on

PER: dict[str, LazyString] = {
    "award": _l("per toekenning"),
    "person": _l("per persoon"),
    "employer": _l("per werkgever"),
    "training": _l("per opleiding"),
}
PERIODS: dict[str, LazyString] = {
    "calendar_year": _l("per kalenderjaar"),
    "school_year": _l("per schooljaar"),
    "from_first_award": _l("in %(years)s jaar vanaf de eerste toekenning"),
    "before_award": _l("in de %(years)s jaar voor de toekenning"),
}


@dataclass(frozen=True)
class ConditionLine:
    """One condition with its article; parts of a group stand one level deeper."""

    text: str
    article: str | None
    depth: int


def condition_lines(definition: SchemeDefinition, on: date, names: Names) -> list[ConditionLine]:
    """Every condition as a sentence."""
    rules = (describe(condition, on, names.lists) for condition in definition.conditions)
    return [line for rule in rules for line in rule_lines(rule, names)]


def rule_lines(rule: Rule, names: Names, depth: int = 0) -> Iterator[ConditionLine]:
    """A rule as a sentence; its parts, when it has no text of its own, one level deeper."""
    yield ConditionLine(rule_sentence(rule, names), rule.article, depth)
    if rule.text is None:
        for child in rule.children:
            yield from rule_lines(child, names, depth + 1)


def amounts_of(definition: SchemeDefinition, on: date) -> list[dict[str, str]]:
    """What the scheme pays, at most and at least, and with which other money it goes together."""
    rows = [*_pays(definition, on), *_limits(definition, on), *_stacking(definition)]
    return [{"label": label, "value": value} for label, value in rows]


def _pays(definition: SchemeDefinition, on: date) -> Iterator[tuple[str, str]]:
    if not definition.amount_known:
        yield _("Bedrag"), _("Het bedrag is niet bekend. De regeling telt niet mee in een verdeling.")
    for coverage in definition.coverage:
        share = value_on(coverage.share, on)
        what = format_list(category_label(category) for category in coverage.categories)
        if share is not None:
            yield _("Betaalt"), _("%(share)s van %(what)s", share=format_percent(share), what=what)
    if definition.coverage:
        yield _("Btw"), _("kosten zonder btw") if definition.vat == "excluding" else _("kosten met btw")
    if definition.share_of_base is not None:
        share = value_on(definition.share_of_base.share, on)
        if share is not None:
            yield _("Deel van alle kosten"), _("hoogstens %(share)s", share=format_percent(share))
    fixed = _cents(definition.fixed_amount_cents, on)
    if fixed is not None:
        yield _("Vast bedrag"), format_euros(fixed)
    if definition.rate is not None:
        cents = _cents(definition.rate.amount_cents, on)
        yield _("Bedrag per eenheid"), f"{format_euros(cents)} per {localized(definition.rate.unit)}"


def _limits(definition: SchemeDefinition, on: date) -> Iterator[tuple[str, str]]:
    for cap in definition.caps:
        yield _("Hoogstens"), _cap(cap, on)
    minimum = _cents(definition.minimum_cents, on)
    if minimum is not None:
        yield _("Minstens"), format_euros(minimum)
    if definition.rounding_unit_cents > 1:
        yield _("Afgerond op"), format_euros(definition.rounding_unit_cents)
    if definition.co_financing is not None:
        share = value_on(definition.co_financing.share, on)
        if share is not None:
            whole = definition.co_financing.of == "eligible_cost"
            of = _("%(share)s van de kosten") if whole else _("%(share)s van wat de regeling betaalt")
            yield _("Werkgever betaalt minstens"), of % {"share": format_percent(share)}
    if definition.voucher is not None:
        yield _("Voucher is geldig"), _("%(days)s dagen", days=definition.voucher.valid_days)
        parts = _("ja") if definition.voucher.partial_redemption else _("nee")
        yield _("In delen te gebruiken"), parts
    if definition.decision_weeks is not None:
        yield _("Besluit binnen"), _("%(weeks)s weken", weeks=definition.decision_weeks)


def _stacking(definition: SchemeDefinition) -> Iterator[tuple[str, str]]:
    if definition.exclusion.no_other_public_money:
        yield _("Samen met andere regelingen"), _("Niet samen met ander publiek geld.")
    for group in definition.exclusion.groups:
        text = _("Hoogstens %(number)s uit de groep %(group)s.", number=group.at_most, group=group.group)
        yield _("Samen met andere regelingen"), text
    if definition.repayable:
        yield _("Terugbetalen"), _("Ja, dit is een lening.")


def _cap(cap: Cap, on: date) -> str:
    cents = _cents(cap.amount_cents, on)
    parts = [format_euros(cents) if cents is not None else _("niet bekend"), str(PER[cap.per])]
    if cap.period in PERIODS:
        parts.append(str(PERIODS[cap.period]) % {"years": cap.years})
    if cap.article is not None:
        parts.append(f"({cap.article})")
    return " ".join(parts)


def _cents(amount: Any, on: date) -> int | None:
    return None if amount is None else value_on(amount, on)


def sources_of(definition: SchemeDefinition) -> list[dict[str, Any]]:
    """Every source with how sure it is and as of which day."""
    return [
        {
            "title": source.title,
            "url": source.url,
            "where": ", ".join(_present(source.article, source.reference)),
            "as_of": format_date(source.as_of) if source.as_of else _("datum niet bekend"),
            "confidence": CONFIDENCE[source.confidence],
            "note": source.note,
        }
        for source in definition.sources
    ]


def _present(*parts: str | None) -> Iterable[str]:
    return (part for part in parts if part)
