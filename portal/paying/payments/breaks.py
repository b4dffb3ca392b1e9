"""What is on its way to the bank against what it pays: the amounts that were spent, the account of the payee, and the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.awarding.own_debts.models import OwnDebt, OwnDebtState
from portal.ledger.invariants import Break
from portal.ledger.models import Transfer
from portal.paying.payments.models import (
    BatchState,
    Payment,
    PaymentBatch,
    PaymentSpend,
    PaymentState,
    Repayment,
)
from portal.paying.payments.queries import payment_breaks
from portal.spending.invoices.models import Invoice, InvoiceKind
from portal.spending.providers.models import IbanChange, IbanChangeState, Provider

_AT_THE_BANK = (BatchState.RELEASED, BatchState.EXPORTED, BatchState.CLOSED)
_LIVE = (PaymentState.PLANNED, PaymentState.SENT, PaymentState.EXECUTED)


@dataclass(frozen=True)
class InFile:
    """One payment as it stands in a file for the bank."""

    cents: int
    iban: str


def all_payment_breaks(session: Session) -> Iterator[Break]:
    """The payments against the books, against what they pay, and against the files that went to the bank."""
    yield from payment_breaks(session)
    yield from _amounts(session)
    yield from _own_debts(session)
    yield from _accounts(session)
    yield from _files(session)


def _amounts(session: Session) -> Iterator[Break]:
    """P4: a payment pays what its spent amounts come to, no more and no less."""
    spent = (
        select(PaymentSpend.payment_id, func.sum(Transfer.amount_cents).label("cents"))
        .join(Transfer, Transfer.id == PaymentSpend.transfer_id)
        .group_by(PaymentSpend.payment_id)
        .subquery()
    )
    cents = func.coalesce(spent.c.cents, 0)
    rows = select(Payment.end_to_end_id, Payment.amount_cents, cents).outerjoin(spent, spent.c.payment_id == Payment.id)
    of_budgets = Payment.own_debt_id.is_(None)
    wrong = rows.where(of_budgets, Payment.state.in_(_LIVE), cents != Payment.amount_cents).order_by(Payment.id)
    for name, amount, booked in session.execute(wrong):
        yield Break("P4", f"payment {name}", f"pays {amount}, but what it pays for comes to {booked}")


def _own_debts(session: Session) -> Iterator[Break]:
    """P7: what the region itself owes is paid when a payment of exactly so much was carried out, and then only."""
    done = aliased(Payment)
    carried_out = and_(done.own_debt_id == OwnDebt.id, done.state == PaymentState.EXECUTED)
    rows = select(OwnDebt, func.coalesce(done.amount_cents, 0)).outerjoin(done, carried_out).order_by(OwnDebt.id)
    for owed, paid in session.execute(rows):
        if paid != (owed.amount_cents if owed.state is OwnDebtState.PAID else 0):
            message = f"{owed.state.value} for {owed.amount_cents}, but the bank paid {paid}"
            yield Break("P7", f"own debt {owed.id}", message)
    other = select(Payment.end_to_end_id, Payment.amount_cents, OwnDebt.amount_cents).join(
        OwnDebt, OwnDebt.id == Payment.own_debt_id
    )
    wrong = other.where(Payment.state.in_(_LIVE), Payment.amount_cents != OwnDebt.amount_cents).order_by(Payment.id)
    for name, amount, owed_cents in session.execute(wrong):
        yield Break("P7", f"payment {name}", f"pays {amount}, but {owed_cents} is owed")
    spent = select(Payment.end_to_end_id).join(PaymentSpend, PaymentSpend.payment_id == Payment.id)
    for name in session.scalars(spent.where(Payment.own_debt_id.is_not(None)).distinct()):
        yield Break("P7", f"payment {name}", "pays of a budget what the region itself owes")


def _accounts(session: Session) -> Iterator[Break]:
    """P5: what is on its way goes to the account that the payee gave: the provider, who paid the bill, or who is owed.

    When another account of the provider was confirmed after the release, the payment still goes to the one before.
    """
    later = select(IbanChange.id).where(
        IbanChange.provider_id == Payment.provider_id,
        IbanChange.state == IbanChangeState.CONFIRMED,
        IbanChange.decided_at >= PaymentBatch.released_at,
    )
    bill = and_(Invoice.redemption_id == Payment.redemption_id, Invoice.kind == InvoiceKind.PAID_BILL)
    rows = (
        select(Payment.end_to_end_id, Payment.iban, Provider.iban, Repayment.iban, OwnDebt.iban, Invoice.payee_iban)
        .select_from(Payment)
        .join(PaymentBatch, PaymentBatch.id == Payment.batch_id)
        .outerjoin(Provider, Provider.id == Payment.provider_id)
        .outerjoin(Repayment, Repayment.id == Payment.repayment_id)
        .outerjoin(OwnDebt, OwnDebt.id == Payment.own_debt_id)
        .outerjoin(Invoice, bill)
        .where(
            Payment.state == PaymentState.SENT,
            or_(
                and_(Payment.provider_id.is_not(None), Provider.iban.is_distinct_from(Payment.iban), ~later.exists()),
                and_(Payment.repayment_id.is_not(None), Repayment.iban.is_distinct_from(Payment.iban)),
                and_(Payment.own_debt_id.is_not(None), OwnDebt.iban.is_distinct_from(Payment.iban)),
                and_(
                    Payment.provider_id.is_(None),
                    Payment.repayment_id.is_(None),
                    Payment.own_debt_id.is_(None),
                    Invoice.payee_iban.is_distinct_from(Payment.iban),
                ),
            ),
        )
        .order_by(Payment.id)
    )
    for name, paid, *said in session.execute(rows):
        if paid in said:  # not all of it is sealed yet: in the database these were different
            continue
        yield Break("P5", f"payment {name}", "goes to another account number than its payee gave")


def _files(session: Session) -> Iterator[Break]:
    """P6: a file for the bank pays what the batch holds: nothing else, nothing twice, and all of it."""
    batches = select(PaymentBatch).where(PaymentBatch.state.in_(_AT_THE_BANK)).order_by(PaymentBatch.id)
    for batch in session.scalars(batches.execution_options(yield_per=50)):
        try:
            in_file, twice = read_payments(batch.file_text or "")
        except (ParseError, DefusedXmlException, InvalidOperation, ValueError):
            yield Break("P6", f"batch {batch.number}", "has no file that can be read")
            continue
        for name in twice:
            yield Break("P6", f"payment {name}", f"stands twice in the file of {batch.number}")
        counted = {one.end_to_end_id: one for one in batch.counted}
        for name in sorted(in_file.keys() - counted.keys()):
            yield Break(
                "P6", f"payment {name}", f"{in_file[name].cents} goes out by {batch.number}, but not in the books"
            )
        for name, payment in counted.items():
            found = in_file.get(name)
            if found is None:
                yield Break("P6", f"payment {name}", f"is not in the file of {batch.number}")
            elif found != InFile(payment.amount_cents, payment.iban):
                yield Break(
                    "P6", f"payment {name}", f"has another amount or account number in the file of {batch.number}"
                )


def read_payments(text: str) -> tuple[dict[str, InFile], list[str]]:
    """What a file pays by the name of each payment, and the names that stand in it more than once."""
    found: dict[str, InFile] = {}
    twice = []
    for node in fromstring(text).iter():
        if _local(node) != "CdtTrfTxInf":
            continue
        said = {_local(inner): (inner.text or "").strip() for inner in node.iter()}
        name, account = said["EndToEndId"], said["IBAN"]
        if name in found:
            twice.append(name)
        found[name] = InFile(int(Decimal(said["InstdAmt"]) * 100), account)
    return found, twice


def _local(node: Element) -> str:
    return re.sub(r"^\{.*\}", "", node.tag)
