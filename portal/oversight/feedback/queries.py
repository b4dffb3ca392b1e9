"""Reads of what people say of the desk: the own answers, and for the region counts without small groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import is_asker
from portal.oversight.feedback.models import Feedback, FeedbackAnswer, FeedbackSubject
from portal.oversight.outcomes.queries import SMALLEST_GROUP
from portal.people.actor import Actor, Audience


@dataclass(frozen=True)
class FeedbackCounts:
    """How many people gave each answer about a subject; None where too few did, so that nobody can be told from it."""

    subject: FeedbackSubject
    answers: Mapping[FeedbackAnswer, int] | None
    """All three answers or none: of what is hidden nothing follows from what is shown."""


def feedback_of(
    session: Session, *, question: DevelopmentQuestion, actor: Actor
) -> dict[FeedbackSubject, FeedbackAnswer]:
    """What who asked said, for who asked only."""
    if not is_asker(question, actor):
        return {}
    rows = select(Feedback).where(Feedback.question_id == question.id)
    return {one.subject: one.answer for one in session.scalars(rows)}


def feedback_counts(session: Session, *, actor: Actor) -> list[FeedbackCounts]:
    """How many people said what, per subject; for the region. A subject with an answer of one to nine people is hidden whole."""
    if actor.audience not in (Audience.REGION, Audience.SYSTEM):
        return []
    told = (Feedback.subject, Feedback.answer)
    rows = session.execute(select(*told, func.count()).group_by(*told))
    counted = {(subject, answer): int(number) for subject, answer, number in rows}
    return [_counts(subject, counted) for subject in FeedbackSubject]


def _counts(subject: FeedbackSubject, counted: Mapping[tuple[FeedbackSubject, FeedbackAnswer], int]) -> FeedbackCounts:
    numbers = {answer: counted.get((subject, answer), 0) for answer in FeedbackAnswer}
    small = not any(numbers.values()) or any(0 < number < SMALLEST_GROUP for number in numbers.values())
    return FeedbackCounts(subject, None if small else numbers)
