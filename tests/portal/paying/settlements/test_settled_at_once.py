"""Two people settle one voucher, or note one repayment, at the same moment: it is done once, and the other is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from unittest.mock import patch

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from portal.ledger.invariants import verify
from portal.ledger.models import Transfer, TransferKind
from portal.paying.payments.actions import note_repaid
from portal.paying.payments.models import Repayment, RepaymentState
from portal.paying.recoveries import receive_instalment
from portal.paying.settlements.actions import SettlementDraft, settle_voucher, take_credit_note
from portal.paying.settlements.models import Debtor, Recovery, RecoveryEntry, Settlement, SettlementGround
from portal.paying.settling_again.queries import settlement_breaks
from portal.people.actor import Actor
from portal.platform.database import unit_of_work
from portal.post.messages.models import OutboxMessage
from portal.spending.vouchers.models import Redemption, Voucher, VoucherState
from tests.factories import ADVISOR, NOW, SECOND, UNHEARD
from tests.portal.at_once import Act, at_once
from tests.portal.paying.settling_again.owing import OWED, SETTLED_AGAIN, owed_to_the_holder, used_and_paid


def settle(voucher_id: int, cents: int, actor: Actor) -> Act:
    ground = SettlementGround.AS_USED if cents == OWED else SettlementGround.NOT_DONE

    def read(session: Session) -> Callable[[], object]:
        voucher = session.get_one(Voucher, voucher_id)
        return lambda: settle_voucher(
            session,
            voucher=voucher,
            draft=SettlementDraft(cents, ground, "Niet af.", UNHEARD),
            actor=actor,
            now=NOW,
        )

    return read


def credit(voucher_id: int, cents: int, actor: Actor) -> Act:
    def read(session: Session) -> Callable[[], object]:
        redemption = session.scalars(select(Redemption).where(Redemption.voucher_id == voucher_id)).one()
        return lambda: take_credit_note(
            session, redemption=redemption, amount_cents=cents, reason="Te veel gerekend.", actor=actor, now=NOW
        )

    return read


def receive(recovery_id: int, cents: int, reference: str) -> Act:
    def read(session: Session) -> Callable[[], object]:
        recovery = session.get_one(Recovery, recovery_id)
        return lambda: receive_instalment(
            session,
            recovery=recovery,
            amount_cents=cents,
            received_on=NOW.date(),
            reference=reference,
            actor=ADVISOR,
            now=NOW,
        )

    return read


def repay(repayment_id: int, reference: str) -> Act:
    def read(session: Session) -> Callable[[], object]:
        repayment = session.get_one(Repayment, repayment_id)
        return lambda: note_repaid(
            session,
            repayment=repayment,
            paid_on=SETTLED_AGAIN.date(),
            reference=reference,
            actor=ADVISOR,
            now=SETTLED_AGAIN,
        )

    return read


def test_of_two_who_settle_one_voucher_one_settlement_stands(engine: Engine) -> None:
    voucher_id = unit_of_work(engine, lambda session: used_and_paid(session).id)
    outcomes = at_once(engine, settle(voucher_id, 40_000, ADVISOR), settle(voucher_id, 30_000, SECOND))
    assert sorted(outcomes) in (["done", "voucher_changed"], ["done", "voucher_settled"])
    with Session(engine) as session:
        made = session.scalars(select(Settlement)).one()
        assert made.settled_cents == (40_000, 30_000)[outcomes.index("done")]
        assert session.scalars(select(Recovery)).one().amount_cents == OWED - made.settled_cents
        told = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.template == "settlement/lower")
        assert session.scalar(told) == 1
        assert verify(session) == [] and settlement_breaks(session) == []


def test_of_two_who_note_one_repayment_one_pays_and_the_books_have_it_once(engine: Engine) -> None:
    repayment_id = unit_of_work(engine, lambda session: owed_to_the_holder(session).id)
    outcomes = at_once(engine, repay(repayment_id, "B1"), repay(repayment_id, "B2"))
    assert sorted(outcomes) == ["done", "repaid_before"]
    with Session(engine) as session:
        repayment = session.get_one(Repayment, repayment_id)
        assert repayment.reference == ("B1", "B2")[outcomes.index("done")]
        paid = select(func.sum(Transfer.amount_cents)).where(Transfer.kind == TransferKind.PAY)
        assert session.scalar(paid) == OWED + OWED
        assert verify(session) == [] and settlement_breaks(session) == []


def test_of_two_credit_notes_on_one_paid_invoice_together_never_more_than_the_invoice_is_claimed(
    engine: Engine,
) -> None:
    voucher_id = unit_of_work(engine, lambda session: used_and_paid(session).id)
    outcomes = at_once(engine, credit(voucher_id, OWED, ADVISOR), credit(voucher_id, OWED, SECOND))
    assert sorted(outcomes) == ["Refusal", "done"], "what the first left is seen by the second"
    with Session(engine) as session:
        assert session.scalars(select(Recovery.amount_cents)).all() == [OWED]
        assert verify(session) == [] and settlement_breaks(session) == []


def test_two_credit_notes_that_fit_together_are_both_claimed(engine: Engine) -> None:
    voucher_id = unit_of_work(engine, lambda session: used_and_paid(session).id)
    assert at_once(engine, credit(voucher_id, 30_000, ADVISOR), credit(voucher_id, 40_000, SECOND)) == ["done", "done"]
    with Session(engine) as session:
        assert sorted(session.scalars(select(Recovery.amount_cents))) == [30_000, 40_000]


@pytest.mark.parametrize("cents", [OWED, 40_000])
def test_a_settled_voucher_has_no_open_claim_on_its_provider(engine: Engine, cents: int) -> None:
    voucher_id = unit_of_work(engine, lambda session: used_and_paid(session).id)
    outcomes = at_once(engine, credit(voucher_id, 20_000, SECOND), settle(voucher_id, cents, ADVISOR))
    assert outcomes in (["done", "recovery_open"], ["voucher_settled", "done"])
    with Session(engine) as session:
        settled = session.get_one(Voucher, voucher_id).state is VoucherState.SETTLED
        claims = session.scalars(select(Recovery).where(Recovery.debtor == Debtor.PROVIDER)).all()
        assert len(claims) == int(not settled)
        assert verify(session) == [] and settlement_breaks(session) == []


def test_money_that_came_back_and_is_noted_by_two_people_is_booked_once(engine: Engine) -> None:
    def claimed(session: Session) -> int:
        voucher = used_and_paid(session)
        settle(voucher.id, 0, ADVISOR)(session)()
        return session.scalars(select(Recovery.id)).one()

    recovery_id = unit_of_work(engine, claimed)
    same = receive(recovery_id, 30_000, "R1")
    assert at_once(engine, same, same) == ["done", "done"], "the second is given what the first booked"
    assert at_once(engine, receive(recovery_id, 10_000, "R2"), receive(recovery_id, 30_000, "R3")) == ["done", "done"]
    with Session(engine) as session:
        assert sorted(session.scalars(select(RecoveryEntry.reference))) == ["R1", "R2", "R3"]
        assert session.get_one(Recovery, recovery_id).open_cents == 0
        assert verify(session) == [] and settlement_breaks(session) == []


# A writer holds the only lock of SQLite from its first statement, so that two can never have looked before one has written.
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_control_without_the_lock_both_credit_notes_claim_the_whole_invoice(engine: Engine) -> None:
    voucher_id = unit_of_work(engine, lambda session: used_and_paid(session).id)
    with patch("portal.paying.settlements.actions.hold"):
        outcomes = at_once(engine, credit(voucher_id, OWED, ADVISOR), credit(voucher_id, OWED, SECOND))
    assert outcomes == ["done", "done"]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_control_without_the_guard_in_the_write_the_second_one_runs_into_the_books(engine: Engine) -> None:
    voucher_id = unit_of_work(engine, lambda session: used_and_paid(session).id)

    def unguarded(session: Session, voucher: Voucher, *_still: object, otherwise: object, **values: object) -> bool:
        session.execute(update(Voucher).where(Voucher.id == voucher.id).values(**values))
        return True

    with (
        patch("portal.paying.settlements.actions.hold"),
        patch("portal.paying.settlements.actions.require_decided"),
        patch("portal.paying.settlements.actions.write_guarded", unguarded),
    ):
        outcomes = at_once(engine, settle(voucher_id, 40_000, ADVISOR), settle(voucher_id, 30_000, SECOND))
    assert sorted(outcomes) == ["done", "not_reserved"], "it wrote over the first, and only the books stop it"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_control_without_the_guard_in_the_write_the_second_repayment_runs_into_the_books(engine: Engine) -> None:
    repayment_id = unit_of_work(engine, lambda session: owed_to_the_holder(session).id)

    def unguarded(session: Session, *, repayment: Repayment, paid_on: date, reference: str, **_by: object) -> None:
        by = {"paid_on": paid_on, "paid_at": SETTLED_AGAIN, "paid_by": "account:1", "reference": reference}
        session.execute(update(Repayment).where(Repayment.id == repayment.id).values(state=RepaymentState.PAID, **by))

    with (
        patch("portal.paying.payments.actions.hold", lambda *_record: True),
        patch("portal.paying.payments.actions.book_repaid", unguarded),
    ):
        outcomes = at_once(engine, repay(repayment_id, "B1"), repay(repayment_id, "B2"))
    assert sorted(outcomes) == ["done", "not_reserved"], "it wrote over the first, and only the books stop it"
