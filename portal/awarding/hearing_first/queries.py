"""Reads of how holders were heard before decisions about their vouchers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.hearing_first.models import DecisionHearing
from portal.cases.hearings.models import Hearing, IntendedAct
from portal.spending.vouchers.models import Voucher


def hearing_before(session: Session, *, decision_id: int) -> DecisionHearing | None:
    """How the holder was heard before a decision; None for one of before this was kept, or that takes nothing."""
    return session.scalar(select(DecisionHearing).where(DecisionHearing.decision_id == decision_id))


def unused_hearings(session: Session, *, voucher: Voucher, act: IntendedAct) -> list[Hearing]:
    """The hearings about this voucher and act on which nothing was decided yet, the newest first; also those still open, but not
    of what the desk let go."""
    used = select(DecisionHearing.hearing_id).where(DecisionHearing.hearing_id.is_not(None))
    mine = (Hearing.voucher_id == voucher.id, Hearing.act == act, Hearing.dropped_at.is_(None), Hearing.id.not_in(used))
    return list(session.scalars(select(Hearing).where(*mine).order_by(Hearing.id.desc())))


def voucher_heard_about(session: Session, *, hearing: Hearing) -> Voucher | None:
    """The voucher that a hearing is about; None of one about a refusal."""
    return session.get(Voucher, hearing.voucher_id) if hearing.voucher_id is not None else None


def decided_upon(session: Session, *, hearing: Hearing) -> bool:
    """Whether a decision was taken after this hearing."""
    return session.scalar(select(DecisionHearing.id).where(DecisionHearing.hearing_id == hearing.id)) is not None
