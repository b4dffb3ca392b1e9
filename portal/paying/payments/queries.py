"""Reads of payments: what is to be paid, the batches, the file for the bank, and what stands open with a provider."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.awarding.decisions.models import Decision
from portal.awarding.own_debts.models import OwnDebt, OwnDebtState
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import may_see
from portal.ledger.invariants import Break
from portal.ledger.models import AccountKind, LedgerAccount, Transfer, TransferKind
from portal.ledger.queries import unpaid_of
from portal.paying.payments.models import (
    BatchState,
    PayeeKind,
    Payment,
    PaymentBatch,
    PaymentSpend,
    PaymentState,
    Repayment,
    RepaymentState,
)
from portal.people.actor import Actor, Audience
from portal.platform.among import among
from portal.spending.invoices.models import WAITING, Invoice, InvoiceKind
from portal.spending.providers.models import Provider
from portal.spending.vouchers.models import LIVE_STATES, Redemption, RedemptionSpend, Voucher
from portal.spending.vouchers.queries import of_vouchers_seen_by

CANCEL_WITHIN = timedelta(hours=24)
"""How long a released batch waits before its file is given out: so long it can be cancelled."""
SEES_PAYMENTS = (Audience.REGION, Audience.SYSTEM)


@dataclass
class Payable:
    """What is to be paid for one redemption, is owed to a holder, or by the region itself; to whom."""

    redemption: Redemption | None
    repayment: Repayment | None
    payee: PayeeKind
    provider_id: int | None
    name: str
    iban: str | None
    transfer_ids: list[int] = field(default_factory=list)
    amount_cents: int = 0
    own_debt: OwnDebt | None = None
    """What the region itself owes: no money of a budget, so without transfers."""


def cases_of_paid(session: Session, *, paid: Sequence[Payment | Payable]) -> list[int]:
    """The cases of the people who are paid, for who shows their names: a provider is no person."""
    people = [one for one in paid if one.payee is PayeeKind.HOLDER]
    vouchers = {thing.voucher_id for one in people for thing in (one.redemption, one.repayment) if thing is not None}
    cases = {one.own_debt.question_id for one in people if one.own_debt is not None}
    if vouchers:
        cases |= set(session.scalars(select(Voucher.question_id).where(among(Voucher.id, vouchers))))
    return sorted(cases)


class OwedState(enum.StrEnum):
    """How far the money is that a holder gets back."""

    ASKED = "asked"
    """The holder still has to say on which account."""
    RETURNED = "returned"
    """The bank sent it back; the holder still has to give another account."""
    GIVEN = "given"
    ON_ITS_WAY = "on_its_way"
    PAID = "paid"


@dataclass(frozen=True)
class Exposure:
    """What stands open with a provider, in cents: kept for it, asked by it, and accepted but not paid."""

    reserved_cents: int
    pending_cents: int
    unpaid_cents: int


def payables(session: Session, *, lock: bool = False) -> list[Payable]:
    """Everything that is to be paid and not in a batch: per redemption what was spent, then what is owed to holders, then what
    the region itself owes; oldest first.

    With `lock` the transfers are locked first and read then, so that two batches never take the same.
    """
    rows = _open_transfers()
    if lock:
        locked = session.scalars(rows.with_for_update(of=Transfer)).all()
        rows = rows.where(among(Transfer.id, [one.id for one in locked]))
    found: dict[tuple[bool, int], Payable] = {}
    for transfer in session.scalars(rows):
        redemption = redemption_of(session, transfer)
        if redemption is not None:
            one = found.setdefault((False, redemption.id), _to_pay(session, redemption))
        elif (owed := repayment_behind(session, transfer)) is not None:
            one = found.setdefault((True, owed.id), _to_repay(owed))
        else:
            continue
        one.transfer_ids.append(transfer.id)
        one.amount_cents += transfer.amount_cents
    return [*(found[key] for key in sorted(found)), *_own_debts(session, lock=lock)]


def _own_debts(session: Session, *, lock: bool) -> Iterator[Payable]:
    taken = Payment.state.in_((PaymentState.PLANNED, PaymentState.SENT, PaymentState.EXECUTED))
    rows = select(OwnDebt).where(OwnDebt.state == OwnDebtState.OPEN).order_by(OwnDebt.id)
    if lock:
        session.scalars(rows.with_for_update().execution_options(populate_existing=True)).all()
    free = rows.where(~select(Payment.id).where(Payment.own_debt_id == OwnDebt.id, taken).exists())
    for owed in session.scalars(free):
        name, iban = owed.payee_name or "", owed.iban
        yield Payable(None, None, PayeeKind.HOLDER, None, name, iban, [], owed.amount_cents, owed)


def _open_transfers() -> Select[Transfer]:
    """Transfers that left money on the account of what is spent, that nothing settled and no live payment has."""
    later, taken = aliased(Transfer), aliased(PaymentSpend)
    spent = select(LedgerAccount.id).where(LedgerAccount.kind == AccountKind.SPENT)
    return (
        select(Transfer)
        .where(
            Transfer.credit_account_id.in_(spent),
            ~select(later.id).where(later.resolves_id == Transfer.id).exists(),
            ~select(taken.payment_id).where(taken.transfer_id == Transfer.id, taken.live).exists(),
        )
        .order_by(Transfer.id)
    )


def redemption_of(session: Session, transfer: Transfer) -> Redemption | None:
    """The redemption that a spent or paid amount belongs to; after returns and re-assignments, that of the first spend."""
    while transfer.kind is not TransferKind.SPEND:
        if transfer.resolves_id is None:
            return None
        transfer = session.get_one(Transfer, transfer.resolves_id)
    link = select(RedemptionSpend.redemption_id).where(RedemptionSpend.transfer_id == transfer.id)
    found = session.scalar(link)
    return session.get(Redemption, found) if found is not None else None


def _to_pay(session: Session, redemption: Redemption) -> Payable:
    invoice = session.scalar(select(Invoice).where(Invoice.redemption_id == redemption.id))
    if invoice is not None and invoice.kind is InvoiceKind.PAID_BILL:
        return Payable(redemption, None, PayeeKind.HOLDER, None, invoice.payee_name or "", invoice.payee_iban)
    provider = session.get_one(Provider, redemption.provider_id)
    return Payable(redemption, None, PayeeKind.PROVIDER, provider.id, provider.name[:70], provider.iban)


def _to_repay(owed: Repayment) -> Payable:
    return Payable(None, owed, PayeeKind.HOLDER, None, owed.payee_name or "", owed.iban)


def batches(session: Session, *, actor: Actor, limit: int = 100, offset: int = 0) -> list[PaymentBatch]:
    """All batches, the newest first; for the region only."""
    if actor.audience not in SEES_PAYMENTS:
        return []
    return list(session.scalars(select(PaymentBatch).order_by(PaymentBatch.id.desc()).limit(limit).offset(offset)))


def batch_by_public_id(session: Session, *, public_id: str, actor: Actor) -> PaymentBatch | None:
    """One batch, for the region; None for others."""
    if actor.audience not in SEES_PAYMENTS:
        return None
    return session.scalar(select(PaymentBatch).where(PaymentBatch.public_id == public_id))


def exposure(session: Session, *, provider: Provider) -> Exposure:
    """What stands open with a provider now."""
    open_cents = Voucher.amount_cents - Voucher.redeemed_cents - Voucher.released_cents
    kept = select(func.coalesce(func.sum(open_cents), 0)).where(
        Voucher.reserved_provider_id == provider.id, Voucher.state.in_(LIVE_STATES)
    )
    asked = select(func.coalesce(func.sum(Invoice.amount_cents), 0)).where(
        Invoice.provider_id == provider.id, Invoice.state.in_(WAITING), Invoice.kind == InvoiceKind.INVOICE
    )
    unpaid = sum(one.amount_cents for one in payables(session) if one.provider_id == provider.id)
    on_the_way = select(func.coalesce(func.sum(Payment.amount_cents), 0)).where(
        Payment.provider_id == provider.id, Payment.state.in_((PaymentState.PLANNED, PaymentState.SENT))
    )
    return Exposure(
        int(session.scalar(kept) or 0),
        int(session.scalar(asked) or 0),
        unpaid + int(session.scalar(on_the_way) or 0),
    )


def may_be_cancelled(batch: PaymentBatch, *, now: datetime) -> bool:
    """Whether a batch can still be taken back: its file was not given out, and the delay has not passed."""
    if batch.state is BatchState.DRAFT:
        return True
    return (
        batch.state is BatchState.RELEASED and batch.released_at is not None and now < batch.released_at + CANCEL_WITHIN
    )


def on_its_way(session: Session, *, redemption_ids: Collection[int]) -> bool:
    """Whether one of these redemptions is in a payment that was released and of which the bank has not told the outcome.

    Locks the payments that wait: who releases their batch at the same moment waits, and then sees what was written here.
    """
    rows = select(Payment.state).where(
        among(Payment.redemption_id, redemption_ids), Payment.state.in_((PaymentState.PLANNED, PaymentState.SENT))
    )
    states = session.scalars(rows.order_by(Payment.id).with_for_update(of=Payment)).all()
    return PaymentState.SENT in states


def payment_breaks(session: Session) -> Iterator[Break]:
    """The payments against the books: executed means paid in full, nothing else is paid by the bank, and what is owed to a
    holder is to be paid there too."""
    pay = aliased(Transfer)
    paid = (
        select(PaymentSpend.payment_id, func.sum(pay.amount_cents).label("cents"))
        .join(pay, and_(pay.resolves_id == PaymentSpend.transfer_id, pay.kind == TransferKind.PAY))
        .group_by(PaymentSpend.payment_id)
        .subquery()
    )
    done = Payment.state.in_((PaymentState.EXECUTED, PaymentState.RETURNED))
    cents = func.coalesce(paid.c.cents, 0)
    rows = select(Payment, cents).outerjoin(paid, paid.c.payment_id == Payment.id)
    of_budgets = Payment.own_debt_id.is_(None)
    wrong = or_(
        and_(of_budgets, done, cents != Payment.amount_cents), and_(Payment.state == PaymentState.SENT, cents != 0)
    )
    for payment, booked in session.execute(rows.where(wrong).order_by(Payment.id)):
        message = f"{payment.state.value} for {payment.amount_cents}, but the books have {booked}"
        yield Break("P1", f"payment {payment.end_to_end_id}", message)
    back, stands = aliased(Transfer), _where_payments_stand()
    returned = (
        select(Payment, func.count(back.id))
        .join(PaymentSpend, PaymentSpend.payment_id == Payment.id)
        .join(pay, and_(pay.resolves_id == PaymentSpend.transfer_id, pay.kind == TransferKind.PAY))
        .outerjoin(stands, stands.c.pay_id == pay.id)
        .outerjoin(
            back,
            and_(back.resolves_id == func.coalesce(stands.c.last_id, pay.id), back.kind == TransferKind.CORRECT),
        )
        .group_by(Payment.id)
        .having(or_(and_(Payment.state == PaymentState.RETURNED, func.count(back.id) < func.count(pay.id)),
                    and_(Payment.state == PaymentState.EXECUTED, func.count(back.id) > 0)))
    )  # fmt: skip
    for payment, _ in session.execute(returned):
        yield Break("P2", f"payment {payment.end_to_end_id}", "returned in one place and not in the other")
    for owed in session.scalars(select(Repayment).order_by(Repayment.id)):
        unpaid = sum(cents for _, cents in owed_transfers(session, repayment=owed))
        wanted = owed.amount_cents if owed.state is RepaymentState.OPEN else 0
        if unpaid != wanted:
            message = f"{owed.state.value} for {owed.amount_cents}, but the books have {unpaid} to pay"
            yield Break("P3", f"repayment {owed.id}", message)


def _where_payments_stand() -> Subquery:
    """(pay_id, last_id): of payments that another funding line took over, the last transfer with which one did."""
    moved, earlier, later = aliased(Transfer), aliased(Transfer), aliased(Transfer)
    first = select(moved.resolves_id.label("pay_id"), moved.id.label("last_id")).join(
        earlier, and_(earlier.id == moved.resolves_id, earlier.kind == TransferKind.PAY)
    )
    chain = first.where(moved.kind == TransferKind.REASSIGN).cte("stands", recursive=True)
    further = select(chain.c.pay_id, later.id).join(
        later, and_(later.resolves_id == chain.c.last_id, later.kind == TransferKind.REASSIGN)
    )
    whole = chain.union_all(further)
    return select(whole.c.pay_id, func.max(whole.c.last_id).label("last_id")).group_by(whole.c.pay_id).subquery()


def in_a_payment(session: Session, *, transfer_ids: Collection[int], lock: bool = False) -> set[int]:
    """Which of these spent amounts are in a payment that waits or is on its way to the bank.

    With `lock` the amounts are locked first: who puts them in a batch at the same moment waits, and then sees what was done.
    """
    rows = select(Transfer.id).where(among(Transfer.id, transfer_ids)).order_by(Transfer.id)
    if lock:
        session.execute(rows.with_for_update()).all()
    live = select(PaymentSpend.transfer_id).where(among(PaymentSpend.transfer_id, transfer_ids), PaymentSpend.live)
    return set(session.scalars(live))


def settled_elsewhere(session: Session, *, payment: Payment) -> bool:
    """Whether the books settled (part of) what a payment pays in another way: by a credit note, say."""
    ids = [spend.transfer_id for spend in payment.spends]
    return session.scalar(select(Transfer.id).where(among(Transfer.resolves_id, ids)).limit(1)) is not None


def payment_of(session: Session, *, redemption_id: int | None) -> Payment | None:
    """The last payment that was planned for a redemption and not taken out again."""
    rows = select(Payment).where(Payment.redemption_id == redemption_id, Payment.state != PaymentState.CANCELLED)
    return session.scalar(rows.order_by(Payment.id.desc()).limit(1)) if redemption_id is not None else None


def paid_before(session: Session, *, payments: Collection[Payment]) -> dict[int, Payment]:
    """Per payment, by its id, the last one before it that paid the same and came back from the bank."""
    redemptions = [one.redemption_id for one in payments if one.redemption_id is not None]
    repayments = [one.repayment_id for one in payments if one.repayment_id is not None]
    debts = [one.own_debt_id for one in payments if one.own_debt_id is not None]
    same = or_(
        among(Payment.redemption_id, redemptions),
        among(Payment.repayment_id, repayments),
        among(Payment.own_debt_id, debts),
    )
    rows = select(Payment).where(Payment.state == PaymentState.RETURNED, same).order_by(Payment.id)
    returned = session.scalars(rows).all()
    return {
        payment.id: one
        for payment in payments
        for one in returned  # the oldest first: of more than one the last stays
        if one.id < payment.id and _pays_for(one) == _pays_for(payment)
    }


def _pays_for(payment: Payment) -> tuple[int | None, int | None, int | None]:
    return payment.redemption_id, payment.repayment_id, payment.own_debt_id


def last_payment(session: Session, *, repayment: Repayment, state: PaymentState | None = None) -> Payment | None:
    """The last payment (in this state) of what is owed to a holder, that was not taken out again."""
    rows = select(Payment).where(Payment.repayment_id == repayment.id, Payment.state != PaymentState.CANCELLED)
    if state is not None:
        rows = rows.where(Payment.state == state)
    return session.scalar(rows.order_by(Payment.id.desc()).limit(1))


def stands_at(session: Session, *, repayment: Repayment) -> OwedState:
    """How far the money is that a holder gets back."""
    if repayment.state is RepaymentState.PAID:
        return OwedState.PAID
    last = last_payment(session, repayment=repayment)
    if last is not None and last.state is PaymentState.SENT:
        return OwedState.ON_ITS_WAY
    if repayment.iban is not None:
        return OwedState.GIVEN
    return OwedState.RETURNED if last is not None and last.state is PaymentState.RETURNED else OwedState.ASKED


# What is owed to holders -----------------------------------------------------------------------------------------------


def voucher_of_repayment(session: Session, *, repayment: Repayment) -> Voucher:
    """The voucher whose holder is owed something."""
    return session.get_one(Voucher, repayment.voucher_id)


def repayment_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Repayment | None:
    """What is, or was, owed; None when there is none or the actor may not see its voucher."""
    of_seen = of_vouchers_seen_by(session, Repayment.voucher_id, actor)
    return session.scalar(select(Repayment).where(Repayment.public_id == public_id, of_seen))


def repayments_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[Repayment]:
    """What is, or was, owed to the holder of the vouchers of a question; empty when the actor may not see the question."""
    if not may_see(question, actor):
        return []
    rows = select(Repayment).join(Voucher, Voucher.id == Repayment.voucher_id)
    return list(session.scalars(rows.where(Voucher.question_id == question.id).order_by(Repayment.id)))


def repayment_behind(session: Session, transfer: Transfer) -> Repayment | None:
    """What is, or was, owed to the holder of the voucher, when it was a settlement that spent this amount."""
    return session.scalar(select(Repayment).where(Repayment.decision_id == transfer.decision_id))


def owed_transfers(session: Session, *, repayment: Repayment) -> list[tuple[int, int]]:
    """(id, cents) of the transfers that hold what is still owed to the holder, oldest first; none once it was paid.

    What came back from the bank is the transfer that booked it back.
    """
    spent = _spent_to_repay(repayment).with_only_columns(Transfer.id)
    return unpaid_of(session, transfer_ids=session.scalars(spent).all())


def decided_by(session: Session, *, repayment: Repayment) -> str | None:
    """Who decided that it is owed: the reference of an actor."""
    return session.scalar(_spent_to_repay(repayment).with_only_columns(Decision.decided_by).limit(1))


def _spent_to_repay(repayment: Repayment) -> Select[Transfer]:
    """Its decision spent it, for no invoice."""
    return (
        select(Transfer)
        .join(Decision, Decision.id == Transfer.decision_id)
        .where(
            Transfer.voucher_id == repayment.voucher_id,
            Transfer.kind == TransferKind.SPEND,
            Transfer.id.not_in(select(RedemptionSpend.transfer_id)),
            Decision.id == repayment.decision_id,
        )
        .order_by(Transfer.id)
    )
