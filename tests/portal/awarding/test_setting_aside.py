"""Not taking an incomplete application up (Awb 4:5) is a decision: by mandate, with a letter, and with an objection that helps."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind, DecisionMandate, SchemeOutcome
from portal.awarding.decisions.queries import decision_of
from portal.awarding.setting_aside import set_aside, take_up_again
from portal.cases.conversations.requests import ask_more
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.people.actor import Actor, Audience
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.actions import mark_sent
from portal.post.messages.models import OutboxMessage
from portal.second_look.objections.actions import ObjectionDraft, decide_objection, receive_objection, waive_hearing
from portal.second_look.objections.models import Objection, ObjectionOutcome, WaiverReason
from portal.second_look.objections.queries import last_day_against, objectable
from tests.factories import ADVISOR, BODY, NOW, SECOND, an_application, approve, asker, complete
from tests.snapshots import made_once

ANSWER_BY = NOW.date() + timedelta(days=14)
PASSED = NOW + timedelta(days=15)
AT_LAST = NOW + timedelta(days=14 + 28)
"""Four weeks after the term: Monday 13 April 2026."""


@made_once
def incomplete(session: Session) -> DevelopmentQuestion:
    """An application of which something was asked that did not come."""
    question = an_application(session)
    ask_more(session, question=question, text="De offerte?", answer_by=ANSWER_BY, actor=ADVISOR, now=NOW)
    return question


def aside(session: Session, *, now: datetime = PASSED, actor: Actor = ADVISOR) -> tuple[DevelopmentQuestion, Decision]:
    question = incomplete(session)
    return question, set_aside(session, question=question, reason="De offerte ontbreekt.", actor=actor, now=now)


def objected(session: Session, decision: Decision) -> Objection:
    question = session.get_one(DevelopmentQuestion, decision.question_id)
    objection = receive_objection(
        session,
        decision=decision,
        received_on=PASSED.date(),
        grounds="Ik stuurde hem wel.",
        committee=False,
        actor=asker(question),
        now=PASSED,
    )
    waive_hearing(session, objection=objection, reason=WaiverReason.NOT_WANTED, actor=SECOND, now=PASSED)
    return objection


def decided(session: Session, objection: Objection, outcome: ObjectionOutcome) -> Objection:
    draft = ObjectionDraft(outcome=outcome, rationale="De offerte was er.")
    return decide_objection(session, objection=objection, draft=draft, actor=SECOND, now=PASSED)


def test_it_is_a_decision_in_the_name_of_the_body_by_mandate_and_made_known(session: Session) -> None:
    question, decision = aside(session)
    assert question.state is QuestionState.SET_ASIDE and decision.kind is DecisionKind.SET_ASIDE
    [outcome] = decision.outcomes
    assert (outcome.scheme, outcome.outcome, outcome.amount_cents) == ("leervoucher", SchemeOutcome.SET_ASIDE, 0)
    assert (outcome.reason, outcome.deciding_body_nl) == ("De offerte ontbreekt.", BODY)
    under = session.scalars(select(DecisionMandate).where(DecisionMandate.decision_id == decision.id)).all()
    assert [one.scheme for one in under] == ["leervoucher"]
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "decision/set_aside")).one()
    assert told.version == decision.id
    assert decision_of(session, question=question, actor=ADVISOR) is decision
    assert objectable(session, question=question, actor=asker(question)) == [decision]
    assert last_day_against(session, decision=decision) is None, "no term runs before it was sent"
    mark_sent(session, message=told, now=PASSED)
    assert last_day_against(session, decision=decision) == date(2026, 4, 28), "six weeks after 17 March"


def test_it_waits_for_the_term_and_is_done_within_four_weeks_after_it_by_who_has_the_mandate(session: Session) -> None:
    question = incomplete(session)

    def refused(now: datetime, actor: Actor = ADVISOR) -> str:
        with pytest.raises(Refusal) as found, session.begin_nested():
            set_aside(session, question=question, reason="De offerte ontbreekt.", actor=actor, now=now)
        session.expire_all()
        return found.value.code

    assert refused(PASSED - timedelta(days=1)) == "answer_still_possible"
    assert refused(AT_LAST + timedelta(days=1)) == "set_aside_too_late"
    nobody = Actor(Audience.ADVISOR, account_id=999, display_name="Zonder mandaat")
    assert refused(PASSED, nobody) == "no_mandate"
    assert session.scalars(select(Decision)).all() == [], "what is refused leaves no decision"
    assert set_aside(session, question=question, reason="Geen offerte.", actor=ADVISOR, now=AT_LAST).outcomes


def test_a_founded_objection_takes_the_application_up_again(session: Session) -> None:
    question, decision = aside(session)
    objection = decided(session, objected(session, decision), ObjectionOutcome.FOUNDED)
    assert question.state is QuestionState.APPLIED and question.set_aside_at is None
    again = session.get_one(Decision, objection.new_decision_id)
    assert (again.kind, again.rationale) == (DecisionKind.TAKEN_UP, "De offerte was er.")
    assert decision_of(session, question=question, actor=ADVISOR) is None, "nothing is decided on the application yet"
    assert objectable(session, question=question, actor=asker(question)) == []
    told = select(OutboxMessage.version).where(OutboxMessage.template == "decision/taken_up")
    assert session.scalars(told).all() == [again.id]
    complete(session, question, now=PASSED)
    award = approve(session, question, now=PASSED)
    assert objectable(session, question=question, actor=asker(question)) == [award]


def test_an_unfounded_objection_leaves_it_set_aside_and_who_set_it_aside_does_not_judge_it(session: Session) -> None:
    question, decision = aside(session)
    objection = objected(session, decision)
    with pytest.raises(Refusal) as involved, session.begin_nested():
        draft = ObjectionDraft(outcome=ObjectionOutcome.FOUNDED, rationale="Toch.")
        decide_objection(session, objection=objection, draft=draft, actor=ADVISOR, now=PASSED)
    assert involved.value.code == "involved"
    decided(session, objection, ObjectionOutcome.UNFOUNDED)
    assert question.state is QuestionState.SET_ASIDE and objection.new_decision_id is None


def test_what_the_desk_took_up_itself_is_not_taken_up_twice_by_a_founded_objection(session: Session) -> None:
    question, decision = aside(session)
    objection = objected(session, decision)
    take_up_again(session, question=question, actor=ADVISOR, now=PASSED)
    with pytest.raises(Conflict), session.begin_nested():
        take_up_again(session, question=question, actor=ADVISOR, now=PASSED)
    decided(session, objection, ObjectionOutcome.FOUNDED)
    kinds = session.scalars(select(Decision.kind).order_by(Decision.id)).all()
    assert kinds == [DecisionKind.SET_ASIDE, DecisionKind.TAKEN_UP] and question.state is QuestionState.APPLIED
