"""Every act that changes something is counted: whoever watches the desk at /metrics sees it, by a name that says nothing of anybody.

Found out by doing every act there is. An act that writes and is in no count stands in a list here, and no new one comes in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.reliability.pairs.acts import Row, Scene
from tests.reliability.pairs.found import name_of
from tests.reliability.pairs.moving import tried
from tests.reliability.pairs.test_powers import FIRST, in_scene, of_scene

NAME = re.compile(r"[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)+")
"""What a counter is called by: a subject and a verb, as they stand in the code; no number, no name, no address."""
UNCOUNTED = frozenset(
    {
        "portal.accounting.takeover.parts.try_part",
        "portal.cases.bundles.actions.add_training",
        "portal.cases.bundles.actions.change_training",
        "portal.cases.bundles.actions.drop_training",
        "portal.cases.bundles.actions.replace_trainings",
        "portal.cases.chosen_training.choose_training",
        "portal.cases.contents.add_had_before",
        "portal.cases.contents.leave_open",
        "portal.cases.contents.remove_had_before",
        "portal.cases.contents.save_borrowing",
        "portal.cases.contents.save_costs",
        "portal.cases.contents.save_employer",
        "portal.cases.contents.save_facts",
        "portal.cases.contents.save_had_before",
        "portal.cases.contents.save_training",
        "portal.cases.contents.save_wish",
        "portal.cases.corrections.actions.tell_of_corrections",
        "portal.cases.linked.actions.declare_group",
        "portal.cases.origins.actions.note_begun",
        "portal.cases.origins.actions.note_heard_from",
        "portal.cases.pledges.actions.expect_no_pledge",
        "portal.cases.pledges.actions.expect_pledge",
        "portal.cases.questions.actions.discard_draft",
        "portal.cases.questions.actions.expire_drafts",
        "portal.cases.shortlist.actions.drop_from_shortlist",
        "portal.cases.shortlist.actions.shortlist_training",
        "portal.framework.catalogue.actions.activate_due_versions",
        "portal.papers.letter_content.ensure_letter",
        "portal.people.accounts.actions.change_role",
        "portal.people.accounts.actions.consume_sign_in_link",
        "portal.people.accounts.actions.disable_account",
        "portal.people.accounts.actions.ensure_organisation",
        "portal.people.accounts.actions.grant_access_link",
        "portal.people.accounts.actions.issue_sign_in_link",
        "portal.people.accounts.actions.own_schemes",
        "portal.people.accounts.actions.revoke_access_links",
        "portal.people.employers.end_address",
        "portal.post.letters.actions.post_letters",
        "portal.post.messages.actions.retry",
        "portal.post.messages.actions.set_consent",
    }
)
"""Acts that change something and leave no line in the log when they are done by themselves: what is left to do. It only gets shorter."""


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session
        session.rollback()


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
    left = {name_of(row.act) for row in rows} & UNCOUNTED
    assert uncounted(session, [row for row in rows if name_of(row.act) not in UNCOUNTED]) == []
    found = uncounted(session, [row for row in rows if name_of(row.act) in left])
    assert {one.partition(" ")[0] for one in found} == left, "one is counted now: take it out of the list"
