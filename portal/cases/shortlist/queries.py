"""Reads of shortlists."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import is_asker, may_see
from portal.cases.shortlist.models import ShortlistedTraining
from portal.framework.trainings.models import RegionTraining
from portal.people.actor import Actor, Audience


def shortlist_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[RegionTraining]:
    """The trainings on the shortlist of a question, in the order in which they were put on it; none for who may not see it.

    A training that is not given any more stays on it until somebody takes it off.
    """
    if not may_see(question, actor):
        return []
    rows = select(ShortlistedTraining).where(ShortlistedTraining.question_id == question.id)
    return [row.training for row in session.scalars(rows.order_by(ShortlistedTraining.id))]


def may_list(question: DevelopmentQuestion, actor: Actor) -> bool:
    """Whether the actor may change the shortlist: who asked, and after sending an advisor too, until the question is settled."""
    staff = actor.audience in (Audience.ADVISOR, Audience.SYSTEM) and not question.is_draft
    return (question.is_draft or question.is_open) and (staff or is_asker(question, actor))
