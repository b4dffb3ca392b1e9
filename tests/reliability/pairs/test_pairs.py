"""Two acts of two people on one record at the same moment come out as if one came after the other. See the package."""

from __future__ import annotations

import os

import pytest

from tests.reliability.pairs.acts import Scene
from tests.reliability.pairs.desks import FileDesk, ServerDesk
from tests.reliability.pairs.found import name_of
from tests.reliability.pairs.known import KNOWN
from tests.reliability.pairs.running import DONE, Table
from tests.reliability.pairs.sample import sample
from tests.reliability.pairs.scenes import SCENES

PROOF, PAIR = bool(os.environ.get("PROOF")), os.environ.get("PAIR")
SAMPLE = sample(SCENES)
CHOSEN = [scene for scene in SCENES if PROOF or scene.name in SAMPLE]


WAITS = {"data that are restricted": {"close_question": "restricted"}}
"""Acts of a scene that are refused until another of it is done, and why: beside that other one they may come before or after."""


@pytest.mark.parametrize("scene", CHOSEN, ids=lambda scene: scene.name.replace(" ", "-"))
def test_two_acts_at_once_come_out_as_if_one_came_after_the_other(
    scene: Scene, file_desk: FileDesk, server_desk: ServerDesk
) -> None:
    table = Table(scene, file_desk, server_desk)
    found = all_pairs(table) if PROOF else few_pairs(table)
    known = {pair for pair in found if (scene.name, pair) in KNOWN}
    told = [f"\n{pair}\n  " + "\n  ".join(lines) for pair, lines in found.items() if lines and pair not in known]
    assert told == [], "".join(told)
    assert not PROOF or all(found[pair] for pair in known), "one does not break any more: take it out of known.py"


def all_pairs(table: Table) -> dict[str, list[str]]:
    """What is wrong with every pair of a scene, or with the one that was asked for. First each act is done by itself."""
    assert table.unsound() == [], "the books of the scene itself are right"
    alone = {row.name: table.alone(place).outcome.said for place, row in enumerate(table.scene.rows)}
    refused = {name: said for name, said in alone.items() if said != DONE}
    assert refused == WAITS.get(table.scene.name, {}), "each act is done when it comes alone, or waits for another"
    asked = [pair for pair in table.pairs() if PAIR in (None, table.called(*pair), table.called(*pair[::-1]))]
    return {table.called(*pair): list(table.wrong(*pair)) for pair in asked}


def few_pairs(table: Table) -> dict[str, list[str]]:
    """What is wrong with the pairs of a scene that are in the sample."""
    return {table.called(*pair): list(table.wrong_when_late(*pair)) for pair in SAMPLE[table.scene.name]}


def test_every_act_is_in_the_sample() -> None:
    by_name = {scene.name: scene for scene in SCENES}
    done = {
        name_of(by_name[name].rows[place].act) for name, pairs in SAMPLE.items() for pair in pairs for place in pair
    }
    assert done == {name_of(row.act) for scene in SCENES for row in scene.rows}


def test_what_is_known_to_break_is_in_the_table_with_its_reason() -> None:
    names = {scene.name: {row.name for row in scene.rows} for scene in SCENES}
    for (scene, pair), reason in KNOWN.items():
        assert set(pair.split("|")) <= names[scene] and reason.endswith("."), (scene, pair)
