"""An expense outside vouchers takes free money under the same guard, and is corrected in full."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.ledger.actions import BudgetExhausted, NotReserved, pay
from portal.ledger.expenses import book_expense, take_back_expense
from portal.ledger.invariants import verify
from portal.ledger.models import Transfer, TransferKind
from portal.ledger.queries import Figures, open_payables, transfers_behind
from tests.portal.ledger.booked import ACTOR, line, put_aside


def spend(session: Session, now: datetime, cents: int, key: str = "expense:1") -> Transfer:
    return book_expense(
        session, funding_line_id=1, amount_cents=cents, key=key, note="expense 1", actor_id=ACTOR, now=now
    )


def test_an_expense_stands_in_the_figures_as_spent_and_paid(books: Session, now: datetime) -> None:
    spend(books, now, 25_000)
    assert line(books) == Figures(100_000, 0, 25_000, 25_000, 75_000)
    assert [one.cents for one in transfers_behind(books, figure="spent")] == [25_000]


def test_what_an_expense_took_cannot_be_reserved_and_the_other_way_round(books: Session, now: datetime) -> None:
    spend(books, now, 60_000)
    with pytest.raises(BudgetExhausted):
        put_aside(books, now, (1, 40_001))
    put_aside(books, now, (1, 40_000))
    with pytest.raises(BudgetExhausted):
        spend(books, now, 1, key="expense:2")
    assert line(books) == Figures(100_000, 40_000, 60_000, 60_000, 0)


def test_all_that_is_free_can_be_spent_and_not_a_cent_more(books: Session, now: datetime) -> None:
    with pytest.raises(BudgetExhausted):
        spend(books, now, 100_001)
    assert line(books).spent_cents == 0
    spend(books, now, 100_000)


def test_an_expense_is_booked_once_under_its_key(books: Session, now: datetime) -> None:
    assert spend(books, now, 500) is spend(books, now, 500)
    assert line(books).spent_cents == 500


def test_no_payment_follows_on_an_expense(books: Session, now: datetime) -> None:
    expense = spend(books, now, 500)
    assert open_payables(books) == []
    with pytest.raises(NotReserved):
        pay(books, spend_id=expense.id, actor_id=ACTOR, now=now)


def test_an_expense_is_taken_back_once_and_in_full(books: Session, now: datetime) -> None:
    expense = spend(books, now, 500)
    take_back_expense(books, transfer_id=expense.id, note="wrong", actor_id=ACTOR, now=now)
    assert line(books) == Figures(100_000, 0, 0, 0, 100_000)
    with pytest.raises(NotReserved):
        take_back_expense(books, transfer_id=expense.id, note="wrong", actor_id=ACTOR, now=now)


def test_only_an_expense_is_taken_back_like_this(books: Session, now: datetime) -> None:
    (reserved,) = put_aside(books, now, (1, 100))
    for number in (reserved.id, 4711):
        with pytest.raises(NotReserved):
            take_back_expense(books, transfer_id=number, note="wrong", actor_id=ACTOR, now=now)


@pytest.mark.parametrize("wrong", ["voucher_id = 7", "decision_id = 7", "note = NULL"])
def test_the_database_keeps_an_expense_apart_from_vouchers(books: Session, now: datetime, wrong: str) -> None:
    of = {
        row[0]: row[1] for row in books.execute(text("SELECT kind, id FROM ledger_account WHERE funding_line_id = 1"))
    }
    name, value = wrong.split(" = ")
    links = {"note": "expense 1", name: None if value == "NULL" else 7}
    row = Transfer(
        key="x",
        kind=TransferKind.EXPENSE,
        debit_account_id=of["available"],
        credit_account_id=of["paid"],
        amount_cents=1,
        booked_on=now.date(),
        at=now,
        actor_id=ACTOR,
        **links,
    )
    books.add(row)
    with pytest.raises(IntegrityError):
        books.flush()
    books.rollback()


def test_control_an_expense_without_its_guard_is_seen(books: Session, now: datetime) -> None:
    spend(books, now, 500)
    assert verify(books) == []
    books.execute(text("UPDATE budget_guard SET spent_cents = 0 WHERE funding_line_id = 1"))
    assert [found.invariant for found in verify(books)] == ["I2"]
    books.rollback()
