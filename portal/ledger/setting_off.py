"""The act that pays a spent amount, or a part of it, by setting it off: no money leaves the bank account for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.ledger.booking import Book, NotReserved, caps_of, check_amount, line_of, standing_spends
from portal.ledger.models import Transfer, TransferKind


@dataclass(frozen=True)
class SetOffSpends:
    """What was paid by setting it off, and the spends that took the place of one that was set off in part."""

    paid: tuple[Transfer, ...]
    anew: tuple[Transfer, ...]


def set_off_spends(
    session: Session, *, spend_ids: Sequence[int], amount_cents: int, actor_id: str, now: datetime, note: str
) -> SetOffSpends:
    """Book so many cents of spent, unpaid amounts as paid, the oldest first.

    A spend of which a part is set off is taken back in full (CORRECT, resolves it) and spent anew in two parts, of which one is
    paid: every spend has one end. No budget changes. Raises ``NotReserved`` when a spend was paid or taken back before, or when
    they are less than the amount.
    """
    check_amount(amount_cents)
    rows = standing_spends(session, spend_ids)
    total = sum(spend.amount_cents for spend in rows)
    if total < amount_cents:
        raise NotReserved(amount_cents, total)
    book, paid, anew, left = Book(session, actor_id, now), [], [], amount_cents
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
        paid.append(book.resolve(TransferKind.PAY, whole, line, note=note))
    return SetOffSpends(tuple(paid), tuple(anew))
