"""Every act that changes something is counted: whoever watches the desk at /metrics sees it, by a name that says nothing of anybody.

Found out by doing every act there is. An act that writes and is in no count is a part of one that is, and says so here.
"""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.people.audit.counting import ActCounts
from portal.platform.act_counts import count_act
from portal.platform.database import unit_of_work
from tests.reliability.pairs.acts import Row, Scene
from tests.reliability.pairs.found import name_of
from tests.reliability.pairs.moving import tried
from tests.reliability.pairs.test_powers import FIRST, in_scene, of_scene

NAME = re.compile(r"[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)+")
"""What a counter is called by: a subject and a verb, as they stand in the code; no number, no name, no address."""
OF_A_ROLE = "A part of giving, opening or closing an account, which is counted (`portal.framework.staff`)."
OF_A_REGION = "A part of loading the region, or of opening an account for a body, which are counted."
APART = "How far one process is with an outcome that another may show: nothing of anybody is decided, and a day later it is gone."
UNCOUNTED: dict[str, str] = {
    "portal.platform.apart.actions.take_apart": APART,
    "portal.platform.apart.actions.say_how_far": APART,
    "portal.platform.apart.actions.forget_computed": APART,
    "portal.people.accounts.actions.change_role": OF_A_ROLE,
    "portal.people.accounts.actions.disable_account": OF_A_ROLE,
    "portal.people.accounts.actions.ensure_organisation": OF_A_REGION,
    "portal.people.accounts.actions.own_schemes": OF_A_REGION,
    "portal.people.employers.end_address": "A part of dismissing an address, which is counted (`employer.address_ended`).",
    "portal.accounting.takeover.parts.try_part": "A trial: all that it writes is undone at once, and the trial is counted.",
}
"""Acts that change something and are in no count of their own, each with the reason."""


def uncounted(session: Session, rows: list[Row]) -> list[str]:
    """The acts that change something and are in no count, and the names of counts that could say something of somebody."""
    wrong = []
    for row in rows:
        found = tried(session, row)
        if found.changed and not found.counted:
            wrong.append(f"{name_of(row.act)} writes {sorted(found.changed)}")
        wrong += [f"{name_of(row.act)} is counted as {name}" for name in found.counted if not NAME.fullmatch(name)]
    return wrong


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("scene", "rows"), of_scene(set(FIRST)), ids=lambda one: getattr(one, "name", ""))
def test_every_act_that_changes_something_is_counted_by_a_name_that_says_nothing_of_anybody(
    session: Session, scene: Scene, rows: list[Row]
) -> None:
    in_scene(session, scene)
    left = {name_of(row.act) for row in rows} & set(UNCOUNTED)
    assert uncounted(session, [row for row in rows if name_of(row.act) not in UNCOUNTED]) == []
    found = uncounted(session, [row for row in rows if name_of(row.act) in left])
    assert {one.partition(" ")[0] for one in found} == left, "one is counted now: take it out of the list"


def test_every_reason_is_of_an_act_that_exists() -> None:
    assert set(UNCOUNTED) <= set(FIRST) and all(reason.endswith(".") for reason in UNCOUNTED.values())


def test_what_leaves_no_line_is_counted_when_it_is_committed_and_not_when_it_is_not(engine: Engine) -> None:
    counts = ActCounts()

    def saved(session: Session) -> int:
        return counts.counted(session).get(("draft.saved", "done"), 0)

    def twice(session: Session) -> None:
        count_act(session, "draft.saved")
        count_act(session, "draft.saved")

    unit_of_work(engine, twice)
    unit_of_work(engine, twice, keep=lambda _result: False)
    assert unit_of_work(engine, saved, read_only=True) == 2
    with Session(engine) as session:
        count_act(session, "draft.saved")
        session.commit()
    assert unit_of_work(engine, saved, read_only=True) == 3
