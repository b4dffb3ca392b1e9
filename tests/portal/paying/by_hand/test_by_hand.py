"""What became of a payment is recorded by hand by two people with a reason, and booked as if the bank had said it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.paying.by_hand.actions import HandFinding, confirm_outcome, propose_outcome, withdraw_outcome
from portal.paying.by_hand.models import HandOutcome, OutcomeByHand
from portal.paying.by_hand.queries import (
    outcomes_by_hand,
    possible_outcomes,
    waiting_outcome,
    waiting_outcomes,
)
from portal.paying.payments.actions import make_batch, release_batch
from portal.paying.payments.models import BatchState, Payment, PaymentState, RepaymentState
from portal.paying.payments.queries import payables
from portal.paying.statements.actions import read_statement
from portal.people.actor import Actor
from portal.people.audit.models import AuditEvent
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from tests.factories import ADVISOR, NOW, REGION
from tests.portal.at_once import at_once
from tests.portal.paying.payments.test_batches_at_once import a_batch_at_the_bank, meanwhile, reads
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
from tests.portal.paying.settling_again import test_paying_back as paying_back
from tests.portal.paying.settling_again.owing import OWED, SETTLED_AGAIN, owed_to_the_holder

__all__ = ["owed"]

PAID, BACK = HandOutcome.CARRIED_OUT, HandOutcome.CAME_BACK
DAY, TODAY = timedelta(days=1), LATER.date()
KNOWN = "Gebeld met de bank, mevrouw Jansen."


def proposed(
    session: Session, payment: Payment, outcome: HandOutcome = PAID, on: date = TODAY, actor: Actor = REGION
) -> OutcomeByHand:
    return propose_outcome(session, payment=payment, found=HandFinding(outcome, on, KNOWN), actor=actor, now=LATER)


def refused(code: str, work: Callable[[], object], field: str | None = None) -> None:
    with pytest.raises(Refusal) as found:
        work()
    assert (found.value.code, found.value.field) == (code, field)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What providers are told."""
    templates: list[str] = []
    monkeypatch.setattr(
        "portal.paying.bank_outcomes.tell_provider", lambda _session, *, template, **_more: templates.append(template)
    )
    return templates


def logged(session: Session) -> list[tuple[str, str]]:
    rows = select(AuditEvent.action, AuditEvent.actor).where(AuditEvent.object_kind == "payment")
    return [(action, actor) for action, actor in session.execute(rows.order_by(AuditEvent.id))]


def test_two_people_record_that_a_payment_was_carried_out(session: Session, owed: Any, told: list[str]) -> None:
    batch = a_sent_batch(session)
    one, two = batch.payments
    first = proposed(session, one)
    assert (one.state, waiting_outcome(session, payment=one)) == (PaymentState.SENT, first), "nothing is booked yet"
    assert books(session, owed[0]) == (100_000, 0)
    confirm_outcome(session, proposed=first, actor=SECOND, now=LATER + DAY)
    assert (one.state, one.executed_on, first.confirmed_by) == (
        PaymentState.EXECUTED,
        TODAY,
        SECOND.reference,
    )
    assert books(session, owed[0]) == (100_000, 70_000) and batch.state is BatchState.EXPORTED
    assert told == ["provider/paid"]
    confirm_outcome(session, proposed=proposed(session, two, actor=SECOND), actor=REGION, now=LATER)
    assert batch.state is BatchState.CLOSED, "everything in it is known"
    assert logged(session)[:3] == [
        ("payment.outcome_proposed", REGION.reference),
        ("payment.executed", SECOND.reference),
        ("payment.outcome_confirmed", SECOND.reference),
    ]


def test_a_payment_that_the_bank_refused_is_to_be_paid_again_and_nobody_is_told_that_it_was_paid(
    session: Session, owed: Any, told: list[str]
) -> None:
    one, _ = a_sent_batch(session).payments
    confirm_outcome(session, proposed=proposed(session, one, BACK), actor=SECOND, now=LATER)
    assert (one.state, one.return_reason) == (PaymentState.RETURNED, "by_hand")
    assert told == ["provider/payment_returned"]
    assert books(session, owed[0]) == (100_000, 0)
    assert [item.amount_cents for item in payables(session)] == [70_000]
    refused("outcome_known", lambda: proposed(session, one, BACK))


def test_what_was_carried_out_can_still_be_recorded_as_come_back_and_not_as_carried_out_again(
    session: Session, owed: Any
) -> None:
    one, _ = a_sent_batch(session).payments
    read_statement(session, content=statement(entry(one.end_to_end_id, "700.00")), actor=REGION, now=LATER + 7 * DAY)
    assert possible_outcomes(one) == (BACK,)
    refused("outcome_known", lambda: proposed(session, one, PAID))
    refused("day_out_of_range", lambda: proposed(session, one, BACK, on=TODAY - DAY), "on")
    later = HandFinding(BACK, one.executed_on, KNOWN)
    waits = propose_outcome(session, payment=one, found=later, actor=REGION, now=LATER + 7 * DAY)
    confirm_outcome(session, proposed=waits, actor=SECOND, now=LATER + 7 * DAY)
    assert books(session, owed[0]) == (100_000, 0)


def test_a_return_that_the_bank_undid_is_recorded_and_the_invoice_is_not_paid_once_more(
    session: Session, owed: Any
) -> None:
    one, _ = a_sent_batch(session).payments
    back = entry(one.end_to_end_id, "700.00", credit=True, reason="AC04").replace("2026-03-04", "2026-03-03")
    read_statement(session, content=statement(back), actor=REGION, now=LATER)
    confirm_returns(session)
    assert [item.amount_cents for item in payables(session)] == [70_000]
    assert possible_outcomes(one) == (PAID,)
    confirm_outcome(session, proposed=proposed(session, one), actor=SECOND, now=LATER)
    assert (one.state, one.returned_on, one.executed_on) == (PaymentState.EXECUTED, None, TODAY)
    assert books(session, owed[0]) == (100_000, 70_000) and payables(session) == []
    confirm_outcome(session, proposed=proposed(session, one, BACK), actor=SECOND, now=LATER)
    assert books(session, owed[0]) == (100_000, 0), "and it can still come back"
    assert [item.amount_cents for item in payables(session)] == [70_000]


def test_a_return_is_not_undone_while_the_same_money_is_in_another_payment(session: Session, owed: Any) -> None:
    one, _ = a_sent_batch(session).payments
    back = entry(one.end_to_end_id, "700.00", credit=True, reason="AC04").replace("2026-03-04", "2026-03-03")
    read_statement(session, content=statement(back), actor=REGION, now=LATER)
    confirm_returns(session)
    waits = proposed(session, one)
    again = make_batch(session, actor=REGION, now=LATER)
    with session.begin_nested():
        refused("taken_elsewhere", lambda: confirm_outcome(session, proposed=waits, actor=SECOND, now=LATER))
        session.expire_all()
    assert one.state is PaymentState.RETURNED and again.total_cents == 70_000
    assert books(session, owed[0]) == (100_000, 0)


def test_what_is_owed_to_a_holder_and_went_there_after_all_is_owed_no_more(session: Session) -> None:
    repayment = owed_to_the_holder(session)
    paying_back.give(session, repayment)
    payment, now = paying_back.sent(session), SETTLED_AGAIN + 3 * DAY
    paying_back.bank_says(session, payment, back="AC04")
    assert repayment.state is RepaymentState.OPEN and payment.returned_on is not None
    payment.returned_on = now.date()
    waits = propose_outcome(session, payment=payment, found=HandFinding(PAID, now.date(), KNOWN), actor=REGION, now=now)
    confirm_outcome(session, proposed=waits, actor=SECOND, now=now)
    assert (repayment.state, repayment.reference) == (RepaymentState.PAID, payment.end_to_end_id)
    assert paying_back.books(session, repayment) == (OWED, OWED)


def test_one_person_alone_records_nothing(session: Session, owed: Any) -> None:
    one, _ = a_sent_batch(session).payments
    waits = proposed(session, one)
    refused("second_person", lambda: confirm_outcome(session, proposed=waits, actor=REGION, now=LATER))
    refused("outcome_waits", lambda: proposed(session, one, BACK, actor=SECOND))
    for act in (confirm_outcome, withdraw_outcome):
        refused("not_yours", lambda act=act: act(session, proposed=waits, actor=ADVISOR, now=LATER))
    refused("not_yours", lambda: proposed(session, one, actor=ADVISOR))
    assert waiting_outcomes(session, actor=ADVISOR) == [] and waiting_outcomes(session, actor=REGION) == [waits]
    assert books(session, owed[0]) == (100_000, 0)
    waits.confirmed_at, waits.confirmed_by, waits.confirmed_by_name = LATER, REGION.reference, "Regina"
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_reason_and_a_day_since_the_file_went_to_the_bank_are_needed(session: Session, owed: Any) -> None:
    one, _ = a_sent_batch(session).payments
    nothing_said = HandFinding(PAID, TODAY, "  ")
    refused(
        "reason_missing",
        lambda: propose_outcome(session, payment=one, found=nothing_said, actor=REGION, now=LATER),
        "reason",
    )
    for day in (TODAY - DAY, TODAY + DAY):
        refused("day_out_of_range", lambda day=day: proposed(session, one, on=day), "on")
    assert outcomes_by_hand(session, payment=one) == []


def test_before_the_file_went_to_the_bank_there_is_no_outcome(session: Session, owed: Any) -> None:
    batch = make_batch(session, actor=REGION, now=NOW)
    [one, _] = batch.payments
    refused("outcome_known", lambda: proposed(session, one))
    release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)
    refused("outcome_known", lambda: proposed(session, one))


def test_what_was_withdrawn_cannot_be_confirmed_and_can_be_proposed_anew(session: Session, owed: Any) -> None:
    one, _ = a_sent_batch(session).payments
    waits = proposed(session, one, BACK)
    withdraw_outcome(session, proposed=waits, actor=REGION, now=LATER)
    refused("outcome_moved_on", lambda: confirm_outcome(session, proposed=waits, actor=SECOND, now=LATER))
    confirm_outcome(session, proposed=proposed(session, one), actor=SECOND, now=LATER)
    assert [item.withdrawn_at is None for item in outcomes_by_hand(session, payment=one)] == [False, True]
    refused("outcome_moved_on", lambda: withdraw_outcome(session, proposed=waits, actor=SECOND, now=LATER))


def test_what_a_statement_said_meanwhile_is_not_recorded_once_more(session: Session, owed: Any) -> None:
    one, _ = a_sent_batch(session).payments
    waits = proposed(session, one)
    read_statement(session, content=statement(entry(one.end_to_end_id, "700.00")), actor=REGION, now=LATER)
    refused("outcome_known", lambda: confirm_outcome(session, proposed=waits, actor=SECOND, now=LATER))
    session.expire_all()
    assert books(session, owed[0]) == (100_000, 70_000)


def the_payment(session: Session) -> Payment:
    return session.scalars(select(Payment).order_by(Payment.id)).first()  # type: ignore[return-value]


def confirms(session: Session) -> Callable[[], object]:
    waits = waiting_outcome(session, payment=the_payment(session))
    assert waits is not None and waits.payment.spends, "all of it is loaded"
    return lambda: confirm_outcome(session, proposed=waits, actor=SECOND, now=LATER)


@pytest.mark.parametrize("together", [True, False])
def test_of_who_confirms_and_who_reads_the_statement_one_books_it_and_the_other_sees_it(
    engine: Engine, together: bool
) -> None:
    key, _ = unit_of_work(engine, a_batch_at_the_bank)
    unit_of_work(engine, lambda session: proposed(session, the_payment(session)))
    line = entry(key, "700.00")
    if together:
        assert at_once(engine, confirms, reads(line)) in (["done", "done"], ["outcome_known", "done"])
    else:
        refused("outcome_known", lambda: meanwhile(engine, mine=confirms, theirs=reads(line)))
    with Session(engine) as session:
        assert the_payment(session).state is PaymentState.EXECUTED
        assert [action for action, _ in logged(session)].count("payment.executed") == 1
