"""Small problems of whole cents in which schemes share money that runs out and ask each other first, for the search through everything."""

import random
from fractions import Fraction
from typing import Any

from matching.problem import AvailableFundingLine, CostLine, ExclusionGroup, FundingEarmark, Offer, OffersCap, Problem
from matching.problem.settings import MixSettings
from tests.matching.building import problem

CATEGORIES = ("tuition", "exam")


def scarce_problem(seed: int) -> Problem:
    """One or two lines, two or three schemes paid from the same one or two funding lines, each asking those before it first."""
    r = random.Random(f"scarce/{seed}")
    count = r.choice([1, 1, 2])
    most = 7 if count == 1 else 4
    lines = [CostLine(id=f"l{n}", category=r.choice(CATEGORIES), amount_cents=r.randint(2, most)) for n in range(count)]
    total = sum(line.amount_cents for line in lines)
    names = [f"o{n}" for n in range(r.choice([2, 3, 3]))]
    order = r.sample(names, len(names))
    offers = [_offer(r, name, order, total) for name in names]
    money = [
        AvailableFundingLine(
            id=f"f{n}",
            funder="p",
            available_cents=r.randint(1, max(1, total * 2 // 3)),
            price_permille=r.choice([100, 300, 700]),
            earmark=FundingEarmark(schemes=tuple(r.sample(names, len(names) - 1)))
            if r.random() < 0.3
            else FundingEarmark(),
        )
        for n in range(r.choice([1, 2]))
    ]
    groups = [ExclusionGroup(id="g", offers=tuple(r.sample(names, 2)), at_most=1, scope=r.choice(["training", "line"]))]
    caps = [OffersCap(id="j", offers=tuple(r.sample(names, 2)), amount_cents=r.randint(1, total))]
    return problem(
        lines,
        offers,
        funding_lines=tuple(money),
        exclusion_groups=tuple(groups if r.random() < 0.25 else ()),
        joint_caps=tuple(caps if r.random() < 0.35 else ()),
        settings=MixSettings(smallest_share_cents=r.choice([0, 0, 2])),
    )


def _offer(r: random.Random, name: str, order: list[str], total: int) -> Offer:
    place, more = order.index(name), dict[str, Any]()
    if place and r.random() < 0.8:
        more["asks_first"] = tuple(sorted(r.sample(order[:place], r.randint(1, place))))
    if r.random() < 0.4:
        more["cap_cents"] = r.randint(1, total)
    if r.random() < 0.25:
        more["minimum_cents"] = r.randint(1, 3)
    elif r.random() < 0.2:
        more["fixed_amount_cents"] = r.randint(1, max(1, total // 2))
    if r.random() < 0.15:
        more["rounding_unit_cents"] = 2
    return Offer(
        id=name,
        scheme=name,
        administered="here" if r.random() < 0.85 else "elsewhere",
        coverage={one: r.choice([Fraction(1), Fraction(1), Fraction(1, 2)]) for one in CATEGORIES if r.random() < 0.85},
        **more,
    )
