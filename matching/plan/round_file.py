"""A round as a file, and what comes out of it as plain data. `loket schema round` prints the format."""

from typing import Annotated, Any, Literal

from pydantic import Field

from matching.plan.rounds import LARGEST_CENTS, RoundApplication, divide, lot_of
from schemes.basics.values import Items, Line, Model

RoundCents = Annotated[int, Field(ge=0, le=LARGEST_CENTS)]


class RoundLine(Model):
    """Money that the round divides."""

    id: Line
    cents: RoundCents


class RoundEntry(Model):
    """One application of the round."""

    id: Line
    cents: Annotated[int, Field(gt=0, le=LARGEST_CENTS)]
    """What is asked."""
    points: int = Field(default=0, ge=-(10**9), le=10**9)
    """By ranking: who has more comes first."""
    tie: str = Field(default="", max_length=100)
    """With equal points the lowest comes first: the moment of receipt, say; then the id."""
    unit_cents: Annotated[int, Field(gt=0, le=LARGEST_CENTS)] = 1
    """In proportion: what is granted is a whole number of these."""
    lines: Items[Line] | None = None
    """Which money may pay it; absent: all."""


class RoundFile(Model):
    """A round: the money, the applications, and how it is divided."""

    format: Literal["ontwikkelloket/round/1"]
    method: Literal["ranking", "lot", "proportion"]
    seed: str = Field(default="", max_length=200)
    """By lot, and in proportion for units that are left over: what was made public before. Lots are SHA-256 of the seed, a
    colon and the id; the lowest is drawn first."""
    last_in_part: bool = False
    """Who cannot be paid in full gets what is left; else nothing, and the next one is looked at."""
    lines: Items[RoundLine] = Field(min_length=1, max_length=1_000)
    applications: Items[RoundEntry] = Field(max_length=100_000)


def answer_of(file: RoundFile) -> dict[str, Any]:
    """What a round gives whom, with the bound and the lots. Raises ``ValueError`` for ids that do not fit together."""
    holds = {line.id: line.cents for line in file.lines}
    every = frozenset(holds)
    if len(holds) != len(file.lines):
        raise ValueError("every line has an id of its own")
    asked = [
        RoundApplication(
            one.id,
            one.cents,
            every if one.lines is None else frozenset(one.lines),
            one.points,
            one.tie,
            one.unit_cents,
        )
        for one in file.applications
    ]
    found = divide(asked, holds, method=file.method, seed=file.seed, last_in_part=file.last_in_part)
    return {
        "format": "ontwikkelloket/round-answer/1",
        "method": found.method,
        "granted": [
            {
                "id": one.id,
                "cents": one.cents,
                "lines": dict(one.lines),
                **({"lot": lot_of(file.seed, one.id)} if found.method == "lot" else {}),
            }
            for one in found.granted
        ],
        "cents": found.cents,
        "bound_cents": found.most_cents,
        "bound_lines": sorted(found.scarce),
        "gap_percent": found.gap_percent,
        "part": str(found.part),
        "part_lines": sorted(found.tight),
    }
