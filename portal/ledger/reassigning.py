"""Late binding: what one funding line holds, spent or paid for a voucher, another line takes over, in one guarded write of both.

A REASSIGN transfer settles the transfer that stands and takes its place on the same account of the other line: a reservation
stays one, a spent amount is still to be paid, a paid amount was paid. A CORRECT moves what is available the other way, so that
each line still adds up to what was funded. Caps do not change. The caller checks earmark and period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from portal.ledger.booking import (
    Book,
    NotReserved,
    account_of,
    caps_named,
    caps_of,
    check_amount,
    line_of,
    links_of,
    open_reservations,
    paid_out,
    standing_spends,
)
from portal.ledger.guards import move_budgets
from portal.ledger.models import AccountKind, BudgetGuard, LedgerAccount, Transfer, TransferKind


@dataclass(frozen=True)
class BetweenLines:
    """An amount that one funding line takes over from another. Raises ``ValueError`` for one line, or not a positive amount."""

    from_line_id: int
    to_line_id: int
    amount_cents: int

    def __post_init__(self) -> None:
        check_amount(self.amount_cents)
        if self.from_line_id == self.to_line_id:
            raise ValueError("a re-assignment is between two funding lines")


@dataclass(frozen=True)
class SpendsMoved:
    """The REASSIGN transfers, and the amount that went over in part: what it was, and the two spends that took its place."""

    moved: tuple[Transfer, ...]
    split: tuple[Transfer, Transfer, Transfer] | None = None


def reassign(
    session: Session, *, voucher_id: int, lines: BetweenLines, actor_id: str, now: datetime, note: str
) -> list[Transfer]:
    """Let another funding line pay an amount that is still reserved for a voucher; returns the REASSIGN transfers.

    Each counts towards the caps of its reservation. A reservation that goes over in part is released, and reserved anew in two
    parts first. Raises ``NotReserved`` when less is open on the line, ``BudgetExhausted`` when the other has too little left.
    """
    giving, wanted = lines.from_line_id, lines.amount_cents
    held = [transfer for transfer, line in open_reservations(session, voucher_id) if line == giving]
    total = sum(transfer.amount_cents for transfer in held)
    if total < wanted:
        raise NotReserved(wanted, total)
    move_budgets(session, {giving: (0, -wanted, 0), lines.to_line_id: (0, wanted, 0)})
    book, left, moved = Book(session, actor_id, now), wanted, []
    for transfer in held:
        if left == 0:
            break
        part = transfer
        if transfer.amount_cents > left:
            book.resolve(TransferKind.RELEASE, transfer, giving, note="re-assigned in part")
            book.again(transfer, giving, transfer.amount_cents - left)
            part = book.again(transfer, giving, left)
        left -= part.amount_cents
        taken = _take_over(book, part, lines.to_line_id, AccountKind.RESERVED, note)
        book.name_caps(taken, caps_named(session, part))
        moved.append(taken)
    _leave_free(book, moved[0], lines)
    return moved


def lock_transfers(session: Session, *, voucher_id: int) -> None:
    """Lock what was booked on a voucher: as in every act, transfers come before the guards of funding lines."""
    rows = select(Transfer.id).where(Transfer.voucher_id == voucher_id).order_by(Transfer.id)
    session.execute(rows.with_for_update()).all()


def standing_on_line(session: Session, *, voucher_id: int, line_id: int, kind: AccountKind) -> list[Transfer]:
    """What a funding line spent (not yet paid) or paid for a voucher: the transfers that nothing settled, oldest first."""
    later = aliased(Transfer)
    rows = select(Transfer).where(
        Transfer.voucher_id == voucher_id,
        Transfer.credit_account_id == account_of(session, line_id, kind),
        ~select(later.id).where(later.resolves_id == Transfer.id).exists(),
    )
    return list(session.scalars(rows.order_by(Transfer.id)))


def reassign_spent(
    session: Session, *, spend_ids: Sequence[int], lines: BetweenLines, actor_id: str, now: datetime, note: str
) -> SpendsMoved:
    """Let another funding line pay an amount that was used and not yet paid; the first of these spent amounts goes first.

    What goes over in part is taken back and spent anew in two parts. Raises ``NotReserved`` when one of them was paid or taken
    back, or they are less than the amount on this line; ``BudgetExhausted`` when the other line has too little left.
    """
    giving, wanted = lines.from_line_id, lines.amount_cents
    spends = standing_spends(session, spend_ids)
    total = sum(one.amount_cents for one in spends)
    if total < wanted or any(line_of(session, one.credit_account_id) != giving for one in spends):
        raise NotReserved(wanted, total)
    move_budgets(session, {giving: (0, 0, -wanted), lines.to_line_id: (0, 0, wanted)})
    book, left, moved, split = Book(session, actor_id, now), wanted, [], None
    for spend in spends:
        if left == 0:
            break
        part = spend
        if spend.amount_cents > left:
            caps = caps_of(session, spend)
            book.name_caps(book.correct(spend, giving, "re-assigned in part"), caps)
            rest = book.spend_anew(spend, giving, spend.amount_cents - left, caps)
            part = book.spend_anew(spend, giving, left, caps)
            split = (spend, rest, part)
        left -= part.amount_cents
        moved.append(_take_over(book, part, lines.to_line_id, AccountKind.SPENT, note))
    _leave_free(book, moved[0], lines)
    return SpendsMoved(tuple(moved), split)


def reassign_paid(
    session: Session, *, payment_id: int, to_line_id: int, actor_id: str, now: datetime, note: str
) -> Transfer:
    """Let another funding line account for a paid amount: in full, so that a payment that comes back finds its way.

    Raises ``NotReserved`` when it is not a payment that stands, or part of it came back already; ``BudgetExhausted`` when the
    other line has too little left.
    """
    payment = session.get(Transfer, payment_id, with_for_update=True)
    done = session.scalar(select(Transfer.id).where(Transfer.resolves_id == payment_id))
    stands = session.get(LedgerAccount, payment.credit_account_id) if payment is not None and done is None else None
    if payment is None or stands is None or stands.kind is not AccountKind.PAID or payment.voucher_id is None:
        raise NotReserved(None, 0)
    line, cents = stands.funding_line_id, payment.amount_cents
    lines = BetweenLines(line, to_line_id, cents)
    guards = select(BudgetGuard.funding_line_id).where(BudgetGuard.funding_line_id.in_((line, to_line_id)))
    session.execute(guards.order_by(BudgetGuard.funding_line_id).with_for_update()).all()
    still = paid_out(session, payment.voucher_id)[line][1]
    if still < cents:
        raise NotReserved(cents, still)
    move_budgets(session, {line: (0, 0, -cents), to_line_id: (0, 0, cents)})
    book = Book(session, actor_id, now)
    moved = _take_over(book, payment, to_line_id, AccountKind.PAID, note)
    _leave_free(book, moved, lines)
    return moved


def _take_over(book: Book, stands: Transfer, line_id: int, kind: AccountKind, note: str) -> Transfer:
    return book.between(
        TransferKind.REASSIGN,
        stands.credit_account_id,
        account_of(book.session, line_id, kind),
        stands.amount_cents,
        resolves_id=stands.id,
        note=note[:200],
        **links_of(stands),
    )


def _leave_free(book: Book, moved: Transfer, lines: BetweenLines) -> None:
    """What the other line had available goes the other way, so that each line still adds up to what was funded."""
    free = AccountKind.AVAILABLE
    book.between(
        TransferKind.CORRECT,
        account_of(book.session, lines.to_line_id, free),
        account_of(book.session, lines.from_line_id, free),
        lines.amount_cents,
        note="what a re-assignment leaves free",
        **links_of(moved),
    )
