"""How long money waits: claims and invoices by age as of any day, in rows that add up to the books."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.accounting.ages import Age, AgedMoney, Waits, payables, receivables
from portal.framework.funding.queries import funding_lines
from portal.ledger.queries import line_figures
from portal.paying.payments.models import Payment
from portal.paying.recoveries import write_off
from portal.paying.settlements.actions import take_credit_note
from portal.paying.statements.actions import read_statement
from portal.people.actor import Actor, Audience
from tests.factories import ADVISOR, NOW, REGION
from tests.portal.paying.payments.test_payments import LATER, a_sent_batch, confirm_returns, entry, statement
from tests.portal.paying.settlements.test_settling import receive, settle, the_claim, used
from tests.portal.paying.settling_again.owing import OWED, SETTLED_AGAIN, owed_to_the_holder

TODAY = NOW.date()
DAY = timedelta(days=1)
SEES_NOTHING = sorted(set(Audience) - {Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR, Audience.SYSTEM})
RECOUNT_CLAIMS = """
SELECT coalesce(sum(r.amount_cents), 0) - (SELECT coalesce(sum(e.amount_cents), 0) FROM recovery_entry e WHERE e.on_day <= :until)
FROM recovery r WHERE r.claimed_at < :after
"""
RECOUNT_UNPAID = """
SELECT coalesce(sum(CASE WHEN c.kind = 'spent' THEN t.amount_cents ELSE -t.amount_cents END), 0)
FROM transfer t JOIN ledger_account c ON c.id = t.credit_account_id JOIN ledger_account d ON d.id = t.debit_account_id
WHERE t.booked_on <= :until AND (c.kind = 'spent') <> (d.kind = 'spent')
"""


def owed_in(session: Session, days: int) -> AgedMoney:
    found = receivables(session, actor=REGION, on=TODAY + days * DAY)
    assert found is not None
    recount = session.execute(
        text(RECOUNT_CLAIMS), {"until": found.on, "after": f"{found.on + DAY} 00:00:00"}
    ).scalar_one()
    assert found.cents == recount == sum(found.of_age(age) for age in Age)
    return found


def to_pay(session: Session, days: int) -> AgedMoney:
    found = payables(session, actor=REGION, on=TODAY + days * DAY)
    assert found is not None
    assert found.cents == session.execute(text(RECOUNT_UNPAID), {"until": found.on}).scalar_one()
    lines = line_figures(session, funding_line_ids=[one.id for one in funding_lines(session)], until=found.on)
    assert found.cents == sum(one.spent_cents - one.paid_cents for one in lines.values())
    assert found.cents == sum(found.of_age(age) for age in Age)
    return found


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (0, Age.MONTH),
        (30, Age.MONTH),
        (31, Age.TWO_MONTHS),
        (60, Age.TWO_MONTHS),
        (61, Age.THREE_MONTHS),
        (90, Age.THREE_MONTHS),
        (91, Age.LONGER),
        (900, Age.LONGER),
    ],
)
def test_a_claim_falls_in_the_age_of_its_days(session: Session, days: int, age: Age) -> None:
    voucher, _ = used(session, 70_000, paid=1)
    settle(session, voucher, 40_000)
    [row] = owed_in(session, days).rows
    assert (row.days, row.age, row.cents, row.what) == (days, age, 30_000, Waits.CLAIM)
    assert row.provider is None, "who has to pay it back is a person"


def test_what_came_back_or_was_written_off_counts_from_its_day(session: Session) -> None:
    voucher, _ = used(session, 70_000, paid=1)
    settle(session, voucher, 40_000)
    claim = the_claim(session, voucher)
    receive(session, claim, 10_000)
    assert owed_in(session, 0).cents == 20_000
    write_off(session, recovery=claim, amount_cents=5_000, reason="Schuldhulp", actor=ADVISOR, now=NOW + 5 * DAY)
    assert [owed_in(session, days).cents for days in (-1, 4, 5)] == [0, 20_000, 15_000]
    receive(session, claim, 15_000, "R2")
    assert owed_in(session, 5).rows == ()


def test_a_claim_on_a_provider_has_its_name(session: Session) -> None:
    _, (redemption,) = used(session, 70_000, paid=1)
    take_credit_note(session, redemption=redemption, amount_cents=20_000, reason="Korting", actor=ADVISOR, now=NOW)
    [row] = owed_in(session, 1).rows
    assert row.provider is not None and row.cents == 20_000


def test_an_accepted_invoice_waits_from_the_day_it_was_accepted_until_it_is_paid(session: Session) -> None:
    used(session, 70_000, 20_000, paid=1)
    [row] = to_pay(session, 45).rows
    assert (row.what, row.number, row.cents, row.days, row.age) == (Waits.INVOICE, "F1", 20_000, 45, Age.TWO_MONTHS)
    assert to_pay(session, -1).rows == ()


def test_as_of_a_day_before_the_payment_it_still_waited_and_what_came_back_waits_again(session: Session) -> None:
    used(session, 70_000)
    _with_account(session)
    a_sent_batch(session)
    [payment] = session.query(Payment).all()
    key = payment.end_to_end_id
    read_statement(session, content=statement(entry(key, "700.00")), actor=REGION, now=LATER)
    paid = (LATER.date() - TODAY).days
    assert [to_pay(session, days).cents for days in (paid - 1, paid, paid + 30)] == [70_000, 0, 0]
    back = statement(entry(key, "700.00", credit=True, reason="AC04"))
    read_statement(session, content=back, actor=REGION, now=LATER + 9 * DAY)
    confirm_returns(session, now=LATER + 10 * DAY)
    [row] = to_pay(session, paid + 10).rows
    assert (row.cents, row.since) == (70_000, TODAY), "it waits since it was accepted"
    assert to_pay(session, paid + 9).rows == ()


def _with_account(session: Session) -> None:
    session.execute(text("UPDATE provider SET iban = 'NL39RABO0300065264'"))
    session.expire_all()


def test_a_credit_note_takes_off_what_waits(session: Session) -> None:
    _, (redemption,) = used(session, 70_000)
    take_credit_note(session, redemption=redemption, amount_cents=20_000, reason="Korting", actor=ADVISOR, now=NOW)
    assert [(row.number, row.cents) for row in to_pay(session, 0).rows] == [("F0", 50_000)]


def test_what_is_owed_to_a_holder_waits_since_it_was_decided_and_says_no_name(session: Session) -> None:
    owed_to_the_holder(session)
    decided = (SETTLED_AGAIN.date() - TODAY).days
    [row] = to_pay(session, decided + 1).rows
    assert (row.what, row.provider, row.cents, row.days) == (Waits.REPAYMENT, None, OWED, 1)
    assert to_pay(session, decided - 1).rows == ()


@pytest.mark.parametrize("audience", SEES_NOTHING)
def test_only_who_sees_all_money_sees_what_waits(session: Session, audience: Audience) -> None:
    used(session, 70_000)
    actor = Actor(audience, account_id=1)
    assert receivables(session, actor=actor, on=TODAY) is None and payables(session, actor=actor, on=TODAY) is None
    assert payables(session, actor=Actor(Audience.CONTROLLER, account_id=1), on=TODAY) is not None
