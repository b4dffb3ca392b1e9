"""Two acts of two people on one record at the same moment come out as if one came after the other. See the package."""

from __future__ import annotations

import os

import pytest

from tests.reliability.pairs.desks import FileDesk, ServerDesk
from tests.reliability.pairs.known import KNOWN
from tests.reliability.pairs.running import DONE, Table, rows_of_scene
from tests.reliability.pairs.sample import homes, sample
from tests.reliability.pairs.scenes import SCENES

PROOF, PAIR = bool(os.environ.get("PROOF")), os.environ.get("PAIR")
HOMES = homes(SCENES)
CHOSEN = [scene for scene in SCENES if PROOF or scene.name in HOMES]


def chosen_pairs(table: Table) -> list[tuple[int, int]]:
    """All pairs of the scene in the proof, else so few that each act occurs in one; or the one that was asked for."""
    if not PROOF:
        return sample(table.pairs(HOMES[table.scene.name]), HOMES[table.scene.name])
    pairs = table.pairs()
    return [pair for pair in pairs if PAIR is None or PAIR in (table.called(*pair), table.called(*pair[::-1]))]


@pytest.mark.parametrize("scene", CHOSEN, ids=lambda scene: scene.name.replace(" ", "-"))
def test_two_acts_at_once_come_out_as_if_one_came_after_the_other(
    scene: object, file_desk: FileDesk, server_desk: ServerDesk
) -> None:
    table = Table(scene, rows_of_scene(scene, file_desk), file_desk, server_desk)  # type: ignore[arg-type]
    assert table.unsound == [], "the books of the scene itself are right"
    places = range(len(table.scene.rows)) if PROOF else HOMES[table.scene.name]
    alone = {table.scene.rows[place].name: table.alone(place).outcome.said for place in places}
    assert {name: said for name, said in alone.items() if said != DONE} == {}, "each act is done when it comes alone"
    found = {table.called(*pair): list(table.wrong(*pair)) for pair in chosen_pairs(table)}
    known = {pair for pair in found if (table.scene.name, pair) in KNOWN}
    told = [f"\n{pair}\n  " + "\n  ".join(lines) for pair, lines in found.items() if lines and pair not in known]
    assert told == [], "".join(told)
    assert {pair for pair in known if not found[pair]} == set(), "it does not break any more: take it out of known.py"
