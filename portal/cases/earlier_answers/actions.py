"""Keep what questions count as before their answers change."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Date, insert, literal, select
from sqlalchemy.orm import Session

from portal.cases.earlier_answers.models import EarlierAnswers
from portal.cases.earlier_answers.queries import SIZE
from portal.cases.questions.models import DevelopmentQuestion
from portal.ledger.closing import first_day_to_count
from portal.platform.among import among
from portal.platform.clock import local_date

COUNTED = frozenset(
    {"training"}
    | {f"fact.{key}" for key in ("residence_municipality", "employer_municipality", "training_sector", "employer_size")}
)
"""The subjects of ``portal.cases.asked`` by which figures count."""


def keep_earlier_answers(session: Session, *, question_ids: Collection[int], now: datetime) -> None:
    """Keep what questions that were sent count as now; called before their answers change."""
    question = DevelopmentQuestion
    day = first_day_to_count(session, on=local_date(now))
    rows = select(
        question.id, literal(day, Date), question.municipality, question.sector, question.training_id, SIZE
    ).where(among(question.id, question_ids), question.submitted_at.is_not(None))
    kept = [EarlierAnswers.question_id, EarlierAnswers.changed_on, EarlierAnswers.municipality, EarlierAnswers.sector]
    kept += [EarlierAnswers.training_id, EarlierAnswers.size]
    session.execute(insert(EarlierAnswers).from_select(kept, rows))
