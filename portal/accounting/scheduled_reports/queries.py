"""Reads of reports by mail: which there are, who may still read theirs, and which are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.figures.queries import scope_of_report
from portal.accounting.scheduled_reports.models import ReportRun, ReportSchedule, ScheduleEvery
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor, Audience
from portal.platform.clock import local_date

READERS = frozenset({Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR, Audience.FUNDER})
"""Who reads reports."""


@dataclass(frozen=True)
class RunDue:
    """A report that has to be made: of which wish, and over which days."""

    schedule: ReportSchedule
    first: date
    last: date


def schedules(session: Session, *, actor: Actor) -> list[ReportSchedule]:
    """The wishes that somebody may see, those that stand first: the region all of them, a reader the own ones."""
    rows = select(ReportSchedule).order_by(ReportSchedule.ended_at.is_not(None), ReportSchedule.id.desc())
    if actor.audience is not Audience.REGION:
        if actor.audience not in READERS or actor.account_id is None:
            return []
        rows = rows.where(ReportSchedule.account_id == actor.account_id)
    return list(session.scalars(rows.execution_options(populate_existing=True)))


def schedule_by_public_id(session: Session, *, public_id: str, actor: Actor) -> ReportSchedule | None:
    """One of them; None when there is none or the actor may not see it."""
    return next((one for one in schedules(session, actor=actor) if one.public_id == public_id), None)


def may_read(session: Session, *, actor: Actor, funder: str | None) -> bool:
    """Whether somebody may read the report about a funder (a slug), or about all money."""
    if actor.audience not in READERS:
        return False
    scope = scope_of_report(session, actor=actor, funder=funder)
    return scope is not None and (funder is not None or scope.is_whole)


def reader_of(session: Session, *, schedule: ReportSchedule) -> Actor | None:
    """Who gets the report, with the rights of now; None when the account is closed or may not read it (any more)."""
    account = session.get(Account, schedule.account_id, populate_existing=True)
    if account is None or account.disabled_at is not None:
        return None
    actor = actor_of_account(account)
    return actor if may_read(session, actor=actor, funder=schedule.funder) else None


def still_wanted(session: Session, *, schedule_id: int) -> bool:
    """Whether a report that was made may still be told of: nobody ended it, and the reader may read it."""
    schedule = session.get(ReportSchedule, schedule_id)
    return schedule is not None and schedule.stands and reader_of(session, schedule=schedule) is not None


def told_of_ends(session: Session) -> list[Account]:
    """The accounts of the region, which hear that a report is not sent any more."""
    rows = select(Account).where(Account.role == Role.REGION, Account.disabled_at.is_(None))
    return list(session.scalars(rows.order_by(Account.id)))


# When ------------------------------------------------------------------------------------------------------------------


def last_full_period(every: ScheduleEvery, *, on: date) -> tuple[date, date]:
    """The first and last day of the last month or quarter that was over on a day."""
    month = on.year * 12 + on.month - 1
    after = month - month % every.months
    return _first_of(after - every.months), _first_of(after) - timedelta(days=1)


def day_of_run(schedule: ReportSchedule, last: date) -> date:
    """On which day the report over a period is made: a day of the month after its last day."""
    return (last + timedelta(days=1)).replace(day=schedule.on_day)


def run_due(schedule: ReportSchedule, *, today: date) -> RunDue | None:
    """The report over the last full period, when it is due, it was not made, and its day came after it was asked for."""
    first, last = last_full_period(schedule.every, on=today)
    day = day_of_run(schedule, last)
    made = any(one.period_from == first for one in schedule.runs)
    if not schedule.stands or made or not local_date(schedule.asked_at) < day <= today:
        return None
    return RunDue(schedule, first, last)


def next_run(schedule: ReportSchedule, *, today: date) -> date | None:
    """The day on which the next report is made; None when none is made any more."""
    if not schedule.stands:
        return None
    found = run_due(schedule, today=today)
    if found is not None:
        return day_of_run(schedule, found.last)
    _first, last = last_full_period(schedule.every, on=today)
    while day_of_run(schedule, last) <= today:
        month = last.year * 12 + last.month + schedule.every.months
        last = _first_of(month) - timedelta(days=1)
    return day_of_run(schedule, last)


def coming_runs(schedule: ReportSchedule, *, today: date, until: date) -> list[date]:
    """The days up to and including `until` on which reports will be made, the first one first."""
    day, found = next_run(schedule, today=today), []
    while day is not None and day <= until:
        found.append(day)
        day = _first_of(day.year * 12 + day.month - 1 + schedule.every.months).replace(day=schedule.on_day)
    return found


def runs_due(session: Session, *, today: date) -> list[RunDue]:
    """Every report that is due, the oldest wish first. Whether the reader may read it is seen when it is made."""
    rows = select(ReportSchedule).where(ReportSchedule.ended_at.is_(None)).order_by(ReportSchedule.id)
    found = (run_due(one, today=today) for one in session.scalars(rows.execution_options(populate_existing=True)))
    return [one for one in found if one is not None]


def last_runs(session: Session, *, actor: Actor) -> list[ReportRun]:
    """The reports that were made for the wishes that somebody may see, the last one first."""
    found = [run for one in schedules(session, actor=actor) for run in one.runs]
    return sorted(found, key=lambda run: (run.made_at, run.id), reverse=True)


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
