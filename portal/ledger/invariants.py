"""What must always be true of the books, each as one small function. ``verify`` runs them all.

The database already refuses most of this; here it is looked at again, from the transfers alone, the way an auditor would. A
question that has no values of its own is put into words once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.ledger.models import (
    REASSIGNABLE,
    RESOLVING,
    ROUTES,
    AccountKind,
    BooksClosing,
    BudgetGuard,
    CapGuard,
    CapUse,
    ClosedBooks,
    LedgerAccount,
    Transfer,
    TransferKind,
)
from portal.ledger.queries import Figures, figures

Sums = Mapping[tuple[int | None, ...], Figures]
"""The figures per funding line."""


@dataclass(frozen=True)
class Break:
    """One invariant that does not hold: which, for what, and the figures in a sentence."""

    invariant: str
    subject: str
    message: str


def lines_are_right(session: Session) -> Iterator[Break]:
    """I1 and I2 for funding lines, on sums over all transfers that are made once."""
    sums = figures(session)
    yield from _within_budget(sums)
    yield from _guards_equal_sums(session, sums)


def _within_budget(sums: Sums) -> Iterator[Break]:
    """I1: what is reserved and spent of a funding line is never more than was funded, and no account is overdrawn."""
    for (line,), found in sorted(sums.items(), key=str):
        if found.reserved_cents + found.spent_cents > found.funded_cents:
            yield Break(
                "I1",
                f"funding line {line}",
                f"reserved {found.reserved_cents} + spent {found.spent_cents} > funded {found.funded_cents}",
            )
        if min(found.reserved_cents, found.available_cents, found.paid_cents, found.spent_cents - found.paid_cents) < 0:
            yield Break("I1", f"funding line {line}", f"an account is overdrawn: {found}")
        if found.funded_cents != found.available_cents + found.reserved_cents + found.spent_cents:
            yield Break("I1", f"funding line {line}", f"the accounts do not add up to what was funded: {found}")


def _guards_equal_sums(session: Session, of_lines: Sums) -> Iterator[Break]:
    """I2: the guard of every funding line equals the sums over its transfers."""
    sums = {key[0]: found for key, found in of_lines.items()}
    guards = {guard.funding_line_id: guard for guard in session.scalars(select(BudgetGuard))}
    for line in sorted({*sums, *guards}, key=str):
        found, guard = sums.get(line), guards.get(line) if line is not None else None
        booked = (found.funded_cents, found.reserved_cents, found.spent_cents) if found else (0, 0, 0)
        counted = (guard.funded_cents, guard.reserved_cents, guard.spent_cents) if guard else (0, 0, 0)
        if booked != counted:
            yield Break("I2", f"funding line {line}", f"guard (funded, reserved, spent) {counted}, transfers {booked}")


#: A re-assigned reservation counts towards the same caps under the transfer that took its place.
_NO_LONGER_COUNT = (TransferKind.RELEASE, TransferKind.REASSIGN)


def caps_equal_sums(session: Session) -> Iterator[Break]:
    """I2 for caps: the use of every cap equals its reservations that were not released, less what was corrected or recovered.

    And I5: it is within the limit.
    """
    for cap, sum_cents in session.execute(_wrong_caps()):
        subject = f"cap {cap.id} ({cap.scheme}, {cap.period_key})"
        if sum_cents != cap.used_cents:
            yield Break("I2", subject, f"guard {cap.used_cents}, transfers {sum_cents}")
        if cap.used_cents > cap.limit_cents:
            yield Break("I5", subject, f"used {cap.used_cents} > limit {cap.limit_cents}")


@cache
def _wrong_caps() -> Any:
    released = aliased(Transfer)
    gives_back = Transfer.kind.in_((TransferKind.CORRECT, TransferKind.RECOVER))
    booked = (
        select(
            CapUse.cap_id,
            func.sum(case((gives_back, -Transfer.amount_cents), else_=Transfer.amount_cents)).label("cents"),
        )
        .join(Transfer, Transfer.id == CapUse.transfer_id)
        .outerjoin(released, and_(released.resolves_id == Transfer.id, released.kind.in_(_NO_LONGER_COUNT)))
        .where(released.id.is_(None))
        .group_by(CapUse.cap_id)
        .subquery()
    )
    cents = func.coalesce(booked.c.cents, 0)
    query = select(CapGuard, cents).outerjoin(booked, booked.c.cap_id == CapGuard.id)
    wrong = or_(cents != CapGuard.used_cents, CapGuard.used_cents > CapGuard.limit_cents)
    return query.where(wrong).order_by(CapGuard.id)


def resolved_once(session: Session) -> Iterator[Break]:
    """I3: a transfer is settled at most once, in full, by one that takes it from the account where it arrived."""
    for resolved, number in session.execute(_settled_twice()):
        yield Break("I3", f"transfer {resolved}", f"settled {number} times")
    for later_id, earlier_id in session.execute(_settled_askew()):
        yield Break(
            "I3", f"transfer {later_id}", f"does not settle transfer {earlier_id} in full from where it arrived"
        )


@cache
def _settled_twice() -> Any:
    return (
        select(Transfer.resolves_id, func.count())
        .where(Transfer.resolves_id.is_not(None))
        .group_by(Transfer.resolves_id)
        .having(func.count() > 1)
    )


@cache
def _settled_askew() -> Any:
    earlier = aliased(Transfer)
    return (
        select(Transfer.id, earlier.id)
        .join(earlier, earlier.id == Transfer.resolves_id)
        .where(
            Transfer.kind.in_((*RESOLVING, TransferKind.CORRECT)),
            or_(Transfer.amount_cents != earlier.amount_cents, Transfer.debit_account_id != earlier.credit_account_id),
        )
    )


def vouchers_balance(session: Session) -> Iterator[Break]:
    """I4, the ledger's half: nothing more is spent, paid or released for a voucher than was reserved for it."""
    accounts: dict[AccountKind, list[int]] = {kind: [] for kind in AccountKind}
    for account in session.scalars(select(LedgerAccount)):
        accounts[account.kind].append(account.id)
    held, paid = accounts[AccountKind.RESERVED], accounts[AccountKind.PAID]
    given = {"held": held, "spent": [*accounts[AccountKind.SPENT], *paid], "paid": paid}
    for voucher, *found in session.execute(_overdrawn_vouchers(), given):
        figures_of = "reserved {}, spent {}, paid {}".format(*found)
        yield Break("I4", f"voucher {voucher}", f"more was booked off than was reserved: {figures_of}")


@cache
def _overdrawn_vouchers() -> Any:
    """Asks for the numbers of the accounts that are `held`, `spent` and `paid`."""

    def balance(accounts: str) -> Any:
        ids: Any = bindparam(accounts, expanding=True)
        into = case((Transfer.credit_account_id.in_(ids), Transfer.amount_cents), else_=0)
        out = case((Transfer.debit_account_id.in_(ids), Transfer.amount_cents), else_=0)
        return func.sum(into - out)

    held, spent, paid = balance("held"), balance("spent"), balance("paid")
    query = select(Transfer.voucher_id, held, spent, paid).where(Transfer.voucher_id.is_not(None))
    wrong = query.group_by(Transfer.voucher_id).having(or_(held < 0, spent < 0, paid < 0))
    return wrong.order_by(Transfer.voucher_id)


def along_a_route(session: Session) -> Iterator[Break]:
    """I6: every transfer has an actor, a reservation has a decision, and each kind went between its own accounts.

    Within one funding line; only a re-assignment crosses to another, between the same account of both, and has a reason.
    """
    for transfer_id, kind in session.execute(_off_route()):
        yield Break(
            "I6", f"transfer {transfer_id}", f"a {kind.value} without actor or decision, or between wrong accounts"
        )


@cache
def _off_route() -> Any:
    source, target = aliased(LedgerAccount), aliased(LedgerAccount)
    right = [
        and_(
            Transfer.kind == kind,
            source.kind == route[0],
            target.kind == route[1],
            target.funding_line_id == source.funding_line_id,
        )
        for kind, route in ROUTES.items()
    ]
    crosses = (source.funding_line_id != target.funding_line_id, source.kind == target.kind)
    right.append(and_(Transfer.kind == TransferKind.REASSIGN, source.kind.in_(REASSIGNABLE), *crosses))
    decided = (TransferKind.RESERVE, TransferKind.REASSIGN)
    anonymous = or_(
        Transfer.actor_id == "",
        and_(Transfer.kind.in_(decided), Transfer.decision_id.is_(None)),
        and_(Transfer.kind == TransferKind.REASSIGN, Transfer.note.is_(None)),
    )
    return (
        select(Transfer.id, Transfer.kind)
        .join(source, source.id == Transfer.debit_account_id)
        .join(target, target.id == Transfer.credit_account_id)
        .where(or_(anonymous, and_(Transfer.kind != TransferKind.CORRECT, ~or_(*right))))
        .order_by(Transfer.id)
    )


def closed_days_stay_closed(session: Session) -> Iterator[Break]:
    """I7: nothing was booked on a day after that day was closed, and the books are closed until the last closing."""
    before: date | None = None
    for closing in session.scalars(select(BooksClosing).order_by(BooksClosing.closed_until)):
        late = select(Transfer.id, Transfer.booked_on).where(
            Transfer.booked_on <= closing.closed_until, Transfer.id > closing.last_transfer_id
        )
        if before is not None:
            late = late.where(Transfer.booked_on > before)
        for number, day in session.execute(late.order_by(Transfer.id)):
            said = f"booked on {day} after the books were closed until {closing.closed_until}"
            yield Break("I7", f"transfer {number}", said)
        before = closing.closed_until
    closed = session.scalar(select(ClosedBooks.closed_until))
    if closed != before:
        yield Break("I7", "closed books", f"closed until {closed}, by the closings until {before}")


INVARIANTS: tuple[Callable[[Session], Iterator[Break]], ...] = (
    lines_are_right,
    caps_equal_sums,
    resolved_once,
    vouchers_balance,
    along_a_route,
    closed_days_stay_closed,
)


def verify(session: Session) -> list[Break]:
    """Every break of every invariant of the ledger; an empty list when the books are right."""
    return [found for invariant in INVARIANTS for found in invariant(session)]
