"""Warnings about funding lines: money that lapses with its period, and money that runs out before it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounting.warnings.models import WarningKind, WarningSeverity
from portal.accounting.warnings.warning import DeskWarning, WarningRow
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_lines
from portal.ledger.models import AccountKind, LedgerAccount, Transfer
from portal.ledger.queries import Figures, figures, line_figures

LAPSES_WITHIN, LAPSES_SOON = timedelta(days=90), timedelta(days=30)
RUNS_OUT_WITHIN, RUNS_OUT_SOON = 60, 30
"""Days until nothing is left."""
PACE_DAYS = 90
LITTLE_PERCENT = 10
YEAR = 366


@dataclass(frozen=True)
class Standing:
    """A funding line on a day: what was put in, what is available, and what was taken of it in the last ninety days, in cents."""

    funded_cents: int
    available_cents: int
    taken_cents: int

    @property
    def is_little(self) -> bool:
        """Whether less than a tenth is left."""
        return self.available_cents * 100 < self.funded_cents * LITTLE_PERCENT

    @property
    def days_left(self) -> int | None:
        """After how many days nothing is left at this pace; None when nothing is taken."""
        if self.taken_cents <= 0:
            return None
        return -(-max(0, self.available_cents) * PACE_DAYS // self.taken_cents)

    def runs_out(self, on: date, period_to: date) -> bool:
        """Whether the line runs out: little is left, or nothing within sixty days and before its period ends."""
        if self.funded_cents <= 0:
            return False
        left = self.days_left
        soon = left is not None and left <= RUNS_OUT_WITHIN and on + timedelta(days=left) <= period_to
        return self.is_little or soon


def money_warnings(session: Session, today: date) -> Iterator[DeskWarning]:
    """The funding lines that lapse and those that run out. What is available is what the overview of the accounts shows."""
    lines = funding_lines(session)
    now = line_figures(session, funding_line_ids=[line.id for line in lines])
    yield from (one for line in lines if (one := _lapsing(line, now[line.id], today)) is not None)
    lately = figures(session, since=today - timedelta(days=PACE_DAYS - 1), until=today)
    taken = {line.id: _taken(lately.get((line.id,), Figures())) for line in lines}
    standing = {
        line.id: Standing(now[line.id].funded_cents, now[line.id].available_cents, taken[line.id]) for line in lines
    }
    short = [
        line
        for line in lines
        if line.period_from <= today <= line.period_to and standing[line.id].runs_out(today, line.period_to)
    ]
    days = _balances(session, [line.id for line in short])
    for line in short:
        since = _since(line, days.get(line.id, []), today)
        yield _running_out(line, now[line.id], standing[line.id], since, today)


def _lapsing(line: FundingLine, found: Figures, today: date) -> DeskWarning | None:
    since = line.period_to - LAPSES_WITHIN
    if found.available_cents <= 0 or today < since or today < line.period_from:
        return None
    return DeskWarning(
        kind=WarningKind.LAPSING,
        about=line.slug,
        severity=WarningSeverity.URGENT if today >= line.period_to - LAPSES_SOON else WarningSeverity.NOTICE,
        since=max(since, line.period_from),
        figures={
            "line": _title(line),
            "available_cents": found.available_cents,
            "period_to": line.period_to,
            "is_over": line.period_to < today,
        },
        rows=_rows(found),
    )


def _running_out(line: FundingLine, found: Figures, standing: Standing, since: date, today: date) -> DeskWarning:
    left = standing.days_left
    hurry = found.available_cents <= 0 or (left is not None and left <= RUNS_OUT_SOON)
    return DeskWarning(
        kind=WarningKind.RUNNING_OUT,
        about=line.slug,
        severity=WarningSeverity.URGENT if hurry else WarningSeverity.NOTICE,
        since=since,
        figures={
            "line": _title(line),
            "available_cents": found.available_cents,
            "percent": max(0, found.available_cents) * 100 // found.funded_cents,
            "empty_on": None if left is None else today + timedelta(days=left),
        },
        rows=_rows(found),
    )


def _rows(found: Figures) -> tuple[WarningRow, ...]:
    """What was put in, less what is reserved and spent: together what is available."""
    return (
        WarningRow(code="funded", cents=found.funded_cents),
        WarningRow(code="reserved", cents=-found.reserved_cents),
        WarningRow(code="spent", cents=-found.spent_cents),
    )


def _title(line: FundingLine) -> dict[str, str]:
    return {"nl": line.title_nl, "en": line.title_en}


def _taken(lately: Figures) -> int:
    """What went to vouchers, less what came back of them; money that a funder put in or took back is not that."""
    return lately.reserved_cents + lately.spent_cents


# Since when ------------------------------------------------------------------------------------------------------------


def _balances(session: Session, line_ids: Collection[int]) -> dict[int, list[tuple[date, int, int]]]:
    """Per funding line and day of booking what was put in and what became available, oldest first."""
    if not line_ids:
        return {}
    found: dict[int, dict[date, list[int]]] = {}
    for account, sign in ((Transfer.credit_account_id, 1), (Transfer.debit_account_id, -1)):
        columns = (LedgerAccount.funding_line_id, LedgerAccount.kind, Transfer.booked_on)
        rows = (
            select(*columns, func.sum(Transfer.amount_cents))
            .join(LedgerAccount, LedgerAccount.id == account)
            .where(
                LedgerAccount.funding_line_id.in_(list(line_ids)),
                LedgerAccount.kind.in_((AccountKind.FUNDER, AccountKind.AVAILABLE)),
            )
            .group_by(*columns)
        )
        for line_id, kind, day, cents in session.execute(rows):
            moved = found.setdefault(line_id, {}).setdefault(day, [0, 0])
            if kind is AccountKind.FUNDER:
                moved[0] -= sign * int(cents)
            else:
                moved[1] += sign * int(cents)
    return {line: [(day, *both) for day, both in sorted(days.items())] for line, days in found.items()}  # type: ignore[misc]


def _since(line: FundingLine, moves: list[tuple[date, int, int]], today: date) -> date:
    """The first day since which the line has been running out each day, at most a year back."""
    since = today
    for back in range(1, YEAR):
        day = today - timedelta(days=back)
        if day < line.period_from or not _standing(moves, day).runs_out(day, line.period_to):
            break
        since = day
    return since


def _standing(moves: list[tuple[date, int, int]], day: date) -> Standing:
    until = [move for move in moves if move[0] <= day]
    lately = [move for move in until if move[0] > day - timedelta(days=PACE_DAYS)]
    taken = sum(funded - available for _, funded, available in lately)
    return Standing(sum(move[1] for move in until), sum(move[2] for move in until), taken)
