"""Acts on what was reserved, spent or paid already: free a part, take a spend back, and book what came back.

Caps: a CORRECT or RECOVER that names the caps of its reservation takes its amount off their use again, so that room which was
not used in the end can be given to somebody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger.booking import (
    Book,
    NotReserved,
    caps_of,
    check_amount,
    line_of,
    links_of,
    open_reservations,
    paid_lines,
    paid_out,
    standing_spends,
)
from portal.ledger.guards import Move, free_caps, give_back_caps, move_budgets, totals
from portal.ledger.models import BudgetGuard, Transfer, TransferKind


@dataclass(frozen=True)
class TakenBack:
    """What was booked when (part of) a spend was taken back: the spends that take its place, and what is reserved again."""

    spent: tuple[Transfer, ...]
    kept: tuple[Transfer, ...]


def release_part(
    session: Session, *, voucher_id: int, amount_cents: int, actor_id: str, now: datetime, note: str
) -> list[Transfer]:
    """Release a part of what is reserved for a voucher; the reservation that would be used last is freed first.

    Raises ``NotReserved`` when less than the amount is reserved.
    """
    check_amount(amount_cents)
    held = open_reservations(session, voucher_id)
    total = sum(transfer.amount_cents for transfer, _ in held)
    if total < amount_cents:
        raise NotReserved(amount_cents, total)
    plan, left = [], amount_cents
    for transfer, line in reversed(held):
        freed = min(left, transfer.amount_cents)
        left -= freed
        if freed:
            plan.append((transfer, line, freed))
    move_budgets(session, totals((line, (0, -freed, 0)) for _, line, freed in plan))
    give_back_caps(session, [(transfer.id, freed) for transfer, _, freed in plan])
    book = Book(session, actor_id, now)
    booked = []
    for transfer, line, freed in plan:
        booked.append(book.resolve(TransferKind.RELEASE, transfer, line, note=note))
        if freed < transfer.amount_cents:
            book.again(transfer, line, transfer.amount_cents - freed)
    return booked


def take_back_spends(
    session: Session,
    *,
    spend_ids: Sequence[int],
    amount_cents: int,
    keep: bool,
    actor_id: str,
    now: datetime,
    note: str,
) -> TakenBack:
    """Take a part of spent, unpaid amounts back: the last one first. With ``keep`` it is reserved again, else it is available.

    A spend is taken back in full (CORRECT, resolves it) and what still stands is reserved and spent anew, so that every spend
    has one end. Raises ``NotReserved`` when a spend was paid or taken back before, or when they are less than the amount.
    """
    check_amount(amount_cents)
    rows = standing_spends(session, spend_ids)[::-1]
    total = sum(spend.amount_cents for spend in rows)
    if total < amount_cents:
        raise NotReserved(amount_cents, total)
    plan: list[tuple[Transfer, int, int]] = []
    left = amount_cents
    for spend in rows:
        back = min(left, spend.amount_cents)
        left -= back
        if back:
            plan.append((spend, line_of(session, spend.credit_account_id), back))
    moves: list[tuple[int, Move]] = [(line, (0, back if keep else 0, -back)) for _, line, back in plan]
    move_budgets(session, totals(moves))
    book, spent, kept = Book(session, actor_id, now), [], []
    for spend, line, back in plan:
        caps = caps_of(session, spend)
        gone = book.correct(spend, line, note)
        book.name_caps(gone, caps)
        if spend.amount_cents > back:
            spent.append(book.spend_anew(spend, line, spend.amount_cents - back, caps))
        if keep:
            again = book.add(TransferKind.RESERVE, line, back, **links_of(spend))
            book.name_caps(again, caps)
            kept.append(again)
        else:
            free_caps(session, caps, back)
    return TakenBack(tuple(spent), tuple(kept))


def recover_paid(
    session: Session, *, voucher_id: int, amount_cents: int, key: str, actor_id: str, now: datetime, note: str
) -> list[Transfer]:
    """Book that money which was paid for a voucher came back; the line that paid last has it back first.

    ``key`` names the receipt: booking the same one again returns the earlier transfers. Raises ``NotReserved`` when more would
    come back than is still paid out for this voucher.
    """
    check_amount(amount_cents)
    lines = paid_lines(session, voucher_id)
    session.execute(select(BudgetGuard).where(BudgetGuard.funding_line_id.in_(lines)).with_for_update())
    known = session.scalars(select(Transfer).where(Transfer.key.startswith(f"{key}:")).order_by(Transfer.id)).all()
    if known:
        return list(known)
    out = paid_out(session, voucher_id)
    if sum(cents for _, cents in out.values()) < amount_cents:
        raise NotReserved(amount_cents, sum(cents for _, cents in out.values()))
    plan, left = [], amount_cents
    for line in sorted(out, key=lambda line: -out[line][0].id):
        back = min(left, out[line][1])
        left -= back
        if back:
            plan.append((line, out[line][0], back))
    move_budgets(session, {line: (0, 0, -back) for line, _, back in plan})
    book, booked = Book(session, actor_id, now), []
    for line, payment, back in plan:
        transfer = book.add(TransferKind.RECOVER, line, back, key=f"{key}:{line}", note=note, **links_of(payment))
        caps = caps_of(session, payment)
        book.name_caps(transfer, caps)
        free_caps(session, caps, back)
        booked.append(transfer)
    return booked
