"""Worlds beside each other over the same years: what each comes to, and what the difference is, for whom.

The first world is what the others are compared with. Figures are per year, with the band that holds nine in ten years; a
difference is taken year by year, so that its band is that of the change and not of the dice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from matching.plan.executor import Executor, Threads
from matching.what_if.scenario.living import Lived, World, live
from matching.what_if.scenario.world import ALWAYS, Ints
from matching.what_if.scenario.years import Years

SMALLEST_GROUP = 10
"""Of fewer real people nothing is said."""


@dataclass(frozen=True, slots=True)
class QuestionKind:
    """A kind of question: the groups it counts in, as (dimension, value), and how many real people stand behind it."""

    groups: tuple[tuple[str, str], ...] = ()
    people: int = 1


@dataclass(frozen=True, slots=True)
class YearlySpread:
    """A figure per year: on average, and between which figures nine in ten years are."""

    mean: int
    low: int
    high: int

    @classmethod
    def of(cls, values: Ints) -> "YearlySpread":
        """Of the figures of all years."""
        low, high = np.percentile(values, (5, 95)) if len(values) else (0.0, 0.0)
        return cls(round(float(values.mean())) if len(values) else 0, round(float(low)), round(float(high)))


@dataclass(frozen=True, slots=True)
class LineResult:
    """What became of a line: promised in the year, left at the end, and when it was empty."""

    id: str
    given: YearlySpread
    left: YearlySpread
    empty_percent: int
    """In how many of a hundred years it was empty once."""
    empty_day: int | None
    """The day by which it was empty in half of all years; None: it was not in half of them."""


@dataclass(frozen=True, slots=True)
class GroupResult:
    """One group of people a year: how many ask, are helped, gain and lose. None: fewer than ten, or it would give them away."""

    dimension: str
    value: str
    asked: int | None
    helped: int | None
    gains: int | None
    loses: int | None
    gained_cents: int | None
    lost_cents: int | None


@dataclass(frozen=True, slots=True)
class WorldResult:
    """What a world comes to in a year, and what it differs from the first."""

    name: str
    asked: YearlySpread
    people: YearlySpread
    """Who got something from a line here."""
    own: YearlySpread
    """What the askers pay or borrow together, in cents."""
    here: YearlySpread
    elsewhere: YearlySpread
    more_people: YearlySpread
    more_own: YearlySpread
    more_here: YearlySpread
    lines: tuple[LineResult, ...]
    groups: tuple[GroupResult, ...]
    favoured_permille: int | None = None
    """Of what lines give, the part that went to whom a share is held for."""
    favoured_before_permille: int | None = None
    """The same in the first world."""


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Of some years in one world: per year sums, per year and line, and per kind sums beside the first world."""

    per_year: Mapping[str, Ints]
    per_line: Mapping[str, Ints]
    per_kind: Mapping[str, Ints]

    def plus(self, other: "Tally") -> "Tally":
        """With the years of another."""
        kinds = {key: value + other.per_kind[key] for key, value in self.per_kind.items()}
        return Tally(_joined(self.per_year, other.per_year), _joined(self.per_line, other.per_line), kinds)


def _joined(one: Mapping[str, Ints], other: Mapping[str, Ints]) -> dict[str, Ints]:
    return {key: np.concatenate((values, other[key])) for key, values in one.items()}


@dataclass(slots=True, eq=False)
class SoFar:
    """The blocks that were lived, as sums per world: from these goes on what was stopped, in this process or another."""

    blocks: int = 0
    tallies: list[Tally] | None = None

    def add(self, found: list[Tally]) -> None:
        """With one block more."""
        kept = self.tallies
        self.tallies = found if kept is None else [a.plus(b) for a, b in zip(kept, found, strict=True)]
        self.blocks += 1

    def as_lists(self) -> dict[str, Any]:
        """As it can be written down."""
        parts = [(one.per_year, one.per_line, one.per_kind) for one in self.tallies or ()]
        return {
            "blocks": self.blocks,
            "tallies": [[{key: values.tolist() for key, values in part.items()} for part in of] for of in parts],
        }

    @classmethod
    def of_lists(cls, kept: Mapping[str, Any]) -> "SoFar":
        """What was written down."""
        tallies = [
            Tally(*({key: np.array(values, np.int64) for key, values in part.items()} for part in of))
            for of in kept["tallies"]
        ]
        return cls(kept["blocks"], tallies or None)


Source = Callable[[int], Years]
"""The years of a block, by its number: the same whenever it is asked."""


def compare(
    worlds: Mapping[str, World],
    kinds: Sequence[QuestionKind],
    source: Source,
    blocks: int,
    *,
    executor: Executor | None = None,
    told: Callable[[], object] = lambda: None,
    so_far: SoFar | None = None,
) -> tuple[WorldResult, ...]:
    """Live every block of years in every world, the first one first. `told` is called after each block; what it raises ends it.

    `so_far`: what was lived before of the same worlds and source; each block is added to it before it is told. Raises
    ``ValueError`` without a world or a block.
    """
    if not worlds or blocks < 1:
        raise ValueError("a world and a block of years")
    so_far = so_far or SoFar()
    work = partial(_block, tuple(worlds.values()), source)
    executor = executor or Threads(1)
    workers = executor.workers
    for begin in range(so_far.blocks, blocks, workers):
        for found in executor.map(work, range(begin, min(blocks, begin + workers))):
            so_far.add(found)
            told()
    tallies = so_far.tallies
    assert tallies is not None
    first = tallies[0]
    return tuple(
        _result(name, world, tally, first, kinds) for (name, world), tally in zip(worlds.items(), tallies, strict=True)
    )


def _block(worlds: tuple[World, ...], source: Source, number: int) -> list[Tally]:
    years, found, first = source(number), [], None
    for world in worlds:
        lived = live(world, years)
        first = first or lived
        found.append(_tally(lived, first, years, world.mixes.kinds))
    return found


def _tally(lived: Lived, first: Lived, years: Years, kinds: int) -> Tally:
    helped = (lived.here > 0).astype(np.int64)
    change = first.own - lived.own
    sums = {"asked": np.ones_like(helped), "people": helped, "own": lived.own, "here": lived.here}
    sums["elsewhere"] = lived.elsewhere
    of_kinds = {
        "asked": sums["asked"],
        "helped": helped,
        "here": lived.here,
        "gains": (change > 0).astype(np.int64),
        "loses": (change < 0).astype(np.int64),
        "gained": np.maximum(0, change),
        "lost": np.maximum(0, -change),
    }
    return Tally(
        {name: _summed(years.year, values, years.number) for name, values in sums.items()},
        {"given": lived.given, "left": lived.left, "empty": lived.empty_day},
        {name: _summed(years.kind, values, kinds) for name, values in of_kinds.items()},
    )


def _summed(place: Ints, values: Ints, number: int) -> Ints:
    """Sums per place: exact, as long as a sum stays below 2**53."""
    return np.bincount(place, weights=values, minlength=number).astype(np.int64)


def _result(name: str, world: World, tally: Tally, first: Tally, kinds: Sequence[QuestionKind]) -> WorldResult:
    years, before = tally.per_year, first.per_year
    spread = {key: YearlySpread.of(values) for key, values in years.items()}
    more = {key: YearlySpread.of(values - before[key]) for key, values in years.items()}
    held = world.held
    return WorldResult(
        name=name,
        asked=spread["asked"],
        people=spread["people"],
        own=spread["own"],
        here=spread["here"],
        elsewhere=spread["elsewhere"],
        more_people=more["people"],
        more_own=more["own"],
        more_here=more["here"],
        lines=tuple(_line(line.id, tally, place) for place, line in enumerate(world.lines)),
        groups=tuple(_groups(tally, kinds, len(years["asked"]))),
        favoured_permille=None if held is None else _part(tally, held.kinds),
        favoured_before_permille=None if held is None else _part(first, held.kinds),
    )


def _part(tally: Tally, kinds: frozenset[int]) -> int:
    here = tally.per_kind["here"]
    total = int(here.sum())
    return 0 if not total else int(here[sorted(kinds)].sum()) * 1000 // total


def _line(name: str, tally: Tally, place: int) -> LineResult:
    empty = tally.per_line["empty"][:, place]
    half = int(np.sort(empty)[len(empty) // 2])
    return LineResult(
        name,
        YearlySpread.of(tally.per_line["given"][:, place]),
        YearlySpread.of(tally.per_line["left"][:, place]),
        round(float((empty < ALWAYS).mean()) * 100),
        half if half < ALWAYS else None,
    )


def _groups(tally: Tally, kinds: Sequence[QuestionKind], years: int) -> list[GroupResult]:
    members: dict[tuple[str, str], list[int]] = {}
    for number, kind in enumerate(kinds):
        for group in kind.groups:
            members.setdefault(group, []).append(number)
    rows: list[tuple[int, GroupResult]] = []
    for (dimension, value), numbers in sorted(members.items()):
        sums = {name: round(int(values[numbers].sum()) / years) for name, values in tally.per_kind.items()}
        row = GroupResult(
            dimension,
            value,
            sums["asked"],
            sums["helped"],
            sums["gains"],
            sums["loses"],
            sums["gained"],
            sums["lost"],
        )
        rows.append((sum(kinds[number].people for number in numbers), row))
    return _hidden(rows)


def _hidden(rows: list[tuple[int, GroupResult]]) -> list[GroupResult]:
    """The groups, with nothing said of fewer than ten people; when that is one of a dimension, nor of its smallest other."""
    hide: set[int] = set()
    for dimension in {row.dimension for _people, row in rows}:
        of_it = sorted((people, number) for number, (people, row) in enumerate(rows) if row.dimension == dimension)
        small = [number for people, number in of_it if people < SMALLEST_GROUP]
        if len(small) == 1 and len(of_it) > 1:
            small.append(of_it[1][1])
        hide.update(small)
    return [_without_figures(row) if number in hide else row for number, (_people, row) in enumerate(rows)]


def _without_figures(row: GroupResult) -> GroupResult:
    return GroupResult(row.dimension, row.value, None, None, None, None, None, None)
