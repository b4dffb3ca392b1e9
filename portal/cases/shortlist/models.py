"""Table of the trainings on the shortlist of a question."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.framework.trainings.models import RegionTraining
from portal.platform.database import Base

MOST_LISTED = 5
"""So many trainings can be compared at once."""


class ShortlistedTraining(Base):
    """One training on the shortlist of a question, at a place from 1 to five that no other has."""

    __tablename__ = "shortlisted_training"
    __table_args__ = (
        UniqueConstraint("question_id", "training_id"),
        UniqueConstraint("question_id", "place"),
        CheckConstraint(f"place BETWEEN 1 AND {MOST_LISTED}", name="place_of_few"),
        CheckConstraint("length(added_by) > 0", name="added_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"))
    training_id: Mapped[int] = mapped_column(ForeignKey("region_training.id"), index=True)
    place: Mapped[int]
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(80))

    training: Mapped[RegionTraining] = relationship(lazy="joined", innerjoin=True)
