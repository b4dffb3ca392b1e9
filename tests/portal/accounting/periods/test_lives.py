"""Whatever happens, early or late: each month begins as the one before it ended, and what was closed comes out the same again."""

from __future__ import annotations

import os
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.journal import Month, journal_of
from portal.accounting.period_statement import Stood, statement_of
from portal.accounting.periods.actions import add_period, close_period, lay_down_closing
from portal.accounting.periods.models import AccountingPeriod, PeriodLength, PeriodState
from portal.accounting.periods.queries import day_after, last_period, period_breaks, periods
from portal.awarding.decisions.requirements import MixNoLongerFits
from portal.cases.questions.models import CostInput
from portal.framework.funding.actions import fund_line, lower_budget
from portal.framework.funding.queries import funding_lines
from portal.ledger.invariants import verify
from portal.ledger.queries import Figures, line_figures
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.people.actor import Actor, Audience
from portal.platform.clock import local_date
from portal.platform.errors import Refusal
from portal.spending.vouchers.actions import expire_voucher, redeem_voucher, revoke_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, REGION, SYSTEM, a_decision, a_provider, a_region

OTHER = Actor(Audience.REGION, account_id=912, display_name="Tweede Persoon")
FIRST_DAY = date(2025, 12, 1)

acts = st.lists(
    st.one_of(
        st.tuples(st.just("award"), st.integers(2_500, 400_000), st.booleans()),
        st.tuples(st.just("redeem"), st.integers(0, 5), st.integers(1, 260_000)),
        st.tuples(st.just("end"), st.integers(0, 5), st.booleans()),
        st.tuples(st.just("bind"), st.integers(0, 5), st.integers(1, 90_000)),
        st.tuples(st.just("fund"), st.integers(-40_000, 90_000), st.sampled_from([0, 5, 35, 70])),
        st.tuples(st.just("days"), st.integers(1, 40), st.just(0)),
        st.tuples(st.just("close"), st.just(0), st.just(0)),
    ),
    min_size=4,
    max_size=14,
)
CLOSED = [("close", 0, 0)] * 3
EVERYTHING = [
    *[("award", 120_000, False), ("redeem", 0, 30_000), ("award", 60_000, False), ("days", 31, 0), *CLOSED, *CLOSED],
    *[("bind", 0, 20_000), ("fund", 500, 35), ("fund", -500, 70), ("redeem", 1, 1_000), ("days", 31, 0)],
    *[("close", 0, 0), ("end", 0, 0), ("end", 1, 1), ("fund", 900, 35)],
]
"""Something early and late of every kind, before and after the month was closed."""


def perform(session: Session, act: tuple[str, int, int], pia: Actor, number: int, now: datetime) -> None:
    kind, one, two = act
    if kind == "award":
        costs = [CostInput("materials" if two else "tuition", one)]
        a_decision(session, schemes=["materiaalvoucher"] if two else ["leervoucher"], costs=costs, now=now)
    elif kind == "fund":
        line, at = funding_lines(session)[0], now - timedelta(days=two)
        by: dict[str, Any] = {
            "line": line,
            "amount_cents": abs(one),
            "reason": "Zo is het.",
            "actor": REGION,
            "now": at,
        }
        if one > 0:
            fund_line(session, key=None, **by)
        elif one < 0:
            lower_budget(session, prepared_by=OTHER.reference, **by)
    elif kind == "close":
        close_next(session, now)
    elif found := session.scalars(select(Voucher).order_by(Voucher.id)).all():
        with_voucher(session, act, found[one % len(found)], pia, number, now)


def with_voucher(
    session: Session, act: tuple[str, int, int], voucher: Voucher, pia: Actor, number: int, now: datetime
) -> None:
    kind, _one, two = act
    if kind == "redeem":
        bill = Bill(f"F{number}", local_date(now), two)
        redeem_voucher(session, voucher=voucher, bill=bill, actor=pia, now=now)
    elif kind == "bind":
        one, other = (line for line in funding_lines(session) if line.slug in ("rijk-leren", "provincie-breed"))
        takeover = Takeover(from_line=other, to_line=one, amount_cents=two)
        reassign_voucher(session, voucher=voucher, takeover=takeover, reason="Schuiven.", actor=REGION, now=now)
    elif two:
        today = local_date(now) + timedelta(days=300)
        expire_voucher(session, voucher=voucher, today=today, actor=SYSTEM, now=now)
    else:
        revoke_voucher(session, voucher=voucher, reason="proef", actor=ADVISOR, now=now)


def close_next(session: Session, now: datetime) -> None:
    """Add the next month and close it."""
    before = last_period(session)
    first_day = day_after(before) if before is not None else FIRST_DAY
    period = add_period(session, length=PeriodLength.MONTH, first_day=first_day, actor=REGION, now=now)
    lay_down_closing(session, period=period, actor=REGION, now=now)
    close_period(session, period=period, actor=OTHER, now=now)


@settings(
    max_examples=40 if os.environ.get("PROOF") else 12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sequence=acts)
@example(sequence=EVERYTHING)
def test_every_month_begins_as_the_one_before_ended_and_closed_months_stay_as_they_were(
    session: Session, sequence: list[tuple[str, int, int]]
) -> None:
    a_region(session)
    life = session.begin_nested()
    _, pia = a_provider(session)
    now = NOW
    for number, act in enumerate([*CLOSED[:2], *sequence]):
        if act[0] == "days":
            now += timedelta(days=act[1])
            continue
        try:
            with session.begin_nested():
                perform(session, act, pia, number, now)
        except (Refusal, MixNoLongerFits):
            session.expire_all()
    check(session, local_date(now))
    life.rollback()
    session.expunge_all()


def check(session: Session, today: date) -> None:
    """Month after month, from before the first booking to after the last: the statement and the journal against the ledger."""
    assert verify(session) == [] == list(period_breaks(session))
    closed = {one.first_day: one for one in periods(session) if one.state is PeriodState.CLOSED}
    month, before, stood = Month.of(FIRST_DAY), {}, Counter[int]()
    lines = {line.slug: line.id for line in funding_lines(session)}
    while month <= Month.of(today + timedelta(days=31)):
        statement = statement_of(session, first_day=month.first_day, last_day=month.last_day)
        assert {one.line: one.part.opening for one in statement.lines} == before | {
            one.line: Stood() for one in statement.lines if one.line not in before
        }
        before = {one.line: one.part.closing for one in statement.lines}
        figures = line_figures(session, funding_line_ids=[lines[slug] for slug in before], until=month.last_day)
        assert {slug: as_figures(closing) for slug, closing in before.items()} == {
            slug: figures[lines[slug]] for slug in before
        }
        assert statement.total.closing == sum(before.values(), Stood())
        if month.first_day in closed:
            same(closed[month.first_day], statement.text)
        journal = journal_of(session, month=month)
        assert Counter(journal.opening) == stood
        for booking in journal.bookings(session):
            for line in booking.lines:
                stood[line.account.account_id] += line.credit_cents - line.debit_cents
        month = Month.of(month.last_day + timedelta(days=1))


def same(period: AccountingPeriod, text: str) -> None:
    """The statement that was kept is the one that the books give."""
    assert period.statement == text


def as_figures(stood: Stood) -> Figures:
    """What stands there, in the figures of the ledger."""
    assert stood.funded_cents == stood.available_cents + stood.reserved_cents + stood.to_pay_cents + stood.paid_cents
    spent = stood.to_pay_cents + stood.paid_cents
    return Figures(stood.funded_cents, stood.reserved_cents, spent, stood.paid_cents, stood.available_cents)
