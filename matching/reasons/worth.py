"""The most that a scheme that pays nothing could pay of these costs by itself, and which limit says so."""

from dataclasses import dataclass, field
from typing import Any

from matching.problem import Offer, Problem
from matching.spec import limits
from schemes.basics.money import floor_share


@dataclass(frozen=True, slots=True)
class AtMost:
    """At most so many cents, because of a limit: a code of `codes.AT_MOST` with its parameters."""

    cents: int
    code: str
    params: dict[str, Any] = field(default_factory=dict)


def at_most(problem: Problem, offer: Offer) -> AtMost | None:
    """The least of the limits of an offer when nobody else pays; None when the amount is not known.

    A loan counts as far as it is offered, also when nobody asked for one.
    """
    if not offer.amount_known:
        return None
    lines = [line for line in problem.lines if limits.payable(problem, offer, line)]
    covered = sum(limits.payable(problem, offer, line) for line in lines)
    base = limits.eligible_cost(problem, offer)
    found = [AtMost(covered, "covered", {"lines": [line.id for line in lines]})]
    left, room = limits.cap_left(offer), problem.de_minimis_room_cents
    if left is not None:
        params = {"cap_cents": offer.cap_cents, "had_before_cents": offer.had_before_cents}
        found.append(AtMost(left, "cap", params))
    found += [
        AtMost(
            limits.holder_left(cap), "cap", {"cap_cents": cap.amount_cents, "had_before_cents": cap.had_before_cents}
        )
        for cap in problem.holder_caps
        if offer.id in cap.offers
    ]
    if offer.de_minimis and room is not None:
        found.append(AtMost(room, "de_minimis_room", {"room_cents": room}))
    if offer.share_of_base is not None:
        share = offer.share_of_base.share
        found.append(AtMost(floor_share(share, base), "share_of_base", {"share": str(share), "base_cents": base}))
    if offer.tiers is not None:
        found.append(AtMost(limits.in_tiers(offer.tiers, base), "tiers", {"base_cents": base}))
    if offer.repayable and problem.borrow_up_to_cents:
        limit = problem.borrow_up_to_cents
        found.append(AtMost(limit, "borrowing", {"limit_cents": limit}))
    found += _of_mix(problem, offer)
    least = min(found, key=lambda one: one.cents)
    fixed = offer.fixed_amount_cents
    if fixed is not None:
        most = 0 if limits.never_paid(problem, offer) else limits.in_whole(offer, least.cents)
        return AtMost(most, "fixed_amount", {"fixed_cents": fixed})
    return AtMost(limits.in_whole(offer, least.cents), least.code, least.params)


def _of_mix(problem: Problem, offer: Offer) -> list[AtMost]:
    """Limits that do not stand in the scheme itself: the money that may pay it, and what several schemes share."""
    found = []
    if offer.administered == "here":
        admitted = [
            money
            for money in problem.funding_lines
            if any(limits.refusal_of(problem, money, offer, line) is None for line in problem.lines)
        ]
        names = sorted(money.id for money in admitted)
        found.append(AtMost(sum(money.available_cents for money in admitted), "budget", {"funding_lines": names}))
    for cap in problem.joint_caps:
        if offer.id in cap.offers:
            limit = limits.joint_limit(problem, cap)
            if cap.of_round:
                found.append(AtMost(limit, "round_part", {"limit_cents": limit}))
                continue
            others = sorted(name for name in cap.offers if name != offer.id)
            found.append(AtMost(limit, "joint_cap", {"limit_cents": limit, "offers": others}))
    return found
