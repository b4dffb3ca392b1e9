"""The books of the demonstration: the chart of accounts, periods that two people close, the report, samples and the plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal.accounting.agreements.actions import fulfil_duty
from portal.accounting.agreements.models import AgreementDuty, DutyKind
from portal.accounting.chart.actions import AccountName, lay_down_chart
from portal.accounting.chart.queries import chart
from portal.accounting.periods.actions import add_period, close_period, lay_down_closing
from portal.accounting.periods.models import PeriodLength
from portal.accounting.periods.queries import periods
from portal.accounting.reports.actions import TextPlace, write_report_text
from portal.accounting.samples.actions import draw_sample
from portal.accounting.samples.models import SampleField
from portal.accounting.samples.queries import SampleChoice, population_of
from portal.accounting.warnings.actions import plan_inflow, set_digest
from portal.cases.questions.models import Route
from portal.demo.account_texts import NARRATIVE, OF_FUNDER, REPORT_SENT
from portal.demo.desk import DemoDesk
from portal.demo.funders_kept import first_whole_year
from portal.demo.timetable import Story, Timetable
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_lines
from portal.ledger.models import AccountKind

CLOSED_AFTER = timedelta(days=25)
"""So long after its last day a period is closed."""
GROUPS = {
    AccountKind.FUNDER: "13",
    AccountKind.AVAILABLE: "17",
    AccountKind.RESERVED: "18",
    AccountKind.SPENT: "19",
    AccountKind.PAID: "11",
}
"""How the region numbers its accounts: with the place of the funding line behind it."""
PLANNED = {Route.INDIVIDUAL: 5, Route.EMPLOYER: 4}
QUARTER = 3


def set_up(desk: DemoDesk, at: Timetable, since: datetime) -> Story:
    """In the first weeks: the chart of accounts, the periods, and the plan that warnings are held against."""
    yield at.days_after(since, 12)
    names = {(row.line.id, row.kind): row.name for row in chart(desk.session)}
    for place, line in enumerate(funding_lines(desk.session), start=1):
        wanted = {
            kind: AccountName(f"{group}{place:02d}", names[line.id, kind])
            for kind, group in GROUPS.items()
            if (line.id, kind) in names
        }
        lay_down_chart(desk.session, line=line, names=wanted, actor=desk.staff.region, now=desk.now)
    yield at.days_after(since, 14)
    first = desk.today.replace(day=1, month=desk.today.month - (desk.today.month - 1) % QUARTER)
    while first <= at.today:
        add_period(desk.session, length=PeriodLength.QUARTER, first_day=first, actor=desk.staff.region, now=desk.now)
        first = _next_quarter(first)
    yield at.days_after(since, 20)
    for route, number in PLANNED.items():
        plan_inflow(
            desk.session,
            route=route,
            per_month=number,
            valid_from=desk.today,
            actor=desk.staff.region,
            now=desk.now,
        )
    set_digest(desk.session, wanted=True, actor=desk.staff.region, now=desk.now)


def _next_quarter(first: date) -> date:
    return (first + timedelta(days=31 * QUARTER + 2)).replace(day=1)


def periods_closed(desk: DemoDesk, at: Timetable, since: datetime) -> Story:
    """One lays the figures of a quarter of a former year down, another closes it; the first one of this year still waits."""
    yield at.days_after(since, 18)
    for period in reversed(periods(desk.session)):
        if period.last_day.year == at.today.year:
            break
        yield at.on(period.last_day + CLOSED_AFTER)
        lay_down_closing(desk.session, period=period, actor=desk.staff.region, now=desk.now)
        yield at.days_after(desk.now, 2)
        close_period(desk.session, period=period, actor=desk.staff.second_region, now=desk.now)
    yield at.working_day_ago(3, 4)
    waiting = next((one for one in reversed(periods(desk.session)) if one.closed_at is None), None)
    if waiting is not None and waiting.last_day < desk.today:
        lay_down_closing(desk.session, period=waiting, actor=desk.staff.region, now=desk.now)


def years_reported(desk: DemoDesk, at: Timetable, since: datetime) -> Iterator[Story]:
    """Of every year that is over a report, with what the region writes in it, and a sample that the auditor drew."""
    for year in range(first_whole_year(since), at.today.year):
        yield _reported(desk, at, year)
    yield _reported_so_far(desk, at)


def _reported(desk: DemoDesk, at: Timetable, year: int) -> Story:
    first, last = date(year, 1, 1), date(year, 12, 31)
    yield at.on(date(year + 1, 2, 20))
    _write(desk, funding_lines(desk.session), first, last)
    due = AgreementDuty.kind == DutyKind.REPORT, AgreementDuty.done_on.is_(None), AgreementDuty.due_on > desk.today
    for duty in desk.session.scalars(select(AgreementDuty).where(*due).order_by(AgreementDuty.id)).all():
        if duty.due_on is not None and duty.due_on.year == year + 1:
            fulfil_duty(
                desk.session,
                duty=duty,
                done_on=desk.today,
                note=REPORT_SENT,
                actor=desk.staff.region,
                now=desk.now,
            )
    yield at.on(date(year + 1, 3, 10))
    _draw(desk, SampleChoice(5, f"controle {year}", first, last, SampleField.SCHEME))


def _reported_so_far(desk: DemoDesk, at: Timetable) -> Story:
    """The report over the whole time of the money, as far as it goes; and a sample of this year."""
    yield at.working_day_ago(6, 8)
    lines = funding_lines(desk.session)
    _write(desk, lines, min(line.period_from for line in lines), max(line.period_to for line in lines))
    yield at.working_day_ago(2, 4)
    this_year = date(desk.today.year, 1, 1), desk.today
    _draw(desk, SampleChoice(8, f"tussentijds {desk.today.year}", *this_year, SampleField.FUNDER))


def _write(desk: DemoDesk, lines: list[FundingLine], first: date, last: date) -> None:
    """All texts in the report about all money, and some in that of each funder, over the days that its report shows."""
    is_year = first == date(last.year, 1, 1)
    for section, text in NARRATIVE.items():
        _text(desk, TextPlace(None, first, last, section), text)
    for slug in sorted({line.funder.slug for line in lines}):
        own = [line for line in lines if line.funder.slug == slug]
        begins = first if is_year else min(line.period_from for line in own)
        ends = last if is_year else max(line.period_to for line in own)
        for section in OF_FUNDER:
            _text(desk, TextPlace(slug, begins, ends, section), NARRATIVE[section])


def _text(desk: DemoDesk, place: TextPlace, text: str) -> None:
    write_report_text(desk.session, place=place, text=text, seen=0, actor=desk.staff.region, now=desk.now)


def _draw(desk: DemoDesk, choice: SampleChoice) -> None:
    """As many as there are to draw from, when that are fewer than were asked for."""
    found = population_of(desk.session, choice=choice)
    number = sum(len(part) for part in found.values())
    if number:
        size = max(len(found), min(choice.size, number))
        asked = SampleChoice(size, choice.seed, choice.award_from, choice.award_to, choice.field)
        draw_sample(desk.session, choice=asked, actor=desk.staff.auditor, now=desk.now)
