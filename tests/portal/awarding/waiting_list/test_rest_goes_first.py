"""Freed money goes to who waits for the rest (Awb 4:25) before it goes to who was complete later."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import Engine, and_, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import approve_proposal
from portal.awarding.decisions.drafts import Draft
from portal.awarding.order_of_receipt.actions import EarlierApplicationFirst
from portal.awarding.order_of_receipt.queries import place_in_order, undecided
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.top_ups import TopUpDraft, top_up
from portal.awarding.waiting_list.actions import join_waiting_list, leave_waiting_lists, offer_freed_money
from portal.awarding.waiting_list.queries import place_of, waiting_list
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_by_question
from portal.cases.questions.models import CostInput, DevelopmentQuestion, QuestionState
from portal.framework.funding.queries import funding_line_by_slug
from portal.ledger.actions import fund
from portal.ledger.invariants import verify
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, ALL_CHECKED, NOW, SECOND, an_application, approve, asker
from tests.portal.at_once import at_once
from tests.portal.awarding.waiting_list.region import with_waiting_list

DAY = timedelta(days=1)
AFTER = NOW + 2 * DAY
REST = 70_000


def of(session: Session, question: DevelopmentQuestion) -> Application:
    found = application_by_question(session, question=question)
    assert found is not None
    return found


def money(session: Session, cents: int, key: str) -> None:
    line = funding_line_by_slug(session, slug="rijk-leren")
    assert line is not None
    fund(session, funding_line_id=line.id, amount_cents=cents, actor_id="tests", now=NOW, key=key)


def first_and_second(
    session: Session, folder: Path, *, cents: int = REST
) -> tuple[DevelopmentQuestion, DevelopmentQuestion]:
    """Of € 1,200 the first got € 500, all there was, and waits for € 700; the second was complete a minute later."""
    with_waiting_list(session, folder, cents=50_000)
    first = an_application(session)
    approve(session, first)
    second = an_application(session, now=NOW + timedelta(minutes=1), costs=[CostInput("tuition", cents)])
    join_waiting_list(
        session, question=first, scheme="leervoucher", agreed_on=(NOW + DAY).date(), actor=ADVISOR, now=NOW + DAY
    )
    return first, second


def rest_awarded(session: Session, first: DevelopmentQuestion) -> None:
    voucher = session.scalars(select(Voucher).where(Voucher.question_id == first.id)).one()
    line = funding_line_by_slug(session, slug="rijk-leren")
    assert line is not None
    top_up(
        session,
        voucher=voucher,
        draft=TopUpDraft(line_key="k1", funding_line=line, amount_cents=REST, reason="Geld vrij."),
        actor=ADVISOR,
        now=AFTER,
    )


def refused(session: Session, second: DevelopmentQuestion) -> tuple[str, bool, str]:
    """Which application goes before the second one, whether for its rest, and what the advisor reads."""
    try:
        approve(session, second, now=AFTER)
    except EarlierApplicationFirst as held:
        found = held.number, held.rest, str(held)
    else:
        raise AssertionError("it was awarded")
    gc.collect(1)  # what the savepoint took back is gone from the session only when nothing holds it
    assert second.state is QuestionState.APPLIED
    return found


@pytest.mark.parametrize("offered", [True, False], ids=["offered", "not offered yet"])
def test_a_later_award_does_not_take_the_euros_of_who_waits_for_the_rest(
    session: Session, tmp_path: Path, offered: bool
) -> None:
    first, second = first_and_second(session, tmp_path / "proefland")
    money(session, REST, "freed")
    if offered:
        assert offer_freed_money(session, now=AFTER) == 1
    number, rest, text = refused(session, second)
    assert (number, rest) == (of(session, first).number, True)
    assert number in text and "wachtlijst" in text and "voucher hoger" in text
    rest_awarded(session, first)
    money(session, REST, "more")
    approve(session, second, now=AFTER)
    assert second.state is QuestionState.DECIDED and verify(session) == []


def test_one_euro_more_than_the_rest_is_free_for_who_comes_later(session: Session, tmp_path: Path) -> None:
    _, second = first_and_second(session, tmp_path / "proefland", cents=30_000)
    money(session, REST + 29_999, "a-cent-short")
    refused(session, second)
    money(session, 1, "enough-for-both")
    approve(session, second, now=AFTER)
    assert second.state is QuestionState.DECIDED


def test_who_leaves_the_list_holds_nobody_back(session: Session, tmp_path: Path) -> None:
    first, second = first_and_second(session, tmp_path / "proefland")
    money(session, REST, "freed")
    refused(session, second)
    leave_waiting_lists(session, question=first, actor=asker(first), now=AFTER)
    approve(session, second, now=AFTER)
    assert second.state is QuestionState.DECIDED


def test_who_was_complete_before_the_one_that_waits_for_the_rest_is_not_held_back(
    session: Session, tmp_path: Path
) -> None:
    first_and_second(session, tmp_path / "proefland")
    early = an_application(session, now=NOW - timedelta(minutes=1), costs=[CostInput("tuition", REST)])
    money(session, REST, "freed")
    approve(session, early, now=AFTER)
    assert early.state is QuestionState.DECIDED


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_places_that_are_shown_are_those_by_which_money_is_given(session: Session, tmp_path: Path) -> None:
    first, second = first_and_second(session, tmp_path / "proefland")
    third = an_application(session, now=NOW + timedelta(minutes=2))
    for question in (third, second):
        join_waiting_list(
            session, question=question, scheme="leervoucher", agreed_on=(NOW + DAY).date(), actor=ADVISOR, now=NOW + DAY
        )
    shown = {row.number: row.position for row in waiting_list(session, actor=ADVISOR)}
    for place, question in enumerate((first, second, third), start=1):
        mine = of(session, question)
        held = place_of(session, application=mine)
        assert held is not None and (held.position, shown[mine.number]) == (place, place)
        if question is not first:
            assert place_in_order(session, application=mine) == place
    leave_waiting_lists(session, question=first, actor=asker(first), now=AFTER)
    assert [place_in_order(session, application=of(session, one)) for one in (second, third)] == [1, 2]


# At the same moment ----------------------------------------------------------------------------------------------------


def freed(session: Session, folder: Path) -> tuple[int, int, int]:
    """Exactly the rest comes free. The ids of the first and the second, and of the proposal for the second."""
    first, second = first_and_second(session, folder)
    money(session, REST, "freed")
    return first.id, second.id, make_proposal(session, question=second, actor=SECOND, now=AFTER).id


def award_second(session: Session, second_id: int, proposal_id: int) -> Callable[[], object]:
    question = session.get_one(DevelopmentQuestion, second_id)
    proposal = session.get_one(ProposalRecord, proposal_id)
    return lambda: approve_proposal(
        session,
        question=question,
        draft=Draft(proposal=proposal, rationale="Past.", checks=ALL_CHECKED),
        actor=SECOND,
        now=AFTER,
    )


def award_rest(session: Session, first_id: int) -> Callable[[], object]:
    question = session.get_one(DevelopmentQuestion, first_id)
    return lambda: rest_awarded(session, question)


def test_at_the_same_moment_the_freed_euros_go_to_the_first_in_order(engine: Engine, tmp_path: Path) -> None:
    first, second, proposal = unit_of_work(engine, lambda session: freed(session, tmp_path / "proefland"))
    later, rest = at_once(
        engine,
        lambda session: award_second(session, second, proposal),
        lambda session: award_rest(session, first),
    )
    assert rest == "done" and later in ("earlier_application_first", "mix_no_longer_fits")
    with Session(engine) as session:
        [voucher] = session.scalars(select(Voucher))
        assert (voucher.question_id, voucher.amount_cents) == (first, 50_000 + REST)
        assert verify(session) == []


def test_control_without_the_claim_of_the_rest_the_later_one_takes_the_euros(engine: Engine, tmp_path: Path) -> None:
    first, second, proposal = unit_of_work(engine, lambda session: freed(session, tmp_path / "proefland"))
    with patch("portal.awarding.order_of_receipt.queries._claims_money", lambda: and_(*undecided())):
        unit_of_work(engine, lambda session: award_second(session, second, proposal)())
    with pytest.raises(Conflict) as gone:
        unit_of_work(engine, lambda session: award_rest(session, first)())
    assert gone.value.code == "budget_exhausted"
