"""Reads of outcomes that people record by hand."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.paying.by_hand.models import HandOutcome, OutcomeByHand
from portal.paying.payments.models import BatchState, Payment, PaymentState
from portal.paying.payments.queries import SEES_PAYMENTS
from portal.people.actor import Actor


def possible_outcomes(payment: Payment) -> tuple[HandOutcome, ...]:
    """What can be recorded of a payment as it stands: nothing before its file went to the bank.

    What came back can have been paid after all: the bank undid the return.
    """
    if payment.batch.state not in (BatchState.EXPORTED, BatchState.CLOSED):
        return ()
    if payment.state is PaymentState.SENT:
        return (HandOutcome.CARRIED_OUT, HandOutcome.CAME_BACK)
    if payment.state is PaymentState.RETURNED:
        return (HandOutcome.CARRIED_OUT,)
    return (HandOutcome.CAME_BACK,) if payment.state is PaymentState.EXECUTED else ()


def waiting_outcome(session: Session, *, payment: Payment) -> OutcomeByHand | None:
    """What was proposed for a payment and waits for a second person."""
    return session.scalar(_waiting().where(OutcomeByHand.payment_id == payment.id))


def came_back_on(session: Session, *, payment: Payment) -> date | None:
    """On which day a payment came back, also when that waits for a second person; None when nothing says so."""
    if payment.state is PaymentState.RETURNED:
        return payment.returned_on
    waits = waiting_outcome(session, payment=payment)
    return waits.on if waits is not None and waits.outcome is HandOutcome.CAME_BACK else None


def waiting_outcomes(session: Session, *, actor: Actor, limit: int = 200) -> list[OutcomeByHand]:
    """Everything that waits for a second person, the oldest first; for the region only."""
    if actor.audience not in SEES_PAYMENTS:
        return []
    return list(session.scalars(_waiting().order_by(OutcomeByHand.id).limit(limit)))


def outcomes_by_hand(session: Session, *, payment: Payment) -> list[OutcomeByHand]:
    """Everything that was proposed for a payment, also what was confirmed or withdrawn; the oldest first."""
    rows = select(OutcomeByHand).where(OutcomeByHand.payment_id == payment.id)
    return list(session.scalars(rows.order_by(OutcomeByHand.id)))


def _waiting() -> Select[OutcomeByHand]:
    return select(OutcomeByHand).where(OutcomeByHand.confirmed_at.is_(None), OutcomeByHand.withdrawn_at.is_(None))
