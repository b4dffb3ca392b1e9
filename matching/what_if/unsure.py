"""What is not known of a question yet and could still change its mix: amounts, place, sector, aid that was received before.

A problem says of an offer only that it is possible. Here is kept what it may turn out to be once every fact is known, so that
the interval around an answer holds for every way in which the open facts may be filled in.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from matching.offers import Prepared, Rules, terms_of
from matching.offers.amounts import AmountNotKnown, amounts_on
from matching.offers.question import Question
from matching.offers.state_aid import is_undertaking, room_cents
from matching.problem import Offer, Problem
from matching.reasons.unused import why_possible
from schemes.basics.money import MAX_CENTS
from schemes.basics.values import value_on
from schemes.definition import SchemeDefinition
from schemes.definition.resolving import resolve
from schemes.facts import FactDefinition
from schemes.facts.outcome import Facts
from schemes.facts.references import References

LARGEST = 1_000_000
"""What a number fact without a maximum counts for."""


@dataclass(frozen=True, slots=True)
class UnsureOffer:
    """An offer as it may turn out to be, as if it were certain. `exact`: it is this; else at most this."""

    offer: Offer
    exact: bool


@dataclass(frozen=True, slots=True)
class Unsure:
    """What could still change a problem. Empty: only what the problem itself says is possible."""

    candidates: Mapping[str, tuple[UnsureOffer, ...]] = field(default_factory=dict)
    """Per possible offer every set of amounts that it may turn out to have."""
    why: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Per possible offer why it is only possible, as codes of `codes.WHY_POSSIBLE`."""
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Per possible offer the facts that are missing."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Circumstances (municipality, province, sector) that are not known, with the fact that would tell."""
    aid: frozenset[str] = frozenset()
    """Offers of which the money is de-minimis aid, or may turn out to be, while it is not known how much room there is."""
    aid_room_cents: int = 0
    """The least that the room may turn out to be."""
    aid_facts: tuple[str, ...] = ()
    """The facts that would tell how much room there is."""


def unsure(
    question: Question,
    prepared: Prepared,
    rules: Rules,
) -> Unsure:
    """What could still change the problem of a question that was made ready with these rules."""
    by_slug, problem = rules.by_slug, prepared.problem
    by_verdict = {verdict.scheme: verdict for verdict in prepared.verdicts}
    reader = _Reader(question, problem, rules.region.facts, rules.references, rules.on, prepared.facts)
    candidates, why, missing = {}, {}, {}
    for offer in problem.offers:
        definition, verdict = by_slug.get(offer.scheme), by_verdict.get(offer.scheme)
        if offer.certainty != "possible" or definition is None or verdict is None:
            continue
        why[offer.id] = tuple(why_possible(offer, verdict, definition))
        missing[offer.id] = verdict.missing_facts
        candidates[offer.id] = reader.candidates(offer, definition)
    known_aid = _aid(question, prepared, rules)
    return Unsure(candidates, why, missing, reader.places(), **known_aid)


def _aid(
    question: Question,
    prepared: Prepared,
    given: Rules,
) -> dict[str, Any]:
    rules, definitions, on = given.region.region.settings.de_minimis, given.by_slug, given.on
    facts, problem = prepared.facts, prepared.problem
    if value_on(rules.ceiling_cents, on) is None:
        return {}
    open_facts = [] if rules.used_fact in facts else [rules.used_fact]
    if question.route == "individual" and rules.undertaking_fact not in facts and rules.undertaking_values:
        open_facts.append(rules.undertaking_fact)
    elif not is_undertaking(rules, question.route, facts):
        return {}
    aid = {offer.id for offer in problem.offers if definitions[offer.scheme].state_aid == "de_minimis"}
    if not open_facts or not aid:
        return {}
    return {
        "aid": frozenset(aid),
        "aid_room_cents": room_cents(rules, facts, on) or 0,
        "aid_facts": tuple(open_facts),
    }


@dataclass(frozen=True, slots=True)
class _Reader:
    """The question with the facts that are known, and the most generous value of each that is not."""

    question: Question
    problem: Problem
    fact_definitions: Mapping[str, FactDefinition]
    references: References
    on: date
    facts: Facts

    def places(self) -> dict[str, str]:
        case = self.problem.circumstances
        home = "employer_municipality" if self.question.route == "employer" else "residence_municipality"
        asked = {"municipality": home, "province": home, "sector": "training_sector"}
        return {name: fact for name, fact in asked.items() if getattr(case, name) is None and fact not in self.facts}

    def candidates(self, offer: Offer, definition: SchemeDefinition) -> tuple[UnsureOffer, ...]:
        """Every set of amounts that an offer may turn out to have; none when nobody knows the amount."""
        if not definition.amount_known:
            return ()
        found = []
        for one in resolve(definition, self.facts, self.on, self.references).candidates:
            with suppress(AmountNotKnown):
                found.append(self._candidate(offer, one.definition, one.variant))
        return tuple(found)

    def _candidate(self, offer: Offer, definition: SchemeDefinition, variant: str | None) -> UnsureOffer:
        awards = [entry for entry in self.question.had_before if entry.scheme == definition.scheme]
        most = self._most(definition)
        amounts = dict(amounts_on(definition, awards, self.on, {**self.facts, **most}))
        if most and amounts["fixed_amount_cents"] is not None:
            both = (amounts.get("cap_cents"), amounts["fixed_amount_cents"])
            amounts["cap_cents"] = min(cents for cents in both if cents is not None)
            amounts |= {"fixed_amount_cents": None, "had_before_cents": 0}
        for key in ("cap_cents", "fixed_amount_cents"):
            if amounts.get(key) is not None:
                amounts[key] = min(amounts[key], MAX_CENTS)
        for key in ("share_of_base", "tiers"):
            before, rule = getattr(offer, key), amounts.get(key)
            if rule is not None and before is not None:
                amounts[key] = rule.model_copy(update={"of": before.of, "less": before.less})
        made = Offer(**terms_of(definition), **amounts, variant=variant, de_minimis=offer.de_minimis)
        return UnsureOffer(made, not most)

    def _most(self, definition: SchemeDefinition) -> dict[str, int]:
        """The facts that the amount needs and that are not known, each with the value that gives the most."""
        rate, reduction = definition.rate, definition.reduction
        found = {}
        for fact in rate.facts if rate is not None else ():
            if fact not in self.facts:
                known = self.fact_definitions.get(fact)
                found[fact] = LARGEST if known is None or known.maximum is None else int(known.maximum)
        if reduction is not None and reduction.fact not in self.facts:
            found[reduction.fact] = 0
        return found
