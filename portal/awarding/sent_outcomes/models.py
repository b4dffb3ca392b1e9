"""The table of what was said when a question was sent. It is written once: it shows what the person saw, whatever came after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, Cents, Json


class SentOutcome(Base):
    """Who would pay what of a question, as the result page said when it was sent. It goes with its question."""

    __tablename__ = "sent_outcome"
    __table_args__ = (CheckConstraint("total_cents >= 0", name="total_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), unique=True)
    kept_at: Mapped[datetime]
    total_cents: Mapped[int] = mapped_column(Cents)
    """What all costs were together."""
    payers: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Cents by who pays: the slug of a scheme, ``pledge.employer``, ``rest.resident``, ``rest.employer``. None without costs."""
    possible: Mapped[list[str]] = mapped_column(Json, default=list)
    """The slugs of the schemes that perhaps could pay too."""
