"""A case of which the data are restricted is only kept: every act there is, is done upon it, and stops or says on which ground not.

Restriction (AVG 18) is looked at in one place, before an act is logged. What writes on the rows of a case and goes on all the same
stands in `MAY` with its ground, is done by the person itself, or has a reason here.
"""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.cases.rights.models import PrivacyRequest, RequestState, Right
from portal.cases.rights.restricted import MAY
from portal.oversight.privacy.holdings.ways import columns_to_case, table_called
from portal.people.actor import BY_LINK
from tests.factories import NOW
from tests.reliability.pairs.acts import Row, Scene
from tests.reliability.pairs.found import name_of
from tests.reliability.pairs.moving import Tried, actor_of, tried
from tests.reliability.pairs.test_powers import FIRST, in_scene, of_scene

PAYING = (
    "Payments of what was laid down before, in a batch of many: the rights of who is paid, and the books (18 lid 2)."
)
OWN_WAY = "About the way in of an account or a person, which is theirs; nothing of the case is looked at."
ORGANISED = "Who looks after cases; nothing is done with what they say."
TAKING_OVER = "Vouchers of an earlier administration, by which new cases come in; those that are there are left alone."
DRAFTS = "Drafts, which were never sent: nobody can ask this of them."
NO_CASE = "In its scene it is about a provider or a budget; about a case it stops, for then it is logged about one."
PART = "A part of acts that are looked at, which log what they did."
GOES_ON: dict[str, str] = {
    **dict.fromkeys(
        ("portal.cases.questions.actions.expire_drafts", "portal.cases.questions.actions.discard_draft"), DRAFTS
    ),
    **dict.fromkeys(
        (
            "portal.framework.staff.close_account",
            "portal.framework.staff.give_role",
            "portal.framework.staff.limit_rights",
            "portal.framework.staff.log_out_everywhere",
            "portal.people.accounts.actions.change_role",
            "portal.people.accounts.actions.disable_account",
            "portal.people.accounts.actions.grant_access_link",
            "portal.people.accounts.actions.revoke_access_links",
        ),
        OWN_WAY,
    ),
    **dict.fromkeys(
        (
            "portal.second_look.two_person_acts.actions.do_laid_down",
            "portal.second_look.two_person_acts.actions.lay_down",
            "portal.second_look.two_person_acts.actions.send_act_back",
            "portal.second_look.two_person_acts.actions.take_act_back",
            "portal.oversight.flags.actions.close_flag",
            "portal.oversight.flags.actions.raise_flags",
        ),
        NO_CASE,
    ),
    "portal.cases.teams.actions.assign_places": "Which team keeps a case is no use of its data.",
    "portal.people.employers.end_address": PART,
    "portal.post.messages.actions.set_consent": PART,
    "portal.post.messages.actions.note_undelivered": "What comes back is noted; the letter in its place waits.",
    "portal.oversight.privacy.retention.actions.erase_batch": "It looks again at what is due: nothing that is restricted is.",
    "portal.accounting.takeover.actions.take_over_administration": TAKING_OVER,
    "portal.accounting.takeover.actions.try_administration": TAKING_OVER,
    "portal.accounting.takeover.parts.carry_part": TAKING_OVER,
    "portal.accounting.takeover.parts.try_part": TAKING_OVER,
    "portal.paying.payments.actions.make_batch": PAYING,
    "portal.paying.payments.actions.leave_out": PAYING,
    "portal.paying.payments.actions.cancel_batch": PAYING,
    "portal.paying.payments.actions.release_batch": PAYING,
    "portal.paying.statements.actions.read_statement": PAYING,
    "portal.cases.handovers.actions.hand_over_several": ORGANISED,
    "portal.cases.handovers.actions.put_back_several": ORGANISED,
    "portal.cases.teams.actions.join_team": ORGANISED,
    "portal.cases.teams.actions.close_team": ORGANISED,
}
"""Acts that write on the rows of cases, and stop for none of them; each with the reason."""


def restrict_all(session: Session) -> None:
    """Restrict the data of every case that was sent, as if that was granted a moment ago."""
    sent = select(DevelopmentQuestion.id).where(DevelopmentQuestion.state != QuestionState.DRAFT)
    granted = {
        "kind": Right.RESTRICTION, "state": RequestState.GRANTED, "text": "", "asked_on": NOW.date(), "asked_at": NOW,
        "asked_by": "resident", "answer_by": NOW.date().replace(year=NOW.year + 1), "answered_at": NOW,
        "answered_by": "account:901", "answered_by_name": "Anja", "answer": "Wij doen er niets mee.",
    }  # fmt: skip
    for number in session.scalars(sent).all():
        session.execute(insert(PrivacyRequest).values(question_id=number, **granted))
    session.expire_all()


def goes_on(session: Session, row: Row, found: Tried) -> bool:
    """Whether an act was done on the rows of a case that was restricted, on no ground that is known."""
    of_cases = {name for name in found.changed if columns_to_case(table_called(name))}
    who = actor_of(row, session)
    if found.code != "done" or not of_cases or (who is not None and who.audience in BY_LINK):
        return False
    return not found.counted & set(MAY)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("scene", "rows"), of_scene(set(FIRST)), ids=lambda one: getattr(one, "name", ""))
def test_no_act_goes_on_with_a_case_of_which_the_data_are_restricted_but_on_a_ground(
    session: Session, scene: Scene, rows: list[Row]
) -> None:
    in_scene(session, scene)
    restrict_all(session)
    found = {name_of(row.act): goes_on(session, row, tried(session, row)) for row in rows}
    assert [name for name, on in found.items() if on and name not in GOES_ON] == []


@pytest.mark.parametrize(
    "name",
    [
        "portal.awarding.decisions.actions.approve_proposal",
        "portal.awarding.decisions.actions.reject_question",
        "portal.awarding.proposals.actions.make_proposal",
        "portal.cases.reminding.remind_asker",
        "portal.cases.conversations.requests.ask_more",
        "portal.paying.settlements.actions.settle_voucher",
        "portal.spending.vouchers.actions.expire_voucher",
        "portal.papers.letter_content.ensure_letter",
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_control_these_are_done_without_a_restriction_and_stop_with_one(session: Session, name: str) -> None:
    scene, row = FIRST[name]
    in_scene(session, scene)
    assert tried(session, row).code == "done"
    restrict_all(session)
    assert tried(session, row).code == "restricted"


def test_control_an_act_that_nobody_looks_at_is_seen(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, row = FIRST["portal.awarding.decisions.actions.reject_question"]
    in_scene(session, scene)
    restrict_all(session)
    monkeypatch.setattr("portal.people.audit.actions._looks", tuple)
    assert goes_on(session, row, tried(session, row))


def test_every_reason_is_of_an_act_that_exists() -> None:
    assert set(GOES_ON) <= set(FIRST)
    assert all(reason.endswith((".", ").")) for reason in GOES_ON.values())
