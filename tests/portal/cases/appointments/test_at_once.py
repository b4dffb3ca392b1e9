"""Two people who want the same hour, or who act on the same talk, at the same moment: one gets it, the other is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.cases.appointments.actions import TalkWish, call_off_talk, choose_talk, move_talk, replan_talk
from portal.cases.conversations.actions import plan_conversation
from portal.cases.conversations.models import Conversation, ConversationState
from portal.cases.diaries.models import TakenQuarter, TalkWay
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.database import unit_of_work
from tests.factories import ADVISOR, NOW, a_question, an_advisor, asker
from tests.portal.at_once import Act, at_once

TEN = datetime(2026, 3, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def begins(engine: Engine) -> list[int]:
    """Two questions, one advisor with three hours a day; the ids of the questions."""

    def work(session: Session) -> list[int]:
        made = [a_question(session).id, a_question(session).id]
        an_advisor(session)
        return made

    return unit_of_work(engine, work)


def chooses(number: int, at: datetime = TEN) -> Act:
    def act(session: Session) -> Any:
        question = session.get_one(DevelopmentQuestion, number)
        wish = TalkWish(at, TalkWay.DESK)
        return lambda: choose_talk(session, question=question, wish=wish, actor=asker(question), now=NOW)

    return act


def plans(number: int, at: datetime) -> Act:
    def act(session: Session) -> Any:
        question = session.get_one(DevelopmentQuestion, number)
        return lambda: plan_conversation(
            session, question=question, planned_for=at, way="desk", place=None, actor=ADVISOR, now=NOW
        )

    return act


def on_talk(number: int, what: str, at: datetime = TEN) -> Act:
    """The talk of this question: moved or called off by the person, or moved by the advisor."""

    def act(session: Session) -> Any:
        talk = session.scalars(select(Conversation).where(Conversation.question_id == number)).one()
        me = asker(session.get_one(DevelopmentQuestion, number))
        if what == "moves":
            wish = TalkWish(at, TalkWay.DESK)
            return lambda: move_talk(session, talk=talk, wish=wish, actor=me, now=NOW)
        if what == "calls off":
            return lambda: call_off_talk(session, talk=talk, actor=me, now=NOW)
        return lambda: replan_talk(session, talk=talk, planned_for=at, place=None, actor=ADVISOR, now=NOW)

    return act


def stands(engine: Engine) -> list[datetime]:
    """When the planned talks are. Each has its own quarters, and nothing else has any."""

    def look(session: Session) -> list[datetime]:
        planned = session.scalars(select(Conversation).where(Conversation.state == ConversationState.PLANNED)).all()
        taken = {(row.talk_id, row.starts_at) for row in session.scalars(select(TakenQuarter))}
        quarters = timedelta(minutes=15)
        assert taken == {(talk.id, talk.planned_for + number * quarters) for talk in planned for number in range(4)}
        return sorted(talk.planned_for for talk in planned)

    return unit_of_work(engine, look, read_only=True)


def test_of_two_who_choose_one_moment_one_gets_it(engine: Engine) -> None:
    first, second = begins(engine)
    assert sorted(at_once(engine, chooses(first), chooses(second))) == ["done", "moment_gone"]
    assert stands(engine) == [TEN]


def test_who_presses_twice_has_one_talk(engine: Engine) -> None:
    first, _ = begins(engine)
    assert sorted(at_once(engine, chooses(first), chooses(first, TEN + HOUR))) == ["done", "talk_planned_before"]
    assert len(stands(engine)) == 1


def test_an_advisor_who_plans_meets_the_same_guard(engine: Engine) -> None:
    first, second = begins(engine)
    outcomes = at_once(engine, chooses(first), plans(second, TEN + HOUR / 2))
    assert sorted(outcomes) in (["advisor_busy", "done"], ["done", "moment_gone"])
    assert len(stands(engine)) == 1


def test_a_talk_that_moves_meets_one_that_is_chosen(engine: Engine) -> None:
    first, second = begins(engine)
    assert at_once(engine, chooses(first)) == ["done"]
    assert sorted(at_once(engine, on_talk(first, "moves", TEN + HOUR), chooses(second, TEN + HOUR))) == [
        "done",
        "moment_gone",
    ]
    assert len(stands(engine)) in (1, 2) and TEN + HOUR in stands(engine)


def test_a_talk_is_moved_by_one_and_called_off_by_the_other(engine: Engine) -> None:
    first, _ = begins(engine)
    assert at_once(engine, chooses(first)) == ["done"]
    called_off, moved = at_once(engine, on_talk(first, "calls off"), on_talk(first, "is moved", TEN + 3 * HOUR))
    assert called_off == "done" and moved in ("done", "talk_not_planned")
    assert stands(engine) == []
