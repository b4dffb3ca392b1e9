"""Reading the books: figures are sums over transfers, and every figure opens to the transfers behind it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import BindParameter, Select, Subquery, bindparam, func, literal_column, select, union_all
from sqlalchemy.orm import Session, aliased

from portal.ledger.models import AccountKind, BudgetGuard, LedgerAccount, Transfer, TransferKind
from portal.platform.among import among

Figure = Literal["funded", "reserved", "spent", "paid", "available"]
Dimension = Literal["funding_line_id", "scheme_version_id", "voucher_id", "decision_id"]

#: Per figure the accounts that make it, and the sign: what the funder put in is negative on the funder's own account.
_FIGURES: dict[Figure, tuple[int, tuple[AccountKind, ...]]] = {
    "funded": (-1, (AccountKind.FUNDER,)),
    "reserved": (1, (AccountKind.RESERVED,)),
    "spent": (1, (AccountKind.SPENT, AccountKind.PAID)),
    "paid": (1, (AccountKind.PAID,)),
    "available": (1, (AccountKind.AVAILABLE,)),
}


@dataclass(frozen=True)
class Figures:
    """The five figures of a funding line (or of a scheme version, voucher …), in cents.

    ``spent_cents`` includes what was paid; ``funded = available + reserved + spent`` for a whole funding line.
    """

    funded_cents: int = 0
    reserved_cents: int = 0
    spent_cents: int = 0
    paid_cents: int = 0
    available_cents: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.funded_cents + other.funded_cents,
            self.reserved_cents + other.reserved_cents,
            self.spent_cents + other.spent_cents,
            self.paid_cents + other.paid_cents,
            self.available_cents + other.available_cents,
        )


@dataclass(frozen=True)
class Entry:
    """One transfer behind a figure; ``cents`` is what it adds to (or takes from) that figure."""

    transfer_id: int
    kind: TransferKind
    cents: int
    at: datetime
    booked_on: date
    funding_line_id: int
    actor_id: str
    voucher_id: int | None
    decision_id: int | None
    scheme_version_id: int | None
    resolves_id: int | None
    note: str | None


def figures(
    session: Session,
    *,
    by: tuple[Dimension, ...] = ("funding_line_id",),
    until: date | None = None,
    since: date | None = None,
    funding_line_ids: Collection[int] | None = None,
    voucher_ids: Collection[int] | None = None,
    scheme_version_ids: Collection[int] | None = None,
) -> dict[tuple[int | None, ...], Figures]:
    """The figures per combination of dimensions, over transfers booked from ``since`` up to and including ``until``."""
    narrowed = (since, until, funding_line_ids, voucher_ids, scheme_version_ids)
    if (since, until, voucher_ids, scheme_version_ids) != (None,) * 4:
        rows = session.execute(_sums_of(by, *narrowed))
    elif funding_line_ids is None:
        rows = session.execute(_sums(by))
    else:
        rows = session.execute(_sums_of_lines(by), {"lines": list(funding_line_ids)})
    sums: dict[tuple[int | None, ...], dict[AccountKind, int]] = {}
    for row in rows:
        sums.setdefault(tuple(row[: len(by)]), {})[row[len(by)]] = int(row[len(by) + 1])
    return {key: _as_figures(found) for key, found in sums.items()}


def _sums_of(
    by: tuple[Dimension, ...],
    since: date | None = None,
    until: date | None = None,
    lines: Collection[int] | BindParameter[Any] | None = None,
    vouchers: Collection[int] | None = None,
    versions: Collection[int] | None = None,
) -> Any:
    between = _between([name for name in by if name != "funding_line_id"], since, until, vouchers, versions)
    postings = _both_sides(between, [column.name for column in between.c])
    keys = [postings.c[name] for name in by]
    query = select(*keys, postings.c.account_kind, func.sum(postings.c.cents)).group_by(*keys, postings.c.account_kind)
    return _narrow(query, postings, lines, None)


_sums = cache(_sums_of)
"""Over all transfers: asked again and again, and put into words once."""


@cache
def _sums_of_lines(by: tuple[Dimension, ...]) -> Any:
    """Of some funding lines, which come along as `lines`: as often asked, and put into words once."""
    return _sums_of(by, lines=bindparam("lines", expanding=True))


def line_figures(session: Session, *, funding_line_ids: Iterable[int], until: date | None = None) -> dict[int, Figures]:
    """The figures of these funding lines, zeros for a line without transfers."""
    wanted = list(funding_line_ids)
    found = figures(session, until=until, funding_line_ids=wanted)
    return {line: found.get((line,), Figures()) for line in wanted}


def lines_of_vouchers(*, until: date | None = None) -> Subquery:
    """Vouchers, each with a funding line on which something was booked for it up to and including a day; pairs may come twice."""
    booked = select(Transfer.voucher_id, LedgerAccount.funding_line_id).where(Transfer.voucher_id.is_not(None))
    if until is not None:
        booked = booked.where(Transfer.booked_on <= until)
    sides = (Transfer.credit_account_id, Transfer.debit_account_id)
    return union_all(*(booked.join(LedgerAccount, LedgerAccount.id == side) for side in sides)).subquery("booked")


def paid_by_day(session: Session, *, funding_line_ids: Iterable[int], until: date) -> list[tuple[int, date, int]]:
    """(funding line, day, cents) of what was paid up to and including a day, less what came back that day; by day."""
    between = _between(("booked_on",), None, until, None, None)
    postings = _both_sides(between, [column.name for column in between.c])
    keys, cents = (postings.c.funding_line_id, postings.c.booked_on), func.sum(postings.c.cents)
    query = select(*keys, cents).where(postings.c.account_kind == AccountKind.PAID).group_by(*keys).having(cents != 0)
    rows = session.execute(_narrow(query, postings, list(funding_line_ids), None).order_by(keys[1], keys[0]))
    return [(line, day, int(paid)) for line, day, paid in rows]


def available_cents(session: Session, *, funding_line_ids: Iterable[int]) -> dict[int, int]:
    """What each funding line still has, now; 0 for a line without transfers."""
    return {
        line: found.available_cents for line, found in line_figures(session, funding_line_ids=funding_line_ids).items()
    }


def transfers_behind(
    session: Session,
    *,
    figure: Figure,
    until: date | None = None,
    funding_line_ids: Collection[int] | None = None,
    scheme_version_ids: Collection[int] | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[Entry]:
    """The transfers that make a figure, oldest first: their ``cents`` add up to it.

    A transfer that moves money inside the figure (from spent to paid, within *spent*) is left out: it adds nothing.
    """
    sign, kinds = _FIGURES[figure]
    postings = _postings(until)
    total = func.sum(postings.c.cents)
    sums = (
        select(postings.c.id, postings.c.funding_line_id, total.label("cents"))
        .where(postings.c.account_kind.in_(kinds))
        .group_by(postings.c.id, postings.c.funding_line_id)
        .having(total != 0)
    )
    behind = _narrow(sums, postings, funding_line_ids, scheme_version_ids).subquery()
    query = (
        select(Transfer, behind.c.funding_line_id, behind.c.cents)
        .join(behind, behind.c.id == Transfer.id)
        .order_by(Transfer.id, behind.c.funding_line_id)
        .offset(offset)
    )
    if limit is not None:
        query = query.limit(limit)
    return [_entry(row[0], row[1], sign * int(row[2])) for row in session.execute(query)]


def reserved_cents(session: Session, *, voucher_id: int) -> int:
    """What is still reserved for a voucher."""
    found = figures(session, by=("voucher_id",), voucher_ids=[voucher_id])
    return found.get((voucher_id,), Figures()).reserved_cents


def voucher_transfers(session: Session, *, voucher_id: int) -> list[Transfer]:
    """Every transfer of a voucher, oldest first."""
    return list(session.scalars(select(Transfer).where(Transfer.voucher_id == voucher_id).order_by(Transfer.id)))


def open_payables(session: Session, *, funding_line_ids: Collection[int] | None = None) -> list[Transfer]:
    """Amounts that are spent and not paid, oldest first; also what was paid and came back from the bank."""
    later = aliased(Transfer)
    query = (
        select(Transfer)
        .join(LedgerAccount, LedgerAccount.id == Transfer.credit_account_id)
        .where(LedgerAccount.kind == AccountKind.SPENT)
        .where(~select(later.id).where(later.resolves_id == Transfer.id).exists())
        .order_by(Transfer.id)
    )
    if funding_line_ids is not None:
        query = query.where(LedgerAccount.funding_line_id.in_(list(funding_line_ids)))
    return list(session.scalars(query))


def released_then(session: Session, *, voucher_id: int, at: datetime, note: str) -> int:
    """What was released of a voucher at one instant for the reason that the note begins with, in cents."""
    mine = (Transfer.voucher_id == voucher_id, Transfer.kind == TransferKind.RELEASE, Transfer.at == at)
    rows = select(func.coalesce(func.sum(Transfer.amount_cents), 0)).where(*mine, Transfer.note.startswith(note))
    return int(session.scalar(rows) or 0)


def unpaid_of(session: Session, *, transfer_ids: Iterable[int]) -> list[tuple[int, int]]:
    """(id, cents) of what became of these spent amounts and is still to be paid, oldest first.

    What was paid and came back from the bank is unpaid again: then it is the transfer that booked it back. What another funding
    line took over is the transfer that moved it there.
    """
    later = aliased(Transfer)
    rows = select(Transfer, later.id, LedgerAccount.kind).outerjoin(later, later.resolves_id == Transfer.id)
    rows = rows.join(LedgerAccount, LedgerAccount.id == Transfer.credit_account_id)
    to_see, found = list(transfer_ids), dict[int, int]()
    while to_see:
        ends = session.execute(rows.where(among(Transfer.id, to_see))).all()
        to_see = []
        for one, end_id, stands in ends:
            if end_id is not None:
                to_see.append(end_id)
            elif stands is AccountKind.SPENT:
                found[one.id] = int(one.amount_cents)
    return sorted(found.items())


def transfer_count(session: Session) -> int:
    """How many transfers were ever booked."""
    return session.scalar(select(func.count()).select_from(Transfer)) or 0


def has_accounts(session: Session, *, funding_line_id: int) -> bool:
    """Whether the accounts of a funding line were opened."""
    return session.get(BudgetGuard, funding_line_id) is not None


def _between(
    by: Collection[str],
    since: date | None,
    until: date | None,
    voucher_ids: Collection[int] | None,
    scheme_version_ids: Collection[int] | None,
) -> Subquery:
    """What went from which account to which, added up in one pass over the transfers, per dimension that is asked for."""
    keys: list[Any] = [Transfer.debit_account_id, Transfer.credit_account_id, *(getattr(Transfer, name) for name in by)]
    query = select(*keys, func.sum(Transfer.amount_cents).label("amount_cents")).group_by(*keys)
    if until is not None:
        query = query.where(Transfer.booked_on <= until)
    if since is not None:
        query = query.where(Transfer.booked_on >= since)
    if voucher_ids is not None:
        query = query.where(among(Transfer.voucher_id, voucher_ids))
    if scheme_version_ids is not None:
        query = query.where(Transfer.scheme_version_id.in_(list(scheme_version_ids)))
    return query.subquery("between")


def _postings(until: date | None) -> Subquery:
    """Every transfer twice: what came in on the credited account, and what went out of the debited one."""
    wanted = ("id", "debit_account_id", "credit_account_id", "amount_cents", "scheme_version_id")
    query = select(*(getattr(Transfer, name) for name in wanted))
    if until is not None:
        query = query.where(Transfer.booked_on <= until)
    return _both_sides(query.subquery("booked"), wanted)


def _both_sides(booked: Subquery, columns: Collection[str]) -> Subquery:
    """Every row twice, with its account: plus on the credited one and minus on the debited one."""
    keep = [booked.c[name] for name in columns if name not in ("debit_account_id", "credit_account_id", "amount_cents")]
    halves = [
        select(
            *keep,
            LedgerAccount.funding_line_id,
            LedgerAccount.kind.label("account_kind"),
            (booked.c.amount_cents * literal_column(f"{sign}1")).label("cents"),
        ).join(LedgerAccount, LedgerAccount.id == account)
        for account, sign in ((booked.c.credit_account_id, "+"), (booked.c.debit_account_id, "-"))
    ]
    return union_all(*halves).subquery("postings")


def _narrow(
    query: Select[Any],
    postings: Subquery,
    funding_line_ids: Collection[int] | BindParameter[Any] | None,
    scheme_version_ids: Collection[int] | None,
) -> Select[Any]:
    for name, wanted in (("funding_line_id", funding_line_ids), ("scheme_version_id", scheme_version_ids)):
        if wanted is not None:
            query = query.where(postings.c[name].in_(wanted if isinstance(wanted, BindParameter) else list(wanted)))
    return query


def _as_figures(found: dict[AccountKind, int]) -> Figures:
    cents = {name: sign * sum(found.get(kind, 0) for kind in kinds) for name, (sign, kinds) in _FIGURES.items()}
    return Figures(cents["funded"], cents["reserved"], cents["spent"], cents["paid"], cents["available"])


def _entry(transfer: Transfer, line: int, cents: int) -> Entry:
    return Entry(
        transfer_id=transfer.id,
        kind=transfer.kind,
        cents=cents,
        at=transfer.at,
        booked_on=transfer.booked_on,
        funding_line_id=line,
        actor_id=transfer.actor_id,
        voucher_id=transfer.voucher_id,
        decision_id=transfer.decision_id,
        scheme_version_id=transfer.scheme_version_id,
        resolves_id=transfer.resolves_id,
        note=transfer.note,
    )
