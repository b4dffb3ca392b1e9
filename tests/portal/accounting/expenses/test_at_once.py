"""The last money of a funding line is spent once: as an expense, or for a voucher, whoever comes first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.accounting.expenses.actions import approve_expense, lay_down_reversal
from portal.accounting.expenses.models import Expense
from portal.accounting.expenses.queries import expense_breaks
from portal.ledger.actions import Reservation, reserve
from portal.ledger.invariants import verify
from portal.ledger.queries import Figures, line_figures
from portal.platform.database import unit_of_work
from tests.factories import NOW, REGION
from tests.portal.accounting.accounts_of import SECOND_OF_REGION, a_line, a_package, a_vault, booked, laid
from tests.portal.at_once import Act, at_once


def approves(number: int) -> Act:
    def act(session: Session) -> Any:
        expense = session.get_one(Expense, number)
        return lambda: approve_expense(session, expense=expense, actor=SECOND_OF_REGION, now=NOW)

    return act


def reserves(line: int, cents: int) -> Act:
    def act(session: Session) -> Any:
        wanted = [Reservation(line, cents, voucher_id=7, scheme_version_id=3)]
        return lambda: reserve(session, reservations=wanted, decision_id=5, actor_id="account:1", now=NOW)

    return act


@pytest.fixture
def last_money(engine: Engine, tmp_path: Path) -> tuple[int, int, list[int]]:
    """A funding line, what it has free, and two expenses that each want all of it."""

    def make(session: Session) -> tuple[int, int, list[int]]:
        package, vault = a_package(session), a_vault(tmp_path)
        line = a_line(session)
        free = line_figures(session, funding_line_ids=[line.id])[line.id].available_cents
        return line.id, free, [laid(session, vault, package, net=free, vat=0, number=one).id for one in ("1", "2")]

    return unit_of_work(engine, make)


def looked_at(engine: Engine, line: int) -> Figures:
    def look(session: Session) -> Figures:
        assert [*verify(session), *expense_breaks(session)] == []
        return line_figures(session, funding_line_ids=[line])[line]

    return unit_of_work(engine, look)


def test_of_two_expenses_at_once_one_gets_the_last_money(
    engine: Engine, last_money: tuple[int, int, list[int]]
) -> None:
    line, free, (one, two) = last_money
    assert sorted(at_once(engine, approves(one), approves(two))) == ["done", "expense_too_high"]
    assert looked_at(engine, line).spent_cents == free


def test_an_expense_and_a_reservation_at_once_do_not_both_get_it(
    engine: Engine, last_money: tuple[int, int, list[int]]
) -> None:
    line, free, (one, _two) = last_money
    outcomes = at_once(engine, approves(one), reserves(line, free))
    assert outcomes in (["done", "budget_exhausted"], ["expense_too_high", "done"])
    found = looked_at(engine, line)
    assert (found.spent_cents + found.reserved_cents, found.available_cents) == (free, 0)


def test_one_expense_is_booked_once_by_two_who_approve_at_once(
    engine: Engine, last_money: tuple[int, int, list[int]]
) -> None:
    line, free, (one, _two) = last_money
    assert sorted(at_once(engine, approves(one), approves(one))) == ["done", "expense_decided"]
    assert looked_at(engine, line).spent_cents == free


def test_an_expense_is_reversed_once_by_two_at_once(engine: Engine, tmp_path: Path) -> None:
    number, line = unit_of_work(engine, lambda s: _booked(s, tmp_path))

    def reverses(session: Session) -> Any:
        expense = session.get_one(Expense, number)
        return lambda: lay_down_reversal(session, expense=expense, reason="Vergissing.", actor=REGION, now=NOW)

    assert sorted(at_once(engine, reverses, reverses)) == ["done", "expense_reversed"]
    assert looked_at(engine, line).spent_cents == 12_100


def _booked(session: Session, folder: Path) -> tuple[int, int]:
    expense = booked(session, a_vault(folder), a_package(session))
    return expense.id, expense.funding_line_id
