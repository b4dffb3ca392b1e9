"""Why a scheme pays nothing: one reason per scheme that is not used, as a code."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from matching.offers.eligibility import Verdict
from matching.problem import Offer
from matching.reasons.mix import MixSums
from matching.reasons.worth import AtMost, at_most
from matching.spec import limits
from matching.spec.precedence import PrecedenceChecks
from schemes.basics.money import ceil_share
from schemes.definition import SchemeDefinition


@dataclass(frozen=True, slots=True)
class Unused:
    """A scheme that pays nothing, with one reason, and what it could pay at most by itself (None: no offer, or not known)."""

    scheme: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    at_most: AtMost | None = None


def unused(mix: MixSums, verdicts: Sequence[Verdict], definitions: Mapping[str, SchemeDefinition]) -> Iterator[Unused]:
    if mix.problem.parts:
        yield from _of_parts(mix)
        return
    used_schemes = {mix.offers[name].scheme for name in mix.used() if name in mix.offers}
    by_scheme = {offer.scheme: offer for offer in mix.problem.offers}
    seen = set()
    for verdict in verdicts:
        seen.add(verdict.scheme)
        if verdict.scheme in used_schemes:
            continue
        outside = _outside(verdict)
        if outside is not None:
            yield outside
        elif verdict.scheme in by_scheme:
            offer = by_scheme[verdict.scheme]
            code, params = _idle(mix, offer, verdict, definitions.get(verdict.scheme))
            yield Unused(verdict.scheme, code, params, at_most(mix.problem, offer))
    for scheme in sorted(set(by_scheme) - seen - used_schemes):
        code, params = _idle(mix, by_scheme[scheme], None, None)
        yield Unused(scheme, code, params, at_most(mix.problem, by_scheme[scheme]))


def _of_parts(mix: MixSums) -> Iterator[Unused]:
    """Per part of a bundle the offers of schemes that pay nothing there; without verdicts, which are each part's own."""
    used = {(mix.offers[name].part, mix.offers[name].scheme) for name in mix.used()}
    for offer in sorted(mix.offers.values(), key=lambda offer: offer.id):
        if (offer.part, offer.scheme) not in used:
            code, params = _idle(mix, offer, None, None)
            yield Unused(offer.scheme, code, {**params, "part": offer.part}, at_most(mix.problem, offer))


def _outside(verdict: Verdict) -> Unused | None:
    """Why a scheme is no offer at all."""
    if not verdict.route_fits:
        return Unused(verdict.scheme, "other_route")
    state, params = verdict.availability.state, verdict.availability.params
    keys = {"ended": "ended_on", "closed": "closes_on", "not_yet_open": "opens_on", "ceiling_reached": "since"}
    if state in keys:
        day: date | None = params.get(keys[state])
        return Unused(verdict.scheme, state, {keys[state]: None if day is None else day.isoformat()})
    if verdict.status == "not_eligible":
        return Unused(verdict.scheme, "not_eligible")
    return None


def why_possible(offer: Offer, verdict: Verdict | None, definition: SchemeDefinition | None) -> list[str]:
    """Every reason why an offer is only possible, as codes."""
    why = []
    if verdict is not None and verdict.status == "unknown":
        why.append("facts_missing")
    if verdict is not None and verdict.availability.state == "unknown":
        why.append("state_unknown")
    if definition is not None and definition.discretion is not None:
        why.append("discretion")
    if definition is not None and definition.applicant.who == "third_party":
        why.append("third_party")
    if verdict is not None and verdict.status == "eligible" and verdict.missing_facts:
        why.append("amount_depends")
    if not offer.amount_known:
        why.append("amount_unknown")
    return why


def idle_code(mix: MixSums, offer: Offer) -> str:
    """Why an offer of the problem pays nothing, as a code."""
    return _idle(mix, offer, None, None)[0]


def _idle(
    mix: MixSums, offer: Offer, verdict: Verdict | None, definition: SchemeDefinition | None
) -> tuple[str, dict[str, Any]]:
    """Why an offer of the problem pays nothing."""
    worth, problem = limits.worth(mix.problem, offer), mix.problem
    least, room = limits.smallest_total(problem, offer), problem.de_minimis_room_cents
    if offer.de_minimis and room is not None and room < least:
        return "de_minimis_room", {"left_cents": room, "room_cents": room}
    facts = list(verdict.missing_facts) if verdict is not None else []
    why = why_possible(offer, verdict, definition)
    if not offer.amount_known:
        return "amount_unknown", {"why": why, "facts": facts}
    if offer.certainty == "possible":
        return "possible", {"why": why, "facts": facts, "worth_cents": worth}
    if offer.id in problem.locks.forbidden:
        return "forbidden", {}
    if not mix.covered(offer):
        if any(limits.coverage_limit(offer, line) for line in problem.lines):
            return "costs_of_the_employer", {}
        return "no_cost_covered", {
            "categories": sorted(category for category, share in offer.coverage.items() if share)
        }
    if limits.never_paid(problem, offer):
        params = {
            "fixed_cents": offer.fixed_amount_cents,
            "unit_cents": offer.rounding_unit_cents,
            "minimum_cents": least,
        }
        return (
            "fixed_amount_too_small" if (offer.fixed_amount_cents or 0) < least else "fixed_amount_not_whole"
        ), params
    left = limits.cap_left(offer)
    if left == 0:
        return "cap_used_up", {"cap_cents": offer.cap_cents, "had_before_cents": offer.had_before_cents}
    if offer.repayable and problem.borrow_up_to_cents == 0:
        return "needs_request_to_borrow", {"worth_cents": worth}
    if worth < least:
        return "below_minimum", {"minimum_cents": least, "worth_cents": worth}
    return _idle_in_mix(mix, offer, least)


def _full_cap(mix: MixSums, offer: Offer, least: int) -> tuple[str, dict[str, Any]] | None:
    """The cap on several offers, or of a round, that has too little left; None when none has."""
    for cap in mix.problem.joint_caps:
        limit = limits.joint_limit(mix.problem, cap)
        if offer.id in cap.offers and limit - sum(mix.total(name) for name in cap.offers) < least:
            if cap.of_round:
                return "round_part_full", {"limit_cents": limit}
            others = sorted(name for name in cap.offers if mix.total(name))
            return "joint_cap_full", {"cap": cap.id, "limit_cents": limit, "offers": others}
    return None


def _idle_in_mix(mix: MixSums, offer: Offer, least: int) -> tuple[str, dict[str, Any]]:
    """Why an offer that could pay by itself does not in this mix."""
    problem = mix.problem
    refusals = _no_budget(mix, offer, least)
    if refusals is not None:
        return "no_budget", {"refusals": refusals}
    if any(one.scope == "training" and not one.at_most and offer.id in one.offers for one in problem.exclusion_groups):
        return "group_closed", {}
    others = _excluders(mix, offer)
    if others:
        return "excluded_by", {"offers": others}
    left = mix.room_left()
    if offer.de_minimis and left is not None and left < least:
        return "de_minimis_room", {"left_cents": left, "room_cents": problem.de_minimis_room_cents}
    for held in problem.holder_caps:
        if offer.id in held.offers and limits.holder_left(held) - sum(map(mix.total, held.offers)) < least:
            return "holder_cap_full", {"cap_cents": held.amount_cents, "had_before_cents": held.had_before_cents}
    full = _full_cap(mix, offer, least)
    if full is not None:
        return full
    rule = offer.co_financing
    if rule is not None:
        base = least if rule.of == "own_amount" else limits.eligible_cost(problem, offer)
        needed, given = ceil_share(rule.share, base), limits.employer_contribution(problem, offer, rule, mix.paid)
        if given < needed:
            return "cofinancing_missing", {"needed_cents": needed, "given_cents": given}
    precedence = PrecedenceChecks(problem, mix.paid, mix.taken_by)
    lines = [line for line in mix.covered(offer) if mix.rest[line.id]]
    first = [one for one in mix.offers.values() if one.id in offer.asks_first and precedence.blocks(one, offer, lines)]
    if first:
        return "comes_after", {"offers": sorted(one.id for one in first)}
    return "nothing_left", {}


def _no_budget(mix: MixSums, offer: Offer, least: int) -> list[str] | None:
    """The refusals of all funding lines when the offer cannot get its least amount; None when it can."""
    if offer.administered == "elsewhere":
        return None
    room, refusals = 0, set()
    for money in mix.problem.funding_lines:
        codes = {limits.refusal_of(mix.problem, money, offer, line) for line in mix.covered(offer)}
        if None in codes:
            room += money.available_cents - mix.taken.get(money.id, 0)
        refusals |= {code for code in codes if code is not None}
    return None if room >= least else sorted(refusals)


def _excluders(mix: MixSums, offer: Offer) -> list[str]:
    """Used offers that do not go together with this one."""
    used = {name for name in mix.used() if name in mix.offers}
    others = set()
    for group in mix.problem.exclusion_groups:
        together = used.intersection(group.offers)
        if offer.id not in group.offers:
            continue
        if group.scope == "line":
            others |= _on_lines(mix, offer, group.offers, group.at_most)
        elif len(together) >= group.at_most:
            others |= together
    for name in used:
        other = mix.offers[name]
        if not limits.same_part(offer, other):
            continue
        if (offer.no_other_public_money and other.public_money) or (other.no_other_public_money and offer.public_money):
            others.add(name)
    return sorted(others)


def _on_lines(mix: MixSums, offer: Offer, members: Collection[str], at_most: int) -> set[str]:
    """Used offers that keep this one from every line of which it could still pay something; none when one line is open to it."""
    others: set[str] = set()
    for line in mix.covered(offer):
        there = {name for name in members if mix.paid.get((line.id, name))}
        if mix.rest[line.id] and len(there) < at_most:
            return set()
        others |= there if mix.rest[line.id] else set()
    return others
