"""Who may do what alone: every act that moves money or rights stands under a power, and the power holds for every role.

The table act x role x second person is made from `POWERS` and from the scenes of the table of pairs. What moves money or rights is
found out by doing every act there is: a new one without a power, or a reason, fails here.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.framework.mandates.models import Mandate
from portal.framework.powers import POWERS, Hands, Power
from portal.people.actor import Actor, Audience
from tests.conftest import DATABASES
from tests.factories import NOW
from tests.reliability.pairs.acts import Row, Scene
from tests.reliability.pairs.found import name_of
from tests.reliability.pairs.moving import MOVED, POWER_OF, Tried, actor_of, tried
from tests.reliability.pairs.scenes import SCENES
from tests.reliability.pairs.unpowered import UNPOWERED
from tests.who_runs_what import PROOF

FIRST: dict[str, tuple[Scene, Row]] = {}
for scene in SCENES:
    for one in scene.rows:
        FIRST.setdefault(name_of(one.act), (scene, one))
SECOND_HAND = ("own_preparation", "second_person", "own_batch")
"""How an act says that the same person was there before."""
NOT_THEIRS = ("not_yours",)


def of_scene(names: set[str]) -> list[tuple[Scene, list[Row]]]:
    """Each scene with the acts that are tried in it."""
    wanted = sorted((scene.name, name) for name, (scene, _row) in FIRST.items() if name in names)
    scenes = {scene.name: scene for scene in SCENES}
    return [(scenes[key], [FIRST[name][1] for _key, name in group]) for key, group in groupby(wanted, lambda it: it[0])]


def in_scene(session: Session, scene: Scene) -> Session:
    scene.make(session)
    session.flush()
    return session


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("scene", "rows"), of_scene(set(FIRST)), ids=lambda one: getattr(one, "name", ""))
def test_what_moves_money_or_rights_stands_under_a_power_or_says_why_not(
    session: Session, scene: Scene, rows: list[Row]
) -> None:
    in_scene(session, scene)
    for row in rows:
        found = tried(session, row)
        name = name_of(row.act)
        if found.wrote:
            assert name in POWER_OF or name in UNPOWERED, f"{name} writes {sorted(found.wrote)}"


def powered() -> list[tuple[Scene, list[Row]]]:
    return of_scene(set(POWER_OF))


@pytest.mark.parametrize("database", DATABASES if PROOF else DATABASES[:1], indirect=True)
@pytest.mark.parametrize(("scene", "rows"), powered(), ids=lambda one: getattr(one, "name", ""))
def test_only_the_roles_of_the_power_do_it(session: Session, scene: Scene, rows: list[Row]) -> None:
    in_scene(session, scene)
    for row in rows:
        rule = POWERS[POWER_OF[name_of(row.act)]]
        assert (usual := tried(session, row)).code == "done", f"{row.name}: {usual.code}"
        for audience in Audience:
            if audience in rule.may or audience is Audience.SYSTEM:
                continue
            stranger = Actor(audience, account_id=4711, organisation_id=1, question_id=None, display_name="Vreemd")
            outcome = tried(session, row, actor=stranger)
            assert outcome.code in NOT_THEIRS, f"{row.name} by {audience}: {outcome.code}"


def needs_mandate(row: Row) -> bool:
    return POWERS[POWER_OF[name_of(row.act)]].mandate


@pytest.mark.parametrize("database", DATABASES if PROOF else DATABASES[:1], indirect=True)
@pytest.mark.parametrize(("scene", "rows"), powered(), ids=lambda one: getattr(one, "name", ""))
def test_without_a_mandate_it_is_not_done(session: Session, scene: Scene, rows: list[Row]) -> None:
    in_scene(session, scene)
    session.execute(update(Mandate).values(ended_at=NOW, ended_by="account:1", valid_until=Mandate.valid_from))
    for row in filter(needs_mandate, rows):
        outcome = tried(session, row)
        assert outcome.code == "no_mandate", f"{row.name}: {outcome.code}"


@pytest.mark.parametrize("database", DATABASES if PROOF else DATABASES[:1], indirect=True)
@pytest.mark.parametrize(("scene", "rows"), powered(), ids=lambda one: getattr(one, "name", ""))
def test_what_takes_two_is_done_by_nobody_alone(session: Session, scene: Scene, rows: list[Row]) -> None:
    """But for the accounts in their scene, whose role does not decide: tests/portal/framework/test_staff.py tries every role."""
    in_scene(session, scene)
    for row in rows:
        power = POWER_OF[name_of(row.act)]
        if POWERS[power].hands is not Hands.TWO or power is Power.GIVE_ROLE or "prepared_by" not in row.values:
            continue
        me = actor_of(row, session)
        assert me is not None
        assert tried(session, row, prepared_by=None).code == "second_person_needed", row.name
        assert tried(session, row, prepared_by=me.reference).code == "own_preparation", row.name
        other = replace(me, account_id=(me.account_id or 0) + 4000)
        assert tried(session, row, prepared_by=other.reference).code == "done", row.name


def test_every_power_has_an_act_and_every_act_exists() -> None:
    assert set(POWER_OF.values()) | {Power.ACCEPT_INVOICE} == set(Power), "a power that nobody uses"
    assert set(POWER_OF) - set(FIRST) == set() and set(UNPOWERED) - set(FIRST) == set(), "take out what is gone"
    assert set(POWER_OF) & set(UNPOWERED) == set()
    assert all(reason.endswith(".") and len(reason) > 20 for reason in UNPOWERED.values())


def test_control_an_act_that_moves_money_under_no_power_is_seen(session: Session) -> None:
    scene, row = FIRST["portal.paying.recoveries.receive_instalment"]
    in_scene(session, scene)
    assert tried(session, row).wrote & MOVED == {"transfer", "recovery_entry"}
    assert tried(session, row, actor=Actor(Audience.PROVIDER, account_id=1)) == Tried("not_yours", set())
