"""A file of the bank is somebody's word: what it says to have come back is paid again only when a second person confirms it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.paying.by_hand.actions import confirm_outcome, withdraw_outcome
from portal.paying.by_hand.queries import waiting_outcome, waiting_outcomes
from portal.paying.payments.actions import leave_out, make_batch, release_batch
from portal.paying.payments.models import Payment, PaymentBatch, PaymentState
from portal.paying.payments.queries import paid_before, payables
from portal.paying.statements.actions import read_statement
from portal.paying.statements.queries import unmatched_lines
from portal.paying.statements.reports import read_report
from portal.people.actor import Actor, Audience
from portal.platform.errors import Refusal
from tests.factories import REGION
from tests.portal.paying.payments.test_payments import (
    LATER,
    PAYER,
    SECOND,
    a_sent_batch,
    books,
    confirm_returns,
    entry,
    owed,
    statement,
)
from tests.portal.paying.statements.test_reports import about, report

__all__ = ["owed"]

THIRD = Actor(Audience.REGION, account_id=913, display_name="Derde Persoon")


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refusal) as found:
        act()
    assert found.value.code == code


def a_statement(session: Session, payment: Payment, actor: Actor = REGION, day: str = "2026-03-04") -> Any:
    """Made up by who reads it: in the format of the bank, about an account of the desk, with a return that never was."""
    line = entry(payment.end_to_end_id, "700.00", credit=True, reason="AC04").replace("2026-03-04", day)
    return read_statement(session, content=statement(line), actor=actor, now=LATER, payer=PAYER)


def a_report(session: Session, payment: Payment, actor: Actor = REGION, day: str = "2026-03-04") -> Any:
    content = report(payment.batch.number, about(payment.end_to_end_id, "RJCT", reason="AC04"))
    return read_report(session, content=content.replace(b"2026-03-04", day.encode()), actor=actor, now=LATER)


FORGED = pytest.mark.parametrize("forged", [a_statement, a_report])
paid_first = pytest.mark.parametrize("paid", [True, False])


def the_first(session: Session, *, paid: bool = False) -> Payment:
    one = a_sent_batch(session).payments[0]
    if paid:
        line = entry(one.end_to_end_id, "700.00").replace("2026-03-04", "2026-03-03")
        read_statement(session, content=statement(line), actor=SECOND, now=LATER)
    return one


def released(session: Session, actor: Actor, made_by: Actor = SECOND) -> PaymentBatch:
    batch = make_batch(session, actor=made_by, now=LATER)
    return release_batch(session, batch=batch, payer=PAYER, actor=actor, now=LATER)


@FORGED
def test_a_forged_return_that_one_person_reads_makes_nothing_payable_again(
    session: Session, owed: Any, forged: Any
) -> None:
    one = the_first(session, paid=forged is a_statement)
    before = (one.state, books(session, owed[0]))
    forged(session, one)
    assert (one.state, books(session, owed[0])) == before, "it used to be returned by this"
    assert payables(session) == []
    refused("nothing_to_pay", lambda: make_batch(session, actor=SECOND, now=LATER))
    [waits] = waiting_outcomes(session, actor=SECOND)
    assert (waits.payment_id, waits.bank_code, waits.proposed_by) == (one.id, "AC04", REGION.reference)
    assert "AC04" in waits.reason
    refused("second_person", lambda: confirm_outcome(session, proposed=waits, actor=REGION, now=LATER))


@FORGED
@paid_first
def test_control_a_return_that_a_second_person_confirms_is_paid_again(
    session: Session, owed: Any, forged: Any, paid: bool
) -> None:
    one = the_first(session, paid=paid and forged is a_statement)
    forged(session, one)
    assert confirm_returns(session) == 1
    assert (one.state, one.return_reason, books(session, owed[0])) == (PaymentState.RETURNED, "AC04", (100_000, 0))
    assert (one.return_read_by, one.return_confirmed_by) == (REGION.reference, SECOND.reference)
    assert [due.amount_cents for due in payables(session)] == [70_000]


@FORGED
def test_what_a_second_person_takes_back_is_not_paid_again_and_can_be_read_anew(
    session: Session, owed: Any, forged: Any
) -> None:
    one = the_first(session)
    forged(session, one)
    [waits] = waiting_outcomes(session, actor=SECOND)
    withdraw_outcome(session, proposed=waits, actor=SECOND, now=LATER)
    assert payables(session) == [] and one.state is PaymentState.SENT
    a_statement(session, one, day="2026-03-05")
    assert len(waiting_outcomes(session, actor=SECOND)) == 1


def test_the_same_return_in_another_file_is_known_and_waits_once(session: Session, owed: Any) -> None:
    one = the_first(session)
    assert a_statement(session, one).returned == 1
    again = a_statement(session, one, actor=SECOND, day="2026-03-05")
    assert (again.returned, again.known, again.strange) == (0, 1, ())
    assert a_report(session, one).known == 1
    assert len(waiting_outcomes(session, actor=SECOND)) == 1


def test_money_that_left_before_it_came_back_is_booked_while_the_return_waits(session: Session, owed: Any) -> None:
    one = the_first(session)
    a_statement(session, one)
    line = entry(one.end_to_end_id, "700.00")
    assert read_statement(session, content=statement(line), actor=SECOND, now=LATER).executed == 1
    assert (one.state, books(session, owed[0])) == (PaymentState.EXECUTED, (100_000, 70_000))
    assert confirm_returns(session) == 1 and books(session, owed[0]) == (100_000, 0)


@FORGED
def test_money_that_left_after_a_return_that_waits_is_looked_at_by_a_person(
    session: Session, owed: Any, forged: Any
) -> None:
    one = the_first(session)
    forged(session, one)
    line = entry(one.end_to_end_id, "700.00").replace("2026-03-04", "2026-03-05")
    read = read_statement(session, content=statement(line), actor=SECOND, now=LATER)
    assert (read.executed, len(read.strange)) == (0, 1) and len(unmatched_lines(session, actor=REGION)) == 1
    assert waiting_outcome(session, payment=one) is not None


def test_who_read_the_return_does_not_release_what_pays_again(session: Session, owed: Any) -> None:
    one = the_first(session)
    a_statement(session, one)
    confirm_returns(session)
    batch = make_batch(session, actor=SECOND, now=LATER)
    refused("read_the_return", lambda: release_batch(session, batch=batch, payer=PAYER, actor=REGION, now=LATER))
    assert paid_before(session, payments=batch.counted) == {batch.payments[0].id: one}
    release_batch(session, batch=batch, payer=PAYER, actor=THIRD, now=LATER)


def test_two_people_can_still_pay_again_when_who_read_it_makes_the_batch(session: Session, owed: Any) -> None:
    one = the_first(session)
    a_statement(session, one)
    confirm_returns(session)
    assert released(session, SECOND, made_by=REGION).total_cents == 70_000


def test_control_a_batch_without_what_came_back_is_released_by_who_read_it(session: Session, owed: Any) -> None:
    one, two = a_sent_batch(session).payments
    content = report(one.batch.number, *(about(each.end_to_end_id, "RJCT") for each in (one, two)))
    read_report(session, content=content, actor=REGION, now=LATER)
    [first, second] = waiting_outcomes(session, actor=THIRD)
    confirm_outcome(session, proposed=first, actor=THIRD, now=LATER)
    withdraw_outcome(session, proposed=second, actor=THIRD, now=LATER)
    a_report(session, two, actor=THIRD, day="2026-03-05")
    content = report(two.batch.number, about(two.end_to_end_id, "RJCT", reason="MS03")).replace(b"B-1", b"B-7")
    read_report(session, content=content, actor=THIRD, now=LATER)
    confirm_returns(session, actor=SECOND)
    batch = make_batch(session, actor=SECOND, now=LATER)
    refused("read_the_return", lambda: release_batch(session, batch=batch, payer=PAYER, actor=REGION, now=LATER))
    mine = next(each for each in batch.payments if each.redemption_id == one.redemption_id)
    leave_out(session, payment=mine, actor=SECOND, now=LATER)
    release_batch(session, batch=batch, payer=PAYER, actor=REGION, now=LATER)


def test_the_database_itself_refuses_one_person_for_both(session: Session, owed: Any) -> None:
    one = the_first(session)
    a_statement(session, one)
    confirm_returns(session)
    one.return_confirmed_by = one.return_read_by
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_database_keeps_who_read_a_return_only_with_a_return(session: Session, owed: Any) -> None:
    one = the_first(session)
    one.return_read_by = one.return_read_by_name = "account:1"
    one.return_confirmed_by = one.return_confirmed_by_name = "account:2"
    with pytest.raises(IntegrityError):
        session.flush()
