"""Drawing a sample by a rule that anybody can follow again: no chance, no clock, no database.

The seats per stratum are proportional (largest remainder, at least one for each stratum with something in it). In a stratum the
numbers are ranked by the SHA-256 of the seed and the number; the first ones are in the sample.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

METHOD = "sha256-largest-remainder/1"
"""What this rule is called. Another rule gets another name; a sample keeps that of the rule by which it was drawn."""


SAMPLE_FORMAT = "ontwikkelloket/audit-sample/1"
"""The format in which a sample says how it was drawn."""


@dataclass(frozen=True)
class DrawnNumber:
    """One number in a sample: its stratum, and its place in the ranking of that stratum, from 1."""

    number: str
    stratum: str
    place: int


def population_hash(numbers: Iterable[str]) -> str:
    """The SHA-256 of the numbers, sorted, each with a line end."""
    return hashlib.sha256("".join(f"{number}\n" for number in sorted(numbers)).encode()).hexdigest()


def seats(counts: Mapping[str, int], *, size: int) -> dict[str, int]:
    """How many of a sample of this size each stratum gets; `counts` says how many each one has, and none is empty.

    Raises ``ValueError`` when there is less than one seat per stratum, or more than there is to choose from.
    """
    total = sum(counts.values())
    if not len(counts) <= size <= total or min(counts.values(), default=0) < 1:
        raise ValueError(f"no sample of {size} of {len(counts)} strata with {total} in all")
    exact = {name: Fraction(size * count, total) for name, count in counts.items()}
    given = {name: max(1, int(share)) for name, share in exact.items()}
    by_need = sorted(exact, key=lambda name: (given[name] - exact[name], name))
    for name in by_need[: max(0, size - sum(given.values()))]:
        given[name] += 1
    while sum(given.values()) > size:  # the one that every small stratum gets comes from who has most above its share
        most = min((name for name in given if given[name] > 1), key=lambda name: (exact[name] - given[name], name))
        given[most] -= 1
    return given


def ranked(numbers: Iterable[str], *, seed: str) -> list[str]:
    """The numbers by the SHA-256 of the seed, a line end and the number."""
    return sorted(numbers, key=lambda number: (hashlib.sha256(f"{seed}\n{number}".encode()).hexdigest(), number))


def drawn(population: Mapping[str, Sequence[str]], *, size: int, seed: str) -> list[DrawnNumber]:
    """The sample of a population, given per stratum: by stratum and place. Raises ``ValueError`` as `seats` does."""
    given = seats({name: len(numbers) for name, numbers in population.items()}, size=size)
    return [
        DrawnNumber(number, stratum, place)
        for stratum in sorted(population)
        for place, number in enumerate(ranked(population[stratum], seed=seed)[: given[stratum]], start=1)
    ]
