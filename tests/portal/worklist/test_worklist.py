"""The worklist: whose cases, where they stand, and a fixed number of queries however many there are."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.conversations.actions import ask_more, plan_conversation, record_conversation
from portal.conversations.models import TalkWay
from portal.proposals.actions import make_proposal
from portal.questions.models import QuestionState
from portal.worklist.queries import Standing, standing, unanswered_requests, worklist
from tests.benchmarks.worklist import fill, questions_asked
from tests.factories import ADVISOR, NOW, REGION, a_question, a_region, an_application


def test_one_page_takes_the_same_number_of_queries_over_ten_and_over_two_thousand_cases(session: Session) -> None:
    fill(session, 10)
    few = questions_asked(session)
    assert few <= 12
    for table in ("contact", "cost_line", "development_question"):
        session.execute(text(f"DELETE FROM {table}"))
    fill(session, 2_000)
    session.expunge_all()
    assert questions_asked(session) == few


def test_where_a_case_stands_follows_from_its_talks_and_proposals(session: Session) -> None:
    asked = a_question(session)
    assert standing(session, question=asked) is Standing.SUBMITTED
    talk = plan_conversation(
        session,
        question=asked,
        planned_for=NOW + timedelta(days=1),
        way=TalkWay.DESK,
        place=None,
        actor=ADVISOR,
        now=NOW,
    )
    assert standing(session, question=asked) is Standing.TALK_PLANNED
    later = NOW + timedelta(days=2)
    record_conversation(session, conversation=talk, notes=None, held_at=later, actor=ADVISOR, now=later)
    assert standing(session, question=asked) is Standing.TALK_HELD
    applied = an_application(session)
    assert standing(session, question=applied) is Standing.APPLIED
    make_proposal(session, question=applied, actor=ADVISOR, now=NOW)
    assert standing(session, question=applied) is Standing.PROPOSED
    applied.revision += 1
    assert standing(session, question=applied) is Standing.APPLIED, "the proposal answers what was asked before"


def test_who_was_asked_and_did_not_answer_in_time_comes_back(session: Session) -> None:
    a_region(session)
    question = an_application(session)
    ask_more(session, question=question, text="Offerte?", answer_by=date(2026, 3, 16), actor=ADVISOR, now=NOW)
    assert unanswered_requests(session, actor=ADVISOR, today=date(2026, 3, 16)) == []
    late = unanswered_requests(session, actor=ADVISOR, today=date(2026, 3, 17))
    assert [(row.id, row.state, row.overdue) for row in late] == [(question.id, QuestionState.WAITING, True)]
    assert unanswered_requests(session, actor=REGION, today=date(2026, 3, 17)) == []
    assert worklist(session, actor=ADVISOR, now=NOW)[0].answer_by == date(2026, 3, 16)
