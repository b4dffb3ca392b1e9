"""Reads of help with filling in a question. Who helped sees what it made itself, and of that no more than that it was sent."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.assistance.models import Assistance
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.people.actor import Actor, Audience

HELPERS = frozenset({Audience.ADVISOR, Audience.HELPER})
"""Who may fill in a question for somebody else."""


def assistance_of(session: Session, *, question: DevelopmentQuestion) -> Assistance | None:
    """Who filled this question in for its person; None when nobody did."""
    return session.get(Assistance, question.id)


def assisted_by(session: Session, *, actor: Actor, limit: int = 100) -> list[tuple[DevelopmentQuestion, Assistance]]:
    """What this account filled in, the newest first; nothing of anybody else."""
    if actor.audience not in HELPERS or actor.account_id is None:
        return []
    rows = (
        select(DevelopmentQuestion, Assistance)
        .join(Assistance, Assistance.question_id == DevelopmentQuestion.id)
        .where(Assistance.account_id == actor.account_id)
        .order_by(Assistance.started_at.desc(), DevelopmentQuestion.id.desc())
        .limit(limit)
    )
    return [(question, assistance) for question, assistance in session.execute(rows)]


def assisted_draft(session: Session, *, public_id: str, actor: Actor) -> DevelopmentQuestion | None:
    """A draft that this account began for somebody; None when there is none, it was sent, or another account began it."""
    if actor.audience not in HELPERS or actor.account_id is None:
        return None
    return session.scalar(
        select(DevelopmentQuestion)
        .join(Assistance, Assistance.question_id == DevelopmentQuestion.id)
        .where(
            DevelopmentQuestion.public_id == public_id,
            DevelopmentQuestion.state == QuestionState.DRAFT,
            Assistance.account_id == actor.account_id,
        )
    )
