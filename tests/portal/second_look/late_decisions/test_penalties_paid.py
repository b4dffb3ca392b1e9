"""What the region itself owes by a decision: a penalty of every body that was late, and damage; paid, sent back, and objected to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.decisions.on_penalties import LateBody
from portal.awarding.decisions.queries import decision_of
from portal.awarding.own_debts.models import OwnDebt, OwnDebtState
from portal.awarding.own_debts.queries import own_costs, own_debts_of
from portal.awarding.reductions import Ending, end_award
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.mandates.actions import MandateTerms, give_mandate
from portal.ledger.invariants import verify
from portal.ledger.models import Transfer
from portal.papers.letter_content import letter_content
from portal.paying.bank_outcomes import book_came_back, book_carried_out, take_up_again
from portal.paying.own_payments import OwnDebtStand, debt_stands_at, give_account_for_debt, let_damage_lapse
from portal.paying.payments.actions import export_batch, make_batch, release_batch
from portal.paying.payments.breaks import all_payment_breaks
from portal.paying.payments.models import Payment
from portal.paying.payments.queries import CANCEL_WITHIN, payables
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import OutboxMessage
from portal.second_look.late_decisions.actions import PenaltyDraft, settle_penalty
from portal.second_look.objections.actions import decide_objection, receive_objection, waive_hearing
from portal.second_look.objections.models import ObjectionOutcome, WaiverReason
from portal.second_look.objections.queries import objectable, told_in
from portal.second_look.objections.remedies import ObjectionDraft
from portal.second_look.penalties.actions import settle_penalty_again
from portal.second_look.penalties.models import DefaultNotice, NoPenalty, PenaltyAgain
from tests.factories import ADVISOR, BODY, MOVED, NOBODY, NOW, REGION, SECOND, SYSTEM, a_voucher, asker
from tests.portal.paying.payments.test_payments import SECOND as RELEASES
from tests.portal.paying.settling_again.test_paying_back import PAYER
from tests.portal.second_look.late_decisions.test_late_decisions import at, noticed, refuse_and_send
from tests.snapshots import made_once

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
IBAN = "NL39RABO0300065264"
DECIDED = at(date(2026, 6, 3))
LATER = at(date(2026, 6, 10))


@made_once
def settled(session: Session) -> DefaultNotice:
    """A decision that came fifteen days too late: € 357, which `SECOND` decided."""
    notice = noticed(session)
    refuse_and_send(session, date(2026, 5, 28))
    return settle_penalty(session, notice=notice, draft=PenaltyDraft("Te laat."), actor=SECOND, now=DECIDED)


def question_of(session: Session) -> DevelopmentQuestion:
    return session.scalars(select(DevelopmentQuestion)).one()


def the_debt(session: Session) -> OwnDebt:
    return session.scalars(select(OwnDebt)).one()


def give(session: Session, iban: str = IBAN) -> list[OwnDebt]:
    question = question_of(session)
    return give_account_for_debt(
        session, question=question, payee_name="S. de Vries", iban=iban, actor=asker(question), now=LATER
    )


def at_the_bank(session: Session) -> Payment:
    batch = make_batch(session, actor=REGION, now=LATER)
    release_batch(session, batch=batch, payer=PAYER, actor=RELEASES, now=LATER)
    export_batch(session, batch=batch, actor=REGION, now=LATER + CANCEL_WITHIN)
    [payment] = batch.payments
    return payment


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as no:
        work()
    return no.value.code


def sound(session: Session) -> bool:
    session.flush()
    return verify(session) == [] and list(all_payment_breaks(session)) == []


def test_a_penalty_is_a_decision_that_the_region_itself_owes(session: Session) -> None:
    notice, question = settled(session), question_of(session)
    decision = session.get_one(Decision, notice.decision_id)
    outcome = decision.outcomes[0]
    assert (decision.kind, outcome.amount_cents, outcome.deciding_body_nl) == (DecisionKind.PENALTY, 35_700, BODY)
    stands = decision_of(session, question=question, actor=SECOND)
    assert stands is not None and stands.kind is DecisionKind.REJECTED, "that on the application stands"
    owed = the_debt(session)
    assert (owed.amount_cents, owed.state, owed.pay_by) == (35_700, OwnDebtState.OPEN, date(2026, 7, 15))
    assert own_debts_of(session, question=question, actor=asker(question)) == [owed]
    assert own_debts_of(session, question=question, actor=NOBODY) == []
    [costs] = own_costs(session)
    assert (costs.number, costs.paid_cents, costs.open_cents) == (1, 0, 35_700)
    assert told_in(session, decision=decision) == [("late/penalty", notice.id)]


def test_it_is_paid_in_a_batch_of_two_people_and_never_of_a_budget(session: Session) -> None:
    settled(session)
    rows = session.scalar(select(func.count(Transfer.id)))
    [due] = payables(session)
    assert (due.own_debt, due.transfer_ids, due.iban) == (the_debt(session), [], None)
    assert refused(lambda: make_batch(session, actor=REGION, now=LATER)) == "nothing_to_pay"
    assert refused(lambda: give(session, "NL00")) == "iban"
    other = give_account_for_debt
    who = {"question": question_of(session), "payee_name": "X", "iban": IBAN, "actor": NOBODY, "now": LATER}
    assert refused(lambda: other(session, **who)) == "not_yours"  # type: ignore[arg-type]
    [owed] = give(session)
    payment = at_the_bank(session)
    assert payment.description.startswith("Dwangsom OV-2026-") and payment.amount_cents == 35_700
    assert payables(session) == [], "it is in a payment"
    assert debt_stands_at(session, owed=owed) is OwnDebtStand.ON_ITS_WAY
    assert refused(lambda: give(session)) == "payment_on_its_way"
    book_carried_out(session, payment=payment, on=date(2026, 6, 12), actor=SYSTEM, now=LATER + timedelta(days=2))
    assert (owed.state, owed.reference) == (OwnDebtState.PAID, payment.end_to_end_id)
    assert sound(session) and session.scalar(select(func.count(Transfer.id))) == rows, "the books have no row of it"
    assert own_costs(session)[0].paid_cents == 35_700
    payment.amount_cents = 1
    session.flush()
    assert [one.invariant for one in all_payment_breaks(session)][:1] == ["P7"], "control: another amount is seen"


def test_what_the_bank_sends_back_is_owed_again_and_can_be_paid_anew_once(session: Session) -> None:
    settled(session)
    [owed] = give(session)
    first = at_the_bank(session)
    by = {"actor": SYSTEM, "now": LATER + timedelta(days=3)}
    book_carried_out(session, payment=first, on=date(2026, 6, 12), **by)  # type: ignore[arg-type]
    book_came_back(session, payment=first, on=date(2026, 6, 13), reason="AC04", **by)  # type: ignore[arg-type]
    assert (owed.state, owed.iban) == (OwnDebtState.OPEN, None) and sound(session)
    assert debt_stands_at(session, owed=owed) is OwnDebtStand.RETURNED
    take_up_again(session, payment=first)
    assert debt_stands_at(session, owed=owed) is OwnDebtStand.ON_ITS_WAY, "the return was undone"
    assert sound(session)
    book_carried_out(session, payment=first, on=date(2026, 6, 12), **by)  # type: ignore[arg-type]
    book_came_back(session, payment=first, on=date(2026, 6, 13), reason="AC04", **by)  # type: ignore[arg-type]
    give(session)
    at_the_bank(session)
    with pytest.raises(Conflict) as no:
        take_up_again(session, payment=first)
    assert no.value.code == "taken_elsewhere"


def test_a_founded_objection_against_the_penalty_alone_gives_the_difference(session: Session) -> None:
    notice, question = settled(session), question_of(session)
    decision = session.get_one(Decision, notice.decision_id)
    assert decision in objectable(session, question=question, actor=asker(question))
    objection = receive_objection(
        session, decision=decision, received_on=LATER.date(), grounds="Meer dagen.", committee=False,
        actor=asker(question), now=LATER,
    )  # fmt: skip
    waive_hearing(session, objection=objection, reason=WaiverReason.FULLY_MET, actor=ADVISOR, now=LATER)

    def decide(days: int | None) -> object:
        draft = ObjectionDraft(ObjectionOutcome.FOUNDED, "Twintig dagen.", days=days)
        return decide_objection(session, objection=objection, draft=draft, actor=ADVISOR, now=LATER)

    assert [refused(lambda days=days: decide(days)) for days in (None, 15, 43)] == [
        "days_missing", "days_out_of_range", "days_out_of_range",
    ]  # fmt: skip
    decide(20)
    again = session.scalars(select(PenaltyAgain)).one()
    assert (again.before_cents, again.amount_cents) == (35_700, 53_200)
    debts = own_debts_of(session, question=question, actor=asker(question))
    assert [one.amount_cents for one in debts] == [35_700, 17_500]
    new = session.get_one(Decision, again.decision_id)
    assert new not in objectable(session, question=question, actor=asker(question)), "then comes the court"
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "late/penalty_again")).one()
    letter = letter_content(session, message=message, dated=LATER.date(), now=LATER)
    assert "175" in str(letter.blocks) and "rechtbank" in str(letter.blocks) and "court" in str(letter.english)
    third = {"notice": notice, "days": 30, "reason": "x", "actor": ADVISOR, "now": LATER}
    assert refused(lambda: settle_penalty_again(session, **third)) == "penalty_settled"  # type: ignore[arg-type]


def test_that_nothing_is_due_is_a_decision_too_and_owes_nothing(session: Session) -> None:
    notice = noticed(session)
    refuse_and_send(session, date(2026, 5, 28))
    draft = PenaltyDraft("Kennelijk.", NoPenalty.MANIFEST)
    settle_penalty(session, notice=notice, draft=draft, actor=SECOND, now=DECIDED)
    decision = session.get_one(Decision, notice.decision_id)
    assert decision.outcomes[0].amount_cents == 0 and session.scalars(select(OwnDebt)).all() == []
    assert decision in objectable(session, question=question_of(session), actor=asker(question_of(session)))


def test_every_body_that_is_late_owes_a_penalty_of_its_own_and_needs_its_mandate(session: Session) -> None:
    notice = noticed(session)
    refuse_and_send(session, date(2026, 5, 28))
    bodies = [LateBody(BODY, "A", "leervoucher", 1), LateBody("Het college van Elders", "B", "materiaalvoucher", 1)]
    with (
        patch("portal.second_look.late_decisions.queries.late_bodies", lambda *_args, **_named: bodies),
        patch("portal.second_look.late_decisions.actions.late_bodies", lambda *_args, **_named: bodies),
    ):
        draft = PenaltyDraft("Te laat.")
        settle = {"notice": notice, "draft": draft, "actor": SECOND, "now": DECIDED}
        assert refused(lambda: settle_penalty(session, **settle)) == "no_mandate"  # type: ignore[arg-type]
        terms = MandateTerms("Het college van Elders", "Besluit 1", NOW.date())
        give_mandate(session, account_id=SECOND.account_id or 0, terms=terms, actor=REGION, now=NOW)
        settle_penalty(session, **settle)  # type: ignore[arg-type]
    decision = session.get_one(Decision, notice.decision_id)
    assert [one.amount_cents for one in decision.outcomes] == [35_700, 35_700]
    assert the_debt(session).amount_cents == notice.amount_cents == 71_400
    assert notice.body_nl == f"{BODY}, Het college van Elders"


def test_damage_is_owed_of_own_money_and_lapses_when_the_voucher_comes_back(session: Session) -> None:
    voucher = a_voucher(session)
    ending = Ending(NOW.date() + timedelta(days=60), 12_500, "Boeken gekocht.")
    decision = end_award(
        session, voucher=voucher, ending=ending, basis=MOVED, reason="Verhuisd.", actor=ADVISOR, now=NOW
    )
    owed = the_debt(session)
    assert (owed.amount_cents, owed.decision_id) == (12_500, decision.id) and verify(session) == []
    gone = let_damage_lapse(session, decision=decision, actor=SECOND, now=LATER)
    assert gone is owed and owed.state is OwnDebtState.LAPSED and payables(session) == []
    assert let_damage_lapse(session, decision=decision, actor=SECOND, now=LATER) is None, "once"
    assert own_costs(session) == []
