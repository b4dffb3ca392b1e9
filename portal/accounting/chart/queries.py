"""Reads of the chart of accounts: what the region laid down, and what holds without that."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.chart.models import LONGEST_NAME, ChartAccount
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_lines
from portal.ledger.models import AccountKind, LedgerAccount

GROUPS: dict[AccountKind, tuple[str, str]] = {
    AccountKind.FUNDER: ("1300", "Te besteden van geldgever"),
    AccountKind.AVAILABLE: ("1700", "Nog toe te kennen"),
    AccountKind.RESERVED: ("1710", "Gereserveerd voor vouchers"),
    AccountKind.SPENT: ("1720", "Nog te betalen"),
    AccountKind.PAID: ("1100", "Betaald"),
}
"""The number and name that an account has by itself, with the number and title of its funding line behind them."""


@dataclass(frozen=True)
class ChartRow:
    """One account of the ledger as it stands in the books of the region."""

    account_id: int
    line: FundingLine
    kind: AccountKind
    number: str
    name: str
    is_default: bool


def default_number(line_id: int, kind: AccountKind) -> str:
    """The number that an account has by itself: 1700.012 for what is available of line 12."""
    return f"{GROUPS[kind][0]}.{line_id:03d}"


def default_name(line: FundingLine, kind: AccountKind) -> str:
    """The name that an account has by itself."""
    return f"{GROUPS[kind][1]}: {line.title_nl}"[:LONGEST_NAME]


def chart(session: Session) -> list[ChartRow]:
    """Every account, by funding line and in the order in which money passes them. No two have the same number."""
    laid_down = {row.ledger_account_id: row for row in session.scalars(select(ChartAccount))}
    accounts = {(row.funding_line_id, row.kind): row.id for row in session.scalars(select(LedgerAccount))}
    rows = []
    for line in funding_lines(session):
        for kind in AccountKind:
            number = accounts.get((line.id, kind))
            if number is None:
                continue
            own = laid_down.get(number)
            if own is None:
                rows.append(ChartRow(number, line, kind, default_number(line.id, kind), default_name(line, kind), True))
            else:
                rows.append(ChartRow(number, line, kind, own.number, own.name, False))
    return rows


def chart_of_line(session: Session, *, line: FundingLine) -> list[ChartRow]:
    """The five accounts of one funding line."""
    return [row for row in chart(session) if row.line.id == line.id]
