"""Undoing what was taken over for a voucher: everything back to where it was, each step on the day of what it undoes.

Nothing is removed. A payment goes back to spent, what was spent and what was freed go back to reserved, and then the reservation
is released on the day of the award: so every day has the figures it would have had. A day that was closed meanwhile is left as it
is; what belongs to it is booked on the first open day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger.booking import Book, NotReserved, account_of, booked_for, line_of, links_of
from portal.ledger.guards import move_budgets
from portal.ledger.models import AccountKind, Transfer, TransferKind
from portal.ledger.returning import book_return
from portal.ledger.settling import take_back_spends


def take_back_payment(session: Session, *, spend_id: int, note: str, actor_id: str, now: datetime) -> Transfer | None:
    """Book that a spent amount was not paid after all, on the day of its payment; None when it was never paid."""
    paid = select(Transfer).where(Transfer.resolves_id == spend_id, Transfer.kind == TransferKind.PAY)
    payment = session.scalar(paid)
    if payment is None:
        return None
    with booked_for(session, payment.booked_on):
        return book_return(session, payment_id=payment.id, actor_id=actor_id, now=now, note=note)


def reserve_spends_again(
    session: Session, *, spends: Sequence[tuple[Transfer, date]], note: str, actor_id: str, now: datetime
) -> None:
    """Take spent amounts back in full, each on a day of its own, and have them reserved again. Raises ``NotReserved``."""
    for spend, day in spends:
        with booked_for(session, day):
            take_back_spends(
                session,
                spend_ids=[spend.id],
                amount_cents=spend.amount_cents,
                keep=True,
                actor_id=actor_id,
                now=now,
                note=note,
            )


def reserve_released_again(
    session: Session, *, released: Sequence[Transfer], note: str, actor_id: str, now: datetime
) -> None:
    """Reserve again what was released, on the day of its release; towards caps it does not count, as it did not after it.

    Raises ``BudgetExhausted`` when the money went to somebody else meanwhile, ``NotReserved`` for what is no release.
    """
    for one in released:
        if one.kind is not TransferKind.RELEASE:
            raise NotReserved(None, 0)
        line = line_of(session, one.credit_account_id)
        move_budgets(session, {line: (0, one.amount_cents, 0)})
        with booked_for(session, one.booked_on):
            Book(session, actor_id, now).between(
                TransferKind.CORRECT,
                one.credit_account_id,
                account_of(session, line, AccountKind.RESERVED),
                one.amount_cents,
                resolves_id=one.id,
                note=note,
                **links_of(one),
            )
