"""Reads of representatives."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import may_see
from portal.cases.representatives.models import Representative
from portal.people.actor import Actor


def acting_for(session: Session, *, question: DevelopmentQuestion) -> Representative | None:
    """Who may act for the person of this case now; of a question that was read with an actor already."""
    named = named_for(session, question=question)
    return named if named is not None and named.is_acting else None


def named_for(session: Session, *, question: DevelopmentQuestion) -> Representative | None:
    """Who may act for the person of this case, or waits for a second advisor; of a question that was read before."""
    return session.scalar(
        select(Representative).where(Representative.question_id == question.id, Representative.ended_at.is_(None))
    )


def representatives_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[Representative]:
    """Everybody who may act or might act before, the newest first; empty when the actor may not see the question."""
    if not may_see(question, actor):
        return []
    rows = select(Representative).where(Representative.question_id == question.id)
    return list(session.scalars(rows.order_by(Representative.id.desc())))
