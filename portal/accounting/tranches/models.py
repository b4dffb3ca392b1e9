"""Tables of the money of funders: what was promised, the parts in which it comes, and what was received of each."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.framework.funding.models import Agreement
from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, choice, new_public_id

LIVE_RECEIPT = text("state <> 'withdrawn' AND state <> 'undone'")
COUNTED = text("state = 'received'")


class TrancheState(enum.StrEnum):
    """Where a tranche stands."""

    EXPECTED = "expected"
    CALLED = "called"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    DROPPED = "dropped"


class ReceiptState(enum.StrEnum):
    """Whether what somebody wrote down counts."""

    WAITING = "waiting"
    """One person wrote it down; another one has to confirm it."""
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"
    """It was no money of this tranche after all: two people said so, and it counts no longer."""


@append_only
class FunderPromise(Base):
    """How much a funder promised under an agreement, from a day on. The last one counts; earlier ones are kept."""

    __tablename__ = "funder_promise"
    __table_args__ = (
        CheckConstraint("promised_cents > 0", name="promised_positive"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    promised_cents: Mapped[int] = mapped_column(Cents)
    promised_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    """Where it stands, or why it changed."""
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(80))


class Tranche(Base):
    """A part of the money of a funder: how much, expected by which day, and when the region called for it."""

    __tablename__ = "tranche"
    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(
            "(called_on IS NULL) = (called_at IS NULL) AND (called_on IS NULL) = (called_by IS NULL)",
            name="called_by_someone",
        ),
        CheckConstraint(
            "(dropped_at IS NULL) = (dropped_by IS NULL) AND (dropped_at IS NULL) = (drop_reason IS NULL)",
            name="dropped_by_someone_for_a_reason",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    amount_cents: Mapped[int] = mapped_column(Cents)
    expected_on: Mapped[date] = mapped_column(Date)
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(80))
    called_on: Mapped[date | None] = mapped_column(Date)
    called_at: Mapped[datetime | None]
    called_by: Mapped[str | None] = mapped_column(String(80))
    dropped_at: Mapped[datetime | None]
    dropped_by: Mapped[str | None] = mapped_column(String(80))
    drop_reason: Mapped[str | None] = mapped_column(Text)

    agreement: Mapped[Agreement] = relationship(lazy="joined")
    receipts: Mapped[list[TrancheReceipt]] = relationship(
        back_populates="tranche", order_by="TrancheReceipt.id", lazy="selectin"
    )

    def received_cents(self, until: date | None = None) -> int:
        """What was received of it, up to and including a day; what waits for a second person does not count."""
        return sum(
            one.amount_cents
            for one in self.receipts
            if one.state is ReceiptState.RECEIVED and (until is None or one.received_on <= until)
        )

    @property
    def waiting_cents(self) -> int:
        """What one person wrote down and nobody confirmed yet."""
        return sum(one.amount_cents for one in self.receipts if one.state is ReceiptState.WAITING)

    @property
    def open_cents(self) -> int:
        """What is still to come; nothing of a tranche that was dropped."""
        return 0 if self.dropped_at is not None else self.amount_cents - self.received_cents()

    @property
    def state(self) -> TrancheState:
        """Where it stands."""
        received = self.received_cents()
        if received >= self.amount_cents:
            return TrancheState.RECEIVED
        if self.dropped_at is not None:
            return TrancheState.DROPPED
        if received:
            return TrancheState.PARTLY_RECEIVED
        return TrancheState.EXPECTED if self.called_on is None else TrancheState.CALLED


class TrancheReceipt(Base):
    """Money of a tranche that came in: a line of the bank that a person matched, or written down by hand by two people."""

    __tablename__ = "tranche_receipt"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("length(reference) > 0", name="reference_given"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_by_someone"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_someone"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_instant"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> recorded_by", name="second_person"),
        CheckConstraint(
            "(state = 'received' OR state = 'undone') = (line_id IS NOT NULL OR confirmed_at IS NOT NULL)",
            name="seen_at_the_bank_or_by_two",
        ),
        CheckConstraint(
            "(undo_asked_at IS NULL) = (undo_asked_by IS NULL) AND (undo_asked_at IS NULL) = (undo_asked_by_name IS NULL)"
            " AND (undo_asked_at IS NULL) = (undo_reason IS NULL)",
            name="undo_asked_by_someone_for_a_reason",
        ),
        CheckConstraint(
            "undo_asked_at IS NULL OR state = 'received' OR state = 'undone'", name="only_what_counts_is_undone"
        ),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone_by_someone"),
        CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name="undone_has_instant"),
        CheckConstraint("undone_at IS NULL OR undo_asked_at IS NOT NULL", name="undone_after_it_was_asked"),
        CheckConstraint("undone_by IS NULL OR undone_by <> undo_asked_by", name="undone_by_a_second_person"),
        CheckConstraint("line_id IS NULL OR confirmed_at IS NULL", name="from_the_bank_or_by_hand"),
        Index(
            "uq_tranche_receipt_reference",
            "tranche_id",
            "reference",
            "received_on",
            unique=True,
            sqlite_where=LIVE_RECEIPT,
            postgresql_where=LIVE_RECEIPT,
        ),
        Index("uq_tranche_receipt_line", "line_id", unique=True, sqlite_where=COUNTED, postgresql_where=COUNTED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    tranche_id: Mapped[int] = mapped_column(ForeignKey("tranche.id"), index=True)
    state: Mapped[ReceiptState] = mapped_column(choice(ReceiptState))
    amount_cents: Mapped[int] = mapped_column(Cents)
    received_on: Mapped[date] = mapped_column(Date, index=True)
    reference: Mapped[str] = mapped_column(String(80))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("unmatched_line.id"), index=True)
    """The line of the bank; none when it was written down by hand. Once undone another receipt can be of the same line."""
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_by_name: Mapped[str] = mapped_column(String(100))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(80))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))
    undo_asked_at: Mapped[datetime | None]
    undo_asked_by: Mapped[str | None] = mapped_column(String(80))
    undo_asked_by_name: Mapped[str | None] = mapped_column(String(100))
    undo_reason: Mapped[str | None] = mapped_column(Text)
    """Why it is no money of this tranche."""
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(80))

    tranche: Mapped[Tranche] = relationship(back_populates="receipts")
