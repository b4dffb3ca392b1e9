"""Table of the cases that went from one team to another, with the reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base


class TeamMove(Base):
    """A case that somebody gave to another team. That it went along with an advisor stands in the audit log alone."""

    __tablename__ = "team_move"
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="reason_given"),
        CheckConstraint("from_team_id IS NULL OR from_team_id <> to_team_id", name="to_another_team"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), index=True)
    from_team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    to_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    by_name: Mapped[str] = mapped_column(String(100))
