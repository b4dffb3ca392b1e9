"""Booking that an ended voucher gets back a part of what was released or came back of it, by a new decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from portal.ledger.actions import Reservation, reserve
from portal.ledger.booking import NotReserved, check_amount
from portal.ledger.guards import PeriodCap
from portal.ledger.models import AccountKind, CapGuard, CapUse, LedgerAccount, Transfer, TransferKind

_HOLDING = (AccountKind.RESERVED, AccountKind.SPENT, AccountKind.PAID)


def reserve_again(
    session: Session,
    *,
    voucher_id: int,
    amount_cents: int,
    awarded: Mapping[int, int],
    decision_id: int,
    actor_id: str,
    now: datetime,
) -> list[Transfer]:
    """Reserve an amount anew on the lines of an award, towards the caps it counted towards before.

    `awarded` says what each funding line pays of the award, in cents. A line that was spent from goes first, and none gets more
    than its part. Raises ``BudgetExhausted`` or ``CapExhausted`` when the money or the room went to somebody else meanwhile;
    ``NotReserved`` when the award itself has less.
    """
    check_amount(amount_cents)
    room, order = _room(session, voucher_id, awarded)
    caps, version = _caps(session, voucher_id), _scheme_version(session, voucher_id)
    wanted, left = [], amount_cents
    for line in order:
        part = min(left, max(0, room[line]))
        left -= part
        if part:
            wanted.append(Reservation(line, part, voucher_id, version, caps))
    if left:
        raise NotReserved(amount_cents, amount_cents - left)
    return reserve(session, reservations=wanted, decision_id=decision_id, actor_id=actor_id, now=now)


def _room(session: Session, voucher_id: int, awarded: Mapping[int, int]) -> tuple[dict[int, int], list[int]]:
    """Per funding line what it pays of the award less what it holds for it; and the lines, those spent from first."""
    source, target = aliased(LedgerAccount), aliased(LedgerAccount)
    rows = (
        select(Transfer, source, target)
        .join(source, source.id == Transfer.debit_account_id)
        .join(target, target.id == Transfer.credit_account_id)
        .where(Transfer.voucher_id == voucher_id)
        .order_by(Transfer.id)
    )
    room, spent = dict(awarded), dict[int, None]()
    for transfer, taken, given in session.execute(rows):
        moved = transfer.kind is TransferKind.REASSIGN
        for account, sign in ((taken, 1), (given, -1)):
            if account.kind in _HOLDING and not moved:
                room[account.funding_line_id] = room.get(account.funding_line_id, 0) + sign * transfer.amount_cents
        if moved:
            room.setdefault(given.funding_line_id, 0)
        if transfer.kind is TransferKind.SPEND:
            spent[given.funding_line_id] = None
    return room, [*spent, *sorted({*room} - {*spent})]


def _caps(session: Session, voucher_id: int) -> tuple[PeriodCap, ...]:
    rows = (
        select(CapGuard)
        .join(CapUse, CapUse.cap_id == CapGuard.id)
        .join(Transfer, Transfer.id == CapUse.transfer_id)
        .where(Transfer.voucher_id == voucher_id)
        .order_by(CapGuard.id)
        .distinct()
    )
    return tuple(
        PeriodCap(one.scheme, one.holder_key, one.period_key, one.limit_cents) for one in session.scalars(rows)
    )


def _scheme_version(session: Session, voucher_id: int) -> int | None:
    rows = select(Transfer.scheme_version_id).where(Transfer.voucher_id == voucher_id).order_by(Transfer.id)
    return session.scalar(rows.limit(1))
