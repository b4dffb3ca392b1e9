"""Which pairs ``make test`` does: few, so that every act occurs in one of them, and the same ones each time."""

from __future__ import annotations

from collections.abc import Sequence

from tests.reliability.pairs.acts import Scene
from tests.reliability.pairs.found import name_of


def homes(scenes: Sequence[Scene]) -> dict[str, list[int]]:
    """Per scene the places of the rows whose act occurs there first, of all scenes; the larger scenes are looked at first."""
    seen: set[str] = set()
    found: dict[str, list[int]] = {}
    for scene in sorted(scenes, key=lambda one: (-len({row.act for row in one.rows}), one.name)):
        for place, row in enumerate(scene.rows):
            if name_of(row.act) not in seen:
                seen.add(name_of(row.act))
                found.setdefault(scene.name, []).append(place)
    return found


def sample(meeting: Sequence[tuple[int, int]], wanted: Sequence[int]) -> list[tuple[int, int]]:
    """So few of these pairs that each of the wanted places is in one: pairs of two wanted ones first, an act beside itself last."""
    left, chosen = list(wanted), []
    while left:
        mine = left.pop(0)
        others = [next(iter({*pair} - {mine}), mine) for pair in meeting if mine in pair]
        if not others:
            continue  # it meets nobody here
        best = min(others, key=lambda place: (place not in left, place == mine, place))
        if best in left:
            left.remove(best)
        chosen.append((min(mine, best), max(mine, best)))
    return chosen
