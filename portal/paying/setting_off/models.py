"""The table of what was set off."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, choice, new_public_id


class SetOffGround(enum.StrEnum):
    """What allows the desk to set off. Without such a rule it may not (Awb 4:93, first paragraph)."""

    SAME_ACTIVITIES = "same_activities"
    """A subsidy to the same recipient for the same activities and another time (Awb 4:57, third paragraph)."""
    REGULATION = "regulation"
    """A rule of the scheme, that is named."""
    PRIVATE_LAW = "private_law"
    """A claim on a provider and a bill of that same provider: two debts of private law (BW 6:127)."""


@append_only
class SetOff(Base):
    """One claim, or a part of it, taken off one bill that was to be paid. On a holder it is a decision."""

    __tablename__ = "set_off"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("(ground = 'regulation') = (article IS NOT NULL)", name="regulation_named"),
        CheckConstraint("(ground = 'private_law') = (decision_id IS NULL)", name="decided_on_a_holder"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    recovery_id: Mapped[int] = mapped_column(ForeignKey("recovery.id"), index=True)
    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"), index=True)
    """The bill that was to be paid."""
    entry_id: Mapped[int] = mapped_column(ForeignKey("recovery_entry.id"), unique=True)
    """What came back of the claim by it."""
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), unique=True)
    amount_cents: Mapped[int] = mapped_column(Cents)
    ground: Mapped[SetOffGround] = mapped_column(choice(SetOffGround))
    article: Mapped[str | None] = mapped_column(String(200))
    """The rule of the scheme that allows it."""
    reason: Mapped[str] = mapped_column(Text)
    set_off_at: Mapped[datetime]
    set_off_by: Mapped[str] = mapped_column(String(80))
    set_off_by_name: Mapped[str] = mapped_column(String(100))


@append_only
class SetOffUndone(Base):
    """A founded objection against setting off: the bill is to be paid for that part, and the claim is open again for it."""

    __tablename__ = "set_off_undone"
    __table_args__ = (CheckConstraint("length(reason) > 0", name="reason_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    set_off_id: Mapped[int] = mapped_column(ForeignKey("set_off.id"), unique=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("recovery_entry.id"), unique=True)
    """What is to come back again by it."""
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    pay_by: Mapped[date] = mapped_column(Date)
    """The new last day to pay back."""
    reason: Mapped[str] = mapped_column(Text)
    undone_at: Mapped[datetime]
    undone_by: Mapped[str] = mapped_column(String(80))
    undone_by_name: Mapped[str] = mapped_column(String(100))
