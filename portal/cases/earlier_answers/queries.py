"""The answers of questions as they stood on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.cases.earlier_answers.models import EarlierAnswers
from portal.cases.questions.models import NOT_KNOWN, DevelopmentQuestion
from portal.framework.trainings.models import EarlierSector, RegionTraining

SIZE: ColumnElement[str] = func.nullif(DevelopmentQuestion.facts["employer_size"].as_string(), NOT_KNOWN)
"""How many people work at the company, as it was answered; nothing when that is not known."""


@dataclass(frozen=True)
class AnswersOn:
    """The answers of questions as they stood at the end of a day, as columns of a statement that `join` made ready for them."""

    municipality: ColumnElement[str | None]
    sector: ColumnElement[str | None]
    """As it was answered, else that of the training."""
    size: ColumnElement[str | None]
    _answers: FromClause
    _sectors: FromClause
    _training: ColumnElement[int | None]

    def join(self, rows: Select[Any]) -> Select[Any]:
        """A statement over questions with what these columns need."""
        rows = rows.outerjoin(self._answers, self._answers.c.question_id == DevelopmentQuestion.id)
        rows = rows.outerjoin(RegionTraining, RegionTraining.id == self._training)
        return rows.outerjoin(self._sectors, self._sectors.c.training_id == self._training)


def answers_on(last: date) -> AnswersOn:
    """The answers as they stood at the end of a day: before the first change after it, and without one as they are now."""
    question, kept = DevelopmentQuestion, EarlierAnswers
    answers = _first_after(last, EarlierAnswers, kept.question_id).subquery("answers")
    sectors = _first_after(last, EarlierSector, EarlierSector.training_id).subquery("sectors")

    def stood(name: str, now: Any) -> ColumnElement[Any]:
        return case((answers.c.id.is_not(None), answers.c[name]), else_=now)

    of_training = case((sectors.c.id.is_not(None), sectors.c.sector), else_=RegionTraining.sector)
    return AnswersOn(
        municipality=stood("municipality", question.municipality),
        sector=func.coalesce(stood("sector", question.sector), of_training),
        size=stood("size", SIZE),
        _answers=answers,
        _sectors=sectors,
        _training=stood("training_id", question.training_id),
    )


def _first_after(
    last: date, table: type[EarlierAnswers | EarlierSector], of: InstrumentedAttribute[int]
) -> Select[Any]:
    first = select(func.min(table.id)).where(table.changed_on > last).group_by(of)
    return select(table.__table__).where(table.id.in_(first))
