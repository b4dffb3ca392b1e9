"""Booking that money came back from the bank: the payment did not arrive, and what was spent is to be paid again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger.booking import Book, NotReserved, account_of, line_of, links_of, paid_out
from portal.ledger.models import AccountKind, BudgetGuard, Transfer, TransferKind


def book_return(session: Session, *, payment_id: int, actor_id: str, now: datetime, note: str) -> Transfer:
    """Book a payment back from paid to spent: a correction that settles the payment, and is open to be paid again.

    It goes back on the line that pays it now, when another one took it over. The budget does not change: it was spent and stays
    spent. Raises ``NotReserved`` when it is not a payment, was booked back or settled before, or the payee already paid back so
    much that the voucher has less than this paid on that line.
    """
    payment = _where_it_stands(session, payment_id)
    done = (
        session.scalar(select(Transfer.id).where(Transfer.resolves_id == payment.id)) if payment is not None else None
    )
    if payment is None or done is not None:
        raise NotReserved(None, 0)
    line = line_of(session, payment.credit_account_id)
    session.execute(select(BudgetGuard).where(BudgetGuard.funding_line_id == line).with_for_update())
    if (
        payment.voucher_id is not None
        and (still := paid_out(session, payment.voucher_id)[line][1]) < payment.amount_cents
    ):
        raise NotReserved(payment.amount_cents, still)
    spent = account_of(session, line, AccountKind.SPENT)
    return Book(session, actor_id, now).between(
        TransferKind.CORRECT,
        payment.credit_account_id,
        spent,
        payment.amount_cents,
        key=f"returned:{payment.id}",
        resolves_id=payment.id,
        note=note[:200],
        **links_of(payment),
    )


def _where_it_stands(session: Session, payment_id: int) -> Transfer | None:
    """The payment, or the last transfer with which another funding line took it over; locked."""
    payment = session.get(Transfer, payment_id, with_for_update=True)
    if payment is None or payment.kind is not TransferKind.PAY:
        return None
    moved = select(Transfer).where(Transfer.kind == TransferKind.REASSIGN).with_for_update()
    while (later := session.scalar(moved.where(Transfer.resolves_id == payment.id))) is not None:
        payment = later
    return payment
