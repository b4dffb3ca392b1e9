"""The table of further decisions that one person prepared for another. Nothing is reserved, booked or sent by one."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Cents, Json, choice, new_public_id

_WAITING = text("state = 'waiting'")


class FurtherKind(enum.StrEnum):
    """What is to be decided."""

    SETTLED = "settled"
    SUPPLEMENTED = "supplemented"
    REVISED = "revised"


class FurtherState(enum.StrEnum):
    """Where it stands."""

    WAITING = "waiting"
    DECIDED = "decided"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"


class FurtherPreparation(Base):
    """What one person prepared for another to decide on a voucher or on a whole question, as it was then."""

    __tablename__ = "further_preparation"
    __table_args__ = (
        CheckConstraint("length(rationale) > 0", name="rationale_given"),
        CheckConstraint("(kind = 'revised') = (proposal_id IS NOT NULL)", name="revision_rests_on_proposal"),
        CheckConstraint("(kind = 'revised') = (voucher_id IS NULL)", name="others_are_about_a_voucher"),
        CheckConstraint("(kind = 'revised') = (amount_cents IS NULL)", name="others_have_an_amount"),
        CheckConstraint("amount_cents IS NULL OR amount_cents >= 0", name="amount_not_negative"),
        CheckConstraint("(state = 'waiting') = (closed_at IS NULL)", name="closed_has_instant"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_someone"),
        CheckConstraint("(state = 'decided') = (decision_id IS NOT NULL)", name="decided_has_decision"),
        CheckConstraint("state <> 'decided' OR closed_by <> prepared_by", name="four_eyes"),
        CheckConstraint("(state = 'sent_back') = (sent_back_reason IS NOT NULL)", name="sent_back_for_a_reason"),
        Index("uq_further_preparation_waiting", "question_id", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id"), index=True)
    kind: Mapped[FurtherKind] = mapped_column(choice(FurtherKind))
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    amount_cents: Mapped[int | None] = mapped_column(Cents)
    """At which amount to settle, or how much more to award."""
    ground: Mapped[str] = mapped_column(String(40))
    """Why it is settled at that amount, or on whose facts a refusal in a revision rests; empty for a supplement."""
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    """Of a supplement: `line` and `funding_line`. Of a revision: `rejections`."""
    rationale: Mapped[str] = mapped_column(Text)
    state: Mapped[FurtherState] = mapped_column(choice(FurtherState), default=FurtherState.WAITING)
    prepared_at: Mapped[datetime]
    prepared_by: Mapped[str] = mapped_column(String(80))
    prepared_by_name: Mapped[str] = mapped_column(String(100))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(80))
    sent_back_reason: Mapped[str | None] = mapped_column(Text)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
