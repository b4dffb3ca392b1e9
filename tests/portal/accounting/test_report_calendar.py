"""The calendar of reports: every report that is due by month, what was delivered with the figures of that day, and what goes by mail."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.agreements.actions import DutyTerms, add_duty, drop_duty, fulfil_duty
from portal.accounting.agreements.models import AgreementDuty, DutyKind, Repeated
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.report_calendar import CalendarReport, ReportStand, report_calendar
from portal.accounting.scheduled_reports.actions import ScheduleTerms, ask_for_reports, make_scheduled_report
from portal.accounting.scheduled_reports.models import ScheduleEvery
from portal.accounting.warnings.models import WarningKind
from portal.accounting.warnings.queries import warnings_now
from portal.framework.funding.models import Agreement, Funder
from portal.people.accounts.models import Role
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor
from tests.factories import NOW, REGION, SYSTEM, a_region
from tests.portal.accounting.agreements.test_agreements import staff_of
from tests.portal.accounting.scheduled_reports.test_scheduled_reports import an_account

TODAY = NOW.date()
SPAN = (date(2026, 1, 1), date(2026, 12, 31))


def an_agreement(session: Session, slug: str = "provincie") -> Agreement:
    a_region(session)
    funder = session.scalars(select(Funder).where(Funder.slug == slug)).one()
    known = session.scalar(select(Agreement).where(Agreement.funder_id == funder.id))
    if known is None:
        known = Agreement(slug=f"met-{slug}", funder_id=funder.id, title_nl="N", title_en="N", created_at=NOW)
        session.add(known)
        session.flush()
    return known


def a_report(session: Session, due: date, repeated: Repeated | None = None, **more: object) -> AgreementDuty:
    kind = more.pop("kind", DutyKind.REPORT)
    terms = DutyTerms(kind, "Voortgang melden.", due_on=due, repeated=repeated)  # type: ignore[arg-type]
    slug = str(more.pop("funder", "provincie"))
    return add_duty(session, agreement=an_agreement(session, slug), terms=terms, actor=REGION, now=NOW)


def seen(session: Session, actor: Actor = REGION, on: date = TODAY) -> list[CalendarReport]:
    found = report_calendar(session, actor=actor, first=SPAN[0], until=SPAN[1], on=on)
    assert list(found) == sorted(found)
    for month, rows in found.items():
        assert rows and {one.day.replace(day=1) for one in rows} == {month}
    return [one for rows in found.values() for one in rows]


def test_every_report_that_is_due_stands_in_its_month_and_nothing_else(session: Session) -> None:
    a_report(session, TODAY - timedelta(days=20))
    a_report(session, date(2026, 4, 15), Repeated.QUARTERLY)
    a_report(session, date(2027, 1, 1))
    a_report(session, date(2026, 5, 1), kind=DutyKind.COFINANCING)
    gone = a_report(session, date(2026, 5, 2))
    drop_duty(session, duty=gone, reason="Hoeft niet meer.", actor=REGION, now=NOW)
    assert [(one.day, one.stand) for one in seen(session)] == [
        (TODAY - timedelta(days=20), ReportStand.LATE),
        (date(2026, 4, 15), ReportStand.OPEN),
        (date(2026, 7, 15), ReportStand.AHEAD),
        (date(2026, 10, 15), ReportStand.AHEAD),
    ]
    assert len(seen(session, staff_of(session, "provincie"))) == 4 and seen(session, staff_of(session, "rijk")) == []


def test_what_was_delivered_leads_to_the_report_with_the_figures_of_that_day(session: Session) -> None:
    for due, repeated, first, last in (
        (date(2026, 3, 15), Repeated.MONTHLY, date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 3, 15), Repeated.QUARTERLY, date(2025, 10, 1), date(2025, 12, 31)),
        (date(2026, 3, 1), Repeated.YEARLY, date(2025, 1, 1), date(2025, 12, 31)),
        (date(2026, 3, 1), None, date(2026, 1, 1), date(2027, 12, 31)),
    ):
        duty = a_report(session, due, repeated)
        fulfil_duty(session, duty=duty, done_on=TODAY, note="Verstuurd.", actor=REGION, now=NOW)
        [found] = [one for one in seen(session) if one.duty is duty]
        assert (found.day, found.stand, found.funder) == (TODAY, ReportStand.DELIVERED, "provincie")
        assert found.period == FigurePeriod(first, last, TODAY)


def test_what_goes_by_mail_stands_there_for_its_reader_and_the_region(session: Session) -> None:
    a_region(session)
    reader = actor_of_account(an_account(session, Role.FUNDER, "rijk"))
    terms = ScheduleTerms("rijk", ScheduleEvery.QUARTER, 5, "nl")
    schedule = ask_for_reports(session, terms=terms, actor=reader, now=NOW)
    night = NOW.replace(month=4, day=5)
    make_scheduled_report(session, schedule=schedule, first=date(2026, 1, 1), actor=SYSTEM, now=night)
    for actor in (reader, REGION):
        rows = [(one.day, one.stand, one.period) for one in seen(session, actor, on=night.date())]
        assert rows == [
            (date(2026, 4, 5), ReportStand.MADE, FigurePeriod(date(2026, 1, 1), date(2026, 3, 31), night.date())),
            (date(2026, 7, 5), ReportStand.PLANNED, None),
            (date(2026, 10, 5), ReportStand.PLANNED, None),
        ]
    assert seen(session, staff_of(session, "provincie")) == []


def test_a_report_that_is_due_is_counted_among_the_warnings_of_the_weekly_mail(session: Session) -> None:
    a_report(session, TODAY + timedelta(days=30))
    a_report(session, TODAY + timedelta(days=31))
    counts = warnings_now(session, actor=REGION, now=NOW).counts
    assert counts[WarningKind.DUTY] == 1
    assert sum(one.stand is ReportStand.OPEN for one in seen(session)) == 2
