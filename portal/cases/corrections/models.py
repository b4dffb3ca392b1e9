"""Table of corrections: one row per thing that was changed in a question after it was sent."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice, new_public_id
from portal.platform.sealed_columns import SealedJson


class OnWord(enum.StrEnum):
    """On whose word something was changed."""

    TOLD = "told"
    """The person told it in the talk."""
    DOCUMENT = "document"
    """The advisor saw it on a document."""
    LOOKED_UP = "looked_up"
    """The advisor looked it up."""
    ANSWERED = "answered"
    """The person answered it on the own page when an advisor asked, and an advisor accepted it."""


class CorrectionAnswer(enum.StrEnum):
    """What the person says of a correction."""

    CONFIRMED = "confirmed"
    OBJECTED = "objected"


class Correction(Base):
    """One thing that was changed, by whom and on whose word. `subject` is a key of ``portal.cases.asked``.

    `was` and `becomes` are plain values as ``portal.cases.asked`` reads them; None is nothing. A correction is taken back by
    another one, its `undoes`. The person confirms or objects; an objection stays a point until an advisor settles it.
    """

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint("revision >= 1", name="revision_positive"),
        CheckConstraint("length(subject) > 0", name="subject_given"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_has_instant"),
        CheckConstraint("(answer IS NULL) = (answered_by IS NULL)", name="answered_by_someone"),
        CheckConstraint(
            "(answer IS NOT NULL AND answer = 'objected') = (objection IS NOT NULL)", name="objection_has_words"
        ),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_someone"),
        CheckConstraint("settled_at IS NULL OR objection IS NOT NULL", name="only_objections_are_settled"),
        Index("ix_correction_answer_settled_at", "answer", "settled_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(String(80))
    was: Mapped[Any | None] = mapped_column(SealedJson)
    becomes: Mapped[Any | None] = mapped_column(SealedJson)
    on_word: Mapped[OnWord] = mapped_column(choice(OnWord))
    revision: Mapped[int] = mapped_column(Integer)
    """The revision of the question with this correction in it."""
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    by_name: Mapped[str] = mapped_column(String(100))
    place_before: Mapped[datetime | None]
    """For a correction that changed what was applied for in substance: since when the application counted in the order of
    receipt before it. Taking the correction back gives that place back."""
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("correction.id", ondelete="CASCADE"), unique=True)
    answer: Mapped[CorrectionAnswer | None] = mapped_column(choice(CorrectionAnswer))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(80))
    objection: Mapped[str | None] = mapped_column(Text)
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(80))
    settled_reply: Mapped[str | None] = mapped_column(Text)
    """What the desk says to who objected; empty when the correction was taken back."""

    @property
    def is_open_point(self) -> bool:
        """Whether the person objected and nobody settled it yet."""
        return self.answer is CorrectionAnswer.OBJECTED and self.settled_at is None
