"""The waiting list: who waits does so in the order of receipt, the term stands still, and freed money is offered in that order."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import approve_proposal
from portal.awarding.decisions.drafts import Draft
from portal.awarding.order_of_receipt.models import PlaceState
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.proposals.queries import stored_proposal
from portal.awarding.top_ups import TopUpDraft, top_up
from portal.awarding.waiting_list.actions import join_waiting_list, leave_waiting_lists, offer_freed_money
from portal.awarding.waiting_list.queries import place_of, waiting_list
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_by_question
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.framework.funding.queries import funding_line_by_slug
from portal.ledger.actions import fund
from portal.ledger.invariants import verify
from portal.oversight.worklist.due import Due, due_items
from portal.platform.errors import Conflict, Refusal
from portal.platform.legal_calendar import term_of_weeks
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, ALL_CHECKED, NOW, an_application, approve, asker
from tests.portal.awarding.order_of_receipt.money import leave
from tests.portal.awarding.waiting_list.region import with_waiting_list

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


# Waiting for the rest ---------------------------------------------------------------------------------------------------


def partly(session: Session, cents: int, *, after: timedelta = timedelta(0)) -> DevelopmentQuestion:
    """Asked for € 1,200, and awarded only these cents because there was no more (Awb 4:25)."""
    question = an_application(session, now=NOW + after)
    money(session, cents, f"for-a-part-{question.id}")
    approve(session, question, now=NOW + after)
    return question


def rest_waits(session: Session, question: DevelopmentQuestion, *, after: timedelta = DAY) -> None:
    waits(session, question, after=after)


def test_who_got_a_part_waits_for_the_rest_and_is_offered_it_in_the_order_of_receipt(session: Session) -> None:
    first = partly(session, 50_000)
    second = an_application(session, now=NOW + timedelta(minutes=1))
    rest_waits(session, first)
    waits(session, second, after=DAY)
    place = place_of(session, application=of(session, first))
    assert place is not None and (place.record.wanted_cents, place.position) == (70_000, 1)
    assert [row.number for row in waiting_list(session, actor=ADVISOR)] == [
        of(session, one).number for one in (first, second)
    ]
    money(session, 69_999, "a-cent-short")
    assert offer_freed_money(session, now=NOW + 2 * DAY) == 0
    money(session, 1, "enough-for-the-rest")
    before = (of(session, first).stopped_days, first.decide_by)
    assert offer_freed_money(session, now=NOW + 2 * DAY) == 1
    assert (state(session, first), state(session, second)) == (PlaceState.OFFERED, PlaceState.WAITING)
    assert (of(session, first).stopped_days, first.decide_by) == before, "after a decision no term runs"
    assert offer_freed_money(session, now=NOW + 2 * DAY) == 0
    due = due_items(session, actor=ADVISOR, now=NOW + 2 * DAY)
    assert [(item.what, item.question_public_id) for item in due] == [(Due.REST, first.public_id)]


def test_who_was_awarded_the_rest_does_not_wait_any_more_and_the_next_one_is_offered_money(session: Session) -> None:
    first = partly(session, 50_000)
    second = an_application(session, now=NOW + timedelta(minutes=1))
    rest_waits(session, first)
    waits(session, second, after=DAY)
    money(session, 70_000, "the-rest")
    offer_freed_money(session, now=NOW + 2 * DAY)
    voucher = session.scalars(select(Voucher).where(Voucher.question_id == first.id)).one()
    line = funding_line_by_slug(session, slug="rijk-leren")
    assert line is not None
    top_up(
        session,
        voucher=voucher,
        draft=TopUpDraft(line_key="k1", funding_line=line, amount_cents=70000, reason="Geld vrij."),
        actor=ADVISOR,
        now=NOW + 2 * DAY,
    )
    money(session, 120_000, "for-the-second")
    assert offer_freed_money(session, now=NOW + 3 * DAY) == 1
    assert place_of(session, application=of(session, first)) is None
    assert state(session, second) is PlaceState.OFFERED
    assert verify(session) == []


def test_one_waits_only_for_a_rest_that_was_refused_because_the_money_was_gone(session: Session) -> None:
    money(session, 200_000, "plenty")
    question = an_application(session)
    proposal = make_proposal(session, question=question, actor=ADVISOR, now=NOW)
    lower = [
        share.model_copy(update={"cents": 60_000}) if share.funding_line else share
        for share in stored_proposal(proposal).shares
    ]
    approve_proposal(
        session,
        question=question,
        draft=Draft(proposal=proposal, rationale="Deels.", checks=ALL_CHECKED, shares=lower),
        actor=ADVISOR,
        now=NOW,
    )
    leave(session, {"rijk-leren": 1})
    with pytest.raises(Refusal) as refused:
        rest_waits(session, question)
    assert refused.value.code == "nothing_refused_at_ceiling"


def test_who_stops_waiting_for_the_rest_keeps_what_was_awarded(session: Session) -> None:
    question = partly(session, 50_000)
    with pytest.raises(Refusal):
        waits(session, question, after=-DAY)
    rest_waits(session, question)
    with pytest.raises(Conflict):
        rest_waits(session, question, after=2 * DAY)
    assert leave_waiting_lists(session, question=question, actor=asker(question), now=NOW + 3 * DAY) == 1
    assert question.state is QuestionState.DECIDED and of(session, question).stopped_days == 0
    rest_waits(session, question, after=4 * DAY)


def test_a_place_from_before_the_decision_does_not_come_back_to_life(session: Session) -> None:
    question = an_application(session)
    waits(session, question)
    money(session, 50_000, "a-part")
    approve(session, question, now=NOW + DAY)
    assert waiting_list(session, actor=ADVISOR) == []
    rest_waits(session, question, after=2 * DAY)
    assert [row.wanted_cents for row in waiting_list(session, actor=ADVISOR)] == [70_000]
