"""Reads of expenses: the list, one of them, what each work package cost, and whether the books say the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.accounting.expenses.models import Expense, ExpenseState
from portal.accounting.scope import Scope
from portal.accounting.work_packages.models import WorkPackage
from portal.accounting.work_packages.queries import budget_cents_of, work_packages
from portal.ledger.invariants import Break
from portal.ledger.models import LedgerAccount, Transfer, TransferKind
from portal.platform.clock import start_of_day

_SIGNED = case((Expense.reverses_id.is_(None), Expense.counted_cents), else_=-Expense.counted_cents)


@dataclass(frozen=True)
class WorkPackageTotal:
    """What a work package cost in a period, in cents, of the money that somebody may see."""

    package: WorkPackage
    budget_cents: int
    """What is meant for it; 0 when nothing was said."""
    approved_cents: int
    """Booked in the period; what was reversed in it is taken off."""
    waiting_cents: int
    """Laid down and not yet approved, whenever that was; nothing for a funder, who sees what was booked."""
    by_line: dict[int, int]
    """Of what was approved, per funding line."""


def expenses_by_work_package(
    session: Session, *, scope: Scope, since: date | None = None, until: date | None = None
) -> list[WorkPackageTotal]:
    """What each work package cost, booked from `since` up to and including `until`; one without expenses too, by number."""
    keys = (Expense.work_package_id, Expense.funding_line_id)
    sums = select(*keys, func.sum(_SIGNED)).where(_mine(scope)).group_by(*keys)
    approved: dict[int, dict[int, int]] = {}
    for package_id, line_id, cents in session.execute(sums.where(*_booked(since, until))):
        approved.setdefault(package_id, {})[line_id] = int(cents)
    laid = select(Expense.work_package_id, func.sum(_SIGNED)).where(
        _mine(scope), Expense.state == ExpenseState.LAID_DOWN
    )
    rows = session.execute(laid.group_by(Expense.work_package_id)).all() if scope.is_whole else []
    waiting = {row[0]: int(row[1]) for row in rows}
    return [
        WorkPackageTotal(
            package=one,
            budget_cents=budget_cents_of(one, scope=scope),
            approved_cents=sum(approved.get(one.id, {}).values()),
            waiting_cents=waiting.get(one.id, 0),
            by_line=approved.get(one.id, {}),
        )
        for one in work_packages(session)
    ]


@dataclass(frozen=True)
class PackageMovements:
    """What a work package cost outside vouchers before some days, in them, and altogether after; in cents."""

    number: str
    """Of the work package."""
    opening_cents: int
    expense_cents: int
    reversal_cents: int
    """What was taken back of expenses; not above zero."""

    @property
    def closing_cents(self) -> int:
        """The opening and everything that moved."""
        return self.opening_cents + self.expense_cents + self.reversal_cents


def movements_by_work_package(
    session: Session, *, since: date, until: date, funding_line_ids: Collection[int]
) -> list[PackageMovements]:
    """What every work package with an expense up to and including `until` had cost at `since` and what moved then, by number.

    Made of the transfers of the books, each with the expense that it is of.
    """
    before, reversal = Transfer.booked_on < since, Expense.reverses_id.is_not(None)
    signed = case((reversal, -Transfer.amount_cents), else_=Transfer.amount_cents)
    parts = (before, and_(~before, ~reversal), and_(~before, reversal))
    rows = (
        select(WorkPackage.number, *(func.sum(case((part, signed), else_=0)) for part in parts))
        .join(Expense, Expense.transfer_id == Transfer.id)
        .join(WorkPackage, WorkPackage.id == Expense.work_package_id)
        .where(Transfer.booked_on <= until, Expense.funding_line_id.in_(list(funding_line_ids)))
        .group_by(WorkPackage.number)
    )
    found = [PackageMovements(number, *(int(cents) for cents in sums)) for number, *sums in session.execute(rows)]
    return sorted(found, key=lambda one: one.number)


def waiting_by_work_package(session: Session, *, scope: Scope, on: date) -> dict[int, int]:
    """Per work package (by id) what was laid down and not yet approved at the end of a day, in cents; nothing for a funder."""
    if not scope.is_whole:
        return {}
    end = start_of_day(on + timedelta(days=1))
    still = [or_(at.is_(None), at >= end) for at in (Expense.approved_at, Expense.sent_back_at)]
    rows = select(Expense.work_package_id, func.sum(_SIGNED)).where(_mine(scope), Expense.laid_down_at < end, *still)
    return {number: int(cents) for number, cents in session.execute(rows.group_by(Expense.work_package_id))}


def expenses(session: Session, *, scope: Scope, since: date | None = None, until: date | None = None) -> list[Expense]:
    """The expenses that somebody may see, the newest first. With a period: only what was booked in it.

    A funder sees what was booked, not what waits or was sent back.
    """
    rows = select(Expense).where(_mine(scope)).order_by(Expense.id.desc())
    if since is not None or until is not None or not scope.is_whole:
        rows = rows.where(*_booked(since, until))
    return list(session.scalars(rows))


def expense_by_public_id(session: Session, *, public_id: str, scope: Scope) -> Expense | None:
    """The expense with this id, if it is of the money that somebody may see; None otherwise."""
    rows = select(Expense).where(Expense.public_id == public_id, _mine(scope))
    return session.scalar(rows if scope.is_whole else rows.where(*_booked()))


def reversal_of(session: Session, *, expense: Expense) -> Expense | None:
    """The reversal of an expense that waits or was approved; None when there is none."""
    rows = select(Expense).where(Expense.reverses_id == expense.id, Expense.state != ExpenseState.SENT_BACK)
    return session.scalar(rows)


def expense_breaks(session: Session) -> Iterator[Break]:
    """E1: every approved expense is in the books, on its line, for what it counts; and nothing else is booked as one."""
    source, target = aliased(LedgerAccount), aliased(LedgerAccount)
    first = aliased(Expense)
    right = or_(
        and_(Expense.reverses_id.is_(None), Transfer.kind == TransferKind.EXPENSE),
        and_(Transfer.kind == TransferKind.CORRECT, Transfer.resolves_id == first.transfer_id),
    )
    rows = (
        select(Expense.id, Expense.counted_cents, Transfer.amount_cents)
        .join(Transfer, Transfer.id == Expense.transfer_id)
        .join(source, source.id == Transfer.debit_account_id)
        .join(target, target.id == Transfer.credit_account_id)
        .outerjoin(first, first.id == Expense.reverses_id)
        .where(
            or_(
                ~right,
                right.is_(None),
                Transfer.amount_cents != Expense.counted_cents,
                Transfer.booked_on != Expense.booked_on,
                source.funding_line_id != Expense.funding_line_id,
                target.funding_line_id != Expense.funding_line_id,
            )
        )
        .order_by(Expense.id)
    )
    for number, counted, booked in session.execute(rows):
        yield Break("E1", f"expense {number}", f"counts {counted}, but what is booked for it is {booked} or is other")
    known = select(Expense.id).where(Expense.transfer_id == Transfer.id)
    loose = select(Transfer.id).where(Transfer.kind == TransferKind.EXPENSE, ~known.exists()).order_by(Transfer.id)
    for number in session.scalars(loose):
        yield Break("E1", f"transfer {number}", "is booked as an expense, but there is none")


def _mine(scope: Scope) -> ColumnElement[bool]:
    return Expense.funding_line_id.in_(scope.line_ids)


def _booked(since: date | None = None, until: date | None = None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [Expense.state == ExpenseState.APPROVED]
    if since is not None:
        wanted.append(Expense.booked_on >= since)
    return wanted if until is None else [*wanted, Expense.booked_on <= until]
