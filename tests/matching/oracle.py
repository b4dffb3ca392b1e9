"""The optimum by trying everything: knows the checker and the arithmetic of values, nothing of the model or the solver.

All ways to divide the whole units of every line over the payers (an offer here once per funding line) are written down as
rows of a table; rows that break a plain limit are struck out, the rest is put in order of the objective, and the first row
in which `violations` finds nothing is the optimum. Complete when every amount is a whole number of units.
"""

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from matching import violations
from matching.problem import (
    AvailableFundingLine,
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
from matching.problem.proposal import Share
from matching.problem.settings import MixSettings
from matching.spec.score import values
from tests.matching.building import problem

MOST_ROWS = 400_000
Payer = tuple[str, str | None]


def payers(given: Problem) -> list[Payer]:
    """Who can pay: an offer here once per funding line."""
    names: list[Payer] = []
    for offer in given.offers:
        here = offer.administered == "here"
        names += [(offer.id, money.id) for money in given.funding_lines] if here else [(offer.id, None)]
    return names + [(pledge.id, None) for pledge in given.pledges]


def compositions(units: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way to give at most so many units to the parts."""
    if parts == 0:
        yield ()
        return
    for first in range(units + 1):
        for rest in compositions(units - first, parts - 1):
            yield (first, *rest)


def alone(given: Problem, line: CostLine, names: list[Payer], unit: int) -> np.ndarray[Any, Any]:
    """Rows of one line in which no cell is impossible by itself (coverage, earmark, category of the pledge)."""
    never = {1, 2, 3, 14}
    most = []
    for offer, money in names:
        top = 0
        for units in range(line.amount_cents // unit, 0, -1):
            share = Share(line=line.id, offer=offer, funding_line=money, cents=units * unit)
            wrong = violations(given, [share])
            if not any(one.constraint in never or one.code == "pledge_does_not_pay_line" for one in wrong):
                top = units
                break
        most.append(top)
    rows = [
        row
        for row in compositions(line.amount_cents // unit, len(names))
        if all(a <= b for a, b in zip(row, most, strict=True))
    ]
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(names))


def best(given: Problem, unit: int) -> dict[str, int] | None:
    """Values of passes 1 to 4 of the optimum; None when there would be too many rows to try."""
    names = payers(given)
    tables = [alone(given, line, names, unit) for line in given.lines]
    if np.prod([len(table) for table in tables], dtype=float) > MOST_ROWS:
        return None
    index = np.indices([len(table) for table in tables]).reshape(len(tables), -1)
    cells = np.stack([table[rows] for table, rows in zip(tables, index, strict=True)], axis=1) * unit
    cells = cells[_plausible(given, names, cells.sum(axis=1))]
    order = _in_order(given, names, cells)
    for row in cells[order]:
        shares = [
            Share(line=line.id, offer=offer, funding_line=money, cents=int(row[i, j]))
            for (i, line), (j, (offer, money)) in product(enumerate(given.lines), enumerate(names))
            if row[i, j]
        ]
        if not violations(given, shares):
            return dict(values(given, shares))
    return None


def _plausible(given: Problem, names: list[Payer], totals: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Rows that keep the plainest limits on totals; what is struck out here `violations` would refuse too."""
    keep = np.ones(len(totals), dtype=bool)
    for offer in given.offers:
        paid = totals[:, [j for j, (name, _) in enumerate(names) if name == offer.id]].sum(axis=1)
        least = max(1, offer.minimum_cents, given.settings.smallest_share_cents)
        keep &= (paid == 0) | (paid >= least)
        if offer.cap_cents is not None:
            keep &= paid <= max(0, offer.cap_cents - offer.had_before_cents)
        if offer.fixed_amount_cents is not None:
            keep &= (paid == 0) | (paid == offer.fixed_amount_cents)
    for money in given.funding_lines:
        keep &= (
            totals[:, [j for j, (_, name) in enumerate(names) if name == money.id]].sum(axis=1) <= money.available_cents
        )
    for pledge in given.pledges:
        keep &= totals[:, names.index((pledge.id, None))] <= pledge.amount_cents
    return keep


def _in_order(given: Problem, names: list[Payer], cells: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Rows from the best to the worst, by the values of single cents: every value but the count of schemes is a sum."""
    keys: dict[str, np.ndarray[Any, Any]] = {}
    base = values(given, [])
    for key in ("own_money", "rest", "priced_money"):
        total = np.full(len(cells), base[key], dtype=np.int64)
        for (i, line), (j, (offer, money)) in product(enumerate(given.lines), enumerate(names)):
            one = Share(line=line.id, offer=offer, funding_line=money, cents=1)
            total += cells[:, i, j] * (values(given, [one])[key] - base[key])
        keys[key] = total
    used = np.zeros(len(cells), dtype=np.int64)
    for scheme in {offer.scheme for offer in given.offers}:
        own = {offer.id for offer in given.offers if offer.scheme == scheme}
        used += cells[:, :, [j for j, (name, _) in enumerate(names) if name in own]].sum(axis=(1, 2)) > 0
    keys["schemes"] = used
    return np.lexsort([keys[name] for name in reversed(given.settings.pass_order)])


def small_problem(seed: int, unit: int, *, precedence: bool = True) -> Problem:
    """A random problem of whole units with every kind of constraint in it."""
    r = random.Random(seed)
    count = r.choice([1, 2, 2, 3])
    units = {1: 12, 2: r.choice([4, 6, 8]), 3: r.choice([3, 4])}[count]
    categories = ["tuition", "exam", "books"]
    route = r.choice(["individual", "individual", "employer"])
    lines = [_line(r, n, categories, unit, units, route) for n in range(count)]
    funding = [_funding(r, n, unit, units) for n in range(r.choice([0, 1, 2]))]
    offers = [_offer(r, n, categories, unit, units, bool(funding)) for n in range(r.choice([1, 2, 3, 3, 4]))]
    names = [offer.id for offer in offers]
    offers = [_with_rules(r, offer, names, unit) for offer in offers]
    pledges = (
        [PledgedMoney(id="p", kind=r.choice(["fixed", "up_to"]), amount_cents=r.randint(1, units) * unit)]
        if r.random() < 0.3
        else []
    )
    groups = []
    if len(names) > 1 and r.random() < 0.4:
        members = tuple(sorted(r.sample(names, 2)))
        groups.append(ExclusionGroup(id="g", offers=members, at_most=1, scope=r.choice(["training", "line"])))
    caps = []
    if len(names) > 1 and r.random() < 0.2:
        caps.append(
            OffersCap(id="j", offers=tuple(sorted(r.sample(names, 2))), amount_cents=r.randint(1, units) * unit)
        )
    aid = random.Random(f"aid/{seed}")
    room = aid.choice([None, None, 0, aid.randint(1, units) * unit, aid.randint(1, units) * unit])
    offers = [offer.model_copy(update={"de_minimis": aid.random() < 0.5}) for offer in offers]
    steps = random.Random(f"tiers/{seed}")
    offers = [_with_tiers(steps, offer, names, unit, units) for offer in offers]
    preceding = random.Random(f"first/{seed}")
    if unit == 1 and precedence:  # in larger units the optimum may lie between whole units
        offers = [_with_precedence(preceding, offer, names) for offer in offers]
    order = r.choice(
        [("rest", "priced_money", "schemes"), ("schemes", "rest", "priced_money"), ("rest", "priced_money", "schemes")]
    )
    return problem(
        lines,
        offers,
        route=route,
        funding_lines=tuple(funding),
        pledges=tuple(pledges),
        exclusion_groups=tuple(groups),
        joint_caps=tuple(caps),
        borrow_up_to_cents=r.choice([0, 2, 5]) * unit,
        de_minimis_room_cents=room,
        settings=MixSettings(smallest_share_cents=r.choice([0, 0, 2]) * unit, pass_order=("own_money", *order)),
    )


def _line(r: random.Random, n: int, categories: list[str], unit: int, units: int, route: str) -> CostLine:
    amount = r.randint(1, units) * unit
    without = r.randint(0, amount) if unit == 1 and r.random() < 0.4 else None
    category = "wage" if r.random() < 0.1 else r.choice(categories)
    return CostLine(id=f"l{n}", category=category, amount_cents=amount, amount_without_vat_cents=without)


def _funding(r: random.Random, n: int, unit: int, units: int) -> AvailableFundingLine:
    earmark = FundingEarmark(categories=("tuition", "exam")) if r.random() < 0.3 else FundingEarmark()
    price = r.choice([None, 200, 500])
    return AvailableFundingLine(
        id=f"f{n}", funder="p", available_cents=r.randint(0, units + 3) * unit, earmark=earmark, price_permille=price
    )


def _offer(r: random.Random, n: int, categories: list[str], unit: int, units: int, funded: bool) -> Offer:
    shares = [Fraction(1), Fraction(1), Fraction(1, 2), Fraction(2, 3)] if unit == 1 else [Fraction(1)]
    covered = r.sample([*categories, "wage"], r.randint(1, 4))
    here = funded and r.random() < 0.4
    more: dict[str, Any] = {}
    if r.random() < 0.5:
        more["cap_cents"] = r.randint(1, units) * unit
        more["had_before_cents"] = r.choice([0, 0, 1]) * unit
    if r.random() < 0.2:
        more["minimum_cents"] = r.randint(1, 4) * unit
    if r.random() < 0.15:
        more["fixed_amount_cents"] = r.randint(1, 5) * unit
    if unit == 1 and r.random() < 0.15:
        more["rounding_unit_cents"] = r.choice([2, 3])
    if not here and r.random() < 0.5:
        more["price_permille"] = r.choice([0, 100, 500, 900])
    return Offer(
        id=f"o{n}",
        scheme=f"s{r.choice([n, n, 0])}",
        administered="here" if here else "elsewhere",
        coverage={category: r.choice(shares) for category in covered},
        public_money=r.random() < 0.6,
        sector_fund=r.random() < 0.3,
        repayable=r.random() < 0.2,
        no_other_public_money=r.random() < 0.15,
        vat=r.choice(["including", "excluding"]) if unit == 1 else "including",
        **more,
    )


def _with_rules(r: random.Random, offer: Offer, names: list[str], unit: int) -> Offer:
    more: dict[str, Any] = {}
    half = Fraction(1, 2) if unit == 1 else Fraction(1)
    others = [name for name in names if name != offer.id]
    if r.random() < 0.2:
        less = others and r.random() < 0.6
        more["share_of_base"] = OfferShareOfBase(
            share=half, of="eligible_cost_less" if less else "eligible_cost", less=(r.choice(others),) if less else ()
        )
    if unit == 1 and r.random() < 0.25:  # in larger units the optimum may lie between whole units
        share = r.choice([Fraction(1, 3), Fraction(1, 2)])
        own = r.random() < 0.5
        more["co_financing"] = OfferCoFinancing(
            share=share, of="own_amount" if own else "eligible_cost", counts_sector_fund=r.random() < 0.5
        )
    return offer.model_copy(update=more)


def _with_tiers(r: random.Random, offer: Offer, names: list[str], unit: int, units: int) -> Offer:
    """Now and then tiers: falling shares of what others leave, or any shares of a fixed base."""
    if r.random() > 0.25:
        return offer
    others = [name for name in names if name != offer.id]
    less = bool(others) and r.random() < 0.5
    shares = (
        [Fraction(1), Fraction(2, 3), Fraction(1, 2), Fraction(1, 4), Fraction(0)]
        if unit == 1
        else [Fraction(1), Fraction(0)]
    )
    chosen = [r.choice(shares) for _ in range(r.choice([1, 2, 3]))]
    ends = sorted(r.sample(range(1, units + 4), len(chosen)))
    steps = [
        OfferTier(up_to_cents=None if n == len(chosen) - 1 and r.random() < 0.6 else ends[n] * unit, share=share)
        for n, share in enumerate(sorted(chosen, reverse=True) if less else chosen)
    ]
    of = "eligible_cost_less" if less else "eligible_cost"
    tiers = OfferTiers(steps=tuple(steps), of=of, less=(r.choice(others),) if less else ())
    return offer.model_copy(update={"tiers": tiers})


def _with_precedence(r: random.Random, offer: Offer, names: list[str]) -> Offer:
    """Now and then other offers that come first, also in a circle."""
    others = [name for name in names if name != offer.id]
    if not others or r.random() > 0.3:
        return offer
    return offer.model_copy(update={"asks_first": tuple(sorted(r.sample(others, r.randint(1, min(2, len(others))))))})
