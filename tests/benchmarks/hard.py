"""Hard problems: scarce money that many schemes share, chains of "ask first", joint caps, tiers, minima and fixed amounts.

The generator of the figures `mix_hard_*` and of the tests against the unreduced model. A problem of `lines` x `offers` is a
function of its seed alone. Parameters (all draws are of `random.Random(f"hard/{seed}/{lines}/{offers}")`; amounts in cents):

lines       amount exp(uniform(log 3.000, log 400.000)), not rounded; a category of six; 30% have an amount without VAT of 100/121;
            10% are wage (the employer's). The route is the employer's in 30% of problems.
money       max(2, offers // 4) funding lines. Together they hold 15% to 60% of all costs, divided by weights of uniform(0,2, 1,8); a
            price of 0 to 900 in steps of 50; 30% admit four categories of six, 20% only half of the schemes, 20% all but one.
offers      70% are paid here, from all funding lines that admit them. Two to six categories of seven with a share of 25% to 100%.
            60% have a cap of 5% to 60% of all costs; 40% a minimum of € 20 to € 500; 20% a fixed amount of 2% to 25% of all costs,
            in tens of euros (one in ten of those not in whole units); 20% whole euros or tens of euros. 20% have tiers of two or three
            steps, 15% a share of the base, 15% a share of what another leaves; 12% ask a part of the employer, half of them as much
            as they pay; 10% are loans, 25% sector funds, 6% allow no other public money, 15% count without VAT, 25% are de-minimis aid.
ask first   the offers stand in a random order; each but the first asks with chance 55% one to three of the four before it; with
            chance 10% one more arrow points the other way, so that there is a circle.
joint caps  max(1, offers // 4), each over three to six offers: 10% to 40% of all costs, or a share of a quarter to two thirds.
groups      max(1, offers // 6) of two or three offers, at most one, half of them per line.
further     a pledge (40% of the individual route, half of them fixed) of 5% to 40% of the costs; loans up to 20% of the costs in half
            of the problems; room for aid of 5% to 50% of the costs in a quarter.

`small` is the same in a few whole cents, for the search through everything (tests/matching/oracle.py).
"""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction
from math import exp, log
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
    OffersCap,
    OfferShareOfBase,
    OfferTier,
    OfferTiers,
    PledgedMoney,
    Problem,
)
from matching.problem.settings import MixSettings

ON = date(2026, 11, 23)
CATEGORIES = ("tuition", "exam", "books", "materials", "travel", "assessment")


def hard(seed: int, *, lines: int, offers: int) -> Problem:
    """A hard problem of so many cost lines and offers."""
    r = random.Random(f"hard/{seed}/{lines}/{offers}")
    costs = [_line(r, n, round(exp(r.uniform(log(3_000), log(400_000))))) for n in range(lines)]
    return _problem(r, costs, offers, tens=1_000, smallest=r.choice([0, 2_500]))


def small(seed: int) -> Problem:
    """A problem of one to three lines of a few cents and three or four offers, with all the same kinds of rules."""
    r = random.Random(f"small/{seed}")
    count = r.choice([1, 2, 2, 3])
    most = {1: 12, 2: 6, 3: 4}[count]
    costs = [_line(r, n, r.randint(1, most)) for n in range(count)]
    return _problem(r, costs, r.choice([3, 3, 4]), tens=1, smallest=r.choice([0, 0, 2]))


def _line(r: random.Random, n: int, amount: int) -> CostLine:
    without = amount * 100 // 121 if r.random() < 0.3 else None
    category = "wage" if r.random() < 0.1 else r.choice(CATEGORIES)
    return CostLine(id=f"l{n}", category=category, amount_cents=amount, amount_without_vat_cents=without)


def _problem(r: random.Random, costs: list[CostLine], count: int, *, tens: int, smallest: int) -> Problem:
    total = sum(line.amount_cents for line in costs)
    route = "employer" if r.random() < 0.3 else "individual"
    names = [f"o{n}" for n in range(count)]
    order = r.sample(names, count)
    made = [_offer(r, name, names, total, tens) for name in names]
    chain = _asked_first(r, order)
    pledges = []
    if route == "individual" and r.random() < 0.4:
        kind = r.choice(["fixed", "up_to"])
        pledges.append(PledgedMoney(id="p", kind=kind, amount_cents=max(1, int(total * r.uniform(0.05, 0.4)))))
    return Problem(
        format=FORMAT,
        reference_date=ON,
        circumstances=Circumstances(route=route),
        lines=tuple(costs),
        offers=tuple(one.model_copy(update={"asks_first": chain.get(one.id, ())}) for one in made),
        pledges=tuple(pledges),
        funding_lines=tuple(_money(r, names, total)),
        exclusion_groups=tuple(_group(r, n, names) for n in range(max(1, count // 6))),
        joint_caps=tuple(_joint_cap(r, n, names, total) for n in range(max(1, count // 4))),
        borrow_up_to_cents=total // 5 if r.random() < 0.5 else 0,
        de_minimis_room_cents=int(total * r.uniform(0.05, 0.5)) if r.random() < 0.25 else None,
        settings=MixSettings(smallest_share_cents=smallest),
    )


def _money(r: random.Random, names: list[str], total: int) -> list[AvailableFundingLine]:
    count = max(2, len(names) // 4)
    weights = [r.uniform(0.2, 1.8) for _ in range(count)]
    held = total * r.uniform(0.15, 0.6)
    found = []
    for n, weight in enumerate(weights):
        kind, mark = r.random(), FundingEarmark()
        if kind < 0.3:
            mark = FundingEarmark(categories=tuple(r.sample(CATEGORIES, 4)))
        elif kind < 0.5:
            mark = FundingEarmark(schemes=tuple(r.sample(names, max(1, len(names) // 2))))
        elif kind < 0.7:
            mark = FundingEarmark(schemes=tuple(r.sample(names, len(names) - 1)))
        price, cents = r.randrange(0, 901, 50), int(held * weight / sum(weights))
        found.append(
            AvailableFundingLine(id=f"f{n}", funder="p", available_cents=cents, price_permille=price, earmark=mark)
        )
    return found


def _offer(r: random.Random, name: str, names: list[str], total: int, tens: int) -> Offer:
    others = [other for other in names if other != name]
    covered = r.sample([*CATEGORIES, "wage"], r.randint(2, 6))
    more: dict[str, Any] = {}
    if r.random() < 0.6:
        more["cap_cents"] = max(1, int(total * r.uniform(0.05, 0.6)))
    if r.random() < 0.4:
        more["minimum_cents"] = r.randint(2 * tens, 50 * tens) if tens > 1 else r.randint(1, 4)
    if r.random() < 0.2:
        more["rounding_unit_cents"] = r.choice([100, 1_000] if tens > 1 else [2, 3])
    if r.random() < 0.2:
        fixed = max(1, int(total * r.uniform(0.02, 0.25)) // tens) * tens
        more["fixed_amount_cents"] = fixed + (tens // 20 if r.random() < 0.1 else 0)
        more.pop("minimum_cents", None)
    more |= _of_the_base(r, others, total, tens)
    if r.random() < 0.12:
        share, of = Fraction(1, r.choice([1, 2, 3, 4])), r.choice(["own_amount", "eligible_cost"])
        more["co_financing"] = OfferCoFinancing(share=share, of=of, counts_sector_fund=r.random() < 0.5)
    return Offer(
        id=name,
        scheme=name,
        administered="here" if r.random() < 0.7 else "elsewhere",
        coverage={one: Fraction(r.choice([25, 33, 50, 67, 75, 90, 100, 100]), 100) for one in covered},
        public_money=r.random() < 0.7,
        sector_fund=r.random() < 0.25,
        repayable=r.random() < 0.1,
        de_minimis=r.random() < 0.25,
        no_other_public_money=r.random() < 0.06,
        vat="excluding" if r.random() < 0.15 else "including",
        **more,
    )


def _of_the_base(r: random.Random, others: list[str], total: int, tens: int) -> dict[str, Any]:
    """Tiers, a share of the base, or a share of what another leaves."""
    kind, less = r.random(), r.random() < 0.4
    of: dict[str, Any] = {"of": "eligible_cost_less", "less": (r.choice(others),)} if less else {}
    if kind < 0.2:
        count = r.choice([2, 3])
        ends = sorted(r.sample(range(1, 10), count))
        shares = sorted((Fraction(r.randint(0, 10), 10) for _ in range(count)), reverse=True)
        steps = [
            OfferTier(up_to_cents=max(n + 1, total * ends[n] // 12), share=share) for n, share in enumerate(shares)
        ]
        if r.random() < 0.7:
            steps[-1] = OfferTier(share=shares[-1])
        try:
            return {"tiers": OfferTiers(steps=tuple(steps), **of)}
        except ValueError:
            return {}  # of a few cents two steps can end on one cent
    if kind < 0.35:
        return {"share_of_base": OfferShareOfBase(share=Fraction(1, r.choice([2, 3, 4])))}
    if kind < 0.5:
        return {
            "share_of_base": OfferShareOfBase(
                share=Fraction(1, r.choice([1, 2, 3])), of="eligible_cost_less", less=(r.choice(others),)
            )
        }
    return {}


def _asked_first(r: random.Random, order: list[str]) -> dict[str, tuple[str, ...]]:
    chain: dict[str, tuple[str, ...]] = {}
    for n, name in enumerate(order[1:], start=1):
        near = order[max(0, n - 4) : n]
        if r.random() < 0.55:
            chain[name] = tuple(sorted(r.sample(near, r.randint(1, min(3, len(near))))))
    if r.random() < 0.1:
        first, last = order[0], order[-1]
        chain[first] = tuple(sorted({*chain.get(first, ()), last}))
    return chain


def _group(r: random.Random, n: int, names: list[str]) -> ExclusionGroup:
    members = tuple(sorted(r.sample(names, min(len(names), r.choice([2, 3])))))
    return ExclusionGroup(id=f"g{n}", offers=members, at_most=1, scope=r.choice(["training", "line"]))


def _joint_cap(r: random.Random, n: int, names: list[str], total: int) -> OffersCap:
    members = tuple(sorted(r.sample(names, min(len(names), r.randint(3, 6)))))
    if r.random() < 0.5:
        return OffersCap(id=f"j{n}", offers=members, amount_cents=int(total * r.uniform(0.1, 0.4)))
    return OffersCap(id=f"j{n}", offers=members, share=r.choice(["1/4", "1/3", "1/2", "2/3"]))
