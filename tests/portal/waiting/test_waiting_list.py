"""The waiting list: who waits does so in the order of receipt, the term stands still, and freed money is offered in that order."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.applications.models import Application
from portal.applications.queries import application_by_question
from portal.errors import Conflict, Refusal
from portal.funding.queries import funding_line_by_slug
from portal.ledger.actions import fund
from portal.questions.models import DevelopmentQuestion, QuestionState
from portal.terms.queries import term_of_weeks
from portal.waiting.actions import join_waiting_list, leave_waiting_lists, offer_freed_money
from portal.waiting.models import PlaceState
from portal.waiting.queries import place_of, waiting_list
from tests.factories import ADVISOR, NOW, an_application, approve, asker
from tests.portal.waiting.region import with_waiting_list

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def region(session: Session, tmp_path: Path) -> None:
    """Proefland, with a waiting list for the leervoucher and no money left."""
    with_waiting_list(session, tmp_path / "proefland")


def of(session: Session, question: DevelopmentQuestion) -> Application:
    found = application_by_question(session, question=question)
    assert found is not None
    return found


def waits(session: Session, question: DevelopmentQuestion, *, after: timedelta = timedelta(0)) -> None:
    when = NOW + after
    join_waiting_list(session, question=question, scheme="leervoucher", agreed_on=when.date(), actor=ADVISOR, now=when)


def money(session: Session, cents: int, key: str) -> None:
    line = funding_line_by_slug(session, slug="rijk-leren")
    assert line is not None
    fund(session, funding_line_id=line.id, amount_cents=cents, actor_id="tests", now=NOW, key=key)


def state(session: Session, question: DevelopmentQuestion) -> PlaceState:
    place = place_of(session, application=of(session, question))
    assert place is not None
    return place.record.state


def test_freed_money_is_offered_in_the_order_of_receipt_and_only_when_it_is_enough(session: Session) -> None:
    first, second = an_application(session), an_application(session, now=NOW + timedelta(minutes=1))
    waits(session, second, after=timedelta(hours=1))
    waits(session, first, after=timedelta(hours=2))
    assert [row.number for row in waiting_list(session, actor=ADVISOR)] == [
        of(session, one).number for one in (first, second)
    ]
    money(session, 119_999, "too-little")
    assert offer_freed_money(session, now=NOW + DAY) == 0
    money(session, 1, "enough-for-one")
    assert offer_freed_money(session, now=NOW + DAY) == 1
    assert (state(session, first), state(session, second)) == (PlaceState.OFFERED, PlaceState.WAITING)
    assert offer_freed_money(session, now=NOW + DAY) == 0, "doing it twice offers nothing twice"
    approve(session, first, now=NOW + DAY)
    assert first.state is QuestionState.DECIDED
    money(session, 120_000, "enough-for-the-second")
    assert offer_freed_money(session, now=NOW + 2 * DAY) == 1
    assert state(session, second) is PlaceState.OFFERED


def test_an_application_in_front_that_does_not_wait_is_not_passed_over(session: Session) -> None:
    an_application(session)
    second = an_application(session, now=NOW + timedelta(minutes=1))
    waits(session, second, after=timedelta(hours=1))
    money(session, 120_000, "for-the-first")
    assert offer_freed_money(session, now=NOW + DAY) == 0
    money(session, 120_000, "for-both")
    assert offer_freed_money(session, now=NOW + DAY) == 1


def test_while_somebody_waits_the_term_stands_still_and_runs_on_from_the_offer(session: Session) -> None:
    question = an_application(session)
    waits(session, question)
    money(session, 120_000, "freed")
    offer_freed_money(session, now=NOW + 10 * DAY)
    application = of(session, question)
    assert application.stopped_days == 10
    assert question.decide_by == term_of_weeks(application.applied_on, application.decision_weeks, stopped_days=10)


def test_who_leaves_the_list_gets_a_decision_and_the_term_runs_again(session: Session) -> None:
    question = an_application(session)
    waits(session, question)
    assert leave_waiting_lists(session, question=question, actor=asker(question), now=NOW + 3 * DAY) == 1
    assert of(session, question).stopped_days == 3
    with pytest.raises(Conflict):
        leave_waiting_lists(session, question=question, actor=asker(question), now=NOW + 3 * DAY)
    assert waiting_list(session, actor=ADVISOR) == []


def test_one_waits_only_for_money_that_is_gone_of_a_scheme_with_a_list(session: Session) -> None:
    question = an_application(session, schemes=["leervoucher", "materiaalvoucher"])
    with pytest.raises(Refusal):
        join_waiting_list(
            session, question=question, scheme="materiaalvoucher", agreed_on=NOW.date(), actor=ADVISOR, now=NOW
        )
    with pytest.raises(Refusal):
        join_waiting_list(
            session, question=question, scheme="leervoucher", agreed_on=NOW.date() + DAY, actor=ADVISOR, now=NOW
        )
    waits(session, question)
    with pytest.raises(Conflict):
        waits(session, question)
    money(session, 120_000, "there-is-money")
    with pytest.raises(Refusal):
        waits(session, an_application(session))
