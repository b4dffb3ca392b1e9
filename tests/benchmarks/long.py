"""Very many cost lines: a few schemes that ask each other first, over all of them, with money that runs out."""

import random
from datetime import date
from fractions import Fraction

from matching.problem import FORMAT, AvailableFundingLine, Circumstances, CostLine, Offer, Problem

CATEGORIES = ("tuition", "exam", "books", "materials", "travel", "assessment")


def long_chain(
    seed: int,
    *,
    lines: int,
    offers: int = 8,
    categories: tuple[str, ...] = CATEGORIES,
    shares: tuple[int, ...] = (50, 75, 100),
    asks: int = 1,
) -> Problem:
    """So many cost lines and a chain of offers, each of which asks so many before it first; two funding lines that run out.

    `shares`: per cent, of which each offer has one per category.
    """
    r = random.Random(f"long/{seed}/{lines}/{offers}")
    costs = [
        CostLine(id=f"l{n:04}", category=r.choice(categories), amount_cents=r.randint(3_000, 400_000))
        for n in range(lines)
    ]
    total = sum(line.amount_cents for line in costs)
    made = []
    for n in range(offers):
        covered = r.sample(categories, r.randint(len(categories) // 2, len(categories)))
        made.append(
            Offer(
                id=f"o{n}",
                scheme=f"o{n}",
                administered="here" if n % 2 else "elsewhere",
                coverage={name: Fraction(r.choice(shares), 100) for name in covered},
                cap_cents=int(total * r.uniform(0.05, 0.3)),
                minimum_cents=r.choice([0, 50_000]),
                asks_first=tuple(f"o{n - k}" for k in range(1, asks + 1) if n >= k),
            )
        )
    return Problem(
        format=FORMAT,
        reference_date=date(2026, 11, 23),
        circumstances=Circumstances(route="individual"),
        lines=tuple(costs),
        offers=tuple(made),
        funding_lines=tuple(
            AvailableFundingLine(
                id=f"f{n}", funder="p", available_cents=int(total * r.uniform(0.1, 0.3)), price_permille=300 + 200 * n
            )
            for n in range(2)
        ),
    )
