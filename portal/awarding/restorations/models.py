"""The table of what comes back on a voucher by a decision on an objection."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, Cents, choice, new_public_id

_WAITING = text("state = 'waiting'")


class RestorationState(enum.StrEnum):
    """Where it stands: it waits for money, came back, or ended because the voucher ended for another reason meanwhile."""

    WAITING = "waiting"
    GIVEN = "given"
    ENDED = "ended"


class Restoration(Base):
    """A decision took (a part of) a voucher, the objection was founded, and so many cents come back on it."""

    __tablename__ = "restoration"
    __table_args__ = (
        CheckConstraint("amount_cents >= 0", name="amount_not_negative"),
        CheckConstraint("decision_id <> replaced_decision_id", name="replaces_another"),
        CheckConstraint("(state = 'given') = (given_at IS NOT NULL)", name="given_has_instant"),
        CheckConstraint("(given_at IS NULL) = (valid_until IS NULL)", name="given_has_last_day"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_has_instant"),
        CheckConstraint("length(decided_by) > 0", name="decided_by_someone"),
        Index("uq_restoration_waiting", "voucher_id", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_restoration_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    """The decision by which it comes back."""
    replaced_decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    """The decision that took it, and that it comes in the place of."""
    amount_cents: Mapped[int] = mapped_column(Cents)
    """What comes back, in cents; 0 when the voucher was only to end sooner, and had not ended yet."""
    state: Mapped[RestorationState] = mapped_column(choice(RestorationState), default=RestorationState.WAITING)
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(80))
    given_at: Mapped[datetime | None]
    valid_until: Mapped[date | None] = mapped_column(Date)
    """The last day of the voucher as it came back."""
    ended_at: Mapped[datetime | None]
