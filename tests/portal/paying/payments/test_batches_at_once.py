"""What a colleague did to a batch meanwhile is seen by who holds it next: no payment goes to the bank twice."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.ledger.invariants import verify
from portal.paying.payments.actions import cancel_batch, leave_out, make_batch, release_batch
from portal.paying.payments.models import Payment, PaymentBatch, PaymentState
from portal.paying.payments.queries import payables, payment_breaks
from portal.paying.statements.actions import read_statement
from portal.paying.statements.models import BankStatement
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict
from portal.spending.providers.models import Provider
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from tests.factories import NOW, REGION, a_provider, a_voucher
from tests.portal.at_once import Act, at_once
from tests.portal.paying.payments.test_payments import LATER, PAYER, SECOND, a_sent_batch, entry, statement
from tests.snapshots import made_once

OTHER_IBAN = "NL91ABNA0417164300"


@made_once
def two_invoices(session: Session) -> None:
    """Of € 700 and € 300, of one provider."""
    voucher = a_voucher(session)
    provider, pia = a_provider(session)
    provider.iban = "NL39RABO0300065264"
    session.flush()
    for number, cents in (("F-1", 70_000), ("F-2", 30_000)):
        redeem_voucher(session, voucher=voucher, bill=Bill(number, NOW.date(), cents), actor=pia, now=NOW)


@made_once
def a_batch(session: Session) -> int:
    two_invoices(session)
    return make_batch(session, actor=REGION, now=NOW).id


@made_once
def a_batch_at_the_bank(session: Session) -> list[str]:
    """The ids of its payments."""
    two_invoices(session)
    return [one.end_to_end_id for one in a_sent_batch(session).payments]


def all_of(session: Session, batch_id: int) -> PaymentBatch:
    """A batch with everything that hangs on it loaded, and kept so, as a page does."""
    batch = session.get_one(PaymentBatch, batch_id)
    session.info["shown"] = [(one.spends, session.get(Provider, one.provider_id)) for one in batch.payments]
    return batch


def releases(batch_id: int) -> Act:
    def read(session: Session) -> Callable[[], object]:
        batch = all_of(session, batch_id)
        return lambda: release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)

    return read


def leaves_out(batch_id: int) -> Act:
    def read(session: Session) -> Callable[[], object]:
        payment = all_of(session, batch_id).payments[0]
        return lambda: leave_out(session, payment=payment, actor=REGION, now=NOW)

    return read


def cancels(batch_id: int) -> Act:
    def read(session: Session) -> Callable[[], object]:
        batch = all_of(session, batch_id)
        return lambda: cancel_batch(session, batch=batch, reason="Fout", actor=REGION, now=NOW)

    return read


def reads(*entries: str) -> Act:
    def read(session: Session) -> Callable[[], object]:
        session.info["shown"] = [(one, one.batch, one.spends) for one in session.scalars(select(Payment))]
        return lambda: read_statement(session, content=statement(*entries), actor=REGION, now=LATER)

    return read


def meanwhile(engine: Engine, *, mine: Act, theirs: Act) -> None:
    """Look at something, have a colleague do theirs with it and commit that, and then do mine. On SQLite theirs goes first."""
    to_do = [lambda: unit_of_work(engine, lambda session: theirs(session)())]
    if engine.dialect.name == "sqlite":
        to_do.pop()()

    def work(session: Session) -> None:
        act = mine(session)
        if to_do:
            to_do.pop()()
        act()

    unit_of_work(engine, work)


def in_files(engine: Engine) -> list[int]:
    """Per payment, the oldest first, how often the bank is asked to pay its invoice."""
    with Session(engine) as session:
        assert verify(session) == [] and list(payment_breaks(session)) == []
        files = session.scalars(select(PaymentBatch.file_text).where(PaymentBatch.file_text.is_not(None))).all()
        numbers = session.scalars(select(Payment.description).distinct().order_by(Payment.description)).all()
        return [sum(text.count(f"<Ustrd>{number}<") for text in files) for number in numbers]


def pay_the_rest(session: Session) -> int:
    """What is to be paid goes in a batch of its own, and to the bank; how much that is."""
    due = sum(one.amount_cents for one in payables(session))
    if due:
        a_sent_batch(session)
    return due


def test_what_a_colleague_left_out_before_the_release_is_paid_once_and_later(engine: Engine) -> None:
    batch_id = unit_of_work(engine, a_batch)
    meanwhile(engine, mine=releases(batch_id), theirs=leaves_out(batch_id))
    assert in_files(engine) == [0, 1], "the second is in the file, the first is not"
    assert unit_of_work(engine, pay_the_rest) == 70_000
    assert in_files(engine) == [1, 1], "each invoice went to the bank once"


def test_of_who_releases_and_who_leaves_out_at_once_one_goes_first_and_the_other_sees_it(engine: Engine) -> None:
    batch_id = unit_of_work(engine, a_batch)
    outcomes = at_once(engine, releases(batch_id), leaves_out(batch_id))
    assert outcomes in (["done", "done"], ["done", "batch_moved_on"])
    assert unit_of_work(engine, pay_the_rest) == (70_000 if outcomes[1] == "done" else 0)
    assert in_files(engine) == [1, 1]


# On SQLite the release can never have looked before the colleague has written.
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_control_who_only_locks_and_does_not_look_again_pays_twice(engine: Engine) -> None:
    batch_id = unit_of_work(engine, a_batch)

    def only_locked(session: Session, batch: PaymentBatch, *_still: object, otherwise: object = None) -> None:
        session.execute(select(Payment.id).where(Payment.batch_id == batch.id).with_for_update())

    with patch("portal.paying.payments.actions.hold_batch", only_locked):
        meanwhile(engine, mine=releases(batch_id), theirs=leaves_out(batch_id))
    with Session(engine) as session:
        assert sum(one.amount_cents for one in payables(session)) == 70_000, "what was left out can be paid"
        assert session.get_one(PaymentBatch, batch_id).total_cents == 100_000, "and it is in the file as well"


def test_what_was_left_out_meanwhile_stays_out_of_what_is_cancelled_and_can_be_paid(engine: Engine) -> None:
    batch_id = unit_of_work(engine, a_batch)
    meanwhile(engine, mine=cancels(batch_id), theirs=leaves_out(batch_id))
    assert unit_of_work(engine, pay_the_rest) == 100_000
    assert in_files(engine) == [1, 1]


def test_a_batch_that_was_cancelled_meanwhile_is_not_released(engine: Engine) -> None:
    batch_id = unit_of_work(engine, a_batch)
    with pytest.raises(Conflict) as refused:
        meanwhile(engine, mine=releases(batch_id), theirs=cancels(batch_id))
    assert refused.value.code == "batch_moved_on"
    assert unit_of_work(engine, pay_the_rest) == 100_000
    assert in_files(engine) == [1, 1]


def test_an_account_number_that_changes_while_somebody_releases_stops_the_release(engine: Engine) -> None:
    batch_id = unit_of_work(engine, a_batch)

    def changes(session: Session) -> Callable[[], object]:
        provider = session.scalars(select(Provider)).one()
        return lambda: setattr(provider, "iban", OTHER_IBAN)

    with pytest.raises(Conflict) as refused:
        meanwhile(engine, mine=releases(batch_id), theirs=changes)
    assert refused.value.code == "payment_changed"
    assert in_files(engine) == [0, 0]


def test_what_a_colleague_read_meanwhile_is_known_and_the_rest_of_the_statement_is_read(engine: Engine) -> None:
    one, two = unit_of_work(engine, a_batch_at_the_bank)
    wider = reads(entry(one, "700.00"), entry(two, "300.00"))
    meanwhile(engine, mine=wider, theirs=reads(entry(one, "700.00")))
    with Session(engine) as session:
        read = session.scalars(select(BankStatement).order_by(BankStatement.id)).all()
        assert [(one.executed, one.known) for one in read] == [(1, 0), (1, 1)]
    assert in_files(engine) == [1, 1]


def test_of_two_statements_with_the_same_payments_at_once_each_is_read_and_each_payment_is_booked_once(
    engine: Engine,
) -> None:
    one, two = unit_of_work(engine, a_batch_at_the_bank)
    first = (entry(one, "700.00"), entry(two, "300.00"))
    assert at_once(engine, reads(*first), reads(*reversed(first))) == ["done", "done"]
    with Session(engine) as session:
        assert [one.state for one in session.scalars(select(Payment))] == [PaymentState.EXECUTED] * 2
        read = session.scalars(select(BankStatement).order_by(BankStatement.executed)).all()
        assert [(one.executed, one.known) for one in read] == [(0, 2), (2, 0)]
    assert in_files(engine) == [1, 1]


def test_one_statement_that_two_people_read_at_once_is_kept_once(engine: Engine) -> None:
    one, _ = unit_of_work(engine, a_batch_at_the_bank)
    line = entry(one, "700.00")
    assert at_once(engine, reads(line), reads(line)) == ["done", "done"]
    with Session(engine) as session:
        assert session.scalars(select(BankStatement)).one().executed == 1
