"""Acts on the books. Each is guarded in the write itself and books nothing when it is refused.

Locks are taken in one order everywhere: funding lines by id, then caps by key; so that two acts never wait for each other in a
circle. Nothing here commits. Amounts are whole euro cents. ``actor_id`` is a reference such as ``account:12`` or
``system:expiry``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger.booking import Book, NotReserved, booked_under, check_amount, open_reservations
from portal.ledger.closing import open_books
from portal.ledger.guards import (
    BudgetExhausted,
    CapExhausted,
    Move,
    PeriodCap,
    give_back_caps,
    move_budgets,
    totals,
    use_cap,
)
from portal.ledger.models import AccountKind, BudgetGuard, CapUse, LedgerAccount, Transfer, TransferKind
from portal.platform.database import insert_into

__all__ = [
    "BudgetExhausted",
    "CapExhausted",
    "NotReserved",
    "PeriodCap",
    "RedemptionTransfers",
    "Reservation",
    "fund",
    "give_back",
    "open_accounts",
    "pay",
    "redeem",
    "release",
    "reserve",
]


@dataclass(frozen=True)
class Reservation:
    """What is to be reserved on one funding line, for one voucher, with the caps it counts towards."""

    funding_line_id: int
    amount_cents: int
    voucher_id: int | None = None
    scheme_version_id: int | None = None
    caps: tuple[PeriodCap, ...] = ()
    key: str | None = None


@dataclass(frozen=True)
class RedemptionTransfers:
    """The transfers of one redemption: what was spent, and what stays reserved or was released."""

    spent: tuple[Transfer, ...]
    kept: tuple[Transfer, ...]
    released: tuple[Transfer, ...]

    @property
    def spent_cents(self) -> int:
        return sum(transfer.amount_cents for transfer in self.spent)

    @property
    def kept_cents(self) -> int:
        return sum(transfer.amount_cents for transfer in self.kept)


# Budgets ----------------------------------------------------------------------------------------------------------


def open_accounts(session: Session, *, funding_line_id: int) -> None:
    """Open the five accounts and the guard of a funding line. Doing it twice changes nothing."""
    open_books(session)
    insert = insert_into(session)
    for kind in AccountKind:
        session.execute(
            insert(LedgerAccount)
            .values(funding_line_id=funding_line_id, kind=kind)
            .on_conflict_do_nothing(index_elements=["funding_line_id", "kind"])
        )
    session.execute(
        insert(BudgetGuard)
        .values(funding_line_id=funding_line_id, funded_cents=0, reserved_cents=0, spent_cents=0)
        .on_conflict_do_nothing(index_elements=["funding_line_id"])
    )


def fund(
    session: Session,
    *,
    funding_line_id: int,
    amount_cents: int,
    actor_id: str,
    now: datetime,
    key: str | None = None,
    note: str | None = None,
) -> Transfer:
    """Put money into a funding line. With a ``key`` that was booked before, the earlier transfer is returned instead."""
    check_amount(amount_cents)
    if key is not None:
        session.execute(select(BudgetGuard).where(BudgetGuard.funding_line_id == funding_line_id).with_for_update())
        if (known := booked_under(session, key)) is not None:
            return known
    move_budgets(session, {funding_line_id: (amount_cents, 0, 0)})
    book = Book(session, actor_id, now)
    return book.add(TransferKind.FUND, funding_line_id, amount_cents, key=key, note=note)


def give_back(
    session: Session, *, funding_line_id: int, amount_cents: int, actor_id: str, now: datetime, note: str
) -> Transfer:
    """Lower a budget: money goes back to the funder. Raises ``BudgetExhausted`` below what is reserved and spent."""
    check_amount(amount_cents)
    move_budgets(session, {funding_line_id: (-amount_cents, 0, 0)})
    return Book(session, actor_id, now).add(TransferKind.RETURN, funding_line_id, amount_cents, note=note)


# Reservations -----------------------------------------------------------------------------------------------------


def reserve(
    session: Session, *, reservations: Sequence[Reservation], decision_id: int, actor_id: str, now: datetime
) -> list[Transfer]:
    """Reserve several amounts at once, all or none; returns one transfer per reservation, in the order given.

    Raises ``BudgetExhausted`` or ``CapExhausted`` for the first funding line or cap that has too little left.
    """
    budgets: dict[int, int] = defaultdict(int)
    caps: dict[PeriodCap, int] = defaultdict(int)
    for wanted in reservations:
        check_amount(wanted.amount_cents)
        budgets[wanted.funding_line_id] += wanted.amount_cents
        for cap in wanted.caps:
            caps[cap] += wanted.amount_cents
    move_budgets(session, {line: (0, cents, 0) for line, cents in budgets.items()})
    cap_ids = {cap: use_cap(session, cap, caps[cap]) for cap in sorted(caps, key=lambda cap: cap.key)}
    book = Book(session, actor_id, now)
    booked = []
    for wanted in reservations:
        transfer = book.add(
            TransferKind.RESERVE,
            wanted.funding_line_id,
            wanted.amount_cents,
            key=wanted.key,
            voucher_id=wanted.voucher_id,
            decision_id=decision_id,
            scheme_version_id=wanted.scheme_version_id,
        )
        booked.append(transfer)
        session.add_all(CapUse(transfer_id=transfer.id, cap_id=cap_ids[cap]) for cap in wanted.caps)
    session.flush()
    return booked


def release(
    session: Session, *, voucher_id: int, actor_id: str, now: datetime, note: str | None = None
) -> list[Transfer]:
    """Release everything that is still reserved for a voucher (expired, revoked), also in its caps.

    Raises ``NotReserved`` when nothing is open any more.
    """
    held = open_reservations(session, voucher_id)
    if not held:
        raise NotReserved(None, 0)
    move_budgets(session, totals((line, (0, -transfer.amount_cents, 0)) for transfer, line in held))
    give_back_caps(session, [(transfer.id, transfer.amount_cents) for transfer, _ in held])
    book = Book(session, actor_id, now)
    return [book.resolve(TransferKind.RELEASE, transfer, line, note=note) for transfer, line in held]


def redeem(
    session: Session, *, voucher_id: int, amount_cents: int, keep_rest: bool, actor_id: str, now: datetime
) -> RedemptionTransfers:
    """Spend part or all of what is reserved for a voucher; the first reservation is used first.

    A partly used reservation is released in full, the used part reserved anew and spent, and the rest reserved anew when it is
    kept. Without ``keep_rest`` everything left is released. Raises ``NotReserved`` when less than ``amount_cents`` is open.
    """
    check_amount(amount_cents)
    held = open_reservations(session, voucher_id)
    total = sum(transfer.amount_cents for transfer, _ in held)
    if total < amount_cents:
        raise NotReserved(amount_cents, total)
    moves: list[tuple[int, Move]] = []
    freed: list[tuple[int, int]] = []
    plan: list[tuple[Transfer, int, int]] = []
    left = amount_cents
    for transfer, line in held:
        used = min(left, transfer.amount_cents)
        left -= used
        gone = transfer.amount_cents if not keep_rest else used
        moves.append((line, (0, -gone, used)))
        if gone > used:
            freed.append((transfer.id, gone - used))
        plan.append((transfer, line, used))
    move_budgets(session, totals(moves))
    give_back_caps(session, freed)
    book = Book(session, actor_id, now)
    spent, kept, released = [], [], []
    for transfer, line, used in plan:
        rest = transfer.amount_cents - used
        if rest == 0:
            spent.append(book.resolve(TransferKind.SPEND, transfer, line))
        elif used == 0 and keep_rest:
            kept.append(transfer)
        else:
            released.append(book.resolve(TransferKind.RELEASE, transfer, line))
            if used:
                part = book.again(transfer, line, used)
                spent.append(book.resolve(TransferKind.SPEND, part, line))
            if keep_rest:
                kept.append(book.again(transfer, line, rest))
    return RedemptionTransfers(tuple(spent), tuple(kept), tuple(released))


# Payments ---------------------------------------------------------------------------------------------------------


def pay(session: Session, *, spend_id: int, actor_id: str, now: datetime) -> Transfer:
    """Book that a spent amount was paid out: a spend, what another line took over, or a payment that came back before.

    Raises ``NotReserved`` when it left nothing on the account of what is spent, or was paid or taken back before.
    """
    spend = session.get(Transfer, spend_id, with_for_update=True)
    done = session.scalar(select(Transfer.id).where(Transfer.resolves_id == spend_id))
    stands = session.get(LedgerAccount, spend.credit_account_id) if spend is not None and done is None else None
    if spend is None or stands is None or stands.kind is not AccountKind.SPENT:
        raise NotReserved(None, 0)
    return Book(session, actor_id, now).resolve(TransferKind.PAY, spend, stands.funding_line_id)
