"""Reads around the gate."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.publishing.effects import ReplayResult


def asked_since(session: Session, *, replay: ReplayResult) -> int:
    """How many questions were sent that a replay does not know yet."""
    sent = select(func.count(DevelopmentQuestion.id)).where(DevelopmentQuestion.submitted_at.is_not(None))
    return max(0, (session.scalar(sent) or 0) - replay.past.number)
