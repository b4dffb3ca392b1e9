"""Playing the plan in the order of time: every act at its own instant, the money of a lapsed voucher free before it is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random

from sqlalchemy import select

from portal.demo.history.accounts import contribute, receive, spend
from portal.demo.history.desk import HistoryDesk
from portal.demo.history.plan import OPENED_ON, HistoryPlan, PlannedVoucher, pay_days
from portal.demo.papers import bank_statement
from portal.demo.people import Person, people
from portal.demo.staff import invented_iban
from portal.paying.payments.actions import export_batch, make_batch, release_batch
from portal.paying.payments.models import PaymentBatch
from portal.paying.payments.pain001 import PayingAccount
from portal.paying.payments.queries import payables
from portal.paying.statements.actions import read_statement
from portal.people.actor import Actor
from portal.platform.clock import AMSTERDAM
from portal.platform.legal_calendar import add_working_days
from portal.post.messages.actions import mark_sent
from portal.post.messages.models import MessageState, OutboxMessage
from portal.spending.expiry import expiry_job
from portal.spending.vouchers.models import Voucher

NIGHT, RECEIVING, EXPENSES, AWARDS, INVOICES = time(2, 30), time(8, 0), time(9, 0), time(10, 0), time(13, 0)
MAKING, RELEASING, SENDING, STATEMENT = time(15, 0), time(16, 0), time(9, 30), time(9, 45)
_EXPIRY = expiry_job(Actor.system("loket jobs run"))
Progress = Callable[[str], object]


@dataclass(frozen=True)
class Act:
    """Something that happens at an instant."""

    at: datetime
    order: int
    do: Callable[[], None]


class Playing:
    """The plan being played on a desk."""

    def __init__(self, desk: HistoryDesk, plan: HistoryPlan, progress: Progress | None = None) -> None:
        self.desk, self.plan, self.progress = desk, plan, progress
        source = people(Random("the history of the source"), today=OPENED_ON)
        self.learners: dict[int, Person] = {one.number: next(source) for one in plan.vouchers}
        self.vouchers: dict[int, Voucher] = {}
        self.batches: dict[date, PaymentBatch] = {}

    def play(self) -> None:
        """Let everything happen. Raises what the act raises that the desk refuses."""
        month = None
        for act in sorted(self._acts(), key=lambda one: (one.at, one.order)):
            self.desk.now = act.at
            if self.progress is not None and month != (act.at.year, act.at.month):
                month = (act.at.year, act.at.month)
                self.progress(f"  {act.at:%B %Y}")
            act.do()
        self._send()
        self.desk.session.flush()

    def _acts(self) -> Iterator[Act]:
        plan = self.plan
        found: list[tuple[datetime, Callable[[], None]]] = []
        found += [(moment(one.on, RECEIVING), partial(receive, self.desk, one)) for one in plan.instalments]
        found += [(moment(one.on, EXPENSES), partial(spend, self.desk, one)) for one in plan.expenses]
        found += [(moment(one.on, EXPENSES), partial(contribute, self.desk, one)) for one in plan.contributions]
        nights = {day for one in plan.vouchers if (day := plan.lapse_of(one)) is not None}
        found += [(moment(day, NIGHT), self._lapse) for day in sorted(nights)]
        for one in plan.vouchers:
            found.append((moment(one.awarded_on, AWARDS), partial(self._award, one)))
            if one.used_on is not None:
                found.append((moment(one.used_on, INVOICES), partial(self._redeem, one)))
        for day in pay_days(plan):
            later = add_working_days(day, 2)
            found.append((moment(day, MAKING), partial(self._make, day)))
            found.append((moment(day, RELEASING), partial(self._release, day)))
            found.append((moment(later, SENDING), partial(self._export, day)))
            found.append((moment(add_working_days(later, 1), STATEMENT), partial(self._executed, day)))
        for number, (at, do) in enumerate(found):
            yield Act(at, number, do)

    def _award(self, planned: PlannedVoucher) -> None:
        self.vouchers[planned.number] = self.desk.award(planned, self.learners[planned.number])

    def _redeem(self, planned: PlannedVoucher) -> None:
        self.desk.redeem(planned, self.learners[planned.number], self.vouchers[planned.number])

    def _lapse(self) -> None:
        for late in _EXPIRY.due(self.desk.session, self.desk.now):
            _EXPIRY.act(self.desk.session, late, self.desk.now)

    # Paying --------------------------------------------------------------------------------------------------------------

    def _make(self, day: date) -> None:
        self._send()
        if payables(self.desk.session):
            self.batches[day] = make_batch(self.desk.session, actor=self.desk.staff.region, now=self.desk.now)

    def _release(self, day: date) -> None:
        if day in self.batches:
            second = self.desk.staff.second_region
            release_batch(self.desk.session, batch=self.batches[day], payer=_PAYER, actor=second, now=self.desk.now)

    def _export(self, day: date) -> None:
        if day in self.batches:
            region = self.desk.staff.region
            export_batch(self.desk.session, batch=self.batches[day], actor=region, now=self.desk.now)

    def _executed(self, day: date) -> None:
        if day in self.batches:
            content = bank_statement(self.batches[day], on=self.desk.today, account=_PAYER.iban)
            region = self.desk.staff.region
            read_statement(self.desk.session, content=content, actor=region, now=self.desk.now, payer=_PAYER)

    def _send(self) -> None:
        """The letters that waited left within a day."""
        queued = select(OutboxMessage).where(OutboxMessage.state == MessageState.QUEUED).order_by(OutboxMessage.id)
        for message in self.desk.session.scalars(queued).all():
            mark_sent(self.desk.session, message=message, now=message.created_at + timedelta(hours=20))


_PAYER = PayingAccount("Regio Stedendriehoek (historie)", invented_iban("9001"))


def moment(day: date, hour: time) -> datetime:
    """That hour here on that day."""
    return datetime.combine(day, hour, tzinfo=AMSTERDAM).astimezone(UTC)
