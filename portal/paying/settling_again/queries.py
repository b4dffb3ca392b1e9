"""Reads of new settlements after an objection, and of what is owed to holders."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import may_see
from portal.ledger.models import Transfer, TransferKind
from portal.paying.settlements.models import Settlement
from portal.paying.settlements.queries import settlement_of, unpaid_of
from portal.paying.settling_again.models import Repayment, SettlingAgain
from portal.people.actor import Actor
from portal.spending.vouchers.models import RedemptionSpend, Voucher


def settling_again_of(session: Session, *, settlement: Settlement) -> SettlingAgain | None:
    """The decision that replaced a settlement; None when it stands."""
    return session.scalar(select(SettlingAgain).where(SettlingAgain.settlement_id == settlement.id))


def settlement_in_force(session: Session, *, voucher: Voucher) -> Settlement | SettlingAgain | None:
    """The act that says what a voucher is settled at now: the last one; None while it was not settled."""
    first = settlement_of(session, voucher=voucher)
    return (settling_again_of(session, settlement=first) or first) if first is not None else None


def settling_again_by_decision(session: Session, *, decision: Decision) -> SettlingAgain | None:
    """The new settlement that this decision is; None for another decision."""
    return session.scalar(select(SettlingAgain).where(SettlingAgain.decision_id == decision.id))


def voucher_settled_again(session: Session, *, question: DevelopmentQuestion, again_id: int) -> Voucher | None:
    """The voucher that a new settlement is about; None when it is not of this question."""
    rows = select(Voucher).join(SettlingAgain, SettlingAgain.voucher_id == Voucher.id)
    return session.scalar(rows.where(SettlingAgain.id == again_id, Voucher.question_id == question.id))


def repayment_of(session: Session, *, settled: SettlingAgain) -> Repayment | None:
    """What is, or was, owed to the holder because of a new settlement."""
    return session.scalar(select(Repayment).where(Repayment.settled_again_id == settled.id))


def repayment_by_public_id(session: Session, *, public_id: str) -> Repayment | None:
    """What is, or was, owed, by its public id. The caller guards who may see it."""
    return session.scalar(select(Repayment).where(Repayment.public_id == public_id))


def repayment_of_decision(session: Session, *, decision_id: int | None) -> Repayment | None:
    """What is, or was, owed to the holder because of the new settlement that this decision is."""
    rows = select(Repayment).join(SettlingAgain, SettlingAgain.id == Repayment.settled_again_id)
    return session.scalar(rows.where(SettlingAgain.decision_id == decision_id)) if decision_id is not None else None


def repayments_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[Repayment]:
    """What is, or was, owed to the holder of the vouchers of a question; empty when the actor may not see the question."""
    if not may_see(question, actor):
        return []
    rows = select(Repayment).join(Voucher, Voucher.id == Repayment.voucher_id)
    return list(session.scalars(rows.where(Voucher.question_id == question.id).order_by(Repayment.id)))


def owed_transfers(session: Session, *, repayment: Repayment) -> list[tuple[int, int]]:
    """(id, cents) of the transfers that hold what is still owed to the holder, oldest first; none once it was paid.

    It was spent by the decision, for no invoice. What came back from the bank is the transfer that booked it back.
    """
    made = session.get_one(SettlingAgain, repayment.settled_again_id)
    rows = select(Transfer.id).where(
        Transfer.voucher_id == made.voucher_id,
        Transfer.decision_id == made.decision_id,
        Transfer.kind == TransferKind.SPEND,
        Transfer.id.not_in(select(RedemptionSpend.transfer_id)),
    )
    return unpaid_of(session, transfer_ids=session.scalars(rows).all())
