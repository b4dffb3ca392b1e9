"""What is owed to a holder goes through the bank: the account asked, a batch of two people, the statement, and coming back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from xml.etree import ElementTree

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.ledger.invariants import verify
from portal.ledger.models import Transfer, TransferKind
from portal.ledger.queries import Figures, figures
from portal.paying.payments.actions import export_batch, give_account, leave_out, make_batch, note_repaid, release_batch
from portal.paying.payments.models import PayeeKind, Payment, PaymentBatch, PaymentState, Repayment, RepaymentState
from portal.paying.payments.pain001 import PayingAccount
from portal.paying.payments.queries import CANCEL_WITHIN, OwedState, payables, payment_breaks, stands_at
from portal.paying.settling_again.queries import settlement_breaks
from portal.paying.statements.actions import read_statement
from portal.people.actor import Actor
from portal.people.audit.models import AuditEvent
from portal.platform.database import Base, unit_of_work
from portal.platform.errors import Refusal
from portal.platform.guarded import hold
from portal.post.messages.models import OutboxMessage
from tests.factories import ADVISOR, REGION, SECOND, a_voucher, asker
from tests.portal.at_once import at_once
from tests.portal.paying.payments.test_payments import SECOND as RELEASES
from tests.portal.paying.payments.test_payments import confirm_returns, entry, statement
from tests.portal.paying.settling_again.owing import OWED, SETTLED_AGAIN, owed_to_the_holder, question_of

IBAN, OTHER = "NL39RABO0300065264", "NL91ABNA0417164300"
DAY = timedelta(days=1)
PAYER = PayingAccount("Regio Proefland", "NL91ABNA0417164300")


def give(session: Session, owed: Repayment, iban: str = IBAN, actor: Actor | None = None) -> list[Repayment]:
    question = question_of(session, owed)
    return give_account(
        session,
        question=question,
        payee_name=" Sam  de Vries ",
        iban=iban,
        actor=actor or asker(question),
        now=SETTLED_AGAIN,
    )


def batch_of(session: Session, now: Any = SETTLED_AGAIN) -> PaymentBatch:
    return make_batch(session, actor=REGION, now=now)


def release(session: Session, batch: PaymentBatch, now: Any = SETTLED_AGAIN) -> PaymentBatch:
    return release_batch(session, batch=batch, payer=PAYER, actor=RELEASES, now=now)


def sent(session: Session, now: Any = SETTLED_AGAIN) -> Payment:
    """A batch with what is owed, given to the bank."""
    batch = release(session, batch_of(session, now), now)
    export_batch(session, batch=batch, actor=REGION, now=now + CANCEL_WITHIN)
    [payment] = batch.payments
    return payment


def bank_says(session: Session, payment: Payment, *, back: str = "") -> Any:
    line = entry(payment.end_to_end_id, "700.00", credit=bool(back), reason=back)
    now = SETTLED_AGAIN + 3 * DAY
    read = read_statement(session, content=statement(line), actor=REGION, now=now)
    confirm_returns(session, actor=RELEASES, now=now)
    return read


def note(session: Session, owed: Repayment, reference: str = "B7") -> Repayment:
    return note_repaid(
        session, repayment=owed, paid_on=SETTLED_AGAIN.date(), reference=reference, actor=ADVISOR, now=SETTLED_AGAIN
    )


def books(session: Session, owed: Repayment) -> tuple[int, int]:
    """What is spent and paid for the voucher; everything agrees."""
    session.flush()
    assert verify(session) == [] and settlement_breaks(session) == [] and list(payment_breaks(session)) == []
    found = figures(session, by=("voucher_id",)).get((owed.voucher_id,), Figures())
    return found.spent_cents, found.paid_cents


def told(session: Session, template: str) -> int:
    rows = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.template == template)
    return int(session.scalar(rows) or 0)


def refused(code: str, work: Callable[[], object], field: str | None = None) -> None:
    with pytest.raises(Refusal) as found:
        work()
    assert (found.value.code, found.value.field) == (code, field)


def test_the_holder_gives_an_account_and_is_paid_through_a_batch_of_two_people(session: Session) -> None:
    owed = owed_to_the_holder(session)
    [one] = payables(session)
    assert (one.repayment, one.payee, one.iban, one.amount_cents) == (owed, PayeeKind.HOLDER, None, OWED)
    refused("nothing_to_pay", lambda: batch_of(session))
    assert give(session, owed) == [owed] and owed.payee_name == "Sam de Vries"
    batch = batch_of(session)
    [payment] = batch.payments
    assert (payment.payee_name, payment.iban, payment.amount_cents) == ("Sam de Vries", IBAN, OWED)
    assert payables(session) == [] and books(session, owed) == (OWED, 0)
    refused("second_person", lambda: release_batch(session, batch=batch, payer=PAYER, actor=REGION, now=SETTLED_AGAIN))
    release(session, batch)
    text = export_batch(session, batch=batch, actor=REGION, now=SETTLED_AGAIN + CANCEL_WITHIN)
    tree = ElementTree.fromstring(text)
    said = [tree.findtext(f".//{{*}}CdtTrfTxInf//{{*}}{name}") for name in ("InstdAmt", "Nm", "IBAN", "EndToEndId")]
    assert said == ["700.00", "Sam de Vries", IBAN, payment.end_to_end_id]
    assert stands_at(session, repayment=owed) is OwedState.ON_ITS_WAY
    read = bank_says(session, payment)
    assert (read.executed, read.strange) == (1, ())
    assert (owed.state, owed.reference, owed.paid_on) == (
        RepaymentState.PAID,
        payment.end_to_end_id,
        payment.executed_on,
    )
    assert books(session, owed) == (OWED, OWED) and told(session, "payment/paid") == 1
    refused("repaid_before", lambda: note(session, owed))
    refused("nothing_owed", lambda: give(session, owed))


def test_what_the_bank_sends_back_is_owed_again_and_goes_to_another_account(session: Session) -> None:
    owed = owed_to_the_holder(session)
    give(session, owed)
    payment = sent(session)
    bank_says(session, payment)
    read = bank_says(session, payment, back="AC04")
    assert (read.returned, payment.state) == (1, PaymentState.RETURNED)
    assert (owed.state, owed.iban, owed.paid_on, owed.reference) == (RepaymentState.OPEN, None, None, None)
    assert stands_at(session, repayment=owed) is OwedState.RETURNED
    assert told(session, "payment/other_account") == 1 and told(session, "payment/returned") == 0
    assert books(session, owed) == (OWED, 0)
    refused("nothing_to_pay", lambda: batch_of(session))
    give(session, owed, OTHER)
    again = sent(session, SETTLED_AGAIN + 4 * DAY)
    assert (again.iban, again.amount_cents, again.repayment_id) == (OTHER, OWED, owed.id)
    bank_says(session, again)
    assert owed.state is RepaymentState.PAID and books(session, owed) == (OWED, OWED)
    acts = session.scalars(
        select(AuditEvent.action).where(AuditEvent.action.startswith("repayment.")).order_by(AuditEvent.id)
    ).all()
    assert acts == [
        "repayment.account_given",
        "repayment.paid",
        "repayment.returned",
        "repayment.account_given",
        "repayment.paid",
    ]


def test_another_account_can_be_given_until_the_bank_has_it(session: Session) -> None:
    owed = owed_to_the_holder(session)
    give(session, owed)
    batch = batch_of(session)
    give(session, owed, OTHER)
    refused("payment_changed", lambda: release(session, batch))
    leave_out(session, payment=batch.payments[0], actor=REGION, now=SETTLED_AGAIN)
    [payment] = release(session, batch_of(session)).payments
    assert payment.iban == OTHER
    refused("payment_on_its_way", lambda: give(session, owed))
    assert owed.iban == OTHER and books(session, owed) == (OWED, 0)


@pytest.mark.parametrize("back", [False, True], ids=["never sent", "came back"])
def test_what_goes_another_way_is_written_down_unless_it_is_in_a_batch(session: Session, back: bool) -> None:
    owed = owed_to_the_holder(session)
    give(session, owed)
    if back:
        bank_says(session, sent(session), back="AC04")
        give(session, owed, OTHER)
    batch = batch_of(session)
    refused("in_a_payment", lambda: note(session, owed))
    leave_out(session, payment=batch.payments[0], actor=REGION, now=SETTLED_AGAIN)
    note(session, owed)
    assert (owed.state, owed.reference) == (RepaymentState.PAID, "B7") and payables(session) == []
    assert books(session, owed) == (OWED, OWED)


def test_only_the_holder_or_an_advisor_gives_an_account_that_can_exist(session: Session) -> None:
    owed = owed_to_the_holder(session)
    mine, other = question_of(session, owed), a_voucher(session)
    stranger = asker(question_of(session, Repayment(voucher_id=other.id)))
    for actor in (stranger, REGION):
        refused("not_yours", lambda actor=actor: give(session, owed, actor=actor))  # type: ignore[misc]
    refused("iban", lambda: give(session, owed, "NL39RABO0300065265"), "iban")
    for name in (" ", "x" * 71):
        wrong = {"payee_name": name, "iban": IBAN, "actor": asker(mine), "now": SETTLED_AGAIN}
        refused("payee_name", lambda w=wrong: give_account(session, question=mine, **w), "payee_name")  # type: ignore[misc]
    assert owed.iban is None
    assert give(session, owed, actor=SECOND) == [owed] and owed.account_given_by == SECOND.reference


def test_an_account_number_stays_out_of_the_log_and_the_messages(session: Session) -> None:
    owed = owed_to_the_holder(session)
    give(session, owed)
    bank_says(session, sent(session), back="AC04")
    logged = [str(vars(one)) for one in session.scalars(select(AuditEvent)).all()]
    posted = [str(vars(one)) for one in session.scalars(select(OutboxMessage)).all()]
    assert logged and posted and not [one for one in (*logged, *posted) if IBAN in one or "Sam de Vries" in one]


def test_a_lie_about_what_is_owed_is_found_by_the_check(session: Session) -> None:
    owed = owed_to_the_holder(session)
    assert books(session, owed) == (OWED, 0)
    owed.state, owed.paid_on, owed.paid_at = RepaymentState.PAID, SETTLED_AGAIN.date(), SETTLED_AGAIN
    owed.paid_by, owed.reference = ADVISOR.reference, "B"
    session.flush()
    assert [found.invariant for found in payment_breaks(session)] == ["P3"]


# At the same moment ----------------------------------------------------------------------------------------------------


def ready(session: Session) -> tuple[int, int]:
    """What is owed is in a batch that waits for the second person."""
    owed = owed_to_the_holder(session)
    give(session, owed)
    return owed.id, batch_of(session).id


def act_release(batch_id: int) -> Callable[[Session], Callable[[], object]]:
    def read(session: Session) -> Callable[[], object]:
        batch = session.get_one(PaymentBatch, batch_id)
        assert batch.payments
        return lambda: release(session, batch)

    return read


def act_give(owed_id: int) -> Callable[[Session], Callable[[], object]]:
    def read(session: Session) -> Callable[[], object]:
        owed = session.get_one(Repayment, owed_id)
        return lambda: give(session, owed, OTHER)

    return read


def test_of_a_release_and_another_account_at_once_the_money_never_goes_to_the_old_one(engine: Engine) -> None:
    owed_id, batch_id = unit_of_work(engine, ready)
    outcomes = at_once(engine, act_release(batch_id), act_give(owed_id))
    assert outcomes in (["done", "payment_on_its_way"], ["payment_changed", "done"])
    with Session(engine) as session:
        payment = session.scalars(select(Payment)).one()
        owed = session.get_one(Repayment, owed_id)
        assert payment.state is not PaymentState.SENT or payment.iban == owed.iban
        assert books(session, owed) == (OWED, 0)


# A writer holds the only lock of SQLite from its first statement, so that two can never have looked before one has written.
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_control_without_the_lock_the_money_goes_to_the_account_that_was_replaced(engine: Engine) -> None:
    owed_id, batch_id = unit_of_work(engine, ready)

    def not_what_is_owed(session: Session, record: Base, /, *still: Any, otherwise: Refusal | None = None) -> bool:
        return isinstance(record, Repayment) or hold(session, record, *still, otherwise=otherwise)

    with (
        patch("portal.paying.payments.actions.hold", not_what_is_owed),
        patch("portal.paying.payments.actions.last_payment", lambda *_, **__: None),  # as it was before the release
        patch("portal.paying.payments.actions._still_owed"),
    ):
        assert at_once(engine, act_release(batch_id), act_give(owed_id)) == ["done", "done"]
    with Session(engine) as session:
        payment, owed = session.scalars(select(Payment)).one(), session.get_one(Repayment, owed_id)
        assert (payment.state, payment.iban, owed.iban) == (PaymentState.SENT, IBAN, OTHER)


def test_of_a_batch_and_a_note_at_once_the_holder_is_paid_once(engine: Engine) -> None:
    def prepare(session: Session) -> int:
        owed = owed_to_the_holder(session)
        give(session, owed)
        return owed.id

    owed_id = unit_of_work(engine, prepare)

    def act_note(session: Session) -> Callable[[], object]:
        owed = session.get_one(Repayment, owed_id)
        return lambda: note(session, owed)

    outcomes = at_once(engine, lambda session: lambda: batch_of(session), act_note)
    assert outcomes in (["done", "in_a_payment"], ["nothing_to_pay", "done"])
    with Session(engine) as session:
        owed = session.get_one(Repayment, owed_id)
        paid = select(func.sum(Transfer.amount_cents)).where(
            Transfer.kind == TransferKind.PAY, Transfer.decision_id.is_not(None)
        )
        assert session.scalar(paid) == (2 * OWED if outcomes[1] == "done" else OWED)
        assert books(session, owed)[0] == OWED
