"""Small problems with what is rare: costs of nothing, caps of a cent, empty funding lines, locks that may clash, all at once."""

import random
from typing import Any

from matching.problem import ExclusionGroup, LockedShare, Locks, Offer, OffersCap, Problem
from tests.matching.oracle import payers, small_problem


def odd_problem(seed: int) -> Problem:
    """A small problem of whole cents, with a few of its values made odd."""
    r = random.Random(f"odd/{seed}")
    given = small_problem(seed + 50_000, 1)
    lines = tuple(
        line.model_copy(update={"amount_cents": 0, "amount_without_vat_cents": 0}) if r.random() < 0.1 else line
        for line in given.lines
    )
    offers = tuple(_odd(r, offer, given) for offer in given.offers)
    funding = tuple(
        line.model_copy(update={"available_cents": r.choice([0, 1, 2])}) if r.random() < 0.3 else line
        for line in given.funding_lines
    )
    names = [offer.id for offer in offers]
    groups, caps = list(given.exclusion_groups), list(given.joint_caps)
    if len(names) > 1 and r.random() < 0.4:
        members = tuple(r.sample(names, r.randint(2, len(names))))
        scope = r.choice(["training", "line"])
        groups.append(ExclusionGroup(id="odd", offers=members, at_most=r.choice([0, 1, 1, 2]), scope=scope))
    if len(names) > 1 and r.random() < 0.3:
        caps.append(OffersCap(id="odd", offers=tuple(r.sample(names, 2)), share=r.choice(["1/3", "1/2", "0"])))
    changed: dict[str, Any] = {
        "lines": lines,
        "offers": offers,
        "funding_lines": funding,
        "exclusion_groups": tuple(groups),
        "joint_caps": tuple(caps),
    }
    return _locked(r, Problem.model_validate({**dict(given), **changed}))


def _odd(r: random.Random, offer: Offer, given: Problem) -> Offer:
    more: dict[str, Any] = {}
    if r.random() < 0.2:
        more["cap_cents"], more["had_before_cents"] = r.choice([0, 1, 2]), 0
    if r.random() < 0.15:
        more["rounding_unit_cents"] = r.choice([2, 3, 5])
    if r.random() < 0.1:
        more["fixed_amount_cents"] = r.choice([0, 1, 4])
    if r.random() < 0.1:
        more["minimum_cents"] = r.choice([0, 1, 7])
    if r.random() < 0.1:
        more["certainty"] = "possible"
    others = [one.id for one in given.offers if one.id != offer.id]
    if others and r.random() < 0.3:
        more["asks_first"] = tuple(r.sample(others, r.randint(1, len(others))))
    return offer.model_copy(update=more)


def _locked(r: random.Random, given: Problem) -> Problem:
    if r.random() > 0.3:
        return given
    shares: dict[tuple[str, str, str | None], LockedShare] = {}
    for _ in range(r.choice([1, 1, 2])):
        line, (offer, money) = r.choice(given.lines), r.choice(payers(given) or [("", None)])
        if offer:
            cents = r.randint(0, max(1, line.amount_cents))
            found = LockedShare(line=line.id, offer=offer, funding_line=r.choice([None, money]), cents=cents)
            shares[found.line, found.offer, found.funding_line] = found
    fixed = {pledge.id for pledge in given.pledges if pledge.kind == "fixed"}
    names = [offer.id for offer in given.offers]
    forbidden = tuple(r.sample(names, 1)) if names and r.random() < 0.3 else ()
    locks = Locks(shares=tuple(shares.values()), forbidden=tuple(name for name in forbidden if name not in fixed))
    return Problem.model_validate({**dict(given), "locks": locks})
