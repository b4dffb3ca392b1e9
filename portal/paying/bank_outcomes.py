"""What the bank did with a payment, booked: it was carried out, or the money came back. For statements, and by hand."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.own_debts.models import OwnDebt
from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.ledger.actions import pay
from portal.ledger.models import Transfer, TransferKind
from portal.ledger.queries import unpaid_of
from portal.ledger.returning import book_return
from portal.paying.own_payments import book_debt_paid, owe_debt_again, pays_it_again
from portal.paying.payments.actions import book_repaid, owe_again
from portal.paying.payments.models import BatchState, PayeeKind, Payment, PaymentSpend, PaymentState
from portal.paying.payments.queries import in_a_payment
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Conflict
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.invoices.models import Invoice
from portal.spending.providers.actions import tell_provider
from portal.spending.providers.models import Provider
from portal.spending.vouchers.models import Voucher


def book_carried_out(
    session: Session, *, payment: Payment, on: date, actor: Actor, now: datetime, told: bool = True
) -> None:
    """Book that the bank carried out a payment, and tell who was paid. The caller holds the batch and looked where it stands."""
    if payment.repayment is not None:
        hold(session, payment.repayment)
    if payment.own_debt is not None:
        hold(session, payment.own_debt)
    for spend in payment.spends:
        pay(session, spend_id=spend.transfer_id, actor_id=actor.reference, now=now)
    payment.state, payment.executed_on = PaymentState.EXECUTED, on
    if payment.repayment is not None:
        key = payment.end_to_end_id
        book_repaid(session, repayment=payment.repayment, paid_on=on, reference=key, actor=actor, now=now)
    if payment.own_debt is not None:
        key = payment.end_to_end_id
        book_debt_paid(session, owed=payment.own_debt, paid_on=on, reference=key, actor=actor, now=now)
    session.flush()
    record(session, actor=actor, action="payment.executed", object_kind="payment", object_id=payment.id, now=now)
    if told:
        _tell(session, payment, "provider/paid", "payment/paid", now)


def book_came_back(session: Session, *, payment: Payment, on: date, reason: str, actor: Actor, now: datetime) -> None:
    """Book that the money of a payment that was carried out came back: it is to be paid again. Tells who was to be paid.

    Raises ``NotReserved`` when who was paid has paid (part of) it back already; nothing is booked then.
    """
    with session.begin_nested():
        for spend in payment.spends:
            paid = session.scalars(
                select(Transfer.id).where(Transfer.resolves_id == spend.transfer_id, Transfer.kind == TransferKind.PAY)
            ).one()
            book_return(
                session, payment_id=paid, actor_id=actor.reference, now=now, note=f"returned by the bank: {reason}"
            )
            spend.live = False
        payment.state, payment.returned_on, payment.return_reason = PaymentState.RETURNED, on, reason
        if payment.repayment is not None:
            owe_again(session, repayment=payment.repayment, actor=actor, now=now)
        if payment.own_debt is not None:
            owe_debt_again(session, owed=payment.own_debt, actor=actor, now=now)
        session.flush()
        record(session, actor=actor, action="payment.returned", object_kind="payment", object_id=payment.id, now=now)
        _tell(session, payment, "provider/payment_returned", "payment/returned", now)


def take_up_again(session: Session, *, payment: Payment) -> None:
    """The return of a payment is undone: it pays once more what is open of it, and waits for its outcome again.

    Raises ``Conflict`` when (part of) that was settled in another way since, or is in another payment.
    """
    if payment.repayment is not None:
        hold(session, payment.repayment)
    if payment.own_debt is not None:
        pays_it_again(session, payment=payment)
    before = [spend.transfer_id for spend in payment.spends]
    standing = [one for one, _ in unpaid_of(session, transfer_ids=before)]
    taken = in_a_payment(session, transfer_ids=standing, lock=True)
    open_now = unpaid_of(session, transfer_ids=before)
    if taken or (payment.own_debt is None and sum(cents for _, cents in open_now) != payment.amount_cents):
        message = _l(
            "Dit bedrag staat in een andere betaling, of een deel ervan is anders afgehandeld. Haal het daar eerst uit, of "
            "overleg met wie het geld kreeg."
        )
        raise Conflict("taken_elsewhere", message)
    for spend in payment.spends:
        session.delete(spend)
    session.flush()
    session.add_all(PaymentSpend(payment_id=payment.id, transfer_id=one, live=True) for one, _ in open_now)
    payment.state = PaymentState.SENT
    payment.executed_on = payment.returned_on = payment.return_reason = None
    payment.return_read_by = payment.return_read_by_name = None
    payment.return_confirmed_by = payment.return_confirmed_by_name = None
    session.flush()
    session.expire(payment, ["spends"])


def close_when_all_is_told(session: Session, *, payment: Payment, now: datetime) -> None:
    """A batch is done once the outcome of everything in it is known."""
    batch = payment.batch
    if batch.state is BatchState.EXPORTED and all(one.state is not PaymentState.SENT for one in batch.counted):
        batch.state, batch.closed_at = BatchState.CLOSED, now
    session.flush()


def _tell(session: Session, payment: Payment, to_provider: str, to_holder: str, now: datetime) -> None:
    if payment.payee is PayeeKind.PROVIDER and payment.provider_id is not None:
        provider = session.get_one(Provider, payment.provider_id)
        tell_provider(session, provider=provider, template=to_provider, now=now, version=payment.id)
        return
    if payment.own_debt is not None:
        _tell_of_own_debt(session, payment.own_debt, payment.id, to_holder, now)
        return
    if payment.repayment is not None:
        voucher = session.get_one(Voucher, payment.repayment.voucher_id)
        to_holder = "payment/other_account" if to_holder == "payment/returned" else to_holder
    else:
        voucher = session.scalars(select(Invoice).where(Invoice.redemption_id == payment.redemption_id)).one().voucher
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    tell_asker(session, question=question, template=to_holder, now=now, version=payment.id)


def _tell_of_own_debt(session: Session, owed: OwnDebt, payment_id: int, to_holder: str, now: datetime) -> None:
    """Who asked is told; another who objected has no page here, and sees it at the bank or is called."""
    if owed.to_another:
        return
    template = "payment/other_account" if to_holder == "payment/returned" else "payment/own_paid"
    question = session.get_one(DevelopmentQuestion, owed.question_id)
    tell_asker(session, question=question, template=template, now=now, version=payment_id)
