"""Reads of prepared decisions."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.problem.proposal import Share
from portal.second_look.preparations.models import Preparation, PreparationState


def waiting_preparations(session: Session, *, limit: int = 200) -> list[Preparation]:
    """Decisions that wait for a second person, oldest first."""
    rows = select(Preparation).where(Preparation.state == PreparationState.WAITING)
    return list(session.scalars(rows.order_by(Preparation.prepared_at, Preparation.id).limit(limit)))


def preparation_of(session: Session, *, question_id: int) -> Preparation | None:
    """The prepared decision that waits on a question; at most one does."""
    rows = select(Preparation).where(
        Preparation.question_id == question_id, Preparation.state == PreparationState.WAITING
    )
    return session.scalars(rows).one_or_none()


def preparation_by_public_id(session: Session, *, public_id: str) -> Preparation | None:
    """The prepared decision with this public id. The caller guards who may see it."""
    return session.scalar(select(Preparation).where(Preparation.public_id == public_id))


def shares_of(preparation: Preparation) -> tuple[Share, ...] | None:
    """The advisor's own mix; None when the proposal was prepared as it is."""
    if preparation.shares is None:
        return None
    return tuple(Share.model_validate(share) for share in preparation.shares)
