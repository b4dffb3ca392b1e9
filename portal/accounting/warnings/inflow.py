"""The plan of the region for questions per route and channel, what came in, and the warning for one that lags behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.warnings.models import EVERY_CHANNEL, InflowPlan, WarningKind, WarningSeverity
from portal.accounting.warnings.pace import PER_DAY, STANDS_DAYS, STRETCHES, lag
from portal.accounting.warnings.warning import DeskWarning, WarningRow
from portal.awarding.decisions.queries import questions_taken_over
from portal.cases.origins.models import QuestionOrigin
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.platform.clock import local_date, start_of_day

WEEK = timedelta(days=7)
LOOKS_BACK = STRETCHES[-1] + 26 * 7 + STANDS_DAYS
"""Days: half a year of looking, each over its own stretch. A lag that stands longer is said to stand for half a year."""
WEEKS_SHOWN = STRETCHES[-1] // 7
URGENT_AT = 2
"""Urgent when less than one in so many came of what was planned."""


@dataclass(frozen=True)
class InflowWeek:
    """Seven days of one route: what was sent, and what the plan was for them."""

    first: date
    last: date
    sent: int
    planned: float


def plans(session: Session) -> list[InflowPlan]:
    """Every plan that was set, by route, channel and first day."""
    order = (InflowPlan.route, InflowPlan.channel, InflowPlan.valid_from)
    return list(session.scalars(select(InflowPlan).order_by(*order)))


def plan_on(found: list[InflowPlan], *, route: Route, day: date, channel: str = EVERY_CHANNEL) -> int:
    """How many questions a month are planned by a route (and of a channel) on a day; 0 without a plan."""
    holding = [one for one in found if (one.route, one.channel) == (route, channel) and one.valid_from <= day]
    return max(holding, key=lambda one: one.valid_from).per_month if holding else 0


def sent_per_day(session: Session, *, first: date, last: date) -> Counter[tuple[Route, str, date]]:
    """How many questions were sent per route, channel and Dutch day, from `first` up to and including `last`.

    Each counts for every channel together, and for the one that who asked named, if any.
    """
    question, sent = DevelopmentQuestion, DevelopmentQuestion.submitted_at
    rows = (
        select(question.route, QuestionOrigin.heard_from, sent)
        .outerjoin(QuestionOrigin, QuestionOrigin.question_id == question.id)
        .where(
            sent >= start_of_day(first),
            sent < start_of_day(last + timedelta(days=1)),
            question.id.not_in(questions_taken_over()),
        )
    )
    found: Counter[tuple[Route, str, date]] = Counter()
    for route, heard, at in session.execute(rows):
        if at is not None:
            channels = {EVERY_CHANNEL} | ({heard.value} if heard is not None else set())
            found.update((route, channel, local_date(at)) for channel in channels)
    return found


def inflow_weeks(session: Session, *, route: Route, today: date) -> list[InflowWeek]:
    """The last eight weeks of a route up to yesterday, the first one first."""
    first = today - WEEKS_SHOWN * WEEK
    sent = sent_per_day(session, first=first, last=today - timedelta(days=1))
    found = plans(session)
    planned = {day: plan_on(found, route=route, day=day) for day in _days(first, today)}
    return [
        _week({day: sent[route, EVERY_CHANNEL, day] for day in planned}, planned, first + place * WEEK)
        for place in range(WEEKS_SHOWN)
    ]


def lagging_routes(session: Session, today: date) -> Iterator[DeskWarning]:
    """The routes and channels by which fewer questions came in than planned, beyond chance. Today does not count yet."""
    found = plans(session)
    if not found:
        return
    days = list(_days(today - timedelta(days=LOOKS_BACK), today))
    sent = sent_per_day(session, first=days[0], last=days[-1])
    for route, channel in sorted({(one.route, one.channel) for one in found}):
        planned = {day: plan_on(found, route=route, channel=channel, day=day) for day in days}
        came = {day: sent[route, channel, day] if planned[day] else 0 for day in days}
        behind = lag([came[day] for day in days], [planned[day] for day in days])
        if behind is None:
            continue
        first = days[behind.last + 1 - behind.days]
        weeks = [_week(came, planned, first + place * WEEK) for place in range(behind.days // 7)]
        yield DeskWarning(
            kind=WarningKind.FEW_QUESTIONS,
            about=f"{route.value}.{channel}" if channel else route.value,
            severity=WarningSeverity.URGENT if behind.sent * URGENT_AT < behind.planned else WarningSeverity.NOTICE,
            since=days[behind.since] + timedelta(days=1),
            figures={
                "route": route.value,
                "channel": channel,
                "weeks": behind.days // 7,
                "sent": behind.sent,
                "planned": round(behind.planned),
                "until": days[behind.last],
            },
            rows=tuple(
                WarningRow(first=one.first, last=one.last, number=one.sent, planned=one.planned) for one in weeks
            ),
        )


def _week(sent: dict[date, int], planned: dict[date, int], first: date) -> InflowWeek:
    days = list(_days(first, first + WEEK))
    total = sum(planned[day] for day in days) * PER_DAY
    return InflowWeek(first, days[-1], sum(sent[day] for day in days), float(total))


def _days(first: date, after: date) -> Iterator[date]:
    for place in range((after - first).days):
        yield first + timedelta(days=place)
