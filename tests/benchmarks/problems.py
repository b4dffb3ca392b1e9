"""Dense random problems: the generator of the benchmarks, also used by tests. Amounts in cents."""

import random
from datetime import date
from fractions import Fraction
from typing import Any

from matching.problem import (
    FORMAT,
    AvailableFundingLine,
    Circumstances,
    CostLine,
    ExclusionGroup,
    FundingEarmark,
    Offer,
    OfferCoFinancing,
    OfferShareOfBase,
    Problem,
)

ON = date(2026, 11, 23)
CATEGORIES = ("tuition", "exam", "books", "materials", "travel", "assessment")


def dense(seed: int, *, lines: int, offers: int, funding_lines: int = 4) -> Problem:
    """A problem in which nearly everything can pay nearly everything: caps, minima, bases, groups, loans and scarce budgets."""
    r = random.Random(f"{seed}/{lines}/{offers}")
    funding = [
        AvailableFundingLine(
            id=f"f{n}",
            funder="p",
            available_cents=r.randint(20_000, 300_000),
            price_permille=r.choice([300, 500, 700]),
            earmark=FundingEarmark(categories=tuple(r.sample(CATEGORIES, 4))) if r.random() < 0.3 else FundingEarmark(),
        )
        for n in range(funding_lines)
    ]
    groups = [
        ExclusionGroup(
            id=f"g{n}",
            offers=tuple(f"o{m}" for m in sorted(r.sample(range(offers), min(3, offers)))),
            at_most=1,
            scope=r.choice(["training", "line"]),
        )
        for n in range(max(1, offers // 5))
    ]
    return Problem(
        format=FORMAT,
        reference_date=ON,
        circumstances=Circumstances(route="individual"),
        lines=tuple(_line(r, n) for n in range(lines)),
        offers=tuple(_offer(r, n, offers) for n in range(offers)),
        funding_lines=tuple(funding),
        exclusion_groups=tuple(groups),
        borrow_up_to_cents=50_000,
    )


def _line(r: random.Random, n: int) -> CostLine:
    amount = r.randint(5_000, 400_000)
    without = amount * 100 // 121 if r.random() < 0.3 else None
    return CostLine(id=f"l{n}", category=r.choice(CATEGORIES), amount_cents=amount, amount_without_vat_cents=without)


def _offer(r: random.Random, n: int, count: int) -> Offer:
    covered = r.sample(CATEGORIES, r.randint(2, 5))
    more: dict[str, Any] = {
        "coverage": {name: Fraction(r.choice([25, 33, 50, 67, 75, 90, 100]), 100) for name in covered}
    }
    if r.random() < 0.7:
        more["cap_cents"] = r.randint(20_000, 300_000)
    if r.random() < 0.3:
        more["minimum_cents"] = r.randint(1_000, 30_000)
    if r.random() < 0.1:
        more["fixed_amount_cents"] = r.randint(10_000, 80_000)
    if r.random() < 0.2:
        more["share_of_base"] = OfferShareOfBase(share=Fraction(1, r.choice([2, 3, 4])))
    elif r.random() < 0.1 and count > 1:
        less = (f"o{(n + 1) % count}",)
        more["share_of_base"] = OfferShareOfBase(share=Fraction(1, 2), of="eligible_cost_less", less=less)
    if r.random() < 0.05:
        more["co_financing"] = OfferCoFinancing(share=Fraction(1, 4), of="own_amount", counts_sector_fund=True)
    return Offer(
        id=f"o{n}",
        scheme=f"s{n}",
        administered=r.choice(["here", "elsewhere"]),
        public_money=r.random() < 0.6,
        sector_fund=r.random() < 0.2,
        repayable=r.random() < 0.15,
        no_other_public_money=r.random() < 0.1,
        vat=r.choice(["including", "including", "excluding"]),
        **more,
    )
