"""Who is in training is nobody's second person: tried with every act that stands under a power or takes two people.

Which acts take two is found out by doing every act there is and seeing which of them look who the second person is: one that is
in no table fails here.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from portal.people.actor import Actor, Grade
from tests.conftest import DATABASES
from tests.reliability.pairs.acts import Row, Scene
from tests.reliability.pairs.found import name_of
from tests.reliability.pairs.moving import POWER_OF, actor_of, tried
from tests.reliability.pairs.test_powers import FIRST, in_scene, of_scene
from tests.who_runs_what import PROOF

SECOND_BY_OWN_RULE: frozenset[str] = frozenset(
    {
        "portal.accounting.cofinancing.actions.prove_cofinancing",
        "portal.cases.representatives.actions.confirm_representative",
        "portal.oversight.privacy.retention.actions.confirm_term",
        "portal.paying.by_hand.actions.confirm_outcome",
        "portal.paying.collecting.undoing.note_interest_repaid",
        "portal.paying.late_interest.actions.determine_own_interest_again",
        "portal.paying.payments.actions.note_repaid",
        "portal.people.accounts.actions.change_role",
        "portal.publishing.gate.actions.publish_version",
        "portal.second_look.objections.actions.hold_hearing",
        "portal.second_look.penalties.actions.settle_penalty_again",
        "portal.second_look.preparations.actions.send_back",
        "portal.second_look.two_person_acts.actions.do_laid_down",
        "portal.second_look.two_person_acts.actions.send_act_back",
    }
)
"""Acts under no power that only somebody else than a first person does, or sends back to the first."""
_BY_MANDATE = "It is decided in the name of a body, by mandate."
_WHO_SEES = "It is about who sees which cases."
WHOLE_ROLE_ALONE: dict[str, str] = {
    "portal.awarding.reductions.end_award": _BY_MANDATE,
    "portal.cases.teams.actions.assign_places": _WHO_SEES,
    "portal.cases.teams.actions.close_team": _WHO_SEES,
    "portal.cases.teams.actions.found_team": _WHO_SEES,
    "portal.cases.teams.actions.join_team": _WHO_SEES,
    "portal.cases.teams.actions.leave_team": _WHO_SEES,
    "portal.cases.teams.actions.rename_team": _WHO_SEES,
    "portal.paying.collecting.actions.determine_interest": _BY_MANDATE,
    "portal.paying.collecting.relief.defer_payment": _BY_MANDATE,
    "portal.paying.collecting.relief.refuse_relief": _BY_MANDATE,
    "portal.paying.collecting.relief.waive_charges": _BY_MANDATE,
    "portal.paying.collecting.undoing.undo_interest": _BY_MANDATE,
    "portal.paying.late_interest.actions.determine_own_interest": _BY_MANDATE,
    "portal.paying.recoveries.plan_instalments": _BY_MANDATE,
    "portal.second_look.late_decisions.actions.settle_penalty": _BY_MANDATE,
}
"""Acts of one person, under no power, for which somebody has to be of the whole role; each with the reason."""
LAYS_DOWN = {"portal.second_look.two_person_acts.actions.lay_down"}
"""It tries the act with a first person whom nobody is; who is in training may lay it down."""
CHECKED_TWICE = {
    "portal.publishing.gate.actions.publish_version",
    "portal.second_look.penalties.actions.settle_penalty_again",
    "portal.paying.late_interest.actions.determine_own_interest_again",
}
"""Acts that take a mandate or a power too, so that the grade is asked once more."""
REFUSED = {Grade.TRAINEE: "in_training", Grade.READER: "only_reads"}
NEEDS_ALL = set(POWER_OF) | SECOND_BY_OWN_RULE | set(WHOLE_ROLE_ALONE)


def staff(row: Row, session: Session) -> Actor | None:
    """Who does the act in its scene, when that is somebody with an account."""
    me = actor_of(row, session)
    return me if me is not None and me.account_id is not None else None


EVERY_ACT = of_scene(set(FIRST))


BOTH = pytest.mark.parametrize("database", DATABASES if PROOF else DATABASES[:1], indirect=True)
EVERY = pytest.mark.parametrize(("scene", "rows"), EVERY_ACT, ids=lambda one: getattr(one, "name", ""))
THE_CHECK = "portal.people.second_person.require_whole_role"


@BOTH
@EVERY
def test_who_has_not_the_whole_role_does_nothing_that_takes_a_power_or_a_second_person(
    session: Session, scene: Scene, rows: list[Row]
) -> None:
    """And who is in training does all of the rest as before: laying something down for a colleague too."""
    in_scene(session, scene)
    for row in rows:
        if (me := staff(row, session)) is None:
            continue
        usual = tried(session, row, actor=me).code
        takes_all = name_of(row.act) in NEEDS_ALL
        found = {grade: tried(session, row, actor=replace(me, grade=grade)).code for grade in REFUSED}
        if takes_all:
            assert usual == "done", f"{row.name}: {usual}"
            assert found == REFUSED, f"{row.name}: {found}"
        else:
            assert found[Grade.TRAINEE] == usual, f"{row.name}: {found}, and {usual} with the whole role"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@EVERY
def test_what_looks_who_the_second_person_is_stands_in_a_table(
    session: Session, scene: Scene, rows: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Actor] = []
    monkeypatch.setattr(THE_CHECK, asked.append)
    in_scene(session, scene)
    for row in rows:
        asked.clear()
        tried(session, row)
        if any(who.account_id is not None for who in asked):
            name = name_of(row.act)
            assert name in NEEDS_ALL or name in LAYS_DOWN, f"{name} takes a second person and stands in no table"


@pytest.mark.parametrize("name", sorted(SECOND_BY_OWN_RULE))
def test_control_without_the_one_check_a_trainee_is_the_second_person(
    session: Session, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, row = FIRST[name]
    in_scene(session, scene)
    me = staff(row, session)
    assert me is not None
    trainee = replace(me, grade=Grade.TRAINEE)
    assert tried(session, row, actor=trainee).code == "in_training"
    monkeypatch.setattr(THE_CHECK, lambda _actor: None)
    code = tried(session, row, actor=trainee).code
    assert code == ("in_training" if name in CHECKED_TWICE else "done"), code


def test_the_tables_name_acts_that_exist_and_each_once() -> None:
    assert set(FIRST) >= NEEDS_ALL | LAYS_DOWN
    assert not SECOND_BY_OWN_RULE & set(POWER_OF) and not set(WHOLE_ROLE_ALONE) & set(POWER_OF)
    assert not SECOND_BY_OWN_RULE & set(WHOLE_ROLE_ALONE)
