"""A founded objection against a lower settlement settles again: every cent in the books at every step, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind, DecisionMandate
from portal.cases.questions.models import DevelopmentQuestion
from portal.ledger import actions as ledger
from portal.ledger.invariants import verify
from portal.ledger.queries import Figures, figures
from portal.papers.letter_content import letter_content
from portal.paying.payments.actions import note_repaid
from portal.paying.payments.models import PayeeKind, Repayment, RepaymentState
from portal.paying.payments.queries import payables, payment_breaks
from portal.paying.recoveries import Term, plan_instalments, receive_instalment, write_off
from portal.paying.settlements import queries as settlements
from portal.paying.settlements.actions import SettlementDraft, settle_voucher
from portal.paying.settlements.models import Recovery, RecoveryState, Settlement, SettlementGround
from portal.paying.settling_again.actions import HigherDraft, settle_again
from portal.paying.settling_again.models import SettlingAgain
from portal.paying.settling_again.queries import repayment_of, settlement_breaks, settling_again_by_decision
from portal.people.actor import Actor
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import OutboxMessage
from portal.second_look.objections.actions import ObjectionDraft, decide_objection, receive_objection, waive_hearing
from portal.second_look.objections.models import Objection, ObjectionOutcome, WaiverReason
from portal.second_look.objections.queries import known_on, objectable
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import ledger_breaks
from tests.factories import ADVISOR, NOW, SECOND, SYSTEM, UNHEARD, a_provider, a_voucher, asker
from tests.snapshots import made_once

TODAY = NOW.date()
LATER = NOW + timedelta(days=30)


@made_once
def settled_lower(session: Session, *, paid: int = 70_000, unpaid: int = 30_000, at: int = 40_000) -> Settlement:
    """€ 700 was paid and € 300 not yet; settled at € 400: the unpaid part is taken off, € 300 has to come back."""
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    for number, cents in enumerate((paid, unpaid)):
        if not cents:
            continue
        done = redeem_voucher(session, voucher=voucher, bill=Bill(f"F{number}", TODAY, cents), actor=pia, now=NOW)
        if number == 0:
            for spend_id, _ in settlements.unpaid_spends(session, redemption=done):
                ledger.pay(session, spend_id=spend_id, actor_id=SYSTEM.reference, now=NOW)
    return settle_voucher(
        session,
        voucher=voucher,
        draft=SettlementDraft(at, SettlementGround.NOT_DONE, "Niet af.", UNHEARD),
        actor=ADVISOR,
        now=NOW,
    )


def objected(session: Session, settlement: Settlement, waiver: WaiverReason = WaiverReason.NOT_WANTED) -> Objection:
    decision = session.get_one(Decision, settlement.decision_id)
    question = session.get_one(DevelopmentQuestion, decision.question_id)
    objection = receive_objection(
        session,
        decision=decision,
        received_on=LATER.date(),
        grounds="Wel af.",
        committee=False,
        actor=asker(question),
        now=LATER,
    )
    waive_hearing(session, objection=objection, reason=waiver, actor=SECOND, now=LATER)
    return objection


def founded(session: Session, objection: Objection, cents: int | None, actor: Actor = SECOND) -> SettlingAgain:
    decide_objection(
        session,
        objection=objection,
        draft=ObjectionDraft(
            outcome=ObjectionOutcome.FOUNDED, rationale="De opleiding is wel gevolgd.", amount_cents=cents
        ),
        actor=actor,
        now=LATER,
    )
    decision = session.get_one(Decision, objection.new_decision_id)
    made = settling_again_by_decision(session, decision=decision)
    assert made is not None
    return made


def books(session: Session, voucher: Voucher) -> tuple[int, int, int]:
    """What the books say is reserved, spent and paid; everything agrees."""
    session.flush()
    assert verify(session) == [] and ledger_breaks(session) == [] and settlement_breaks(session) == []
    assert list(payment_breaks(session)) == []
    found = figures(session, by=("voucher_id",)).get((voucher.id,), Figures())
    return found.reserved_cents, found.spent_cents, found.paid_cents


def voucher_of(session: Session, settlement: Settlement) -> Voucher:
    return session.get_one(Voucher, settlement.voucher_id)


def claim_of(session: Session, settlement: Settlement) -> Recovery:
    return session.scalars(select(Recovery).where(Recovery.settlement_id == settlement.id)).one()


def empty_budgets(session: Session) -> None:
    """Everything that is available goes back to the funders: the money is gone."""
    for (line,), found in figures(session).items():
        if found.available_cents:
            ledger.give_back(
                session,
                funding_line_id=line or 0,
                amount_cents=found.available_cents,
                actor_id="system:tests",
                now=NOW,
                note="x",
            )


def test_the_whole_way_from_a_lower_settlement_to_the_money_back_at_the_holder(session: Session) -> None:
    settlement = settled_lower(session)
    voucher, claim = voucher_of(session, settlement), claim_of(session, settlement)
    assert (settlement.corrected_cents, settlement.claimed_cents, books(session, voucher)) == (
        30_000,
        30_000,
        (0, 70_000, 70_000),
    )
    plan_instalments(session, recovery=claim, terms=[Term(LATER.date(), 30_000)], actor=ADVISOR, now=NOW)
    receive_instalment(
        session, recovery=claim, amount_cents=12_000, received_on=TODAY, reference="R1", actor=ADVISOR, now=NOW
    )
    write_off(session, recovery=claim, amount_cents=5_000, reason="Te klein.", actor=ADVISOR, now=NOW)
    assert books(session, voucher) == (0, 58_000, 58_000)
    made = founded(session, objected(session, settlement), 90_000)
    assert (made.unclaimed_cents, made.forgiven_cents, made.repaid_cents, made.restored_cents) == (
        13_000,
        5_000,
        12_000,
        20_000,
    )
    assert (voucher.settled_cents, voucher.used_cents, claim.state) == (90_000, 90_000, RecoveryState.CLOSED)
    assert books(session, voucher) == (0, 90_000, 58_000)
    assert [(one.amount_cents, one.payee) for one in payables(session)] == [
        (20_000, PayeeKind.PROVIDER),
        (12_000, PayeeKind.HOLDER),
    ], "the invoice has € 200 to be paid again, the holder is not paid through it"
    owed = repayment_of(session, settled=made)
    assert owed is not None and (owed.amount_cents, owed.state) == (12_000, RepaymentState.OPEN)
    wanted = {"repayment": owed, "paid_on": LATER.date(), "reference": "B7", "now": LATER}
    with pytest.raises(Refusal) as refused:
        note_repaid(session, actor=SECOND, **wanted)  # type: ignore[arg-type]
    assert refused.value.code == "second_person"
    note_repaid(session, actor=ADVISOR, **wanted)  # type: ignore[arg-type]
    assert books(session, voucher) == (0, 90_000, 70_000)
    with pytest.raises(Conflict):
        note_repaid(session, actor=ADVISOR, **wanted)  # type: ignore[arg-type]


def test_the_new_decision_names_the_old_one_its_mandate_and_its_letter(session: Session) -> None:
    settlement = settled_lower(session)
    question = session.get_one(DevelopmentQuestion, voucher_of(session, settlement).question_id)
    objection = objected(session, settlement)
    made = founded(session, objection, 100_000)
    new = session.get_one(Decision, made.decision_id)
    assert (new.kind, made.replaced_decision_id) == (DecisionKind.SETTLED, objection.decision_id)
    held = session.scalars(select(DecisionMandate).where(DecisionMandate.decision_id == new.id)).one()
    assert held.mandate_id is not None
    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert {"voucher.settled_again", "recovery.lowered", "objection.decided_founded"} <= {*actions}
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "settlement/again")).one()
    content = letter_content(session, message=message, dated=LATER.date(), now=LATER)
    words = " ".join(str(block) for block in content.blocks)
    assert "1.000" in words and "beroep" in words and "De opleiding is wel gevolgd." in words
    assert content.object_by is not None and "You no longer have to pay back" not in str(content.blocks)
    assert "We have settled your voucher again" in str(content.english)
    assert new not in objectable(session, question=question, actor=ADVISOR), "after an objection comes the court"
    assert known_on(session, decision=new) is None
    with pytest.raises(Conflict):
        settle_again(session, settlement=settlement, draft=HigherDraft(100_000, "x", "BZ"), actor=SECOND, now=LATER)


def test_a_part_lowers_the_claim_and_needs_no_money(session: Session) -> None:
    settlement = settled_lower(session)
    voucher, claim = voucher_of(session, settlement), claim_of(session, settlement)
    plan_instalments(session, recovery=claim, terms=[Term(LATER.date(), 30_000)], actor=ADVISOR, now=NOW)
    empty_budgets(session)
    founded(session, objected(session, settlement), 50_000)
    assert (claim.open_cents, claim.state) == (20_000, RecoveryState.OPEN)
    assert {one.state.value for one in claim.instalments} == {"replaced"}, "a plan for more than is owed does not stand"
    assert books(session, voucher) == (0, 70_000, 70_000)
    assert session.scalars(select(Repayment)).all() == []
    receive_instalment(
        session, recovery=claim, amount_cents=20_000, received_on=LATER.date(), reference="R9", actor=ADVISOR, now=LATER
    )
    assert books(session, voucher) == (0, 50_000, 50_000)


@pytest.mark.parametrize("there", [True, False], ids=["the money is there", "the money is gone"])
def test_what_was_freed_comes_back_only_when_the_money_is_there(session: Session, there: bool) -> None:
    settlement = settled_lower(session)
    voucher = voucher_of(session, settlement)
    objection = objected(session, settlement)
    if not there:
        empty_budgets(session)
        before = books(session, voucher)
        with pytest.raises(Conflict) as refused, session.begin_nested():
            founded(session, objection, 100_000)
        assert (refused.value.code, refused.value.field) == ("budget_exhausted", "amount")
        assert "300,00 nodig" in str(refused.value) and refused.value.params["needed_cents"] == 30_000
        session.expire_all()
        assert books(session, voucher) == before and objection.outcome is None and voucher.settled_cents == 40_000
        return
    founded(session, objection, 100_000)
    assert books(session, voucher) == (0, 100_000, 70_000)
    assert [one.amount_cents for one in payables(session)] == [30_000]


def test_who_settled_does_not_settle_again(session: Session) -> None:
    settlement = settled_lower(session)
    objection = objected(session, settlement)
    with pytest.raises(Refusal) as refused:
        founded(session, objection, 100_000, ADVISOR)
    assert refused.value.code == "involved"
    with pytest.raises(Refusal) as refused:
        settle_again(session, settlement=settlement, draft=HigherDraft(100_000, "x", "BZ"), actor=ADVISOR, now=LATER)
    assert refused.value.code == "involved"
    assert founded(session, objection, 100_000, SECOND).settled_by == SECOND.reference


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("cents", "waiver", "code"),
    [
        (None, WaiverReason.NOT_WANTED, "amount_missing"),
        (40_000, WaiverReason.NOT_WANTED, "settled_out_of_range"),
        (100_001, WaiverReason.NOT_WANTED, "settled_out_of_range"),
        (99_999, WaiverReason.FULLY_MET, "waiver_does_not_fit"),
    ],
)
def test_a_wrong_amount_is_refused_at_its_field(
    session: Session, cents: int | None, waiver: WaiverReason, code: str
) -> None:
    objection = objected(session, settled_lower(session), waiver)
    with pytest.raises(Refusal) as refused:
        founded(session, objection, cents)
    assert (refused.value.code, refused.value.field) == (code, "amount")


def test_a_lie_in_the_new_settlement_is_found_by_the_check(session: Session) -> None:
    settlement = settled_lower(session)
    made = founded(session, objected(session, settlement), 100_000)
    voucher = voucher_of(session, settlement)
    assert settlement_breaks(session) == []
    voucher.settled_cents = made.before_cents
    session.flush()
    assert [found.invariant for found in settlement_breaks(session)] == ["I4"]
