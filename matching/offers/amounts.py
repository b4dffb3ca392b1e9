"""What one scheme can pay on one day for these facts: the numbers of an offer, from a definition without variants."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from matching.offers.earlier_awards import had_before
from matching.problem import OfferCoFinancing, OfferShareOfBase, OfferTier, OfferTiers
from schemes.basics.costs import HadBefore
from schemes.basics.money import ceil_share
from schemes.basics.values import value_on
from schemes.definition import SchemeDefinition
from schemes.definition.amounts import Rate, Reduction
from schemes.facts.outcome import Facts


class AmountNotKnown(Exception):
    """An amount of the definition has no value on this day, or a fact it needs is not known."""


def coverage_on(definition: SchemeDefinition, on: date) -> dict[Any, Fraction]:
    """The covered share per category; a category without a share on this day is left out."""
    found: list[tuple[Any, Any]] = [
        (name, value_on(part.share, on)) for part in definition.coverage for name in part.categories
    ]
    return {category: share for category, share in found if share is not None}


def amounts_on(definition: SchemeDefinition, awards: Sequence[HadBefore], on: date, facts: Facts) -> Mapping[str, Any]:
    """The fields of an offer that say how much. `awards` were had before. Raises AmountNotKnown.

    Rules with `less` count with their whole base here: who is subtracted depends on the other offers. A fixed amount that is
    worked out (a rate that pays exactly, or what a reduction leaves) is rounded down to whole units; one that is written is not.
    """
    for part in definition.coverage:
        _value(part.share, on)
    counted = None if definition.rate is None else _rate(definition.rate, on, facts)
    per_award = [_value(cap.amount_cents, on) for cap in definition.caps if cap.per == "award"]
    fixed = _value(definition.fixed_amount_cents, on)
    if definition.rate is not None and definition.rate.pays == "exactly":
        fixed = min(filter(lambda cents: cents is not None, (counted, *per_award)))
    elif counted is not None:
        per_award.append(counted)
    lower = 0 if definition.reduction is None else _reduction(definition.reduction, on, facts)
    limits = [(max(0, min(per_award) - lower), 0)] if per_award and fixed is None else []
    for cap in definition.caps:
        if cap.per != "award":
            amount = _value(cap.amount_cents, on)
            limits.append((amount, had_before(cap, awards, on)))
    if fixed is not None and (counted is not None or definition.reduction is not None):
        left = max(0, fixed - lower)
        fixed = left - left % definition.rounding_unit_cents
    amounts: dict[str, Any] = {
        "coverage": coverage_on(definition, on),
        "minimum_cents": _value(definition.minimum_cents, on) or 0,
        "fixed_amount_cents": fixed,
        **_rules(definition, on),
    }
    if limits:
        amounts["cap_cents"], amounts["had_before_cents"] = min(limits, key=lambda one: max(0, one[0] - one[1]))
    return amounts


def _rules(definition: SchemeDefinition, on: date) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    own, base, tiers = definition.co_financing, definition.share_of_base, definition.tiers
    if own is not None:
        share = _value(own.share, on)
        rules["co_financing"] = OfferCoFinancing(share=share, of=own.of, counts_sector_fund=own.counts_sector_fund)
    if base is not None:
        rules["share_of_base"] = OfferShareOfBase(share=_value(base.share, on))
    if tiers is not None:
        steps = [
            OfferTier(up_to_cents=_value(step.up_to_cents, on), share=_value(step.share, on)) for step in tiers.steps
        ]
        rules["tiers"] = OfferTiers(steps=tuple(steps))
    return rules


def _value(dated: Any, on: date) -> Any:
    """The value on the day; None when nothing is written. Raises when it is written, but not for this day."""
    if dated is None:
        return None
    value = value_on(dated, on)
    if value is None:
        raise AmountNotKnown
    return value


def _number(facts: Facts, key: str) -> int | Decimal:
    value = facts.get(key)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise AmountNotKnown
    return max(value, 0)


def _rate(rate: Rate, on: date, facts: Facts) -> int:
    """Amount per unit times the units that count, plus what comes on top; rounded down to the cent."""
    units = Fraction(_number(facts, rate.fact) if rate.fact is not None else rate.units or 0)
    if rate.rounds != "exact":
        units = Fraction(ceil(units) if rate.rounds == "up" else floor(units))
    if rate.max_units is not None:
        units = min(units, Fraction(rate.max_units))
    units = max(Fraction(0), units - rate.above_units)
    times = 1 if rate.times is None else Fraction(_number(facts, rate.times))
    return int(_value(rate.amount_cents, on) * units * times + (_value(rate.plus_cents, on) or 0))


def _reduction(rule: Reduction, on: date, facts: Facts) -> int:
    """What is taken off, rounded up: it lowers an upper limit."""
    above = int(_number(facts, rule.fact)) - _value(rule.above_cents, on)
    return ceil_share(_value(rule.share, on), max(0, above))
