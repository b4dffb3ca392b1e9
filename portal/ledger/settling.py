"""Acts on what was reserved, spent or paid already: free a part, take a spend back, and book what came back.

Caps: a CORRECT or RECOVER that names the caps of its reservation takes its amount off their use again, so that room which was
not used in the end can be given to somebody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from portal.ledger.actions import (
    NotReserved,
    _Book,
    _check_amount,
    _line_of,
    _links,
    _open_reservations,
    account_of,
)
from portal.ledger.guards import Move, give_back_caps, move_budgets, totals
from portal.ledger.models import AccountKind, BudgetGuard, CapGuard, CapUse, LedgerAccount, Transfer, TransferKind


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
    _check_amount(amount_cents)
    held = _open_reservations(session, voucher_id)
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
    book = _Book(session, actor_id, now)
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
    _check_amount(amount_cents)
    rows = _standing_spends(session, spend_ids)[::-1]
    total = sum(spend.amount_cents for spend in rows)
    if total < amount_cents:
        raise NotReserved(amount_cents, total)
    plan: list[tuple[Transfer, int, int]] = []
    left = amount_cents
    for spend in rows:
        back = min(left, spend.amount_cents)
        left -= back
        if back:
            plan.append((spend, _line_of(session, spend.credit_account_id), back))
    moves: list[tuple[int, Move]] = [(line, (0, back if keep else 0, -back)) for _, line, back in plan]
    move_budgets(session, totals(moves))
    book, spent, kept = _Book(session, actor_id, now), [], []
    for spend, line, back in plan:
        caps = _caps_of(session, spend)
        gone = _correct(book, session, spend, line, note)
        _name_caps(session, gone, caps)
        if spend.amount_cents > back:
            spent.append(_spend_anew(book, session, spend, line, spend.amount_cents - back, caps))
        if keep:
            again = book.add(TransferKind.RESERVE, line, back, **_links(spend))
            _name_caps(session, again, caps)
            kept.append(again)
        else:
            _free_caps(session, caps, back)
    return TakenBack(tuple(spent), tuple(kept))


def _standing_spends(session: Session, spend_ids: Sequence[int]) -> list[Transfer]:
    """These spent amounts, oldest first, locked. Raises ``NotReserved`` when one was paid, taken back or never spent."""
    rows = select(Transfer).where(Transfer.id.in_(list(spend_ids))).order_by(Transfer.id).with_for_update(of=Transfer)
    found = list(session.scalars(rows))
    spent = select(Transfer.id).join(LedgerAccount, LedgerAccount.id == Transfer.credit_account_id)
    spent = spent.where(Transfer.id.in_(list(spend_ids)), LedgerAccount.kind == AccountKind.SPENT)
    ended = session.scalars(select(Transfer.id).where(Transfer.resolves_id.in_(list(spend_ids)))).all()
    if ended or len(session.scalars(spent).all()) != len(set(spend_ids)):
        raise NotReserved(None, 0)
    return found


def _spend_anew(book: _Book, session: Session, spend: Transfer, line: int, cents: int, caps: Sequence[int]) -> Transfer:
    """Spend (part of) an amount that was just taken back, towards the same caps."""
    part = book.add(TransferKind.RESERVE, line, cents, **_links(spend))
    _name_caps(session, part, caps)
    return book.resolve(TransferKind.SPEND, part, line)


def _correct(book: _Book, session: Session, spend: Transfer, line: int, note: str) -> Transfer:
    """From spent back to available, in full. A correction has no route of its own, so its accounts are named here."""
    return book.between(
        TransferKind.CORRECT,
        spend.credit_account_id,
        account_of(session, line, AccountKind.AVAILABLE),
        spend.amount_cents,
        resolves_id=spend.id,
        note=note,
        **_links(spend),
    )


def recover_paid(
    session: Session, *, voucher_id: int, amount_cents: int, key: str, actor_id: str, now: datetime, note: str
) -> list[Transfer]:
    """Book that money which was paid for a voucher came back; the line that paid last has it back first.

    ``key`` names the receipt: booking the same one again returns the earlier transfers. Raises ``NotReserved`` when more would
    come back than is still paid out for this voucher.
    """
    _check_amount(amount_cents)
    lines = _paid_lines(session, voucher_id)
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
    book, booked = _Book(session, actor_id, now), []
    for line, payment, back in plan:
        transfer = book.add(TransferKind.RECOVER, line, back, key=f"{key}:{line}", note=note, **_links(payment))
        caps = _caps_of(session, payment)
        _name_caps(session, transfer, caps)
        _free_caps(session, caps, back)
        booked.append(transfer)
    return booked


def _paid_lines(session: Session, voucher_id: int) -> list[int]:
    rows = (
        select(LedgerAccount.funding_line_id)
        .join(Transfer, Transfer.credit_account_id == LedgerAccount.id)
        .where(Transfer.voucher_id == voucher_id, LedgerAccount.kind == AccountKind.PAID)
        .distinct()
    )
    return sorted(session.scalars(rows))


def paid_out(session: Session, voucher_id: int) -> dict[int, tuple[Transfer, int]]:
    """Per funding line the last payment, and what is still paid out, in cents."""
    found: dict[int, tuple[Transfer, int]] = {}
    for line in _paid_lines(session, voucher_id):
        paid = account_of(session, line, AccountKind.PAID)
        signed = case((Transfer.credit_account_id == paid, Transfer.amount_cents), else_=-Transfer.amount_cents)
        touched = (Transfer.credit_account_id == paid) | (Transfer.debit_account_id == paid)
        cents = session.scalar(select(func.sum(signed)).where(touched, Transfer.voucher_id == voucher_id)) or 0
        last = select(Transfer).where(Transfer.credit_account_id == paid, Transfer.voucher_id == voucher_id)
        payment = session.scalars(last.order_by(Transfer.id.desc()).limit(1)).one()
        found[line] = (payment, int(cents))
    return found


# Caps ------------------------------------------------------------------------------------------------------------------


def _caps_of(session: Session, transfer: Transfer) -> list[int]:
    """The caps that the reservation at the beginning of a spend or payment counts towards."""
    step: Transfer | None = transfer
    while step is not None:
        caps = list(session.scalars(select(CapUse.cap_id).where(CapUse.transfer_id == step.id).order_by(CapUse.cap_id)))
        if caps or step.resolves_id is None:
            return caps
        step = session.get(Transfer, step.resolves_id)
    return []


def _name_caps(session: Session, transfer: Transfer, cap_ids: Sequence[int]) -> None:
    session.add_all(CapUse(transfer_id=transfer.id, cap_id=cap_id) for cap_id in cap_ids)
    session.flush()


def _free_caps(session: Session, cap_ids: Sequence[int], amount_cents: int) -> None:
    ordered = select(CapGuard.id).where(CapGuard.id.in_(list(cap_ids)))
    ordered = ordered.order_by(CapGuard.scheme, CapGuard.holder_key, CapGuard.period_key)
    for cap_id in session.scalars(ordered).all() if cap_ids else ():
        session.execute(
            update(CapGuard)
            .where(CapGuard.id == cap_id)
            .values(used_cents=CapGuard.used_cents - amount_cents)
            .execution_options(synchronize_session=False)
        )
