"""Reads of settlements and recoveries, and whether they agree with the books."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import STAFF_OF_CASES
from portal.ledger.invariants import Break
from portal.ledger.models import AccountKind, LedgerAccount, Transfer, TransferKind
from portal.paying.settlements.models import (
    Instalment,
    InstalmentState,
    Recovery,
    RecoveryEntry,
    RecoveryState,
    Settlement,
)
from portal.paying.settling_again.models import Repayment, SettlingAgain
from portal.people.actor import Actor
from portal.spending.vouchers.models import Redemption, RedemptionSpend, Voucher, VoucherState
from portal.spending.vouchers.queries import voucher_by_public_id


def settlement_of(session: Session, *, voucher: Voucher) -> Settlement | None:
    """The settlement of a voucher; None while it was not settled."""
    return session.scalar(select(Settlement).where(Settlement.voucher_id == voucher.id))


def settled_voucher(session: Session, *, question: DevelopmentQuestion, settlement_id: int) -> Voucher | None:
    """The voucher that a settlement is about; None when it is not of this question."""
    rows = select(Voucher).join(Settlement, Settlement.voucher_id == Voucher.id)
    return session.scalar(rows.where(Settlement.id == settlement_id, Voucher.question_id == question.id))


def recoveries_of(session: Session, *, voucher: Voucher) -> list[Recovery]:
    """What has to come back, or had to, of what was paid for a voucher; oldest first."""
    return list(session.scalars(select(Recovery).where(Recovery.voucher_id == voucher.id).order_by(Recovery.id)))


def recovery_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Recovery | None:
    """A recovery; None when there is none or the actor may not see its voucher."""
    found = session.scalar(select(Recovery).where(Recovery.public_id == public_id))
    voucher = session.get(Voucher, found.voucher_id) if found is not None else None
    if voucher is None or voucher_by_public_id(session, public_id=voucher.public_id, actor=actor) is None:
        return None
    return found


def open_recoveries(session: Session, *, actor: Actor, limit: int = 200, offset: int = 0) -> list[Recovery]:
    """Everything that is still to come back, oldest first; for advisors."""
    if actor.audience not in STAFF_OF_CASES:
        return []
    rows = select(Recovery).where(Recovery.state == RecoveryState.OPEN).order_by(Recovery.id)
    return list(session.scalars(rows.limit(limit).offset(offset)))


def missed_instalments(session: Session, *, today: object) -> list[int]:
    """The ids of planned instalments whose day has passed, of recoveries that are open."""
    rows = (
        select(Instalment.id)
        .join(Recovery, Recovery.id == Instalment.recovery_id)
        .where(
            Instalment.state == InstalmentState.PLANNED, Instalment.due_on < today, Recovery.state == RecoveryState.OPEN
        )
    )
    return list(session.scalars(rows.order_by(Instalment.id)))


def unpaid_spends(session: Session, *, redemption: Redemption) -> list[tuple[int, int]]:
    """(id, cents) of the transfers of a redemption that were neither paid nor taken back, oldest first."""
    looking = select(RedemptionSpend.transfer_id).where(RedemptionSpend.redemption_id == redemption.id)
    return unpaid_of(session, transfer_ids=session.scalars(looking).all())


def unpaid_of(session: Session, *, transfer_ids: Iterable[int]) -> list[tuple[int, int]]:
    """(id, cents) of what became of these spent amounts and is still to be paid, oldest first.

    What was paid and came back from the bank is unpaid again: then it is the transfer that booked it back. What another funding
    line took over is the transfer that moved it there.
    """
    later = aliased(Transfer)
    rows = select(Transfer, later.id, LedgerAccount.kind).outerjoin(later, later.resolves_id == Transfer.id)
    rows = rows.join(LedgerAccount, LedgerAccount.id == Transfer.credit_account_id)
    to_see, found = list(transfer_ids), dict[int, int]()
    while to_see:
        ends = session.execute(rows.where(Transfer.id.in_(to_see))).all()
        to_see = []
        for one, end_id, stands in ends:
            if end_id is not None:
                to_see.append(end_id)
            elif stands is AccountKind.SPENT:
                found[one.id] = int(one.amount_cents)
    return sorted(found.items())


def claimed_cents(
    session: Session, *, voucher: Voucher | None = None, redemption: Redemption | None = None, ever: bool = False
) -> int:
    """What is still to come back of a voucher or a redemption; with ``ever`` also what came back or was written off."""
    left = Recovery.amount_cents
    if not ever:
        left = Recovery.amount_cents - Recovery.received_cents - Recovery.written_off_cents  # type: ignore[assignment]
    rows = select(func.coalesce(func.sum(left), 0))
    if voucher is not None:
        rows = rows.where(Recovery.voucher_id == voucher.id)
    if redemption is not None:
        rows = rows.where(Recovery.redemption_id == redemption.id)
    return int(session.scalar(rows) or 0)


# Against the books -----------------------------------------------------------------------------------------------------


def ledger_breaks(session: Session) -> list[Break]:
    """I4 for what ended: settlements, recoveries and their entries say what the books say."""
    return [*_settled(session), *_recovered(session)]


def _settled(session: Session) -> Iterator[Break]:
    """A settled voucher is used for what was settled, and what is or was still to come back from its holder.

    A new settlement after an objection counts instead of the one that it replaced.
    """
    rows = select(Voucher, Settlement, SettlingAgain).outerjoin(Settlement, Settlement.voucher_id == Voucher.id)
    rows = rows.outerjoin(SettlingAgain, SettlingAgain.settlement_id == Settlement.id)
    wanted = (Voucher.state == VoucherState.SETTLED) | Settlement.id.is_not(None)
    for voucher, settlement, again in session.execute(rows.where(wanted).order_by(Voucher.id)):
        stands = again or settlement
        if stands is None or voucher.settled_cents != stands.settled_cents:
            yield Break("I4", f"voucher {voucher.id}", f"settled at {voucher.settled_cents}, which no settlement says")
            continue
        back = session.execute(
            select(Recovery.amount_cents, Recovery.received_cents).where(Recovery.settlement_id == settlement.id)
        ).one_or_none()
        claimed, received = (int(back[0]), int(back[1])) if back is not None else (0, 0)
        if claimed != settlement.claimed_cents:
            yield Break(
                "I4", f"voucher {voucher.id}", f"claims {settlement.claimed_cents}, but {claimed} is asked back"
            )
        to_come = claimed - received - (again.unclaimed_cents + again.forgiven_cents if again is not None else 0)
        if voucher.used_cents != stands.settled_cents + to_come:
            message = f"settled at {stands.settled_cents} with {to_come} to come, but {voucher.used_cents} used"
            yield Break("I4", f"voucher {voucher.id}", message)


def _recovered(session: Session) -> Iterator[Break]:
    """A recovery adds up to its entries, a voucher to its recoveries, and both to the RECOVER transfers.

    What came back and is owed to the holder again does not count on the voucher any more.
    """
    entries = select(RecoveryEntry.recovery_id, RecoveryEntry.kind, func.sum(RecoveryEntry.amount_cents))
    sums: dict[int, dict[str, int]] = {}
    for recovery_id, kind, cents in session.execute(entries.group_by(RecoveryEntry.recovery_id, RecoveryEntry.kind)):
        sums.setdefault(recovery_id, {})[kind.value] = int(cents)
    received: dict[int, int] = {}
    for recovery in session.scalars(select(Recovery).order_by(Recovery.id)):
        received[recovery.voucher_id] = received.get(recovery.voucher_id, 0) + recovery.received_cents
        found = sums.get(recovery.id, {})
        if (found.get("received", 0), found.get("written_off", 0)) != (
            recovery.received_cents,
            recovery.written_off_cents,
        ):
            yield Break(
                "I4",
                f"recovery {recovery.id}",
                f"counts {recovery.received_cents} and {recovery.written_off_cents}, entries {found}",
            )
    booked = select(Transfer.voucher_id, func.sum(Transfer.amount_cents)).where(Transfer.kind == TransferKind.RECOVER)
    in_books = {row[0]: int(row[1]) for row in session.execute(booked.group_by(Transfer.voucher_id))}
    counted = {
        row[0]: int(row[1])
        for row in session.execute(select(Voucher.id, Voucher.recovered_cents).where(Voucher.recovered_cents > 0))
    }
    for owed in session.execute(select(Repayment.voucher_id, Repayment.amount_cents)):
        counted[owed[0]] = counted.get(owed[0], 0) + int(owed[1])
    for voucher_id in sorted({*received, *in_books, *counted}, key=str):
        three = (counted.get(voucher_id, 0), received.get(voucher_id, 0), in_books.get(voucher_id, 0))  # type: ignore[arg-type]
        if len(set(three)) != 1:
            yield Break(
                "I4",
                f"voucher {voucher_id}",
                f"recovered {three[0]} on the voucher, {three[1]} in recoveries, {three[2]} in the books",
            )
