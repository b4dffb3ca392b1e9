"""Late binding of what was used and of what was paid: until the voucher is settled another budget pays, and the books agree."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_line_by_slug
from portal.ledger.actions import BudgetExhausted, NotReserved, give_back
from portal.ledger.invariants import verify
from portal.ledger.models import AccountKind, BudgetGuard, CapGuard, Transfer, TransferKind
from portal.ledger.queries import Figure, Figures, line_figures, transfers_behind
from portal.paying.payments.actions import make_batch, release_batch
from portal.paying.payments.models import PaymentState
from portal.paying.payments.queries import payables
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.paying.reassignments.queries import MovableAmount, booked_and_recorded, payers_of
from portal.paying.settlements.actions import SettlementDraft, settle_voucher, take_credit_note
from portal.paying.settlements.models import SettlementGround
from portal.paying.settling_again.queries import settlement_breaks
from portal.paying.statements.actions import read_statement
from portal.platform.errors import Conflict, Refusal
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, REGION
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

SPENT, PAID = AccountKind.SPENT, AccountKind.PAID


def the_line(session: Session, slug: str) -> FundingLine:
    found = funding_line_by_slug(session, slug=slug)
    assert found is not None
    return found


def move(
    session: Session, voucher: Voucher, cents: int, stands: AccountKind, *, back: bool = False, **more: Any
) -> None:
    one, other = ("provincie-breed", "rijk-leren") if back else ("rijk-leren", "provincie-breed")
    reassign_voucher(
        session,
        voucher=voucher,
        takeover=Takeover(
            from_line=the_line(session, one),
            to_line=the_line(session, other),
            amount_cents=cents,
            stands=stands,
            **more,
        ),
        reason="Eind van het jaar.",
        actor=REGION,
        now=LATER,
    )


def payments(session: Session, voucher: Voucher, slug: str = "rijk-leren") -> list[MovableAmount]:
    return [one for one in payers_of(session, voucher=voucher) if one.stands is PAID and one.line.slug == slug]


def per_line(session: Session) -> tuple[Figures, Figures]:
    lines = [the_line(session, slug).id for slug in ("rijk-leren", "provincie-breed")]
    found = line_figures(session, funding_line_ids=lines)
    return found[lines[0]], found[lines[1]]


def spent(session: Session, voucher: Voucher) -> tuple[int, int]:
    """What each line spent, after everything was looked at."""
    books(session, voucher)
    assert booked_and_recorded(session) == [] and settlement_breaks(session) == []
    one, other = per_line(session)
    return one.spent_cents, other.spent_cents


def caps(session: Session) -> list[int]:
    return list(session.scalars(select(CapGuard.used_cents).order_by(CapGuard.id)))


def pay_all(session: Session) -> Any:
    batch = a_sent_batch(session)
    lines = [entry(one.end_to_end_id, f"{one.amount_cents / 100:.2f}") for one in batch.payments]
    assert read_statement(session, content=statement(*lines), actor=REGION, now=LATER).strange == ()
    return batch


def test_what_was_used_and_not_paid_goes_over_in_full_or_in_part_and_is_paid_from_there(
    session: Session, owed: Any
) -> None:
    voucher, before = owed[0], caps(session)
    move(session, voucher, 80_000, SPENT)
    assert spent(session, voucher) == (20_000, 80_000) and caps(session) == before
    move(session, voucher, 5_000, SPENT, back=True)
    assert spent(session, voucher) == (25_000, 75_000) and caps(session) == before
    assert sum(one.amount_cents for one in payables(session)) == 100_000, "each euro is owed once"
    assert {one.redemption.net_cents: one.amount_cents for one in payables(session)} == {70_000: 70_000, 30_000: 30_000}
    pay_all(session)
    assert books(session, voucher) == (100_000, 100_000) and payables(session) == []
    one, other = per_line(session)
    assert (one.paid_cents, other.paid_cents) == (25_000, 75_000)


def test_of_what_was_paid_each_payment_goes_over_in_full(session: Session, owed: Any) -> None:
    voucher = owed[0]
    pay_all(session)
    first = payments(session, voucher)[0]
    assert (first.cents, first.invoice_number) == (70_000, "F-1")
    with pytest.raises(Refusal) as refused:
        move(session, voucher, 30_000, PAID, payment_id=first.payment_id)
    assert refused.value.field == "amount"
    move(session, voucher, 70_000, PAID, payment_id=first.payment_id)
    assert spent(session, voucher) == (30_000, 70_000)
    assert [(one.line.slug, one.stands, one.cents) for one in payers_of(session, voucher=voucher)] == [
        ("provincie-breed", PAID, 70_000),
        ("rijk-leren", AccountKind.RESERVED, 20_000),
        ("rijk-leren", PAID, 30_000),
    ]
    with pytest.raises(NotReserved):
        move(session, voucher, 70_000, PAID, payment_id=first.payment_id)


def test_a_payment_that_was_taken_over_and_comes_back_is_owed_by_the_line_that_took_it(
    session: Session, owed: Any
) -> None:
    voucher = owed[0]
    batch = pay_all(session)
    move(session, voucher, 70_000, PAID, payment_id=payments(session, voucher)[0].payment_id)
    key = batch.payments[0].end_to_end_id
    back = entry(key, "700.00", credit=True, reason="AC04")
    assert read_statement(session, content=statement(back), actor=REGION, now=LATER).returned == 1
    confirm_returns(session)
    assert batch.payments[0].state is PaymentState.RETURNED and spent(session, voucher) == (30_000, 70_000)
    assert books(session, voucher) == (100_000, 30_000) and [one.amount_cents for one in payables(session)] == [70_000]
    move(session, voucher, 10_000, SPENT, back=True)
    assert spent(session, voucher) == (40_000, 60_000)
    pay_all(session)
    one, other = per_line(session)
    assert (one.paid_cents, other.paid_cents) == (40_000, 60_000) and books(session, voucher) == (100_000, 100_000)


@pytest.mark.parametrize("figure", ["funded", "reserved", "spent", "paid", "available"])
def test_every_figure_of_both_lines_is_the_sum_of_the_transfers_behind_it(
    session: Session, owed: Any, figure: Figure
) -> None:
    move(session, owed[0], 35_000, SPENT)
    pay_all(session)
    move(session, owed[0], 35_000, PAID, payment_id=payments(session, owed[0])[0].payment_id)
    for slug in ("rijk-leren", "provincie-breed"):
        line = the_line(session, slug)
        shown = getattr(line_figures(session, funding_line_ids=[line.id])[line.id], f"{figure}_cents")
        behind = transfers_behind(session, figure=figure, funding_line_ids=[line.id])
        assert sum(entry.cents for entry in behind) == shown


def test_a_credit_note_after_it_comes_off_the_line_that_pays_now(session: Session, owed: Any) -> None:
    voucher = owed[0]
    move(session, voucher, 100_000, SPENT)
    first = next(one.redemption for one in payables(session) if one.amount_cents == 70_000)
    assert take_credit_note(session, redemption=first, amount_cents=20_000, reason="x", actor=ADVISOR, now=NOW) is None
    assert spent(session, voucher) == (0, 80_000)


def test_what_is_in_a_payment_stays_until_the_bank_has_answered(session: Session, owed: Any) -> None:
    voucher = owed[0]
    batch = make_batch(session, actor=REGION, now=NOW)
    for _ in range(2):  # while it is prepared, and after it was released
        with pytest.raises(Conflict) as refused, session.begin_nested():
            move(session, voucher, 10_000, SPENT)
        assert refused.value.code == "in_a_payment"
        assert [one.stands for one in payers_of(session, voucher=voucher)] == [AccountKind.RESERVED]
        if batch.released_at is None:
            release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)
    assert spent(session, voucher) == (100_000, 0)


def test_once_it_is_settled_nothing_goes_over_any_more(session: Session, owed: Any) -> None:
    voucher = owed[0]
    pay_all(session)
    one = payments(session, voucher)[0]
    settle_voucher(
        session,
        voucher=voucher,
        draft=SettlementDraft(100_000, SettlementGround.AS_USED, "Klaar"),
        actor=ADVISOR,
        now=LATER,
    )
    assert payers_of(session, voucher=voucher) == []
    for stands, cents, more in ((PAID, 70_000, {"payment_id": one.payment_id}), (SPENT, 1, {})):
        with pytest.raises(Conflict) as refused, session.begin_nested():
            move(session, voucher, cents, stands, **more)
        assert refused.value.code == "voucher_settled"
    assert spent(session, voucher) == (100_000, 0)


def test_used_and_paid_money_needs_room_on_the_other_line_too(session: Session, owed: Any) -> None:
    voucher, other = owed[0], the_line(session, "provincie-breed")
    give_back(session, funding_line_id=other.id, amount_cents=1_970_001, actor_id="system", now=NOW, note="lower")
    with pytest.raises(BudgetExhausted), session.begin_nested():
        move(session, voucher, 30_000, SPENT)
    pay_all(session)
    small = payments(session, voucher)[1]
    with pytest.raises(BudgetExhausted), session.begin_nested():
        move(session, voucher, 30_000, PAID, payment_id=small.payment_id)
    assert spent(session, voucher) == (100_000, 0)


def test_what_the_payee_paid_back_does_not_go_over_nor_come_back_twice(session: Session, owed: Any) -> None:
    from portal.paying.recoveries import receive_instalment

    voucher = owed[0]
    batch = pay_all(session)
    first = next(one for one in batch.payments if one.amount_cents == 70_000)
    claim = take_credit_note(
        session, redemption=first.redemption, amount_cents=40_000, reason="x", actor=ADVISOR, now=LATER
    )
    assert claim is not None
    receive_instalment(
        session, recovery=claim, amount_cents=40_000, received_on=LATER.date(), reference="B1", actor=ADVISOR, now=LATER
    )
    assert spent(session, voucher) == (60_000, 0) and [one.cents for one in payments(session, voucher)] == [30_000]
    paid = session.scalars(select(Transfer.id).where(Transfer.kind == TransferKind.PAY).order_by(Transfer.id)).first()
    with pytest.raises(NotReserved), session.begin_nested():
        move(session, voucher, 70_000, PAID, payment_id=paid)
    back = entry(first.end_to_end_id, "700.00", credit=True, reason="AC04")
    assert read_statement(session, content=statement(back), actor=REGION, now=LATER).strange == (first.end_to_end_id,)
    assert spent(session, voucher) == (60_000, 0) and first.state is PaymentState.EXECUTED


def test_verify_finds_a_spent_amount_that_left_the_guard_behind(session: Session, owed: Any) -> None:
    """The control: the same move with the guard of one line left alone is a break of I2."""
    move(session, owed[0], 50_000, SPENT)
    other = BudgetGuard.funding_line_id == the_line(session, "provincie-breed").id
    session.execute(update(BudgetGuard).where(other).values(spent_cents=BudgetGuard.spent_cents - 50_000))
    assert [found.invariant for found in verify(session)] == ["I2"]
