"""The table of shares that another body decides on."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, Cents, choice, new_public_id


class ShareOutcome(enum.StrEnum):
    """What the other body decided."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"


class Sequel(enum.StrEnum):
    """What was done here about a share that was refused or only partly granted."""

    KEPT = "kept"
    """The award here stays as it is; the rest is for who owes the costs."""
    DECIDED_AGAIN = "revised"
    """A new decision came in its place."""


class ShareElsewhere(Base):
    """A share in the mix of a decision that another body decides on."""

    __tablename__ = "awaited_share"
    __table_args__ = (
        UniqueConstraint("decision_id", "scheme"),
        CheckConstraint("expected_cents > 0", name="amount_positive"),
        CheckConstraint("(outcome IS NULL) = (granted_cents IS NULL)", name="outcome_has_amount"),
        CheckConstraint("(outcome IS NULL) = (outcome_on IS NULL)", name="outcome_has_day"),
        CheckConstraint("(outcome IS NULL) = (outcome_by IS NULL)", name="outcome_of_somebody"),
        CheckConstraint("(outcome IS NULL) = (recorded_at IS NULL)", name="outcome_has_instant"),
        CheckConstraint("(recorded_at IS NULL) = (recorded_by IS NULL)", name="outcome_recorded_by_someone"),
        CheckConstraint("outcome <> 'refused' OR granted_cents = 0", name="refused_is_nothing"),
        CheckConstraint(
            "outcome <> 'partly' OR (granted_cents > 0 AND granted_cents < expected_cents)", name="partly_is_less"
        ),
        CheckConstraint("outcome <> 'granted' OR granted_cents >= expected_cents", name="granted_is_all"),
        Index("ix_awaited_share_outcome_sequel", "outcome", "sequel"),
        CheckConstraint("sequel IS NULL OR outcome IN ('partly', 'refused')", name="sequel_of_less"),
        CheckConstraint(
            "(sequel IS NULL) = (sequel_at IS NULL) AND (sequel IS NULL) = (sequel_by IS NULL)",
            name="sequel_by_someone",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    scheme: Mapped[str] = mapped_column(String(80))
    expected_cents: Mapped[int] = mapped_column(Cents)
    outcome: Mapped[ShareOutcome | None] = mapped_column(choice(ShareOutcome))
    granted_cents: Mapped[int | None] = mapped_column(Cents)
    outcome_by: Mapped[str | None] = mapped_column(String(200))
    """Which body decided."""
    outcome_on: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[datetime | None]
    recorded_by: Mapped[str | None] = mapped_column(String(80))
    sequel: Mapped[Sequel | None] = mapped_column(choice(Sequel))
    sequel_at: Mapped[datetime | None]
    sequel_by: Mapped[str | None] = mapped_column(String(80))
