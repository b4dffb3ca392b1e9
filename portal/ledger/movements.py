"""What moved on the accounts in a stretch of days, per funding line and kind of transfer, and what stood on them before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.ledger.models import AccountKind, LedgerAccount, Transfer, TransferKind

OnAccounts = Counter[AccountKind]
"""Cents per account: what came in less what went out."""


@dataclass
class LineMovements:
    """One funding line: what stood on its accounts before the first day, and what each kind of transfer changed since."""

    opening: OnAccounts = field(default_factory=Counter)
    by_kind: dict[TransferKind, OnAccounts] = field(default_factory=dict)


def movements(
    session: Session, *, since: date, until: date, funding_line_ids: Collection[int] | None = None
) -> dict[int, LineMovements]:
    """Per funding line with a transfer up to and including `until`: its opening at `since`, and what moved from then on."""
    accounts = {row.id: row for row in session.scalars(select(LedgerAccount))}
    found: dict[int, LineMovements] = {}

    def add(number: int, kind: TransferKind | None, cents: int) -> None:
        account = accounts[number]
        if funding_line_ids is not None and account.funding_line_id not in funding_line_ids:
            return
        mine = found.setdefault(account.funding_line_id, LineMovements())
        into = mine.opening if kind is None else mine.by_kind.setdefault(kind, Counter())
        into[account.kind] += cents

    for number, stood in balances(session, before=since).items():
        add(number, None, stood)
    keys = (Transfer.debit_account_id, Transfer.credit_account_id, Transfer.kind)
    moved = select(*keys, func.sum(Transfer.amount_cents)).group_by(*keys)
    for debit, credit, kind, cents in session.execute(moved.where(*_days(since, until))):
        add(debit, kind, -int(cents))
        add(credit, kind, int(cents))
    return found


def balances(session: Session, *, before: date) -> dict[int, int]:
    """Per account what stood on it at the end of the day before, in cents; only accounts that were used by then."""
    sums: Counter[int] = Counter()
    keys = (Transfer.debit_account_id, Transfer.credit_account_id)
    rows = select(*keys, func.sum(Transfer.amount_cents)).where(Transfer.booked_on < before).group_by(*keys)
    for debit, credit, cents in session.execute(rows):
        sums[debit] -= int(cents)
        sums[credit] += int(cents)
    return dict(sums)


def booked_between(session: Session, *, since: date, until: date) -> Iterator[Transfer]:
    """The transfers of these days in the order in which they were booked, fetched by the thousand: never all in memory."""
    rows = select(Transfer).where(*_days(since, until)).order_by(Transfer.id)
    for transfer in session.scalars(rows.execution_options(yield_per=1000)):
        yield transfer
        session.expunge(transfer)


def booked_totals(session: Session, *, since: date, until: date) -> tuple[int, int]:
    """How many transfers were booked on these days, and their amounts together in cents."""
    sums = select(func.count(), func.sum(Transfer.amount_cents)).where(*_days(since, until))
    number, cents = session.execute(sums).one()
    return int(number), int(cents or 0)


def first_booked_on(session: Session) -> date | None:
    """The day of the earliest booking; None when nothing was booked."""
    return session.scalar(select(func.min(Transfer.booked_on)))


def _days(since: date, until: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (Transfer.booked_on >= since, Transfer.booked_on <= until)
