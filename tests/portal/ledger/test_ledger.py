"""Reserving, releasing, redeeming and paying, on both databases, with the books verified after each test."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger import queries
from portal.ledger.actions import (
    BudgetExhausted,
    CapExhausted,
    NotReserved,
    PeriodCap,
    fund,
    give_back,
    open_accounts,
    pay,
    redeem,
    release,
)
from portal.ledger.models import CapGuard, TransferKind
from portal.ledger.queries import Figures
from portal.ledger.settling import recover_paid
from tests.portal.ledger.booked import ACTOR, line, personal_cap, put_aside


def test_a_funded_line_is_available_in_full(books: Session) -> None:
    assert line(books) == Figures(funded_cents=100_000, available_cents=100_000)


def test_a_reservation_moves_money_from_available_to_reserved(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 40_000))
    assert line(books) == Figures(funded_cents=100_000, reserved_cents=40_000, available_cents=60_000)


def test_the_last_cent_can_be_reserved_and_not_one_more(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 100_000))
    with pytest.raises(BudgetExhausted) as refused:
        put_aside(books, now, (1, 1))
    assert (refused.value.funding_line_id, refused.value.asked_cents, refused.value.available_cents) == (1, 1, 0)


def test_several_lines_are_reserved_all_or_none(books: Session, now: datetime) -> None:
    with pytest.raises(BudgetExhausted) as refused:
        put_aside(books, now, (1, 50_000), (2, 30_001))
    assert refused.value.funding_line_id == 2
    books.rollback()
    assert line(books, 1).reserved_cents == 0
    put_aside(books, now, (1, 50_000), (2, 30_000))
    assert (line(books, 1).reserved_cents, line(books, 2).reserved_cents) == (50_000, 30_000)


def test_two_amounts_on_one_line_are_checked_together(books: Session, now: datetime) -> None:
    with pytest.raises(BudgetExhausted):
        put_aside(books, now, (2, 20_000), (2, 20_000))
    books.rollback()


def test_a_personal_cap_is_guarded_across_funding_lines(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000), (2, 20_000), caps=(personal_cap(),))
    with pytest.raises(CapExhausted) as refused:
        put_aside(books, now, (1, 1), voucher=8, caps=(personal_cap(),))
    assert (refused.value.asked_cents, refused.value.available_cents) == (1, 0)
    books.rollback()


def test_the_cap_of_another_person_or_another_year_is_another_cap(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 50_000), caps=(personal_cap(),))
    put_aside(books, now, (1, 25_000), voucher=8, caps=(personal_cap(holder="person:2"),))
    put_aside(books, now, (1, 25_000), voucher=9, caps=(PeriodCap("werk-naar-werk", "person:1", "2027", 50_000),))
    assert line(books).available_cents == 0


def test_a_cap_without_room_refuses_at_once(books: Session, now: datetime) -> None:
    with pytest.raises(CapExhausted):
        put_aside(books, now, (1, 1), caps=(personal_cap(limit=-5),))
    books.rollback()


def test_a_release_gives_budget_and_cap_back(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000), (2, 20_000), caps=(personal_cap(),))
    released = release(books, voucher_id=7, actor_id="system:expiry", now=now)
    assert [transfer.kind for transfer in released] == [TransferKind.RELEASE] * 2
    assert (line(books, 1).reserved_cents, line(books, 2).reserved_cents) == (0, 0)
    assert books.scalars(select(CapGuard.used_cents)).one() == 0


def test_a_voucher_is_released_only_once(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000))
    release(books, voucher_id=7, actor_id=ACTOR, now=now)
    with pytest.raises(NotReserved):
        release(books, voucher_id=7, actor_id=ACTOR, now=now)


def test_redeeming_in_full_spends_the_reservation(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000), caps=(personal_cap(),))
    done = redeem(books, voucher_id=7, amount_cents=30_000, keep_rest=True, actor_id=ACTOR, now=now)
    assert (done.spent_cents, done.kept, done.released) == (30_000, (), ())
    assert line(books) == Figures(100_000, 0, 30_000, 0, 70_000)
    assert books.scalars(select(CapGuard.used_cents)).one() == 30_000


def test_redeeming_a_part_keeps_the_rest_reserved(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000), caps=(personal_cap(),))
    done = redeem(books, voucher_id=7, amount_cents=10_000, keep_rest=True, actor_id=ACTOR, now=now)
    assert (done.spent_cents, done.kept_cents) == (10_000, 20_000)
    kinds = [transfer.kind.value for transfer in queries.voucher_transfers(books, voucher_id=7)]
    assert kinds == ["reserve", "release", "reserve", "spend", "reserve"]
    assert line(books) == Figures(100_000, 20_000, 10_000, 0, 70_000)
    assert books.scalars(select(CapGuard.used_cents)).one() == 30_000
    redeem(books, voucher_id=7, amount_cents=20_000, keep_rest=True, actor_id=ACTOR, now=now)
    assert line(books) == Figures(100_000, 0, 30_000, 0, 70_000)


def test_redeeming_a_part_without_keeping_releases_the_rest(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000), (2, 20_000), caps=(personal_cap(),))
    done = redeem(books, voucher_id=7, amount_cents=10_000, keep_rest=False, actor_id=ACTOR, now=now)
    assert (done.spent_cents, done.kept_cents, len(done.released)) == (10_000, 0, 2)
    assert (line(books, 1), line(books, 2)) == (
        Figures(100_000, 0, 10_000, 0, 90_000),
        Figures(30_000, 0, 0, 0, 30_000),
    )
    assert books.scalars(select(CapGuard.used_cents)).one() == 10_000


def test_a_redemption_uses_the_first_reservation_first(books: Session, now: datetime) -> None:
    put_aside(books, now, (2, 20_000), (1, 30_000))
    redeem(books, voucher_id=7, amount_cents=25_000, keep_rest=True, actor_id=ACTOR, now=now)
    assert (line(books, 2).spent_cents, line(books, 1).spent_cents) == (20_000, 5_000)
    assert queries.reserved_cents(books, voucher_id=7) == 25_000


@pytest.mark.parametrize("keep_rest", [True, False])
def test_more_than_is_reserved_cannot_be_redeemed(books: Session, now: datetime, keep_rest: bool) -> None:
    put_aside(books, now, (1, 30_000))
    with pytest.raises(NotReserved) as refused:
        redeem(books, voucher_id=7, amount_cents=30_001, keep_rest=keep_rest, actor_id=ACTOR, now=now)
    assert (refused.value.asked_cents, refused.value.reserved_cents) == (30_001, 30_000)


def test_a_spent_amount_is_paid_once(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000))
    spent = redeem(books, voucher_id=7, amount_cents=30_000, keep_rest=False, actor_id=ACTOR, now=now).spent[0]
    assert queries.open_payables(books) == [spent]
    pay(books, spend_id=spent.id, actor_id=ACTOR, now=now)
    assert line(books) == Figures(100_000, 0, 30_000, 30_000, 70_000)
    assert queries.open_payables(books) == []
    with pytest.raises(NotReserved):
        pay(books, spend_id=spent.id, actor_id=ACTOR, now=now)


def test_only_a_spent_amount_can_be_paid(books: Session, now: datetime) -> None:
    (held,) = put_aside(books, now, (1, 30_000))
    with pytest.raises(NotReserved):
        pay(books, spend_id=held.id, actor_id=ACTOR, now=now)
    with pytest.raises(NotReserved):
        pay(books, spend_id=99_999, actor_id=ACTOR, now=now)


def test_a_payment_can_come_back_up_to_what_was_paid(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000))
    spent = redeem(books, voucher_id=7, amount_cents=30_000, keep_rest=False, actor_id=ACTOR, now=now).spent[0]
    pay(books, spend_id=spent.id, actor_id=ACTOR, now=now)
    back = {"voucher_id": 7, "actor_id": ACTOR, "now": now, "note": "training cancelled"}
    first = recover_paid(books, amount_cents=20_000, key="receipt:1", **back)
    assert line(books) == Figures(100_000, 0, 10_000, 10_000, 90_000)
    with pytest.raises(NotReserved):
        recover_paid(books, amount_cents=10_001, key="receipt:2", **back)
    assert recover_paid(books, amount_cents=20_000, key="receipt:1", **back) == first, "one receipt counts once"
    assert line(books) == Figures(100_000, 0, 10_000, 10_000, 90_000)


def test_a_budget_can_be_lowered_to_what_is_in_use_and_not_below(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 40_000))
    with pytest.raises(BudgetExhausted) as refused:
        give_back(books, funding_line_id=1, amount_cents=60_001, actor_id=ACTOR, now=now, note="budget cut")
    assert refused.value.available_cents == 60_000
    give_back(books, funding_line_id=1, amount_cents=60_000, actor_id=ACTOR, now=now, note="budget cut")
    assert line(books) == Figures(40_000, 40_000, 0, 0, 0)


def test_a_budget_that_is_raised_has_room_again(books: Session, now: datetime) -> None:
    put_aside(books, now, (2, 30_000))
    fund(books, funding_line_id=2, amount_cents=1, actor_id=ACTOR, now=now)
    put_aside(books, now, (2, 1), voucher=8)
    assert line(books, 2).available_cents == 0


def test_funding_with_the_same_key_is_booked_once(books: Session, now: datetime) -> None:
    first = fund(books, funding_line_id=1, amount_cents=500, actor_id=ACTOR, now=now, key="seed:1")
    again = fund(books, funding_line_id=1, amount_cents=500, actor_id=ACTOR, now=now, key="seed:1")
    assert first.id == again.id
    assert line(books).funded_cents == 100_500


def test_opening_accounts_twice_changes_nothing(books: Session) -> None:
    open_accounts(books, funding_line_id=1)
    assert queries.has_accounts(books, funding_line_id=1)
    assert not queries.has_accounts(books, funding_line_id=99)


def test_a_line_without_accounts_is_an_error_of_the_program(books: Session, now: datetime) -> None:
    with pytest.raises(LookupError):
        put_aside(books, now, (99, 1))


@pytest.mark.parametrize("amount", [0, -1, True, 1.5, "1", 10**13 + 1])
def test_an_amount_that_is_no_whole_positive_number_of_cents_is_an_error(
    books: Session, now: datetime, amount: Any
) -> None:
    with pytest.raises(ValueError, match="cents"):
        fund(books, funding_line_id=1, amount_cents=amount, actor_id=ACTOR, now=now)
