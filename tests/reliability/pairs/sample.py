"""Which pairs ``make test`` does: few, so that every act occurs in one of them, and the same ones each time."""

from __future__ import annotations

from collections.abc import Sequence

from tests.reliability.pairs.acts import Scene
from tests.reliability.pairs.found import name_of


def sample(scenes: Sequence[Scene]) -> dict[str, list[tuple[int, int]]]:
    """Per scene the places of the pairs. An act is done in the largest scene in which it occurs, with the next one there."""
    seen: set[str] = set()
    chosen: dict[str, list[tuple[int, int]]] = {}
    for scene in sorted(scenes, key=lambda one: (-len({row.act for row in one.rows}), one.name)):
        new = []
        for place, row in enumerate(scene.rows):
            if name_of(row.act) not in seen:
                seen.add(name_of(row.act))
                new.append(place)
        if new:
            rest = new[1::2] + ([new[-1]] if len(new) % 2 else [])
            chosen[scene.name] = list(zip(new[::2], rest, strict=True))
    return chosen
