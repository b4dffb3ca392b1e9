"""Appointments: a person chooses, moves and calls off a talk; the desk moves it, reminds, and notes who was not there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.cases.appointments.actions import (
    MOST_MOVES,
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
from portal.cases.appointments.queries import (
    call_back_by_public_id,
    call_back_of,
    choosable,
    first_free,
    latest_talk,
    missed_talks,
    open_call_backs,
    planned_on,
    reminders_of_talks,
    talks_of_ended,
    upcoming_talk,
)
from portal.cases.conversations.actions import plan_conversation, record_conversation
from portal.cases.conversations.models import Conversation, ConversationState
from portal.cases.diaries.actions import keep_place
from portal.cases.diaries.models import TakenQuarter, TalkWay
from portal.cases.owners.actions import claim_case
from portal.cases.questions.actions import close_question, withdraw_question
from portal.cases.questions.models import CloseReason, ContactDetails, ContactWay, DevelopmentQuestion, Route
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import MessageKind, OutboxMessage
from tests.factories import (
    ADVISOR,
    NOW,
    REGION,
    SECOND,
    SYSTEM,
    a_draft,
    a_question,
    an_advisor,
    an_application,
    asker,
)
from tests.snapshots import made_once

TEN = datetime(2026, 3, 4, 9, tzinfo=UTC)
"""Wednesday at ten o'clock in Amsterdam."""
DAY = timedelta(days=1)
POST = ContactDetails(
    way=ContactWay.POST, name="Sam", street="Dorpsstraat", house_number="1", postcode="9990 AA", city="Proefstad"
)
BY_PHONE = TalkWish(TEN, TalkWay.PHONE, "+31570123456")
AT_DESK = TalkWish(TEN, TalkWay.DESK)


@pytest.fixture
def database() -> str:
    """Once is enough: who may have which hour when two want it is tried on both in ``test_at_once``."""
    return "sqlite"


@pytest.fixture
@made_once
def question(session: Session) -> DevelopmentQuestion:
    asked = a_question(session)
    an_advisor(session)
    return asked


def choose(session: Session, question: DevelopmentQuestion, wish: TalkWish = AT_DESK) -> Conversation:
    return choose_talk(session, question=question, wish=wish, actor=asker(question), now=NOW)


def told(session: Session) -> list[str]:
    return list(session.scalars(select(OutboxMessage.template).order_by(OutboxMessage.id)))


def quarters(session: Session) -> list[tuple[int, int]]:
    rows = session.execute(select(TakenQuarter.starts_at, TakenQuarter.talk_id).order_by(TakenQuarter.starts_at))
    return [(int((at - TEN).total_seconds() // 60), talk_id) for at, talk_id in rows]


def test_a_person_chooses_a_talk_and_both_hear_of_it(session: Session, question: DevelopmentQuestion) -> None:
    talk = choose(session, question, BY_PHONE)
    assert (talk.planned_for, talk.minutes, talk.way, talk.place) == (TEN, 60, TalkWay.PHONE, "+31570123456")
    assert (talk.advisor_id, talk.advisor_name, talk.own_choice, talk.sequence) == (901, "Ada Adviseur", True, 0)
    assert quarters(session) == [(0, talk.id), (15, talk.id), (30, talk.id), (45, talk.id)]
    assert told(session)[-2:] == ["question/talk_chosen", "account/talk_changed"]
    assert upcoming_talk(session, question=question, now=NOW) is talk
    assert question.responded_at is None, "the desk itself has done nothing yet"


def test_what_stands_at_the_desk_is_the_place_of_the_advisor_or_the_address(
    session: Session, question: DevelopmentQuestion
) -> None:
    first = choose(session, question)
    assert first.place is None, "this region gives no address"
    keep_place(session, place="Kamer 2", video_link=None, actor=ADVISOR, now=NOW)
    later = choose(session, a_question(session), TalkWish(TEN + timedelta(hours=1), TalkWay.DESK))
    assert later.place == "Kamer 2" and first.place is None


@pytest.mark.parametrize(
    "moment",
    [
        TEN + timedelta(minutes=30),
        TEN + timedelta(hours=5),
        TEN - 2 * DAY + timedelta(hours=1),
        TEN + 4 * DAY,
        TEN + 35 * DAY,
        TEN - 7 * DAY,
        datetime(2026, 4, 6, 8, tzinfo=UTC),
    ],
    ids=["between", "afternoon", "today", "sunday", "too far", "past", "easter monday"],
)
def test_only_a_free_moment_can_be_chosen(session: Session, question: DevelopmentQuestion, moment: datetime) -> None:
    with pytest.raises(Conflict) as refused:
        choose(session, question, TalkWish(moment, TalkWay.DESK))
    assert (refused.value.code, refused.value.field) == ("moment_gone", "starts_at")
    assert session.scalars(select(Conversation)).all() == []


def test_one_talk_at_a_time_of_an_open_question_by_who_asked(session: Session, question: DevelopmentQuestion) -> None:
    later = TalkWish(TEN + timedelta(hours=1), TalkWay.DESK)
    with pytest.raises(Refusal):
        choose_talk(session, question=question, wish=AT_DESK, actor=asker(a_question(session)), now=NOW)
    with pytest.raises(Refusal) as refused:
        choose(session, question, TalkWish(TEN, TalkWay.PHONE))
    assert refused.value.field == "phone"
    draft = a_draft(session)
    with pytest.raises(Conflict):
        choose(session, draft)
    choose(session, question)
    with pytest.raises(Conflict) as conflict:
        choose(session, question, later)
    assert conflict.value.code == "talk_planned_before"
    with pytest.raises(Conflict) as gone:
        choose(session, a_question(session))
    assert gone.value.code == "moment_gone"
    with pytest.raises(Conflict) as unrecorded:
        choose_talk(session, question=question, wish=later, actor=asker(question), now=TEN + timedelta(minutes=1))
    assert unrecorded.value.code == "talk_not_recorded"


def test_the_database_itself_refuses_two_own_choices(session: Session, question: DevelopmentQuestion) -> None:
    choose(session, question)
    session.add(
        Conversation(
            question_id=question.id,
            way=TalkWay.DESK,
            planned_for=TEN,
            planned_at=NOW,
            planned_by="resident",
            own_choice=True,
            advisor_name="Ada",
            state=ConversationState.PLANNED,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_who_has_the_case_is_chosen_and_else_who_is_least_busy(session: Session, question: DevelopmentQuestion) -> None:
    an_advisor(session, SECOND)
    claim_case(session, question=question, actor=SECOND, now=NOW)
    assert {one.advisor_id for one in choosable(session, question=question, now=NOW).moments[TalkWay.DESK]} == {905}
    assert choose(session, question).advisor_id == 905
    other = a_question(session)
    assert choose(session, other, TalkWish(TEN, TalkWay.DESK)).advisor_id == 901, "the other one has a talk then"
    employer = a_question(session, route=Route.EMPLOYER)
    with pytest.raises(Conflict):
        choose(session, employer)
    assert choose(session, employer, TalkWish(TEN + DAY, TalkWay.DESK)).own_choice


def test_a_talk_is_moved_as_the_same_talk(session: Session, question: DevelopmentQuestion) -> None:
    talk = choose(session, question)
    wish = TalkWish(TEN + timedelta(hours=1), TalkWay.PHONE, "+31612345678")
    move_talk(session, talk=talk, wish=wish, actor=asker(question), now=NOW)
    assert (talk.planned_for, talk.sequence, talk.way, talk.moved_at) == (wish.starts_at, 1, TalkWay.PHONE, NOW)
    assert quarters(session) == [(60, talk.id), (75, talk.id), (90, talk.id), (105, talk.id)]
    assert told(session)[-2:] == ["question/talk_moved", "account/talk_changed"]
    other = a_question(session)
    choose(session, other, AT_DESK)
    with pytest.raises(Conflict) as gone:
        move_talk(session, talk=talk, wish=AT_DESK, actor=asker(question), now=NOW)
    assert gone.value.code == "moment_gone"
    assert (talk.planned_for, talk.sequence, len(quarters(session))) == (wish.starts_at, 1, 8), "it stays where it was"
    with pytest.raises(Refusal):
        move_talk(session, talk=talk, wish=AT_DESK, actor=asker(other), now=NOW)
    talk.sequence = MOST_MOVES
    with pytest.raises(Conflict):
        move_talk(session, talk=talk, wish=TalkWish(TEN + DAY, TalkWay.DESK), actor=asker(question), now=NOW)


def test_until_a_day_before_the_person_can_change_it(session: Session, question: DevelopmentQuestion) -> None:
    talk, me = choose(session, question), asker(question)
    late = TEN - DAY + timedelta(minutes=1)
    with pytest.raises(Conflict) as refused:
        move_talk(session, talk=talk, wish=TalkWish(TEN + DAY, TalkWay.DESK), actor=me, now=late)
    assert refused.value.code == "talk_too_near"
    with pytest.raises(Conflict):
        call_off_talk(session, talk=talk, actor=me, now=late)
    call_off_talk(session, talk=talk, actor=me, now=TEN - DAY)
    assert (talk.state, talk.sequence, quarters(session)) == (ConversationState.CANCELLED, 1, [])
    assert told(session)[-2:] == ["question/talk_called_off", "account/talk_changed"]
    with pytest.raises(Conflict):
        call_off_talk(session, talk=talk, actor=me, now=NOW)
    assert latest_talk(session, question=question, actor=me, now=NOW) is talk
    assert latest_talk(session, question=question, actor=REGION, now=NOW) is None
    assert choose(session, question).state is ConversationState.PLANNED


def test_an_advisor_moves_a_talk_in_the_diary_it_stands_in(session: Session, question: DevelopmentQuestion) -> None:
    talk = choose(session, question)
    busy = plan_conversation(
        session,
        question=a_question(session),
        planned_for=TEN + timedelta(hours=4),
        way="desk",
        place=None,
        actor=ADVISOR,
        now=NOW,
    )

    def move(moment: datetime) -> Conversation:
        return replan_talk(session, talk=talk, planned_for=moment, place="Kamer 9", actor=SECOND, now=NOW)

    for moment, code in (
        (busy.planned_for + timedelta(minutes=30), "advisor_busy"),
        (TEN + 4 * DAY, "talk_on_sunday"),
        (TEN - 7 * timedelta(hours=1), "talk_outside_hours"),
    ):
        with pytest.raises(Refusal) as refused:
            move(moment)
        assert refused.value.code == code and talk.planned_for == TEN
    move(TEN + timedelta(hours=5))
    assert (talk.sequence, talk.place, talk.advisor_id, len(quarters(session))) == (1, "Kamer 9", 901, 8)
    with pytest.raises(Refusal):
        replan_talk(session, talk=talk, planned_for=TEN, place=None, actor=asker(question), now=NOW)
    at = talk.planned_for
    replan_talk(session, talk=talk, planned_for=at, place=None, take_over=True, actor=SECOND, now=NOW)
    assert (talk.advisor_id, talk.advisor_name, talk.sequence) == (905, "Tom Tweede", 2)
    rows = session.scalars(select(TakenQuarter.advisor_id).where(TakenQuarter.talk_id == talk.id)).all()
    assert set(rows) == {905}


def test_who_was_not_there_can_choose_again(session: Session, question: DevelopmentQuestion) -> None:
    talk = choose(session, question)
    with pytest.raises(Refusal):
        miss_talk(session, talk=talk, actor=ADVISOR, now=TEN - timedelta(minutes=1))
    miss_talk(session, talk=talk, actor=ADVISOR, now=TEN + DAY)
    assert (talk.state, quarters(session), told(session)[-1]) == (ConversationState.MISSED, [], "question/talk_missed")
    assert missed_talks(session, actor=ADVISOR) == [talk] and missed_talks(session, actor=REGION) == []
    with pytest.raises(Conflict):
        record_conversation(session, conversation=talk, notes=None, held_at=TEN, actor=ADVISOR, now=TEN + DAY)
    again = TalkWish(TEN + 2 * DAY, TalkWay.DESK)
    choose_talk(session, question=question, wish=again, actor=asker(question), now=TEN + DAY)
    assert missed_talks(session, actor=ADVISOR) == []


def test_a_person_is_reminded_the_day_before_and_again_after_a_move(
    session: Session, question: DevelopmentQuestion
) -> None:
    talk = choose(session, question)

    def remind(now: datetime) -> bool:
        due = reminders_of_talks(session, now=now) == [talk]
        assert remind_of_talk(session, talk=talk, actor=SYSTEM, now=now) is due
        return due

    assert [remind(at) for at in (TEN - 2 * DAY, TEN - DAY, TEN - DAY, TEN - timedelta(hours=1), TEN)] == [
        False, True, False, False, False,
    ]  # fmt: skip
    assert told(session).count("question/talk_reminder") == 1
    replan_talk(session, talk=talk, planned_for=TEN + 2 * DAY, place=None, actor=ADVISOR, now=TEN - timedelta(hours=1))
    assert [remind(at) for at in (TEN, TEN + DAY, TEN + DAY)] == [False, True, False]
    assert told(session).count("question/talk_reminder") == 2


def test_of_a_second_talk_a_person_is_reminded_too(session: Session, question: DevelopmentQuestion) -> None:
    first, over = choose(session, question), TEN + timedelta(hours=1)
    assert remind_of_talk(session, talk=first, actor=SYSTEM, now=TEN - DAY)
    miss_talk(session, talk=first, actor=ADVISOR, now=over)
    wish = TalkWish(TEN + 7 * DAY, TalkWay.DESK)
    second = choose_talk(session, question=question, wish=wish, actor=asker(question), now=over)
    assert remind_of_talk(session, talk=second, actor=SYSTEM, now=TEN + 6 * DAY)
    assert told(session).count("question/talk_reminder") == 2


def test_a_missed_night_catches_up_and_what_was_just_planned_is_no_news(
    session: Session, question: DevelopmentQuestion
) -> None:
    talk = choose(session, question)
    assert reminders_of_talks(session, now=TEN - timedelta(hours=2)) == [talk], "the same day still"
    soon = plan_conversation(
        session,
        question=a_question(session),
        planned_for=TEN + timedelta(hours=1),
        way="desk",
        place=None,
        actor=SECOND,
        now=TEN - DAY,
    )
    assert reminders_of_talks(session, now=TEN - DAY) == [talk]
    assert soon in reminders_of_talks(session, now=TEN)


def test_who_gets_letters_gets_no_reminder_that_comes_too_late(session: Session) -> None:
    question = a_question(session, contact=POST)
    an_advisor(session)
    talk = choose(session, question)
    assert remind_of_talk(session, talk=talk, actor=SYSTEM, now=TEN - DAY)
    assert "question/talk_reminder" not in told(session)
    letters = session.scalars(select(OutboxMessage.template).where(OutboxMessage.kind == MessageKind.LETTER)).all()
    assert "question/talk_chosen" in letters


def test_a_talk_of_a_question_that_ended_is_called_off(session: Session, question: DevelopmentQuestion) -> None:
    talk, other = choose(session, question), a_question(session)
    kept = choose(session, other, TalkWish(TEN + timedelta(hours=1), TalkWay.DESK))
    withdraw_question(session, question=question, reason=None, actor=asker(question), now=NOW)
    assert talks_of_ended(session, now=NOW) == [talk]
    assert call_off_ended(session, talk=talk, actor=SYSTEM, now=NOW)
    assert not call_off_ended(session, talk=talk, actor=SYSTEM, now=NOW)
    assert not call_off_ended(session, talk=kept, actor=SYSTEM, now=NOW)
    assert talk.state is ConversationState.CANCELLED and {row[1] for row in quarters(session)} == {kept.id}
    close_question(session, question=other, reason=CloseReason.HELPED, actor=ADVISOR, now=NOW)
    assert talks_of_ended(session, now=NOW) == [kept]


def test_somebody_is_called_back_once(session: Session, question: DevelopmentQuestion) -> None:
    call = ask_call_back(session, question=question, note=" na 17 uur ", actor=ADVISOR, now=NOW)
    assert (call.note, open_call_backs(session, actor=SECOND)) == ("na 17 uur", [call])
    with pytest.raises(Conflict):
        ask_call_back(session, question=question, note=None, actor=SECOND, now=NOW)
    assert call_back_of(session, question=question, actor=ADVISOR) is call
    for stranger in (asker(question), REGION):
        assert call_back_of(session, question=question, actor=stranger) is None
        assert open_call_backs(session, actor=stranger) == []
        assert call_back_by_public_id(session, public_id=call.public_id, actor=stranger) is None
        with pytest.raises(Refusal):
            answer_call_back(session, call=call, actor=stranger, now=NOW)
    answer_call_back(session, call=call, actor=SECOND, now=NOW)
    with pytest.raises(Conflict):
        answer_call_back(session, call=call, actor=ADVISOR, now=NOW)
    ask_call_back(session, question=question, note=None, actor=ADVISOR, now=NOW)
    assert len(session.scalars(select(CallBack)).all()) == 2


def test_the_first_free_moment_and_the_talks_of_days_away(session: Session) -> None:
    application = an_application(session)
    assert first_free(session, now=NOW) is None
    an_advisor(session)
    assert first_free(session, now=NOW) == TEN - DAY - timedelta(hours=1), "tomorrow at nine"
    assert choosable(session, question=application, now=NOW).earliest == TEN - DAY - timedelta(hours=1)
    talk = choose(session, application)
    for first, last, found in ((TEN, TEN, [talk]), (TEN + DAY, TEN + 9 * DAY, []), (TEN - DAY, TEN + DAY, [talk])):
        assert planned_on(session, advisor_id=901, first=first.date(), last=last.date(), now=NOW) == found
