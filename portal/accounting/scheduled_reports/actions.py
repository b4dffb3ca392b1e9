"""Acts: ask for a report every month or quarter, end that, and make the one that is due, with the rights of that moment."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.reports.document import csv_rows
from portal.accounting.reports.models import EVERYTHING
from portal.accounting.reports.queries import AccountabilityReport, accountability_report
from portal.accounting.scheduled_reports.models import (
    LATEST_DAY,
    ReportRun,
    ReportSchedule,
    ScheduleEnd,
    ScheduleEvery,
)
from portal.accounting.scheduled_reports.queries import (
    READERS,
    may_read,
    reader_of,
    run_due,
    runs_due,
    told_of_ends,
)
from portal.people.accounts.queries import account_by_id
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.i18n import supported_locale, use_locale
from portal.platform.jobs.actions import Job
from portal.post.messages.actions import NewMessage, enqueue
from portal.post.messages.models import MessageKind, Recipient

READY, ENDED = "account/report_ready", "account/report_ended"
"""The templates of the mails: to the reader, and to the region when a reader may not read any more."""


@dataclass(frozen=True)
class ScheduleTerms:
    """Which report: of a funder (a slug; None is all money), how often, on which day of the month after, in which language."""

    funder: str | None
    every: ScheduleEvery
    on_day: int
    locale: str


def ask_for_reports(session: Session, *, terms: ScheduleTerms, actor: Actor, now: datetime) -> ReportSchedule:
    """Ask for a report every month or quarter. The first one is over the period whose day comes after today.

    Raises ``Refusal`` at ``funder``, ``on_day`` and ``locale``; at ``every`` when the same was asked for before.
    """
    if actor.audience not in READERS or actor.account_id is None:
        raise _not_yours()
    if not may_read(session, actor=actor, funder=terms.funder):
        raise Refusal("not_your_report", _l("Dit verslag is niet voor u."), field="funder")
    if not 1 <= terms.on_day <= LATEST_DAY:
        raise Refusal("day", _l("Kies een dag van 1 tot en met 28. Die heeft elke maand."), field="on_day")
    if supported_locale(terms.locale) is None:
        raise Refusal("language", _l("Kies Nederlands of Engels."), field="locale")
    schedule = ReportSchedule(
        account_id=actor.account_id,
        about=terms.funder or EVERYTHING,
        every=terms.every,
        on_day=terms.on_day,
        locale=terms.locale,
        asked_at=now,
        asked_by=actor.reference,
        asked_by_name=actor.signature,
    )
    message = _l("U krijgt dit verslag al. Stop dat eerst als u een andere dag of taal wilt.")
    write_new(session, schedule, otherwise=Refusal("asked_before", message, field="every"))
    _log(session, schedule, "report_schedule.asked", actor, now)
    return schedule


def end_reports(session: Session, *, schedule: ReportSchedule, actor: Actor, now: datetime) -> None:
    """Make no more reports of this kind: by its reader, or by the region. Raises ``Conflict`` when it was ended before."""
    if actor.audience is not Audience.REGION and (
        actor.audience not in READERS or actor.account_id != schedule.account_id
    ):
        raise _not_yours()
    over = Conflict("ended_before", _l("Dit verslag per mail is al gestopt."))
    _end(session, schedule, ScheduleEnd.ASKED, actor, now, over)
    _log(session, schedule, "report_schedule.ended", actor, now)


def make_scheduled_report(
    session: Session, *, schedule: ReportSchedule, first: date, actor: Actor, now: datetime
) -> ReportRun | None:
    """Make the report over the period that begins on `first` and tell the reader, once; None when it is not due (any more).

    The rights of the reader are looked at anew. Who may not read it any more gets nothing: the wish ends, and the region is told.
    """
    if actor.audience not in (Audience.REGION, Audience.SYSTEM):
        raise _not_yours()
    if not hold(session, schedule, ReportSchedule.ended_at.is_(None)):
        return None
    session.expire(schedule, ["runs"])
    today = local_date(now)
    due = run_due(schedule, today=today)
    if due is None or due.first != first:
        return None
    reader = reader_of(session, schedule=schedule)
    made = _made(session, schedule, reader, FigurePeriod(due.first, due.last, today)) if reader is not None else None
    if made is None:
        _end_without_rights(session, schedule, actor, now)
        return None
    run = ReportRun(
        schedule_id=schedule.id,
        period_from=due.first,
        period_to=due.last,
        as_of=today,
        sha256=report_hash(made, schedule.locale),
        made_at=now,
        made_by=actor.reference,
    )
    if not write_new(session, run, otherwise=None):
        return None
    session.expire(schedule, ["runs"])
    days = {"first": due.first.isoformat(), "last": due.last.isoformat()}
    _mail(session, READY, f"report_run:{run.id}", schedule.account_id, {"schedule": schedule.id} | days, now)
    record(session, actor=actor, action="report_run.made", object_kind="report_run", object_id=run.id, now=now)
    return run


def report_hash(report: AccountabilityReport, locale: str) -> str:
    """SHA-256 over the rows of the CSV file of a report in a language, 64 hexadecimal digits."""
    with use_locale(locale):
        rows = [[str(cell) for cell in row] for row in csv_rows(report)]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def scheduled_reports_job(actor: Actor) -> Job:
    """The nightly job that makes the reports whose day has come."""

    def due(session: Session, at: datetime) -> list[str]:
        return [f"{one.schedule.id}:{one.first}" for one in runs_due(session, today=local_date(at))]

    def act(session: Session, item: str, at: datetime) -> bool:
        number, _, first = item.partition(":")
        schedule = session.get_one(ReportSchedule, int(number))
        made = make_scheduled_report(session, schedule=schedule, first=date.fromisoformat(first), actor=actor, now=at)
        return made is not None

    return Job("scheduled_reports", due, act)


def _made(
    session: Session, schedule: ReportSchedule, reader: Actor, period: FigurePeriod
) -> AccountabilityReport | None:
    with use_locale(schedule.locale):
        return accountability_report(session, actor=reader, period=period, funder=schedule.funder)


def _end_without_rights(session: Session, schedule: ReportSchedule, actor: Actor, now: datetime) -> None:
    _end(session, schedule, ScheduleEnd.RIGHTS, actor, now, None)
    for account in told_of_ends(session):
        _mail(session, ENDED, f"report_schedule:{schedule.id}", account.id, None, now)
    _log(session, schedule, "report_schedule.ended_without_rights", actor, now)


def _end(
    session: Session,
    schedule: ReportSchedule,
    why: ScheduleEnd,
    actor: Actor,
    now: datetime,
    otherwise: Refusal | None,
) -> None:
    values = {"ended_at": now, "ended_by": actor.reference, "ended_why": why}
    write_guarded(session, schedule, ReportSchedule.ended_at.is_(None), otherwise=otherwise, **values)


def _mail(
    session: Session,
    template: str,
    about: str,
    account_id: int,
    details: dict[str, int | str] | None,
    now: datetime,
) -> None:
    account = account_by_id(session, account_id=account_id)
    message = NewMessage(
        kind=MessageKind.EMAIL,
        template=template,
        recipient=Recipient.ACCOUNT,
        object_kind=about,
        object_id=account_id,
        locale=account.locale if account is not None else "nl",
        details=details,
    )
    enqueue(session, message=message, now=now)


def _not_yours() -> Refusal:
    return Refusal("not_yours", _l("Dit kunt u hier niet doen."))


def _log(session: Session, schedule: ReportSchedule, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="report_schedule", object_id=schedule.id, now=now)
