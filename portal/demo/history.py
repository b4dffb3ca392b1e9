"""Playing the whole history in the order of time, with what goes by itself: expiry every night, payment every month."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.access import Actor
from portal.audit.actions import record
from portal.clock import AMSTERDAM, local_date
from portal.demo import texts
from portal.demo.desk import Desk
from portal.demo.plan import plan
from portal.demo.staff import add_school, approve_school, staff
from portal.demo.timetable import Story, Timetable, in_order
from portal.demo.trainings import NEW_SCHOOL, SCHOOLS, WITHDRAWN_SCHOOL
from portal.funding.models import FundingLine
from portal.funding.queries import funding_line_by_slug, funding_lines
from portal.ledger import actions as ledger
from portal.ledger.queries import line_figures, open_payables
from portal.messages.actions import mark_sent
from portal.messages.models import MessageKind, MessageState, OutboxMessage
from portal.providers.actions import withdraw_approval, withdraw_provider
from portal.terms.queries import is_working_day
from portal.vouchers.actions import expire_voucher
from portal.vouchers.models import LIVE_STATES, Voucher

DAYS = 240
"""How far back the history goes: about eight months."""
NEARLY_USED_LINE = "regio-deal-individueel-2026-2027"
VOUCHERS_OF_SOURCE = 520
"""So many vouchers the source awarded from its budgets; a smaller demonstration gets a smaller part of them to begin with."""


def play(
    session: Session, *, questions: int, seed: int, end: datetime, progress: Callable[[str], object] | None = None
) -> int:
    """Let it all happen, from eight months before `end` up to `end`. Returns how many questions there are now."""
    people = staff(session)
    desk = Desk(session, people)
    at = Timetable(end, Random(f"ontwikkelloket:times:{seed}"))
    planned = plan(questions, seed=seed, today=at.today)
    begun = at.end - timedelta(days=DAYS)
    stories = [_opening(desk, at, begun, questions), _nights(desk, begun, end), _payments(desk, begun, end)]
    stories += [item.line.plot(desk, item.case, at) for item in planned]
    month = ""
    for instant, _story in in_order(stories, end=end):
        desk.now = instant
        if progress is not None and (here := f"{local_date(instant):%B %Y}") != month:
            month = here
            progress(f"  {month}")
    _send_messages(session, end)
    session.flush()
    return len(planned)


def _opening(desk: Desk, at: Timetable, begun: datetime, questions: int) -> Story:
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
        desk.session, provider=withdrawn, scheme="ontwikkelfonds-individueel", reason=texts.APPROVAL_WITHDRAWN,
        actor=desk.staff.owner, now=desk.now,
    )  # fmt: skip
    yield at.working_day_ago(60, 68)
    _move_to_next_year(desk, keep_percent=25)
    yield at.working_day_ago(40, 50)
    withdraw_provider(desk.session, provider=withdrawn, actor=desk.staff.advisors[0], now=desk.now)
    yield at.working_day_ago(13, 14)
    _move_to_next_year(desk, keep_percent=5)
    yield at.working_day_ago(4, 8)
    newest = next(school for school in SCHOOLS if school.key == NEW_SCHOOL)
    add_school(desk.session, school=newest, staff=desk.staff, now=desk.now)


def _first_part_of_budgets(desk: Desk, questions: int) -> None:
    """Keep the part of each budget that belongs to this many questions; the rest goes back until after the interim report."""
    lines = funding_lines(desk.session)
    figures = line_figures(desk.session, funding_line_ids=[line.id for line in lines])
    for line in lines:
        whole = figures[line.id].funded_cents
        part = -(-whole * questions // VOUCHERS_OF_SOURCE // 100_000) * 100_000
        _lower(desk, line, whole - part, texts.BUDGET_LATER)


def _move_to_next_year(desk: Desk, *, keep_percent: int) -> None:
    """After a report one budget keeps so much more than what was awarded from it. When that is gone, the next line takes over."""
    line = funding_line_by_slug(desk.session, slug=NEARLY_USED_LINE)
    if line is not None:
        found = line_figures(desk.session, funding_line_ids=[line.id])[line.id]
        used = found.funded_cents - found.available_cents
        _lower(desk, line, found.available_cents - used * keep_percent // 100, texts.BUDGET_MOVED)


def _lower(desk: Desk, line: FundingLine, cents: int, why: str) -> None:
    """Lower a budget by whole hundreds of euros; less than that stays."""
    whole = cents // 100_00 * 100_00
    if whole <= 0:
        return
    ledger.give_back(
        desk.session,
        funding_line_id=line.id,
        amount_cents=whole,
        actor_id=desk.staff.region.reference,
        now=desk.now,
        note=why,
    )
    record(
        desk.session, actor=desk.staff.region, action="funding_line.lowered", object_kind="funding_line", object_id=line.slug,
        now=desk.now,
    )  # fmt: skip


def _nights(desk: Desk, begun: datetime, end: datetime) -> Story:
    """Every night vouchers expire of which the last day has passed."""
    actor = Actor.system("loket vouchers expire")
    for night in _days(begun, end, time(2, 30)):
        yield night
        late = select(Voucher).where(Voucher.state.in_(LIVE_STATES), Voucher.valid_until < desk.today)
        for voucher in desk.session.scalars(late.order_by(Voucher.id)).all():
            expire_voucher(desk.session, voucher=voucher, today=desk.today, actor=actor, now=desk.now)


def _payments(desk: Desk, begun: datetime, end: datetime) -> Story:
    """On the 20th of the month, or the next working day, the region pays what was redeemed up to a week before."""
    due = 0
    for moment in _days(begun, end, time(10, 0)):
        day = local_date(moment)
        if day.day >= 20 and due != day.month and is_working_day(day):
            due = day.month
            yield moment
            limit = desk.now - timedelta(days=7)
            for spend in open_payables(desk.session):
                if spend.at <= limit:
                    ledger.pay(desk.session, spend_id=spend.id, actor_id=desk.staff.region.reference, now=desk.now)


def _days(begun: datetime, end: datetime, moment: time) -> Iterator[datetime]:
    day = local_date(begun) + timedelta(days=2)
    while day <= local_date(end):
        yield datetime.combine(day, moment, tzinfo=AMSTERDAM).astimezone(UTC)
        day += timedelta(days=1)


def _send_messages(session: Session, end: datetime) -> None:
    """What waited in the outbox was sent in its time; that of the last two days still waits."""
    queued = select(OutboxMessage).where(OutboxMessage.state == MessageState.QUEUED).order_by(OutboxMessage.id)
    for message in session.scalars(queued).all():
        later = timedelta(minutes=1) if message.kind is MessageKind.EMAIL else timedelta(hours=20)
        if message.created_at + later < end - timedelta(hours=40):
            mark_sent(session, message=message, now=message.created_at + later)
