"""The letter about a plan of instalments: one for each plan, also with several claims on one question."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.paying.recoveries import monthly_terms, plan_instalments
from portal.paying.settlements.models import Debtor, Recovery, RecoveryState
from portal.platform.database import unit_of_work
from portal.post.messages.actions import NewMessage, enqueue
from portal.post.messages.models import OutboxMessage, Recipient
from tests.factories import ADVISOR, NOW
from tests.portal.at_once import Act, at_once
from tests.portal.paying.settlements.test_settling import settle, the_claim, used

TEMPLATE = "recovery/planned"


def two_claims(session: Session) -> tuple[Recovery, Recovery]:
    """Two claims on the holder for vouchers of one question."""
    voucher, [done] = used(session, 100_000, paid=1)
    settle(session, voucher, 40_000)
    other = Recovery(
        voucher_id=voucher.id,
        redemption_id=done.id,
        debtor=Debtor.HOLDER,
        amount_cents=30_000,
        received_cents=0,
        written_off_cents=0,
        state=RecoveryState.OPEN,
        plan=0,
        claimed_at=NOW,
        claimed_by=ADVISOR.reference,
    )
    first = the_claim(session, voucher)
    session.add(other)
    session.flush()
    return first, other


def plan(session: Session, recovery: Recovery) -> None:
    terms = monthly_terms(amount_cents=recovery.open_cents, number=2, first_on=NOW.date())
    plan_instalments(session, recovery=recovery, terms=terms, actor=ADVISOR, now=NOW)


def letters(session: Session) -> list[int]:
    rows = select(OutboxMessage.version).where(OutboxMessage.template == TEMPLATE).order_by(OutboxMessage.id)
    return list(session.scalars(rows))


def test_every_plan_of_every_claim_on_a_question_is_told(session: Session) -> None:
    first, other = two_claims(session)
    for recovery in (first, other, other, first):
        plan(session, recovery)
    assert letters(session) == [1, 2, 3, 4]


def test_a_letter_from_before_the_count_keeps_no_later_one_back(session: Session) -> None:
    first, _ = two_claims(session)
    plan(session, first)
    now = session.scalars(select(OutboxMessage).where(OutboxMessage.template == TEMPLATE)).one()
    enqueue(
        session,
        message=NewMessage(
            kind=now.kind,
            template=TEMPLATE,
            recipient=Recipient(now.recipient),
            object_kind=now.object_kind,
            object_id=now.object_id,
            version=1000 * first.id + 2,
        ),
        now=NOW,
    )
    plan(session, first)
    assert letters(session) == [1, 1000 * first.id + 2, 2]


def act(number: int) -> Act:
    def read(session: Session) -> Callable[[], object]:
        recovery = session.get_one(Recovery, number)
        return lambda: plan(session, recovery)

    return read


def test_of_two_plans_on_one_question_at_once_both_are_told(engine: Engine) -> None:
    first, other = unit_of_work(engine, lambda session: tuple(one.id for one in two_claims(session)))
    assert at_once(engine, act(first), act(other)) == ["done", "done"]
    with Session(engine) as session:
        assert letters(session) == [1, 2]


# A writer holds the only lock of SQLite from its first statement, so that two can never have counted before one has written.
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_control_without_the_lock_one_of_two_plans_is_not_told(engine: Engine) -> None:
    first, other = unit_of_work(engine, lambda session: tuple(one.id for one in two_claims(session)))
    with patch("portal.paying.recoveries.plans_before", return_value=0):
        at_once(engine, act(first), act(other))
    with Session(engine) as session:
        assert letters(session) == [1]
