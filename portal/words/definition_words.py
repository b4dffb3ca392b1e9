"""A definition in plain words: its conditions, its amounts and its sources as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.platform.i18n import LazyString, format_date, format_euros, format_list, format_percent, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.words.citations import citation
from portal.words.labels import CONFIDENCE
from portal.words.names import NO_NAMES, Names, place_name
from portal.words.wording import category_label, rule_sentence
from schemes.basics.values import value_on
from schemes.definition import SchemeDefinition
from schemes.definition.amounts import Cap, GroupRule, JointCap, Rate, Tiers
from schemes.evaluation import Rule, describe
from schemes.region.funding import Earmark

PER: dict[str, LazyString] = {
    "award": _l("per toekenning"),
    "person": _l("per persoon"),
    "employer": _l("per werkgever"),
    "training": _l("per opleiding, voor alle deelnemers samen"),
}
PERIODS: dict[str, LazyString] = {
    "calendar_year": _l("per kalenderjaar"),
    "school_year": _l("per schooljaar"),
    "from_first_award": _l("in %(years)s jaar vanaf de eerste toekenning"),
    "before_award": _l("in de %(years)s jaar voor de toekenning"),
}
PAID: dict[str, LazyString] = {
    "before_start": _l("vooraf, voordat de opleiding begint"),
    "after_start": _l("als de opleiding is begonnen"),
    "after_completion": _l("achteraf, als de opleiding klaar is"),
    "on_invoice": _l("op de factuur"),
    "in_parts": _l("in delen"),
    "with_salary": _l("met het loon of de uitkering"),
    "other": _l("anders"),
}
DIVIDED: dict[str, LazyString] = {
    "order_of_receipt": _l("op volgorde van ontvangst"),
    "lottery": _l("door loting"),
    "pro_rata": _l("iedereen krijgt een deel"),
    "ranking": _l("de beste aanvragen eerst"),
    "discretion": _l("het bestuur kiest"),
}
COMPLETE_AGAIN: Mapping[frozenset[str], LazyString] = {
    frozenset({"higher_costs", "another_training"}): _l(
        "Worden de kosten later hoger, of wordt het een andere opleiding? Dan telt de aanvraag vanaf die dag."
    ),
    frozenset({"higher_costs"}): _l(
        "Worden de kosten later hoger? Dan telt de aanvraag vanaf die dag. Bij een andere opleiding houdt zij haar dag."
    ),
    frozenset({"another_training"}): _l(
        "Wordt het later een andere opleiding? Dan telt de aanvraag vanaf die dag. Bij hogere kosten houdt zij haar dag."
    ),
    frozenset(): _l(
        "De aanvraag houdt haar dag, ook als de kosten later hoger worden of als het een andere opleiding wordt."
    ),
}
"""What becomes of the day of an application that changes, by the changes that make it complete again."""


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
    yield ConditionLine(rule_sentence(rule, names), rule.article and citation(rule.article), depth)
    if rule.text is None:
        for child in rule.children:
            yield from rule_lines(child, names, depth + 1)


def amounts_of(definition: SchemeDefinition, on: date, names: Names = NO_NAMES) -> list[dict[str, str]]:
    """What the scheme pays, at most and at least, to whom something else, when, and with which other money it goes."""
    usual = [*_pays(definition, on, names), *_limits(definition, on)]
    rows = [
        *usual,
        *_variants(definition, on, names, usual),
        *_around(definition, on),
        *_stacking(definition, on, names),
    ]
    return [{"label": label, "value": value} for label, value in rows]


def _variants(
    definition: SchemeDefinition, on: date, names: Names, usual: list[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Per variant for whom it is and which amounts differ."""
    for variant in definition.variants:
        own = variant.applied_to(definition)
        rows = [row for row in (*_pays(own, on, names), *_limits(own, on)) if row not in usual]
        rule = describe(variant.when, on, names.lists)
        who = " ".join(line.text for line in rule_lines(rule, names))
        label = localized(variant.title) if variant.title is not None else _("Ander bedrag")
        amounts = "; ".join(f"{name}: {value}" for name, value in rows)
        yield label, f"{_with(who, rule.article)} {_with(amounts, variant.article)}"


def _around(definition: SchemeDefinition, on: date) -> Iterator[tuple[str, str]]:
    """When the money comes, the budget of the scheme, and by when to apply."""
    if definition.payment is not None:
        note = localized(definition.payment.note) if definition.payment.note is not None else ""
        yield _("Uitbetaling"), " ".join(_present(f"{PAID[definition.payment.moment]}.", note))
    if definition.budget is not None:
        ceiling = _cents(definition.budget.ceiling_cents, on)
        if ceiling is not None:
            yield _("Budget van de regeling"), format_euros(ceiling)
        note = localized(definition.budget.note) if definition.budget.note is not None else ""
        in_order = definition.administered == "here" and definition.budget.distribution == "order_of_receipt"
        waits = _("Is het geld op, dan kunt u op een wachtlijst.") if definition.budget.waiting_list else ""
        again = str(COMPLETE_AGAIN[definition.complete_again_after]) if in_order else ""
        order = _("in de volgorde waarin aanvragen compleet zijn")
        how = order if in_order else str(DIVIDED[definition.budget.distribution])
        divided = " ".join(_present(f"{how}.", waits, again, note))
        yield _("Verdeling van het budget"), _with(divided, definition.budget.article)
    if definition.apply.within_days is not None:
        text = _("hoogstens %(days)s dagen na het begin van de opleiding", days=definition.apply.within_days)
        yield _("Aanvragen"), text
    elif definition.apply.after_start:
        yield _("Aanvragen"), _("nadat de opleiding is begonnen")


def _pays(definition: SchemeDefinition, on: date, names: Names) -> Iterator[tuple[str, str]]:
    if not definition.amount_known:
        yield _("Bedrag"), _("Het bedrag is niet bekend. De regeling telt niet mee in een verdeling.")
    for coverage in definition.coverage:
        share = value_on(coverage.share, on)
        what = format_list(category_label(category) for category in coverage.categories)
        if share is not None:
            yield (
                _("Betaalt"),
                _with(_("%(share)s van %(what)s", share=format_percent(share), what=what), coverage.article),
            )
    if definition.coverage:
        yield _("Btw"), _("kosten zonder btw") if definition.vat == "excluding" else _("kosten met btw")
    if definition.share_of_base is not None:
        share = value_on(definition.share_of_base.share, on)
        if share is not None:
            most = _("hoogstens %(share)s", share=format_percent(share))
            yield _("Deel van alle kosten"), _with(most, definition.share_of_base.article)
        if definition.share_of_base.less:
            yield _("Daar gaat eerst af"), format_list(_payer(one, names) for one in definition.share_of_base.less)
    yield from _sums(definition, on)


def _sums(definition: SchemeDefinition, on: date) -> Iterator[tuple[str, str]]:
    """A fixed amount, steps, an amount per unit, and what is taken off."""
    fixed = _cents(definition.fixed_amount_cents, on)
    if fixed is not None:
        yield _("Vast bedrag"), format_euros(fixed)
    if definition.tiers is not None:
        yield _("Deel per stuk van de kosten"), _with(_tiers(definition.tiers, on), definition.tiers.article)
    if definition.rate is not None:
        label = _("Vast bedrag") if definition.rate.pays == "exactly" else _("Bedrag per eenheid")
        yield label, _with(_rate(definition.rate, on), definition.rate.article)
    if definition.reduction is not None:
        share, above = value_on(definition.reduction.share, on), _cents(definition.reduction.above_cents, on)
        if share is not None and above is not None:
            text = _(
                "%(share)s van wat er boven %(amount)s komt", share=format_percent(share), amount=format_euros(above)
            )
            yield _("Daar gaat af"), text


def _tiers(tiers: Tiers, on: date) -> str:
    """Every step with its share: 100% tot € 1.000; daarboven 50%."""
    parts = []
    for step in tiers.steps:
        share, end = value_on(step.share, on), _cents(step.up_to_cents, on)
        if share is None:
            continue
        shown = format_percent(share)
        above = _("%(share)s van de rest", share=shown)
        parts.append(above if end is None else _("%(share)s tot %(amount)s", share=shown, amount=format_euros(end)))
    return "; ".join(parts)


def _rate(rate: Rate, on: date) -> str:
    """The amount per unit, how many units count, and what comes on top."""
    cents, once = _cents(rate.amount_cents, on), _cents(rate.plus_cents, on)
    amount = _("niet bekend") if cents is None else format_euros(cents)
    parts = [_("%(amount)s per %(unit)s", amount=amount, unit=localized(rate.unit))]
    if rate.units is not None:
        parts.append(_("%(number)s keer", number=rate.units))
    if rate.above_units:
        parts.append(_("de eerste %(number)s tellen niet mee", number=rate.above_units))
    if rate.max_units is not None:
        parts.append(_("hoogstens %(number)s", number=rate.max_units))
    if once:
        parts.append(_("plus %(amount)s", amount=format_euros(once)))
    return ", ".join(parts)


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
            text = of % {"share": format_percent(share)}
            yield _("Werkgever betaalt minstens"), _with(text, definition.co_financing.article)
        if definition.co_financing.counts_sector_fund:
            yield _("Geld van een sectorfonds"), _("telt mee als deel van de werkgever")
    if definition.voucher is not None:
        yield _("Voucher is geldig"), _("%(days)s dagen", days=definition.voucher.valid_days)
        parts = _("ja") if definition.voucher.partial_redemption else _("nee")
        yield _("In delen te gebruiken"), parts
        if definition.voucher.keep_rest:
            yield _("Wat na een deel overblijft"), _("blijft geldig tot de voucher verloopt")
        if definition.voucher.share_elsewhere == "waits":
            yield _("Als een ander nog over een deel beslist"), _("De voucher wacht op die uitkomst.")
    if definition.decision_weeks is not None:
        yield _("Besluit binnen"), _("%(weeks)s weken", weeks=definition.decision_weeks)
    yield from _people(definition)


def _people(definition: SchemeDefinition) -> Iterator[tuple[str, str]]:
    if definition.four_eyes_above_cents is not None:
        yield _("Twee mensen besluiten boven"), format_euros(definition.four_eyes_above_cents)
    if definition.administered == "here":
        yield _("Eén mens besluit, keurt goed en boekt af tot en met"), format_euros(definition.one_person_up_to_cents)


def _stacking(definition: SchemeDefinition, on: date, names: Names) -> Iterator[tuple[str, str]]:
    if definition.exclusion.no_other_public_money:
        yield _("Samen met andere regelingen"), _("Niet samen met ander publiek geld.")
    for group in definition.exclusion.groups:
        yield _("Samen met andere regelingen"), _with(_group(definition, group, names), group.article)
    for cap in definition.joint_caps:
        yield _("Samen met andere regelingen"), _with(_joint(cap, on, names), cap.article)
    if definition.precedence is not None:
        first = format_list(names.title(slug) for slug in definition.precedence.asks_first)
        yield _("Eerst vragen aan"), _with(first, definition.precedence.article)
    if definition.state_aid == "de_minimis":
        yield _("Staatssteun"), _aid(definition)
    if definition.repayable:
        yield _("Terugbetalen"), _("Ja, dit is een lening.")


def _aid(definition: SchemeDefinition) -> str:
    """To whom it is de-minimis aid, and what that means: in the individual route only to who works for their own account."""
    told = _(
        "De-minimissteun is kleine steun van de overheid aan een bedrijf. In drie jaar samen is er een hoogste bedrag."
    )
    if "employer" in definition.routes:
        return _("Dit telt als de-minimissteun aan het bedrijf.") + " " + told
    return _("Dit telt alleen als de-minimissteun voor wie voor zichzelf werkt (zzp).") + " " + told


def _joint(cap: JointCap, on: date, names: Names) -> str:
    """The most of several schemes together, as an amount or a share of the cost."""
    cents, share = _cents(cap.amount_cents, on), value_on(cap.share, on) if cap.share is not None else None
    known = (
        format_euros(cents) if cents is not None else format_percent(share) if share is not None else _("niet bekend")
    )
    schemes = format_list(names.title(slug) for slug in cap.schemes)
    return _("Met %(schemes)s hoogstens %(most)s.", schemes=schemes, most=known)


def _payer(who: str, names: Names) -> str:
    """Who pays a part: the employer, sector funds, or a scheme by its title."""
    others = {"employer": _("wat de werkgever betaalt"), "sector_funds": _("wat sectorfondsen betalen")}
    return others.get(who) or names.title(who)


def _group(definition: SchemeDefinition, group: GroupRule, names: Names) -> str:
    """Which schemes of a group do not go together, by their titles."""
    same = _("voor dezelfde opleiding") if group.scope == "training" else _("voor dezelfde kosten")
    others = sorted(names.title(slug) for slug in names.groups.get(group.group, ()) if slug != definition.scheme)
    if not others:
        return _("Hoogstens %(number)s uit dezelfde groep regelingen, %(same)s.", number=group.at_most, same=same)
    if group.at_most == 1:
        return _("Niet samen met deze regelingen %(same)s: %(schemes)s.", same=same, schemes="; ".join(others))
    shown = "; ".join(sorted([*others, localized(definition.title)]))
    return _(
        "Hoogstens %(number)s van deze regelingen %(same)s: %(schemes)s.",
        number=group.at_most,
        same=same,
        schemes=shown,
    )


def _cap(cap: Cap, on: date) -> str:
    cents = _cents(cap.amount_cents, on)
    parts = [format_euros(cents) if cents is not None else _("niet bekend"), str(PER[cap.per])]
    if cap.period in PERIODS:
        parts.append(str(PERIODS[cap.period]) % {"years": cap.years})
    return _with(" ".join(parts), cap.article)


def _with(text: str, article: str | None) -> str:
    """A text with the article it rests on."""
    return f"{text} ({citation(article)})" if article else text


def _cents(amount: Any, on: date) -> int | None:
    return None if amount is None else value_on(amount, on)


def sources_of(definition: SchemeDefinition) -> list[dict[str, Any]]:
    """Every source with how sure it is and as of which day."""
    return [
        {
            "title": source.title,
            "url": source.url,
            "where": ", ".join(citation(part) for part in _present(source.article, source.reference)),
            "as_of": format_date(source.as_of) if source.as_of else _("datum niet bekend"),
            "confidence": CONFIDENCE[source.confidence],
            "note": source.note,
        }
        for source in definition.sources
    ]


def _present(*parts: str | None) -> Iterable[str]:
    return (part for part in parts if part)


def earmark_words(mark: Earmark, names: Names) -> Iterator[str]:
    """What money may be used for, one text per limit; none when it may be used for everything."""
    routes = {"individual": _("individuele route"), "employer": _("werkgeversroute")}
    if mark.schemes:
        yield format_list(names.title(slug) for slug in mark.schemes)
    if mark.routes:
        yield format_list(routes[route] for route in mark.routes)
    if mark.municipalities:
        yield format_list(names.answer("residence_municipality", code) for code in mark.municipalities)
    if mark.provinces:
        yield format_list(place_name(province) for province in mark.provinces)
    if mark.sectors:
        yield format_list(names.answer("training_sector", sector) for sector in mark.sectors)
    if mark.categories:
        yield format_list(category_label(category) for category in mark.categories)


def limits_of_money(earmark: Mapping[str, Any], names: Names) -> str:
    """What a budget may be used for, as it is kept with it; empty when it may be used for everything."""
    mark = Earmark.model_validate({key: tuple(one) if isinstance(one, list) else one for key, one in earmark.items()})
    return "; ".join(earmark_words(mark, names))
