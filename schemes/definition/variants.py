"""Other amounts for other people: the first variant whose condition holds replaces amounts of the definition."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pydantic import Field

from schemes.basics.money import Cents
from schemes.basics.values import Dated, Items, Key, Line, Model, Text, value_on
from schemes.conditions import AnyCondition
from schemes.definition.amounts import Cap, CoFinancing, Coverage, Rate, Reduction, ShareOfBase, Tiers
from schemes.evaluation import evaluate
from schemes.facts.outcome import Facts
from schemes.facts.references import References

if TYPE_CHECKING:
    from schemes.definition.definition import SchemeDefinition


class Variant(Model):
    """Amounts that hold instead of those of the definition when `when` holds. What is left out stays as it is."""

    id: Key
    """Name of the variant, unique in the definition."""
    title: Text | None = None
    """Name for people: level 4, a household of three."""
    when: AnyCondition
    """For whom this variant is. Use `all`, `any` or `not` for more than one rule."""
    coverage: Items[Coverage] | None = Field(default=None, min_length=1, max_length=10)
    """Instead of the coverage of the definition."""
    caps: Items[Cap] | None = Field(default=None, max_length=20)
    """Instead of all caps of the definition. An empty list: no cap."""
    minimum_cents: Dated[Cents] | None = None
    """Instead of the minimum of the definition; 0: no minimum."""
    fixed_amount_cents: Dated[Cents] | None = None
    """Instead of the fixed amount of the definition."""
    rate: Rate | None = None
    """Instead of the rate of the definition."""
    reduction: Reduction | None = None
    """Instead of the reduction of the definition."""
    tiers: Tiers | None = None
    """Instead of the tiers of the definition."""
    share_of_base: ShareOfBase | None = None
    """Instead of the share of a base of the definition."""
    co_financing: CoFinancing | None = None
    """Instead of the co-financing of the definition."""
    article: Line | None = None
    """The article of the source."""

    def replaces(self) -> dict[str, Any]:
        """The keys that this variant replaces, with their values."""
        return {name: value for name in REPLACED if (value := getattr(self, name)) is not None}

    def applied_to(self, definition: "SchemeDefinition") -> "SchemeDefinition":
        """The definition with the amounts of this variant, and without variants."""
        return definition.model_copy(update={**self.replaces(), "variants": ()})


REPLACED = (
    "coverage", "caps", "minimum_cents", "fixed_amount_cents", "rate", "reduction", "tiers", "share_of_base", "co_financing",
)  # fmt: skip
"""The keys of a definition that a variant may replace."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Amounts that may hold: those of a variant, or with `variant` None those of the definition itself."""

    variant: str | None
    definition: "SchemeDefinition"


@dataclass(frozen=True, slots=True)
class Resolved:
    """The amounts that hold for these facts. When that is not certain: the ones that could pay most.

    `missing` are the facts that would decide between the `candidates`. A definition without variants is certain.
    """

    definition: "SchemeDefinition"
    certain: bool
    missing: tuple[str, ...]
    variant: str | None
    candidates: tuple[Candidate, ...]


def resolve(definition: "SchemeDefinition", facts: Facts, on: date, references: References) -> Resolved:
    """The definition with the amounts of the first variant whose `when` holds on a day; without one, its own amounts.

    A variant of which that is unknown may hold, and so may every later one until the first that certainly does.
    """
    if not definition.variants:
        return Resolved(definition, True, (), None, (Candidate(None, definition),))
    candidates: list[Candidate] = []
    missing: list[str] = []
    for variant in definition.variants:
        outcome = evaluate(variant.when, facts, on, references, definition.scheme)
        if outcome.status != "not_met":
            candidates.append(Candidate(variant.id, variant.applied_to(definition)))
        if outcome.status == "met":
            break
        missing += outcome.missing
    else:
        candidates.append(Candidate(None, definition.model_copy(update={"variants": ()})))
    best = max(candidates, key=lambda one: _could_pay(one.definition, on))
    certain = len(candidates) == 1
    needed = () if certain else tuple(dict.fromkeys(missing))
    return Resolved(best.definition, certain, needed, best.variant, tuple(candidates))


def facts_for_amount(resolved: Resolved, facts: Facts) -> tuple[str, ...]:
    """The facts that the amounts that may hold look at and that are not known."""
    looked_at = [fact for one in resolved.candidates for _, fact, _ in one.definition.amount_facts()]
    return tuple(dict.fromkeys(fact for fact in looked_at if fact not in facts))


def _could_pay(definition: "SchemeDefinition", on: date) -> tuple[Fraction, Fraction]:
    """How much it could pay when costs are high: the least of its limits, then its largest share."""
    limits = [Fraction(cents) for cents in _limits(definition, on) if cents is not None]
    shares = [share for one in definition.coverage if (share := value_on(one.share, on)) is not None]
    return min(limits, default=Fraction(10**15)), max(shares, default=Fraction(0))


def _limits(definition: "SchemeDefinition", on: date) -> list[int | None]:
    found = [value_on(cap.amount_cents, on) for cap in definition.caps]
    if definition.fixed_amount_cents is not None:
        found.append(value_on(definition.fixed_amount_cents, on))
    rate = definition.rate
    most = None if rate is None else rate.max_units or rate.units
    if rate is not None and most is not None and rate.times is None:
        once = 0 if rate.plus_cents is None else value_on(rate.plus_cents, on)
        amount = value_on(rate.amount_cents, on)
        found.append(None if amount is None or once is None else amount * (most - rate.above_units) + once)
    return found
