"""What the region pays: every month a batch that two people release and the bank carries out; the last ones are under way.

And from which budget: money for both routes takes over vouchers that money for employers alone paid. And what employers got is
entered in the register of de-minimis aid.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select

from portal.awarding.aid_register.actions import note_entered
from portal.awarding.aid_register.queries import register_of_aid
from portal.demo import texts
from portal.demo.desk import DemoDesk
from portal.demo.nights import days
from portal.demo.papers import bank_statement
from portal.demo.staff import invented_iban
from portal.demo.timetable import Story, Timetable
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_line_by_slug
from portal.ledger.models import REASSIGNABLE, AccountKind
from portal.ledger.queries import line_figures
from portal.paying.by_hand.actions import confirm_outcome
from portal.paying.by_hand.queries import waiting_outcomes
from portal.paying.payments.actions import cancel_batch, export_batch, make_batch, release_batch
from portal.paying.payments.models import PaymentBatch
from portal.paying.payments.pain001 import PayingAccount
from portal.paying.payments.queries import payables
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.paying.reassignments.queries import payers_of, why_not
from portal.paying.statements.actions import read_statement
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.platform.legal_calendar import is_working_day
from portal.spending.vouchers.models import Voucher

TAKES_OVER, EMPLOYER_SCHEME = "gelderland-ontwikkelfonds-2026-2027", "ontwikkelfonds-werkgever"
PAY_DAY = 20
UNDER_WAY_DAYS = 24
"""The last batches are not monthly ones: they show a batch in each state."""
REGISTER_DAYS, SECTORS = (1, 15), ("10.71", "43.21", "49.41", "88.10")
"""The days of a month on which the region keeps the register of aid, and NACE codes for employers in turn."""


def monthly_payments(desk: DemoDesk, at: Timetable, begun: datetime, end: datetime) -> Story:
    """On the 20th of the month, or the next working day; the first list is cancelled and made again, one payment comes back."""
    paid, month = 0, 0
    for moment in days(begun, end - timedelta(days=UNDER_WAY_DAYS), time(10, 0)):
        day = local_date(moment)
        if day.day < PAY_DAY or month == day.month or not is_working_day(day):
            continue
        month = day.month
        yield moment
        batch = make(desk)
        if batch is None:
            continue
        paid += 1
        yield desk.now + timedelta(hours=3)
        release(desk, batch)
        if paid == 1:
            yield desk.now + timedelta(hours=1)
            cancel_batch(desk.session, batch=batch, reason=texts.BATCH_CANCELLED, actor=desk.staff.region, now=desk.now)
            batch = make(desk)
            assert batch is not None
            yield desk.now + timedelta(minutes=30)
            release(desk, batch)
        yield at.after(desk.now, 2, 2)
        export(desk, batch)
        yield at.after(desk.now, 2, 3)
        back = [batch.counted[0].end_to_end_id] if paid == 2 else []
        content = bank_statement(batch, on=desk.today, account=payer().iban, came_back=back)
        read_statement(desk.session, content=content, actor=desk.staff.region, now=desk.now, payer=payer())
        if back:
            yield desk.now + timedelta(hours=2)
            confirm_returns(desk)


def register_kept(desk: DemoDesk, begun: datetime, end: datetime) -> Story:
    """Twice a month the region enters what employers got in the register of de-minimis aid; the newest awards are due still."""
    number = 0
    for moment in days(begun, end - timedelta(days=UNDER_WAY_DAYS), time(15, 0)):
        if local_date(moment).day not in REGISTER_DAYS:
            continue
        yield moment
        for award in register_of_aid(desk.session, actor=desk.staff.region, due=True):
            number += 1
            note_entered(
                desk.session,
                award=award,
                reference=f"DM-{number:04d}",
                sector=SECTORS[award.award_id % len(SECTORS)],
                actor=desk.staff.region,
                now=desk.now,
            )


def payments_under_way(desk: DemoDesk, at: Timetable) -> Story:
    """The file of one batch lies with the bank, one is released, and one waits for a second person."""
    yield at.working_days_ago(8, 8)
    sent = make(desk)
    yield at.after(desk.now, 1, 1)
    if sent is not None:
        release(desk, sent)
        yield at.after(desk.now, 2, 2)
        export(desk, sent)
    yield at.working_days_ago(4, 4)
    released = make(desk)
    yield at.working_days_ago(3, 3)
    if released is not None:
        release(desk, released)
    yield at.working_days_ago(2, 2)
    make(desk)


def another_budget_pays(desk: DemoDesk, at: Timetable) -> Story:
    """One funder closes its books first: another budget takes over a reserved, a used and a paid amount, when there is one."""
    goal = funding_line_by_slug(desk.session, slug=TAKES_OVER)
    done = set[AccountKind]()
    for ago in range(30, 4, -1):
        yield at.working_days_ago(ago, ago)
        if goal is not None and len(done) < len(REASSIGNABLE):
            _take_over(desk, goal, done)


def _take_over(desk: DemoDesk, goal: FundingLine, done: set[AccountKind]) -> None:
    room = line_figures(desk.session, funding_line_ids=[goal.id])[goal.id].available_cents
    vouchers = select(Voucher).where(Voucher.scheme == EMPLOYER_SCHEME).order_by(Voucher.id)
    for voucher in desk.session.scalars(vouchers).all():
        for held in payers_of(desk.session, voucher=voucher):
            usable = held.stands is not AccountKind.RESERVED or voucher.is_live
            if held.stands in done or held.line.id == goal.id or held.cents > room or not usable:
                continue
            if why_not(desk.session, voucher=voucher, line=goal) is None:
                reassign_voucher(
                    desk.session,
                    voucher=voucher,
                    takeover=Takeover(
                        from_line=held.line,
                        to_line=goal,
                        amount_cents=held.cents,
                        stands=held.stands,
                        payment_id=held.payment_id,
                    ),
                    reason=texts.ANOTHER_BUDGET,
                    actor=desk.staff.region,
                    now=desk.now,
                )
                done.add(held.stands)
                room -= held.cents


def make(desk: DemoDesk) -> PaymentBatch | None:
    """A batch of all that is to be paid; None when that is nothing."""
    if not any(one.iban is not None for one in payables(desk.session)):
        return None
    return make_batch(desk.session, actor=desk.staff.region, now=desk.now)


def release(desk: DemoDesk, batch: PaymentBatch) -> None:
    """The second person releases a batch."""
    release_batch(desk.session, batch=batch, payer=payer(), actor=second(desk), now=desk.now)


def export(desk: DemoDesk, batch: PaymentBatch) -> None:
    """The file goes to the bank."""
    export_batch(desk.session, batch=batch, actor=desk.staff.region, now=desk.now)


def second(desk: DemoDesk) -> Actor:
    """Who releases what another person made."""
    return desk.staff.second_region


def confirm_returns(desk: DemoDesk) -> None:
    """The second person confirms what was read to have come back."""
    for one in waiting_outcomes(desk.session, actor=second(desk)):
        confirm_outcome(desk.session, proposed=one, actor=second(desk), now=desk.now)


def payer() -> PayingAccount:
    """The account of the region, at a bank that does not exist."""
    return PayingAccount("Regio Stedendriehoek (demo)", invented_iban("9001"))
