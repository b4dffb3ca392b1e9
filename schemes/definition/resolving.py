"""Which amounts of a definition hold for somebody: those of the first variant that fits, or its own."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from schemes.basics.values import value_on
from schemes.definition.definition import SchemeDefinition
from schemes.evaluation import evaluate
from schemes.facts.outcome import Facts
from schemes.facts.references import References


@dataclass(frozen=True, slots=True)
class Candidate:
    """Amounts that may hold: those of a variant, or with `variant` None those of the definition itself."""

    variant: str | None
    definition: SchemeDefinition


@dataclass(frozen=True, slots=True)
class Resolved:
    """The amounts that hold for these facts. When that is not certain: the ones that could pay most.

    `missing` are the facts that would decide between the `candidates`. A definition without variants is certain.
    """

    definition: SchemeDefinition
    certain: bool
    missing: tuple[str, ...]
    variant: str | None
    candidates: tuple[Candidate, ...]


def resolve(definition: SchemeDefinition, facts: Facts, on: date, references: References) -> Resolved:
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


def _could_pay(definition: SchemeDefinition, on: date) -> tuple[Fraction, Fraction]:
    """How much it could pay when costs are high: the least of its limits, then its largest share."""
    limits = [Fraction(cents) for cents in _limits(definition, on) if cents is not None]
    shares = [share for one in definition.coverage if (share := value_on(one.share, on)) is not None]
    return min(limits, default=Fraction(10**15)), max(shares, default=Fraction(0))


def _limits(definition: SchemeDefinition, on: date) -> list[int | None]:
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
