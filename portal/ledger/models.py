"""Tables of the ledger: accounts, append-only transfers, and the two guards that the writes go through."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, choice

LARGEST_CENTS = 10**13


class AccountKind(enum.Enum):
    """The five accounts of a funding line, in the order in which money passes them."""

    FUNDER = "funder"
    AVAILABLE = "available"
    RESERVED = "reserved"
    SPENT = "spent"
    PAID = "paid"


class TransferKind(enum.Enum):
    """What a transfer means. See ``ROUTES`` for the accounts between which each may go."""

    FUND = "fund"
    RESERVE = "reserve"
    RELEASE = "release"
    SPEND = "spend"
    PAY = "pay"
    RECOVER = "recover"
    RETURN = "return"
    REASSIGN = "reassign"
    CORRECT = "correct"
    EXPENSE = "expense"
    """What the region paid itself, outside vouchers: nothing was reserved for it, and no payment follows."""


#: From which account to which a kind goes. A correction may go anywhere; a re-assignment has a rule of its own.
ROUTES: dict[TransferKind, tuple[AccountKind, AccountKind]] = {
    TransferKind.FUND: (AccountKind.FUNDER, AccountKind.AVAILABLE),
    TransferKind.RETURN: (AccountKind.AVAILABLE, AccountKind.FUNDER),
    TransferKind.RESERVE: (AccountKind.AVAILABLE, AccountKind.RESERVED),
    TransferKind.RELEASE: (AccountKind.RESERVED, AccountKind.AVAILABLE),
    TransferKind.SPEND: (AccountKind.RESERVED, AccountKind.SPENT),
    TransferKind.PAY: (AccountKind.SPENT, AccountKind.PAID),
    TransferKind.RECOVER: (AccountKind.PAID, AccountKind.AVAILABLE),
    TransferKind.EXPENSE: (AccountKind.AVAILABLE, AccountKind.PAID),
}

#: A re-assignment goes between two funding lines, from the account where the money stands to the same one of the other line.
REASSIGNABLE = (AccountKind.RESERVED, AccountKind.SPENT, AccountKind.PAID)

#: Kinds that settle one earlier transfer, and may do so once.
RESOLVING = (TransferKind.RELEASE, TransferKind.SPEND, TransferKind.PAY, TransferKind.REASSIGN)

_RESOLVING_SQL = ", ".join(f"'{kind.value}'" for kind in RESOLVING)


class LedgerAccount(Base):
    """One account of one funding line. Its balance is the sum of what came in minus what went out."""

    __tablename__ = "ledger_account"
    __table_args__ = (UniqueConstraint("funding_line_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    funding_line_id: Mapped[int]
    kind: Mapped[AccountKind] = mapped_column(choice(AccountKind))


@append_only
class Transfer(Base):
    """Money that moved, in one row, so that an unbalanced booking cannot be written. Never changed, never removed."""

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint(f"amount_cents > 0 AND amount_cents <= {LARGEST_CENTS}", name="amount_positive"),
        CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
        CheckConstraint(
            f"(kind IN ({_RESOLVING_SQL})) = (resolves_id IS NOT NULL) OR kind = 'correct'", name="resolves_fits_kind"
        ),
        CheckConstraint("kind <> 'reserve' OR decision_id IS NOT NULL", name="reserve_has_decision"),
        CheckConstraint("actor_id <> ''", name="has_actor"),
        CheckConstraint(
            "kind NOT IN ('correct', 'return', 'recover') OR note IS NOT NULL", name="correction_has_reason"
        ),
        CheckConstraint(
            "kind <> 'expense' OR (voucher_id IS NULL AND decision_id IS NULL AND note IS NOT NULL)",
            name="expense_stands_alone",
        ),
        Index("uq_transfer_resolves_id", "resolves_id", unique=True),
        Index("ix_transfer_between", "debit_account_id", "credit_account_id", "amount_cents"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[TransferKind] = mapped_column(choice(TransferKind))
    debit_account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"))
    credit_account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), index=True)
    amount_cents: Mapped[int] = mapped_column(Cents)
    resolves_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"))
    booked_on: Mapped[date] = mapped_column(index=True)
    at: Mapped[datetime]
    actor_id: Mapped[str] = mapped_column(String(80))
    voucher_id: Mapped[int | None] = mapped_column(index=True)
    decision_id: Mapped[int | None] = mapped_column(index=True)
    scheme_version_id: Mapped[int | None] = mapped_column(index=True)
    note: Mapped[str | None] = mapped_column(String(200))


class BudgetGuard(Base):
    """The guard of one funding line: what the write checks. The truth is the sum over the transfers."""

    __tablename__ = "budget_guard"
    __table_args__ = (
        CheckConstraint("funded_cents >= 0", name="funded_not_negative"),
        CheckConstraint("reserved_cents >= 0", name="reserved_not_negative"),
        CheckConstraint("spent_cents >= 0", name="spent_not_negative"),
        CheckConstraint("reserved_cents + spent_cents <= funded_cents", name="within_budget"),
    )

    funding_line_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    funded_cents: Mapped[int] = mapped_column(Cents, default=0)
    reserved_cents: Mapped[int] = mapped_column(Cents, default=0)
    spent_cents: Mapped[int] = mapped_column(Cents, default=0)


class CapGuard(Base):
    """The guard of one cap with a period: scheme (or group of schemes), holder and period, with its limit and use."""

    __tablename__ = "cap_guard"
    __table_args__ = (
        UniqueConstraint("scheme", "holder_key", "period_key"),
        CheckConstraint("used_cents >= 0", name="used_not_negative"),
        CheckConstraint("used_cents <= limit_cents", name="within_cap"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme: Mapped[str] = mapped_column(String(80))
    holder_key: Mapped[str] = mapped_column(String(80))
    period_key: Mapped[str] = mapped_column(String(40))
    limit_cents: Mapped[int] = mapped_column(Cents)
    used_cents: Mapped[int] = mapped_column(Cents, default=0)


@append_only
class CapUse(Base):
    """Which caps a reservation counts towards. Its release gives the same caps back; what is spent stays counted."""

    __tablename__ = "cap_use"

    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), primary_key=True)
    cap_id: Mapped[int] = mapped_column(ForeignKey("cap_guard.id"), primary_key=True, index=True)


class ClosedBooks(Base):
    """Until which day the books are closed, in one row. Whoever books shares its lock, whoever closes has it alone.

    The row is there as soon as there are accounts. The truth is the last `BooksClosing`.
    """

    __tablename__ = "closed_books"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    closed_until: Mapped[date | None]


@append_only
class BooksClosing(Base):
    """The books were closed up to and including a day, after the transfer with this number. They never open again."""

    __tablename__ = "books_closing"
    __table_args__ = (
        CheckConstraint("last_transfer_id >= 0", name="transfer_known"),
        CheckConstraint("actor_id <> ''", name="has_actor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    closed_until: Mapped[date] = mapped_column(unique=True)
    last_transfer_id: Mapped[int]
    """0 when nothing was booked yet. What has a higher number was booked later."""
    at: Mapped[datetime]
    actor_id: Mapped[str] = mapped_column(String(80))
