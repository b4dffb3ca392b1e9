"""Playing the whole history in the order of time: the budgets, the providers, every question, the nights and the payments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from portal.awarding.waiting_list.queries import waiting_list
from portal.demo import texts
from portal.demo.books_kept import periods_closed, set_up, years_reported
from portal.demo.campaigns_kept import campaigns_kept
from portal.demo.costs_kept import cofinancing_kept, expenses_kept
from portal.demo.desk import DemoDesk
from portal.demo.first_year import add_lines, earlier_payments, first_year_ends
from portal.demo.funders_kept import funders_kept
from portal.demo.laid_down import lay_down_one_of_each
from portal.demo.nights import nights
from portal.demo.paying import another_budget_pays, monthly_payments, payments_under_way, register_kept
from portal.demo.plan import Planned, plan
from portal.demo.staff import add_school, approve_school, invented_iban, staff
from portal.demo.teams_kept import one_goes_to_another_team, teams_made
from portal.demo.timetable import Story, Timetable, in_order
from portal.demo.trainings import NEW_SCHOOL, SCHOOLS, WITHDRAWN_SCHOOL
from portal.framework.funding.actions import lower_budget, raise_budget
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_line_by_slug, funding_lines
from portal.ledger.queries import line_figures
from portal.platform.clock import local_date
from portal.post.files.actions import Vault
from portal.spending.providers.actions import ask_registration, withdraw_approval, withdraw_provider

DAYS = 240
"""How far back most of the history goes: about eight months."""
TWO_YEARS = 730
"""How far back the year before begins: when the desk opened."""
EARLIER_DAYS = 375
"""So long before the end the questions of the year before had come to theirs."""
ONE_EARLIER = 8
"""One in so many questions came in the year before."""
WAITING_LINE = "gelderland-werk-naar-werk-2026-2027"
NEARLY_USED_LINE = "regio-deal-individueel-2026-2027"
VOUCHERS_OF_SOURCE = 520
"""So many vouchers the source awarded from its budgets; a smaller demonstration gets a smaller part of them to begin with."""


def play(
    session: Session,
    *,
    questions: int,
    seed: int,
    end: datetime,
    since: datetime,
    vault: Vault,
    progress: Callable[[str], object] | None = None,
) -> int:
    """Let it all happen, from `since` up to `end`, most of it in the last eight months. Returns how many questions there are now.

    When it is longer than that there was a year before: with one in `ONE_EARLIER` of the questions, and all that the region
    accounts for.
    """
    teams_made(session, now=since)
    desk = DemoDesk(session, staff(session), vault)
    at = Timetable(end, Random(f"ontwikkelloket:times:{seed}"))
    begun = at.end - timedelta(days=DAYS)
    earlier = questions // ONE_EARLIER if since < begun else 0
    planned = plan(questions - earlier, seed=seed, today=at.today, earlier=earlier)
    first = since if earlier else begun
    opening = _opening(desk, at, first, questions - earlier)
    stories = [opening, nights(desk, first, begun, end), _money_of_waiting_list(desk, at)]
    stories += [monthly_payments(desk, at, begun, end), payments_under_way(desk, at), another_budget_pays(desk, at)]
    stories += [register_kept(desk, first, end), one_goes_to_another_team(desk, Timetable(end, Random("teams")))]
    stories += [item.line.plot(desk, item.case, at) for item in planned if not item.earlier]
    stories += campaigns_kept(desk, at, first, opened=end - timedelta(days=TWO_YEARS))
    if earlier:
        stories += _year_before(desk, planned, seed=seed, since=since, end=end)
    month = ""
    for instant, _story in in_order(stories, end=end):
        desk.now = instant
        if progress is not None and (here := f"{local_date(instant):%B %Y}") != month:
            month = here
            progress(f"  {month}")
    session.flush()
    return len(planned)


def _year_before(desk: DemoDesk, planned: list[Planned], *, seed: int, since: datetime, end: datetime) -> list[Story]:
    """The questions of the year before, as they would go now, and what the region accounts for since then."""
    begun = end - timedelta(days=DAYS)
    at = Timetable(end, Random(f"ontwikkelloket:accounts:{seed}"))
    before = Timetable(end - timedelta(days=EARLIER_DAYS), Random(f"ontwikkelloket:earlier:{seed}"))
    stories = [item.line.plot(desk, item.case, before) for item in planned if item.earlier]
    stories += [_lines_added(desk, since), first_year_ends(desk, at, since), earlier_payments(desk, at, since, begun)]
    stories += [*funders_kept(desk, at, since), expenses_kept(desk, at, since), cofinancing_kept(desk, at, since)]
    stories += [set_up(desk, at, since), periods_closed(desk, at, since), *years_reported(desk, at, since)]
    return stories


def _lines_added(desk: DemoDesk, since: datetime) -> Story:
    yield since + timedelta(hours=2)
    add_lines(desk)


def _opening(desk: DemoDesk, at: Timetable, begun: datetime, questions: int) -> Story:
    """The desk opens: the first part of the budgets, the providers; later two providers are looked at again."""
    yield begun
    _first_part_of_budgets(desk, questions)
    for school in SCHOOLS:
        if school.key != NEW_SCHOOL:
            add_school(desk.session, school=school, staff=desk.staff, now=desk.now)
    yield begun + timedelta(days=1)
    for school in SCHOOLS:
        if school.key != NEW_SCHOOL and school.approved:
            approve_school(desk.session, school=school, staff=desk.staff, now=desk.now)
    withdrawn = desk.staff.providers[WITHDRAWN_SCHOOL]
    yield at.working_day_ago(72, 80)
    withdraw_approval(
        desk.session,
        provider=withdrawn,
        scheme="ontwikkelfonds-individueel",
        reason=texts.APPROVAL_WITHDRAWN,
        actor=desk.staff.owner,
        now=desk.now,
    )
    yield at.working_day_ago(60, 68)
    _move_to_next_year(desk, keep_percent=25)
    yield at.working_day_ago(40, 50)
    withdraw_provider(desk.session, provider=withdrawn, actor=desk.staff.advisors[0], now=desk.now)
    yield at.working_day_ago(13, 14)
    _move_to_next_year(desk, keep_percent=5)
    yield at.working_day_ago(4, 8)
    newest = next(school for school in SCHOOLS if school.key == NEW_SCHOOL)
    add_school(desk.session, school=newest, staff=desk.staff, now=desk.now)
    yield at.working_day_ago(1, 3)
    ask_registration(
        desk.session,
        name="Lesbureau Bedacht",
        kvk_number="00002099",
        iban=invented_iban("00002099"),
        contact_name="Wim Bedachtstra",
        contact_email="wim.bedachtstra@example.nl",
        now=desk.now,
    )
    lay_down_one_of_each(desk, funding_line_by_slug(desk.session, slug=NEARLY_USED_LINE))


def _first_part_of_budgets(desk: DemoDesk, questions: int) -> None:
    """Keep the part of each budget that belongs to this many questions; the rest goes back until after the interim report."""
    lines = funding_lines(desk.session)
    figures = line_figures(desk.session, funding_line_ids=[line.id for line in lines])
    for line in lines:
        whole = figures[line.id].funded_cents
        part = -(-whole * questions // VOUCHERS_OF_SOURCE // 100_000) * 100_000
        _lower(desk, line, whole - part, texts.BUDGET_LATER)


def _move_to_next_year(desk: DemoDesk, *, keep_percent: int) -> None:
    """After a report one budget keeps so much more than what was awarded from it. When that is gone, the next line takes over."""
    line = funding_line_by_slug(desk.session, slug=NEARLY_USED_LINE)
    if line is not None:
        found = line_figures(desk.session, funding_line_ids=[line.id])[line.id]
        used = found.funded_cents - found.available_cents
        _lower(desk, line, found.available_cents - used * keep_percent // 100, texts.BUDGET_MOVED)


def _lower(desk: DemoDesk, line: FundingLine, cents: int, why: str) -> None:
    """Lower a budget by whole hundreds of euros; less than that stays."""
    whole = cents // 100_00 * 100_00
    if whole > 0:
        lower_budget(desk.session, line=line, amount_cents=whole, reason=why, **_two_of_the_region(desk))


def _two_of_the_region(desk: DemoDesk) -> dict[str, Any]:
    """One of the region laid it down, another does it."""
    return {"actor": desk.staff.region, "now": desk.now, "prepared_by": desk.staff.second_region.reference}


def _money_of_waiting_list(desk: DemoDesk, at: Timetable) -> Story:
    """The money of the work-to-work vouchers runs out; later there is enough again for who waits first."""
    yield at.working_day_ago(21, 22)
    line = funding_line_by_slug(desk.session, slug=WAITING_LINE)
    if line is None:
        return
    found = line_figures(desk.session, funding_line_ids=[line.id])[line.id]
    _lower(desk, line, found.available_cents, texts.MONEY_GONE)
    yield at.working_day_ago(2, 3)
    first = next(iter(waiting_list(desk.session, actor=desk.staff.advisors[0])), None)
    if first is not None:
        raise_budget(
            desk.session,
            line=line,
            amount_cents=first.wanted_cents,
            reason=texts.MONEY_BACK,
            **_two_of_the_region(desk),
        )
