"""The tables of what was read from the bank: its files, what it reported of payments, and lines that a person has to look at."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.paying.payments.models import Payment
from portal.paying.statements.camt import BankSays
from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, choice, new_public_id
from portal.platform.sealed_columns import ACCOUNT, PAPERS, SealedText


class WhyUnmatched(enum.StrEnum):
    """Why nothing was booked of a line."""

    WITHOUT_KEY = "without_key"
    """It names no payment."""
    UNKNOWN_KEY = "unknown_key"
    """It names a payment or batch as the desk does, that does not exist."""
    OTHER_AMOUNT = "other_amount"
    """Another amount than the payment."""
    OTHER_TOTAL = "other_total"
    """A whole batch in one amount, and it is another amount: one of its payments was refused, say."""
    WHOLE_CAME_BACK = "whole_came_back"
    """A whole batch came back in one amount."""
    UNDONE = "undone"
    """A return is undone: the money left again after all."""
    DOES_NOT_FIT = "does_not_fit"
    """The payment does not stand where this can happen."""
    OTHER_ACCOUNT = "other_account"
    """The payment was made from another account of the desk."""
    INCOMING = "incoming"
    """Money that came in and may be of a recovery, or is expected."""
    OTHER_FILE = "other_file"
    """A status report on a file that the desk did not make."""
    OTHER_BATCH = "other_batch"
    """A status report that names the payment in another batch than it is in."""
    NOT_SENT = "not_sent"
    """A status report on a batch whose file was not given out."""
    UNKNOWN_STATUS = "unknown_status"
    """A status report with a code that the desk does not know."""


@append_only
class BankStatement(Base):
    """A statement (camt.053) or status report (pain.002) of the bank that was read, by its hash, with what it brought."""

    __tablename__ = "bank_statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    executed: Mapped[int]
    returned: Mapped[int]
    known: Mapped[int]
    strange: Mapped[list[str]]
    """What the lines are called that do not fit; each is an `UnmatchedLine` that a person looks at."""
    read_at: Mapped[datetime]
    read_by: Mapped[str] = mapped_column(String(80))


@append_only
class ReportedState(Base):
    """What the bank reported of a payment at one moment: a state at the bank, not in the books."""

    __tablename__ = "reported_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("bank_statement.id"), index=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    code: Mapped[str] = mapped_column(String(10))
    """The status of ISO 20022."""
    reason: Mapped[str] = mapped_column(String(40))
    """The code of the reason; empty without one."""
    said_on: Mapped[date] = mapped_column(Date)


class UnmatchedLine(Base):
    """A line of a file of the bank of which nothing was booked: a person looks at it, and writes down what was done with it."""

    __tablename__ = "unmatched_line"
    __table_args__ = (
        CheckConstraint("cents >= 0", name="amount_not_negative"),
        CheckConstraint(
            "(handled_at IS NULL) = (handled_by IS NULL) AND (handled_at IS NULL) = (handled_note IS NULL)",
            name="handled_by_someone_with_note",
        ),
        CheckConstraint("receipt_id IS NULL OR handled_at IS NOT NULL", name="receipt_is_handled"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    statement_id: Mapped[int] = mapped_column(ForeignKey("bank_statement.id"), index=True)
    place: Mapped[int]
    """Which line of the statement it is."""
    booked_on: Mapped[date] = mapped_column(Date)
    cents: Mapped[int] = mapped_column(Cents)
    says: Mapped[BankSays] = mapped_column(choice(BankSays))
    why: Mapped[WhyUnmatched] = mapped_column(choice(WhyUnmatched))
    key: Mapped[str | None] = mapped_column(String(80))
    """The payment or batch that it names."""
    said: Mapped[str | None] = mapped_column(SealedText(None, PAPERS, findable=True))
    """What else stood with it, in the words of the bank or of who paid."""
    from_account: Mapped[str | None] = mapped_column(SealedText(34, ACCOUNT, findable=True))
    """Of money that came in: from which account."""
    bank_reference: Mapped[str | None] = mapped_column(String(80))
    """Of money that came in: what the bank calls it."""
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("payment_batch.id"), index=True)
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[str | None] = mapped_column(String(80))
    handled_note: Mapped[str | None] = mapped_column(Text)
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("recovery_entry.id"), unique=True)
    """The receipt of a recovery as which a person booked it."""

    payment: Mapped[Payment | None] = relationship(lazy="joined")

    @property
    def called(self) -> str:
        """What it is called in a list: what it names, or its day and amount."""
        return self.key or f"{self.booked_on.isoformat()} {self.cents // 100}.{self.cents % 100:02d}"
