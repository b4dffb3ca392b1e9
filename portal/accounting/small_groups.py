"""Small groups: what a table hides, so that nobody can tell from it what one person got. One rule, for every table.

`hide_small` is the rule for cells with one total; `hide_small_in_table` lays it on every row and column of a table with totals.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

SMALLEST = 10
"""A cell about fewer people than this is hidden; a cell about nobody is not."""
Key = TypeVar("Key")


@dataclass(frozen=True)
class HiddenCells(Generic[Key]):
    """What of a table is not shown: these cells, or with `whole` all of it, and which cells it has as well."""

    cells: frozenset[Key] = frozenset()
    whole: bool = False


def hide_small(
    counts: Mapping[Key, int], *, published: Collection[Key] = (), hidden: Collection[Key] = ()
) -> HiddenCells[Key]:
    """Which cells of a table of numbers of people are hidden, so that none can be derived from the others and the total.

    Hidden is what is about one to nine people. What is hidden together is known as soon as what is shown is taken from the total;
    so more cells are hidden, the smallest first, until those that are hidden are at least two, about at least ten people, and
    about more people than there are cells. When there are no more cells to hide, the whole table is. `published` are cells whose
    number stands somewhere else too: hiding them would keep nothing. `hidden` are cells that are hidden for another reason.
    """
    kept = {key for key, number in counts.items() if 0 < number < SMALLEST or key in hidden}
    if not kept:
        return HiddenCells()
    others = [key for key, number in counts.items() if number >= SMALLEST and key not in published and key not in kept]
    others.sort(key=lambda key: (-counts[key], str(key)))
    while not _is_kept(kept, counts):
        if not others:
            return HiddenCells(frozenset(counts), whole=True)
        kept.add(others.pop())
    return HiddenCells(frozenset(kept))


def _is_kept(hidden: Collection[Key], counts: Mapping[Key, int]) -> bool:
    people = sum(counts[key] for key in hidden)
    return len(hidden) >= 2 and people >= SMALLEST and people > len(hidden)


# Tables with totals ----------------------------------------------------------------------------------------------------

Place = tuple[str | None, str | None]
"""A row and a column of a table; None is the one with the totals."""


def hide_small_in_table(counts: Mapping[Place, int]) -> frozenset[Place]:
    """Which cells and totals of a table of numbers of people are hidden, so that none follows from what is shown.

    The rule holds in every row and column, that of the totals too: a row of which all is hidden has no total, and a total that is
    hidden does not follow from its cells. Then it is looked at whether a hidden cell follows from several rows and columns taken
    together; as long as one does, more is hidden. When nothing is left to hide, everything is.
    """
    table = _TableWithTotals(counts)
    hidden = table.by_line(set())
    while open_to_view := table.follows(hidden):
        row, column = open_to_view
        near = [key for key in table.places if (key[0] == row or key[1] == column) and key not in hidden]
        near = [key for key in near if counts.get(key, 0) > 0]
        if not near:
            return frozenset(table.places)
        hidden = table.by_line(hidden | {min(near, key=lambda key: (counts[key], str(key)))})
    return frozenset(hidden)


class _TableWithTotals:
    """The lines of a table, and what follows from them."""

    def __init__(self, counts: Mapping[Place, int]) -> None:
        self.counts = counts
        self.rows = sorted({row for row, _column in counts if row is not None})
        self.columns = sorted({column for _row, column in counts if column is not None})
        self.places: list[Place] = [(row, column) for row in (*self.rows, None) for column in (*self.columns, None)]

    def lines(self) -> Iterator[tuple[Place, list[Place]]]:
        """Every row and column: its total, and its cells."""
        for row in (*self.rows, None):
            yield (row, None), [(row, column) for column in self.columns]
        for column in (*self.columns, None):
            yield (None, column), [(row, column) for row in self.rows]

    def by_line(self, hidden: set[Place]) -> set[Place]:
        """What is hidden when the rule holds in every line."""
        before: set[Place] | None = None
        while hidden != before:
            before = set(hidden)
            for total, cells in self.lines():
                found = hide_small({key: self.counts.get(key, 0) for key in cells}, hidden=hidden)
                hidden |= found.cells
                if found.whole or 0 < self.counts.get(total, 0) < SMALLEST:
                    hidden.add(total)
                some = [key for key in cells if self.counts.get(key, 0) > 0]
                if total in hidden and some and not hidden.intersection(some):
                    hidden.add(min(some, key=lambda key: (self.counts[key], str(key))))
        return hidden

    def follows(self, hidden: Collection[Place]) -> Place | None:
        """A hidden place that can have one number only; None when there is none.

        Cells flow from their row to their column, totals of columns to the row of totals, and totals of rows back to their row.
        A place can have another number when a way round goes through it on which everything stays one or more.
        """
        nodes = {("row", row): place for place, row in enumerate((*self.rows, None))}
        nodes |= {("column", column): len(nodes) + place for place, column in enumerate((*self.columns, None))}
        ways = [0] * len(nodes)
        ends: dict[Place, tuple[int, int]] = {}
        for row, column in sorted(hidden, key=str):
            out, into = nodes["row", row], nodes["column", column]
            if (row is None) != (column is None):
                out, into = into, out
            ends[row, column] = out, into
            ways[out] |= 1 << into
            if self.counts.get((row, column), 0) > 1:
                ways[into] |= 1 << out
        for key, (out, into) in ends.items():
            more = _leads(ways, into, out)
            if not more and not (self.counts.get(key, 0) > 1 and _leads(ways, out, into)):
                return key
        return None


def _leads(ways: list[int], start: int, end: int) -> bool:
    """Whether there is a way from one node to another that does not go there at once."""
    found = new = ways[start] & ~(1 << end)
    while new:
        if found >> end & 1:
            return True
        reached = 0
        while new:
            node = (new & -new).bit_length() - 1
            new &= new - 1
            if node != start:
                reached |= ways[node]
        new = reached & ~found
        found |= new
    return bool(found >> end & 1)
