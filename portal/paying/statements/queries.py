"""Reads of what the bank said: what a person has to look at, and where payments are at the bank."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.paying.payments.models import Payment, PaymentBatch
from portal.paying.payments.queries import SEES_PAYMENTS
from portal.paying.statements.models import ReportedState, UnmatchedLine
from portal.paying.statements.pain002 import REFUSED
from portal.people.actor import Actor


def unmatched_lines(session: Session, *, actor: Actor, handled: bool = False, limit: int = 200) -> list[UnmatchedLine]:
    """For the region: the lines that nobody looked at yet, the oldest first; or those that were handled, the last one first."""
    if actor.audience not in SEES_PAYMENTS:
        return []
    looked_at = UnmatchedLine.handled_at.is_not(None) if handled else UnmatchedLine.handled_at.is_(None)
    rows = select(UnmatchedLine).where(looked_at)
    order = UnmatchedLine.handled_at.desc() if handled else UnmatchedLine.id
    return list(session.scalars(rows.order_by(order, UnmatchedLine.id).limit(limit)))


def unmatched_line(session: Session, *, public_id: str, actor: Actor) -> UnmatchedLine | None:
    """One of them, for the region; None for others."""
    if actor.audience not in SEES_PAYMENTS:
        return None
    return session.scalar(select(UnmatchedLine).where(UnmatchedLine.public_id == public_id))


def bank_states(session: Session, *, batch: PaymentBatch) -> dict[int, ReportedState]:
    """Per payment of a batch, by its id, what the bank reported of it last."""
    rows = select(ReportedState).join(Payment, Payment.id == ReportedState.payment_id)
    rows = rows.where(Payment.batch_id == batch.id).order_by(ReportedState.said_on, ReportedState.id)
    return {one.payment_id: one for one in session.scalars(rows)}


def refused_by_report(session: Session, *, payments: Iterable[Payment]) -> set[int]:
    """Which of these payments, by id, the bank reported as refused."""
    ids = [one.id for one in payments]
    rows = select(ReportedState.payment_id).where(ReportedState.payment_id.in_(ids), ReportedState.code == REFUSED)
    return set(session.scalars(rows))
