"""Acts on payments: make a batch, release it with a second person, give out its file, cancel it, read the bank's answer."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sepaxml.validation import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.ledger.actions import NotReserved, pay
from portal.ledger.models import Transfer, TransferKind
from portal.ledger.returning import book_return
from portal.paying.payments.models import (
    BankStatement,
    BatchState,
    PayeeKind,
    Payment,
    PaymentBatch,
    PaymentSpend,
    PaymentState,
)
from portal.paying.payments.queries import (
    CANCEL_WITHIN,
    Payable,
    PayingAccount,
    may_be_cancelled,
    payables,
    payment_file,
    read_schema,
)
from portal.paying.payments.statements import StatementLine, statement_lines
from portal.paying.settling_again.actions import book_repaid, owe_again
from portal.paying.settling_again.models import Repayment
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.legal_calendar import add_working_days
from portal.platform.numbers.actions import next_number
from portal.spending.invoices.models import Invoice
from portal.spending.providers.actions import tell_provider
from portal.spending.providers.models import Provider
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import format_code


@dataclass(frozen=True)
class StatementRead:
    """What a statement brought: payments executed, returned, known before, and lines that do not fit."""

    executed: int
    returned: int
    known: int
    strange: tuple[str, ...]


def make_batch(
    session: Session, *, redemption_ids: Collection[int] | None = None, actor: Actor, now: datetime
) -> PaymentBatch:
    """Put everything that is to be paid, also what is owed to holders (or these redemptions only), in a new batch, as a preview.

    What has no account number is left out. Raises ``Conflict`` when nothing is left to pay.
    """
    _region(actor)
    found = [
        one
        for one in payables(session, lock=True)
        if one.iban is not None
        and (redemption_ids is None or (one.redemption is not None and one.redemption.id in redemption_ids))
    ]
    if not found:
        raise Conflict("nothing_to_pay", _l("Er is niets te betalen."))
    year = local_date(now).year
    number = f"LOKET-{year}-{next_number(session, series='payment_batch', year=year):05d}"
    batch = PaymentBatch(
        number=number,
        state=BatchState.DRAFT,
        made_at=now,
        made_by=actor.reference,
        made_by_name=actor.signature,
    )
    for place, one in enumerate(found, start=1):
        batch.payments.append(
            Payment(
                redemption_id=one.redemption.id if one.redemption is not None else None,
                repayment_id=one.repayment.id if one.repayment is not None else None,
                payee=one.payee,
                provider_id=one.provider_id,
                payee_name=one.name,
                iban=one.iban or "",
                amount_cents=one.amount_cents,
                end_to_end_id=f"{number}-{place:05d}",
                description=_words(session, one),
                state=PaymentState.PLANNED,
                spends=[PaymentSpend(transfer_id=transfer, live=True) for transfer in one.transfer_ids],
            )
        )
    session.add(batch)
    session.flush()
    _log(session, batch, "batch.made", actor, now)
    return batch


def _words(session: Session, one: Payable) -> str:
    """What the payee reads at the bank."""
    if one.redemption is not None:
        return f"{one.redemption.invoice_number} voucher {format_code(one.redemption.voucher.code)}"[:140]
    assert one.repayment is not None
    return f"Teruggave voucher {format_code(session.get_one(Voucher, one.repayment.voucher_id).code)}"


def leave_out(session: Session, *, payment: Payment, actor: Actor, now: datetime) -> None:
    """Take one payment out of a batch that was not released; it can go in a later one."""
    _region(actor)
    _in_state(session, payment.batch, BatchState.DRAFT)
    if payment.state is PaymentState.PLANNED:
        _drop(payment)
        session.flush()
        _log(session, payment.batch, "batch.payment_left_out", actor, now)


def release_batch(
    session: Session, *, batch: PaymentBatch, payer: PayingAccount | None, actor: Actor, now: datetime
) -> PaymentBatch:
    """A second person releases a batch: the file is made, and given out after the delay in which it can be cancelled.

    Raises ``Refusal`` for who made it, or when the desk has no account to pay from; ``Conflict`` when what is to be paid
    changed since the batch was made.
    """
    _region(actor)
    read_schema()
    _in_state(session, batch, BatchState.DRAFT)
    session.execute(select(Payment.id).where(Payment.batch_id == batch.id).order_by(Payment.id).with_for_update())
    if batch.made_by == actor.reference:
        message = _l("U hebt deze betaling zelf klaargezet. Een andere medewerker moet haar vrijgeven.")
        raise Refusal("second_person", message)
    if payer is None:
        message = _l("Er is geen rekening ingesteld waarvan het loket betaalt. Vraag het de beheerder.")
        raise Refusal("no_payer", message)
    if not batch.counted:
        raise Conflict("nothing_to_pay", _l("Er is niets te betalen."))
    for payment in batch.counted:
        _still_owed(session, payment)
    batch.released_at, batch.released_by, batch.released_by_name = now, actor.reference, actor.signature
    batch.execution_on = add_working_days(local_date(now + CANCEL_WITHIN), 1)
    try:
        batch.file_text = payment_file(batch, payer=payer)
    except ValidationError as error:
        message = _l(
            "Van deze betaling is geen goed bestand voor de bank te maken. Kijk naar de namen en rekeningnummers."
        )
        raise Refusal("file_invalid", message) from error
    batch.state = BatchState.RELEASED
    for payment in batch.counted:
        payment.state = PaymentState.SENT
    session.flush()
    _log(session, batch, "batch.released", actor, now)
    return batch


def _still_owed(session: Session, payment: Payment) -> None:
    """Nothing was credited, paid or given another account number since the batch was made."""
    payee: Provider | Repayment | None = payment.repayment
    if payee is not None:
        hold(session, payee)
    elif payment.provider_id is not None:
        payee = session.get(Provider, payment.provider_id)
    if _settled(session, payment) or (payee is not None and payee.iban != payment.iban):
        if payment.redemption is None:
            message = _l(
                "Er is intussen iets veranderd aan de teruggave aan %(name)s. Haal die uit deze betaling en maak een nieuwe.",
                name=payment.payee_name,
            )
            raise Conflict("payment_changed", message)
        message = _l(
            "Er is intussen iets veranderd aan factuur %(number)s. Haal haar uit deze betaling en maak een nieuwe.",
            number=payment.redemption.invoice_number,
        )
        raise Conflict("payment_changed", message)


def _settled(session: Session, payment: Payment) -> bool:
    """Whether the books settled (part of) what a payment pays in another way: by a credit note, say."""
    ids = [spend.transfer_id for spend in payment.spends]
    return session.scalar(select(Transfer.id).where(Transfer.resolves_id.in_(ids)).limit(1)) is not None


def export_batch(session: Session, *, batch: PaymentBatch, actor: Actor, now: datetime) -> str:
    """The file for the bank, once the delay has passed. Asking again gives the same file.

    Raises ``Conflict`` before that, or when it was cancelled.
    """
    _region(actor)
    hold(session, batch)
    if batch.state in (BatchState.EXPORTED, BatchState.CLOSED):
        return batch.file_text or ""
    _in_state(session, batch, BatchState.RELEASED)
    assert batch.released_at is not None and batch.file_text is not None
    if now < batch.released_at + CANCEL_WITHIN:
        message = _l("Het bestand komt een dag na de vrijgave. Tot dan kunt u de betaling nog annuleren.")
        raise Conflict("too_early", message)
    batch.state, batch.exported_at = BatchState.EXPORTED, now
    session.flush()
    _log(session, batch, "batch.exported", actor, now)
    return batch.file_text


def cancel_batch(session: Session, *, batch: PaymentBatch, reason: str, actor: Actor, now: datetime) -> None:
    """Take a batch back before its file can go to the bank: everything in it is to be paid again."""
    _region(actor)
    hold(session, batch)
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom u de betaling annuleert."), field="reason")
    if not may_be_cancelled(batch, now=now):
        message = _l("Deze betaling kan niet meer worden geannuleerd. Neem contact op met de bank.")
        raise Conflict("too_late", message)
    for payment in batch.counted:
        _drop(payment)
    batch.state, batch.cancel_reason = BatchState.CANCELLED, reason.strip()
    batch.cancelled_at, batch.cancelled_by = now, actor.reference
    session.flush()
    _log(session, batch, "batch.cancelled", actor, now)


def _drop(payment: Payment) -> None:
    payment.state = PaymentState.CANCELLED
    for spend in payment.spends:
        spend.live = False


# The answer of the bank -------------------------------------------------------------------------------------------------


def read_statement(session: Session, *, content: bytes, actor: Actor, now: datetime) -> StatementRead:
    """Read a statement of the bank (camt.053): what was executed is paid in the books, what came back is to be paid again.

    Reading the same statement again changes nothing. Raises ``Refusal`` (field file) for anything that is not a statement.
    """
    _region(actor)
    lines = statement_lines(content)
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


def _payments_of(session: Session, line: StatementLine) -> list[Payment]:
    """The payments that a line is about: one by its own id, or a whole batch when the bank booked it in one amount."""
    if line.end_to_end_id is not None:
        found = session.scalar(
            select(Payment).where(Payment.end_to_end_id == line.end_to_end_id).with_for_update(of=Payment)
        )
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
    if payment.state is PaymentState.SENT and _settled(session, payment):
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


def _region(actor: Actor) -> None:
    if actor.audience is not Audience.REGION:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))


def _in_state(session: Session, batch: PaymentBatch, state: BatchState) -> None:
    moved_on = Conflict("batch_moved_on", _l("Met deze betaling is intussen iets anders gedaan. Bekijk haar opnieuw."))
    hold(session, batch, PaymentBatch.state == state, otherwise=moved_on)


def _log(session: Session, batch: PaymentBatch, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="batch", object_id=batch.id, now=now)
