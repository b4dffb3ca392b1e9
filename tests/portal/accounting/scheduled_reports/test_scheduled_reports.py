"""Reports by mail: once for each period, to who may read them at that moment, and to nobody else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.reports.queries import accountability_report
from portal.accounting.scheduled_reports.actions import (
    ENDED,
    READY,
    ScheduleTerms,
    ask_for_reports,
    end_reports,
    make_scheduled_report,
    report_hash,
)
from portal.accounting.scheduled_reports.models import ReportRun, ReportSchedule, ScheduleEnd, ScheduleEvery
from portal.accounting.scheduled_reports.queries import (
    last_full_period,
    next_run,
    run_due,
    runs_due,
    schedule_by_public_id,
    schedules,
)
from portal.commands.due import desk_jobs
from portal.papers.correspondence import NoRecipient, compose
from portal.people.accounts.actions import create_account, disable_account
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import account_by_id, actor_of_account, organisation_by_slug
from portal.people.actor import Actor, Audience
from portal.people.audit.models import AuditEvent
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from portal.platform.jobs.actions import run_jobs
from portal.post.messages.models import OutboxMessage
from tests.factories import ADVISOR, NOW, REGION, SYSTEM, a_region
from tests.portal.at_once import at_once

JOBS = [job for job in desk_jobs() if job.name == "scheduled_reports"]
MONTHLY, QUARTERLY = (ScheduleTerms(None, every, 5, "nl") for every in ScheduleEvery)
FIFTH = datetime(2026, 4, 5, 1, 0, tzinfo=UTC)
"""The night in which the report over March is made: it was asked for on 2 March."""


def an_account(session: Session, role: Role, funder: str | None = None) -> Account:
    organisation = organisation_by_slug(session, slug=funder) if funder is not None else None
    email = f"{role.value}.{len(session.scalars(select(Account)).all())}@voorbeeld.example"
    values: dict[str, Any] = {"organisation": organisation} if organisation is not None else {}
    return create_account(session, email=email, display_name="Lena Lezer", role=role, actor=SYSTEM, now=NOW, **values)


def asked(session: Session, account: Account, terms: ScheduleTerms = MONTHLY, now: datetime = NOW) -> ReportSchedule:
    return ask_for_reports(session, terms=terms, actor=actor_of_account(account), now=now)


def a_wish(session: Session, role: Role = Role.CONTROLLER) -> ReportSchedule:
    a_region(session)
    return asked(session, an_account(session, role))


def made(session: Session, schedule: ReportSchedule, first: date = date(2026, 3, 1), now: datetime = FIFTH) -> Any:
    return make_scheduled_report(session, schedule=schedule, first=first, actor=SYSTEM, now=now)


def mails(session: Session, template: str) -> list[OutboxMessage]:
    rows = select(OutboxMessage).where(OutboxMessage.template == template).order_by(OutboxMessage.id)
    return list(session.scalars(rows))


def acts(session: Session) -> list[str]:
    rows = select(AuditEvent.action).where(AuditEvent.object_kind.in_(("report_schedule", "report_run")))
    return list(session.scalars(rows.order_by(AuditEvent.id)))


# When -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("every", "on", "first", "last"),
    [
        (ScheduleEvery.MONTH, date(2026, 3, 31), date(2026, 2, 1), date(2026, 2, 28)),
        (ScheduleEvery.MONTH, date(2026, 1, 1), date(2025, 12, 1), date(2025, 12, 31)),
        (ScheduleEvery.MONTH, date(2028, 3, 1), date(2028, 2, 1), date(2028, 2, 29)),
        (ScheduleEvery.QUARTER, date(2026, 3, 31), date(2025, 10, 1), date(2025, 12, 31)),
        (ScheduleEvery.QUARTER, date(2026, 4, 1), date(2026, 1, 1), date(2026, 3, 31)),
    ],
)
def test_a_report_is_over_the_last_month_or_quarter_that_is_over(
    every: ScheduleEvery, on: date, first: date, last: date
) -> None:
    assert last_full_period(every, on=on) == (first, last)


def test_over_two_years_every_period_is_made_once_on_its_day() -> None:
    found: dict[ScheduleEvery, list[date]] = {every: [] for every in ScheduleEvery}
    for every, firsts in found.items():
        schedule = ReportSchedule(account_id=1, about="-", every=every, on_day=28, locale="nl", asked_at=NOW)
        for days in range(730):
            today = NOW.date() + timedelta(days=days)
            due = run_due(schedule, today=today)
            if due is not None:
                assert next_run(schedule, today=today) == today == (due.last + timedelta(days=28))
                schedule.runs.append(ReportRun(period_from=due.first, period_to=due.last))
                firsts.append(due.first)
            following = next_run(schedule, today=today)
            assert following is not None and following > today
    months = [date(2026, month, 1) for month in range(2, 13)]
    assert found[ScheduleEvery.MONTH][:11] == months and len(found[ScheduleEvery.MONTH]) == 24
    assert found[ScheduleEvery.QUARTER][:2] == [date(2026, 1, 1), date(2026, 4, 1)]
    assert len(found[ScheduleEvery.QUARTER]) == 8


def test_what_was_due_before_it_was_asked_for_is_not_made(session: Session) -> None:
    a_region(session)
    schedule = asked(session, an_account(session, Role.REGION), ScheduleTerms(None, ScheduleEvery.MONTH, 2, "nl"))
    assert NOW.date() == date(2026, 3, 2) and next_run(schedule, today=NOW.date()) == date(2026, 4, 2)
    assert runs_due(session, today=date(2026, 3, 31)) == []
    assert [one.first for one in runs_due(session, today=date(2026, 4, 2))] == [date(2026, 3, 1)]


# Making -----------------------------------------------------------------------------------------------------------------


def test_the_report_is_made_with_the_figures_of_that_day_and_its_reader_is_told(session: Session) -> None:
    schedule = a_wish(session)
    run = made(session, schedule)
    assert (run.period_from, run.period_to, run.as_of) == (date(2026, 3, 1), date(2026, 3, 31), FIFTH.date())
    period = FigurePeriod(run.period_from, run.period_to, run.as_of)
    again = accountability_report(session, actor=REGION, period=period)
    assert again is not None and run.sha256 == report_hash(again, "nl") != report_hash(again, "en")
    [message] = mails(session, READY)
    assert message.object_id == schedule.account_id
    mail = compose(session, message=message, address="https://loket.example", now=FIFTH)
    assert mail.subject == "Uw verslag staat klaar" and "1 maart 2026 tot en met 31 maart 2026" in mail.body
    assert "/inloggen" in mail.body and "€" not in mail.body and "Lezer" not in mail.subject + mail.body
    assert made(session, schedule) is None and len(mails(session, READY)) == 1
    assert made(session, schedule, date(2026, 2, 1)) is None, "only the last period"
    assert acts(session) == ["report_schedule.asked", "report_run.made"]


def test_a_period_is_made_once_also_by_two_jobs_at_once(engine: Engine) -> None:
    number = unit_of_work(engine, lambda session: a_wish(session).id)

    def makes(session: Session) -> object:
        schedule = session.get_one(ReportSchedule, number)
        return lambda: made(session, schedule)

    assert at_once(engine, makes, makes) == ["done", "done"]  # type: ignore[arg-type]

    def look(session: Session) -> tuple[int, int]:
        return len(session.scalars(select(ReportRun)).all()), len(mails(session, READY))

    assert unit_of_work(engine, look) == (1, 1)
    for days in (0, 0, 1):
        run_jobs(engine, jobs=JOBS, now=FIFTH + timedelta(days=days))
    assert unit_of_work(engine, look) == (1, 1)
    run_jobs(engine, jobs=JOBS, now=FIFTH + timedelta(days=30))
    assert unit_of_work(engine, look) == (2, 2), "control: the next month is another period"


def test_the_database_has_a_period_of_a_wish_once_and_keeps_it(session: Session) -> None:
    schedule = a_wish(session)
    run = made(session, schedule)
    same = {"schedule_id": schedule.id, "period_from": run.period_from, "period_to": run.period_to}
    other = {"as_of": run.as_of, "sha256": "1" * 64, "made_at": FIFTH, "made_by": "system"}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(ReportRun(**same, **other))
        session.flush()
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE report_run SET sha256 = made_by"))


# Rights -----------------------------------------------------------------------------------------------------------------


def moved(session: Session, account: Account) -> None:
    account.role = Role.ADVISOR


def closed(session: Session, account: Account) -> None:
    disable_account(session, account=account, actor=SYSTEM, now=FIFTH)


def other_funder(session: Session, account: Account) -> None:
    account.organisation = organisation_by_slug(session, slug="provincie")


def kept(session: Session, account: Account) -> None:
    """Nothing changed: the control."""


@pytest.mark.parametrize("lost", [moved, closed, other_funder, kept])
@pytest.mark.parametrize("sent", [False, True])
def test_who_may_not_read_it_any_more_gets_nothing_and_the_region_is_told(
    session: Session, lost: Any, sent: bool
) -> None:
    a_region(session)
    reader = an_account(session, Role.FUNDER, "rijk")
    region = an_account(session, Role.REGION)
    schedule = asked(session, reader, ScheduleTerms("rijk", ScheduleEvery.MONTH, 5, "nl"))
    if sent:
        assert made(session, schedule) is not None
    lost(session, reader)
    session.flush()
    if sent:
        [message] = mails(session, READY)
        try:
            compose(session, message=message, address="https://loket.example", now=FIFTH)
        except NoRecipient:
            assert lost is not kept
        else:
            assert lost is kept
        return
    run = made(session, schedule)
    if lost is kept:
        assert run is not None and schedule.stands and mails(session, ENDED) == []
        return
    assert run is None and mails(session, READY) == [] and session.scalars(select(ReportRun)).all() == []
    assert (schedule.ended_why, schedule.ended_by) == (ScheduleEnd.RIGHTS, SYSTEM.reference)
    assert acts(session)[-1] == "report_schedule.ended_without_rights"
    [told] = mails(session, ENDED)
    assert told.object_id == region.id
    mail = compose(session, message=told, address="https://loket.example", now=FIFTH)
    assert "Lezer" not in mail.subject + mail.body and "/inloggen" in mail.body
    assert runs_due(session, today=FIFTH.date() + timedelta(days=40)) == [], "it does not begin again by itself"


def test_nobody_asks_for_a_report_that_is_not_theirs(session: Session) -> None:
    a_region(session)
    funder = actor_of_account(an_account(session, Role.FUNDER, "rijk"))
    for actor, about in (
        (funder, "provincie"),
        (funder, None),
        (REGION, "niemand"),
        (ADVISOR, None),
        (Actor(Audience.CONTROLLER), None),
    ):
        with pytest.raises(Refusal) as refused:
            ask_for_reports(session, terms=ScheduleTerms(about, ScheduleEvery.MONTH, 5, "nl"), actor=actor, now=NOW)
        assert refused.value.code in ("not_your_report", "not_yours")
    for actor, about in ((funder, "rijk"), (REGION, "rijk"), (REGION, None)):
        assert ask_for_reports(
            session, terms=ScheduleTerms(about, ScheduleEvery.MONTH, 5, "nl"), actor=actor, now=NOW
        ).stands


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (ScheduleTerms(None, ScheduleEvery.QUARTER, 0, "nl"), "on_day"),
        (ScheduleTerms(None, ScheduleEvery.QUARTER, 29, "nl"), "on_day"),
        (ScheduleTerms(None, ScheduleEvery.QUARTER, 28, "fr"), "locale"),
        (ScheduleTerms(None, ScheduleEvery.MONTH, 28, "nl"), "every"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(session: Session, terms: ScheduleTerms, field: str) -> None:
    schedule = a_wish(session)
    account = account_by_id(session, account_id=schedule.account_id)
    assert account is not None
    with pytest.raises(Refusal) as refused:
        asked(session, account, terms)
    assert refused.value.field == field
    assert asked(session, account, ScheduleTerms(None, ScheduleEvery.QUARTER, 28, "en")).stands


def test_a_reader_ends_the_own_one_and_the_region_every_one(session: Session) -> None:
    schedule = a_wish(session)
    reader = actor_of_account(session.get_one(Account, schedule.account_id))
    other = actor_of_account(an_account(session, Role.CONTROLLER))
    assert schedules(session, actor=reader) == schedules(session, actor=REGION) == [schedule]
    assert schedules(session, actor=other) == schedules(session, actor=ADVISOR) == []
    assert schedule_by_public_id(session, public_id=schedule.public_id, actor=other) is None
    with pytest.raises(Refusal) as refused:
        end_reports(session, schedule=schedule, actor=other, now=NOW)
    assert refused.value.code == "not_yours"
    end_reports(session, schedule=schedule, actor=reader, now=NOW)
    assert (schedule.ended_why, next_run(schedule, today=NOW.date())) == (ScheduleEnd.ASKED, None)
    with pytest.raises(Conflict):
        end_reports(session, schedule=schedule, actor=REGION, now=NOW)
    assert made(session, schedule) is None
    again = ask_for_reports(session, terms=MONTHLY, actor=reader, now=NOW)
    end_reports(session, schedule=again, actor=REGION, now=NOW)
    assert acts(session).count("report_schedule.ended") == 2


@pytest.mark.parametrize(
    "columns", ["ended_at = asked_at", "on_day = 29", "about = ''", "ended_by = 'account:1', ended_why = 'asked'"]
)
def test_the_database_keeps_a_wish_whole(session: Session, columns: str) -> None:
    a_wish(session)
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE report_schedule SET {columns}"))
