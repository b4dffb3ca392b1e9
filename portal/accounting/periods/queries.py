"""Reads of accounting periods, and whether the books still give what was closed."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.period_statement import FORMATS, PeriodStatement, format_of, hash_of, statement_of
from portal.accounting.periods.models import AccountingPeriod, PeriodLength, PeriodState
from portal.ledger.invariants import Break


def periods(session: Session) -> list[AccountingPeriod]:
    """All periods, the latest first."""
    return list(session.scalars(select(AccountingPeriod).order_by(AccountingPeriod.number.desc())))


def last_period(session: Session) -> AccountingPeriod | None:
    """The period that comes last; None when there is none."""
    return session.scalar(select(AccountingPeriod).order_by(AccountingPeriod.number.desc()).limit(1))


def period_by_public_id(session: Session, *, public_id: str) -> AccountingPeriod | None:
    """The period with this id; None when there is none."""
    return session.scalar(select(AccountingPeriod).where(AccountingPeriod.public_id == public_id))


def open_period_before(session: Session, *, period: AccountingPeriod) -> AccountingPeriod | None:
    """The first period before this one that is not closed; None when all are."""
    rows = select(AccountingPeriod).where(
        AccountingPeriod.number < period.number, AccountingPeriod.state != PeriodState.CLOSED
    )
    return session.scalar(rows.order_by(AccountingPeriod.number).limit(1))


def last_day_of(first_day: date, length: PeriodLength) -> date:
    """The last day of a period that begins on the first day of a month."""
    month = first_day.month + length.months - 1
    year, month = first_day.year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1])


def day_after(period: AccountingPeriod) -> date:
    """The day on which the next period begins."""
    return period.last_day + timedelta(days=1)


def statement_as_closed(session: Session, *, period: AccountingPeriod) -> PeriodStatement:
    """The statement of a period from the books as they are now, in the format in which it was closed; else in the newest."""
    written_as = format_of(period.statement)
    return statement_of(session, first_day=period.first_day, last_day=period.last_day, written_as=written_as)


def statement_as_laid_down(session: Session, *, period: AccountingPeriod) -> PeriodStatement | None:
    """The statement with the figures that were laid down, in the format of that moment; None when they are others by now."""
    first, last = period.first_day, period.last_day
    made = (statement_of(session, first_day=first, last_day=last, written_as=one) for one in FORMATS)
    return next((one for one in made if one.sha256 == period.sha256), None)


def period_breaks(session: Session) -> Iterator[Break]:
    """C1: the books give the statement of every closed period again, to the byte."""
    closed = select(AccountingPeriod).where(AccountingPeriod.state == PeriodState.CLOSED)
    for period in session.scalars(closed.order_by(AccountingPeriod.number)):
        now = statement_as_closed(session, period=period)
        if now.text != period.statement or hash_of(period.statement) != period.sha256:
            subject = f"period {period.first_day} to {period.last_day}"
            yield Break("C1", subject, f"closed as {period.sha256}, the books say {now.sha256}")
