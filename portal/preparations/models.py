"""The table of prepared decisions. Nothing is reserved or sent by one: it waits for a second person."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Json, choice, new_public_id

_WAITING = text("state = 'waiting'")


class PreparationState(enum.StrEnum):
    """Where a prepared decision stands."""

    WAITING = "waiting"
    DECIDED = "decided"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"


class Preparation(Base):
    """What one person prepared for another to decide: the mix and the reasons, as they were then."""

    __tablename__ = "preparation"
    __table_args__ = (
        CheckConstraint("length(rationale) > 0", name="rationale_given"),
        CheckConstraint("(state = 'waiting') = (closed_at IS NULL)", name="closed_has_instant"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_someone"),
        CheckConstraint("(state = 'decided') = (decision_id IS NOT NULL)", name="decided_has_decision"),
        CheckConstraint("state <> 'decided' OR closed_by <> prepared_by", name="four_eyes"),
        CheckConstraint("(state = 'sent_back') = (sent_back_reason IS NOT NULL)", name="sent_back_for_a_reason"),
        Index("uq_preparation_waiting", "question_id", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id"), index=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    shares: Mapped[list[Any] | None] = mapped_column(Json)
    """The advisor's own mix; None: the proposal as it is."""
    rationale: Mapped[str] = mapped_column(Text)
    rejections: Mapped[dict[str, Any]] = mapped_column(Json)
    ground: Mapped[str] = mapped_column(String(40))
    """On whose facts a refusal in it rests (`portal.hearings`)."""
    state: Mapped[PreparationState] = mapped_column(choice(PreparationState), default=PreparationState.WAITING)
    prepared_at: Mapped[datetime]
    prepared_by: Mapped[str] = mapped_column(String(80))
    prepared_by_name: Mapped[str] = mapped_column(String(100))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(80))
    sent_back_reason: Mapped[str | None] = mapped_column(Text)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
