"""Outcomes: asked once per moment, answered once, and shown per scheme and funder without giving anybody away."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.oversight.outcomes.actions import HolderAnswer, answer_outcome, ask_outcomes
from portal.oversight.outcomes.models import Moment, TrainingEnd, TrainingOutcome, WithoutFund, Work
from portal.oversight.outcomes.queries import OutcomeRow, due_on, outcome_by_public_id, outcome_table
from portal.people.actor import Actor, Audience
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import OutboxMessage
from portal.spending.attendance import confirm_end, confirm_start
from portal.spending.invoices.models import EndKind
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, REGION, a_provider, a_voucher

DAY = timedelta(days=1)
DIPLOMA = HolderAnswer(TrainingEnd.DIPLOMA, Work.LOOKING, Work.OTHER_JOB, WithoutFund.NO)


def holder(voucher: Voucher) -> Actor:
    return Actor(Audience.RESIDENT, question_id=voucher.question_id)


def used(session: Session, *, ended: bool = True) -> Voucher:
    """A voucher of which a part was redeemed, of a training that ended today."""
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    redeem_voucher(session, voucher=voucher, bill=Bill("F-1", NOW.date(), 1_000), actor=pia, now=NOW)
    if ended:
        who: dict[str, Any] = {"voucher": voucher, "actor": holder(voucher), "now": NOW}
        confirm_start(session, started_on=NOW.date(), **who)
        confirm_end(session, ended_on=NOW.date(), how=EndKind.COMPLETED, own_share_paid=True, **who)
    return voucher


def asked(session: Session) -> list[tuple[int, str]]:
    rows = select(TrainingOutcome).order_by(TrainingOutcome.id)
    return [(one.voucher_id, one.moment.value) for one in session.scalars(rows)]


@pytest.mark.parametrize(
    ("ended", "moment", "due"),
    [
        (date(2026, 3, 2), Moment.WEEK, date(2026, 3, 9)),
        (date(2026, 8, 31), Moment.HALF_YEAR, date(2027, 2, 28)),
        (date(2027, 8, 31), Moment.HALF_YEAR, date(2028, 2, 29)),
        (date(2028, 2, 29), Moment.YEAR, date(2029, 2, 28)),
        (date(2026, 12, 31), Moment.HALF_YEAR, date(2027, 6, 30)),
    ],
)
def test_a_moment_falls_on_a_day_that_exists(ended: date, moment: Moment, due: date) -> None:
    assert due_on(ended, moment) == due


def test_each_moment_is_asked_once_and_not_a_day_early(session: Session) -> None:
    voucher = used(session)
    a_voucher(session)  # the control: never used, never asked
    assert ask_outcomes(session, now=NOW + 6 * DAY) == 0
    assert (ask_outcomes(session, now=NOW + 7 * DAY), ask_outcomes(session, now=NOW + 7 * DAY)) == (1, 0)
    assert ask_outcomes(session, now=NOW + 184 * DAY) == 1
    assert (ask_outcomes(session, now=NOW + 365 * DAY), ask_outcomes(session, now=NOW + 800 * DAY)) == (1, 0)
    assert asked(session) == [(voucher.id, "week"), (voucher.id, "half_year"), (voucher.id, "year")]
    sent = select(OutboxMessage.version).where(OutboxMessage.template == "outcome/asked")
    assert sorted(session.scalars(sent)) == sorted(session.scalars(select(TrainingOutcome.id)))


def test_after_a_long_silence_the_newest_moment_is_asked_only(session: Session) -> None:
    voucher = used(session, ended=False)
    last = NOW + (voucher.valid_until - NOW.date())
    assert ask_outcomes(session, now=last + 6 * DAY) == 0
    assert ask_outcomes(session, now=last + 400 * DAY) == 1
    assert asked(session) == [(voucher.id, "year")]


def test_an_answer_is_given_once_by_the_holder(session: Session) -> None:
    voucher = used(session)
    ask_outcomes(session, now=NOW + 7 * DAY)
    outcome = session.scalars(select(TrainingOutcome)).one()
    stranger = Actor(Audience.RESIDENT, question_id=voucher.question_id + 1)
    assert outcome_by_public_id(session, public_id=outcome.public_id, actor=stranger) is None
    assert outcome_by_public_id(session, public_id=outcome.public_id, actor=holder(voucher)) is outcome
    for actor in (stranger, REGION):
        with pytest.raises(Refusal):
            answer_outcome(session, outcome=outcome, answer=DIPLOMA, actor=actor, now=NOW)
    with pytest.raises(Refusal) as missing:
        without = HolderAnswer(TrainingEnd.DIPLOMA, None, Work.OTHER_JOB, WithoutFund.NO)
        answer_outcome(session, outcome=outcome, answer=without, actor=holder(voucher), now=NOW)
    assert missing.value.field == "work_before"
    answer_outcome(session, outcome=outcome, answer=DIPLOMA, actor=holder(voucher), now=NOW)
    with pytest.raises(Conflict):
        answer_outcome(session, outcome=outcome, answer=DIPLOMA, actor=holder(voucher), now=NOW)
    assert (outcome.result, outcome.work_before, outcome.work_after) == (TrainingEnd.DIPLOMA, "looking", Work.OTHER_JOB)


def test_a_small_group_is_hidden_and_a_large_one_rounded(session: Session) -> None:
    voucher = used(session)
    for number in range(10):
        done = number < 9
        session.add(
            TrainingOutcome(
                voucher_id=voucher.id if number == 0 else a_voucher(session).id,
                moment=Moment.WEEK,
                asked_at=NOW,
                answered_at=NOW,
                answered_by="resident",
                result=TrainingEnd.DIPLOMA if done else TrainingEnd.STOPPED,
                work_before="looking",
                work_after=Work.OTHER_JOB if done else Work.LOOKING,
                without_fund=WithoutFund.NO,
            )
        )
        session.flush()
        if number == 8:
            hidden = outcome_table(session, by="scheme", moment=Moment.WEEK, actor=REGION)
            assert hidden == [OutcomeRow("leervoucher", None, None, None, None, None)]
    shown = outcome_table(session, by="scheme", moment=Moment.WEEK, actor=REGION)
    assert shown == [OutcomeRow("leervoucher", 10, 90, 90, 90, 100)]
    funders = outcome_table(session, by="funder", moment=Moment.WEEK, actor=REGION)
    assert funders and all(row.answers is None or row.answers >= 10 for row in funders)
    assert all((row.answers is None) == (row.finished is None) for row in funders)
    assert outcome_table(session, by="scheme", moment=Moment.WEEK, actor=ADVISOR) == []
    assert outcome_table(session, by="scheme", moment=Moment.YEAR, actor=REGION) == []
