"""Reads of new settlements after an objection, and of what is owed to holders."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.decisions.models import Decision
from portal.ledger.models import Transfer, TransferKind
from portal.resettlements.models import Repayment, Resettlement
from portal.settlements.models import Settlement
from portal.settlements.queries import settlement_of
from portal.vouchers.models import RedemptionSpend, Voucher


def resettlement_of(session: Session, *, settlement: Settlement) -> Resettlement | None:
    """The decision that replaced a settlement; None when it stands."""
    return session.scalar(select(Resettlement).where(Resettlement.settlement_id == settlement.id))


def settlement_in_force(session: Session, *, voucher: Voucher) -> Settlement | Resettlement | None:
    """The act that says what a voucher is settled at now: the last one; None while it was not settled."""
    first = settlement_of(session, voucher=voucher)
    return (resettlement_of(session, settlement=first) or first) if first is not None else None


def resettlement_by_decision(session: Session, *, decision: Decision) -> Resettlement | None:
    """The new settlement that this decision is; None for another decision."""
    return session.scalar(select(Resettlement).where(Resettlement.decision_id == decision.id))


def repayment_of(session: Session, *, resettlement: Resettlement) -> Repayment | None:
    """What is, or was, owed to the holder because of a new settlement."""
    return session.scalar(select(Repayment).where(Repayment.resettlement_id == resettlement.id))


def repayment_by_public_id(session: Session, *, public_id: str) -> Repayment | None:
    """What is, or was, owed, by its public id. The caller guards who may see it."""
    return session.scalar(select(Repayment).where(Repayment.public_id == public_id))


def owed_spends(session: Session, *, resettlement: Resettlement) -> list[int]:
    """The transfers that hold what is owed to the holder: spent by this decision, for no invoice, oldest first."""
    rows = select(Transfer.id).where(
        Transfer.voucher_id == resettlement.voucher_id,
        Transfer.decision_id == resettlement.decision_id,
        Transfer.kind == TransferKind.SPEND,
        Transfer.id.not_in(select(RedemptionSpend.transfer_id)),
    )
    return list(session.scalars(rows.order_by(Transfer.id)))
