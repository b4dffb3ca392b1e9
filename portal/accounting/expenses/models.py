"""The table of expenses outside vouchers."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounting.work_packages.models import WorkPackage
from portal.framework.funding.models import FundingLine
from portal.platform.database import Base, Cents, choice, new_public_id
from portal.post.files.models import StoredFile

LARGEST_CENTS = 10**12


class ExpenseState(enum.StrEnum):
    """Where an expense stands."""

    LAID_DOWN = "laid_down"
    APPROVED = "approved"
    SENT_BACK = "sent_back"


_STANDS = text("state <> 'sent_back' AND reverses_id IS NULL AND reversed_at IS NULL")
_REVERSES = text("state <> 'sent_back' AND reverses_id IS NOT NULL")


class Expense(Base):
    """One invoice that the region pays itself from the money of a funder, or the reversal of one that was wrong.

    What was approved is never changed: only that it was reversed is noted on it.
    """

    __tablename__ = "expense"
    __table_args__ = (
        CheckConstraint("net_cents >= 0 AND vat_cents >= 0", name="amounts_not_negative"),
        CheckConstraint(f"counted_cents > 0 AND counted_cents <= {LARGEST_CENTS}", name="counted_positive"),
        CheckConstraint(
            "counted_cents = net_cents + CASE WHEN vat_deductible THEN 0 ELSE vat_cents END", name="counted_right"
        ),
        CheckConstraint("length(supplier_key) > 0 AND length(number_key) > 0", name="invoice_named"),
        CheckConstraint("(state = 'approved') = (approved_at IS NOT NULL)", name="approved_has_instant"),
        CheckConstraint(
            "(approved_at IS NULL) = (approved_by IS NULL) AND (approved_at IS NULL) = (approved_by_name IS NULL)"
            " AND (approved_at IS NULL) = (booked_on IS NULL) AND (approved_at IS NULL) = (transfer_id IS NULL)",
            name="approved_by_someone_and_booked",
        ),
        CheckConstraint("approved_by IS NULL OR approved_by <> laid_down_by", name="second_person"),
        CheckConstraint("(state = 'sent_back') = (sent_back_at IS NOT NULL)", name="sent_back_has_instant"),
        CheckConstraint(
            "(sent_back_at IS NULL) = (sent_back_by IS NULL) AND (sent_back_at IS NULL) = (sent_back_by_name IS NULL)"
            " AND (sent_back_at IS NULL) = (sent_back_reason IS NULL)",
            name="sent_back_by_someone_for_a_reason",
        ),
        CheckConstraint("(reverses_id IS NULL) = (reversal_reason IS NULL)", name="reversal_has_reason"),
        CheckConstraint("(reverses_id IS NULL) = (file_id IS NOT NULL)", name="expense_has_evidence"),
        CheckConstraint(
            "reversed_at IS NULL OR (state = 'approved' AND reverses_id IS NULL)", name="only_approved_reversed"
        ),
        Index(
            "uq_expense_standing_invoice", "supplier_key", "number_key", unique=True,
            sqlite_where=_STANDS, postgresql_where=_STANDS,
        ),
        Index("uq_expense_reversal", "reverses_id", unique=True, sqlite_where=_REVERSES, postgresql_where=_REVERSES),
        Index("ix_expense_state_booked_on", "state", "booked_on"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    work_package_id: Mapped[int] = mapped_column(ForeignKey("work_package.id"), index=True)
    funding_line_id: Mapped[int] = mapped_column(ForeignKey("funding_line.id"), index=True)
    supplier: Mapped[str] = mapped_column(String(200))
    supplier_key: Mapped[str] = mapped_column(String(200))
    """The name as it is compared: letters and digits, without case."""
    description: Mapped[str] = mapped_column(String(500))
    invoice_number: Mapped[str] = mapped_column(String(60))
    number_key: Mapped[str] = mapped_column(String(60))
    invoice_date: Mapped[date] = mapped_column(Date)
    net_cents: Mapped[int] = mapped_column(Cents)
    """Without VAT."""
    vat_cents: Mapped[int] = mapped_column(Cents)
    vat_deductible: Mapped[bool]
    """Whether the region gets the VAT back (deducted, or from the compensation fund): then only the net counts."""
    counted_cents: Mapped[int] = mapped_column(Cents)
    """What it takes from the funding line; of a reversal: what it gives back (`signed_cents`)."""
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("expense.id"), index=True)
    reversal_reason: Mapped[str | None] = mapped_column(Text)
    state: Mapped[ExpenseState] = mapped_column(choice(ExpenseState), default=ExpenseState.LAID_DOWN)
    laid_down_at: Mapped[datetime]
    laid_down_by: Mapped[str] = mapped_column(String(80))
    laid_down_by_name: Mapped[str] = mapped_column(String(100))
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(String(80))
    approved_by_name: Mapped[str | None] = mapped_column(String(100))
    booked_on: Mapped[date | None] = mapped_column(Date)
    """The day on which it counts: that of its transfer in the books."""
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"), unique=True)
    sent_back_at: Mapped[datetime | None]
    sent_back_by: Mapped[str | None] = mapped_column(String(80))
    sent_back_by_name: Mapped[str | None] = mapped_column(String(100))
    sent_back_reason: Mapped[str | None] = mapped_column(Text)
    reversed_at: Mapped[datetime | None]
    """When a reversal of it was approved."""

    package: Mapped[WorkPackage] = relationship(lazy="joined")
    line: Mapped[FundingLine] = relationship(lazy="joined")
    file: Mapped[StoredFile | None] = relationship(lazy="joined")
    reverses: Mapped[Expense | None] = relationship(remote_side=[id])

    @property
    def signed_cents(self) -> int:
        """What it adds to what was spent, in cents: less than zero for a reversal."""
        return self.counted_cents if self.reverses_id is None else -self.counted_cents
