"""Tables of letters. Append-only: a letter that was made is never changed, and its hash says so."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.append_only import append_only
from portal.platform.database import Base, new_public_id
from portal.platform.sealed_columns import LETTER, SealedBytes, SealedJson


@append_only
class PrintBatch(Base):
    """Letters that were made to be printed together."""

    __tablename__ = "print_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))


@append_only
class Letter(Base):
    """One letter: the plain data it was drawn from, the PDF that was drawn, and the hash of that PDF.

    `question_id` has no foreign key: letters lie below questions.
    """

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="hash_of_64_digits"),
        CheckConstraint("object_by IS NULL OR object_by > dated", name="objection_after_letter"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id"), unique=True)
    question_id: Mapped[int | None] = mapped_column(index=True)
    template: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(300))
    dated: Mapped[date] = mapped_column(Date)
    """The day that is printed on it."""
    object_by: Mapped[date | None] = mapped_column(Date)
    """Last day to object, when it is sent on the day that is printed on it (Awb 6:7, 6:8)."""
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson(LETTER))
    pdf: Mapped[bytes] = mapped_column(SealedBytes(LETTER))
    sha256: Mapped[str] = mapped_column(String(64))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("print_batch.id"), index=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))


@append_only
class LetterPosting(Base):
    """When a letter on paper was posted. The objection term runs from the day after (Awb 3:41, 6:8)."""

    __tablename__ = "letter_posting"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), unique=True)
    posted_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(80))
