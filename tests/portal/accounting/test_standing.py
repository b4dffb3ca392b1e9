"""Where each funding line stands with what was claimed and written off, and what lapses this quarter."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.accounting.standing import LineStanding, lapsing, line_standings, quarter_of
from portal.ledger.models import AccountKind
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.paying.recoveries import write_off
from portal.paying.settlements.models import SettlementGround
from portal.people.actor import Actor, Audience
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, REGION, a_voucher
from tests.portal.accounting.agreements.test_agreements import staff_of
from tests.portal.paying.settlements.test_settling import pay, receive, settle, the_claim, used

TODAY = NOW.date()
DAY = timedelta(days=1)
RECOUNT = "SELECT (SELECT sum(amount_cents) FROM recovery), "
RECOUNT += "(SELECT sum(amount_cents) FROM recovery_entry WHERE kind = 'written_off')"


def standings(session: Session, on: date = TODAY) -> dict[str, LineStanding]:
    return {one.line.slug: one for one in line_standings(session, actor=REGION, on=on)}


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 6, 30), date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 8, 15), date(2026, 7, 1), date(2026, 9, 30)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_quarter_has_three_whole_months(day: date, first: date, last: date) -> None:
    assert quarter_of(day) == (first, last)


def test_claimed_and_written_off_stand_on_the_line_that_paid(session: Session) -> None:
    voucher, _ = used(session, 70_000, 20_000, paid=1)
    settle(session, voucher, 30_000)
    claim = the_claim(session, voucher)
    receive(session, claim, 5_000)
    write_off(session, recovery=claim, amount_cents=10_000, reason="Schuldhulp", actor=ADVISOR, now=NOW + 2 * DAY)
    line = standings(session, TODAY + 2 * DAY)[_payer(session, voucher)]
    assert (line.claimed_cents, line.written_off_cents) == (40_000, 10_000)
    assert (line.committed_cents, line.spent_cents, line.paid_cents) == (65_000, 65_000, 65_000)
    assert tuple(session.execute(text(RECOUNT)).one()) == (40_000, 10_000)
    assert standings(session, TODAY + DAY)[line.line.slug].written_off_cents == 0
    assert standings(session, TODAY - DAY)[line.line.slug].claimed_cents == 0


def _payer(session: Session, voucher: Voucher) -> str:
    [part] = voucher.award.parts
    sql = text("SELECT slug FROM funding_line WHERE id = :id")
    return str(session.execute(sql, {"id": part.funding_line_id}).scalar_one())


def test_a_claim_on_a_voucher_that_two_lines_paid_is_laid_on_both_and_adds_up(session: Session) -> None:
    voucher, (redemption,) = used(session, 70_000)
    before = _payer(session, voucher)
    other = next(one for slug, one in standings(session).items() if slug == "provincie-breed")
    mine = standings(session)[before]
    takeover = Takeover(mine.line, other.line, 25_000, AccountKind.SPENT)
    reassign_voucher(session, voucher=voucher, takeover=takeover, reason="Ander geld.", actor=REGION, now=NOW)
    pay(session, redemption)
    settle(session, voucher, 0)
    claim = the_claim(session, voucher)
    write_off(session, recovery=claim, amount_cents=50_000, reason="Schuldhulp", actor=ADVISOR, now=NOW)
    found = standings(session)
    assert {slug: one.claimed_cents for slug, one in found.items()} == {before: 45_000, "provincie-breed": 25_000}
    assert sum(one.written_off_cents for one in found.values()) == 50_000
    assert all(one.written_off_cents <= one.claimed_cents for one in found.values())
    receive(session, claim, 20_000)
    assert {slug: one.claimed_cents for slug, one in standings(session).items()} == {
        before: 45_000,
        "provincie-breed": 25_000,
    }, "what came back changes nothing of what was claimed"


def test_a_funder_sees_the_lines_of_its_own(session: Session) -> None:
    used(session, 70_000)
    own = line_standings(session, actor=staff_of(session, "provincie"), on=TODAY)
    assert [one.line.slug for one in own] == ["provincie-breed"]
    assert line_standings(session, actor=ADVISOR, on=TODAY) == []


def test_what_lapses_this_quarter_is_what_can_still_be_used_of_vouchers_with_their_last_day_in_it(
    session: Session,
) -> None:
    voucher = a_voucher(session)
    first, last = quarter_of(voucher.valid_until)
    found = lapsing(session, actor=REGION, on=first)
    assert found is not None
    [row] = found
    assert (row.last_day, row.scheme, row.vouchers, row.open_cents) == (
        voucher.valid_until,
        voucher.scheme,
        1,
        voucher.open_cents,
    )
    recount = text(
        "SELECT sum(amount_cents - redeemed_cents - released_cents) FROM voucher"
        " WHERE state IN ('issued', 'partly_redeemed') AND valid_until BETWEEN :first AND :last"
    )
    assert session.execute(recount, {"first": first, "last": last}).scalar_one() == row.open_cents
    assert lapsing(session, actor=REGION, on=last + DAY) == [], "control: the next quarter"
    assert lapsing(session, actor=REGION, on=first - DAY) == []
    voucher.blocked_at, voucher.blocked_by, voucher.block_reason = NOW, "x", "Even niet."
    session.flush()
    assert [one.blocked for one in lapsing(session, actor=REGION, on=last) or []] == [1]
    settled, _ = used(session, 70_000)
    settle(session, settled, 70_000, SettlementGround.AS_USED)
    assert [one.vouchers for one in lapsing(session, actor=REGION, on=last) or []] == [1]
    assert lapsing(session, actor=ADVISOR, on=last) is None
    assert lapsing(session, actor=Actor(Audience.FUNDER, account_id=1), on=last) is None
