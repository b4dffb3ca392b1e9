"""De-minimis aid (constraint 4): who is an undertaking, what it may still receive, and which fact has to say so."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from matching.problem import Offer, Problem
from matching.spec import limits
from schemes.basics.values import value_on
from schemes.basics.vocabulary import Route
from schemes.definition import SchemeDefinition
from schemes.facts.outcome import Facts
from schemes.region import DeMinimis


def is_undertaking(rules: DeMinimis, route: Route, facts: Facts) -> bool:
    """Whether the asker is an undertaking: every employer; in the individual route who works for their own account."""
    return route == "employer" or facts.get(rules.undertaking_fact) in rules.undertaking_values


def counts_as_aid(definition: SchemeDefinition, rules: DeMinimis, route: Route, facts: Facts) -> bool:
    """Whether what this scheme pays is de-minimis aid to the asker. Never for an employee: a worker is no undertaking."""
    return definition.state_aid == "de_minimis" and is_undertaking(rules, route, facts)


def room_cents(rules: DeMinimis, facts: Facts, on: date) -> int | None:
    """What an undertaking may still receive on a day of award, in cents, never below 0; None when that is not known.

    `facts` are complete; the fact that is read counts all aid of the last 3 years, also what this desk awarded.
    """
    ceiling, used = value_on(rules.ceiling_cents, on), facts.get(rules.used_fact)
    if ceiling is None or not isinstance(used, int) or isinstance(used, bool):
        return None
    return max(0, ceiling - used)


def fact_to_ask(definition: SchemeDefinition, rules: DeMinimis, route: Route, facts: Facts) -> str | None:
    """The fact that could still lower what this scheme pays to this asker; None when it is known or plays no part."""
    asked = counts_as_aid(definition, rules, route, facts) and rules.used_fact not in facts
    return rules.used_fact if asked else None


@dataclass(frozen=True, slots=True)
class AidNote:
    """Something that still has to be said and could change amounts; a code of `codes.NOTES` with its parameters."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


def declarations(problem: Problem, used: Collection[str] = ()) -> Iterator[AidNote]:
    """What has to be declared for the offers that pay (`used`) or still may pay, while the room is not known."""
    aid = sorted(one.id for one in problem.offers if one.de_minimis and (one.id in used or _may_pay(problem, one)))
    if aid and problem.de_minimis_room_cents is None:
        yield AidNote("de_minimis_declaration", {"offers": aid})


def _may_pay(problem: Problem, offer: Offer) -> bool:
    """Whether it could still pay something: always before there are costs; later when it is possible and covers a line."""
    covered = not offer.amount_known or any(limits.covers(offer, line) for line in problem.lines)
    return not problem.lines or (offer.certainty == "possible" and covered)
