"""Small groups: what a table hides, so that nobody can tell from it what one person got. One function, for every table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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


def hide_small(counts: Mapping[Key, int], *, published: Collection[Key] = ()) -> HiddenCells[Key]:
    """Which cells of a table of numbers of people are hidden, so that none can be derived from the others and the total.

    Hidden is what is about one to nine people. What is hidden together is known as soon as what is shown is taken from the total;
    so more cells are hidden, the smallest first, until those that are hidden are at least two, about at least ten people, and
    about more people than there are cells. When there are no more cells to hide, the whole table is. `published` are cells whose
    number stands somewhere else too: hiding them would keep nothing.
    """
    hidden = {key for key, number in counts.items() if 0 < number < SMALLEST}
    if not hidden:
        return HiddenCells()
    others = [key for key, number in counts.items() if number >= SMALLEST and key not in published]
    others.sort(key=lambda key: (-counts[key], str(key)))
    while not _is_kept(hidden, counts):
        if not others:
            return HiddenCells(frozenset(counts), whole=True)
        hidden.add(others.pop())
    return HiddenCells(frozenset(hidden))


def _is_kept(hidden: Collection[Key], counts: Mapping[Key, int]) -> bool:
    people = sum(counts[key] for key in hidden)
    return len(hidden) >= 2 and people >= SMALLEST and people > len(hidden)
