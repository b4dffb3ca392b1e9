"""Which amounts of a definition hold for somebody: those of the first variant that fits, or its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from schemes.basics.keeping import KeptFew
from schemes.basics.values import value_on
from schemes.definition.definition import SchemeDefinition
from schemes.evaluation import evaluate
from schemes.facts.outcome import Facts, Outcome
from schemes.facts.references import References


@dataclass(frozen=True, slots=True)
class Candidate:
    """Amounts that may hold: those of a variant, or with `variant` None those of the definition itself."""

    variant: str | None
    definition: SchemeDefinition
    facts: tuple[str, ...]
    """The facts that these amounts look at, each once."""

    @classmethod
    def of(cls, variant: str | None, definition: SchemeDefinition) -> "Candidate":
        """The candidate of a definition without variants."""
        return cls(variant, definition, tuple(dict.fromkeys(fact for _, fact, _ in definition.amount_facts())))


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


@dataclass(frozen=True, slots=True)
class Forms:
    """Every amount that a definition can come to: a candidate per variant, in their order, and last its own."""

    of: SchemeDefinition
    candidates: tuple[Candidate, ...]

    def that_may_hold(self, outcomes: Iterable[Outcome]) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
        """The candidates that may hold, and the facts that would decide between them; `outcomes` are of the variants, in order.

        A variant of which it is unknown may hold, and so may every later one until the first that certainly does.
        """
        found: list[Candidate] = []
        missing: list[str] = []
        for candidate, outcome in zip(self.candidates, outcomes, strict=False):
            if outcome.status != "not_met":
                found.append(candidate)
            if outcome.status == "met":
                break
            missing += outcome.missing
        else:
            found.append(self.candidates[-1])
        return tuple(found), () if len(found) == 1 else tuple(dict.fromkeys(missing))


_FORMS: KeptFew[int, Forms] = KeptFew(2_000)


def forms_of(definition: SchemeDefinition) -> Forms:
    """The forms of a definition; made once for the very object, which never changes and is held by what is kept."""
    found = _FORMS.get(id(definition))
    if found is None:
        variants = tuple(Candidate.of(one.id, one.applied_to(definition)) for one in definition.variants)
        own = definition.model_copy(update={"variants": ()}) if variants else definition
        found = _FORMS.keep(id(definition), Forms(definition, (*variants, Candidate.of(None, own))))
    return found


def resolve(definition: SchemeDefinition, facts: Facts, on: date, references: References) -> Resolved:
    """The definition with the amounts of the first variant whose `when` holds on a day; without one, its own amounts."""
    outcomes = (evaluate(one.when, facts, on, references, definition.scheme) for one in definition.variants)
    candidates, missing = forms_of(definition).that_may_hold(outcomes)
    best = candidates[0] if len(candidates) == 1 else max(candidates, key=lambda one: _could_pay(one.definition, on))
    return Resolved(best.definition, len(candidates) == 1, missing, best.variant, candidates)


def facts_for_amount(candidates: Iterable[Candidate], facts: Facts) -> tuple[str, ...]:
    """The facts that the amounts that may hold look at and that are not known."""
    return tuple(dict.fromkeys(fact for one in candidates for fact in one.facts if fact not in facts))


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
