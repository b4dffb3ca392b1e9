"""Reads of prepared decisions."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.problem.proposal import Share
from portal.awarding.proposals.models import ProposalRecord
from portal.cases.questions.queries import of_case
from portal.framework.funding.models import FundingLine
from portal.people.actor import Actor
from portal.second_look.preparations.models import Preparation, PreparationState
from portal.spending.vouchers.models import Voucher


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


def preparation_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Preparation | None:
    """A prepared decision; None when there is none or the actor may not see its question."""
    return of_case(session, Preparation, public_id=public_id, actor=actor)


def shares_of(preparation: Preparation) -> tuple[Share, ...] | None:
    """The advisor's own mix; None when the proposal was prepared as it is."""
    if preparation.shares is None:
        return None
    return tuple(Share.model_validate(share) for share in preparation.shares)


def voucher_of_preparation(session: Session, *, preparation: Preparation) -> Voucher | None:
    """The voucher that a prepared decision is about; None for one about the question itself."""
    return session.get_one(Voucher, preparation.voucher_id) if preparation.voucher_id is not None else None


def line_of_preparation(session: Session, *, preparation: Preparation) -> FundingLine | None:
    """The funding line that pays what is awarded on top; None when nothing is."""
    number = preparation.funding_line_id
    return session.get_one(FundingLine, number) if number is not None else None


def proposal_of_preparation(session: Session, *, preparation: Preparation) -> ProposalRecord | None:
    """The proposal that a prepared mix rests on; None when it rests on none."""
    return session.get_one(ProposalRecord, preparation.proposal_id) if preparation.proposal_id is not None else None
