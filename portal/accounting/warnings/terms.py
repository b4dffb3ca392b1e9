"""Warnings about days: vouchers that end, legal terms, and steps that take longer than was promised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounting.warnings.models import WarningKind, WarningSeverity
from portal.accounting.warnings.warning import DeskWarning, WarningRow
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.framework.catalogue.queries import has_region, region, schemes_in_force
from portal.oversight.lead_times import MEASURED_OVER, LeadTime, LeadTimeStep, lead_times
from portal.paying.collecting.of_providers import ending_claims
from portal.paying.collecting.queries import collecting_settings
from portal.people.actor import Actor
from portal.platform.legal_calendar import add_working_days
from portal.spending.reminders.queries import WARN_DAYS
from portal.spending.vouchers.models import LIVE_STATES, Voucher

END_WITHIN, END_SOON = timedelta(days=30), timedelta(days=7)
WEEKS_BACK = 13
READER = Actor.system("warnings")


def ending_vouchers(session: Session, today: date) -> Iterator[DeskWarning]:
    """The vouchers that end within thirty days with money on them. One that is blocked does not end."""
    open_cents = Voucher.amount_cents - Voucher.redeemed_cents - Voucher.released_cents
    found = session.execute(
        select(Voucher.scheme, Voucher.valid_until, func.count(), func.sum(open_cents))
        .where(
            Voucher.state.in_(LIVE_STATES),
            Voucher.blocked_at.is_(None),
            Voucher.valid_until.between(today, today + END_WITHIN),
            open_cents > 0,
        )
        .group_by(Voucher.scheme, Voucher.valid_until)
        .order_by(Voucher.valid_until, Voucher.scheme)
    ).all()
    if not found:
        return
    titles = {one.slug: one.definition.title for one in schemes_in_force(session, on=today)}
    first = found[0].valid_until
    yield DeskWarning(
        kind=WarningKind.VOUCHERS_END,
        about="",
        severity=WarningSeverity.URGENT if first <= today + END_SOON else WarningSeverity.NOTICE,
        since=first - END_WITHIN,
        figures={
            "number": sum(int(row[2]) for row in found),
            "cents": sum(int(row[3]) for row in found),
            "first": first,
        },
        rows=tuple(
            WarningRow(
                name=titles.get(row[0]) or {"nl": row[0], "en": row[0]},
                last=row[1],
                number=int(row[2]),
                cents=int(row[3]),
            )
            for row in found
        ),
    )


def legal_terms(session: Session, today: date) -> Iterator[DeskWarning]:
    """Applications of which the last day to decide passed, and those of which it falls within a week.

    An application that waits for the applicant is none of them: its term stands still (Awb 4:15).
    """
    day = DevelopmentQuestion.decide_by
    found = session.execute(
        select(day, func.count())
        .where(DevelopmentQuestion.state == QuestionState.APPLIED, day <= today + WARN_DAYS)
        .group_by(day)
        .order_by(day)
    ).all()
    rows = [WarningRow(last=last, number=int(number)) for last, number in found if last is not None]
    past = [row for row in rows if row.last is not None and row.last < today]
    near = [row for row in rows if row not in past]
    if past:
        yield _terms(WarningKind.TERMS_PAST, WarningSeverity.URGENT, past, timedelta(days=1))
    if near:
        yield _terms(WarningKind.TERMS_NEAR, WarningSeverity.NOTICE, near, -WARN_DAYS)


def _terms(kind: WarningKind, severity: WarningSeverity, rows: list[WarningRow], after: timedelta) -> DeskWarning:
    first = rows[0].last
    assert first is not None, "a term has a last day"
    figures = {"number": sum(row.number or 0 for row in rows), "first": first}
    return DeskWarning(kind, "", severity, first + after, figures, tuple(rows))


def ending_claims_back(session: Session, today: date) -> Iterator[DeskWarning]:
    """What has to come back and can soon be claimed or collected no more, within the days that the region says, or cannot now."""
    found = ending_claims(session, today=today)
    if not found:
        return
    by_day: dict[date, list[int]] = {}
    for recovery, standing in found:
        by_day.setdefault(standing.last_day, []).append(recovery.open_cents)
    first = found[0][1].last_day
    yield DeskWarning(
        kind=WarningKind.CLAIMS_END,
        about="",
        severity=WarningSeverity.URGENT if first <= today + END_WITHIN else WarningSeverity.NOTICE,
        since=first - timedelta(days=collecting_settings(session).warn_days),
        figures={"number": len(found), "cents": sum(one.open_cents for one, _ in found), "first": first},
        rows=tuple(WarningRow(last=day, number=len(cents), cents=sum(cents)) for day, cents in by_day.items()),
    )


def late_steps(session: Session, today: date) -> Iterator[DeskWarning]:
    """The steps of which one in ten cases of the last thirteen weeks took more days than was promised.

    Promised are the reaction within the working days that the region set, at its most days on the calendar, and the decision
    within its weeks. What is shown is what the page of lead times shows: nothing with fewer than five cases.
    """
    if not has_region(session):
        return
    settings = region(session).settings
    week = [today - timedelta(days=back) for back in range(7)]
    promised = {
        LeadTimeStep.REACTION: max((add_working_days(day, settings.response_days) - day).days for day in week),
        LeadTimeStep.DECISION: settings.decision_weeks * 7,
    }
    now = _measured(session, today)
    for step, days in promised.items():
        found = now[step]
        if found.p90_days is None or found.p90_days <= days:
            continue
        yield DeskWarning(
            kind=WarningKind.LEAD_TIME,
            about=step.value,
            severity=WarningSeverity.URGENT
            if found.p50_days is not None and found.p50_days > days
            else WarningSeverity.NOTICE,
            since=_since(session, step, days, today),
            figures={"step": step.value, "days": found.p90_days, "promised": days, "number": found.n},
            rows=(WarningRow(code=step.value, number=found.n, days=found.p90_days, promised=days),),
        )


def _measured(session: Session, last: date) -> dict[LeadTimeStep, LeadTime]:
    found = lead_times(session, actor=READER, first=last - MEASURED_OVER, last=last)
    return {one.step: one for one in found}


def _since(session: Session, step: LeadTimeStep, promised: int, today: date) -> date:
    """The day since which it is so, looked at per week, at most thirteen back."""
    since = today
    for back in range(1, WEEKS_BACK + 1):
        day = today - timedelta(weeks=back)
        days = _measured(session, day)[step].p90_days
        if days is None or days <= promised:
            break
        since = day
    return since
