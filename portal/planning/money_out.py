"""When there was no money: weeks in which nobody could be paid, and who asked and got nothing for that reason alone.

Both say something about demand: a week without money says nothing about how many would have asked, and who was refused, or waits,
because the money was out asked as much as who got a voucher.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionOutcome, SchemeOutcome
from portal.awarding.order_of_receipt.models import WaitingPlace
from portal.cases.applications.models import Application
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_lines
from portal.ledger.models import AccountKind, LedgerAccount, Transfer
from portal.platform.clock import local_date
from portal.spending.vouchers.models import Voucher

WEEK = timedelta(days=7)
LEAST_CENTS = 2_500
"""With less than this on every budget nobody can be awarded anything: the smallest share that regions use."""


@dataclass(frozen=True)
class RefusedDemand:
    """What was asked of a scheme and not paid because there was no money. `cents`: None where nobody worked out how much."""

    scheme: str
    asked_on: date
    cents: int | None


@dataclass(frozen=True)
class MoneyLeft:
    """What was free on every budget at the end of each week of the past; weeks are negative, -1 is the last before `on`."""

    on: date
    weeks: int
    lines: tuple[FundingLine, ...]
    cents: Mapping[int, Mapping[int, int]]

    def closed(self, schemes: Mapping[str, str]) -> frozenset[tuple[str, int]]:
        """(segment, week) in which no budget that may pay its scheme had a cent at the beginning nor at the end."""
        found = set()
        for segment, scheme in schemes.items():
            for week in range(-self.weeks, 0):
                ends = [(self.cents[line.id][week - 1], self.cents[line.id][week]) for line in self._of(scheme, week)]
                if not any(before > 0 or after > 0 for before, after in ends):
                    found.add((segment, week))
        return frozenset(found)

    def is_out(self, scheme: str, day: date) -> bool:
        """Whether at the end of the week of a day no budget that may pay a scheme had enough for anybody."""
        week = max(-self.weeks, week_of(day, self.on))
        return not any(self.cents[line.id][week] >= LEAST_CENTS for line in self._of(scheme, week))

    def _of(self, scheme: str, week: int) -> list[FundingLine]:
        first = self.on + week * WEEK
        mine = (line for line in self.lines if not line.admitted_schemes or scheme in line.admitted_schemes)
        return [line for line in mine if line.period_from < first + WEEK and line.period_to >= first]


def week_of(day: date, on: date) -> int:
    """The week of a day, counted from the one that begins on `on`."""
    return (day - on).days // 7


def money_left(session: Session, *, weeks: int, on: date) -> MoneyLeft:
    """What was free on every budget in so many weeks before a day."""
    lines = tuple(funding_lines(session))
    return MoneyLeft(on, weeks, lines, _left_by_week(session, lines, weeks, on))


def refused_demand(session: Session, *, left: MoneyLeft) -> list[RefusedDemand]:
    """Who asked in those weeks and got nothing of a scheme because there was no money: refused then, or waiting for it.

    As it was known when the day began. Who got a voucher of the scheme after all does not stand here.
    """
    since = left.on - left.weeks * WEEK
    served = {
        (number, scheme)
        for number, scheme in session.execute(
            select(Voucher.question_id, Voucher.scheme).where(Voucher.issued_on < left.on)
        )
    }
    found: dict[tuple[int, str], RefusedDemand] = {}
    rejected = (
        select(Decision.question_id, DecisionOutcome.scheme, Decision.decided_at, Application.applied_on)
        .join(Decision, Decision.id == DecisionOutcome.decision_id)
        .outerjoin(Application, Application.question_id == Decision.question_id)
        .where(DecisionOutcome.outcome == SchemeOutcome.REJECTED)
        .order_by(DecisionOutcome.id)
    )
    for number, scheme, at, applied_on in session.execute(rejected):
        day = local_date(at)
        if since <= day < left.on and (number, scheme) not in served and left.is_out(scheme, day):
            found[number, scheme] = RefusedDemand(scheme, applied_on or day, None)
    waiting = (
        select(Application.question_id, WaitingPlace.scheme, Application.applied_on, WaitingPlace.wanted_cents)
        .join(Application, Application.id == WaitingPlace.application_id)
        .where(WaitingPlace.agreed_on < left.on, WaitingPlace.agreed_on >= since)
        .order_by(WaitingPlace.id)
    )
    for number, scheme, applied_on, cents in session.execute(waiting):
        if (number, scheme) not in served:
            found[number, scheme] = RefusedDemand(scheme, applied_on, cents)
    return [one for one in found.values() if since <= one.asked_on < left.on]


def _left_by_week(session: Session, lines: Collection[FundingLine], weeks: int, on: date) -> dict[int, dict[int, int]]:
    """Per budget what was free at the end of each week."""
    signed = case((Transfer.credit_account_id == LedgerAccount.id, Transfer.amount_cents), else_=-Transfer.amount_cents)
    touched = or_(Transfer.credit_account_id == LedgerAccount.id, Transfer.debit_account_id == LedgerAccount.id)
    query = (
        select(LedgerAccount.funding_line_id, Transfer.booked_on, func.sum(signed))
        .join(LedgerAccount, touched)
        .where(LedgerAccount.kind == AccountKind.AVAILABLE, Transfer.booked_on < on)
        .group_by(LedgerAccount.funding_line_id, Transfer.booked_on)
    )
    moved: dict[int, Counter[int]] = defaultdict(Counter)
    for line_id, day, cents in session.execute(query):
        moved[line_id][max(-weeks - 1, week_of(day, on))] += int(cents)
    found: dict[int, dict[int, int]] = {}
    for line in lines:
        total, found[line.id] = 0, {}
        for week in range(-weeks - 1, 0):
            total += moved[line.id][week]
            found[line.id][week] = total
    return found
