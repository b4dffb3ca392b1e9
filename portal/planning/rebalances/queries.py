"""Reads for rebalancing: what can still be re-assigned and to which budgets, and the rebalances that were laid down."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from matching.plan.awards import OpenAward, PlanLine, Portfolio
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_lines
from portal.ledger.models import AccountKind, LedgerAccount, Transfer
from portal.ledger.queries import available_cents, line_figures
from portal.paying.payments.queries import in_a_payment
from portal.paying.reassignments.queries import admitting_lines
from portal.planning.rebalances.models import OPEN, Rebalance
from portal.spending.vouchers.models import LIVE_STATES, Voucher, VoucherState

FREEST, STEP = 1000, 150
"""How free the money of a budget is: a thousand, less this much for every list in its earmark."""


@dataclass(frozen=True)
class Movable:
    """An amount of a voucher that another budget may take over; of paid money it is one payment."""

    voucher: Voucher
    line_id: int
    stands: AccountKind
    cents: int
    payment_id: int | None = None

    @property
    def key(self) -> str:
        """By what the plan knows it: the same for the same amount."""
        return f"{self.voucher.id:09d}:{self.stands.value}:{self.line_id}:{self.payment_id or 0}"


@dataclass(frozen=True)
class OpenBooks:
    """All that a rebalance is worked out from: the plan of matching, and the records behind its ids. Nothing more is read."""

    on: date
    until: date
    portfolio: Portfolio
    movable: dict[str, Movable]
    lines: dict[str, FundingLine]
    books_print: str
    """`print_of_books` of the same snapshot."""


def freedom_of(line: FundingLine) -> int:
    """How much what is left of a budget can still be used for, 0 to 1000: every list in its earmark takes something off."""
    return max(0, FREEST - STEP * sum(bool(value) for value in line.earmark.values()))


def movable_amounts(session: Session) -> list[Movable]:
    """What is reserved, used or paid for vouchers that are not settled, per voucher and budget, in the order of the vouchers.

    Used money that is in a payment to the bank, and paid money that came back in part, stay where they are.
    """
    vouchers = {one.id: one for one in session.scalars(select(Voucher).where(Voucher.state != VoucherState.SETTLED))}
    later, account = aliased(Transfer), aliased(LedgerAccount)
    kinds = (AccountKind.RESERVED, AccountKind.SPENT, AccountKind.PAID)
    rows = (
        select(Transfer.id, Transfer.voucher_id, Transfer.amount_cents, account.funding_line_id, account.kind)
        .join(account, account.id == Transfer.credit_account_id)
        .where(account.kind.in_(kinds), Transfer.voucher_id.is_not(None))
        .where(~select(later.id).where(later.resolves_id == Transfer.id).exists())
        .order_by(Transfer.id)
    )
    standing = [row for row in session.execute(rows) if row.voucher_id in vouchers]
    taken = in_a_payment(session, transfer_ids=[row.id for row in standing if row.kind is AccountKind.SPENT])
    paid = _still_paid(session)
    sums: dict[tuple[int, int, AccountKind], int] = {}
    found = []
    for row in standing:
        voucher, line, kind = vouchers[row.voucher_id], row.funding_line_id, row.kind
        if kind is AccountKind.PAID:
            if row.amount_cents <= paid.get((voucher.id, line), 0):
                found.append(Movable(voucher, line, kind, row.amount_cents, row.id))
        elif row.id not in taken and (kind is AccountKind.SPENT or voucher.state in LIVE_STATES):
            sums[voucher.id, line, kind] = sums.get((voucher.id, line, kind), 0) + row.amount_cents
    found += [Movable(vouchers[key], line, kind, cents) for (key, line, kind), cents in sums.items()]
    return sorted(found, key=lambda one: one.key)


def _still_paid(session: Session) -> dict[tuple[int, int], int]:
    """Per voucher and budget what was paid and did not come back, in cents."""
    account = aliased(LedgerAccount)
    signed = case((Transfer.credit_account_id == account.id, Transfer.amount_cents), else_=-Transfer.amount_cents)
    touched = or_(Transfer.credit_account_id == account.id, Transfer.debit_account_id == account.id)
    rows = select(Transfer.voucher_id, account.funding_line_id, signed).join(account, touched)
    found: dict[tuple[int, int], int] = {}
    for voucher_id, line, cents in session.execute(
        rows.where(account.kind == AccountKind.PAID, Transfer.voucher_id.is_not(None))
    ):
        found[voucher_id, line] = found.get((voucher_id, line), 0) + int(cents)
    return found


def open_books(session: Session, *, until: date, on: date) -> OpenBooks:
    """Everything that can be re-assigned on a day, against every budget of which the period is not over.

    Budgets of which the period ends up to and including `until` lapse. An amount on a budget that is over stays there.
    """
    lines = {line.slug: line for line in funding_lines(session) if line.period_to >= on}
    by_id = {line.id: line for line in lines.values()}
    movable = [one for one in movable_amounts(session) if one.line_id in by_id]
    admit = admitting_lines(session, vouchers=[one.voucher for one in movable])
    left = available_cents(session, funding_line_ids=[line.id for line in lines.values()])
    held = dict.fromkeys(by_id, 0)
    for one in movable:
        held[one.line_id] += one.cents
    awards = [
        OpenAward(
            one.key,
            by_id[one.line_id].slug,
            one.cents,
            frozenset(line.slug for line in admit.get(one.voucher.id, ()) if line.slug in lines),
            whole=one.stands is AccountKind.PAID,
        )
        for one in movable
    ]
    money = [
        PlanLine(line.slug, held[line.id] + max(0, left[line.id]), line.period_to <= until, freedom_of(line))
        for line in lines.values()
    ]
    said = print_of_books(session, lines=lines.values())
    return OpenBooks(on, until, Portfolio.of(money, awards), {one.key: one for one in movable}, lines, said)


def print_of_books(session: Session, *, lines: Iterable[FundingLine]) -> str:
    """SHA-256 of how these budgets stand: what of each is there, reserved, used and paid, until when it may be used and for what.

    Anything that is booked on one of them gives another print. It takes one sum per budget, so that a page can ask for it.
    """
    known = sorted(lines, key=lambda line: line.slug)
    money = line_figures(session, funding_line_ids=[line.id for line in known])
    rows = [(line.slug, line.period_to.isoformat(), line.earmark, astuple(money[line.id])) for line in known]
    return sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def books_changed(session: Session, *, rebalance: Rebalance, on: date) -> bool:
    """Whether the books are not those any more from which a plan was worked out; also when these were not noted."""
    return rebalance.books_print != print_of_books(
        session, lines=[line for line in funding_lines(session) if line.period_to >= (rebalance.of_day or on)]
    )


def rebalances(session: Session) -> list[Rebalance]:
    """Every rebalance that was laid down, the newest first."""
    return list(session.scalars(select(Rebalance).order_by(Rebalance.id.desc()).options(selectinload(Rebalance.moves))))


def rebalance_by_public_id(session: Session, *, public_id: str) -> Rebalance | None:
    """The rebalance with this id; None when there is none."""
    return session.scalar(select(Rebalance).where(Rebalance.public_id == public_id))


def waiting_rebalance(session: Session) -> Rebalance | None:
    """The rebalance that is worked out, or waits for a second person; None when none does."""
    return session.scalars(select(Rebalance).where(Rebalance.state.in_(OPEN)).order_by(Rebalance.id).limit(1)).first()


def lapsing_money(session: Session, *, until: date, on: date) -> list[tuple[FundingLine, int]]:
    """Budgets that end up to and including a day and are not over, with what is left of each in cents; the first to end first."""
    lines = [line for line in funding_lines(session) if on <= line.period_to <= until]
    left = available_cents(session, funding_line_ids=[line.id for line in lines])
    return [(line, left[line.id]) for line in sorted(lines, key=lambda line: (line.period_to, line.slug))]
