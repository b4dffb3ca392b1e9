"""The act of reading a statement of the bank: what it says about payments is booked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.ledger.actions import NotReserved, pay
from portal.ledger.models import Transfer, TransferKind
from portal.ledger.returning import book_return
from portal.paying.payments.actions import book_repaid, hold_batch, owe_again, region_only
from portal.paying.payments.models import BatchState, PayeeKind, Payment, PaymentBatch, PaymentState
from portal.paying.payments.queries import settled_elsewhere
from portal.paying.statements.camt import StatementLine, statement_lines
from portal.paying.statements.models import BankStatement
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.guarded import hold
from portal.spending.invoices.models import Invoice
from portal.spending.providers.actions import tell_provider
from portal.spending.providers.models import Provider
from portal.spending.vouchers.models import Voucher

AT_A_TIME = 500


@dataclass(frozen=True)
class StatementRead:
    """What a statement brought: payments executed, returned, known before, and lines that do not fit."""

    executed: int
    returned: int
    known: int
    strange: tuple[str, ...]


def read_statement(session: Session, *, content: bytes, actor: Actor, now: datetime) -> StatementRead:
    """Read a statement of the bank (camt.053): what was executed is paid in the books, what came back is to be paid again.

    Reading the same statement again changes nothing. Raises ``Refusal`` (field file) for anything that is not a statement.
    """
    region_only(actor)
    lines = statement_lines(content)
    _hold_batches(session, lines)
    sha256 = hashlib.sha256(content).hexdigest()
    seen = session.scalar(select(BankStatement).where(BankStatement.sha256 == sha256))
    if seen is not None:
        return StatementRead(0, 0, seen.executed + seen.returned + seen.known, tuple(seen.strange))
    counts = {"executed": 0, "returned": 0, "known": 0}
    strange: list[str] = []
    for line in lines:
        for payment in _payments_of(session, line):
            fits = line.end_to_end_id is None or line.cents == payment.amount_cents
            outcome = _apply(session, payment, line, actor, now) if fits else None
            if outcome is None:
                strange.append(payment.end_to_end_id)
            else:
                counts[outcome] += 1
    read = StatementRead(counts["executed"], counts["returned"], counts["known"], tuple(strange))
    session.add(
        BankStatement(
            sha256=sha256,
            executed=read.executed,
            returned=read.returned,
            known=read.known,
            strange=strange,
            read_at=now,
            read_by=actor.reference,
        )
    )
    session.flush()
    record(session, actor=actor, action="statement.read", object_kind="statement", object_id=sha256[:16], now=now)
    return read


def _hold_batches(session: Session, lines: Sequence[StatementLine]) -> None:
    """Lock every batch that the lines are about, the oldest first, and read it anew: who reads another statement waits."""
    batch_ids: set[int] = set()
    for some in (lines[start : start + AT_A_TIME] for start in range(0, len(lines), AT_A_TIME)):
        of_payments = select(Payment.batch_id).where(
            Payment.end_to_end_id.in_([line.end_to_end_id for line in some if line.end_to_end_id is not None])
        )
        numbers = [line.batch_number for line in some if line.batch_number is not None]
        batch_ids |= set(session.scalars(of_payments))
        batch_ids |= set(session.scalars(select(PaymentBatch.id).where(PaymentBatch.number.in_(numbers))))
    for batch_id in sorted(batch_ids):
        hold_batch(session, session.get_one(PaymentBatch, batch_id))


def _payments_of(session: Session, line: StatementLine) -> list[Payment]:
    """The payments that a line is about: one by its own id, or a whole batch when the bank booked it in one amount."""
    if line.end_to_end_id is not None:
        found = session.scalar(select(Payment).where(Payment.end_to_end_id == line.end_to_end_id))
        return [found] if found is not None else []
    batch = session.scalar(select(PaymentBatch).where(PaymentBatch.number == line.batch_number))
    if batch is None or batch.total_cents != line.cents:
        return []
    return list(batch.counted)


def _apply(session: Session, payment: Payment, line: StatementLine, actor: Actor, now: datetime) -> str | None:
    """Book what happened to a payment; None when it does not fit where the payment stands."""
    batch = payment.batch
    if batch.state not in (BatchState.EXPORTED, BatchState.CLOSED):
        return None
    if payment.state is PaymentState.SENT and settled_elsewhere(session, payment=payment):
        return None
    if line.came_back:
        if payment.state is PaymentState.RETURNED:
            return "known"
        if payment.state is PaymentState.SENT:
            _execute(session, payment, line.booked_on, actor, now)
        try:
            with session.begin_nested():
                _return(session, payment, line, actor, now)
        except NotReserved:  # the payee paid (part of) it back already: a person sorts it out with the bank
            return None
        outcome = "returned"
    elif payment.state is PaymentState.SENT:
        _execute(session, payment, line.booked_on, actor, now)
        outcome = "executed"
    else:
        return "known"
    if batch.state is BatchState.EXPORTED and all(one.state is not PaymentState.SENT for one in batch.counted):
        batch.state, batch.closed_at = BatchState.CLOSED, now
    session.flush()
    return outcome


def _execute(session: Session, payment: Payment, day: date, actor: Actor, now: datetime) -> None:
    if payment.repayment is not None:
        hold(session, payment.repayment)
    for spend in payment.spends:
        pay(session, spend_id=spend.transfer_id, actor_id=actor.reference, now=now)
    payment.state, payment.executed_on = PaymentState.EXECUTED, day
    if payment.repayment is not None:
        key = payment.end_to_end_id
        book_repaid(session, repayment=payment.repayment, paid_on=day, reference=key, actor=actor, now=now)
    session.flush()
    record(session, actor=actor, action="payment.executed", object_kind="payment", object_id=payment.id, now=now)
    _tell(session, payment, "provider/paid", "payment/paid", now)


def _return(session: Session, payment: Payment, line: StatementLine, actor: Actor, now: datetime) -> None:
    for spend in payment.spends:
        paid = session.scalars(
            select(Transfer.id).where(Transfer.resolves_id == spend.transfer_id, Transfer.kind == TransferKind.PAY)
        ).one()
        book_return(
            session, payment_id=paid, actor_id=actor.reference, now=now, note=f"returned by the bank: {line.reason}"
        )
        spend.live = False
    payment.state, payment.returned_on, payment.return_reason = PaymentState.RETURNED, line.booked_on, line.reason
    if payment.repayment is not None:
        owe_again(session, repayment=payment.repayment, actor=actor, now=now)
    session.flush()
    record(session, actor=actor, action="payment.returned", object_kind="payment", object_id=payment.id, now=now)
    _tell(session, payment, "provider/payment_returned", "payment/returned", now)


def _tell(session: Session, payment: Payment, to_provider: str, to_holder: str, now: datetime) -> None:
    if payment.payee is PayeeKind.PROVIDER and payment.provider_id is not None:
        provider = session.get_one(Provider, payment.provider_id)
        tell_provider(session, provider=provider, template=to_provider, now=now, version=payment.id)
        return
    if payment.repayment is not None:
        voucher = session.get_one(Voucher, payment.repayment.voucher_id)
        to_holder = "payment/other_account" if to_holder == "payment/returned" else to_holder
    else:
        voucher = session.scalars(select(Invoice).where(Invoice.redemption_id == payment.redemption_id)).one().voucher
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    tell_asker(session, question=question, template=to_holder, now=now, version=payment.id)
