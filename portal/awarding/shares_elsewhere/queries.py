"""Reads of shares that another body decides on."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.shares_elsewhere.models import ShareElsewhere, ShareOutcome
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import of_case
from portal.people.actor import Actor


def shares_elsewhere(session: Session, *, question: DevelopmentQuestion) -> list[ShareElsewhere]:
    """The shares elsewhere in the decisions on a question, oldest first."""
    rows = select(ShareElsewhere).where(ShareElsewhere.question_id == question.id).order_by(ShareElsewhere.id)
    return list(session.scalars(rows))


def share_elsewhere_by_public_id(session: Session, *, public_id: str, actor: Actor) -> ShareElsewhere | None:
    """A share elsewhere; None when there is none or the actor may not see its question."""
    return of_case(session, ShareElsewhere, public_id=public_id, actor=actor)


def refused_shares(session: Session, *, limit: int = 200) -> list[ShareElsewhere]:
    """Shares that were refused or only partly granted and about which nothing was done yet, oldest first."""
    less = (ShareOutcome.REFUSED, ShareOutcome.PARTLY)
    rows = select(ShareElsewhere).where(ShareElsewhere.outcome.in_(less), ShareElsewhere.sequel.is_(None))
    return list(session.scalars(rows.order_by(ShareElsewhere.recorded_at, ShareElsewhere.id).limit(limit)))
