"""Booking what the region paid itself, outside vouchers: from the same free money, under the same guard.

An expense is one transfer, from available to paid. Nothing is reserved first: nobody was promised anything. No payment follows:
the region paid it from its own bank account before, so no batch of the desk ever finds it. A wrong one is corrected in full.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger.booking import Book, NotReserved, account_of, booked_under, check_amount, line_of
from portal.ledger.guards import move_budgets
from portal.ledger.models import AccountKind, Transfer, TransferKind


def book_expense(
    session: Session, *, funding_line_id: int, amount_cents: int, key: str, note: str, actor_id: str, now: datetime
) -> Transfer:
    """Take an amount (cents) from the free money of a funding line: it is spent and paid at once.

    Raises ``BudgetExhausted`` when the line has less left. With a `key` that was booked before, the earlier transfer is returned.
    """
    check_amount(amount_cents)
    if (known := booked_under(session, key)) is not None:
        return known
    move_budgets(session, {funding_line_id: (0, 0, amount_cents)})
    book = Book(session, actor_id, now)
    return book.add(TransferKind.EXPENSE, funding_line_id, amount_cents, key=key, note=note[:200])


def take_back_expense(session: Session, *, transfer_id: int, note: str, actor_id: str, now: datetime) -> Transfer:
    """Correct an expense in full: its line has the money free again.

    Raises ``NotReserved`` when it is no expense, or was taken back before.
    """
    expense = session.get(Transfer, transfer_id, with_for_update=True)
    done = session.scalar(select(Transfer.id).where(Transfer.resolves_id == transfer_id))
    if expense is None or expense.kind is not TransferKind.EXPENSE or done is not None:
        raise NotReserved(None, 0)
    line = line_of(session, expense.credit_account_id)
    move_budgets(session, {line: (0, 0, -expense.amount_cents)})
    return Book(session, actor_id, now).between(
        TransferKind.CORRECT,
        expense.credit_account_id,
        account_of(session, line, AccountKind.AVAILABLE),
        expense.amount_cents,
        key=f"taken_back:{expense.id}",
        resolves_id=expense.id,
        note=note[:200],
    )
