"""The year before: the funding lines it had, what was paid in it, and how it ended. It comes before the eight months in full."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from portal.demo.account_texts import FIRST_YEAR_OVER, LINES, LineTold
from portal.demo.desk import DemoDesk
from portal.demo.papers import bank_statement
from portal.demo.paying import export, make, payer, release
from portal.demo.timetable import Story, Timetable
from portal.framework.funding.actions import add_funding_line, lower_budget
from portal.framework.funding.queries import funding_line_by_slug, funding_lines
from portal.ledger.queries import line_figures
from portal.paying.statements.actions import read_statement
from schemes.region.funding import FundingLineDefinition

PAID_EVERY, FIRST_PAID = 60, 200
"""Days between the payments of that year, and after how many the first one was."""
YEAR = 365


def add_lines(desk: DemoDesk, *, lines: Iterable[LineTold] = LINES) -> None:
    """Money for running the fund, and for the vouchers of the first year. One of the region laid it down, another did it."""
    begins, ends = desk.today.replace(day=1), max(line.period_to for line in funding_lines(desk.session))
    for line in lines:
        last = desk.today + timedelta(days=YEAR) if line.first_year else ends
        add_funding_line(
            desk.session,
            definition=_definition(line, begins, last),
            actor=desk.staff.region,
            now=desk.now,
            prepared_by=desk.staff.second_region.reference,
        )


def _definition(line: LineTold, begins: date, ends: date) -> FundingLineDefinition:
    return FundingLineDefinition.model_validate(
        {
            "id": line.slug,
            "funder": line.funder,
            "agreement": line.agreement,
            "title": line.title,
            "amount_cents": line.cents,
            "earmark": {"schemes": line.schemes, "routes": line.routes},
            "period": {"from": begins, "to": ends},
        }
    )


def earlier_payments(desk: DemoDesk, at: Timetable, since: datetime, begun: datetime) -> Story:
    """Once in two months the region pays what providers asked, and the bank carries it out."""
    moment = at.days_after(since, FIRST_PAID)
    while moment < begun - timedelta(days=PAID_EVERY // 2):
        yield moment
        batch = make(desk)
        if batch is not None:
            yield desk.now + timedelta(hours=2)
            release(desk, batch)
            yield at.days_after(desk.now, 2)
            export(desk, batch)
            yield at.days_after(desk.now, 2)
            content = bank_statement(batch, on=desk.today, account=payer().iban)
            read_statement(desk.session, content=content, actor=desk.staff.region, now=desk.now, payer=payer())
        moment = at.days_after(moment, PAID_EVERY)


def first_year_ends(desk: DemoDesk, at: Timetable, since: datetime) -> Story:
    """What was not awarded from the money of that year goes back."""
    yield at.days_after(since, YEAR + 20)
    for told in LINES:
        line = funding_line_by_slug(desk.session, slug=told.slug)
        if line is None or not told.first_year:
            continue
        left = line_figures(desk.session, funding_line_ids=[line.id])[line.id].available_cents
        if left > 0:
            lower_budget(
                desk.session,
                line=line,
                amount_cents=left,
                reason=FIRST_YEAR_OVER,
                actor=desk.staff.region,
                now=desk.now,
                prepared_by=desk.staff.second_region.reference,
            )
