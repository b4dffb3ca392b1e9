"""The register of invoices: those that came in at this desk, and those of an administration from before it.

An invoice or payment from before the desk has no paper and no batch here, but it is money that was spent and paid: a register
that left it out would tell less than the books. It stands there in a state of its own, and nothing can be done with it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, String, false, literal, or_, select, type_coerce, union_all

from portal.accounting.registers.asked import TAKEN_OVER, CellKind, RegisterFilter
from portal.accounting.registers.sources import (
    RegisterRows,
    at_between,
    columns,
    in_state,
    like,
    of_lines,
    of_scheme,
    of_voucher,
)
from portal.accounting.takeover.models import VoucherTakenOver
from portal.spending.invoices.models import Invoice, InvoiceState
from portal.spending.providers.models import Provider
from portal.spending.vouchers.models import Redemption, Voucher

BEFORE = 10**9
"""So far the numbers of rows from before the desk lie under its own: they come after all others, in their own order."""


def invoices(asked: RegisterFilter) -> RegisterRows:
    """Every invoice and paid bill that came in: what the voucher pays of it, and the whole of it; also those taken over."""
    shown = columns(
        invoice=CellKind.TEXT, provider=CellKind.TEXT, number=CellKind.VOUCHER, scheme=CellKind.SCHEME,
        state=CellKind.STATE, invoice_date=CellKind.DAY, submitted_at=CellKind.INSTANT, total_cents=CellKind.CENTS,
        cents=CellKind.CENTS,
    )  # fmt: skip
    rows = (
        select(
            Invoice.id, Invoice.number.label("invoice"), Provider.name.label("provider"),
            Invoice.voucher_id.label("number"), Voucher.scheme, type_coerce(Invoice.state, String).label("state"),
            Invoice.invoice_date, Invoice.submitted_at, Invoice.total_cents, Invoice.amount_cents.label("cents"),
        )
        .join(Voucher, Voucher.id == Invoice.voucher_id)
        .join(Provider, Provider.id == Invoice.provider_id)
        .where(*at_between(Invoice.submitted_at, asked), *in_state(Invoice.state, InvoiceState, asked))
        .where(*of_scheme(asked), *of_lines(asked))
    )  # fmt: skip
    if asked.text:
        rows = rows.where(
            or_(of_voucher(asked.text), like(Invoice.number, asked.text), like(Provider.name, asked.text))
        )
    before = _taken_over(asked)
    full = with_those_before(rows, before)
    if asked.text or asked.scheme is not None or asked.line_ids is not None:
        return RegisterRows(full, shown)
    own = Redemption
    mine = select(Invoice.id, Invoice.total_cents, Invoice.amount_cents.label("cents")).where(
        *at_between(Invoice.submitted_at, asked), *in_state(Invoice.state, InvoiceState, asked)
    )
    narrow = with_those_before(
        mine, before.with_only_columns((own.id - BEFORE).label("id"), own.amount_cents, own.amount_cents)
    )

    def beside(page: FromClause) -> Select[*tuple[Any, ...]]:
        here, earlier = select(page.c.id), select(page.c.id + BEFORE)
        return with_those_before(rows.where(Invoice.id.in_(here)), before.where(own.id.in_(earlier)))

    return RegisterRows(narrow, shown, beside=beside, full=full)


def _taken_over(asked: RegisterFilter) -> Select[*tuple[Any, ...]]:
    """What was used of vouchers that were taken over, and came in by no invoice here. Of the whole invoice no more is known."""
    own = Redemption
    rows = (
        select(
            (own.id - BEFORE).label("id"), own.invoice_number, Provider.name, own.voucher_id, Voucher.scheme,
            literal(TAKEN_OVER, String), own.invoice_date, own.redeemed_at, own.amount_cents, own.amount_cents,
        )
        .join(VoucherTakenOver, VoucherTakenOver.voucher_id == own.voucher_id)
        .join(Voucher, Voucher.id == own.voucher_id)
        .join(Provider, Provider.id == own.provider_id)
        .where(VoucherTakenOver.undone_at.is_(None), ~select(Invoice.id).where(Invoice.redemption_id == own.id).exists())
        .where(*at_between(own.redeemed_at, asked), *is_taken_over(asked), *of_scheme(asked), *of_lines(asked))
    )  # fmt: skip
    if asked.text:
        rows = rows.where(
            or_(of_voucher(asked.text), like(own.invoice_number, asked.text), like(Provider.name, asked.text))
        )
    return rows


def is_taken_over(asked: RegisterFilter) -> list[ColumnElement[bool]]:
    """That rows from before the desk are asked for: with every state, or with their own."""
    return [] if asked.state in (None, TAKEN_OVER) else [false()]


def with_those_before(rows: Select[*tuple[Any, ...]], before: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The rows of this desk and those from before it, under the names of the first."""
    both = union_all(rows, before).subquery()
    return select(*both.c)
