"""A day on which the decision term stands still counts once, whatever it stands still for (Awb 4:15)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.awarding.order_of_receipt.models import PlaceState, WaitingPlace
from portal.awarding.waiting_list.actions import join_waiting_list, leave_waiting_lists, offer_freed_money
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_by_question
from portal.cases.conversations.requests import answer_more, ask_more
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.funding.queries import funding_line_by_slug
from portal.ledger.actions import fund
from portal.platform.legal_calendar import term_of_weeks
from tests.factories import ADVISOR, NOW, an_application, asker
from tests.portal.awarding.waiting_list.region import with_waiting_list

DAY = timedelta(days=1)


@pytest.fixture
def question(session: Session, tmp_path: Path) -> DevelopmentQuestion:
    """An application that waits from today for the money of a scheme that is gone."""
    with_waiting_list(session, tmp_path / "proefland")
    question = an_application(session)
    join_waiting_list(
        session,
        question=question,
        scheme="leervoucher",
        agreed_on=NOW.date(),
        actor=ADVISOR,
        now=NOW + timedelta(hours=1),
    )
    return question


def of(session: Session, question: DevelopmentQuestion) -> Application:
    found = application_by_question(session, question=question)
    assert found is not None
    return found


def asked(session: Session, question: DevelopmentQuestion, *, on: int, answered: int | None) -> None:
    """Asked for more on one day, and answered on another; the term to answer is two weeks."""
    at = NOW + on * DAY
    request = ask_more(
        session, question=question, text="Offerte?", answer_by=(at + 14 * DAY).date(), actor=ADVISOR, now=at
    )
    if answered is not None:
        answer_more(session, request=request, answer="Hier.", actor=asker(question), now=NOW + answered * DAY)


def freed(session: Session, *, on: int) -> None:
    line = funding_line_by_slug(session, slug="rijk-leren")
    assert line is not None
    fund(session, funding_line_id=line.id, amount_cents=120_000, actor_id="tests", now=NOW, key="freed")
    assert offer_freed_money(session, now=NOW + on * DAY) == 1


def stood_still(session: Session, question: DevelopmentQuestion) -> int:
    """The days counted, of which the last day to decide follows."""
    application = of(session, question)
    days = application.stopped_days
    assert question.decide_by == term_of_weeks(application.applied_on, application.decision_weeks, stopped_days=days)
    return days


def test_a_request_while_one_waits_for_money_adds_no_days(session: Session, question: DevelopmentQuestion) -> None:
    asked(session, question, on=10, answered=15)
    assert stood_still(session, question) == 4, "so far"
    freed(session, on=30)
    assert stood_still(session, question) == 30


def test_a_request_that_outlasts_the_wait_adds_the_days_after_it(
    session: Session, question: DevelopmentQuestion
) -> None:
    at = NOW + 25 * DAY
    request = ask_more(
        session, question=question, text="Offerte?", answer_by=(at + 14 * DAY).date(), actor=ADVISOR, now=at
    )
    leave_waiting_lists(session, question=question, actor=asker(question), now=NOW + 30 * DAY)
    assert stood_still(session, question) == 30
    answer_more(session, request=request, answer="Hier.", actor=asker(question), now=NOW + 34 * DAY)
    assert stood_still(session, question) == 33, "up to and including the day before the answer"


def test_control_a_request_after_the_wait_adds_its_days(session: Session, question: DevelopmentQuestion) -> None:
    freed(session, on=30)
    asked(session, question, on=40, answered=45)
    assert stood_still(session, question) == 30 + 4


def test_of_two_waiting_lists_all_days_count_from_the_first_agreement(
    session: Session, question: DevelopmentQuestion
) -> None:
    later = NOW + 5 * DAY
    other = WaitingPlace(
        application_id=of(session, question).id,
        scheme="materiaalvoucher",
        wanted_cents=1_000,
        state=PlaceState.WAITING,
        agreed_on=later.date(),
        agreed_at=later,
        agreed_by=ADVISOR.reference,
    )
    session.add(other)
    session.flush()
    freed(session, on=10)
    leave_waiting_lists(session, question=question, actor=asker(question), now=NOW + 30 * DAY)
    assert stood_still(session, question) == 30
