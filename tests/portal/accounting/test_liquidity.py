"""What is in hand of each funder on each day: what came in of its tranches, less what the books have as paid."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.accounting.expenses.actions import approve_expense, lay_down_reversal
from portal.accounting.liquidity import Liquidity, liquidities
from portal.accounting.tranches.actions import HandReceipt, add_tranche, confirm_receipt, drop_tranche, promise_money
from portal.accounting.tranches.models import Tranche
from portal.framework.funding.models import Agreement, Funder
from portal.framework.funding.queries import funding_lines
from portal.ledger import actions as ledger
from portal.ledger.queries import line_figures, paid_by_day
from portal.paying.settlements.queries import unpaid_spends
from portal.people.actor import Actor, Audience
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, REGION, SYSTEM, a_provider, a_voucher
from tests.portal.accounting.accounts_of import SECOND_OF_REGION, a_package, a_vault, booked, laid
from tests.portal.accounting.agreements.test_agreements import staff_of
from tests.portal.accounting.tranches.test_tranches import by_hand
from tests.portal.paying.payments.test_payments import SECOND
from tests.portal.paying.settlements.test_settling import receive, settle, the_claim

TODAY = NOW.date()
DAY = timedelta(days=1)
RECOUNT_PAID = """
SELECT coalesce(sum(CASE WHEN c.kind = 'paid' THEN t.amount_cents ELSE 0 END), 0)
     - coalesce(sum(CASE WHEN d.kind = 'paid' THEN t.amount_cents ELSE 0 END), 0)
FROM transfer t JOIN ledger_account c ON c.id = t.credit_account_id JOIN ledger_account d ON d.id = t.debit_account_id
JOIN funding_line l ON l.id = CASE WHEN c.kind = 'paid' THEN c.funding_line_id ELSE d.funding_line_id END
WHERE t.booked_on <= :until AND l.funder_id = :funder AND (c.kind = 'paid') <> (d.kind = 'paid')
"""
RECOUNT_RECEIVED = """
SELECT coalesce(sum(r.amount_cents), 0) FROM tranche_receipt r JOIN tranche t ON t.id = r.tranche_id
JOIN agreement a ON a.id = t.agreement_id
WHERE r.state = 'received' AND r.received_on <= :until AND a.funder_id = :funder
"""


def paid_voucher(session: Session) -> Voucher:
    """A voucher of which € 700 is paid today and € 300 three days later."""
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    for number, (cents, at) in enumerate(((70_000, NOW), (30_000, NOW + 3 * DAY))):
        done = redeem_voucher(session, voucher=voucher, bill=Bill(f"F{number}", TODAY, cents), actor=pia, now=at)
        for spend_id, _ in unpaid_spends(session, redemption=done):
            ledger.pay(session, spend_id=spend_id, actor_id=SYSTEM.reference, now=at)
    return voucher


def agreement_of_payer(session: Session) -> Agreement:
    """An agreement with the funder whose line paid."""
    [line] = {line for line, _, _ in paid_by_day(session, funding_line_ids=all_lines(session), until=date(2030, 1, 1))}
    funder_id = session.execute(text("SELECT funder_id FROM funding_line WHERE id = :id"), {"id": line}).scalar_one()
    known = session.scalar(select(Agreement).where(Agreement.funder_id == funder_id))
    if known is None:
        known = Agreement(slug="nieuw", funder_id=funder_id, title_nl="N", title_en="N", created_at=NOW)
        session.add(known)
        session.flush()
    promise_money(session, agreement=known, amount_cents=500_000, on=TODAY, reason="Brief.", actor=REGION, now=NOW)
    return known


def all_lines(session: Session) -> list[int]:
    return list(session.execute(text("SELECT id FROM funding_line")).scalars())


def tranche(session: Session, agreement: Agreement, cents: int, due: date) -> Tranche:
    return add_tranche(session, agreement=agreement, amount_cents=cents, expected_on=due, actor=REGION, now=NOW)


def received(session: Session, of: Tranche, cents: int, on: date) -> None:
    receipt = by_hand(session, of, HandReceipt(cents, on, f"K{cents}"))
    confirm_receipt(session, receipt=receipt, actor=SECOND, now=NOW)


def the_one(session: Session, agreement: Agreement, on: date) -> Liquidity:
    [found] = [
        one
        for one in liquidities(session, actor=REGION, on=on)
        if one.funder is not None and one.funder.id == agreement.funder_id
    ]
    return found


@pytest.mark.parametrize("days", [-1, 0, 2, 3, 40])
def test_received_and_paid_of_every_funder_and_together_are_what_plain_sql_counts(session: Session, days: int) -> None:
    paid_voucher(session)
    agreement, on = agreement_of_payer(session), TODAY + days * DAY
    first = tranche(session, agreement, 60_000, TODAY)
    received(session, first, 40_000, TODAY - DAY)
    received(session, first, 20_000, TODAY)
    by_hand(session, tranche(session, agreement, 1_000, TODAY), HandReceipt(1_000, TODAY, "wacht"))
    found = liquidities(session, actor=REGION, on=on)
    *funders, together = found
    assert together.funder is None and len(funders) == len(session.scalars(select(Funder)).all())
    for one in funders:
        assert one.funder is not None
        of = {"until": on, "funder": one.funder.id}
        assert one.received_cents == session.execute(text(RECOUNT_RECEIVED), of).scalar_one()
        assert one.paid_cents == session.execute(text(RECOUNT_PAID), of).scalar_one()
        assert one.in_hand_cents == (one.days[-1].in_hand_cents if one.days else 0)
    assert together.in_hand_cents == sum(one.in_hand_cents for one in funders)
    figures = line_figures(session, funding_line_ids=all_lines(session), until=on)
    assert together.paid_cents == sum(one.paid_cents for one in figures.values())
    for one in found:
        assert sum(month.received_cents for month in one.months) == one.received_cents
        assert sum(month.paid_cents for month in one.months) == one.paid_cents


def test_what_was_paid_before_it_came_in_is_below_zero_with_the_first_day(session: Session) -> None:
    paid_voucher(session)
    agreement = agreement_of_payer(session)
    received(session, tranche(session, agreement, 80_000, TODAY), 80_000, TODAY - DAY)
    assert the_one(session, agreement, TODAY + 2 * DAY).short_since is None, (
        "control: € 800 came in before € 700 was paid"
    )
    short = the_one(session, agreement, TODAY + 3 * DAY)
    assert (short.in_hand_cents, short.short_since) == (-20_000, TODAY + 3 * DAY)
    received(session, tranche(session, agreement, 20_000, TODAY), 20_000, TODAY)
    assert the_one(session, agreement, TODAY + 3 * DAY).short_since is None


def test_without_any_money_in_it_is_short_from_the_first_payment(session: Session) -> None:
    paid_voucher(session)
    agreement = agreement_of_payer(session)
    found = the_one(session, agreement, TODAY + 3 * DAY)
    assert (found.short_since, found.in_hand_cents) == (TODAY, -100_000)
    assert [(one.until, one.in_hand_cents) for one in found.days] == [(TODAY, -70_000), (TODAY + 3 * DAY, -100_000)]


def test_money_that_came_back_is_in_hand_again(session: Session) -> None:
    voucher = paid_voucher(session)
    agreement = agreement_of_payer(session)
    settle(session, voucher, 40_000)
    receive(session, the_claim(session, voucher), 25_000)
    assert the_one(session, agreement, TODAY + 3 * DAY).paid_cents == 75_000


def test_what_is_expected_stands_in_its_month_and_what_is_late_apart(session: Session) -> None:
    paid_voucher(session)
    agreement = agreement_of_payer(session)
    tranche(session, agreement, 50_000, TODAY - DAY)
    partly = tranche(session, agreement, 60_000, date(2026, 5, 10))
    received(session, partly, 10_000, TODAY)
    tranche(session, agreement, 7_000, date(2026, 5, 11))
    gone = tranche(session, agreement, 9_000, date(2026, 5, 12))
    drop_tranche(session, tranche=gone, reason="Komt niet.", actor=REGION, now=NOW)
    found = the_one(session, agreement, TODAY)
    assert found.overdue_cents == 50_000
    assert [(one.until, one.expected_cents, one.then_cents) for one in found.months] == [
        (date(2026, 3, 1), 0, -60_000),
        (date(2026, 4, 1), 0, -60_000),
        (date(2026, 5, 1), 57_000, -3_000),
    ]
    recount = """
    SELECT sum(amount_cents) - (SELECT sum(amount_cents) FROM tranche_receipt WHERE state = 'received')
    FROM tranche WHERE dropped_at IS NULL
    """
    assert session.execute(text(recount)).scalar_one() == found.overdue_cents + 57_000


def test_a_funder_sees_its_own_and_nobody_else_sees_anything(session: Session) -> None:
    paid_voucher(session)
    agreement = agreement_of_payer(session)
    [own] = liquidities(session, actor=staff_of(session, agreement.funder.slug), on=TODAY)
    assert own.funder is agreement.funder and own == the_one(session, agreement, TODAY)
    for actor in (ADVISOR, Actor(Audience.PROVIDER, account_id=1)):
        assert liquidities(session, actor=actor, on=TODAY) == []
    assert len(liquidities(session, actor=Actor(Audience.AUDITOR, account_id=1), on=TODAY)) > 1


def test_what_was_paid_outside_vouchers_lowers_what_is_in_hand_on_its_day(session: Session, tmp_path: Path) -> None:
    paid_voucher(session)
    agreement, vault, package = agreement_of_payer(session), a_vault(tmp_path), a_package(session)
    line = next(one for one in funding_lines(session) if one.funder_id == agreement.funder_id)
    received(session, tranche(session, agreement, 120_000, TODAY), 120_000, TODAY - DAY)
    expense = booked(session, vault, package, line=line, now=NOW + DAY)
    laid(session, vault, package, line=line, number="2026-2", net=90_000, vat=0, now=NOW + DAY)
    back = lay_down_reversal(session, expense=expense, reason="Verkeerd.", actor=REGION, now=NOW + 5 * DAY)
    in_hand = [120_000 - 70_000, 50_000 - 12_100, 37_900, 7_900, 7_900]
    for days, cents in enumerate(in_hand):
        found = the_one(session, agreement, TODAY + days * DAY)
        outside = "SELECT coalesce(sum(counted_cents), 0) FROM expense WHERE state = 'approved' AND booked_on <= :until"
        spent = session.execute(text(outside), {"until": TODAY + days * DAY}).scalar_one()
        of = {"until": TODAY + days * DAY, "funder": agreement.funder_id}
        assert found.in_hand_cents == cents == 120_000 - session.execute(text(RECOUNT_PAID), of).scalar_one()
        assert spent == (12_100 if days else 0), "what waits for a second person was not paid"
    assert the_one(session, agreement, TODAY + 4 * DAY).days[-2].until == TODAY + DAY
    approve_expense(session, expense=back, actor=SECOND_OF_REGION, now=NOW + 5 * DAY)
    assert the_one(session, agreement, TODAY + 4 * DAY).in_hand_cents == 7_900, "control: before it was taken back"
    assert the_one(session, agreement, TODAY + 5 * DAY).in_hand_cents == 20_000
