"""Conditions on a quantity that is no fact itself: time between two facts, a total, a share, a count of awards. For `cells`."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from schemes.basics.values import value_on
from schemes.facts.outcome import Status
from schemes.proof.edges import NUMBER_BOUNDS


@dataclass(frozen=True, slots=True)
class OnALine:
    """A condition that bounds a quantity. `quantity` names it: conditions on the same one are looked at together.

    `tests` are its bounds; None is a bound without a value on the day. `whole`: the quantity is a whole number, 0 or more.
    Nothing is assumed about the facts below the quantity, so that what is found to be impossible is impossible.
    """

    quantity: tuple[Hashable, ...]
    tests: tuple[tuple[str, Fraction | None], ...]
    whole: bool = False


def on_a_line(condition: Any, on: date) -> OnALine | None:
    """The quantity that a condition bounds on a day, when it is no single fact; None for any other condition."""
    if condition.type == "compare" and condition.other is not None:
        limit = value_on(condition.share if condition.each is None else condition.each, on)
        test = (condition.is_, None if limit is None else Fraction(limit))
        compared = ("compare", frozenset((condition.fact, *condition.plus)), condition.other)
        return OnALine(compared, (test,))
    quantity = _quantity(condition)
    if quantity is None:
        return None
    given = {name: bound for name in NUMBER_BOUNDS if (bound := getattr(condition, name, None)) is not None}
    limits = {name: value_on(bound, on) for name, bound in given.items()}
    tests = tuple((name, None if limit is None else Fraction(limit)) for name, limit in limits.items())
    return OnALine(quantity, tests, condition.type == "awards")


def _quantity(condition: Any) -> tuple[Hashable, ...] | None:
    if condition.type == "elapsed" and len(condition.facts) == 2:
        return ("elapsed", *condition.facts, condition.unit)
    if condition.type == "total":
        return ("total", frozenset(condition.plus), frozenset(condition.minus))
    if condition.type == "awards":
        counted = (frozenset(condition.schemes), condition.period, condition.months, condition.of, condition.per)
        return ("awards", *counted)
    return None


def cells_on_line(members: Sequence[OnALine]) -> Mapping[tuple[Status, ...], None]:
    """What conditions on one quantity can be together: below, at and above each bound."""
    limits = sorted({limit for line in members for _, limit in line.tests if limit is not None})
    points = [*limits, *((a + b) / 2 for a, b in pairwise(limits))]
    points += [limits[0] - 1, limits[-1] + 1] if limits else [Fraction(0)]
    if any(line.whole for line in members):
        points = [count for limit in limits or [Fraction(0)] for count in (limit - 1, limit, limit + 1) if count >= 0]
    cells = dict.fromkeys(tuple(_at(line, point) for line in members) for point in sorted(points))
    if members[0].quantity[0] == "compare":
        cells[tuple(_at(line, None) for line in members)] = None
    return cells


def _at(line: OnALine, point: Fraction | None) -> Status:
    """The outcome at a point; None is where both sides of a comparison are nothing, so that all shares are equal."""
    statuses = set()
    for name, limit in line.tests:
        if limit is None:
            statuses.add("unknown")
            continue
        side = 0 if point is None else (point > limit) - (point < limit)
        holds = {
            "at_least": side >= 0,
            "more_than": side > 0,
            "at_most": side <= 0,
            "less_than": side < 0,
            "equal": side == 0,
        }
        statuses.add("met" if holds[name] else "not_met")
    return "not_met" if "not_met" in statuses else "unknown" if "unknown" in statuses else "met"
