"""The table of re-assignments: why another funding line pays. The money itself moves in the ledger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents


@append_only
class Reassignment(Base):
    """An amount of a voucher that another funding line pays from now on."""

    __tablename__ = "reassignment"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("from_line_id <> to_line_id", name="two_lines"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    from_line_id: Mapped[int] = mapped_column(ForeignKey("funding_line.id"), index=True)
    to_line_id: Mapped[int] = mapped_column(ForeignKey("funding_line.id"), index=True)
    amount_cents: Mapped[int] = mapped_column(Cents)
    reason: Mapped[str] = mapped_column(Text)
    reassigned_at: Mapped[datetime]
    reassigned_by: Mapped[str] = mapped_column(String(80))
