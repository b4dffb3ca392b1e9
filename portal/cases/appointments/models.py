"""The table of people who want to be called back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, new_public_id

_OPEN = text("answered_at IS NULL")


class CallBack(Base):
    """Somebody asked to be called back, and perhaps was. One that is open per question; what is noted is for staff only."""

    __tablename__ = "call_back"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered_by_someone"),
        CheckConstraint("note IS NULL OR length(note) > 0", name="note_has_words"),
        Index("uq_call_back_open", "question_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), index=True)
    note: Mapped[str | None] = mapped_column(String(200))
    """About what, or when it suits."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(80))
    answered_at: Mapped[datetime | None]
    """When somebody of the desk called."""
    answered_by: Mapped[str | None] = mapped_column(String(80))
