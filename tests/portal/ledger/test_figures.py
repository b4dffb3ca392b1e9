"""What the books show: figures at a date, per voucher or scheme version, and the transfers behind each figure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.ledger import queries
from portal.ledger.actions import (
    pay,
    redeem,
    release,
)
from portal.platform.clock import local_date
from tests.portal.ledger.booked import ACTOR, line, put_aside


def test_figures_at_a_date_leave_later_transfers_out(books: Session, now: datetime) -> None:
    put_aside(books, now + timedelta(days=10), (1, 40_000))
    before = queries.line_figures(books, funding_line_ids=[1], until=local_date(now))[1]
    after = queries.line_figures(books, funding_line_ids=[1], until=local_date(now + timedelta(days=10)))[1]
    assert (before.reserved_cents, after.reserved_cents) == (0, 40_000)


def test_a_transfer_just_after_midnight_in_amsterdam_is_of_the_new_day(books: Session, now: datetime) -> None:
    late = datetime.fromisoformat("2026-03-31T22:30:00+00:00")  # 00:30 on 1 April, summer time
    (held,) = put_aside(books, late, (1, 100))
    assert held.booked_on.isoformat() == "2026-04-01"


@pytest.mark.parametrize("figure", ["funded", "reserved", "spent", "paid", "available"])
def test_every_figure_is_the_sum_of_the_transfers_behind_it(books: Session, now: datetime, figure: Any) -> None:
    put_aside(books, now, (1, 30_000), (2, 10_000))
    put_aside(books, now, (1, 5_000), voucher=8)
    done = redeem(books, voucher_id=7, amount_cents=25_000, keep_rest=True, actor_id=ACTOR, now=now)
    pay(books, spend_id=done.spent[0].id, actor_id=ACTOR, now=now)
    release(books, voucher_id=8, actor_id=ACTOR, now=now)
    for number in (1, 2):
        shown = getattr(line(books, number), f"{figure}_cents")
        behind = queries.transfers_behind(books, figure=figure, funding_line_ids=[number])
        assert sum(entry.cents for entry in behind) == shown
        assert all(entry.funding_line_id == number for entry in behind)


def test_figures_can_be_taken_per_scheme_version_and_voucher(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000), (2, 10_000))
    assert queries.figures(books, by=("scheme_version_id",))[(3,)].reserved_cents == 40_000
    assert queries.figures(books, by=("voucher_id", "funding_line_id"))[(7, 2)].reserved_cents == 10_000


def test_transfers_behind_a_figure_come_in_pages(books: Session, now: datetime) -> None:
    for voucher in range(10, 15):
        put_aside(books, now, (1, 100), voucher=voucher)
    first = queries.transfers_behind(books, figure="reserved", funding_line_ids=[1], limit=3)
    rest = queries.transfers_behind(books, figure="reserved", funding_line_ids=[1], limit=3, offset=3)
    assert [entry.voucher_id for entry in first + rest] == [10, 11, 12, 13, 14]
