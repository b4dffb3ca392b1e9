"""What a question counted as before its answers changed: where it came from, for which sector, how large the employer is.

The figures of a day that is over count by it, so that a correction, or erasing a person, changes nothing in what was accounted
for. Nothing here is about a person: answers of a list, by the number of the question.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base


class EarlierAnswers(Base):
    """What a question counted as until it was changed. From `changed_on` on it counts as its next row says, or as it is now."""

    __tablename__ = "earlier_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), index=True)
    changed_on: Mapped[date] = mapped_column(Date)
    """The day of the change, or the first open day when that one was closed."""
    municipality: Mapped[str | None] = mapped_column(Text)
    sector: Mapped[str | None] = mapped_column(Text)
    training_id: Mapped[int | None] = mapped_column(ForeignKey("region_training.id"), index=True)
    size: Mapped[str | None] = mapped_column(String(60))
    """How many people work at the company, as it was answered."""
