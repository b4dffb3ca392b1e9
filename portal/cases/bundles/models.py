"""Table of the trainings that an employer asks about together. What they share stands with the question of the employer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.cases.questions.models import CostInput
from portal.platform.database import Base, Json
from portal.platform.sealed_columns import FactsJson


class BundledTraining(Base):
    """One training of one employee, in the question of an employer that asks for several. Once sent it is a question itself."""

    __tablename__ = "bundled_training"
    __table_args__ = (
        UniqueConstraint("question_id", "position"),
        CheckConstraint("position >= 1", name="position_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), index=True)
    """The question in which the employer asks: its organisation, and what is the same for all trainings."""
    position: Mapped[int] = mapped_column(Integer)
    person: Mapped[str] = mapped_column(String(30))
    """What the employer calls the employee here, such as "employee-1"; the same for two trainings of one employee. No name."""
    training_name: Mapped[str] = mapped_column(String(200))
    training_provider: Mapped[str | None] = mapped_column(String(200))
    facts: Mapped[dict[str, Any]] = mapped_column(FactsJson)
    costs: Mapped[list[Any]] = mapped_column(Json)
    """Per cost: category, amount_cents, amount_without_vat_cents."""
    sent_as_id: Mapped[int | None] = mapped_column(
        ForeignKey("development_question.id", ondelete="SET NULL"), unique=True
    )

    @property
    def total_cents(self) -> int:
        """The sum of the costs, in cents."""
        return sum(int(cost["amount_cents"]) for cost in self.costs)


@dataclass(frozen=True)
class TrainingInput:
    """One training as it was filled in, by form or spreadsheet."""

    person: str
    training_name: str
    training_provider: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    costs: tuple[CostInput, ...] = ()
