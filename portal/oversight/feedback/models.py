"""The table of what people say of the desk: one answer per question and subject. It goes with its question."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice


class FeedbackSubject(enum.StrEnum):
    """About what something is said."""

    OUTCOME = "outcome"
    """Who pays what, as the desk computed it."""
    TREATMENT = "treatment"
    """How the desk helped."""
    DECISION = "decision"
    """The decision and its letter."""


class FeedbackAnswer(enum.StrEnum):
    """Whether it was right."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Feedback(Base):
    """What who asked says about one subject. Another answer takes the place of the first."""

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("question_id", "subject"),
        CheckConstraint("given_by <> ''", name="given_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), index=True)
    subject: Mapped[FeedbackSubject] = mapped_column(choice(FeedbackSubject, "subject"))
    answer: Mapped[FeedbackAnswer] = mapped_column(choice(FeedbackAnswer, "answer"))
    given_at: Mapped[datetime] = mapped_column(index=True)
    given_by: Mapped[str] = mapped_column(String(80))
