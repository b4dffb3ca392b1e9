"""Two people decide one objection at the same moment: one decision stands, the other is told, nothing is booked or sent twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from portal.awarding.deciding_again import propose_again
from portal.awarding.decisions.actions import reject_question
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.models import Decision
from portal.awarding.proposals.models import ProposalRecord
from portal.ledger import actions as ledger
from portal.ledger.invariants import verify
from portal.ledger.models import Transfer
from portal.paying.payments.models import Repayment
from portal.paying.settlements.actions import SettlementDraft, settle_voucher
from portal.paying.settlements.models import SettlementGround
from portal.paying.settlements.queries import unpaid_spends
from portal.paying.settling_again.models import SettlingAgain
from portal.paying.settling_again.queries import settlement_breaks
from portal.people.actor import Actor, Audience
from portal.people.audit.models import AuditEvent
from portal.platform.database import unit_of_work
from portal.post.messages.models import OutboxMessage
from portal.second_look.objections.actions import (
    ObjectionDraft,
    adjourn_objection,
    decide_objection,
    receive_objection,
    waive_hearing,
    withdraw_objection,
)
from portal.second_look.objections.models import Objection, ObjectionOutcome, ObjectionState, WaiverReason
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher
from tests.factories import (
    ADVISOR,
    ALL_CHECKED,
    NOW,
    OWN_FACTS,
    SECOND,
    SYSTEM,
    a_mandate,
    a_provider,
    a_voucher,
    an_application,
)
from tests.portal.at_once import Act, at_once

LATER = NOW + timedelta(days=30)
THIRD = Actor(Audience.ADVISOR, account_id=907, display_name="Dina Derde")


def against_a_rejection(session: Session) -> int:
    """An application for € 1,200 was rejected; one objects, and does not want to be heard."""
    question = an_application(session)
    decision = reject_question(
        session, question=question, rationale="Past niet.", ground=OWN_FACTS, actor=ADVISOR, now=NOW
    )
    propose_again(session, question=question, actor=SECOND, now=LATER)
    return _objected(session, decision)


def against_a_settlement(session: Session) -> int:
    """€ 700 was paid and € 300 not yet; settled at € 400, and one objects."""
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    for number, cents in (("F1", 70_000), ("F2", 30_000)):
        done = redeem_voucher(session, voucher=voucher, bill=Bill(number, NOW.date(), cents), actor=pia, now=NOW)
        if number == "F1":
            for spend_id, _ in unpaid_spends(session, redemption=done):
                ledger.pay(session, spend_id=spend_id, actor_id=SYSTEM.reference, now=NOW)
    made = settle_voucher(
        session,
        voucher=voucher,
        draft=SettlementDraft(40_000, SettlementGround.NOT_DONE, "Niet af."),
        actor=ADVISOR,
        now=NOW,
    )
    return _objected(session, session.get_one(Decision, made.decision_id))


def _objected(session: Session, decision: Decision) -> int:
    a_mandate(session, THIRD)
    objection = receive_objection(
        session, decision=decision, received_on=LATER.date(), grounds="Wel.", committee=False, actor=SECOND, now=LATER
    )
    waive_hearing(session, objection=objection, reason=WaiverReason.NOT_WANTED, actor=SECOND, now=LATER)
    return objection.id


def decide(objection_id: int, actor: Actor, outcome: ObjectionOutcome, **more: Any) -> Act:
    def read(session: Session) -> Callable[[], object]:
        objection = session.get_one(Objection, objection_id)
        found, rationale = dict(more), f"Besluit van {actor.display_name}."
        if outcome is ObjectionOutcome.FOUNDED and not more:
            rows = select(ProposalRecord).where(ProposalRecord.question_id == objection.question_id)
            proposal = session.scalars(rows.order_by(ProposalRecord.id.desc())).first()
            assert proposal is not None
            found["new"] = Draft(proposal, rationale, ALL_CHECKED)
        draft = ObjectionDraft(outcome, rationale, **found)
        return lambda: decide_objection(session, objection=objection, draft=draft, actor=actor, now=LATER)

    return read


FOUNDED, UNFOUNDED = ObjectionOutcome.FOUNDED, ObjectionOutcome.UNFOUNDED


def count(session: Session, what: Any, *where: Any) -> int:
    return int(session.scalar(select(func.count()).select_from(what).where(*where)) or 0)


def nothing_twice(session: Session, objection_id: int) -> Objection:
    """One outcome, one letter about it, one line in the log, and books that add up."""
    objection = session.get_one(Objection, objection_id)
    assert count(session, OutboxMessage, OutboxMessage.template == "objection/decided") == 1
    assert count(session, AuditEvent, AuditEvent.action.startswith("objection.decided")) == 1
    assert verify(session) == [] and settlement_breaks(session) == []
    return objection


@pytest.mark.parametrize("other", [FOUNDED, UNFOUNDED])
def test_of_two_who_decide_on_a_rejection_one_decision_stands(engine: Engine, other: ObjectionOutcome) -> None:
    number = unit_of_work(engine, against_a_rejection)
    outcomes = at_once(engine, decide(number, SECOND, FOUNDED), decide(number, THIRD, other))
    assert sorted(outcomes) == ["done", "objection_closed"]
    with Session(engine) as session:
        objection = nothing_twice(session, number)
        winner = (SECOND, THIRD)[outcomes.index("done")]
        assert (objection.decided_by, objection.rationale) == (winner.reference, f"Besluit van {winner.display_name}.")
        awarded = int(objection.outcome is FOUNDED)
        assert (count(session, Decision), count(session, Voucher)) == (1 + awarded, awarded)
        assert count(session, OutboxMessage, OutboxMessage.template == "decision/approved") == awarded


def test_of_two_who_settle_again_one_decision_stands_and_the_money_goes_once(engine: Engine) -> None:
    number = unit_of_work(engine, against_a_settlement)
    more = (decide(number, SECOND, FOUNDED, amount_cents=100_000), decide(number, THIRD, FOUNDED, amount_cents=90_000))
    outcomes = at_once(engine, *more)
    assert sorted(outcomes) == ["done", "objection_closed"]
    with Session(engine) as session:
        nothing_twice(session, number)
        made = session.scalars(select(SettlingAgain)).one()
        assert made.settled_cents == (100_000, 90_000)[outcomes.index("done")]
        assert count(session, OutboxMessage, OutboxMessage.template == "settlement/again") == 1
        assert count(session, Repayment) == 0
        spent = select(func.sum(Transfer.amount_cents)).where(Transfer.decision_id == made.decision_id)
        assert session.scalar(spent.where(Transfer.kind == "spend")) == made.restored_cents


@pytest.mark.parametrize(
    "act",
    [
        lambda session, objection: withdraw_objection(session, objection=objection, actor=THIRD, now=LATER),
        lambda session, objection: adjourn_objection(session, objection=objection, reason="x", actor=THIRD, now=LATER),
    ],
    ids=["withdrawn", "adjourned"],
)
def test_who_does_something_else_at_that_moment_waits_and_sees_what_was_decided(engine: Engine, act: Any) -> None:
    number = unit_of_work(engine, against_a_rejection)

    def other(session: Session) -> Callable[[], object]:
        objection = session.get_one(Objection, number)
        return lambda: act(session, objection)

    outcomes = at_once(engine, decide(number, SECOND, UNFOUNDED), other)
    assert outcomes in (["done", "objection_closed"], ["objection_closed", "done"], ["done", "done"])
    with Session(engine) as session:
        objection = session.get_one(Objection, number)
        decided = count(session, OutboxMessage, OutboxMessage.template == "objection/decided")
        assert decided == int(objection.state is ObjectionState.DECIDED) == int(outcomes[0] == "done")
        assert (objection.withdrawn_at is None) or (objection.outcome is None)
        adjourned = count(session, OutboxMessage, OutboxMessage.template == "objection/adjourned")
        assert adjourned == int(objection.adjourned_at is not None)


def test_of_two_who_write_down_the_same_objection_one_is_told_that_it_is_there(engine: Engine) -> None:
    def rejected(session: Session) -> int:
        question = an_application(session)
        return reject_question(
            session, question=question, rationale="Past niet.", ground=OWN_FACTS, actor=ADVISOR, now=NOW
        ).id

    number = unit_of_work(engine, rejected)

    def receive(session: Session) -> Callable[[], object]:
        decision = session.get_one(Decision, number)
        return lambda: receive_objection(
            session,
            decision=decision,
            received_on=LATER.date(),
            grounds="Wel.",
            committee=False,
            actor=SECOND,
            now=LATER,
        )

    assert sorted(at_once(engine, receive, receive)) == ["done", "objection_open"]


# A writer holds the only lock of SQLite from its first statement, so that two can never have looked before one has written.
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_control_without_the_guard_both_decide_and_the_last_one_overwrites_the_first(engine: Engine) -> None:
    number = unit_of_work(engine, against_a_rejection)

    def close(session: Session, objection: Objection, to: ObjectionState, **values: object) -> None:
        session.execute(update(Objection).where(Objection.id == objection.id).values(state=to, **values))

    with (
        patch("portal.second_look.objections.actions.hold_objection"),
        patch("portal.second_look.objections.actions._close", close),
    ):
        outcomes = at_once(engine, decide(number, SECOND, UNFOUNDED), decide(number, THIRD, UNFOUNDED))
    assert outcomes == ["done", "done"]
    with Session(engine) as session, pytest.raises(AssertionError):
        nothing_twice(session, number)
