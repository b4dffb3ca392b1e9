"""Registers of money that moved: the payments, and the bookings of the ledger with the voucher and invoice they are about."""

from __future__ import annotations

from typing import Any

from sqlalchemy import FromClause, Select, String, func, literal, null, or_, select, type_coerce
from sqlalchemy.orm import aliased

from portal.accounting.registers.asked import TAKEN_OVER, CellKind, RegisterFilter
from portal.accounting.registers.bills import BEFORE, is_taken_over, with_those_before
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
from portal.accounting.takeover.models import EarlierAdministration, VoucherTakenOver
from portal.framework.catalogue.models import Scheme, SchemeVersion
from portal.ledger.models import LedgerAccount, Transfer, TransferKind
from portal.paying.payments.models import PayeeKind, Payment, PaymentBatch, PaymentSpend, PaymentState, Repayment
from portal.spending.providers.models import Provider
from portal.spending.vouchers.models import Redemption, RedemptionSpend, Voucher


def payments(asked: RegisterFilter) -> RegisterRows:
    """Every payment in a batch, and every one that was taken over, with its voucher; on funding lines: what those lines paid."""
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
            Redemption.invoice_number.label("invoice"), Provider.name.label("provider"),
            type_coerce(Payment.payee, String).label("party"), Voucher.scheme,
            type_coerce(Payment.state, String).label("state"), PaymentBatch.made_at, Payment.executed_on,
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
    before = _paid_before(asked)
    full = with_those_before(rows, before)
    if part is not None or asked.text or asked.scheme is not None or asked.first is not None or asked.last is not None:
        return RegisterRows(full, shown, summed=part is not None)
    mine = select(Payment.id, Payment.amount_cents.label("cents")).where(
        Payment.own_debt_id.is_(None), *in_state(Payment.state, PaymentState, asked)
    )
    narrow = with_those_before(
        mine, before.with_only_columns((Transfer.id - BEFORE).label("id"), Transfer.amount_cents)
    )

    def beside(page: FromClause) -> Select[*tuple[Any, ...]]:
        here, earlier = select(page.c.id), select(page.c.id + BEFORE)
        return with_those_before(rows.where(Payment.id.in_(here)), before.where(Transfer.id.in_(earlier)))

    return RegisterRows(narrow, shown, beside=beside, full=full)


def _paid_before(asked: RegisterFilter) -> Select[*tuple[Any, ...]]:
    """What another administration had paid when its vouchers were taken over: no batch of this desk, and the day it was paid."""
    taken, administration = VoucherTakenOver, EarlierAdministration
    rows = (
        select(
            (Transfer.id - BEFORE).label("id"), taken.reference if asked.named else null(), Voucher.id,
            Redemption.invoice_number, Provider.name, literal(PayeeKind.PROVIDER.value, String), Voucher.scheme,
            literal(TAKEN_OVER, String), null(), Transfer.booked_on, Transfer.amount_cents,
        )
        .join(taken, taken.voucher_id == Transfer.voucher_id)
        .join(administration, administration.id == taken.administration_id)
        .join(Voucher, Voucher.id == Transfer.voucher_id)
        .join(RedemptionSpend, RedemptionSpend.transfer_id == Transfer.resolves_id)
        .join(Redemption, Redemption.id == RedemptionSpend.redemption_id)
        .join(Provider, Provider.id == Redemption.provider_id)
        .where(taken.undone_at.is_(None), Transfer.id <= administration.last_transfer_id)
        .where(Transfer.kind == TransferKind.PAY, *between(Transfer.booked_on, asked))
        .where(*is_taken_over(asked), *of_scheme(asked))
    )  # fmt: skip
    if asked.line_ids is not None:
        into = select(LedgerAccount.id).where(LedgerAccount.funding_line_id.in_(asked.line_ids))
        rows = rows.where(Transfer.credit_account_id.in_(into))
    if asked.text:
        found = [of_voucher(asked.text)]
        if asked.named:
            found += [like(one, asked.text) for one in (taken.reference, Redemption.invoice_number, Provider.name)]
        rows = rows.where(or_(*found))
    return rows


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
