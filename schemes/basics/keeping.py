"""What was made once and is asked for again: kept as long as it is asked for."""

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class KeptFew(Generic[K, V]):
    """What was made, by its key. At most twice `most` are held; those go first that were not asked for since as many others came.

    Two threads may both make the same thing; the last one stays, and both are right.
    """

    __slots__ = ("_earlier", "_most", "_recent")

    def __init__(self, most: int) -> None:
        self._most = most
        self._recent: dict[K, V] = {}
        self._earlier: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """What was made for a key; None when it is not held (any more)."""
        found = self._recent.get(key)
        if found is None:
            found = self._earlier.get(key)
            if found is not None:
                self.keep(key, found)
        return found

    def keep(self, key: K, made: V) -> V:
        """Hold what was made for a key; gives it back."""
        if len(self._recent) >= self._most:
            self._earlier, self._recent = self._recent, {}
        self._recent[key] = made
        return made
