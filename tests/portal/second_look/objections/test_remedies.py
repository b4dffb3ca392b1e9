"""A founded objection always has a remedy, in one act (Awb 7:11): what was decided is replaced, and who was wronged has it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.receipt import verify as verify_receipt
from portal.awarding.deciding_again import propose_again
from portal.awarding.decision_receipts import receipt_of_decision
from portal.awarding.decisions.actions import reject_question
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.models import NO_OBJECTION, Decision, DecisionKind
from portal.awarding.decisions.queries import decided_mix
from portal.awarding.held_money import HELD
from portal.awarding.order_of_receipt.actions import EarlierApplicationFirst
from portal.awarding.reductions import Ending, end_award, lower_award, revoke_award
from portal.awarding.restorations.models import Restoration, RestorationState
from portal.awarding.restorations.queries import waiting_restorations
from portal.awarding.restoring import give_back_restored, restore_award
from portal.awarding.top_ups import TopUpDraft
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.funding.models import FundingLine
from portal.ledger.actions import fund, give_back
from portal.ledger.invariants import verify
from portal.ledger.queries import available_cents, reserved_cents
from portal.papers.letter_content import letter_content
from portal.paying.collecting.actions import determine_interest
from portal.paying.collecting.relief import defer_payment
from portal.paying.recoveries import monthly_terms, write_off
from portal.paying.settlements.actions import SettlementDraft, settle_voucher
from portal.paying.settlements.lowering import LoweringDraft, lower_settlement
from portal.paying.settlements.models import SettlementGround
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import OutboxMessage
from portal.second_look.late_decisions.actions import PenaltyDraft, settle_penalty
from portal.second_look.objections.actions import decide_objection, receive_objection, waive_hearing
from portal.second_look.objections.models import Objection, ObjectionOutcome, WaiverReason
from portal.second_look.objections.queries import objectable
from portal.second_look.objections.remedies import ABOUT_MIX, REMEDIES, ObjectionDraft
from portal.spending.vouchers.actions import expire_voucher, redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher, VoucherState
from portal.spending.vouchers.queries import changes_of, ledger_breaks
from tests.factories import (
    ADVISOR,
    ALL_CHECKED,
    ASKED,
    MOVED,
    NOW,
    OWN_FACTS,
    SECOND,
    SYSTEM,
    UNHEARD,
    a_provider,
    a_voucher,
    an_application,
    approve,
    asker,
)
from tests.portal.awarding.test_setting_aside import aside
from tests.portal.awarding.test_top_ups import dearer, more
from tests.portal.paying.collecting.owed_late import at, pay, sent
from tests.portal.paying.late_interest.paid_late import determined
from tests.portal.paying.setting_off.test_setting_off import SAME, do, of_a_holder
from tests.portal.second_look.late_decisions.test_late_decisions import noticed, refuse_and_send

TODAY = NOW.date()
LATER = NOW + timedelta(days=30)
FOUNDED = ObjectionDraft(ObjectionOutcome.FOUNDED, "U hebt gelijk.")


def used(session: Session, cents: int = 50_000) -> Voucher:
    """€ 1,200, of which so much was used."""
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    redeem_voucher(session, voucher=voucher, bill=Bill("F1", TODAY, cents), actor=pia, now=NOW)
    return voucher


def after(decision: Decision) -> datetime:
    """When one objects to it, and that is decided."""
    return max(LATER, decision.decided_at + timedelta(days=30))


def objected(session: Session, decision: Decision) -> Objection:
    """Objected to, and to be met in full without a hearing."""
    question, later = session.get_one(DevelopmentQuestion, decision.question_id), after(decision)
    objection = receive_objection(
        session,
        decision=decision,
        received_on=later.date(),
        grounds="Ik ben het er niet mee eens.",
        committee=False,
        actor=asker(question),
        now=later,
    )
    waive_hearing(session, objection=objection, reason=WaiverReason.FULLY_MET, actor=SECOND, now=later)
    return objection


def founded(session: Session, decision: Decision, draft: ObjectionDraft = FOUNDED) -> Decision:
    """The decision that came in its place."""
    objection, later = objected(session, decision), after(decision)
    if decision.kind in ABOUT_MIX and draft is FOUNDED:
        question = session.get_one(DevelopmentQuestion, decision.question_id)
        new = Draft(propose_again(session, question=question, actor=SECOND, now=later), "Toch.", ALL_CHECKED)
        draft = ObjectionDraft(ObjectionOutcome.FOUNDED, "U hebt gelijk.", new)
    decide_objection(session, objection=objection, draft=draft, actor=SECOND, now=later)
    session.flush()
    assert verify(session) == [] and ledger_breaks(session) == []
    return session.get_one(Decision, objection.new_decision_id)


def revoked(session: Session, voucher: Voucher) -> Decision:
    return revoke_award(session, voucher=voucher, basis=ASKED, reason="Gestopt.", actor=ADVISOR, now=NOW)


def lowered(session: Session, voucher: Voucher) -> Decision:
    return lower_award(session, voucher=voucher, by_cents=20_000, basis=ASKED, reason="x", actor=ADVISOR, now=NOW)


# Every kind of decision ------------------------------------------------------------------------------------------------


def _rejected(session: Session) -> tuple[Decision, ObjectionDraft]:
    question = an_application(session)
    words = {"rationale": "Past niet.", "ground": OWN_FACTS}
    return reject_question(session, question=question, actor=ADVISOR, now=NOW, **words), FOUNDED  # type: ignore[arg-type]


def _awarded(session: Session) -> tuple[Decision, ObjectionDraft]:
    return session.get_one(Decision, used(session).award.decision_id), FOUNDED


def _topped_up(session: Session) -> tuple[Decision, ObjectionDraft]:
    voucher = a_voucher(session)
    dearer(session, voucher, 30_000)
    made, part = more(session, voucher, 10_000), voucher.award.parts[0]
    line = session.get_one(FundingLine, part.funding_line_id)
    draft = TopUpDraft(part.line_key, line, 20_000, "Toch alles.")
    return session.get_one(Decision, made.decision_id), ObjectionDraft(
        ObjectionOutcome.FOUNDED, "U hebt gelijk.", more=draft
    )


def _settled(session: Session) -> tuple[Decision, ObjectionDraft]:
    draft = SettlementDraft(20_000, SettlementGround.NOT_DONE, "Half.", UNHEARD)
    made = settle_voucher(session, voucher=used(session), draft=draft, actor=ADVISOR, now=NOW)
    return session.get_one(Decision, made.decision_id), ObjectionDraft(
        ObjectionOutcome.FOUNDED, "U hebt gelijk.", amount_cents=50_000
    )


def _settled_less(session: Session) -> tuple[Decision, ObjectionDraft]:
    voucher, by = used(session), {"actor": ADVISOR, "now": NOW}
    as_used = SettlementDraft(50_000, SettlementGround.AS_USED, "Klaar.")
    settle_voucher(session, voucher=voucher, draft=as_used, **by)  # type: ignore[arg-type]
    draft = LoweringDraft(20_000, SettlementGround.KNOWN_WRONG, "Half.", None, UNHEARD)
    made = lower_settlement(session, voucher=voucher, draft=draft, **by)  # type: ignore[arg-type]
    return session.get_one(Decision, made.decision_id), ObjectionDraft(
        ObjectionOutcome.FOUNDED, "U hebt gelijk.", amount_cents=50_000
    )


def _interest(session: Session) -> tuple[Decision, ObjectionDraft]:
    claim, day = sent(session), date(2028, 4, 14)
    pay(session, claim, 60_000, day)
    made = determine_interest(session, recovery=claim, actor=ADVISOR, now=at(day))
    pay(session, claim, 1_000, day, "R2")
    return session.get_one(Decision, made.decision_id), FOUNDED


def _set_off(session: Session) -> tuple[Decision, ObjectionDraft]:
    with TemporaryDirectory() as folder:
        done = do(session, of_a_holder(session, Path(folder)), SAME)
    return session.get_one(Decision, done.decision_id), FOUNDED


def _put_off(session: Session) -> tuple[Decision, ObjectionDraft]:
    claim = sent(session)
    step = defer_payment(
        session, recovery=claim, until=TODAY + timedelta(days=90), reason="Ziek.", actor=ADVISOR, now=NOW
    )
    terms = monthly_terms(amount_cents=claim.open_cents, number=3, first_on=TODAY + timedelta(days=100))
    draft = ObjectionDraft(ObjectionOutcome.FOUNDED, "U hebt gelijk.", terms=tuple(terms))
    return session.get_one(Decision, step.decision_id), draft


def _waived(session: Session) -> tuple[Decision, ObjectionDraft]:
    entry = write_off(session, recovery=sent(session), amount_cents=1_000, reason="x", actor=ADVISOR, now=NOW)
    draft = ObjectionDraft(ObjectionOutcome.FOUNDED, "U hebt gelijk.", amount_cents=2_000)
    return session.get_one(Decision, entry.decision_id), draft


def _penalty(session: Session) -> tuple[Decision, ObjectionDraft]:
    notice = noticed(session)
    refuse_and_send(session, date(2026, 5, 28))
    draft = PenaltyDraft("Te laat.")
    settle_penalty(session, notice=notice, draft=draft, actor=ADVISOR, now=at(date(2026, 6, 3)))
    more_days = ObjectionDraft(ObjectionOutcome.FOUNDED, "U hebt gelijk.", days=20)
    return session.get_one(Decision, notice.decision_id), more_days


def _own_interest(session: Session) -> tuple[Decision, ObjectionDraft]:
    made = determined(session)
    more = ObjectionDraft(ObjectionOutcome.FOUNDED, "U hebt gelijk.", amount_cents=made.amount_cents + 1_00)
    return session.get_one(Decision, made.decision_id), more


DECIDED: dict[DecisionKind, Callable[[Session], tuple[Decision, ObjectionDraft]]] = {
    DecisionKind.APPROVED: _awarded,
    DecisionKind.REJECTED: _rejected,
    DecisionKind.TOPPED_UP: _topped_up,
    DecisionKind.SETTLED: _settled,
    DecisionKind.SETTLED_LESS: _settled_less,
    DecisionKind.REVOKED: lambda session: (revoked(session, used(session)), FOUNDED),
    DecisionKind.LOWERED: lambda session: (lowered(session, used(session)), FOUNDED),
    DecisionKind.SET_ASIDE: lambda session: (aside(session)[1], FOUNDED),
    DecisionKind.INTEREST: _interest,
    DecisionKind.SET_OFF: _set_off,
    DecisionKind.PUT_OFF: _put_off,
    DecisionKind.WAIVED: _waived,
    DecisionKind.PENALTY: _penalty,
    DecisionKind.OWN_INTEREST: _own_interest,
}
"""How each kind comes about. One that awards a part (`PARTLY`) is replaced as one that awards all."""


def test_every_decision_that_one_can_object_to_has_a_remedy() -> None:
    of_an_objection = {DecisionKind.RESTORED, DecisionKind.UNDONE}
    assert {*REMEDIES, *NO_OBJECTION, *of_an_objection} == set(DecisionKind)
    assert {*DECIDED, DecisionKind.PARTLY} == set(REMEDIES), "each is carried out below"


@pytest.mark.parametrize("kind", DECIDED)
def test_a_founded_objection_is_carried_out_in_one_act(session: Session, kind: DecisionKind) -> None:
    decision, draft = DECIDED[kind](session)
    assert decision.kind is kind
    new = founded(session, decision, draft)
    assert new.id != decision.id and new.question_id == decision.question_id
    question = session.get_one(DevelopmentQuestion, new.question_id)
    assert new not in objectable(session, question=question, actor=asker(question)), "then comes the court"
    assert new.decided_by == SECOND.reference
    assert new.kind is DecisionKind.TAKEN_UP or new.outcomes[0].amount_cents > 0, "that one leads to a decision"


# A voucher that comes back ---------------------------------------------------------------------------------------------


def test_a_revoked_voucher_comes_back_with_what_was_taken_and_more_days(session: Session) -> None:
    voucher = used(session)
    before = voucher.valid_until
    new = founded(session, revoked(session, voucher))
    assert (voucher.state, voucher.open_cents) == (VoucherState.PARTLY_REDEEMED, 70_000)
    assert voucher.revoked_at is None and voucher.valid_until == before + timedelta(days=30), "the days it was away"
    assert reserved_cents(session, voucher_id=voucher.id) == 70_000
    assert (new.kind, new.outcomes[0].amount_cents) == (DecisionKind.RESTORED, 120_000)
    assert [one.kind.value for one in changes_of(session, voucher=voucher)] == ["restored"]
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "reduction/restored")).one()
    letter = letter_content(session, message=message, dated=LATER.date(), now=LATER)
    words, english = str(letter.blocks), str(letter.english)
    assert "700" in words and "4:25 en 7:11" in words and "rechtbank" in words and "court" in english
    taken_by = session.get_one(Decision, session.scalars(select(Restoration)).one().replaced_decision_id)
    with pytest.raises(Conflict) as again:
        restore_award(session, voucher=voucher, taken_by=taken_by, reason="Nog eens.", actor=SECOND, now=LATER)
    assert again.value.code == "restored_before"


def test_a_lowered_voucher_gets_its_part_back_and_one_that_lapsed_since_lives_again(session: Session) -> None:
    first, second = used(session), a_voucher(session)
    decisions = [lowered(session, one) for one in (first, second)]
    founded(session, decisions[0])
    assert (first.open_cents, first.released_cents) == (70_000, 0)
    expire_voucher(session, voucher=second, today=second.valid_until + timedelta(days=1), actor=SYSTEM, now=LATER)
    assert second.state is VoucherState.EXPIRED
    founded(session, decisions[1])
    assert (second.state, second.open_cents) == (VoucherState.ISSUED, 20_000), "what the decision took, and no more"
    assert second.valid_until >= LATER.date() + timedelta(weeks=6)


def test_a_voucher_that_was_to_end_has_its_old_day_again(session: Session) -> None:
    voucher = used(session)
    before = voucher.valid_until
    ending = Ending(LATER.date() + timedelta(days=12), 0, "Geen kosten.", TODAY)
    decision = end_award(
        session, voucher=voucher, ending=ending, basis=MOVED, reason="Verhuisd.", actor=ADVISOR, now=NOW
    )
    assert voucher.is_live and voucher.valid_until == ending.ends_on
    founded(session, decision)
    assert (voucher.valid_until, voucher.open_cents) == (before, 70_000), "nothing was taken yet"


def test_without_money_it_waits_before_everybody_else_and_comes_by_itself(session: Session) -> None:
    voucher = used(session)
    decision = revoked(session, voucher)
    line = voucher.award.parts[0].funding_line_id
    left = available_cents(session, funding_line_ids=[line])[line]
    gone = left - 20_000
    give_back(session, funding_line_id=line, amount_cents=gone, actor_id="tests", now=NOW, note="gone")
    new = founded(session, decision)
    row = session.scalars(select(Restoration)).one()
    assert (row.state, row.decision_id, voucher.state) == (RestorationState.WAITING, new.id, VoucherState.REVOKED)
    assert [one.restoration for one in waiting_restorations(session, actor=ADVISOR)] == [row]
    assert waiting_restorations(session, actor=asker(an_application(session))) == [], "another person sees nothing"
    told = session.scalars(select(OutboxMessage.template)).all()
    assert "reduction/restored_waits" in told and "voucher/restored" not in told
    assert give_back_restored(session, now=LATER) == 0, "there is no money yet"
    with pytest.raises(Conflict) as first:
        settle_voucher(
            session,
            voucher=voucher,
            draft=SettlementDraft(50_000, SettlementGround.AS_USED, "Klaar."),
            actor=ADVISOR,
            now=LATER,
        )
    assert first.value.code == "restoration_waits"
    fund(session, funding_line_id=line, amount_cents=60_000, actor_id="tests", now=LATER, key="came")
    other = an_application(session)
    with pytest.raises(EarlierApplicationFirst), session.begin_nested():
        approve(session, other, now=LATER)
    assert give_back_restored(session, now=LATER) == 1 and give_back_restored(session, now=LATER) == 0
    assert (voucher.state, voucher.open_cents, row.state) == (
        VoucherState.PARTLY_REDEEMED,
        70_000,
        RestorationState.GIVEN,
    )
    assert "voucher/restored" in session.scalars(select(OutboxMessage.template)).all()
    session.flush()
    assert verify(session) == [] and ledger_breaks(session) == []


def test_what_would_lead_to_nothing_is_refused_and_changes_nothing(session: Session) -> None:
    voucher = used(session)
    low = lowered(session, voucher)
    session.flush()
    revoked(session, voucher)
    voucher.revoked_at = NOW + timedelta(hours=1)  # by a decision of later that day
    session.flush()
    with pytest.raises(Refusal) as later, session.begin_nested():
        founded(session, low)
    assert later.value.code == "revoked_later"
    settled = settle_voucher(
        session,
        voucher=used(session),
        draft=SettlementDraft(50_000, SettlementGround.AS_USED, "Klaar."),
        actor=ADVISOR,
        now=NOW,
    )
    decision = session.get_one(Decision, settled.decision_id)
    draft = ObjectionDraft(ObjectionOutcome.FOUNDED, "U hebt gelijk.", amount_cents=50_000)
    with pytest.raises(Refusal) as nothing, session.begin_nested():
        founded(session, decision, draft)
    assert nothing.value.code == "nothing_higher"


# An award of which a voucher was used ----------------------------------------------------------------------------------


def test_an_award_with_a_used_voucher_is_decided_again_over_what_is_left(session: Session) -> None:
    voucher = used(session)
    question = dearer(session, voucher, 30_000)
    new = founded(session, session.get_one(Decision, voucher.award.decision_id))
    assert (voucher.state, voucher.redeemed_cents, voucher.open_cents) == (VoucherState.REVOKED, 50_000, 0)
    [fresh] = session.scalars(select(Voucher).where(Voucher.id != voucher.id)).all()
    mix = decided_mix(new)
    assert mix is not None and sum(one.cents for one in mix.shares if one.funding_line == HELD) == 50_000
    whole = mix.cents_of(voucher.scheme)
    assert (fresh.amount_cents, new.outcomes[0].amount_cents) == (whole - 50_000, whole)
    assert whole <= sum(line.amount_cents for line in question.cost_lines), "no cost is paid twice"
    receipt = receipt_of_decision(session, decision=new, actor=ADVISOR)
    assert receipt is not None and [one for one in verify_receipt(receipt, "x") if one.severity == "error"] == []
    message = session.scalars(
        select(OutboxMessage).where(OutboxMessage.template == "decision/approved", OutboxMessage.version == new.id)
    ).one()
    assert "500 al gebruikt" in str(letter_content(session, message=message, dated=date(2026, 4, 1), now=LATER).blocks)
