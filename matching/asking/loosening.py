"""The most favourable amounts while facts are missing: never lower than what any answer gives."""

from collections.abc import Collection, Mapping, Sequence
from math import ceil

from matching.problem import Offer
from matching.spec import limits
from schemes.definition import SchemeDefinition
from schemes.definition.amounts import Rate
from schemes.facts import FactDefinition


def most_favourable(
    definition: SchemeDefinition, unknown: Collection[str], facts: Mapping[str, FactDefinition]
) -> SchemeDefinition:
    """A definition without variants whose amounts no longer need the `unknown` facts: the highest that these could give.

    What is paid exactly for a count becomes a limit, and a reduction takes nothing off.
    """
    changed: dict[str, object] = {"variants": ()}
    rate, reduction = definition.rate, definition.reduction
    if rate is not None and any(fact in unknown for fact in rate.facts):
        changed["rate"] = _highest(rate, unknown, facts)
    if reduction is not None and reduction.fact in unknown:
        changed["reduction"] = None
    return definition.model_copy(update=changed)


def _highest(rate: Rate, unknown: Collection[str], facts: Mapping[str, FactDefinition]) -> Rate | None:
    """The rate for the most units that can count; None, no limit, when there is no such number."""
    if rate.times is not None and rate.times in unknown:
        return None
    if rate.fact not in unknown:
        return rate.model_copy(update={"pays": "up_to"})
    most = rate.max_units
    believable = facts[rate.fact].maximum if rate.fact is not None else None
    if believable is not None:
        units = ceil(believable)
        most = units if most is None else min(most, units)
    if most is None:
        return None
    return rate.model_copy(update={"fact": None, "units": most, "pays": "up_to"})


def loosest(offers: Sequence[Offer]) -> Offer:
    """One offer that may pay whatever any of these may: the same scheme with the amounts of several variants."""
    first = offers[0]
    if all(offer == first for offer in offers):
        return first
    known = [offer for offer in offers if offer.amount_known]
    if not known:
        return first
    changed: dict[str, object] = {
        key: getattr(known[0], key) if all(getattr(one, key) == getattr(known[0], key) for one in known) else None
        for key in ("share_of_base", "tiers", "co_financing", "fixed_amount_cents")
    }
    rooms = [_room(offer) for offer in known]
    caps = [room for room in rooms if room is not None]
    covered = sorted({category for offer in known for category in offer.coverage})
    return known[0].model_copy(
        update={
            **changed,
            "coverage": {category: max(offer.coverage.get(category, 0) for offer in known) for category in covered},
            "cap_cents": max(caps) if len(caps) == len(rooms) else None,
            "had_before_cents": 0,
            "minimum_cents": min(offer.minimum_cents for offer in known),
        }
    )


def _room(offer: Offer) -> int | None:
    """The most in total by cap and fixed amount; None without either."""
    found = (limits.cap_left(offer), offer.fixed_amount_cents)
    return min((cents for cents in found if cents is not None), default=None)
