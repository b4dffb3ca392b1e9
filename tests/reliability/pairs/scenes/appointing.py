"""Talks that people choose, and the diaries in which they stand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from portal.cases.appointments.actions import (
    TalkWish,
    answer_call_back,
    ask_call_back,
    call_off_ended,
    call_off_talk,
    choose_talk,
    miss_talk,
    move_talk,
    remind_of_talk,
    replan_talk,
)
from portal.cases.appointments.models import CallBack
from portal.cases.conversations.actions import cancel_conversation, plan_conversation, record_conversation
from portal.cases.conversations.models import Conversation
from portal.cases.diaries.actions import (
    WeeklyHours,
    add_away,
    add_hours,
    keep_place,
    remove_away,
    remove_hours,
)
from portal.cases.diaries.models import AdvisorHours, DayAway, TalkWay
from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import DevelopmentQuestion
from tests.factories import ADVISOR, NOW, SECOND, a_question, an_advisor
from tests.reliability.pairs.acts import PROGRAM, Scene, nth, row, the, who_asked

TEN = datetime(2026, 3, 4, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TALK, QUESTION, OTHER = the(Conversation), the(DevelopmentQuestion), nth(1, DevelopmentQuestion)
LATER = TalkWish(TEN + HOUR, TalkWay.DESK)


def _chosen(session: Session) -> None:
    """Two questions; of the first the person chose a talk and wants to be called back."""
    question, _ = a_question(session), a_question(session)
    an_advisor(session)
    an_advisor(session, SECOND, days=())
    wish = TalkWish(TEN, TalkWay.DESK)
    choose_talk(session, question=question, wish=wish, actor=who_asked().look(session, 0), now=NOW)
    ask_call_back(session, question=question, note=None, actor=ADVISOR, now=NOW)


talk = partial(row, talk=TALK)
CHOSEN = Scene(
    "a talk that somebody chose",
    _chosen,
    (
        row(move_talk, talk=TALK, wish=LATER, actor=who_asked()),
        row(choose_talk, question=OTHER, wish=LATER, actor=who_asked(1)),
        talk(replan_talk, planned_for=TEN + HOUR, place="Kamer 2"),
        talk(call_off_talk, actor=who_asked()),
        talk(miss_talk, now=TEN + HOUR),
        talk(remind_of_talk, actor=PROGRAM, now=TEN - DAY),
        row(cancel_conversation, conversation=TALK),
        row(record_conversation, conversation=TALK, notes=None, held_at=TEN, now=TEN + HOUR),
        row(plan_conversation, question=OTHER, planned_for=TEN + HOUR, way="desk", place=None, actor=ADVISOR),
        row(withdraw_question, question=QUESTION, reason=None, actor=who_asked()),
        row(answer_call_back, call=the(CallBack)),
        row(ask_call_back, question=OTHER, note="Na vijven"),
    ),
)


def _ended(session: Session) -> None:
    _chosen(session)
    question = QUESTION.look(session, 0)
    withdraw_question(session, question=question, reason=None, actor=who_asked().look(session, 0), now=NOW)


ENDED = Scene(
    "a talk of a question that was withdrawn",
    _ended,
    (talk(call_off_ended, actor=PROGRAM), row(cancel_conversation, conversation=TALK)),
)


def _diary(session: Session) -> None:
    an_advisor(session, days=(0, 1))
    add_away(session, first_day=date(2026, 3, 5), last_day=date(2026, 3, 6), actor=ADVISOR, now=NOW)


mine = partial(row, actor=ADVISOR)
DIARY = Scene(
    "the diary of an advisor",
    _diary,
    (
        mine(add_hours, hours=WeeklyHours(2, 540, 720, 60, (TalkWay.DESK,))),
        mine(add_hours, "overlapping", hours=WeeklyHours(2, 660, 780, 30, (TalkWay.PHONE,))),
        mine(remove_hours, hours=the(AdvisorHours)),
        mine(add_away, first_day=date(2026, 3, 9), last_day=date(2026, 3, 9)),
        mine(remove_away, away=the(DayAway)),
        mine(keep_place, place="Kamer 2", video_link=None),
    ),
)

SCENES = (CHOSEN, ENDED, DIARY)
