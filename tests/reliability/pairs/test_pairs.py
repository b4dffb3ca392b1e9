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
in_all = pytest.mark.parametrize("scene", SCENES if PROOF else [], ids=lambda scene: scene.name.replace(" ", "-"))
in_few = pytest.mark.parametrize(
    "scene", [one for one in SCENES if one.name in SAMPLE], ids=lambda scene: scene.name.replace(" ", "-")
)


@in_all
def test_two_acts_at_once_come_out_as_if_one_came_after_the_other(
    scene: Scene, file_desk: FileDesk, server_desk: ServerDesk
) -> None:
    table = Table(scene, file_desk, server_desk)
    assert table.unsound() == [], "the books of the scene itself are right"
    alone = {row.name: table.alone(place).outcome.said for place, row in enumerate(scene.rows)}
    assert {name: said for name, said in alone.items() if said != DONE} == {}, "each act is done when it comes alone"
    wanted = [
        pair for pair in table.pairs() if PAIR is None or PAIR in (table.called(*pair), table.called(*pair[::-1]))
    ]
    found = {table.called(*pair): list(table.wrong(*pair)) for pair in wanted}
    known = {pair for pair in found if (scene.name, pair) in KNOWN}
    told = [f"\n{pair}\n  " + "\n  ".join(lines) for pair, lines in found.items() if lines and pair not in known]
    assert told == [], "".join(told)
    assert {pair for pair in known if not found[pair]} == set(), "it does not break any more: take it out of known.py"


@pytest.mark.skipif(PROOF, reason="all pairs are done")
@in_few
def test_a_few_acts_at_once_come_out_as_if_one_came_after_the_other(
    scene: Scene, file_desk: FileDesk, server_desk: ServerDesk
) -> None:
    table = Table(scene, file_desk, server_desk)
    found = {table.called(*pair): list(table.wrong_when_late(*pair)) for pair in SAMPLE[scene.name]}
    assert {pair: lines for pair, lines in found.items() if lines} == {}


def test_every_act_is_in_the_sample() -> None:
    by_name = {scene.name: scene for scene in SCENES}
    done = {
        name_of(by_name[name].rows[place].act) for name, pairs in SAMPLE.items() for pair in pairs for place in pair
    }
    assert done == {name_of(row.act) for scene in SCENES for row in scene.rows}
