"""Which locks cannot be kept together: a smallest set of them, found by solving with fewer of them.

Locks are not like other rules: forbidding an offer can make room for one that asks it first, so that a set that clashes may have
a larger one around it that does not. Therefore it is not enough that none can be left out of what is found: smaller sets are
tried too, all of them as long as there are not too many.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from math import comb

from matching.problem import LockedShare, Locks

Lock = LockedShare | str
"""A locked share, or the name of a forbidden offer."""

MOST_TRIES = 300
"""So many sets that are smaller than the one found are tried; beyond that no lock can be left out of what is found."""


def smallest_clash(locks: Locks, impossible: Callable[[Locks], bool]) -> Locks:
    """A smallest set of these locks that clashes, given that all of them do."""
    every: tuple[Lock, ...] = (*locks.shares, *locks.forbidden)
    found = _shrunk(every, lambda some: impossible(_locks(some)))
    tries = 0
    for size in range(1, len(found)):
        tries += comb(len(every), size)
        if tries > MOST_TRIES:
            break
        for some in combinations(every, size):
            if impossible(_locks(some)):
                return _locks(some)
    return _locks(found)


def _shrunk(every: Sequence[Lock], clash: Callable[[Sequence[Lock]], bool]) -> tuple[Lock, ...]:
    """A clashing set from which no lock can be left out: first large parts are left out, then ever smaller ones."""
    kept, size = tuple(every), max(1, len(every) // 2)
    while True:
        smaller = next((less for less in _without(kept, size) if clash(less)), None)
        if smaller is not None:
            kept = smaller
        elif size == 1:
            return kept
        else:
            size //= 2
        size = max(1, min(size, len(kept) // 2))


def _without(kept: tuple[Lock, ...], size: int) -> Iterator[tuple[Lock, ...]]:
    for start in range(0, len(kept), size):
        yield kept[:start] + kept[start + size :]


def _locks(some: Sequence[Lock]) -> Locks:
    return Locks(
        shares=tuple(lock for lock in some if isinstance(lock, LockedShare)),
        forbidden=tuple(lock for lock in some if isinstance(lock, str)),
    )
