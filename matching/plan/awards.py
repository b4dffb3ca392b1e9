"""Open awards and funding lines as a plan sees them, which awards move to which line, and the checker of that.

Everything here is plain arithmetic in whole cents, written before the search; no solver is in sight.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

LARGEST_CENTS = 10**12


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A funding line: what awards may take of it together, in cents, those that are on it now counted in.

    `lapses`: what is left of it is lost within the time that is looked at. `freedom`: how much what is left can still be used
    for, 0 to 1000; general money has more than earmarked money. Raises ``ValueError`` for a number outside its range.
    """

    id: str
    holds_cents: int
    lapses: bool
    freedom: int

    def __post_init__(self) -> None:
        if not 0 <= self.holds_cents <= LARGEST_CENTS or not 0 <= self.freedom <= 1000:
            raise ValueError(f"line {self.id}: an amount or a freedom outside its range")


@dataclass(frozen=True, slots=True)
class OpenAward:
    """An amount that a funding line pays, and the lines that may pay it; the one that does always may.

    `whole`: it moves in full or not at all. Raises ``ValueError`` for an amount outside its range.
    """

    id: str
    line: str
    cents: int
    may: frozenset[str]
    whole: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.cents <= LARGEST_CENTS:
            raise ValueError(f"award {self.id}: an amount outside its range")


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """So many cents of an award go from one line to another."""

    award: str
    from_line: str
    to_line: str
    cents: int


@dataclass(frozen=True, slots=True)
class Portfolio:
    """All awards and all lines, in the order of their ids.

    Raises ``ValueError`` when ids are not unique, an award names a line that is not there, or a line pays more than it holds.
    """

    lines: tuple[PlanLine, ...]
    awards: tuple[OpenAward, ...]

    @classmethod
    def of(cls, lines: Iterable[PlanLine], awards: Iterable[OpenAward]) -> "Portfolio":
        """These lines and awards, put in order: the order in which they come makes no difference."""
        return cls(tuple(sorted(lines, key=lambda line: line.id)), tuple(sorted(awards, key=lambda award: award.id)))

    def __post_init__(self) -> None:
        known = {line.id for line in self.lines}
        if len(known) != len(self.lines) or len({award.id for award in self.awards}) != len(self.awards):
            raise ValueError("every line and every award has an id of its own")
        for award in self.awards:
            if award.line not in known or not award.may <= known:
                raise ValueError(f"award {award.id} names a line that is not there")
        loads = self.loads()
        for line in self.lines:
            if loads[line.id] > line.holds_cents:
                raise ValueError(f"line {line.id} pays more than it holds")

    def loads(self, moves: Sequence[Move] = ()) -> dict[str, int]:
        """What each line pays, now or after these moves."""
        loads = dict.fromkeys((line.id for line in self.lines), 0)
        for award in self.awards:
            loads[award.line] += award.cents
        for move in moves:
            loads[move.from_line] -= move.cents
            loads[move.to_line] += move.cents
        return loads


PassName = Literal["saved", "freedom", "moves"]
PASSES: tuple[PassName, ...] = ("saved", "freedom", "moves")


def worth(portfolio: Portfolio, moves: Sequence[Move]) -> dict[PassName, int]:
    """What moves are worth: cents saved from lapsing, freedom that is kept (cents times freedom), and how many there are."""
    before, after = portfolio.loads(), portfolio.loads(moves)
    gained = {line.id: after[line.id] - before[line.id] for line in portfolio.lines}
    return {
        "saved": sum(gained[line.id] for line in portfolio.lines if line.lapses),
        "freedom": -sum(gained[line.id] * line.freedom for line in portfolio.lines if not line.lapses),
        "moves": len(moves),
    }


@dataclass(frozen=True, slots=True)
class MoveFault:
    """One thing that is wrong with moves: a stable code, and which award or line."""

    code: Literal[
        "no_such_award", "not_from_there", "not_admitted", "not_in_full", "more_than_there_is", "twice", "line_full"
    ]
    about: str


def move_faults(portfolio: Portfolio, moves: Sequence[Move]) -> list[MoveFault]:
    """What is wrong with these moves; empty when every one is allowed and no line pays more than it holds."""
    awards: Mapping[str, OpenAward] = {award.id: award for award in portfolio.awards}
    faults: list[MoveFault] = []
    moved: dict[str, int] = {}
    seen: set[tuple[str, str]] = set()
    for move in moves:
        award = awards.get(move.award)
        if award is None:
            return [MoveFault("no_such_award", move.award)]
        if move.from_line != award.line or move.to_line == award.line:
            faults.append(MoveFault("not_from_there", move.award))
        elif move.to_line not in award.may:
            faults.append(MoveFault("not_admitted", move.award))
        if move.cents <= 0 or (award.whole and move.cents != award.cents):
            faults.append(MoveFault("not_in_full", move.award))
        if (move.award, move.to_line) in seen:
            faults.append(MoveFault("twice", move.award))
        seen.add((move.award, move.to_line))
        moved[move.award] = moved.get(move.award, 0) + move.cents
    faults += [MoveFault("more_than_there_is", key) for key, cents in moved.items() if cents > awards[key].cents]
    if not faults:
        loads = portfolio.loads(moves)
        faults = [MoveFault("line_full", line.id) for line in portfolio.lines if loads[line.id] > line.holds_cents]
    return faults


def in_order(portfolio: Portfolio, moves: Sequence[Move]) -> tuple[list[Move], list[Move]]:
    """The moves so that, one after the other, no line is ever full; and those that only fit together at the same time."""
    loads = portfolio.loads()
    room = {line.id: line.holds_cents - loads[line.id] for line in portfolio.lines}
    waiting, ordered = sorted(moves, key=lambda move: (-move.cents, move)), []
    while waiting:
        later = []
        for move in waiting:
            if room[move.to_line] >= move.cents:
                room[move.to_line] -= move.cents
                room[move.from_line] += move.cents
                ordered.append(move)
            else:
                later.append(move)
        if len(later) == len(waiting):
            break
        waiting = later
    return ordered, waiting
