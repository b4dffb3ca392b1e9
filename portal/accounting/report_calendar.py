"""The calendar of reports: what is due under agreements by month, what was delivered, and what is made for readers by itself."""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.agreements.models import AgreementDuty, DutyKind, Repeated
from portal.accounting.agreements.queries import agreements, duties_due
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.figures.queries import scope_of_report
from portal.accounting.scheduled_reports.models import ReportRun, ReportSchedule, ScheduleEvery
from portal.accounting.scheduled_reports.queries import coming_runs, last_full_period, last_runs, schedules
from portal.framework.funding.models import Agreement
from portal.people.actor import Actor


class ReportStand(enum.StrEnum):
    """How far a report is."""

    LATE = "late"
    OPEN = "open"
    AHEAD = "ahead"
    """A later time of one that comes back."""
    DELIVERED = "delivered"
    MADE = "made"
    """Made for a reader who asked for it."""
    PLANNED = "planned"
    """Is made for a reader by itself."""


@dataclass(frozen=True)
class CalendarReport:
    """One report on a day: what an agreement asks for, or what somebody gets by mail."""

    day: date
    stand: ReportStand
    funder: str | None
    """The slug of the funder that it is about; None for all money."""
    period: FigurePeriod | None
    """Over which days and as of which day the report is read again; None while it is to be made."""
    duty: AgreementDuty | None = None
    schedule: ReportSchedule | None = None


def report_calendar(
    session: Session, *, actor: Actor, first: date, until: date, on: date
) -> dict[date, list[CalendarReport]]:
    """Per month (its first day) the reports from `first` to `until` that somebody may see, the earliest first.

    What is late stands in the month in which it was due, whenever that was; what was delivered or made on its day. Seen on `on`.
    """
    mine = {one.id: one for one in agreements(session, actor=actor)}
    found = [
        *_due(session, mine, until, on),
        *_delivered(session, actor, mine, first, until),
        *_by_mail(session, actor, first, until, on),
    ]
    months: dict[date, list[CalendarReport]] = defaultdict(list)
    for one in sorted(found, key=lambda one: (one.day, list(ReportStand).index(one.stand))):
        months[one.day.replace(day=1)].append(one)
    return dict(months)


def _due(session: Session, mine: dict[int, Agreement], until: date, on: date) -> list[CalendarReport]:
    found = []
    for one in duties_due(session, until=until, on=on, agreement_ids=list(mine)):
        if one.duty.kind is DutyKind.REPORT:
            stand = ReportStand.LATE if one.overdue else ReportStand.AHEAD if one.ahead else ReportStand.OPEN
            funder = mine[one.duty.agreement_id].funder.slug
            found.append(CalendarReport(one.due_on, stand, funder, None, duty=one.duty))
    return found


def _delivered(
    session: Session, actor: Actor, mine: dict[int, Agreement], first: date, until: date
) -> list[CalendarReport]:
    rows = select(AgreementDuty).where(
        AgreementDuty.kind == DutyKind.REPORT,
        AgreementDuty.done_on.between(first, until),
        AgreementDuty.agreement_id.in_(list(mine)),
    )
    found = []
    for duty in session.scalars(rows.order_by(AgreementDuty.done_on, AgreementDuty.id)):
        assert duty.done_on is not None
        funder = mine[duty.agreement_id].funder.slug
        period = _period_of(session, actor, funder, duty)
        found.append(CalendarReport(duty.done_on, ReportStand.DELIVERED, funder, period, duty=duty))
    return found


def _period_of(session: Session, actor: Actor, funder: str, duty: AgreementDuty) -> FigurePeriod | None:
    """The days that a report was about, with the figures of the day on which it was delivered.

    Of one that comes back: the last whole month, quarter or year before it was due; of another one the time of the money.
    """
    assert duty.done_on is not None
    due = duty.due_on or duty.done_on
    if duty.repeated is Repeated.YEARLY:
        return FigurePeriod(date(due.year - 1, 1, 1), date(due.year - 1, 12, 31), duty.done_on)
    if duty.repeated is not None:
        every = ScheduleEvery.MONTH if duty.repeated is Repeated.MONTHLY else ScheduleEvery.QUARTER
        return FigurePeriod(*last_full_period(every, on=due), duty.done_on)
    scope = scope_of_report(session, actor=actor, funder=funder)
    if scope is None or not scope.lines:
        return None
    begin, end = min(line.period_from for line in scope.lines), max(line.period_to for line in scope.lines)
    return FigurePeriod(begin, end, duty.done_on)


def _by_mail(session: Session, actor: Actor, first: date, until: date, on: date) -> list[CalendarReport]:
    found = []
    for run in last_runs(session, actor=actor):
        day = run.as_of
        if first <= day <= until:
            found.append(
                CalendarReport(day, ReportStand.MADE, run.schedule.funder, period_of_run(run), schedule=run.schedule)
            )
    for schedule in schedules(session, actor=actor):
        for day in coming_runs(schedule, today=on, until=until):
            found.append(CalendarReport(day, ReportStand.PLANNED, schedule.funder, None, schedule=schedule))
    return found


def period_of_run(run: ReportRun) -> FigurePeriod:
    """The days and the day as of which a report that was made is read again."""
    return FigurePeriod(run.period_from, run.period_to, run.as_of)
