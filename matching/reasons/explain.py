"""Why the mix is as it is: what bound each amount, why a scheme pays nothing, why a euro is left. Codes, never sentences."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from matching.offers.eligibility import Verdict
from matching.offers.state_aid import AidNote, declarations
from matching.problem import CostLine, Offer, OffersCap, Problem
from matching.problem.proposal import Proposal
from matching.reasons.mix import MixSums
from matching.reasons.sources import MoneySource, sources
from matching.reasons.unused import Unused, idle_code, unused, why_possible
from matching.spec import limits
from schemes.basics.money import floor_share
from schemes.definition import SchemeDefinition

IDLE = {
    "cofinancing_missing": "own_part_required",
    "no_budget": "no_budget",
    **dict.fromkeys(
        ("cap_used_up", "holder_cap_full", "joint_cap_full", "round_part_full", "below_minimum"), "too_little_left"
    ),
    "forbidden": "forbidden",
}
"""Why a cost is left, by why a grant that covers it pays nothing; anything else is `not_combined`."""

__all__ = ["Explanation", "MoneySource", "Uncovered", "Unused", "Used", "explain", "why_possible"]


@dataclass(frozen=True, slots=True)
class Used:
    """An offer or pledge that pays, what bound its amount, and from which funding lines the money comes and why."""

    offer: str
    cents: int
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    funding: dict[str, int] = field(default_factory=dict)
    sources: tuple[MoneySource, ...] = ()


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
    notes: tuple[AidNote, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON output."""
        return {
            "used": [{**_plain(one), "sources": [_plain(source) for source in one.sources]} for one in self.used],
            "unused": [
                {**_plain(one), "at_most": None if one.at_most is None else _plain(one.at_most)} for one in self.unused
            ],
            "uncovered": [_plain(one) for one in self.uncovered],
            "pays_first": list(self.pays_first),
            "notes": [_plain(one) for one in self.notes],
        }


def _plain(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in type(one).__slots__}


def explain(
    problem: Problem,
    proposal: Proposal,
    verdicts: Sequence[Verdict] = (),
    definitions: Iterable[SchemeDefinition] = (),
) -> Explanation:
    """The reasons of a proposal. Without verdicts the schemes of the problem's offers are all there is to explain."""
    mix = MixSums(problem, proposal)
    by_slug = {definition.scheme: definition for definition in definitions}
    return Explanation(
        used=tuple(_used(mix)),
        unused=tuple(unused(mix, verdicts, by_slug)),
        uncovered=tuple(_uncovered(mix)),
        pays_first=tuple(_order(mix)),
        notes=(*declarations(problem, mix.used()), *_ask_first(mix)),
    )


def _ask_first(mix: MixSums) -> Iterator[AidNote]:
    """Which offers that pay wait for the answer of one that is only possible and comes first on the same cost."""
    for offer in sorted(mix.offers.values(), key=lambda offer: offer.id):
        lines = [line for line in mix.lines.values() if mix.paid.get((line.id, offer.id))]
        possible = [mix.offers[name] for name in offer.asks_first if mix.offers[name].certainty == "possible"]
        first = sorted(one.id for one in possible if any(limits.coverage_limit(one, line) for line in lines))
        if first:
            yield AidNote("ask_first", {"schemes": [offer.id], "offers": first})


def _used(mix: MixSums) -> Iterator[Used]:
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
            yield Used(
                offer.id, total, code, params, dict(sorted(mix.funding.get(offer.id, {}).items())), sources(mix, offer)
            )


def _bound(mix: MixSums, offer: Offer, total: int) -> tuple[str, dict[str, Any]]:
    """The first limit that this amount meets exactly, from the offer's own to that of the mix."""
    left = limits.cap_left(offer)
    if offer.fixed_amount_cents == total:
        return "fixed_amount", {"fixed_cents": total}
    if left == total:
        return "cap", {"cap_cents": offer.cap_cents, "had_before_cents": offer.had_before_cents, "left_cents": left}
    if offer.share_of_base is not None:
        base = limits.base_cents(mix.problem, offer, offer.share_of_base, mix.paid)
        limit = floor_share(offer.share_of_base.share, base)
        if total == limit:
            return "share_of_base", {"share": str(offer.share_of_base.share), "base_cents": base, "limit_cents": limit}
    if offer.tiers is not None:
        base = limits.base_cents(mix.problem, offer, offer.tiers, mix.paid)
        if total == limits.in_tiers(offer.tiers, base):
            return "tiers", {"base_cents": base, "limit_cents": total}
    if offer.repayable and mix.problem.borrow_up_to_cents == sum(
        mix.total(other.id) for other in mix.offers.values() if other.repayable
    ):
        return "borrowing", {"limit_cents": mix.problem.borrow_up_to_cents}
    if offer.de_minimis and mix.room_left() == 0:
        aid = sorted(one.id for one in mix.offers.values() if one.de_minimis and mix.total(one.id))
        return "de_minimis_room", {"room_cents": mix.problem.de_minimis_room_cents, "offers": aid}
    for held in mix.problem.holder_caps:
        if offer.id in held.offers and sum(map(mix.total, held.offers)) == limits.holder_left(held):
            return "holder_cap", {"cap_cents": held.amount_cents, "had_before_cents": held.had_before_cents}
    return _bound_of_lines(mix, offer, total)


def _bound_of_lines(mix: MixSums, offer: Offer, total: int) -> tuple[str, dict[str, Any]]:
    lines = mix.covered(offer)
    if all(mix.rest[line.id] == 0 for line in lines):
        return "costs_paid", {"lines": [line.id for line in lines]}
    if all(
        mix.paid.get((line.id, offer.id), 0) == limits.coverage_limit(offer, line) or not mix.rest[line.id]
        for line in lines
    ):
        return "coverage", {"lines": [line.id for line in lines]}
    return _bound_of_mix(mix, offer, total)


def _bound_of_mix(mix: MixSums, offer: Offer, total: int) -> tuple[str, dict[str, Any]]:
    if offer.administered == "here":
        admitted = [one for one in mix.problem.funding_lines if limits.refusal_of(mix.problem, one, offer) is None]
        if all(mix.taken.get(one.id, 0) >= one.available_cents for one in admitted):
            return "budget", {"funding_lines": sorted(one.id for one in admitted)}
    for cap in mix.problem.joint_caps:
        limit = limits.joint_limit(mix.problem, cap)
        if offer.id in cap.offers and sum(mix.total(name) for name in cap.offers) == limit:
            return _of_cap(cap, limit)
    for other in [offer, *mix.offers.values()]:
        if other.co_financing is not None and mix.total(other.id):
            return "co_financing", {"share": str(other.co_financing.share), "of": other.co_financing.of}
    if offer.rounding_unit_cents > 1:
        return "rounding", {"unit_cents": offer.rounding_unit_cents}
    return "rest_of_the_mix", {}


def _of_cap(cap: OffersCap, limit: int) -> tuple[str, dict[str, Any]]:
    return (
        ("round_part", {"limit_cents": limit}) if cap.of_round else ("joint_cap", {"cap": cap.id, "limit_cents": limit})
    )


def _uncovered(mix: MixSums) -> Iterator[Uncovered]:
    used = mix.used()
    for line in sorted(mix.lines.values(), key=lambda line: line.id):
        cents = mix.rest[line.id]
        if not cents:
            continue
        code, params = _why_left(mix, line, used)
        yield Uncovered(line.id, cents, mix.problem.bearer(line), code, params)


def _why_left(mix: MixSums, line: CostLine, used: set[str]) -> tuple[str, dict[str, Any]]:
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
        return _why_idle(mix, grants)
    if loans:
        return "could_borrow", {"offers": loans}
    if able:
        return "only_possible", {"offers": sorted(offer.id for offer in able)}
    return "nobody_covers", {"category": line.category}


def _why_idle(mix: MixSums, grants: list[str]) -> tuple[str, dict[str, Any]]:
    """Why none of the grants that cover a line pays: what another choice could change goes before what it could not."""
    found: dict[str, list[str]] = {}
    for name in grants:
        found.setdefault(IDLE.get(idle_code(mix, mix.offers[name]), "not_combined"), []).append(name)
    code = next(code for code in ("not_combined", *dict.fromkeys(IDLE.values())) if code in found)
    return code, {"offers": found[code]}


def _more(mix: MixSums, offer: Offer) -> int:
    """The least that an offer would have to pay more: a cent when it pays, else its smallest total."""
    return 1 if mix.total(offer.id) else limits.smallest_total(mix.problem, offer)


def _order(mix: MixSums) -> list[str]:
    """Who is asked first: money that is paid anyway, then by price, loans after grants, `up_to` pledges last.

    Before all that, whoever comes first (constraint 12) stands before who asks it first; in a circle the price decides.
    """
    ranked = []
    for pledge in mix.problem.pledges:
        ranked.append(((0 if pledge.kind == "fixed" else 3), 0, pledge.id))
    prices = {money.id: limits.funding_price(mix.problem, money) for money in mix.problem.funding_lines}
    for offer in mix.offers.values():
        parts = mix.funding.get(offer.id, {})
        price = min((prices[name] for name in parts), default=limits.offer_price(mix.problem, offer))
        ranked.append((2 if offer.repayable else 1, price, offer.id))
    waiting = [name for _, _, name in sorted(ranked) if mix.total(name)]
    order: list[str] = []
    while waiting:
        free = (name for name in waiting if not _asks_first(mix, name).intersection(waiting))
        order.append(next(free, waiting[0]))
        waiting.remove(order[-1])
    return order


def _asks_first(mix: MixSums, payer: str) -> set[str]:
    """Whom a payer asks first; a pledge asks nobody."""
    return set(mix.offers[payer].asks_first) if payer in mix.offers else set()
