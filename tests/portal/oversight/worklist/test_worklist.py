"""The worklist: whose cases, where they stand, and a fixed number of queries however many there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.awarding.decisions.drafts import Draft
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.shares_elsewhere.actions import OutcomeElsewhere, follow_up, record_outcome
from portal.awarding.shares_elsewhere.models import Sequel, ShareOutcome
from portal.awarding.shares_elsewhere.queries import shares_elsewhere
from portal.cases.contents import save_borrowing
from portal.cases.conversations.actions import plan_conversation, record_conversation
from portal.cases.conversations.requests import ask_more
from portal.cases.diaries.models import TalkWay
from portal.cases.hearings.actions import invite_view, record_view
from portal.cases.hearings.models import ViewWay
from portal.cases.owners.actions import claim_case
from portal.cases.questions.models import CostInput, QuestionState
from portal.oversight.worklist.due import Due, due_items
from portal.oversight.worklist.queries import CaseStanding, Whose, standing, unanswered_requests, worklist
from portal.paying.settlements.actions import SettlementDraft
from portal.paying.settlements.models import SettlementGround
from portal.people.accounts.actions import create_account
from portal.people.accounts.models import Role
from portal.second_look.objections.actions import plan_hearing, receive_objection, withdraw_objection
from portal.second_look.preparations.actions import prepare_decision, prepare_settlement, withdraw_preparation
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from tests.benchmarks.worklist import fill, questions_asked
from tests.factories import (
    ADVISOR,
    ALL_CHECKED,
    NOW,
    OWN_FACTS,
    REGION,
    SECOND,
    SYSTEM,
    a_provider,
    a_question,
    a_region,
    a_voucher,
    an_application,
    approve,
)

once = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@once
def test_one_page_takes_the_same_number_of_queries_over_ten_and_over_two_thousand_cases(session: Session) -> None:
    fill(session, 10)
    few = questions_asked(session)
    assert few <= 12
    fill(session, 2_000, after=10)
    session.expunge_all()
    assert questions_asked(session) == few


@once
def test_where_a_case_stands_follows_from_its_talks_and_proposals(session: Session) -> None:
    asked = a_question(session)
    assert standing(session, question=asked) is CaseStanding.SUBMITTED
    talk = plan_conversation(
        session,
        question=asked,
        planned_for=NOW + timedelta(days=1),
        way=TalkWay.DESK,
        place=None,
        actor=ADVISOR,
        now=NOW,
    )
    assert standing(session, question=asked) is CaseStanding.TALK_PLANNED
    later = NOW + timedelta(days=2)
    record_conversation(session, conversation=talk, notes=None, held_at=later, actor=ADVISOR, now=later)
    assert standing(session, question=asked) is CaseStanding.TALK_HELD
    applied = an_application(session)
    assert standing(session, question=applied) is CaseStanding.APPLIED
    make_proposal(session, question=applied, actor=ADVISOR, now=NOW)
    assert standing(session, question=applied) is CaseStanding.PROPOSED
    applied.revision += 1
    assert standing(session, question=applied) is CaseStanding.APPLIED, "the proposal answers what was asked before"


@once
def test_who_was_asked_and_did_not_answer_in_time_comes_back(session: Session) -> None:
    a_region(session)
    question = an_application(session)
    ask_more(session, question=question, text="Offerte?", answer_by=date(2026, 3, 16), actor=ADVISOR, now=NOW)
    assert unanswered_requests(session, actor=ADVISOR, today=date(2026, 3, 16)) == []
    late = unanswered_requests(session, actor=ADVISOR, today=date(2026, 3, 17))
    assert [(row.id, row.state, row.overdue) for row in late] == [(question.id, QuestionState.WAITING, True)]
    assert unanswered_requests(session, actor=REGION, today=date(2026, 3, 17)) == []
    assert worklist(session, actor=ADVISOR, now=NOW)[0].answer_by == date(2026, 3, 16)


def test_objections_hearings_second_looks_and_refused_shares_are_due_too(session: Session) -> None:
    loan = an_application(session, costs=(CostInput("tuition", 400_000),))
    save_borrowing(session, question=loan, up_to_cents=150_000, actor=ADVISOR, now=NOW)
    approve(session, loan)
    share = shares_elsewhere(session, question=loan)[0]
    record_outcome(
        session,
        share=share,
        told=OutcomeElsewhere(outcome=ShareOutcome.REFUSED, granted_cents=0, by="DUO", on=NOW.date()),
        actor=ADVISOR,
        now=NOW,
    )
    refused = an_application(session)
    decision = reject_question(
        session, question=refused, rationale="Past niet.", ground=OWN_FACTS, actor=ADVISOR, now=NOW
    )
    objection = receive_objection(
        session, decision=decision, received_on=NOW.date(), grounds="Wel.", committee=False, actor=SECOND, now=NOW
    )
    hearing_at = NOW + timedelta(days=8)
    plan_hearing(session, objection=objection, at=hearing_at, place="Loket", actor=SECOND, now=NOW)
    heard = an_application(session)
    view = invite_view(
        session, question=heard, facts="Ander adres.", answer_by=date(2026, 3, 9), actor=ADVISOR, now=NOW
    )
    second = an_application(session)
    prepared = prepare_decision(
        session,
        question=second,
        draft=Draft(
            proposal=make_proposal(session, question=second, actor=ADVISOR, now=NOW),
            rationale="Past.",
            checks=ALL_CHECKED,
        ),
        actor=ADVISOR,
        now=NOW,
    )

    def due(days: int, **more: Any) -> list[tuple[Due, str, date | None, bool]]:
        items = due_items(session, actor=ADVISOR, now=NOW + timedelta(days=days), **more)
        return [(item.what, item.about, item.due_on, item.overdue) for item in items]

    at_once = [
        (Due.SHARE, share.public_id, None, False),
        (Due.OBJECTION_HEARING, objection.public_id, date(2026, 3, 10), False),
        (Due.PREPARATION, prepared.public_id, second.decide_by, False),
        (Due.OBJECTION, objection.public_id, date(2026, 5, 26), False),
    ]
    assert due(0) == at_once
    assert (Due.VIEW, view.public_id, date(2026, 3, 9), True) in due(8), "the term for the view has passed"
    assert due(0, whose=Whose.NOBODY) == at_once and due(0, whose=Whose.MINE) == []
    account = create_account(
        session, role=Role.ADVISOR, email="ada@loket.example", display_name="Ada", actor=SYSTEM, now=NOW
    )
    me = replace(ADVISOR, account_id=account.id)
    claim_case(session, question=refused, actor=me, now=NOW)
    mine = due_items(session, actor=me, now=NOW, whose=Whose.MINE)
    assert [(item.what, item.owner_name) for item in mine] == [(Due.OBJECTION_HEARING, "Ada"), (Due.OBJECTION, "Ada")]
    assert due_items(session, actor=REGION, now=NOW) == []
    assert standing(session, question=refused) is CaseStanding.OBJECTED
    assert standing(session, question=second) is CaseStanding.PREPARED
    withdraw_objection(session, objection=objection, actor=SECOND, now=NOW)
    withdraw_preparation(session, preparation=prepared, actor=ADVISOR, now=NOW)
    follow_up(session, share=share, sequel=Sequel.KEPT, actor=ADVISOR, now=NOW)
    record_view(session, hearing=view, way=ViewWay.SPOKEN, view="Klopt.", on=NOW.date(), actor=ADVISOR, now=NOW)
    assert due(100) == []


@once
def test_a_later_decision_that_waits_for_a_second_person_is_due_until_it_is_taken_back(session: Session) -> None:
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    redeem_voucher(session, voucher=voucher, bill=Bill("F1", NOW.date(), 1_000), actor=pia, now=NOW)
    draft = SettlementDraft(1_000, SettlementGround.AS_USED, "Klaar.")
    prepared = prepare_settlement(session, voucher=voucher, draft=draft, actor=ADVISOR, now=NOW)
    [item] = due_items(session, actor=SECOND, now=NOW)
    assert (item.what, item.about, item.due_on) == (Due.PREPARATION, prepared.public_id, None)
    assert due_items(session, actor=REGION, now=NOW) == []
    withdraw_preparation(session, preparation=prepared, actor=ADVISOR, now=NOW)
    assert due_items(session, actor=SECOND, now=NOW) == []
