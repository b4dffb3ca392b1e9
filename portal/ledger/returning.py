"""Booking that money came back from the bank: the payment did not arrive, and what was spent is to be paid again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import local_date
from portal.ledger.actions import NotReserved, pay
from portal.ledger.models import AccountKind, LedgerAccount, Transfer, TransferKind


def book_return(session: Session, *, payment_id: int, actor_id: str, now: datetime, note: str) -> Transfer:
    """Book a payment back from paid to spent: a correction that settles the payment, and is open to be paid again.

    The budget does not change: it was spent and stays spent. Raises ``NotReserved`` when it is not a payment, or was booked
    back or settled before.
    """
    payment = session.get(Transfer, payment_id, with_for_update=True)
    done = session.scalar(select(Transfer.id).where(Transfer.resolves_id == payment_id))
    if payment is None or payment.kind is not TransferKind.PAY or done is not None:
        raise NotReserved(None, 0)
    back = Transfer(
        key=f"returned:{payment_id}", kind=TransferKind.CORRECT, debit_account_id=payment.credit_account_id,
        credit_account_id=payment.debit_account_id, amount_cents=payment.amount_cents, resolves_id=payment.id,
        booked_on=local_date(now), at=now, actor_id=actor_id, voucher_id=payment.voucher_id,
        decision_id=payment.decision_id, scheme_version_id=payment.scheme_version_id, note=note[:200],
    )  # fmt: skip
    session.add(back)
    session.flush()
    return back


def into_spent(session: Session, transfer: Transfer) -> bool:
    """Whether a transfer left its money on the account of what is spent and not yet paid."""
    if transfer.kind not in (TransferKind.SPEND, TransferKind.CORRECT):
        return False
    kind = session.scalar(select(LedgerAccount.kind).where(LedgerAccount.id == transfer.credit_account_id))
    return kind is AccountKind.SPENT


def pay_out(session: Session, *, payable_id: int, actor_id: str, now: datetime) -> Transfer:
    """Book that a spent amount was paid, also one that was paid before and came back. Raises ``NotReserved`` otherwise."""
    found = session.get(Transfer, payable_id, with_for_update=True)
    if found is not None and found.kind is TransferKind.SPEND:
        return pay(session, spend_id=payable_id, actor_id=actor_id, now=now)
    done = session.scalar(select(Transfer.id).where(Transfer.resolves_id == payable_id))
    if found is None or done is not None or not into_spent(session, found):
        raise NotReserved(None, 0)
    earlier = session.get_one(Transfer, found.resolves_id)
    paid = Transfer(
        key=f"paid-again:{payable_id}", kind=TransferKind.PAY, debit_account_id=found.credit_account_id,
        credit_account_id=earlier.credit_account_id, amount_cents=found.amount_cents, resolves_id=found.id,
        booked_on=local_date(now), at=now, actor_id=actor_id, voucher_id=found.voucher_id,
        decision_id=found.decision_id, scheme_version_id=found.scheme_version_id,
    )  # fmt: skip
    session.add(paid)
    session.flush()
    return paid
