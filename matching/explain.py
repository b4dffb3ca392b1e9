"""Why the mix is as it is: what bound each amount, why a scheme pays nothing, why a euro is left. Codes, never sentences."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from matching import limits
from matching.eligibility import Verdict
from matching.problem import CostLine, Offer, Problem
from matching.proposal import Proposal
from matching.state_aid import Note, declarations
from schemes.definition import SchemeDefinition
from schemes.money import ceil_share, floor_share


@dataclass(frozen=True, slots=True)
class Used:
    """An offer or pledge that pays, and what bound its amount."""

    offer: str
    cents: int
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    funding: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unused:
    """A scheme that pays nothing, with one reason."""

    scheme: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Uncovered:
    """What is left of a line, and why nobody else pays it."""

    line: str
    cents: int
    bearer: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The reasons of one proposal. `pays_first`: offers and pledges in the order in which they are asked."""

    used: tuple[Used, ...]
    unused: tuple[Unused, ...]
    uncovered: tuple[Uncovered, ...]
    pays_first: tuple[str, ...]
    notes: tuple[Note, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON output."""
        return {
            "used": [{name: getattr(one, name) for name in Used.__slots__} for one in self.used],
            "unused": [{name: getattr(one, name) for name in Unused.__slots__} for one in self.unused],
            "uncovered": [{name: getattr(one, name) for name in Uncovered.__slots__} for one in self.uncovered],
            "pays_first": list(self.pays_first),
            "notes": [{name: getattr(one, name) for name in Note.__slots__} for one in self.notes],
        }


class _Mix:
    def __init__(self, problem: Problem, proposal: Proposal) -> None:
        self.problem = problem
        self.offers = {offer.id: offer for offer in problem.offers}
        self.lines = {line.id: line for line in problem.lines}
        self.rest = {left.line: left.cents for left in proposal.rest}
        self.paid: dict[tuple[str, str], int] = {}
        self.taken: dict[str, int] = {}
        self.funding: dict[str, dict[str, int]] = {}
        for share in proposal.shares:
            cell = (share.line, share.offer)
            self.paid[cell] = self.paid.get(cell, 0) + share.cents
            if share.funding_line is not None:
                parts = self.funding.setdefault(share.offer, {})
                parts[share.funding_line] = parts.get(share.funding_line, 0) + share.cents
                self.taken[share.funding_line] = self.taken.get(share.funding_line, 0) + share.cents

    def total(self, payer: str) -> int:
        return sum(cents for (_, name), cents in self.paid.items() if name == payer)

    def used(self) -> set[str]:
        return {payer for _, payer in self.paid}

    def room_left(self) -> int | None:
        """What this mix leaves of the undertaking's room for de-minimis aid; None when there is no such limit."""
        room = self.problem.de_minimis_room_cents
        return (
            None if room is None else room - sum(self.total(one.id) for one in self.offers.values() if one.de_minimis)
        )

    def covered(self, offer: Offer) -> list[CostLine]:
        return [line for line in self.lines.values() if limits.coverage_limit(offer, line) > 0]


def explain(
    problem: Problem,
    proposal: Proposal,
    verdicts: Sequence[Verdict] = (),
    definitions: Iterable[SchemeDefinition] = (),
) -> Explanation:
    """The reasons of a proposal. Without verdicts the schemes of the problem's offers are all there is to explain."""
    mix = _Mix(problem, proposal)
    by_slug = {definition.scheme: definition for definition in definitions}
    return Explanation(
        used=tuple(_used(mix)),
        unused=tuple(_unused(mix, verdicts, by_slug)),
        uncovered=tuple(_uncovered(mix)),
        pays_first=tuple(_order(mix)),
        notes=tuple(declarations(problem, mix.used())),
    )


def _used(mix: _Mix) -> Iterator[Used]:
    for pledge in mix.problem.pledges:
        total = mix.total(pledge.id)
        if total:
            full = total == pledge.amount_cents
            payable = [line.id for line in mix.problem.lines if limits.pledge_pays(mix.problem, pledge, line)]
            code, params = ("pledge_amount", {"amount_cents": total}) if full else ("costs_paid", {"lines": payable})
            yield Used(pledge.id, total, code, params)
    for offer in sorted(mix.offers.values(), key=lambda offer: offer.id):
        total = mix.total(offer.id)
        if total:
            code, params = _bound(mix, offer, total)
            yield Used(offer.id, total, code, params, dict(sorted(mix.funding.get(offer.id, {}).items())))


def _bound(mix: _Mix, offer: Offer, total: int) -> tuple[str, dict[str, Any]]:
    """The first limit that this amount meets exactly, from the offer's own to that of the mix."""
    left = limits.cap_left(offer)
    if offer.fixed_amount_cents == total:
        return "fixed_amount", {"fixed_cents": total}
    if left == total:
        return "cap", {"cap_cents": offer.cap_cents, "had_before_cents": offer.had_before_cents, "left_cents": left}
    if offer.share_of_base is not None:
        base = limits.base_cents(mix.problem, offer, mix.paid)
        limit = floor_share(offer.share_of_base.share, base)
        if total == limit:
            return "share_of_base", {"share": str(offer.share_of_base.share), "base_cents": base, "limit_cents": limit}
    if offer.repayable and mix.problem.borrow_up_to_cents == sum(
        mix.total(other.id) for other in mix.offers.values() if other.repayable
    ):
        return "borrowing", {"limit_cents": mix.problem.borrow_up_to_cents}
    if offer.de_minimis and mix.room_left() == 0:
        aid = sorted(one.id for one in mix.offers.values() if one.de_minimis and mix.total(one.id))
        return "de_minimis_room", {"room_cents": mix.problem.de_minimis_room_cents, "offers": aid}
    lines = mix.covered(offer)
    if all(mix.rest[line.id] == 0 for line in lines):
        return "costs_paid", {"lines": [line.id for line in lines]}
    if all(
        mix.paid.get((line.id, offer.id), 0) == limits.coverage_limit(offer, line) or not mix.rest[line.id]
        for line in lines
    ):
        return "coverage", {"lines": [line.id for line in lines]}
    return _bound_of_mix(mix, offer, total)


def _bound_of_mix(mix: _Mix, offer: Offer, total: int) -> tuple[str, dict[str, Any]]:
    if offer.administered == "here":
        admitted = [one for one in mix.problem.funding_lines if limits.refusal_of(mix.problem, one, offer) is None]
        if all(mix.taken.get(one.id, 0) >= one.available_cents for one in admitted):
            return "budget", {"funding_lines": sorted(one.id for one in admitted)}
    for cap in mix.problem.joint_caps:
        limit = limits.joint_limit(mix.problem, cap)
        if offer.id in cap.offers and sum(mix.total(name) for name in cap.offers) == limit:
            return "joint_cap", {"cap": cap.id, "limit_cents": limit}
    for other in [offer, *mix.offers.values()]:
        if other.co_financing is not None and mix.total(other.id):
            return "co_financing", {"share": str(other.co_financing.share), "of": other.co_financing.of}
    if offer.rounding_unit_cents > 1:
        return "rounding", {"unit_cents": offer.rounding_unit_cents}
    return "rest_of_the_mix", {}


def _unused(mix: _Mix, verdicts: Sequence[Verdict], definitions: Mapping[str, SchemeDefinition]) -> Iterator[Unused]:
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
            code, params = _idle(mix, by_scheme[verdict.scheme], verdict, definitions.get(verdict.scheme))
            yield Unused(verdict.scheme, code, params)
    for scheme in sorted(set(by_scheme) - seen - used_schemes):
        code, params = _idle(mix, by_scheme[scheme], None, None)
        yield Unused(scheme, code, params)


def _outside(verdict: Verdict) -> Unused | None:
    """Why a scheme is no offer at all."""
    if not verdict.route_fits:
        return Unused(verdict.scheme, "other_route")
    state, params = verdict.availability.state, verdict.availability.params
    if state in ("ended", "closed", "not_yet_open"):
        key = {"ended": "ended_on", "closed": "closes_on", "not_yet_open": "opens_on"}[state]
        day = params.get(key)
        return Unused(verdict.scheme, state, {key: None if day is None else day.isoformat()})
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
    if not offer.amount_known:
        why.append("amount_unknown")
    return why


def _worth(mix: _Mix, offer: Offer) -> int:
    """The most this offer could pay of these lines by itself."""
    total = sum(min(limits.coverage_limit(offer, line), line.amount_cents) for line in mix.covered(offer))
    left = limits.own_room(mix.problem, offer)
    if left is not None:
        total = min(total, left)
    if offer.share_of_base is not None:
        total = min(total, floor_share(offer.share_of_base.share, limits.eligible_cost(mix.problem, offer)))
    if offer.fixed_amount_cents is not None:
        total = offer.fixed_amount_cents if offer.fixed_amount_cents <= total else 0
    return total - total % offer.rounding_unit_cents


def _idle(
    mix: _Mix, offer: Offer, verdict: Verdict | None, definition: SchemeDefinition | None
) -> tuple[str, dict[str, Any]]:
    """Why an offer of the problem pays nothing."""
    worth, problem = _worth(mix, offer), mix.problem
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
        return "no_cost_covered", {
            "categories": sorted(category for category, share in offer.coverage.items() if share)
        }
    left = limits.cap_left(offer)
    if left == 0:
        return "cap_used_up", {"cap_cents": offer.cap_cents, "had_before_cents": offer.had_before_cents}
    if offer.repayable and problem.borrow_up_to_cents == 0:
        return "needs_request_to_borrow", {"worth_cents": worth}
    if worth < least:
        return "below_minimum", {"minimum_cents": least, "worth_cents": worth}
    return _idle_in_mix(mix, offer, least)


def _idle_in_mix(mix: _Mix, offer: Offer, least: int) -> tuple[str, dict[str, Any]]:
    """Why an offer that could pay by itself does not in this mix."""
    problem = mix.problem
    refusals = _no_budget(mix, offer, least)
    if refusals is not None:
        return "no_budget", {"refusals": refusals}
    others = _excluders(mix, offer)
    if others:
        return "excluded_by", {"offers": others}
    left = mix.room_left()
    if offer.de_minimis and left is not None and left < least:
        return "de_minimis_room", {"left_cents": left, "room_cents": problem.de_minimis_room_cents}
    for cap in problem.joint_caps:
        limit = limits.joint_limit(problem, cap)
        if offer.id in cap.offers and limit - sum(mix.total(name) for name in cap.offers) < least:
            others = sorted(name for name in cap.offers if mix.total(name))
            return "joint_cap_full", {"cap": cap.id, "limit_cents": limit, "offers": others}
    rule = offer.co_financing
    if rule is not None:
        base = least if rule.of == "own_amount" else limits.eligible_cost(problem, offer)
        needed, given = ceil_share(rule.share, base), limits.employer_contribution(problem, offer, rule, mix.paid)
        if given < needed:
            return "cofinancing_missing", {"needed_cents": needed, "given_cents": given}
    return "nothing_left", {}


def _no_budget(mix: _Mix, offer: Offer, least: int) -> list[str] | None:
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


def _excluders(mix: _Mix, offer: Offer) -> list[str]:
    """Used offers that do not go together with this one."""
    used = {name for name in mix.used() if name in mix.offers}
    others = set()
    for group in mix.problem.exclusion_groups:
        together = used.intersection(group.offers)
        if offer.id in group.offers and group.scope == "training" and len(together) >= group.at_most:
            others |= together
    for name in used:
        other = mix.offers[name]
        if (offer.no_other_public_money and other.public_money) or (other.no_other_public_money and offer.public_money):
            others.add(name)
    return sorted(others)


def _uncovered(mix: _Mix) -> Iterator[Uncovered]:
    used = mix.used()
    for line in sorted(mix.lines.values(), key=lambda line: line.id):
        cents = mix.rest[line.id]
        if not cents:
            continue
        code, params = _why_left(mix, line, used)
        yield Uncovered(line.id, cents, mix.problem.bearer(line), code, params)


def _why_left(mix: _Mix, line: CostLine, used: set[str]) -> tuple[str, dict[str, Any]]:
    able = [offer for offer in mix.offers.values() if offer.amount_known and limits.coverage_limit(offer, line) > 0]
    firm = [offer for offer in able if offer.certainty == "firm"]
    if not mix.problem.is_askers(line):
        return "nobody_covers", {"category": line.category}
    left = mix.room_left()
    aid = sorted(one.id for one in firm if one.de_minimis and left is not None and left < _more(mix, one))
    if aid:
        return "de_minimis_room", {"offers": aid, "room_cents": mix.problem.de_minimis_room_cents}
    own = sorted(offer.id for offer in firm if offer.id in used and offer.co_financing is not None)
    if own and mix.problem.bearer(line) == "employer":
        return "own_part_required", {"offers": own}
    paying = sorted(offer.id for offer in firm if offer.id in used)
    if paying:
        return "limits_reached", {"offers": paying}
    loans = sorted(offer.id for offer in firm if offer.repayable)
    grants = sorted(offer.id for offer in firm if not offer.repayable)
    if grants:
        return "not_combined", {"offers": grants}
    if loans:
        return "could_borrow", {"offers": loans}
    if able:
        return "only_possible", {"offers": sorted(offer.id for offer in able)}
    return "nobody_covers", {"category": line.category}


def _more(mix: _Mix, offer: Offer) -> int:
    """The least that an offer would have to pay more: a cent when it pays, else its smallest total."""
    return 1 if mix.total(offer.id) else limits.smallest_total(mix.problem, offer)


def _order(mix: _Mix) -> list[str]:
    """Who is asked first: money that is paid anyway, then by price, loans after grants, `up_to` pledges last."""
    ranked = []
    for pledge in mix.problem.pledges:
        ranked.append(((0 if pledge.kind == "fixed" else 3), 0, pledge.id))
    prices = {money.id: limits.funding_price(mix.problem, money) for money in mix.problem.funding_lines}
    for offer in mix.offers.values():
        parts = mix.funding.get(offer.id, {})
        price = min((prices[name] for name in parts), default=limits.offer_price(mix.problem, offer))
        ranked.append((2 if offer.repayable else 1, price, offer.id))
    return [name for _, _, name in sorted(ranked) if mix.total(name)]
