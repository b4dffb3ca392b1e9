"""A planned talk that is recorded by the page that settles everything.

Who: an advisor whose talk with the person has begun, or is later today and the person came early. Nobody has to go back to write
the report: it stands on the same page, begun as the report of a talk is. What goes wrong: the talk was moved, called off or
recorded by a colleague meanwhile; the report is empty; the letter is looked at first. Then no talk is recorded, and what was typed
stays. Without such a talk nothing of it is on the page.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.appointments.actions import replan_talk
from portal.cases.conversations.actions import cancel_conversation, plan_conversation, record_conversation
from portal.cases.conversations.models import Conversation, ConversationState
from portal.cases.questions.models import DevelopmentQuestion
from tests.factories import ADVISOR, NOW, SECOND, a_question
from tests.web.advisor.hand import Hand
from tests.web.advisor.steps import CHECKED
from tests.web.advisor.test_in_one_go import DO_ALL, ONE_GO, TICKS, WHO, at_page, kept, nothing_done
from tests.web.office import Office, said

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
HOUR = timedelta(hours=1)


def with_talk(office: Office, at: timedelta = -HOUR, **question: Any) -> tuple[DevelopmentQuestion, Conversation]:
    """A question with a talk that is planned so long after now."""
    asked = office.made(question.pop("factory", a_question), **question)

    def work(session: Session) -> Conversation:
        held = session.merge(asked)
        by: dict[str, Any] = {"actor": ADVISOR, "now": NOW - timedelta(days=1)}
        return plan_conversation(session, question=held, planned_for=NOW + at, way="desk", place="Kamer 2", **by)

    return office.again(asked), office.do(work)


def talk_of(office: Office, talk: Conversation) -> Conversation:
    return office.do(lambda session: session.get_one(Conversation, talk.id))


def meanwhile(office: Office, talk: Conversation, act: Any, **values: Any) -> None:
    """What a colleague does with the talk."""
    name = "talk" if act is replan_talk else "conversation"
    values = {"actor": SECOND, "now": NOW} | values
    office.do(lambda session: act(session, **{name: session.get_one(Conversation, talk.id)}, **values))


@pytest.mark.parametrize("at", [-HOUR, 3 * HOUR])
def test_the_talk_is_recorded_along_in_eight_clicks_and_four_page_loads(office: Office, at: timedelta) -> None:
    """Also who comes early: the talk is today."""
    question, talk = with_talk(office, at)
    hand = Hand(office.browser("advisor"), "/adviseur/?filter=alle")
    hand.follow(question.reference_number)
    hand.follow(ONE_GO)
    words = said(hand.answer)
    assert "Het gesprek vastleggen" in words and "Het gesprek was gepland op" in words
    box = hand.page.select_one('[name="held"]')
    assert box is not None and box.has_attr("checked")
    assert "Besproken:" in hand.page.select_one('[name="notes"]').text  # type: ignore[union-attr]
    hand.type(rationale=CHECKED["rationale"], notes="Sam wil technicus worden.", **WHO)
    hand.tick(*TICKS)
    hand.press(DO_ALL)
    assert "Alles is gedaan" in said(hand.answer)
    assert hand.clicks <= 8 and hand.loads <= 4, (hand.clicks, hand.loads)
    held = talk_of(office, talk)
    assert (held.state, held.notes) == (ConversationState.HELD, "Sam wil technicus worden.")
    assert held.held_at == min(NOW, NOW + at)


@pytest.mark.parametrize("at", [None, timedelta(days=1)])
def test_without_a_talk_that_has_begun_nothing_is_asked_of_it(office: Office, at: timedelta | None) -> None:
    question = office.made(a_question) if at is None else with_talk(office, at)[0]
    hand = at_page(office, question)
    assert hand.page.select_one('[name="held"], [name="notes"]') is None
    assert "Het gesprek vastleggen" not in said(hand.answer)
    hand.press(DO_ALL)
    assert "Alles is gedaan" in said(hand.answer)
    states = office.do(lambda session: session.scalars(select(Conversation.state)).all())
    assert states == [] if at is None else states == [ConversationState.PLANNED]


def test_who_takes_the_tick_away_leaves_the_talk_as_it_is(office: Office) -> None:
    question, talk = with_talk(office)
    hand = at_page(office, question)
    hand.typed |= {"held": "", "notes": ""}
    hand.press(DO_ALL)
    assert "Alles is gedaan" in said(hand.answer)
    assert talk_of(office, talk).state is ConversationState.PLANNED


def test_a_report_without_a_word_is_said_at_its_field(office: Office) -> None:
    question, talk = with_talk(office)
    hand = at_page(office, question)
    for notes in ("", "x" * 4001):
        hand.typed |= WHO | {"notes": notes, "rationale": CHECKED["rationale"], **dict.fromkeys(TICKS, "y")}
        hand.press(DO_ALL)
        assert hand.answer.status_code == 422 and hand.page.select_one("#notes-error") is not None
        kept(hand)
    nothing_done(office, question)
    assert talk_of(office, talk).state is ConversationState.PLANNED


@pytest.mark.parametrize(
    ("act", "values", "told"),
    [
        (cancel_conversation, {}, "er niet meer"),
        (record_conversation, {"notes": "Ander.", "held_at": NOW - HOUR}, "er niet meer"),
        (replan_talk, {"planned_for": NOW + timedelta(days=1), "place": "2"}, "er niet meer"),
        (replan_talk, {"planned_for": NOW + HOUR, "place": "2"}, "11.00"),
    ],
)
def test_a_talk_that_changed_meanwhile_is_said_with_its_step_and_nothing_is_lost(
    office: Office, act: Any, values: dict[str, Any], told: str
) -> None:
    question, talk = with_talk(office)
    hand = at_page(office, question)
    hand.type(notes="Sam wil technicus worden.")
    meanwhile(office, talk, act, **values)
    before = talk_of(office, talk)
    question = office.again(question)
    hand.press(DO_ALL)
    assert hand.answer.status_code == 422
    words = said(hand.answer)
    assert "Het gesprek vastleggen" in words.split("bij deze stap:")[1][:30]
    assert "Veranderd sinds u deze bladzijde opende" in words and told in words
    assert hand.page.select_one('[name="notes"]').text.strip() == "Sam wil technicus worden."  # type: ignore[union-attr]
    kept(hand)
    nothing_done(office, question)
    after = talk_of(office, talk)
    assert (after.state, after.notes) == (before.state, before.notes)
    if told == "er niet meer":
        hand.press(DO_ALL)
        assert "Er is geen gesprek om vast te leggen" in said(hand.answer), "the tick is still there"
        nothing_done(office, question)
        hand.typed |= {"held": ""}
    hand.press(DO_ALL)
    assert "Alles is gedaan" in said(hand.answer)
    mine = told != "er niet meer"
    assert (talk_of(office, talk).notes == "Sam wil technicus worden.") is mine


def test_the_letter_first_records_no_talk_and_keeps_the_report(office: Office) -> None:
    question, talk = with_talk(office)
    hand = at_page(office, question)
    hand.type(notes="Eerste regel.\nTweede regel.")
    hand.press("Bekijk eerst de brief")
    assert talk_of(office, talk).state is ConversationState.PLANNED
    hand.press("Wijzig")
    assert hand.page.select_one('[name="held"][checked]') is not None
    assert "Tweede regel." in hand.page.select_one('[name="notes"]').text  # type: ignore[union-attr]
    hand.press("Bekijk eerst de brief")
    hand.press("Alles doen en versturen")
    assert "Alles is gedaan" in said(hand.answer)
    assert "Tweede regel." in (talk_of(office, talk).notes or "")
