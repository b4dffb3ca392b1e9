"""Tables of invoices and paid bills, and of whether the holder says that the training started and ended."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.platform.database import Base, Cents, choice, new_public_id
from portal.platform.sealed_columns import ACCOUNT, NAME, SealedText
from portal.post.files.models import StoredFile
from portal.spending.providers.models import Provider
from portal.spending.vouchers.models import Redemption, Voucher


class InvoiceKind(enum.StrEnum):
    """Who is paid: an invoice pays the provider, a paid bill pays back the holder who paid the provider."""

    INVOICE = "invoice"
    PAID_BILL = "receipt"


class InvoiceState(enum.StrEnum):
    """Where an invoice stands."""

    SUBMITTED = "submitted"
    CHECKED = "checked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CREDITED = "credited"


WAITING = (InvoiceState.SUBMITTED, InvoiceState.CHECKED)
"""States in which a person has not decided yet."""

_LIVE = text("state <> 'refused'")


class Invoice(Base):
    """One invoice (or paid bill) for one voucher, with its file, what the checks found and what a person decided."""

    __tablename__ = "invoice"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("amount_cents <= total_cents", name="amount_within_total"),
        CheckConstraint("length(number) > 0", name="number_given"),
        CheckConstraint("(kind = 'receipt') = (payee_iban IS NOT NULL)", name="receipt_has_iban"),
        CheckConstraint("(payee_iban IS NULL) = (payee_name IS NULL)", name="payee_has_name"),
        CheckConstraint("(state = 'submitted') = (checked_at IS NULL)", name="checked_has_instant"),
        CheckConstraint("(state IN ('accepted', 'credited')) = (accepted_at IS NOT NULL)", name="accepted_has_instant"),
        CheckConstraint(
            "(accepted_at IS NULL) = (accepted_by IS NULL) AND (accepted_at IS NULL) = (redemption_id IS NULL)",
            name="accepted_by_someone_and_redeemed",
        ),
        CheckConstraint("(state = 'refused') = (refused_at IS NOT NULL)", name="refused_has_instant"),
        CheckConstraint(
            "(refused_at IS NULL) = (refused_by IS NULL) AND (refused_at IS NULL) = (refused_reason IS NULL)",
            name="refused_by_someone_for_a_reason",
        ),
        CheckConstraint("(state = 'credited') = (credited_at IS NOT NULL)", name="credited_has_instant"),
        Index(
            "uq_invoice_live_number", "provider_id", "number_key", "voucher_id", unique=True,
            sqlite_where=_LIVE, postgresql_where=_LIVE,
        ),
        Index("ix_invoice_state_submitted_at", "state", "submitted_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    kind: Mapped[InvoiceKind] = mapped_column(choice(InvoiceKind), default=InvoiceKind.INVOICE)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    number: Mapped[str] = mapped_column(String(60))
    number_key: Mapped[str] = mapped_column(String(60))
    """The number without spaces and case, so that the same invoice is not taken for another."""
    invoice_date: Mapped[date] = mapped_column(Date)
    learner_name: Mapped[str] = mapped_column(SealedText(100, NAME))
    """The name on the invoice, as the sender typed it. Compared with the application; cleared with the case."""
    total_cents: Mapped[int] = mapped_column(Cents)
    amount_cents: Mapped[int] = mapped_column(Cents)
    """What this voucher pays of it."""
    payee_name: Mapped[str | None] = mapped_column(SealedText(70, NAME))
    payee_iban: Mapped[str | None] = mapped_column(SealedText(34, ACCOUNT, findable=True), index=True)
    state: Mapped[InvoiceState] = mapped_column(choice(InvoiceState), default=InvoiceState.SUBMITTED)
    findings: Mapped[list[str]]
    """Codes of what the checks found at the last look (`portal.spending.invoices.queries.Finding`)."""
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[str] = mapped_column(String(80))
    checked_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[str | None] = mapped_column(String(80))
    accepted_note: Mapped[str | None] = mapped_column(Text)
    """Why it was accepted although a check found something."""
    redemption_id: Mapped[int | None] = mapped_column(ForeignKey("redemption.id"), unique=True)
    refused_at: Mapped[datetime | None]
    refused_by: Mapped[str | None] = mapped_column(String(80))
    refused_reason: Mapped[str | None] = mapped_column(Text)
    credited_at: Mapped[datetime | None]

    voucher: Mapped[Voucher] = relationship(lazy="joined")
    provider: Mapped[Provider] = relationship(lazy="joined")
    file: Mapped[StoredFile] = relationship(lazy="joined")
    redemption: Mapped[Redemption | None] = relationship()

    @property
    def is_waiting(self) -> bool:
        """Whether a person still has to decide."""
        return self.state in WAITING


class EndKind(enum.StrEnum):
    """How a training ended."""

    COMPLETED = "completed"
    STOPPED = "stopped"


class Attendance(Base):
    """What the holder says of the training of one voucher: that it started, that it ended, that the own share was paid."""

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint(
            "(started_on IS NULL) = (start_confirmed_at IS NULL) AND (started_on IS NULL) = (start_confirmed_by IS NULL)",
            name="start_confirmed",
        ),
        CheckConstraint(
            "(ended_on IS NULL) = (end_confirmed_at IS NULL) AND (ended_on IS NULL) = (end_confirmed_by IS NULL)",
            name="end_confirmed",
        ),
        CheckConstraint("(ended_on IS NULL) = (ended_how IS NULL)", name="ended_somehow"),
        CheckConstraint(
            "ended_on IS NULL OR started_on IS NOT NULL AND ended_on >= started_on", name="ends_after_start"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), unique=True)
    started_on: Mapped[date | None] = mapped_column(Date)
    start_confirmed_at: Mapped[datetime | None]
    start_confirmed_by: Mapped[str | None] = mapped_column(String(80))
    ended_on: Mapped[date | None] = mapped_column(Date, index=True)
    ended_how: Mapped[EndKind | None] = mapped_column(choice(EndKind))
    end_confirmed_at: Mapped[datetime | None]
    end_confirmed_by: Mapped[str | None] = mapped_column(String(80))
    own_share_paid: Mapped[bool | None]
    """Whether the holder says that the own share was paid; empty when not asked or not known."""
