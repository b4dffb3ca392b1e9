"""What comes back is one receipt by its reference and its day: who pays every month mostly writes the same reference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.ledger.invariants import verify
from portal.paying.recoveries import Term, plan_instalments, receive_instalment
from portal.paying.settlements.models import EntryKind, InstalmentState, Recovery, RecoveryEntry
from portal.platform.database import unit_of_work
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, SECOND
from tests.portal.at_once import Act, at_once
from tests.portal.paying.settlements.test_settling import books, settle, the_claim, used
from tests.snapshots import made_once

MONTH = timedelta(days=31)


@made_once
def a_claim(session: Session) -> Recovery:
    """€ 600 to come back, in three parts of € 200."""
    voucher, _ = used(session, 100_000, paid=1)
    settle(session, voucher, 40_000)
    recovery = the_claim(session, voucher)
    terms = [Term(NOW.date() + number * MONTH, 20_000) for number in range(3)]
    plan_instalments(session, recovery=recovery, terms=terms, actor=ADVISOR, now=NOW)
    return recovery


def receive(session: Session, recovery: Recovery, month: int, cents: int = 20_000) -> RecoveryEntry:
    moment = NOW + month * MONTH
    return receive_instalment(
        session,
        recovery=recovery,
        amount_cents=cents,
        received_on=moment.date(),
        reference="Termijn voucher",
        actor=ADVISOR,
        now=moment,
    )


def test_the_same_reference_and_amount_a_month_later_is_a_second_receipt(session: Session) -> None:
    recovery = a_claim(session)
    made = [receive(session, recovery, month) for month in range(3)]
    assert len({one.id for one in made}) == 3
    assert [one.on for one in recovery.entries] == [(NOW + month * MONTH).date() for month in range(3)]
    assert (recovery.received_cents, recovery.open_cents) == (60_000, 0)
    assert {one.state for one in recovery.instalments} == {InstalmentState.RECEIVED}
    assert books(session, session.get_one(Voucher, recovery.voucher_id)) == (0, 40_000, 40_000)


def test_control_the_same_reference_amount_and_day_is_the_same_receipt(session: Session) -> None:
    recovery = a_claim(session)
    first, later = receive(session, recovery, 0), receive(session, recovery, 1)
    assert receive(session, recovery, 0) is first and receive(session, recovery, 1) is later
    assert recovery.received_cents == 40_000


def test_two_who_book_one_receipt_at_once_book_it_once(engine: Engine) -> None:
    recovery_id = unit_of_work(engine, lambda session: a_claim(session).id)
    assert at_once(engine, receives(recovery_id, "Termijn 1"), receives(recovery_id, "Termijn 1")) == ["done", "done"]
    assert received(engine, recovery_id) == (20_000, ["Termijn 1"])


def test_two_who_book_two_receipts_at_once_book_both(engine: Engine) -> None:
    recovery_id = unit_of_work(engine, lambda session: a_claim(session).id)
    assert at_once(engine, receives(recovery_id, "Termijn 1"), receives(recovery_id, "Termijn 2")) == ["done", "done"]
    assert received(engine, recovery_id) == (40_000, ["Termijn 1", "Termijn 2"])


def receives(recovery_id: int, reference: str) -> Act:
    def read(session: Session) -> Callable[[], object]:
        recovery = session.get_one(Recovery, recovery_id)
        assert len(recovery.instalments) == 3, "all of it is loaded"
        return lambda: receive_instalment(
            session,
            recovery=recovery,
            amount_cents=20_000,
            received_on=NOW.date(),
            reference=reference,
            actor=SECOND,
            now=NOW,
        )

    return read


def received(engine: Engine, recovery_id: int) -> tuple[int, list[str | None]]:
    """What is counted as received, also on the instalments, and the references of the receipts."""
    with Session(engine) as session:
        assert verify(session) == []
        recovery = session.get_one(Recovery, recovery_id)
        assert sum(one.received_cents for one in recovery.instalments) == recovery.received_cents
        rows = select(RecoveryEntry.reference).where(RecoveryEntry.kind == EntryKind.RECEIVED)
        return recovery.received_cents, sorted(session.scalars(rows), key=str)
