"""The legal clock of an application across the days on which the clock changes, a leap day, and a term that ends on a Sunday."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from portal.cases.applications.queries import application_by_question
from portal.cases.conversations.requests import answer_more, ask_more
from portal.platform.clock import end_of_day, local_date
from portal.platform.legal_calendar import term_of_weeks
from tests.factories import ADVISOR, an_application, asker


@pytest.mark.parametrize(
    ("received", "day"),
    [
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), date(2026, 3, 28)),  # 23.59, a day before summer time
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),  # midnight: the day that has 23 hours
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),  # the day that has 25 hours
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_the_term_runs_from_the_dutch_day_of_receipt_also_when_the_clock_changes(
    session: Session, received: datetime, day: date
) -> None:
    question = an_application(session, now=received)
    application = application_by_question(session, question=question)
    assert application is not None
    assert (application.applied_on, application.completed_at) == (day, received)
    assert question.decide_by == term_of_weeks(day, application.decision_weeks)


def test_a_term_that_ends_on_whit_sunday_ends_on_the_tuesday_after(session: Session) -> None:
    question = an_application(session, now=datetime(2026, 3, 29, 10, 0, tzinfo=UTC))
    application = application_by_question(session, question=question)
    assert application is not None
    assert application.applied_on + timedelta(weeks=application.decision_weeks) == date(2026, 5, 24)
    assert question.decide_by == date(2026, 5, 26)


def test_a_stop_over_the_day_the_clock_changes_counts_days_not_hours(session: Session) -> None:
    """Asked on Friday, answered late on Monday: Saturday and the Sunday of 23 hours stood still (Awb 4:15)."""
    question = an_application(session, now=datetime(2026, 3, 26, 10, 0, tzinfo=UTC))
    asked = datetime(2026, 3, 27, 10, 0, tzinfo=UTC)
    request = ask_more(
        session, question=question, text="Offerte?", answer_by=date(2026, 4, 10), actor=ADVISOR, now=asked
    )
    answered = end_of_day(date(2026, 3, 30)) - timedelta(minutes=1)
    assert local_date(answered) == date(2026, 3, 30)
    answer_more(session, request=request, answer="Hier.", actor=asker(question), now=answered)
    application = application_by_question(session, question=question)
    assert application is not None
    assert application.stopped_days == 2


def test_a_stop_over_the_leap_day_counts_it(session: Session) -> None:
    question = an_application(session, now=datetime(2027, 12, 20, 10, 0, tzinfo=UTC))
    asked = datetime(2028, 2, 27, 10, 0, tzinfo=UTC)
    request = ask_more(
        session, question=question, text="Offerte?", answer_by=date(2028, 3, 20), actor=ADVISOR, now=asked
    )
    answered = datetime(2028, 3, 1, 10, 0, tzinfo=UTC)
    answer_more(session, request=request, answer="Hier.", actor=asker(question), now=answered)
    application = application_by_question(session, question=question)
    assert application is not None
    assert application.stopped_days == 2, "28 and 29 February"
