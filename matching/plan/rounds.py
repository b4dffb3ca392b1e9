"""A round that divides money over all its applications at once: by ranking, by lot or in proportion, and not in order of receipt.

Who comes first is the scheme's own rule: points, or lots drawn from a seed that was made public before. What is planned is which
line pays whom, so that nobody is left out while the money could be laid otherwise: by ranking and by lot an application is
granted when it can be paid together with all that were granted before it, lines changing places as needed. In proportion
everybody gets the same part, the largest that the lines can pay, rounded down to the unit of the application; units that are
left over go one by one to who lost most by the rounding, with equal losses to the lowest lot. Beside what is granted stands the
most that any division could pay, a bound that adding up proves (the lines of a smallest cut), and the gap to it.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from matching.plan.hindsight import most_paid
from matching.plan.table import Ints

Method = Literal["ranking", "lot", "proportion"]
LARGEST_CENTS = 10**12


@dataclass(frozen=True, slots=True)
class RoundApplication:
    """What is asked in a round, its points (higher comes first), and which lines may pay it.

    Raises ``ValueError`` for an amount outside its range.
    """

    id: str
    cents: int
    may: frozenset[str]
    points: int = 0
    tie: str = ""
    """With equal points the lowest comes first: the moment of receipt, or a lot; then the id."""
    unit_cents: int = 1
    """In proportion: what is granted is a whole number of these."""

    def __post_init__(self) -> None:
        if not (0 < self.cents <= LARGEST_CENTS and 0 < self.unit_cents <= LARGEST_CENTS):
            raise ValueError(f"application {self.id}: an amount outside its range")

    def rounded(self, part: Fraction) -> int:
        """This part of what is asked, in cents, rounded down to the unit."""
        return int(self.cents * part / self.unit_cents) * self.unit_cents

    def lost(self, part: Fraction) -> Fraction:
        """What that rounding takes off, in cents."""
        return self.cents * part - self.rounded(part)


@dataclass(frozen=True, slots=True)
class Granted:
    """What one application gets, and from which lines; nothing: it is left out."""

    id: str
    cents: int
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class RoundResult:
    """What a round gives whom, in the order of the method, the most that any division could pay, and which lines prove that."""

    method: Method
    granted: tuple[Granted, ...]
    most_cents: int
    scarce: frozenset[str]
    """What these lines hold, and all that other lines may pay too, together is `most_cents`: no division pays more."""
    part: Fraction = Fraction(1)
    """In proportion: which part of what was asked each one gets."""
    tight: frozenset[str] = frozenset()
    """In proportion, with a part below 1: what these lines hold is that part of all that can be paid by no other line, so that no
    larger part can be paid."""

    @property
    def cents(self) -> int:
        """What is granted together."""
        return sum(one.cents for one in self.granted)

    @property
    def gap_percent(self) -> float:
        """How far that is below the most, as a percentage of it."""
        return 0.0 if not self.most_cents else (self.most_cents - self.cents) / self.most_cents * 100


def lot_of(seed: str, application: str) -> str:
    """The lot of an application: SHA-256 of the seed, a colon and its id, as 64 hexadecimal digits. The lowest is drawn first.

    Anybody can compute it: ``printf 'SEED:ID' | sha256sum``.
    """
    return hashlib.sha256(f"{seed}:{application}".encode()).hexdigest()


def drawn(applications: Iterable[RoundApplication], seed: str) -> list[RoundApplication]:
    """The applications in the order of their lots. Raises ``ValueError`` without a seed."""
    if not seed:
        raise ValueError("a seed that was made public")
    return sorted(applications, key=lambda one: (lot_of(seed, one.id), one.id))


def ranked(applications: Iterable[RoundApplication]) -> list[RoundApplication]:
    """The applications in order of their points, the highest first."""
    return sorted(applications, key=lambda one: (-one.points, one.tie, one.id))


def by_loss(applications: Iterable[RoundApplication], part: Fraction, seed: str) -> list[RoundApplication]:
    """Who comes first for a unit that is left over: who lost most by the rounding, then the lowest lot; without a seed the id."""
    return sorted(applications, key=lambda one: (-one.lost(part), lot_of(seed, one.id) if seed else "", one.id))


def divide(
    applications: Sequence[RoundApplication],
    holds: dict[str, int],
    *,
    method: Method,
    seed: str = "",
    last_in_part: bool = False,
) -> RoundResult:
    """Divide what lines hold over the applications of a round.

    `last_in_part`: who cannot be paid in full gets what is left for them; else nothing, and the next one is looked at. In
    proportion the seed decides only who comes first for a unit that is left over. Raises ``ValueError`` when ids are not
    unique, an application names a line that is not there, or lots are drawn without a seed.
    """
    lines = sorted(holds)
    known = set(lines)
    if len({one.id for one in applications}) != len(applications) or any(not one.may <= known for one in applications):
        raise ValueError("every application has an id of its own and names lines that are there")
    order = drawn(applications, seed) if method == "lot" else ranked(applications)
    round_ = _Round(order, lines, np.array([holds[line] for line in lines], np.int64))
    every = most_paid(round_.asked, round_.admits, round_.holds)
    tight: frozenset[str] = frozenset()
    if method == "proportion":
        part, places = round_.same_part()
        tight = frozenset(line for line, is_tight in zip(lines, places, strict=True) if is_tight)
        given = round_.in_units(order, part, seed)
    else:
        part, given = Fraction(1), round_.in_order(last_in_part)
    pays = most_paid(given, round_.admits, round_.holds)
    if pays.cents != int(given.sum()):
        raise RuntimeError("what was granted cannot be paid")
    granted = tuple(
        Granted(
            one.id,
            int(given[number]),
            tuple(
                (line, int(pays.pays[number, place])) for place, line in enumerate(lines) if pays.pays[number, place]
            ),
        )
        for number, one in enumerate(order)
    )
    scarce = frozenset(line for line, is_scarce in zip(lines, every.scarce.tolist(), strict=True) if is_scarce)
    result = RoundResult(method, granted, every.cents, scarce, part, tight)
    faults = round_faults(applications, holds, result, seed=seed)
    if faults:
        raise RuntimeError(f"the round that was found is not allowed: {faults[0]}")
    return result


class _Round:
    """The applications in their order, as numbers."""

    def __init__(self, order: Sequence[RoundApplication], lines: Sequence[str], holds: Ints) -> None:
        self.asked = np.array([one.cents for one in order], np.int64)
        self.admits = np.array([[line in one.may for line in lines] for one in order], np.bool_).reshape(-1, len(lines))
        self.holds = holds

    def in_order(self, last_in_part: bool) -> Ints:
        """What each gets, one after the other: as many at once as all fit, halved where they do not."""
        given = np.zeros(len(self.asked), np.int64)
        todo: list[tuple[int, int]] = [(0, len(given))]
        while todo:
            begin, end = todo.pop()
            tried = given.copy()
            tried[begin:end] = self.asked[begin:end]
            paid = most_paid(tried, self.admits, self.holds).cents
            if paid == int(tried.sum()):
                given = tried
            elif end - begin == 1:
                given[begin] = paid - int(given.sum()) if last_in_part else 0
            else:
                middle = (begin + end) // 2
                todo += [(middle, end), (begin, middle)]
        return given

    def in_units(self, order: Sequence[RoundApplication], part: Fraction, seed: str) -> Ints:
        """This part for everybody, rounded down to units, and the units that are left over by the rule of `by_loss`."""
        given = np.array([one.rounded(part) if one.may else 0 for one in order], np.int64)
        place = {one.id: number for number, one in enumerate(order)}
        more = [one for one in by_loss(order, part, seed) if _may_have_more(one, part)]
        todo = [(0, len(more))]
        while todo:
            begin, end = todo.pop()
            block = more[begin:end]
            left = int(self.holds.sum()) - int(given.sum())
            if not block or left < min(one.unit_cents for one in block):
                continue
            tried = given.copy()
            for one in block:
                tried[place[one.id]] += one.unit_cents
            if most_paid(tried, self.admits, self.holds).cents == int(tried.sum()):
                given = tried
            elif len(block) > 1:
                middle = (begin + end) // 2
                todo += [(middle, end), (begin, middle)]
        return given

    def same_part(self) -> tuple[Fraction, tuple[bool, ...]]:
        """The largest part that everybody who can be paid at all can get: Newton's steps over the smallest cuts. With it the
        lines that leave no room for a larger one."""
        asked = np.where(self.admits.any(axis=1), self.asked, 0)
        part, tight = Fraction(1), (False,) * len(self.holds)
        while True:
            wanted = np.array([int(cents * part) for cents in asked.tolist()], np.int64)
            found = most_paid(wanted, self.admits, self.holds)
            if found.cents == int(wanted.sum()):
                return part, tight
            inside = ~(self.admits & ~found.scarce).any(axis=1)
            needs = int(asked[inside].sum())
            lower = Fraction(int(self.holds[found.scarce].sum()), needs)
            if lower >= part:
                raise RuntimeError("a part that does not fall")
            part, tight = lower, tuple(found.scarce.tolist())


def _may_have_more(one: RoundApplication, part: Fraction) -> bool:
    return bool(one.may) and one.lost(part) > 0 and one.rounded(part) + one.unit_cents <= one.cents


def round_faults(
    applications: Sequence[RoundApplication], holds: dict[str, int], result: RoundResult, *, seed: str = ""
) -> list[str]:
    """What is wrong with the result of a round, by adding up; empty when nothing is. No solver is in sight."""
    asked = {one.id: one for one in applications}
    if sorted(one.id for one in result.granted) != sorted(asked):
        return ["not the applications of this round"]
    faults, loads = [], dict.fromkeys(holds, 0)
    for one in result.granted:
        if not 0 <= one.cents <= asked[one.id].cents or sum(cents for _line, cents in one.lines) != one.cents:
            faults.append(f"{one.id} gets another amount")
        for line, cents in one.lines:
            if line not in asked[one.id].may or cents <= 0:
                faults.append(f"{one.id} is paid by a line that may not")
            loads[line] += cents
    faults += [f"{line} pays more than it holds" for line, cents in loads.items() if cents > holds[line]]
    if result.method == "proportion":
        faults += _part_faults(applications, holds, result, seed)
    bound = sum(holds[line] for line in result.scarce)
    bound += sum(one.cents for one in applications if not one.may <= result.scarce)
    if bound != result.most_cents or result.cents > bound:
        faults.append("the bound is not proven by its lines")
    return faults


def _part_faults(
    applications: Sequence[RoundApplication], holds: dict[str, int], result: RoundResult, seed: str
) -> list[str]:
    """What is wrong with a part: it could be larger, somebody gets another, or a unit that was left over passed somebody by."""
    faults, part = [], result.part
    needs = sum(one.cents for one in applications if one.may and one.may <= result.tight)
    if part != 1 and (
        not 0 <= part < 1 or not needs or Fraction(sum(holds[one] for one in result.tight), needs) != part
    ):
        faults.append("the part is not proven by its lines")
    given = {one.id: one.cents for one in result.granted}
    passed_by = set[tuple[frozenset[str], int]]()
    for one in by_loss(applications, part, seed):
        more = given[one.id] - (one.rounded(part) if one.may else 0)
        if more not in (0, one.unit_cents if _may_have_more(one, part) else 0):
            faults.append(f"{one.id} gets another part")
        if more and (one.may, one.unit_cents) in passed_by:
            faults.append(f"{one.id} gets a unit before somebody who lost more")
        if not more and _may_have_more(one, part):
            passed_by.add((one.may, one.unit_cents))
    return faults
