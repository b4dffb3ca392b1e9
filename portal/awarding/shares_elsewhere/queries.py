"""Reads of shares that another body decides on."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.shares_elsewhere.models import AwaitedShare, ShareOutcome
from portal.cases.questions.models import DevelopmentQuestion


def awaited_shares(session: Session, *, question: DevelopmentQuestion) -> list[AwaitedShare]:
    """The shares elsewhere in the decisions on a question, oldest first."""
    rows = select(AwaitedShare).where(AwaitedShare.question_id == question.id).order_by(AwaitedShare.id)
    return list(session.scalars(rows))


def awaited_by_public_id(session: Session, *, public_id: str) -> AwaitedShare | None:
    """The share with this public id. The caller guards who may see it."""
    return session.scalar(select(AwaitedShare).where(AwaitedShare.public_id == public_id))


def refused_shares(session: Session, *, limit: int = 200) -> list[AwaitedShare]:
    """Shares that were refused or only partly granted and about which nothing was done yet, oldest first."""
    less = (ShareOutcome.REFUSED, ShareOutcome.PARTLY)
    rows = select(AwaitedShare).where(AwaitedShare.outcome.in_(less), AwaitedShare.sequel.is_(None))
    return list(session.scalars(rows.order_by(AwaitedShare.recorded_at, AwaitedShare.id).limit(limit)))
