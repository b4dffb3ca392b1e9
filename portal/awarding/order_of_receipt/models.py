"""Table of places on waiting lists: a place is the turn of an application for the money of one scheme."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.cases.applications.models import Application
from portal.platform.database import Base, Cents, choice, new_public_id


class PlaceState(enum.StrEnum):
    """A place waits, has been offered money, or was left."""

    WAITING = "waiting"
    OFFERED = "offered"
    LEFT = "left"


class WaitingPlace(Base):
    """The place of one application on the waiting list of one scheme. The order is that of complete receipt."""

    __tablename__ = "waiting_place"
    __table_args__ = (
        CheckConstraint("wanted_cents > 0", name="wanted_positive"),
        CheckConstraint("length(agreed_by) > 0", name="agreed_by_someone"),
        CheckConstraint("state <> 'offered' OR offered_at IS NOT NULL", name="offered_has_instant"),
        CheckConstraint("state <> 'waiting' OR offered_at IS NULL", name="waiting_was_not_offered"),
        CheckConstraint("(state = 'left') = (left_at IS NOT NULL)", name="left_has_instant"),
        CheckConstraint("(left_at IS NULL) = (left_by IS NULL)", name="left_by_someone"),
        Index(
            "uq_waiting_place_live",
            "application_id",
            "scheme",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
        Index("ix_waiting_place_scheme_state", "scheme", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    scheme: Mapped[str] = mapped_column(String(80))
    wanted_cents: Mapped[int] = mapped_column(Cents)
    """What the scheme would have paid when the place was taken."""
    state: Mapped[PlaceState] = mapped_column(choice(PlaceState), default=PlaceState.WAITING)
    agreed_on: Mapped[date] = mapped_column(Date)
    """Day on which the applicant agreed in writing to wait: the decision term stands still from then (Awb 4:15, 2, a)."""
    agreed_at: Mapped[datetime]
    agreed_by: Mapped[str] = mapped_column(String(80))
    offered_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    left_by: Mapped[str | None] = mapped_column(String(80))

    application: Mapped[Application] = relationship(viewonly=True)
