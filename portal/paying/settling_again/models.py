"""The table of new settlements in the place of lower ones."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, new_public_id


@append_only
class SettlingAgain(Base):
    """A decision that replaces a lower settlement by a higher amount. At most one per settlement: after it comes the court."""

    __tablename__ = "resettlement"
    __table_args__ = (
        CheckConstraint("settled_cents > before_cents AND before_cents >= 0", name="only_higher"),
        CheckConstraint(
            "unclaimed_cents >= 0 AND forgiven_cents >= 0 AND repaid_cents >= 0 AND restored_cents >= 0",
            name="parts_not_negative",
        ),
        CheckConstraint(
            "settled_cents - before_cents = unclaimed_cents + forgiven_cents + repaid_cents + restored_cents",
            name="adds_up",
        ),
        CheckConstraint("decision_id <> replaced_decision_id", name="replaces_another"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    settlement_id: Mapped[int] = mapped_column(ForeignKey("settlement.id"), unique=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    replaced_decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    """The decision that it takes the place of."""
    before_cents: Mapped[int] = mapped_column(Cents)
    settled_cents: Mapped[int] = mapped_column(Cents)
    unclaimed_cents: Mapped[int] = mapped_column(Cents)
    """No longer to come back from the holder."""
    forgiven_cents: Mapped[int] = mapped_column(Cents)
    """Was written off before, and turns out not to have been owed."""
    repaid_cents: Mapped[int] = mapped_column(Cents)
    """Had come back from the holder, and is owed to the holder now."""
    restored_cents: Mapped[int] = mapped_column(Cents)
    """On the invoices again from which it was taken, and to be paid."""
    reason: Mapped[str] = mapped_column(Text)
    settled_at: Mapped[datetime]
    settled_by: Mapped[str] = mapped_column(String(80))
    settled_by_name: Mapped[str] = mapped_column(String(100))
