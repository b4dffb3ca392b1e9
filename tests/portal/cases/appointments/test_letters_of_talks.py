"""The letter and the mail of a talk say when it is, where, with whom, and how to move it or call it off; in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.appointments.actions import TalkWish, call_off_talk, choose_talk, replan_talk
from portal.cases.conversations.models import Conversation
from portal.cases.diaries.actions import keep_place
from portal.cases.diaries.models import TalkWay
from portal.cases.questions.models import DevelopmentQuestion
from portal.papers.correspondence import compose
from portal.papers.letter_content import letter_content
from portal.post.messages.models import MessageKind, OutboxMessage
from tests.factories import ADVISOR, MAIL, NOW, a_question, an_advisor, asker

HOME = {"street": "Dorpsstraat", "house_number": "1", "postcode": "9990 AA", "city": "Proefstad"}
TEN = datetime(2026, 3, 4, 9, tzinfo=UTC)
"""Wednesday at ten o'clock in Amsterdam."""


@pytest.fixture
def database() -> str:
    """Words are the same on both."""
    return "sqlite"


def chosen(session: Session, way: TalkWay, phone: str | None = None) -> Conversation:
    question = a_question(session, contact=replace(MAIL, **HOME))
    an_advisor(session)
    keep_place(session, place="Kamer 2", video_link=None, actor=ADVISOR, now=NOW)
    return choose_talk(session, question=question, wish=TalkWish(TEN, way, phone), actor=asker(question), now=NOW)


def texts(session: Session, template: str) -> tuple[str, str, str]:
    """The letter in Dutch and in English, and the mail."""
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == template)).one()
    mail = compose(session, message=message, address="https://loket.example", now=NOW).body
    message.kind = MessageKind.LETTER
    letter = letter_content(session, message=message, dated=NOW.date(), now=NOW)
    dutch, english = (
        " ".join(str(block.get("text", "")) for block in part) for part in (letter.blocks, letter.english)
    )
    return dutch, english, mail


def test_a_talk_at_the_desk(session: Session) -> None:
    chosen(session, TalkWay.DESK)
    dutch, english, mail = texts(session, "question/talk_chosen")
    for said in (dutch, mail):
        assert "woensdag 4 maart 2026, 10.00 uur" in said and "60 minuten" in said
        assert "De plaats is: Kamer 2." in said and "U praat met Ada Adviseur." in said
        assert (
            "Tot dinsdag 3 maart 2026, 10.00 uur kunt u zelf een ander moment kiezen of het gesprek afzeggen." in said
        )
    assert "Wednesday 4 March 2026, 10:00" in english and "The place is: Kamer 2." in english
    assert "until Tuesday 3 March 2026, 10:00 you can choose another time or call the talk off yourself" in english


def test_a_talk_by_telephone_names_the_number_on_paper_alone(session: Session) -> None:
    chosen(session, TalkWay.PHONE, "+31570123456")
    dutch, english, mail = texts(session, "question/talk_chosen")
    assert "Wij bellen +31570123456." in dutch and "We call +31570123456." in english
    assert "+31570123456" not in mail and "Wij bellen het nummer dat u ons gaf." in mail


def test_a_talk_that_was_moved_and_called_off_says_which(session: Session) -> None:
    talk = chosen(session, TalkWay.DESK)
    later = datetime(2026, 3, 5, 10, tzinfo=UTC)
    replan_talk(session, talk=talk, planned_for=later, place="Kamer 4", actor=ADVISOR, now=NOW)
    dutch, _, _ = texts(session, "question/talk_moved")
    assert "donderdag 5 maart 2026, 11.00 uur" in dutch and "De plaats is: Kamer 4." in dutch
    call_off_talk(session, talk=talk, actor=asker(session.get_one(DevelopmentQuestion, talk.question_id)), now=NOW)
    dutch, english, _ = texts(session, "question/talk_called_off")
    assert "Het gaat om het gesprek van donderdag 5 maart 2026, 11.00 uur." in dutch
    assert "It is about the talk on Thursday 5 March 2026, 11:00." in english
