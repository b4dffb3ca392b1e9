"""The table of who proved again who they are: of each question the last time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base


class OwnProof(Base):
    """Who asked wants to prove who they are: the code that was sent for it, and in which session it was proved.

    The code goes to the address or number that is known. One row for each question: who asks anew begins anew.
    """

    __tablename__ = "own_proof"
    __table_args__ = (
        CheckConstraint("(code_hash IS NULL) = (code_until IS NULL)", name="code_ends"),
        CheckConstraint("(proved_in IS NULL) = (proved_at IS NULL)", name="proved_in_and_at"),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), unique=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_in: Mapped[str | None] = mapped_column(String(64))
    """The hash of the session in which the code works. None: a letter takes days, and its code works in each of this question."""
    code_hash: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the code that was sent; the code is made when the message leaves."""
    code_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    """Wrong tries of this code."""
    proved_in: Mapped[str | None] = mapped_column(String(64))
    """The hash of the session in which it was proved; it counts in that one alone."""
    proved_at: Mapped[datetime | None]
