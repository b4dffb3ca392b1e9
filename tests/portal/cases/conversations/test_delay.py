"""A decision that will be late: told before the term ends, once, with a reason and a new last day that goes on counting stops."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.applications.queries import application_by_question
from portal.cases.conversations.actions import announce_delay
from portal.cases.conversations.queries import delay_of, notes_of
from portal.cases.conversations.requests import answer_more, ask_more
from portal.cases.questions.models import ContactDetails, ContactWay, DevelopmentQuestion
from portal.oversight.worklist.queries import worklist
from portal.papers.letter_content import letter_content
from portal.papers.stationery import Stationery
from portal.people.audit.queries import events_of
from portal.platform.errors import Conflict, Refusal
from portal.platform.legal_calendar import term_of_weeks
from portal.post.messages.models import MessageKind, OutboxMessage
from tests.factories import ADVISOR, NOW, REGION, a_question, an_application, approve, asker

DAY = timedelta(days=1)
TODAY = NOW.date()


def delay(session: Session, question: DevelopmentQuestion, *, weeks: int = 3, after: int = 0, **more: object) -> date:
    wanted: dict[str, object] = {"reason": "Er zijn te weinig mensen.", "actor": ADVISOR} | more
    return announce_delay(session, question=question, weeks=weeks, now=NOW + after * DAY, **wanted)  # type: ignore[arg-type]


def test_the_new_last_day_counts_everywhere_and_is_booked_with_its_reason(session: Session) -> None:
    question = an_application(session)
    application = application_by_question(session, question=question)
    assert application is not None and question.decide_by is not None
    before, weeks = question.decide_by, application.decision_weeks
    assert delay(session, question) == question.decide_by == term_of_weeks(TODAY, weeks + 3)
    assert question.decide_by > before
    assert worklist(session, actor=ADVISOR, now=NOW)[0].due_on == question.decide_by
    assert "Er zijn te weinig mensen." in notes_of(session, question=question, actor=ADVISOR)[-1].text
    told = delay_of(session, question=question)
    assert told is not None and (told.actor, told.at) == (ADVISOR.reference, NOW)
    actions = [event.action for event in events_of(session, object_kind="question", object_id=question.id)]
    assert actions.count("application.delayed") == 1
    later = NOW + 7 * DAY
    request = ask_more(
        session, question=question, text="Offerte?", answer_by=TODAY + 21 * DAY, actor=ADVISOR, now=later
    )
    answer_more(session, request=request, answer="Hier.", actor=asker(question), now=later + 5 * DAY)
    assert question.decide_by == term_of_weeks(TODAY, weeks + 3, stopped_days=application.stopped_days)
    assert application.stopped_days == 4, "a stop after the notice moves the new last day on"


def test_it_is_done_once_in_time_and_for_a_reason(session: Session) -> None:
    question = an_application(session)
    assert question.decide_by is not None
    for weeks, reason, field in ((0, "Druk.", "weeks"), (9, "Druk.", "weeks"), (2, "  ", "reason")):
        with pytest.raises(Refusal) as refused:
            delay(session, question, weeks=weeks, reason=reason)
        assert refused.value.field == field
    with pytest.raises(Refusal):
        delay(session, question, actor=REGION)
    left = (question.decide_by - TODAY).days
    with pytest.raises(Conflict) as late:
        delay(session, question, after=left + 1)
    assert late.value.code == "term_passed"
    delay(session, question, after=left)
    with pytest.raises(Conflict) as again:
        delay(session, question, after=left)
    assert again.value.code == "delayed_before"


def test_there_must_be_something_to_decide(session: Session) -> None:
    decided = an_application(session)
    approve(session, decided)
    for question in (decided, a_question(session)):
        with pytest.raises(Conflict):
            delay(session, question)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_who_wants_to_be_called_gets_a_letter_with_the_reason_and_the_new_day(session: Session) -> None:
    by_phone = ContactDetails(way=ContactWay.PHONE, name="Sam de Vries", phone="0612345678")
    question = an_application(session, contact=by_phone)
    last = delay(session, question)
    rows = select(OutboxMessage).where(OutboxMessage.template == "application/delayed")
    message = session.scalars(rows).one()
    assert message.kind is MessageKind.LETTER
    content = letter_content(session, message=message, dated=TODAY, now=NOW, stationery=Stationery(Path("/nowhere")))
    words = " ".join(str(block) for block in [*content.blocks, *content.english])
    assert "Er zijn te weinig mensen." in words and "4:14" in words
    assert f"{last.day} " in words and str(last.year) in words
