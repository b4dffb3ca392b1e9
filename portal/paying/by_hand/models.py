"""The table of outcomes of payments that take two people: one proposes with a reason or reads it in a file, another confirms."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.paying.payments.models import Payment
from portal.platform.database import Base, choice, new_public_id


class HandOutcome(enum.StrEnum):
    """What the bank did with a payment, as people found out."""

    CARRIED_OUT = "carried_out"
    CAME_BACK = "came_back"
    """It was refused, or the money came back: it is to be paid again."""


class OutcomeByHand(Base):
    """An outcome that one person proposed for a payment, or read in a file of the bank. It counts when another confirmed it."""

    __tablename__ = "outcome_by_hand"
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="reason_given"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> proposed_by", name="second_person"),
        CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL) = (confirmed_by_name IS NULL)",
            name="confirmed_by_someone",
        ),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_someone"),
        CheckConstraint("confirmed_at IS NULL OR withdrawn_at IS NULL", name="confirmed_or_withdrawn"),
        Index(
            "uq_outcome_by_hand_waiting",
            "payment_id",
            unique=True,
            sqlite_where=text("confirmed_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("confirmed_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    outcome: Mapped[HandOutcome] = mapped_column(choice(HandOutcome))
    on: Mapped[date] = mapped_column("on_day", Date)
    """On which day the bank did it."""
    reason: Mapped[str] = mapped_column(Text)
    bank_code: Mapped[str | None] = mapped_column(String(40))
    """The reason as a file of the bank codes it; none when somebody found it out in another way."""
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_by_name: Mapped[str] = mapped_column(String(100))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(80))
    confirmed_by_name: Mapped[str | None] = mapped_column(String(100))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))

    payment: Mapped[Payment] = relationship(lazy="joined")
