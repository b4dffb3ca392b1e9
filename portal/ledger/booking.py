"""The base of the books: write transfers, and find those that stand. The acts of the ledger are made of it, one module each.

Whoever looks for what stands here locks first and reads then: transfers by id, before the guards of funding lines.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, func, select
from sqlalchemy.orm import Session

from portal.ledger.closing import first_open_day, late_note
from portal.ledger.models import (
    LARGEST_CENTS,
    ROUTES,
    AccountKind,
    CapUse,
    LedgerAccount,
    Transfer,
    TransferKind,
)
from portal.platform.among import among
from portal.platform.clock import local_date
from portal.platform.errors import Conflict
from portal.platform.i18n import lazy_gettext


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


def check_amount(amount_cents: int) -> None:
    """Raises ``ValueError`` for anything that is not a whole, positive number of euro cents."""
    if isinstance(amount_cents, bool) or not isinstance(amount_cents, int) or not 0 < amount_cents <= LARGEST_CENTS:
        raise ValueError("an amount is a whole, positive number of euro cents")


# Writing ---------------------------------------------------------------------------------------------------------------


_LEDGER_ACCOUNT = cast(Table, LedgerAccount.__table__)
_ACCOUNTS = select(_LEDGER_ACCOUNT.c.kind, _LEDGER_ACCOUNT.c.id).where(
    _LEDGER_ACCOUNT.c.funding_line_id == bindparam("line")
)


_DAY = "books_for_day"


@contextmanager
def booked_for(session: Session, day: date) -> Iterator[None]:
    """Book on a day that is over: that of something that happened before it came into these books. Only a takeover does this.

    The instant of the booking stays that of the act; a day that was closed is not opened for it.
    """
    session.info[_DAY] = day
    try:
        yield
    finally:
        del session.info[_DAY]


class Book:
    """Writes transfers for one actor at one instant. It guards nothing: the act moves the guards first.

    Everything is booked on the day of that instant (or of `booked_for`), or on the first open day when that day was closed.
    """

    def __init__(self, session: Session, actor_id: str, now: datetime) -> None:
        self.session, self.actor_id, self.now = session, actor_id, now
        self.accounts: dict[int, dict[AccountKind, int]] = {}
        self._booked_on: date | None = None

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
        day: date = self.session.info.get(_DAY) or local_date(self.now)
        if self._booked_on is None:
            self._booked_on = first_open_day(self.session, on=day)
        if self._booked_on != day:
            links["note"] = late_note(links.get("note"), day)
        transfer = Transfer(
            key=key or secrets.token_hex(16),
            kind=kind,
            debit_account_id=debit_id,
            credit_account_id=credit_id,
            amount_cents=amount_cents,
            booked_on=self._booked_on,
            at=self.now,
            actor_id=self.actor_id,
            **links,
        )
        self.session.add(transfer)
        self.session.flush()
        return transfer

    def resolve(self, kind: TransferKind, earlier: Transfer, line: int, note: str | None = None) -> Transfer:
        """Settle an earlier transfer in full."""
        return self.add(kind, line, earlier.amount_cents, resolves_id=earlier.id, note=note, **links_of(earlier))

    def again(self, earlier: Transfer, line: int, amount_cents: int) -> Transfer:
        """Reserve part of a released reservation anew, towards the same caps."""
        transfer = self.add(TransferKind.RESERVE, line, amount_cents, **links_of(earlier))
        self.name_caps(transfer, caps_named(self.session, earlier))
        return transfer

    def correct(self, spend: Transfer, line: int, note: str) -> Transfer:
        """From spent back to available, in full. A correction has no route of its own, so its accounts are named here."""
        return self.between(
            TransferKind.CORRECT,
            spend.credit_account_id,
            account_of(self.session, line, AccountKind.AVAILABLE),
            spend.amount_cents,
            resolves_id=spend.id,
            note=note,
            **links_of(spend),
        )

    def spend_anew(self, spend: Transfer, line: int, amount_cents: int, caps: Sequence[int]) -> Transfer:
        """Spend (part of) an amount that was just taken back, towards the same caps."""
        part = self.add(TransferKind.RESERVE, line, amount_cents, **links_of(spend))
        self.name_caps(part, caps)
        return self.resolve(TransferKind.SPEND, part, line)

    def name_caps(self, transfer: Transfer, cap_ids: Sequence[int]) -> None:
        """Write towards which caps a transfer counts. The use of the caps themselves does not change."""
        self.session.add_all(CapUse(transfer_id=transfer.id, cap_id=cap_id) for cap_id in cap_ids)
        self.session.flush()


def links_of(transfer: Transfer) -> dict[str, Any]:
    """What a transfer is about, to be written on the one that follows it: voucher, decision and scheme version."""
    return {
        "voucher_id": transfer.voucher_id,
        "decision_id": transfer.decision_id,
        "scheme_version_id": transfer.scheme_version_id,
    }


# Finding ---------------------------------------------------------------------------------------------------------------


def booked_under(session: Session, key: str) -> Transfer | None:
    """The transfer that was booked with this key; None when none was."""
    return session.scalars(select(Transfer).where(Transfer.key == key)).one_or_none()


def account_of(session: Session, line_id: int, kind: AccountKind) -> int:
    """The id of an account of a funding line."""
    one = select(LedgerAccount.id).where(LedgerAccount.funding_line_id == line_id, LedgerAccount.kind == kind)
    return session.execute(one).scalar_one()


def line_of(session: Session, account_id: int) -> int:
    """The id of the funding line of an account."""
    return session.execute(select(LedgerAccount.funding_line_id).where(LedgerAccount.id == account_id)).scalar_one()


def open_reservations(session: Session, voucher_id: int) -> list[tuple[Transfer, int]]:
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


def standing_spends(session: Session, spend_ids: Sequence[int]) -> list[Transfer]:
    """These spent amounts, oldest first, locked. Raises ``NotReserved`` when one was paid, taken back or never spent."""
    rows = select(Transfer).where(among(Transfer.id, spend_ids)).order_by(Transfer.id).with_for_update(of=Transfer)
    found = list(session.scalars(rows))
    spent = select(Transfer.id).join(LedgerAccount, LedgerAccount.id == Transfer.credit_account_id)
    spent = spent.where(among(Transfer.id, spend_ids), LedgerAccount.kind == AccountKind.SPENT)
    ended = session.scalars(select(Transfer.id).where(among(Transfer.resolves_id, spend_ids))).all()
    if ended or len(session.scalars(spent).all()) != len(set(spend_ids)):
        raise NotReserved(None, 0)
    return found


def paid_lines(session: Session, voucher_id: int) -> list[int]:
    """The ids of the funding lines that ever paid something for a voucher, in order."""
    rows = (
        select(LedgerAccount.funding_line_id)
        .join(Transfer, Transfer.credit_account_id == LedgerAccount.id)
        .where(Transfer.voucher_id == voucher_id, LedgerAccount.kind == AccountKind.PAID)
        .distinct()
    )
    return sorted(session.scalars(rows))


def paid_out(session: Session, voucher_id: int) -> dict[int, tuple[Transfer, int]]:
    """Per funding line the last payment for a voucher, and what is still paid out, in cents."""
    found: dict[int, tuple[Transfer, int]] = {}
    for line in paid_lines(session, voucher_id):
        paid = account_of(session, line, AccountKind.PAID)
        signed = case((Transfer.credit_account_id == paid, Transfer.amount_cents), else_=-Transfer.amount_cents)
        touched = (Transfer.credit_account_id == paid) | (Transfer.debit_account_id == paid)
        cents = session.scalar(select(func.sum(signed)).where(touched, Transfer.voucher_id == voucher_id)) or 0
        last = select(Transfer).where(Transfer.credit_account_id == paid, Transfer.voucher_id == voucher_id)
        payment = session.scalars(last.order_by(Transfer.id.desc()).limit(1)).one()
        found[line] = (payment, int(cents))
    return found


def caps_named(session: Session, transfer: Transfer) -> list[int]:
    """The ids of the caps that a transfer itself counts towards."""
    return list(session.scalars(select(CapUse.cap_id).where(CapUse.transfer_id == transfer.id).order_by(CapUse.cap_id)))


def caps_of(session: Session, transfer: Transfer) -> list[int]:
    """The ids of the caps that the reservation at the beginning of a spend or payment counts towards."""
    step: Transfer | None = transfer
    while step is not None:
        caps = caps_named(session, step)
        if caps or step.resolves_id is None:
            return caps
        step = session.get(Transfer, step.resolves_id)
    return []
