"""Acts on the books. Each is guarded in the write itself and books nothing when it is refused.

Locks are taken in one order everywhere: funding lines by id, then caps by key; so that two acts never wait for each other in a
circle. Nothing here commits. Amounts are whole euro cents. ``actor_id`` is a reference such as ``account:12`` or
``system:expiry``.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

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
from portal.ledger.models import (
    LARGEST_CENTS,
    ROUTES,
    AccountKind,
    BudgetGuard,
    CapUse,
    LedgerAccount,
    Transfer,
    TransferKind,
)
from portal.platform.clock import local_date
from portal.platform.database import insert_into
from portal.platform.errors import Conflict
from portal.platform.i18n import lazy_gettext

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


class NotReserved(Conflict):
    """There is no open reservation for this, or less than was asked: it was spent or released before."""

    def __init__(self, asked_cents: int | None, reserved_cents: int) -> None:
        super().__init__(
            "not_reserved",
            lazy_gettext("Voor dit bedrag is niet genoeg geld meer gereserveerd."),
            params={"asked_cents": asked_cents, "reserved_cents": reserved_cents},
        )
        self.asked_cents = asked_cents
        self.reserved_cents = reserved_cents


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
    _check_amount(amount_cents)
    if key is not None:
        session.execute(select(BudgetGuard).where(BudgetGuard.funding_line_id == funding_line_id).with_for_update())
        if (known := _booked(session, key)) is not None:
            return known
    move_budgets(session, {funding_line_id: (amount_cents, 0, 0)})
    book = _Book(session, actor_id, now)
    return book.add(TransferKind.FUND, funding_line_id, amount_cents, key=key, note=note)


def give_back(
    session: Session, *, funding_line_id: int, amount_cents: int, actor_id: str, now: datetime, note: str
) -> Transfer:
    """Lower a budget: money goes back to the funder. Raises ``BudgetExhausted`` below what is reserved and spent."""
    _check_amount(amount_cents)
    move_budgets(session, {funding_line_id: (-amount_cents, 0, 0)})
    return _Book(session, actor_id, now).add(TransferKind.RETURN, funding_line_id, amount_cents, note=note)


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
        _check_amount(wanted.amount_cents)
        budgets[wanted.funding_line_id] += wanted.amount_cents
        for cap in wanted.caps:
            caps[cap] += wanted.amount_cents
    move_budgets(session, {line: (0, cents, 0) for line, cents in budgets.items()})
    cap_ids = {cap: use_cap(session, cap, caps[cap]) for cap in sorted(caps, key=lambda cap: cap.key)}
    book = _Book(session, actor_id, now)
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
    held = _open_reservations(session, voucher_id)
    if not held:
        raise NotReserved(None, 0)
    move_budgets(session, totals((line, (0, -transfer.amount_cents, 0)) for transfer, line in held))
    give_back_caps(session, [(transfer.id, transfer.amount_cents) for transfer, _ in held])
    book = _Book(session, actor_id, now)
    return [book.resolve(TransferKind.RELEASE, transfer, line, note=note) for transfer, line in held]


def redeem(
    session: Session, *, voucher_id: int, amount_cents: int, keep_rest: bool, actor_id: str, now: datetime
) -> RedemptionTransfers:
    """Spend part or all of what is reserved for a voucher; the first reservation is used first.

    A partly used reservation is released in full, the used part reserved anew and spent, and the rest reserved anew when it is
    kept. Without ``keep_rest`` everything left is released. Raises ``NotReserved`` when less than ``amount_cents`` is open.
    """
    _check_amount(amount_cents)
    held = _open_reservations(session, voucher_id)
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
    book = _Book(session, actor_id, now)
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
    return _Book(session, actor_id, now).resolve(TransferKind.PAY, spend, stands.funding_line_id)


# Booking ----------------------------------------------------------------------------------------------------------


_LEDGER_ACCOUNT = cast(Table, LedgerAccount.__table__)
_ACCOUNTS = select(_LEDGER_ACCOUNT.c.kind, _LEDGER_ACCOUNT.c.id).where(
    _LEDGER_ACCOUNT.c.funding_line_id == bindparam("line")
)


class _Book:
    """Writes transfers for one actor at one instant."""

    def __init__(self, session: Session, actor_id: str, now: datetime) -> None:
        self.session, self.actor_id, self.now = session, actor_id, now
        self.accounts: dict[int, dict[AccountKind, int]] = {}

    def add(
        self, kind: TransferKind, line: int, amount_cents: int, *, key: str | None = None, **links: Any
    ) -> Transfer:
        """Book an amount along the route of its kind, within one funding line."""
        if line not in self.accounts:
            rows = self.session.execute(_ACCOUNTS, {"line": line})
            self.accounts[line] = {row.kind: row.id for row in rows}
        source, target = ROUTES[kind]
        mine = self.accounts[line]
        return self.between(kind, mine[source], mine[target], amount_cents, key=key, **links)

    def between(
        self,
        kind: TransferKind,
        debit_id: int,
        credit_id: int,
        amount_cents: int,
        *,
        key: str | None = None,
        **links: Any,
    ) -> Transfer:
        """Book an amount between two accounts that are named."""
        transfer = Transfer(
            key=key or secrets.token_hex(16),
            kind=kind,
            debit_account_id=debit_id,
            credit_account_id=credit_id,
            amount_cents=amount_cents,
            booked_on=local_date(self.now),
            at=self.now,
            actor_id=self.actor_id,
            **links,
        )
        self.session.add(transfer)
        self.session.flush()
        return transfer

    def resolve(self, kind: TransferKind, earlier: Transfer, line: int, note: str | None = None) -> Transfer:
        """Settle an earlier transfer in full."""
        return self.add(kind, line, earlier.amount_cents, resolves_id=earlier.id, note=note, **_links(earlier))

    def again(self, earlier: Transfer, line: int, amount_cents: int) -> Transfer:
        """Reserve part of a released reservation anew, towards the same caps."""
        transfer = self.add(TransferKind.RESERVE, line, amount_cents, **_links(earlier))
        caps = self.session.scalars(select(CapUse.cap_id).where(CapUse.transfer_id == earlier.id)).all()
        self.session.add_all(CapUse(transfer_id=transfer.id, cap_id=cap_id) for cap_id in caps)
        self.session.flush()
        return transfer


def _links(transfer: Transfer) -> dict[str, Any]:
    return {
        "voucher_id": transfer.voucher_id,
        "decision_id": transfer.decision_id,
        "scheme_version_id": transfer.scheme_version_id,
    }


def _open_reservations(session: Session, voucher_id: int) -> list[tuple[Transfer, int]]:
    """The open reservations (also re-assigned) of a voucher with their lines, oldest first; locked first, then read."""
    held = select(LedgerAccount.id).where(LedgerAccount.kind == AccountKind.RESERVED)
    mine = (Transfer.voucher_id == voucher_id, Transfer.credit_account_id.in_(held))
    session.execute(select(Transfer.id).where(*mine).order_by(Transfer.id).with_for_update()).all()
    later = select(Transfer.resolves_id).where(Transfer.resolves_id.is_not(None))
    rows = session.execute(
        select(Transfer, LedgerAccount.funding_line_id)
        .join(LedgerAccount, LedgerAccount.id == Transfer.credit_account_id)
        .where(*mine, Transfer.id.not_in(later.where(Transfer.voucher_id == voucher_id)))
        .order_by(Transfer.id)
    ).all()
    return [(row[0], row[1]) for row in rows]


def account_of(session: Session, line_id: int, kind: AccountKind) -> int:
    """The id of an account of a funding line."""
    one = select(LedgerAccount.id).where(LedgerAccount.funding_line_id == line_id, LedgerAccount.kind == kind)
    return session.execute(one).scalar_one()


def _line_of(session: Session, account_id: int) -> int:
    return session.execute(select(LedgerAccount.funding_line_id).where(LedgerAccount.id == account_id)).scalar_one()


def _booked(session: Session, key: str) -> Transfer | None:
    return session.scalars(select(Transfer).where(Transfer.key == key)).one_or_none()


def _check_amount(amount_cents: int) -> None:
    if isinstance(amount_cents, bool) or not isinstance(amount_cents, int) or not 0 < amount_cents <= LARGEST_CENTS:
        raise ValueError("an amount is a whole, positive number of euro cents")
