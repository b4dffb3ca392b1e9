"""Every act that takes a session and the time stands in the table of pairs, or says why it does not."""

from __future__ import annotations

from types import ModuleType

from tests.reliability.pairs.exceptions import EXCEPTIONS
from tests.reliability.pairs.found import acts_of, all_acts, name_of
from tests.reliability.pairs.scenes import SCENES

ROWS = {name_of(row.act) for scene in SCENES for row in scene.rows}


def without_a_row(acts: set[str]) -> set[str]:
    """The acts that somebody forgot."""
    return acts - ROWS - set(EXCEPTIONS)


def test_every_act_has_a_row_or_a_reason() -> None:
    acts = set(all_acts())
    assert without_a_row(acts) == set(), "give it a row in a scene, or a reason in exceptions.py"
    assert len(acts) > 200, "they are found at all"


def test_what_stands_in_the_table_exists() -> None:
    acts = set(all_acts())
    assert ROWS - acts == set() and set(EXCEPTIONS) - acts == set(), "take out what is gone"


def test_no_act_has_both_a_row_and_a_reason() -> None:
    assert ROWS & set(EXCEPTIONS) == set()
    assert all(reason.endswith(".") and len(reason) > 20 for reason in EXCEPTIONS.values())


def test_names_of_scenes_and_of_their_rows_are_unique() -> None:
    assert len({scene.name for scene in SCENES}) == len(SCENES)
    for scene in SCENES:
        names = [row.name for row in scene.rows]
        assert sorted(set(names)) == sorted(names), scene.name


def test_control_an_act_that_nobody_put_in_the_table_is_missed() -> None:
    planted = ModuleType("portal.paying.planted")
    source = (
        "def give_away(session, *, actor, now): ...\ndef _hidden(session, *, now): ...\ndef read(session, now): ...\n"
    )
    exec(compile(source, "planted", "exec"), vars(planted))
    assert set(acts_of(planted)) == {"portal.paying.planted.give_away"}
    assert without_a_row(set(acts_of(planted))) == {"portal.paying.planted.give_away"}
