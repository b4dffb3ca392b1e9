"""Table of what was entered in the central register of de-minimis aid."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, new_public_id


@append_only
class RegisterEntry(Base):
    """One time that a person entered an award in the register, or corrected it there. The last one says what the register has."""

    __tablename__ = "register_entry"
    __table_args__ = (
        CheckConstraint("amount_cents >= 0", name="amount_not_negative"),
        CheckConstraint("length(reference) > 0", name="reference_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    amount_cents: Mapped[int] = mapped_column(Cents)
    """What the award came to then; nothing when it was taken back."""
    sector: Mapped[str] = mapped_column(String(10))
    """The sector of the beneficiary, by its NACE code."""
    reference: Mapped[str] = mapped_column(String(80))
    """What the register calls it."""
    entered_at: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_by_name: Mapped[str] = mapped_column(String(100))
