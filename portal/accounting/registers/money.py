"""The money of a voucher on some funding lines, as the ledger has it now: one sum per voucher."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, Subquery, case, func, or_, select, union_all

from portal.ledger.models import AccountKind, LedgerAccount, Transfer

RESERVED = (AccountKind.RESERVED,)
SPENT = (AccountKind.SPENT, AccountKind.PAID)


def voucher_money(line_ids: Sequence[int]) -> Subquery:
    """Per voucher with a transfer on these lines: `reserved_cents` and `spent_cents` (also what was paid)."""
    accounts = (
        select(LedgerAccount.id, LedgerAccount.kind)
        .where(LedgerAccount.funding_line_id.in_(line_ids), LedgerAccount.kind.in_((*RESERVED, *SPENT)))
        .subquery()
    )
    sides = union_all(
        select(Transfer.voucher_id, accounts.c.kind, Transfer.amount_cents.label("cents"))
        .join(accounts, accounts.c.id == Transfer.credit_account_id)
        .where(Transfer.voucher_id.is_not(None)),
        select(Transfer.voucher_id, accounts.c.kind, (-Transfer.amount_cents).label("cents"))
        .join(accounts, accounts.c.id == Transfer.debit_account_id)
        .where(Transfer.voucher_id.is_not(None)),
    ).subquery()

    def total(kinds: tuple[AccountKind, ...], name: str) -> ColumnElement[int]:
        return func.sum(case((sides.c.kind.in_(kinds), sides.c.cents), else_=0)).label(name)

    rows = select(sides.c.voucher_id, total(RESERVED, "reserved_cents"), total(SPENT, "spent_cents"))
    return rows.group_by(sides.c.voucher_id).subquery()


def vouchers_of(line_ids: Sequence[int]) -> Select[int | None]:
    """The ids of the vouchers with a transfer on these lines."""
    accounts = select(LedgerAccount.id).where(LedgerAccount.funding_line_id.in_(line_ids))
    return select(Transfer.voucher_id).where(
        Transfer.voucher_id.is_not(None),
        or_(Transfer.credit_account_id.in_(accounts), Transfer.debit_account_id.in_(accounts)),
    )
