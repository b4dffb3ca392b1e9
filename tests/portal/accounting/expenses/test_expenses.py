"""Expenses outside vouchers: two people, once in the books, and never changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounting.expenses.actions import (
    ExpenseTooHigh,
    approve_expense,
    lay_down_reversal,
    send_expense_back,
)
from portal.accounting.expenses.models import ExpenseState
from portal.accounting.expenses.queries import (
    expense_breaks,
    expense_by_public_id,
    expenses,
    expenses_by_work_package,
    reversal_of,
)
from portal.ledger.actions import give_back
from portal.ledger.invariants import verify
from portal.ledger.queries import line_figures
from portal.people.actor import Audience
from portal.platform.errors import Conflict, Refusal
from portal.post.files.actions import Vault, open_file, remove_loose_files
from tests.factories import ADVISOR, NOW, REGION
from tests.portal.accounting.accounts_of import (
    SECOND_OF_REGION,
    a_line,
    a_package,
    a_vault,
    booked,
    laid,
    said_in_log,
    scope_of_funder,
    whole,
)

DAY = timedelta(days=1)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return a_vault(tmp_path)


def spent(session: Session, line_id: int) -> int:
    return line_figures(session, funding_line_ids=[line_id])[line_id].spent_cents


def test_an_expense_that_was_laid_down_is_not_booked_until_a_second_person_approves(
    session: Session, vault: Vault
) -> None:
    expense = laid(session, vault, a_package(session))
    line = expense.line
    assert (expense.state, expense.counted_cents, spent(session, line.id)) == (ExpenseState.LAID_DOWN, 12_100, 0)
    approve_expense(session, expense=expense, actor=SECOND_OF_REGION, now=NOW + DAY)
    assert (expense.state, expense.booked_on) == (ExpenseState.APPROVED, (NOW + DAY).date())
    assert spent(session, line.id) == 12_100
    assert verify(session) == [] and list(expense_breaks(session)) == []


def test_who_laid_it_down_does_not_approve_it(session: Session, vault: Vault) -> None:
    expense = laid(session, vault, a_package(session))
    with pytest.raises(Refusal) as refused:
        approve_expense(session, expense=expense, actor=REGION, now=NOW)
    assert refused.value.code == "own_preparation"
    assert spent(session, expense.funding_line_id) == 0


@pytest.mark.parametrize("audience", [one for one in Audience if one not in (Audience.REGION, Audience.SYSTEM)])
def test_nobody_but_the_region_does_anything_with_expenses(session: Session, vault: Vault, audience: Audience) -> None:
    package = a_package(session)
    expense, stranger = laid(session, vault, package), replace(ADVISOR, audience=audience)
    tries: list[Any] = [
        lambda: laid(session, vault, package, number="2", actor=stranger),
        lambda: approve_expense(session, expense=expense, actor=stranger, now=NOW),
        lambda: send_expense_back(session, expense=expense, reason="Nee.", actor=stranger, now=NOW),
        lambda: lay_down_reversal(session, expense=expense, reason="Nee.", actor=stranger, now=NOW),
    ]
    for one in tries:
        with pytest.raises(Refusal) as refused:
            one()
        assert refused.value.code == "not_yours"


def test_vat_that_comes_back_does_not_count(session: Session, vault: Vault) -> None:
    package = a_package(session)
    assert laid(session, vault, package, vat_deductible=True).counted_cents == 10_000
    assert laid(session, vault, package, number="2").counted_cents == 12_100


def test_the_same_invoice_of_the_same_supplier_is_refused_however_it_is_written(session: Session, vault: Vault) -> None:
    package = a_package(session)
    laid(session, vault, package)
    with pytest.raises(Conflict) as refused:
        laid(session, vault, package, supplier="DRUKKERIJ de pers B.V.", number="2026 - 1")
    assert refused.value.code == "expense_known"
    laid(session, vault, package, supplier="Een ander")
    laid(session, vault, package, number="2026-2")


def test_the_database_keeps_the_same_invoice_out_too(session: Session, vault: Vault) -> None:
    package = a_package(session)
    laid(session, vault, package)
    other = laid(session, vault, package, number="2")
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE expense SET number_key = '20261' WHERE id = {other.id}"))
    session.rollback()


def test_an_expense_that_was_sent_back_can_be_laid_down_anew(session: Session, vault: Vault) -> None:
    package = a_package(session)
    expense = laid(session, vault, package)
    with pytest.raises(Refusal) as refused:
        send_expense_back(session, expense=expense, reason=" ", actor=SECOND_OF_REGION, now=NOW)
    assert refused.value.code == "reason_missing"
    send_expense_back(session, expense=expense, reason="Verkeerd pakket.", actor=SECOND_OF_REGION, now=NOW)
    assert expense.sent_back_reason == "Verkeerd pakket."
    with pytest.raises(Conflict):
        approve_expense(session, expense=expense, actor=SECOND_OF_REGION, now=NOW)
    assert booked(session, vault, package).state is ExpenseState.APPROVED


def test_more_than_the_line_has_free_is_refused_at_once_and_at_the_approval(session: Session, vault: Vault) -> None:
    package = a_package(session)
    line = a_line(session)
    free = line_figures(session, funding_line_ids=[line.id])[line.id].available_cents
    with pytest.raises(ExpenseTooHigh) as refused:
        laid(session, vault, package, net=free + 1, vat=0)
    assert (refused.value.field, refused.value.params["available_cents"]) == ("line", free)
    expense = laid(session, vault, package, net=free, vat=0)
    give_back(session, funding_line_id=line.id, amount_cents=1, actor_id="account:1", now=NOW, note="less")
    with pytest.raises(ExpenseTooHigh):
        approve_expense(session, expense=expense, actor=SECOND_OF_REGION, now=NOW)
    assert spent(session, line.id) == 0 and verify(session) == []


def test_an_approved_expense_is_reversed_by_two_people_and_can_be_laid_down_right(
    session: Session, vault: Vault
) -> None:
    package = a_package(session)
    expense = booked(session, vault, package)
    before = (expense.counted_cents, expense.booked_on, expense.transfer_id)
    reversal = lay_down_reversal(session, expense=expense, reason="Btw vergeten.", actor=REGION, now=NOW + DAY)
    assert reversal_of(session, expense=expense) is reversal and spent(session, expense.funding_line_id) == 12_100
    with pytest.raises(Conflict):  # the invoice still stands
        laid(session, vault, package)
    with pytest.raises(Conflict):  # and one reversal is enough
        lay_down_reversal(session, expense=expense, reason="Nog een keer.", actor=REGION, now=NOW)
    with pytest.raises(Refusal):
        approve_expense(session, expense=reversal, actor=REGION, now=NOW + DAY)
    approve_expense(session, expense=reversal, actor=SECOND_OF_REGION, now=NOW + DAY)
    assert spent(session, expense.funding_line_id) == 0
    assert (expense.counted_cents, expense.booked_on, expense.transfer_id) == before
    for gone in (expense, reversal):
        with pytest.raises(Conflict):
            lay_down_reversal(session, expense=gone, reason="Nog een keer.", actor=REGION, now=NOW)
    booked(session, vault, package, vat_deductible=True)
    assert spent(session, expense.funding_line_id) == 10_000
    assert verify(session) == [] and list(expense_breaks(session)) == []


def test_a_reversal_that_was_sent_back_leaves_the_expense_as_it_is(session: Session, vault: Vault) -> None:
    expense = booked(session, vault, a_package(session))
    reversal = lay_down_reversal(session, expense=expense, reason="Vergissing.", actor=REGION, now=NOW)
    send_expense_back(session, expense=reversal, reason="Nee, dit klopt.", actor=SECOND_OF_REGION, now=NOW)
    assert spent(session, expense.funding_line_id) == 12_100 and reversal_of(session, expense=expense) is None
    lay_down_reversal(session, expense=expense, reason="Toch wel.", actor=REGION, now=NOW)


def test_the_log_says_what_it_was_and_what_it_became(session: Session, vault: Vault) -> None:
    booked(session, vault, a_package(session))
    (said,) = said_in_log(session, "expense.approved")
    assert said["expense.state"] == ["laid_down", "approved"] and said["expense.booked_on"] == [None, "2026-03-02"]
    assert said["transfer.amount_cents"] == [None, 12_100]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"supplier": " . "}, "supplier"),
        ({"number": " - "}, "invoice_number"),
        ({"description": " "}, "description"),
        ({"invoice_date": NOW.date() + DAY}, "invoice_date"),
        ({"net": 0, "vat": 0}, "net"),
        ({"net": -5}, "net"),
        ({"net": 100, "vat": 101}, "vat"),
        ({"content": b"nothing"}, "file"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(
    session: Session, vault: Vault, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        laid(session, vault, a_package(session), **wrong)
    assert refused.value.field == field


def test_each_work_package_has_its_sum_within_a_period(session: Session, vault: Vault) -> None:
    one, two = a_package(session), a_package(session, "WP2")
    first = booked(session, vault, one)
    booked(session, vault, one, number="2", now=NOW + 40 * DAY)
    booked(session, vault, two, number="3", net=5_000, vat=0)
    laid(session, vault, two, number="4", net=1_000, vat=0)
    found = expenses_by_work_package(session, scope=whole(session))
    assert [(row.package.number, row.approved_cents, row.waiting_cents) for row in found] == [
        ("WP1", 24_200, 0),
        ("WP2", 5_000, 1_000),
    ]
    march = expenses_by_work_package(session, scope=whole(session), since=date(2026, 3, 1), until=date(2026, 3, 31))
    assert [row.approved_cents for row in march] == [12_100, 5_000]
    reversal = lay_down_reversal(session, expense=first, reason="Vergissing.", actor=REGION, now=NOW + 40 * DAY)
    approve_expense(session, expense=reversal, actor=SECOND_OF_REGION, now=NOW + 40 * DAY)
    later = expenses_by_work_package(session, scope=whole(session), since=date(2026, 4, 1))
    assert [row.approved_cents for row in later] == [0, 0], "what was reversed in it is taken off"


def test_a_funder_sees_what_was_booked_on_its_own_lines_and_nothing_else(session: Session, vault: Vault) -> None:
    a_package(session, "WP0")
    own = a_line(session)
    package = a_package(session, budgets={own.id: 50_000})
    other = next(line for line in whole(session).lines if line.funder_id != own.funder_id)
    seen, hidden = booked(session, vault, package), booked(session, vault, package, number="2", line=other)
    waits = laid(session, vault, package, number="3")
    scope = scope_of_funder(session, own)
    assert expenses(session, scope=scope) == [seen] and expenses(session, scope=whole(session)) == [waits, hidden, seen]
    for one, there in ((seen, True), (hidden, False), (waits, False)):
        assert (expense_by_public_id(session, public_id=one.public_id, scope=scope) is not None) == there
    (total,) = [row for row in expenses_by_work_package(session, scope=scope) if row.package is package]
    assert (total.approved_cents, total.budget_cents, total.by_line) == (12_100, 50_000, {own.id: 12_100})
    assert total.waiting_cents == 0
    of_other = expenses_by_work_package(session, scope=scope_of_funder(session, other))
    assert [row.budget_cents for row in of_other] == [0, 0]


@pytest.mark.parametrize(
    "damage",
    [
        "approved_by = laid_down_by",
        "approved_at = NULL",
        "booked_on = NULL",
        "transfer_id = NULL",
        "state = 'laid_down'",
        "counted_cents = counted_cents + 1",
        "file_id = NULL",
        "sent_back_reason = 'x'",
        "reversal_reason = 'x'",
    ],
)
def test_the_database_ties_state_people_and_amounts_together(session: Session, vault: Vault, damage: str) -> None:
    expense = booked(session, vault, a_package(session))
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE expense SET {damage} WHERE id = {expense.id}"))
    session.rollback()


def test_the_invoice_of_an_expense_is_kept(session: Session, vault: Vault) -> None:
    expense = laid(session, vault, a_package(session))
    assert expense.file is not None
    assert remove_loose_files(session, vault=vault, now=NOW + 400 * DAY) == 0
    assert open_file(session, vault=vault, file=expense.file).startswith(b"%PDF")


def test_control_an_expense_that_the_books_do_not_know_is_seen(session: Session, vault: Vault) -> None:
    expense = booked(session, vault, a_package(session))
    assert list(expense_breaks(session)) == []
    raised = "net_cents = net_cents + 1, counted_cents = counted_cents + 1"
    session.execute(text(f"UPDATE expense SET {raised} WHERE id = {expense.id}"))
    assert [found.invariant for found in expense_breaks(session)] == ["E1"]
