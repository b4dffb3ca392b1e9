"""Talks, notes and questions back: planned, held, cancelled, asked and answered; and who sees what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.cases.conversations.actions import add_note, cancel_conversation, plan_conversation, record_conversation
from portal.cases.conversations.models import Conversation, ConversationState, InformationRequest
from portal.cases.conversations.queries import (
    conversation_by_public_id,
    conversations_of,
    next_talks,
    notes_of,
    planned_talks,
    request_by_public_id,
    requests_of,
)
from portal.cases.conversations.requests import answer_more, ask_more
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import OutboxMessage
from tests.factories import ADVISOR, NOW, REGION, a_draft, a_question, resident

SOON = NOW + timedelta(days=2)
ANSWER_BY = date(2026, 3, 16)


@pytest.fixture
def database() -> str:
    """Once is enough: what these tests touch has neither money nor locks of its own."""
    return "sqlite"


def plan(session: Session, question: DevelopmentQuestion, **more: object) -> Conversation:
    given = {"planned_for": SOON, "way": "desk", "place": "Kamer 2", "actor": ADVISOR, "now": NOW}
    return plan_conversation(session, question=question, **(given | more))  # type: ignore[arg-type]


def test_a_planned_talk_is_told_and_counts_as_a_reaction(session: Session) -> None:
    question = a_question(session)
    talk = plan(session, question)
    assert (talk.state, talk.advisor_name, question.responded_at) == (ConversationState.PLANNED, "Ada Adviseur", NOW)
    assert "question/talk_planned" in {message.template for message in session.query(OutboxMessage)}
    assert next_talks(session, question_ids=[question.id], actor=ADVISOR) == {question.id: SOON}
    assert planned_talks(session, actor=ADVISOR) == [talk] and planned_talks(session, actor=REGION) == []


def test_a_talk_is_held_or_cancelled_once(session: Session) -> None:
    question = a_question(session)
    held, cancelled = plan(session, question), plan(session, question, planned_for=SOON + timedelta(hours=1))
    with pytest.raises(Refusal):
        record_conversation(session, conversation=held, notes="x", held_at=SOON, actor=ADVISOR, now=NOW)
    record_conversation(session, conversation=held, notes="Wil techniek.", held_at=SOON, actor=ADVISOR, now=SOON)
    cancel_conversation(session, conversation=cancelled, actor=ADVISOR, now=NOW)
    for talk in (held, cancelled):
        with pytest.raises(Conflict):
            cancel_conversation(session, conversation=talk, actor=ADVISOR, now=NOW)
        with pytest.raises(Conflict):
            record_conversation(session, conversation=talk, notes=None, held_at=SOON, actor=ADVISOR, now=SOON)
    assert "question/talk_cancelled" in {message.template for message in session.query(OutboxMessage)}
    assert next_talks(session, question_ids=[question.id], actor=ADVISOR) == {}


def test_a_talk_lies_in_the_future_and_is_planned_by_an_advisor(session: Session) -> None:
    question = a_question(session)
    with pytest.raises(Refusal) as refused:
        plan(session, question, planned_for=NOW)
    assert refused.value.field == "planned_for"
    with pytest.raises(Refusal):
        plan(session, question, actor=resident(question))
    with pytest.raises(Conflict):
        plan(session, a_draft(session))


def test_notes_are_for_staff_only(session: Session) -> None:
    question = a_question(session)
    add_note(session, question=question, text=" Belt liever. ", actor=ADVISOR, now=NOW)
    assert [note.text for note in notes_of(session, question=question, actor=ADVISOR)] == ["Belt liever."]
    assert notes_of(session, question=question, actor=resident(question)) == []
    for text in (" ", "x" * 4001):
        with pytest.raises(Refusal):
            add_note(session, question=question, text=text, actor=ADVISOR, now=NOW)


def test_who_asked_sees_the_talk_and_the_request_and_a_stranger_neither(session: Session) -> None:
    question, other = a_question(session), a_question(session)
    talk = plan(session, question)
    request = ask_more(session, question=question, text="Offerte?", answer_by=ANSWER_BY, actor=ADVISOR, now=NOW)
    for actor, sees in ((resident(question), True), (ADVISOR, True), (resident(other), False), (REGION, False)):
        assert (conversation_by_public_id(session, public_id=talk.public_id, actor=actor) is talk) is sees
        assert (request_by_public_id(session, public_id=request.public_id, actor=actor) is request) is sees
        assert bool(conversations_of(session, question=question, actor=actor)) is sees
        assert bool(requests_of(session, question=question, actor=actor)) is sees


def test_a_request_is_open_once_and_answered_once(session: Session) -> None:
    question = a_question(session)
    request = ask_more(session, question=question, text="Offerte?", answer_by=ANSWER_BY, actor=ADVISOR, now=NOW)
    with pytest.raises(Conflict):
        ask_more(session, question=question, text="Nog iets?", answer_by=ANSWER_BY, actor=ADVISOR, now=NOW)
    with pytest.raises(Refusal):
        answer_more(session, request=request, answer="x", actor=resident(a_question(session)), now=NOW)
    for answer in (" ", "x" * 4001):
        with pytest.raises(Refusal) as refused:
            answer_more(session, request=request, answer=answer, actor=resident(question), now=NOW)
        assert refused.value.field == "answer"
    answer_more(session, request=request, answer="Hier is de offerte.", actor=resident(question), now=NOW)
    assert question.state is QuestionState.SUBMITTED and question.waiting_since is None
    with pytest.raises(Conflict):
        answer_more(session, request=request, answer="nog eens", actor=resident(question), now=NOW)
    ask_more(session, question=question, text="En de startdatum?", answer_by=ANSWER_BY, actor=ADVISOR, now=NOW)


def test_the_database_itself_refuses_two_open_requests(session: Session) -> None:
    question = a_question(session)
    ask_more(session, question=question, text="Offerte?", answer_by=ANSWER_BY, actor=ADVISOR, now=NOW)
    session.add(
        InformationRequest(
            question_id=question.id, text="x", answer_by=ANSWER_BY, asked_on=NOW.date(), asked_at=NOW, asked_by="x"
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize(("text", "day", "field"), [(" ", ANSWER_BY, "text"), ("x", date(2026, 3, 2), "answer_by")])
def test_a_request_has_a_text_and_a_day_to_come(session: Session, text: str, day: date, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        ask_more(session, question=a_question(session), text=text, answer_by=day, actor=ADVISOR, now=NOW)
    assert refused.value.field == field
