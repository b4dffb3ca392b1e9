"""A credit note or a lower settlement while a payment waits, is at the bank, was carried out, came back or was cancelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.commands.ledger import look
from portal.ledger.queries import open_payables
from portal.paying.payments.actions import cancel_batch, make_batch, release_batch
from portal.paying.payments.models import PaymentBatch
from portal.paying.payments.queries import payables
from portal.paying.settlements.actions import SettlementDraft, settle_voucher, take_credit_note
from portal.paying.settlements.models import Debtor, Recovery, SettlementGround
from portal.paying.statements.actions import read_statement
from portal.platform.errors import Conflict
from portal.spending.vouchers.models import Redemption, Voucher
from tests.factories import ADVISOR, NOW, REGION, UNHEARD
from tests.portal.paying.payments.test_payments import (
    LATER,
    PAYER,
    SECOND,
    a_sent_batch,
    books,
    confirm_returns,
    entry,
    owed,
    statement,
)

__all__ = ["owed"]


def credit(session: Session, redemption: Redemption, cents: int) -> Recovery | None:
    return take_credit_note(
        session, redemption=redemption, amount_cents=cents, reason="Te veel gerekend", actor=ADVISOR, now=LATER
    )


def settle(session: Session, voucher: Voucher, cents: int, ground: SettlementGround) -> None:
    settle_voucher(
        session, voucher=voucher, draft=SettlementDraft(cents, ground, "Gestopt", UNHEARD), actor=ADVISOR, now=LATER
    )


def refused(session: Session, work: Callable[[], object]) -> None:
    with pytest.raises(Conflict) as found, session.begin_nested():
        work()
    assert found.value.code == "payment_on_its_way"
    session.expire_all()


def first_of(batch: PaymentBatch) -> Redemption:
    """The redemption of € 700."""
    return batch.payments[0].redemption


def test_in_a_batch_that_was_not_released_it_comes_off_and_the_batch_is_made_anew(session: Session, owed: Any) -> None:
    batch = make_batch(session, actor=REGION, now=NOW)
    assert credit(session, first_of(batch), 20_000) is None
    with pytest.raises(Conflict):
        release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)
    assert books(session, owed[0]) == (80_000, 0)


def test_while_it_is_on_its_way_to_the_bank_nothing_is_credited_or_settled_lower(session: Session, owed: Any) -> None:
    voucher = owed[0]
    batch = make_batch(session, actor=REGION, now=NOW)
    release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)
    refused(session, lambda: credit(session, first_of(batch), 20_000))
    refused(session, lambda: settle(session, voucher, 10_000, SettlementGround.NOT_DONE))
    assert books(session, voucher) == (100_000, 0)
    cancel_batch(session, batch=batch, reason="Factuur klopt niet", actor=REGION, now=NOW)
    assert credit(session, first_of(batch), 20_000) is None
    assert books(session, voucher) == (80_000, 0) and sum(one.amount_cents for one in payables(session)) == 80_000


def test_settling_as_used_takes_nothing_off_and_need_not_wait_for_the_bank(session: Session, owed: Any) -> None:
    batch = a_sent_batch(session)
    settle(session, owed[0], 100_000, SettlementGround.AS_USED)
    one, two = batch.payments
    lines = (entry(one.end_to_end_id, "700.00"), entry(two.end_to_end_id, "300.00"))
    assert read_statement(session, content=statement(*lines), actor=REGION, now=LATER).executed == 2
    assert books(session, owed[0]) == (100_000, 100_000)


def test_once_the_bank_has_paid_a_credit_note_is_claimed_from_the_provider(session: Session, owed: Any) -> None:
    batch = a_sent_batch(session)
    key = batch.payments[0].end_to_end_id
    refused(session, lambda: credit(session, first_of(batch), 20_000))
    read_statement(session, content=statement(entry(key, "700.00")), actor=REGION, now=LATER)
    claim = credit(session, first_of(batch), 20_000)
    assert claim is not None and (claim.debtor, claim.amount_cents) == (Debtor.PROVIDER, 20_000)
    assert books(session, owed[0]) == (100_000, 70_000)


def test_what_came_back_from_the_bank_is_owed_and_a_credit_note_comes_off_it(session: Session, owed: Any) -> None:
    batch = a_sent_batch(session)
    key = batch.payments[0].end_to_end_id
    back = statement(entry(key, "700.00", credit=True, reason="AC04"))
    read_statement(session, content=back, actor=REGION, now=LATER)
    confirm_returns(session)
    assert sorted(one.amount_cents for one in open_payables(session)) == [30_000, 70_000]
    assert credit(session, first_of(batch), 20_000) is None, "nothing was paid, so nothing has to come back"
    assert books(session, owed[0]) == (80_000, 0)
    assert [one.amount_cents for one in payables(session)] == [50_000]
    again = make_batch(session, actor=REGION, now=LATER)
    assert again.total_cents == 50_000


def test_the_books_are_verified_against_the_payments(session: Session, owed: Any) -> None:
    batch = a_sent_batch(session)
    session.flush()
    assert look(session)[1] == []
    session.execute(
        text("UPDATE payment SET state = 'executed', executed_on = '2026-03-04' WHERE id = :one"),
        {"one": batch.payments[0].id},
    )
    assert [found.invariant for found in look(session)[1]] == ["P1"], "the control: paid by nobody"
