"""Table of pledges: one per question, from what was expected to what the employer confirmed."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, Cents, Json, choice, new_public_id
from portal.platform.sealed_columns import NAME, SealedText


class PledgeState(enum.StrEnum):
    """Where a pledge stands: expected (the asker said so), asked (the employer has a link), given, or declined."""

    EXPECTED = "expected"
    ASKED = "asked"
    GIVEN = "given"
    DECLINED = "declined"


class PledgeKind(enum.StrEnum):
    """Fixed: paid anyway. Up to: only as far as needed."""

    FIXED = "fixed"
    UP_TO = "up_to"


class Pledge(Base):
    """The employer's contribution to one question."""

    __tablename__ = "pledge"
    __table_args__ = (
        CheckConstraint("(kind IS NULL) = (amount_cents IS NULL)", name="kind_with_amount"),
        CheckConstraint("amount_cents IS NULL OR amount_cents > 0", name="amount_positive"),
        CheckConstraint("state NOT IN ('expected', 'given') OR amount_cents IS NOT NULL", name="amount_when_promised"),
        CheckConstraint("state <> 'asked' OR asked_at IS NOT NULL", name="asked_has_instant"),
        CheckConstraint("(asked_at IS NULL) = (asked_by IS NULL)", name="asked_by_someone"),
        CheckConstraint("asked_at IS NULL OR employer_email IS NOT NULL", name="asked_has_address"),
        CheckConstraint("(state = 'given') = (given_at IS NOT NULL)", name="given_has_instant"),
        CheckConstraint("(given_at IS NULL) = (given_by_name IS NULL)", name="given_by_someone"),
        CheckConstraint("(state = 'declined') = (declined_at IS NOT NULL)", name="declined_has_instant"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), unique=True)
    state: Mapped[PledgeState] = mapped_column(choice(PledgeState))
    kind: Mapped[PledgeKind | None] = mapped_column(choice(PledgeKind))
    amount_cents: Mapped[int | None] = mapped_column(Cents)
    categories: Mapped[list[str] | None] = mapped_column(Json)
    """Cost categories the money is for; None means all."""
    employer_name: Mapped[str | None] = mapped_column(String(200))
    employer_email: Mapped[str | None] = mapped_column(String(254))
    asked_at: Mapped[datetime | None]
    asked_by: Mapped[str | None] = mapped_column(String(80))
    asked_times: Mapped[int] = mapped_column(default=0)
    given_at: Mapped[datetime | None]
    given_by_name: Mapped[str | None] = mapped_column(SealedText(100, NAME))
    given_by_function: Mapped[str | None] = mapped_column(String(100))
    declined_at: Mapped[datetime | None]
    declined_by_name: Mapped[str | None] = mapped_column(SealedText(100, NAME))

    @property
    def counts(self) -> bool:
        """Whether the money may be counted on for an award: only what the employer itself gave."""
        return self.state is PledgeState.GIVEN
