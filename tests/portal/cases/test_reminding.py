"""A reminder of an answer that is awaited: only to whom it makes sense, and not twice in a few days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.cases.conversations.queries import open_request
from portal.cases.conversations.requests import answer_more, ask_more
from portal.cases.questions.models import ContactDetails, ContactWay
from portal.cases.reminding import BETWEEN, REMINDER, remind_asker
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import MessageKind
from portal.post.messages.queries import messages_about
from tests.factories import ADVISOR, NOW, REGION, a_question, asker

DAY = timedelta(days=1)
BY_PHONE = ContactDetails(way=ContactWay.PHONE, name="Bo Beller", phone="0612345678")


@pytest.fixture
def database() -> str:
    """Once is enough: the lock on the question is that of every act."""
    return "sqlite"


def test_who_was_asked_for_more_gets_a_reminder_and_the_next_one_waits(session: Session) -> None:
    question = a_question(session)
    with pytest.raises(Refusal, match="niets gevraagd"):
        remind_asker(session, question=question, actor=ADVISOR, now=NOW)
    ask_more(session, question=question, text="Offerte?", answer_by=NOW.date() + 14 * DAY, actor=ADVISOR, now=NOW)
    remind_asker(session, question=question, actor=ADVISOR, now=NOW + DAY)
    with pytest.raises(Conflict, match="al een herinnering"):
        remind_asker(session, question=question, actor=ADVISOR, now=NOW + 2 * DAY)
    remind_asker(session, question=question, actor=ADVISOR, now=NOW + DAY + BETWEEN)
    sent = [m for m in messages_about(session, object_kind="question", object_id=question.id) if m.template == REMINDER]
    assert [(m.kind, m.version) for m in sorted(sent, key=lambda m: m.id)] == [
        (MessageKind.EMAIL, 1),
        (MessageKind.EMAIL, 2),
    ]
    with pytest.raises(Refusal, match="termijn is voorbij"):
        remind_asker(session, question=question, actor=ADVISOR, now=NOW + 20 * DAY)
    with pytest.raises(Refusal):
        remind_asker(session, question=question, actor=REGION, now=NOW + 9 * DAY)
    request = open_request(session, question=question, actor=ADVISOR)
    assert request is not None
    answer_more(session, request=request, answer="Hier.", actor=asker(question), now=NOW + 9 * DAY)
    with pytest.raises(Refusal, match="niets gevraagd"):
        remind_asker(session, question=question, actor=ADVISOR, now=NOW + 9 * DAY)


def test_who_wants_to_be_called_is_called(session: Session) -> None:
    question = a_question(session, contact=BY_PHONE)
    ask_more(session, question=question, text="Offerte?", answer_by=NOW.date() + 14 * DAY, actor=ADVISOR, now=NOW)
    with pytest.raises(Refusal, match="gebeld worden"):
        remind_asker(session, question=question, actor=ADVISOR, now=NOW)
