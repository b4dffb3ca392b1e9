"""The acts that pay a spent amount, or a part of it, by setting it off, and that undo this: no money goes through the bank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger.actions import redeem
from portal.ledger.booking import Book, NotReserved, caps_of, check_amount, line_of, links_of, standing_spends
from portal.ledger.models import Transfer, TransferKind
from portal.ledger.restoring import reserve_again
from portal.ledger.returning import book_return


@dataclass(frozen=True)
class SetOffSpends:
    """What was paid by setting it off, and the spends that took the place of one that was set off in part."""

    paid: tuple[Transfer, ...]
    anew: tuple[Transfer, ...]


def set_off_spends(
    session: Session, *, spend_ids: Sequence[int], amount_cents: int, key: str, actor_id: str, now: datetime
) -> SetOffSpends:
    """Book so many cents of spent, unpaid amounts as paid, the oldest first.

    A spend of which a part is set off is taken back in full (CORRECT, resolves it) and spent anew in two parts, of which one is
    paid: every spend has one end. No budget changes. `key` names what is set off, in at most 60 characters. Raises
    ``NotReserved`` when a spend was paid or taken back before, or when they are less than the amount.
    """
    check_amount(amount_cents)
    rows = standing_spends(session, spend_ids)
    total = sum(spend.amount_cents for spend in rows)
    if total < amount_cents:
        raise NotReserved(amount_cents, total)
    book, paid, anew, left, note = Book(session, actor_id, now), [], [], amount_cents, f"set off {key}"
    for spend in rows:
        part = min(left, spend.amount_cents)
        left -= part
        if not part:
            break
        line = line_of(session, spend.credit_account_id)
        whole = spend
        if part < spend.amount_cents:
            caps = caps_of(session, spend)
            book.name_caps(book.correct(spend, line, note), caps)
            whole = book.spend_anew(spend, line, part, caps)
            anew += [whole, book.spend_anew(spend, line, spend.amount_cents - part, caps)]
        named: dict[str, Any] = {"key": f"set_off:{key}:{whole.id}", "resolves_id": whole.id, "note": note}
        paid.append(book.add(TransferKind.PAY, line, whole.amount_cents, **named, **links_of(whole)))
    return SetOffSpends(tuple(paid), tuple(anew))


def unpay_set_off(session: Session, *, key: str, actor_id: str, now: datetime) -> list[Transfer]:
    """Book that what was paid by setting it off is to be paid after all, as what came back from the bank.

    Raises ``NotReserved`` when nothing was set off under this key, it was undone before, or who was paid has paid it back since.
    """
    set_off = select(Transfer.id).where(Transfer.key.startswith(f"set_off:{key}:"), Transfer.kind == TransferKind.PAY)
    paid = session.scalars(set_off.order_by(Transfer.id)).all()
    if not paid:
        raise NotReserved(None, 0)
    note = f"set off undone {key}"
    return [book_return(session, payment_id=one, actor_id=actor_id, now=now, note=note) for one in paid]


def unrecover_set_off(
    session: Session,
    *,
    voucher_id: int,
    amount_cents: int,
    awarded: Mapping[int, int],
    decision_id: int,
    actor_id: str,
    now: datetime,
) -> list[Transfer]:
    """Book that what came back by setting off did not come back: the award paid it, and it is paid out still.

    Reserved anew by the decision that undoes it, on the lines of the award and through their guards, spent, and paid. `awarded`
    says what each line pays of the award. Raises ``BudgetExhausted`` or ``CapExhausted`` when the money or the room went to
    somebody else meanwhile, ``NotReserved`` when the award has less.
    """
    links: dict[str, Any] = {"voucher_id": voucher_id, "amount_cents": amount_cents, "actor_id": actor_id, "now": now}
    reserve_again(session, awarded=awarded, decision_id=decision_id, **links)
    booked = redeem(session, keep_rest=True, **links)
    book = Book(session, actor_id, now)
    return [
        book.resolve(TransferKind.PAY, spend, line_of(session, spend.credit_account_id), note="set off undone")
        for spend in booked.spent
    ]
