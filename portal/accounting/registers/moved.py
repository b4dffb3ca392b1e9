"""Registers of money that moved: the payments, and the bookings of the ledger with the voucher and invoice they are about."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from portal.accounting.registers.asked import CellKind, RegisterFilter
from portal.accounting.registers.sources import (
    RegisterRows,
    at_between,
    between,
    columns,
    in_state,
    like,
    of_scheme,
    of_voucher,
)
from portal.framework.catalogue.models import Scheme, SchemeVersion
from portal.ledger.models import LedgerAccount, Transfer, TransferKind
from portal.paying.payments.models import Payment, PaymentBatch, PaymentSpend, PaymentState, Repayment
from portal.spending.providers.models import Provider
from portal.spending.vouchers.models import Redemption, RedemptionSpend, Voucher


def payments(asked: RegisterFilter) -> RegisterRows:
    """Every payment in a batch, with its voucher; on funding lines: what of it those lines paid."""
    names = {"invoice": CellKind.TEXT, "provider": CellKind.TEXT} if asked.named else {}
    shown = columns(
        payment=CellKind.TEXT, number=CellKind.VOUCHER, **names, party=CellKind.PARTY, scheme=CellKind.SCHEME,
        state=CellKind.STATE, made_at=CellKind.INSTANT, executed_on=CellKind.DAY, cents=CellKind.CENTS,
    )  # fmt: skip
    voucher = func.coalesce(Redemption.voucher_id, Repayment.voucher_id)
    part = None
    if asked.line_ids is not None:
        part = (
            select(PaymentSpend.payment_id, func.sum(Transfer.amount_cents).label("cents"))
            .join(Transfer, Transfer.id == PaymentSpend.transfer_id)
            .join(LedgerAccount, LedgerAccount.id == Transfer.credit_account_id)
            .where(LedgerAccount.funding_line_id.in_(asked.line_ids))
            .group_by(PaymentSpend.payment_id)
            .subquery()
        )
    rows = (
        select(
            Payment.id, Payment.end_to_end_id.label("payment"), Voucher.id.label("number"),
            Redemption.invoice_number.label("invoice"), Provider.name.label("provider"), Payment.payee.label("party"),
            Voucher.scheme, Payment.state, PaymentBatch.made_at, Payment.executed_on,
            (Payment.amount_cents if part is None else part.c.cents).label("cents"),
        )
        .select_from(Payment)
        .join(PaymentBatch, PaymentBatch.id == Payment.batch_id)
        .outerjoin(Redemption, Redemption.id == Payment.redemption_id)
        .outerjoin(Repayment, Repayment.id == Payment.repayment_id)
        .join(Voucher, Voucher.id == voucher)
        .outerjoin(Provider, Provider.id == Payment.provider_id)
        .where(*at_between(PaymentBatch.made_at, asked), *in_state(Payment.state, PaymentState, asked))
        .where(*of_scheme(asked))
    )  # fmt: skip
    if part is not None:
        rows = rows.join(part, part.c.payment_id == Payment.id)
    if asked.text:
        found = [of_voucher(asked.text), like(Payment.end_to_end_id, asked.text)]
        if asked.named:
            found += [like(Redemption.invoice_number, asked.text), like(Provider.name, asked.text)]
        rows = rows.where(or_(*found))
    return RegisterRows(rows, shown, summed=part is not None)


def bookings(asked: RegisterFilter) -> RegisterRows:
    """Every transfer of the ledger, with the voucher, invoice and provider that it is about. Its day is the day of booking."""
    out, into = aliased(LedgerAccount), aliased(LedgerAccount)
    shown = columns(
        booked_on=CellKind.DAY, kind=CellKind.STATE, from_line=CellKind.LINE, from_account=CellKind.ACCOUNT,
        to_line=CellKind.LINE, to_account=CellKind.ACCOUNT, scheme=CellKind.SCHEME, number=CellKind.VOUCHER,
        invoice=CellKind.TEXT, provider=CellKind.TEXT, cents=CellKind.CENTS,
    )  # fmt: skip
    spent = RedemptionSpend.transfer_id
    used = (
        select(func.min(RedemptionSpend.redemption_id))
        .where(or_(spent == Transfer.id, spent == Transfer.resolves_id))
        .correlate(Transfer)
        .scalar_subquery()
    )
    rows = (
        select(
            Transfer.id, Transfer.booked_on, Transfer.kind, out.funding_line_id.label("from_line"),
            out.kind.label("from_account"), into.funding_line_id.label("to_line"), into.kind.label("to_account"),
            Scheme.slug.label("scheme"), Transfer.voucher_id.label("number"),
            Redemption.invoice_number.label("invoice"), Provider.name.label("provider"),
            Transfer.amount_cents.label("cents"),
        )
        .join(out, out.id == Transfer.debit_account_id)
        .join(into, into.id == Transfer.credit_account_id)
        .outerjoin(SchemeVersion, SchemeVersion.id == Transfer.scheme_version_id)
        .outerjoin(Scheme, Scheme.id == SchemeVersion.scheme_id)
        .outerjoin(Redemption, Redemption.id == used)
        .outerjoin(Provider, Provider.id == Redemption.provider_id)
        .where(*between(Transfer.booked_on, asked), *in_state(Transfer.kind, TransferKind, asked))
    )  # fmt: skip
    narrow = asked.line_ids is not None or asked.scheme is not None or asked.text
    all_of_them = select(Transfer.id, Transfer.amount_cents.label("cents")).where(
        *between(Transfer.booked_on, asked), *in_state(Transfer.kind, TransferKind, asked)
    )
    if asked.line_ids is not None:
        rows = rows.where(or_(out.funding_line_id.in_(asked.line_ids), into.funding_line_id.in_(asked.line_ids)))
    if asked.scheme is not None:
        rows = rows.where(Scheme.slug == asked.scheme)
    if asked.text:
        vouchers = select(Voucher.id).where(of_voucher(asked.text))
        invoiced = (
            select(spent)
            .join(Redemption, Redemption.id == RedemptionSpend.redemption_id)
            .join(Provider, Provider.id == Redemption.provider_id)
            .where(or_(like(Redemption.invoice_number, asked.text), like(Provider.name, asked.text)))
        )
        rows = rows.where(
            or_(
                Transfer.voucher_id.in_(vouchers),
                Transfer.id.in_(invoiced),
                Transfer.resolves_id.in_(invoiced),
            )
        )
    return RegisterRows(rows, shown, by_day="booked_on", totals=None if narrow else all_of_them)
