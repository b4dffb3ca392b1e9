"""Reads of new settlements after an objection, and whether all settlements and recoveries agree with the books."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.cases.questions.models import DevelopmentQuestion
from portal.ledger.invariants import Break
from portal.ledger.models import Transfer, TransferKind
from portal.paying.payments.models import Repayment
from portal.paying.settlements.models import Recovery, RecoveryEntry, Settlement
from portal.paying.settlements.queries import settlements_of
from portal.paying.settling_again.models import SettlingAgain
from portal.spending.vouchers.models import Voucher, VoucherState


def settling_again_of(session: Session, *, settlement: Settlement) -> SettlingAgain | None:
    """The decision that replaced a settlement; None when it stands."""
    return session.scalar(select(SettlingAgain).where(SettlingAgain.settlement_id == settlement.id))


def settling_acts(session: Session, *, voucher: Voucher) -> list[Settlement | SettlingAgain]:
    """Everything that said what a voucher is settled at, oldest first: its settlement, what lowered that, and what came in the
    place of one of those after an objection. The voucher says what it comes to."""
    again = select(SettlingAgain).where(SettlingAgain.voucher_id == voucher.id).order_by(SettlingAgain.id)
    found = [*settlements_of(session, voucher=voucher), *session.scalars(again)]
    return sorted(found, key=lambda one: one.settled_at)


def settlement_in_force(session: Session, *, voucher: Voucher) -> Settlement | SettlingAgain | None:
    """The last act that said what a voucher is settled at; None while it was not settled."""
    acts = settling_acts(session, voucher=voucher)
    return acts[-1] if acts else None


def settling_again_by_decision(session: Session, *, decision: Decision) -> SettlingAgain | None:
    """The new settlement that this decision is; None for another decision."""
    return session.scalar(select(SettlingAgain).where(SettlingAgain.decision_id == decision.id))


def settling_again_by_id(session: Session, *, again_id: int) -> SettlingAgain | None:
    """The new settlement with this id. The caller guards who may see it."""
    return session.get(SettlingAgain, again_id)


def voucher_settled_again(session: Session, *, question: DevelopmentQuestion, again_id: int) -> Voucher | None:
    """The voucher that a new settlement is about; None when it is not of this question."""
    rows = select(Voucher).join(SettlingAgain, SettlingAgain.voucher_id == Voucher.id)
    return session.scalar(rows.where(SettlingAgain.id == again_id, Voucher.question_id == question.id))


def repayment_of(session: Session, *, settled: SettlingAgain) -> Repayment | None:
    """What is, or was, owed to the holder because of a new settlement."""
    return session.scalar(select(Repayment).where(Repayment.settled_again_id == settled.id))


# Against the books -----------------------------------------------------------------------------------------------------


def settlement_breaks(session: Session) -> list[Break]:
    """I4 for what ended: settlements, recoveries and their entries say what the books say."""
    return [*_settled(session), *_recovered(session)]


def _settled(session: Session) -> Iterator[Break]:
    """A settled voucher is used for what was settled, and what is or was still to come back from its holder.

    What lowered the settlement later counts against it, and what came in the place of one of those after an objection for it.
    """
    acts, agains, claims = _acts(session), _agains(session), _claims(session)
    wanted = (Voucher.state == VoucherState.SETTLED) | Voucher.id.in_(select(Settlement.voucher_id))
    for voucher in session.scalars(select(Voucher).where(wanted).order_by(Voucher.id)):
        mine = acts.get(voucher.id, [])
        stands = sum(one.settled_cents - (one.redeemed_cents if one.lowers else 0) for one in mine)
        to_come = 0
        for number, one in enumerate(mine):
            claimed, received = claims.get(one.id, (0, 0))
            if claimed != one.claimed_cents or one.number != number:
                message = f"settlement {one.number} claims {one.claimed_cents}, but {claimed} is asked back"
                yield Break("I4", f"voucher {voucher.id}", message)
            to_come += claimed - received
            again = agains.get(one.id)
            if again is not None:
                stands += again.settled_cents - again.before_cents
                to_come -= again.unclaimed_cents + again.forgiven_cents
        if not mine or voucher.settled_cents != stands:
            yield Break("I4", f"voucher {voucher.id}", f"settled at {voucher.settled_cents}, which no settlement says")
        elif voucher.used_cents != stands + to_come:
            message = f"settled at {stands} with {to_come} to come, but {voucher.used_cents} used"
            yield Break("I4", f"voucher {voucher.id}", message)


def _acts(session: Session) -> dict[int, list[Settlement]]:
    """Per voucher its settlement, and what lowered it later."""
    found: dict[int, list[Settlement]] = {}
    for one in session.scalars(select(Settlement).order_by(Settlement.voucher_id, Settlement.number)):
        found.setdefault(one.voucher_id, []).append(one)
    return found


def _agains(session: Session) -> dict[int, SettlingAgain]:
    """Per settlement what came in its place after an objection."""
    return {one.settlement_id: one for one in session.scalars(select(SettlingAgain))}


def _claims(session: Session) -> dict[int, tuple[int, int]]:
    """Per settlement what is asked back by it, and what of that was received."""
    rows = select(Recovery.settlement_id, Recovery.amount_cents, Recovery.received_cents)
    found = session.execute(rows.where(Recovery.settlement_id.is_not(None)))
    return {int(row[0] or 0): (int(row[1]), int(row[2])) for row in found}


def _recovered(session: Session) -> Iterator[Break]:
    """A recovery adds up to its entries, a voucher to its recoveries, and both to the RECOVER transfers.

    What came back and is owed to the holder again does not count on the voucher any more. What was set off and undone is paid
    anew in the books, which keep that it came back.
    """
    entries = select(RecoveryEntry.recovery_id, RecoveryEntry.kind, func.sum(RecoveryEntry.amount_cents))
    sums: dict[int, dict[str, int]] = {}
    for recovery_id, kind, cents in session.execute(entries.group_by(RecoveryEntry.recovery_id, RecoveryEntry.kind)):
        sums.setdefault(recovery_id, {})[kind.value] = int(cents)
    received: dict[int, int] = {}
    still_booked: dict[int, int] = {}
    for recovery in session.scalars(select(Recovery).order_by(Recovery.id)):
        received[recovery.voucher_id] = received.get(recovery.voucher_id, 0) + recovery.received_cents
        found = sums.get(recovery.id, {})
        undone = found.get("undone", 0)
        still_booked[recovery.voucher_id] = still_booked.get(recovery.voucher_id, 0) + undone
        if (found.get("received", 0) - undone, found.get("written_off", 0)) != (
            recovery.received_cents,
            recovery.written_off_cents,
        ):
            yield Break(
                "I4",
                f"recovery {recovery.id}",
                f"counts {recovery.received_cents} and {recovery.written_off_cents}, entries {found}",
            )
    booked = select(Transfer.voucher_id, func.sum(Transfer.amount_cents)).where(Transfer.kind == TransferKind.RECOVER)
    in_books = {
        row[0]: int(row[1]) - still_booked.get(row[0] or 0, 0)
        for row in session.execute(booked.group_by(Transfer.voucher_id))
    }
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
