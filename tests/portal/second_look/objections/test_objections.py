"""Objections: terms by the law, a hearing, somebody who was not involved, and a reversal that reaches the books."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.awarding.deciding_again import propose_again
from portal.awarding.decisions.actions import reject_question
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.ledger.invariants import verify
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.actions import mark_sent
from portal.post.messages.models import OutboxMessage
from portal.second_look.objections.actions import (
    ObjectionDraft,
    adjourn_objection,
    decide_objection,
    hold_hearing,
    judge_lateness,
    plan_hearing,
    receive_objection,
    waive_hearing,
    withdraw_objection,
)
from portal.second_look.objections.models import Objection, ObjectionOutcome, ObjectionState, WaiverReason
from portal.second_look.objections.queries import decide_objection_by, open_objections
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, ALL_CHECKED, NOW, OWN_FACTS, SECOND, an_application, approve

LATER = NOW + timedelta(days=30)
once = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what touches neither money nor what the database itself refuses."""
AGAIN = "Opnieuw bekeken."


def rejected(session: Session) -> tuple[DevelopmentQuestion, Decision]:
    """Rejected on 2 March 2026, and made known that day."""
    question = an_application(session)
    decision = reject_question(
        session, question=question, rationale="Past niet.", ground=OWN_FACTS, actor=ADVISOR, now=NOW
    )
    letter = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "decision/rejected")).one()
    mark_sent(session, message=letter, now=NOW)
    return question, decision


def objected(session: Session, on: date = date(2026, 4, 1), now: datetime = LATER, **more: Any) -> Objection:
    _question, decision = rejected(session)
    wanted: dict[str, Any] = {"grounds": "Ik voldoe wel.", "committee": False} | more
    return receive_objection(session, decision=decision, received_on=on, actor=SECOND, now=now, **wanted)


def decide(session: Session, objection: Objection, outcome: ObjectionOutcome, **more: Any) -> Objection:
    by: dict[str, Any] = {name: more.pop(name, usual) for name, usual in (("actor", SECOND), ("now", LATER))}
    draft = ObjectionDraft(outcome, AGAIN, **more)
    return decide_objection(session, objection=objection, draft=draft, **by)


CLOSED = {
    "state": ObjectionState.DECIDED, "decided_at": LATER, "decided_by": "account:905", "rationale": "x",
    "heard_on": LATER.date(), "hearing_report": "x",
}  # fmt: skip
"""Everything of a decision on an objection but its outcome."""

# Terms -----------------------------------------------------------------------------------------------------------------


@once
def test_the_terms_follow_from_the_day_the_decision_was_made_known(session: Session) -> None:
    objection = objected(session)
    assert objection.term_ended_on == date(2026, 4, 13)  # six weeks after 2 March
    assert objection.decide_by == date(2026, 5, 26)  # 25 May 2026 is Whit Monday
    assert objection.number == "BZ-2026-0001" and not objection.late and objection.admissible
    assert open_objections(session) == [objection]


@once
def test_a_letter_that_was_posted_later_gives_a_longer_term(session: Session) -> None:
    question = an_application(session)
    decision = reject_question(session, question=question, rationale="Nee.", ground=OWN_FACTS, actor=ADVISOR, now=NOW)
    letter = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "decision/rejected")).one()
    mark_sent(session, message=letter, now=NOW + timedelta(days=4))
    objection = receive_objection(
        session,
        decision=decision,
        received_on=date(2026, 4, 15),
        grounds="x",
        committee=False,
        actor=SECOND,
        now=NOW + timedelta(days=60),
    )
    assert objection.term_ended_on == date(2026, 4, 17) and not objection.late


@pytest.mark.parametrize(
    ("ended", "committee", "adjourned", "last"),
    [
        (date(2026, 4, 13), False, False, date(2026, 5, 26)),  # the 25th is Whit Monday
        (date(2026, 4, 13), True, False, date(2026, 7, 6)),
        (date(2026, 4, 13), False, True, date(2026, 7, 6)),
        (date(2026, 4, 13), True, True, date(2026, 8, 17)),
        (date(2026, 3, 24), False, False, date(2026, 5, 6)),  # 5 May is a holiday every year
        (date(2026, 11, 14), False, False, date(2026, 12, 28)),  # Saturday 26 December, Boxing Day and a weekend
        (date(2024, 1, 18), False, False, date(2024, 2, 29)),  # leap day
        (date(2026, 2, 1), True, True, date(2026, 6, 7)),  # eighteen weeks: a Sunday, and it does not move (ATW 4)
    ],
)
def test_six_or_twelve_weeks_and_six_more(ended: date, committee: bool, adjourned: bool, last: date) -> None:
    assert decide_objection_by(ended, committee=committee, adjourned=adjourned) == last


@once
def test_adjourning_is_once_in_time_and_for_a_reason(session: Session) -> None:
    objection = objected(session)
    with pytest.raises(Refusal):
        adjourn_objection(session, objection=objection, reason=" ", actor=SECOND, now=LATER)
    adjourn_objection(session, objection=objection, reason="Wachten op stukken.", actor=SECOND, now=LATER)
    assert objection.decide_by == date(2026, 7, 6)
    with pytest.raises(Conflict):
        adjourn_objection(session, objection=objection, reason="Nog eens.", actor=SECOND, now=LATER)


@once
def test_the_term_cannot_be_put_off_after_it_passed(session: Session) -> None:
    objection = objected(session)
    with pytest.raises(Conflict, match="voorbij"):
        adjourn_objection(
            session, objection=objection, reason="x", actor=SECOND, now=datetime(2026, 5, 27, 8, tzinfo=UTC)
        )


# Lateness --------------------------------------------------------------------------------------------------------------


@once
def test_the_last_day_is_in_time_and_the_day_after_is_late(session: Session) -> None:
    assert not objected(session, on=date(2026, 4, 13), now=NOW + timedelta(days=60)).late


@once
def test_a_late_objection_is_judged_first_and_inadmissible_without_a_good_reason(session: Session) -> None:
    objection = objected(session, on=date(2026, 4, 14), now=NOW + timedelta(days=60))
    assert objection.late and not objection.admissible
    waive_hearing(session, objection=objection, reason=WaiverReason.INADMISSIBLE, actor=SECOND, now=LATER)
    with pytest.raises(Refusal, match="Beoordeel"):
        decide(session, objection, ObjectionOutcome.INADMISSIBLE)
    judge_lateness(session, objection=objection, excused=False, reason="Vergeten.", actor=SECOND, now=LATER)
    with pytest.raises(Refusal):
        decide(session, objection, ObjectionOutcome.UNFOUNDED)
    assert decide(session, objection, ObjectionOutcome.INADMISSIBLE).state is ObjectionState.DECIDED


@once
def test_a_good_reason_for_lateness_makes_it_admissible(session: Session) -> None:
    objection = objected(session, on=date(2026, 4, 14), now=NOW + timedelta(days=60))
    judge_lateness(session, objection=objection, excused=True, reason="Lag in het ziekenhuis.", actor=SECOND, now=LATER)
    assert objection.admissible


@once
def test_an_objection_that_came_in_time_has_no_lateness_to_judge(session: Session) -> None:
    with pytest.raises(Conflict):
        judge_lateness(session, objection=objected(session), excused=True, reason="x", actor=SECOND, now=LATER)


# Hearing ---------------------------------------------------------------------------------------------------------------


@once
def test_nobody_decides_before_the_hearing_was_held_or_left_out(session: Session) -> None:
    objection = objected(session)
    with pytest.raises(Refusal, match="Hoor"):
        decide(session, objection, ObjectionOutcome.UNFOUNDED)
    plan_hearing(session, objection=objection, at=LATER + timedelta(days=5), place="Stadhuis", actor=SECOND, now=LATER)
    with pytest.raises(Refusal, match="Hoor"):
        decide(session, objection, ObjectionOutcome.UNFOUNDED)
    heard = LATER + timedelta(days=5)
    hold_hearing(session, objection=objection, on=heard.date(), report="Verteld.", actor=SECOND, now=heard)
    decide(session, objection, ObjectionOutcome.UNFOUNDED, now=heard)
    assert objection.outcome is ObjectionOutcome.UNFOUNDED and objection.new_decision_id is None


@once
def test_a_hearing_left_out_as_unfounded_cannot_end_as_something_else(session: Session) -> None:
    objection = objected(session)
    waive_hearing(session, objection=objection, reason=WaiverReason.UNFOUNDED, actor=SECOND, now=LATER)
    with pytest.raises(Refusal) as refused:
        decide(session, objection, ObjectionOutcome.INADMISSIBLE)
    assert refused.value.code == "waiver_does_not_fit"


# Outcome ---------------------------------------------------------------------------------------------------------------


@once
def test_who_decided_does_not_hear_or_decide_the_objection(session: Session) -> None:
    objection = objected(session)
    with pytest.raises(Refusal) as refused:
        hold_hearing(session, objection=objection, on=LATER.date(), report="x", actor=ADVISOR, now=LATER)
    assert refused.value.code == "involved"
    waive_hearing(session, objection=objection, reason=WaiverReason.NOT_WANTED, actor=ADVISOR, now=LATER)
    with pytest.raises(Refusal) as refused:
        decide(session, objection, ObjectionOutcome.UNFOUNDED, actor=ADVISOR)
    assert refused.value.code == "involved"
    decide(session, objection, ObjectionOutcome.UNFOUNDED, actor=SECOND)


def test_a_reversal_is_a_new_decision_with_a_voucher_and_money_in_the_books(session: Session) -> None:
    objection = objected(session)
    question = session.get_one(DevelopmentQuestion, objection.question_id)
    waive_hearing(session, objection=objection, reason=WaiverReason.FULLY_MET, actor=SECOND, now=LATER)
    with pytest.raises(Refusal) as refused:
        decide(session, objection, ObjectionOutcome.FOUNDED)
    assert refused.value.code == "new_decision_missing"
    proposal = propose_again(session, question=question, actor=SECOND, now=LATER)
    decide(session, objection, ObjectionOutcome.FOUNDED, new=Draft(proposal, AGAIN, ALL_CHECKED))
    new = session.get_one(Decision, objection.new_decision_id)
    assert new.kind is DecisionKind.APPROVED and question.state is QuestionState.DECIDED
    assert [voucher.amount_cents for voucher in session.scalars(select(Voucher))] == [120_000]
    told = session.scalars(select(OutboxMessage.template).order_by(OutboxMessage.id)).all()
    assert told[-2:] == ["decision/approved", "objection/decided"]
    assert verify(session) == []


def test_a_reversal_that_does_not_fit_leaves_the_objection_open_and_the_books_alone(session: Session) -> None:
    objection = objected(session)
    question = session.get_one(DevelopmentQuestion, objection.question_id)
    waive_hearing(session, objection=objection, reason=WaiverReason.FULLY_MET, actor=SECOND, now=LATER)
    proposal = propose_again(session, question=question, actor=SECOND, now=LATER)
    question.revision += 1
    with pytest.raises(Conflict):
        decide(session, objection, ObjectionOutcome.FOUNDED, new=Draft(proposal, AGAIN, ALL_CHECKED))
    assert objection.state is ObjectionState.OPEN and session.scalars(select(Voucher)).all() == []


def test_an_objection_against_an_award_replaces_its_unused_voucher(session: Session) -> None:
    question = an_application(session)
    decision = approve(session, question)
    objection = receive_objection(
        session, decision=decision, received_on=NOW.date(), grounds="Te weinig.", committee=False, actor=SECOND, now=NOW
    )
    waive_hearing(session, objection=objection, reason=WaiverReason.FULLY_MET, actor=SECOND, now=NOW)
    proposal = propose_again(session, question=question, actor=SECOND, now=NOW)
    decide(session, objection, ObjectionOutcome.FOUNDED, new=Draft(proposal, AGAIN, ALL_CHECKED), now=NOW)
    assert sorted(voucher.state.value for voucher in session.scalars(select(Voucher))) == ["issued", "revoked"]
    assert verify(session) == []


def test_one_objection_at_a_time_and_after_withdrawal_another(session: Session) -> None:
    objection = objected(session)
    decision = session.get_one(Decision, objection.decision_id)
    wanted: dict[str, Any] = {
        "decision": decision,
        "received_on": LATER.date(),
        "grounds": "x",
        "committee": False,
        "actor": SECOND,
        "now": LATER,
    }
    with pytest.raises(Conflict):
        receive_objection(session, **wanted)
    withdraw_objection(session, objection=objection, actor=SECOND, now=LATER)
    assert objection.state is ObjectionState.WITHDRAWN
    assert receive_objection(session, **wanted).number == "BZ-2026-0002"
    with pytest.raises(Conflict):
        withdraw_objection(session, objection=objection, actor=SECOND, now=LATER)


@pytest.mark.parametrize(
    "broken",
    [
        {"late": True},
        {"lateness_excused": True, "lateness_reason": "x"},
        {"lateness_reason": "x"},
        {"adjourned_at": NOW},
        {"hearing_place": "x"},
        {"heard_on": NOW.date()},
        {"waiver": WaiverReason.NOT_WANTED},
        {"outcome": ObjectionOutcome.UNFOUNDED},
        {"state": ObjectionState.DECIDED},
        {"state": ObjectionState.WITHDRAWN},
        {"withdrawn_by": "x"},
        {"grounds": "", "outcome": ObjectionOutcome.UNFOUNDED, **CLOSED},
        {"counts_on": NOW.date()},
        {"posted_on": LATER.date() + timedelta(days=9)},
        {"third_name": "Buur Bos"},
        {"interested": True},
        {"hear_answer_by": NOW.date()},
        {"hear_wanted_on": NOW.date()},
        {"term_ended_on": None, "late": True},
    ],
)
def test_the_database_refuses_a_step_without_its_day_person_or_reason(session: Session, broken: dict[str, Any]) -> None:
    objection = objected(session)
    session.flush()
    with pytest.raises(IntegrityError), session.begin_nested():
        for name, value in broken.items():
            setattr(objection, name, value)
        session.flush()
