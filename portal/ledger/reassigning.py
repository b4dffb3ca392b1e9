"""Late binding: what is reserved for a voucher on one funding line is reserved on another, in one guarded write of both lines."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger.actions import NotReserved, _Book, _check_amount, _links, _open_reservations
from portal.ledger.guards import move_budgets
from portal.ledger.models import AccountKind, CapUse, LedgerAccount, Transfer, TransferKind


def reassign(
    session: Session,
    *,
    voucher_id: int,
    from_line_id: int,
    to_line_id: int,
    amount_cents: int,
    actor_id: str,
    now: datetime,
    note: str,
) -> list[Transfer]:
    """Let another funding line pay an amount that is still reserved for a voucher; returns the REASSIGN transfers.

    Both guards move in one write, in order of id. A REASSIGN transfer settles the reservation and is itself the open
    reservation on the other line, towards the same caps; a CORRECT moves what is available the other way, so that each line
    still adds up. A reservation that goes over in part is released, and reserved anew in
    two parts first. The caller checks earmark and period. Raises ``NotReserved`` when less is open on the line,
    ``BudgetExhausted`` when the other line has too little left.
    """
    _check_amount(amount_cents)
    if from_line_id == to_line_id:
        raise ValueError("a re-assignment is between two funding lines")
    held = [transfer for transfer, line in _open_reservations(session, voucher_id) if line == from_line_id]
    total = sum(transfer.amount_cents for transfer in held)
    if total < amount_cents:
        raise NotReserved(amount_cents, total)
    move_budgets(session, {from_line_id: (0, -amount_cents, 0), to_line_id: (0, amount_cents, 0)})
    target = _account(session, to_line_id, AccountKind.RESERVED)
    book, left, moved = _Book(session, actor_id, now), amount_cents, []
    for transfer in held:
        if left == 0:
            break
        part = transfer
        if transfer.amount_cents > left:
            book.resolve(TransferKind.RELEASE, transfer, from_line_id, note="re-assigned in part")
            book.again(transfer, from_line_id, transfer.amount_cents - left)
            part = book.again(transfer, from_line_id, left)
        left -= part.amount_cents
        moved.append(_move(session, book, part, target, note))
    free = AccountKind.AVAILABLE
    book.between(
        TransferKind.CORRECT, _account(session, to_line_id, free), _account(session, from_line_id, free), amount_cents,
        note="what a re-assignment leaves free", **_links(moved[0]),
    )  # fmt: skip
    return moved


def _account(session: Session, line_id: int, kind: AccountKind) -> int:
    one = select(LedgerAccount.id).where(LedgerAccount.funding_line_id == line_id, LedgerAccount.kind == kind)
    return session.execute(one).scalar_one()


def _move(session: Session, book: _Book, reserved: Transfer, target: int, note: str) -> Transfer:
    transfer = book.between(
        TransferKind.REASSIGN, reserved.credit_account_id, target, reserved.amount_cents, resolves_id=reserved.id,
        note=note[:200], **_links(reserved),
    )  # fmt: skip
    caps = session.scalars(select(CapUse.cap_id).where(CapUse.transfer_id == reserved.id)).all()
    session.add_all(CapUse(transfer_id=transfer.id, cap_id=cap_id) for cap_id in caps)
    session.flush()
    return transfer
