"""What the region itself owes, as the files of the bank tell it: carried out, refused, sent back, and until then on the worklist."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.awarding.own_debts.models import OwnDebtState
from portal.ledger.models import Transfer
from portal.oversight.worklist.due import Due, due_items
from portal.oversight.worklist.for_me import due_for
from portal.oversight.worklist.queries import Whose
from portal.paying.own_payments import OwnDebtStand, debt_stands_at
from portal.paying.payments.models import Payment, PaymentState
from portal.paying.payments.queries import CANCEL_WITHIN, payables
from portal.paying.statements.actions import read_statement
from portal.paying.statements.queries import unmatched_lines
from portal.paying.statements.reports import ReportRead, read_report
from portal.post.messages.models import OutboxMessage
from tests.factories import ADVISOR, REGION
from tests.portal.paying.payments.test_payments import PAYER, confirm_returns, entry, statement
from tests.portal.paying.statements.test_reports import about, report
from tests.portal.second_look.late_decisions.test_penalties_paid import (
    LATER,
    at_the_bank,
    give,
    settled,
    sound,
    the_debt,
)

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TOLD = LATER + CANCEL_WITHIN + timedelta(hours=1)
DAY = TOLD.date().isoformat()


def said(payment: Payment, *, euros: str = "357.00", credit: bool = False, reason: str = "") -> bytes:
    line = entry(payment.end_to_end_id, euros, credit=credit, reason=reason)
    return statement(line.replace("2026-03-04", DAY))


def read(session: Session, content: bytes) -> tuple[int, int, int]:
    found = read_statement(session, content=content, actor=REGION, now=TOLD, payer=PAYER)
    return found.executed, found.returned, found.known


def due(session: Session, at: datetime = TOLD) -> list[tuple[str, date | None, bool]]:
    """What stands on both worklists about it."""
    one = due_items(session, actor=ADVISOR, now=at)
    two = due_for(session, actor=ADVISOR, now=at, whose=Whose.EVERYBODY).items
    rows = [[(row.about, row.due_on, row.overdue) for row in rows if row.what is Due.OWN_DEBT] for rows in (one, two)]
    assert rows[0] == rows[1]
    return rows[0]


def told(session: Session) -> list[str]:
    rows = select(OutboxMessage.template).where(OutboxMessage.template.startswith("payment/"))
    return list(session.scalars(rows.order_by(OutboxMessage.id)))


def test_a_statement_books_what_was_carried_out_and_then_what_came_back(session: Session) -> None:
    settled(session)
    owed, rows = the_debt(session), session.scalar(select(func.count(Transfer.id)))
    assert due(session) == [(owed.public_id, date(2026, 7, 15), False)], "who gets it is asked for an account"
    assert due(session, LATER + timedelta(days=40)) == [(owed.public_id, date(2026, 7, 15), True)]
    give(session)
    assert due(session) == []
    payment = at_the_bank(session)
    assert read(session, said(payment, euros="356.99")) == (0, 0, 0)
    assert [one.key for one in unmatched_lines(session, actor=REGION)] == [payment.end_to_end_id], (
        "another amount waits"
    )
    assert owed.state is OwnDebtState.OPEN
    assert read(session, said(payment)) == (1, 0, 0)
    assert (owed.state, owed.paid_on, owed.reference) == (OwnDebtState.PAID, TOLD.date(), payment.end_to_end_id)
    assert (payment.state, told(session)) == (
        PaymentState.EXECUTED,
        ["payment/account_given", "payment/own_paid"],
    ) and sound(session)
    assert read(session, said(payment)) == (0, 0, 1), "the same file again changes nothing"
    assert read(session, said(payment, credit=True, reason="AC04")) == (0, 1, 0)
    assert owed.state is OwnDebtState.PAID, "one person makes nothing payable again"
    assert confirm_returns(session, now=TOLD) == 1
    assert (owed.state, owed.iban, payment.state) == (OwnDebtState.OPEN, None, PaymentState.RETURNED)
    assert debt_stands_at(session, owed=owed) is OwnDebtStand.RETURNED and sound(session)
    assert told(session)[2:] == ["payment/other_account"] and len(due(session)) == 1
    [again] = payables(session)
    assert (again.own_debt, again.iban, again.amount_cents) == (owed, None, 35_700)
    assert session.scalar(select(func.count(Transfer.id))) == rows, "the books have no row of it"


def test_a_report_of_the_bank_refuses_it_and_it_is_paid_once_on_another_account(session: Session) -> None:
    settled(session)
    owed = the_debt(session)
    give(session)
    payment = at_the_bank(session)
    line = about(payment.end_to_end_id, "RJCT", reason="AC01", euros="357.00", account=PAYER.iban)
    content = report(payment.batch.number, line, group="RJCT").replace(b"2026-03-04", DAY.encode())
    found = read_report(session, content=content, actor=REGION, now=TOLD)
    assert found == ReportRead(refused=1, noted=0, known=0, strange=())
    assert confirm_returns(session, now=TOLD) == 1
    assert (owed.state, payment.return_reason, owed.paid_on) == (OwnDebtState.OPEN, "AC01", None) and sound(session)
    assert len(due(session)) == 1
    give(session, PAYER.iban)
    second = at_the_bank(session)
    assert (second.own_debt_id, second.iban, due(session)) == (owed.id, PAYER.iban, [])
    assert read(session, said(second)) == (1, 0, 0)
    assert owed.state is OwnDebtState.PAID and sound(session)
    assert read(session, said(payment)) == (0, 0, 0), (
        "what was refused and is said to be paid after all waits for a person"
    )
    assert len(unmatched_lines(session, actor=REGION)) == 1 and sound(session)
