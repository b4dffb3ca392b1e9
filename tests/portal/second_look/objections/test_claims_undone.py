"""A founded objection against interest, and against setting off: undone in one act, with books that agree (Awb 7:11)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.funding.models import FundingLine
from portal.ledger.actions import give_back
from portal.ledger.queries import available_cents
from portal.ledger.settling import recover_paid
from portal.papers.letter_content import letter_content
from portal.paying.collecting.actions import determine_interest
from portal.paying.collecting.models import CollectionCharge, InterestUndone
from portal.paying.collecting.queries import charged_cents, interest_to_pay_back, interest_undone, standing_of
from portal.paying.collecting.undoing import note_interest_repaid, undo_interest
from portal.paying.payments.actions import make_batch
from portal.paying.payments.queries import payables
from portal.paying.reassignments.queries import reassignment_breaks
from portal.paying.recoveries import Term, plan_instalments
from portal.paying.setting_off.models import SetOff, SetOffUndone
from portal.paying.setting_off.queries import set_off_undone
from portal.paying.setting_off.undoing import undo_set_off
from portal.paying.settlements.models import InstalmentState, Recovery, RecoveryState
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import OutboxMessage
from portal.second_look.objections.queries import told_in
from portal.spending.vouchers.models import Redemption, Voucher
from tests.factories import ADVISOR, NOW, REGION, SECOND
from tests.portal.paying.collecting.owed_late import at, pay, sent
from tests.portal.paying.setting_off.test_setting_off import SAME, books, do, of_a_holder
from tests.snapshots import made_once

LONG_AFTER = date(2028, 4, 14)
LATER = at(LONG_AFTER + timedelta(days=30))


@made_once
def with_interest(session: Session) -> tuple[Recovery, CollectionCharge]:
    """A claim that was paid two years too late, and the interest over it; € 10 of that is paid."""
    claim = sent(session)
    pay(session, claim, 60_000, LONG_AFTER)
    charge = determine_interest(session, recovery=claim, actor=ADVISOR, now=at(LONG_AFTER))
    pay(session, claim, 1_000, LONG_AFTER, "R2")
    return claim, charge


def words(session: Session, template: str) -> tuple[str, str]:
    """Its letter in Dutch and in English."""
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == template)).one()
    letter = letter_content(session, message=message, dated=LATER.date(), now=LATER)
    dutch, english = (json.dumps(one, ensure_ascii=False) for one in (letter.blocks, letter.english))
    return dutch.replace("\xa0", " "), english


def test_interest_lapses_and_what_was_paid_of_it_is_owed_and_paid_by_another(session: Session) -> None:
    claim, charge = with_interest(session)
    whole = charge.amount_cents
    before = books(session, claim.voucher_id)
    undone = undo_interest(session, charge=charge, reason="U was ziek.", actor=SECOND, now=LATER)
    assert (undone.owed_cents, undone.waived_cents) == (1_000, whole - 1_000) and whole > 1_000
    assert charged_cents(session, recovery=claim) == 0 and books(session, claim.voucher_id) == before
    decision = session.get_one(Decision, undone.decision_id)
    assert (decision.kind, decision.outcomes[0].amount_cents) == (DecisionKind.UNDONE, whole)
    assert told_in(session, decision=decision) == [("recovery/interest_undone", undone.id)]
    dutch, english = words(session, "recovery/interest_undone")
    assert "€ 10" in dutch and "waarmee u betaalde" in dutch and "€10" in english and "rechtbank" in dutch
    assert interest_to_pay_back(session, actor=REGION) == [(claim, undone)]
    assert interest_to_pay_back(session, actor=ADVISOR) == []
    when = {"paid_on": LATER.date(), "now": LATER}
    for actor, reference, code in ((SECOND, "B1", "not_yours"), (REGION, " ", "reference_missing")):
        with pytest.raises(Refusal) as no:
            note_interest_repaid(session, undone=undone, reference=reference, actor=actor, **when)  # type: ignore[arg-type]
        assert no.value.code == code
    note_interest_repaid(session, undone=undone, reference="B1", actor=REGION, **when)  # type: ignore[arg-type]
    assert interest_to_pay_back(session, actor=REGION) == [] and undone.paid_on == LATER.date()
    with pytest.raises(Conflict) as again:
        note_interest_repaid(session, undone=undone, reference="B2", actor=REGION, **when)  # type: ignore[arg-type]
    assert again.value.code == "repaid_before"
    with pytest.raises(Conflict) as twice:
        undo_interest(session, charge=charge, reason="Nog eens.", actor=SECOND, now=LATER)
    assert twice.value.code == "undone_before"


def test_of_interest_that_nobody_paid_nothing_is_owed(session: Session) -> None:
    claim = sent(session)
    pay(session, claim, 60_000, LONG_AFTER)
    charge = determine_interest(session, recovery=claim, actor=ADVISOR, now=at(LONG_AFTER))
    undone = undo_interest(session, charge=charge, reason="U was ziek.", actor=SECOND, now=LATER)
    assert interest_undone(session, charge=charge) is undone and undone.owed_cents == 0
    assert interest_to_pay_back(session, actor=REGION) == [] and session.scalars(select(InterestUndone)).one() is undone
    with pytest.raises(Conflict):
        note_interest_repaid(session, undone=undone, paid_on=LATER.date(), reference="B", actor=REGION, now=LATER)


def undo(session: Session, done: SetOff) -> SetOffUndone:
    return undo_set_off(session, done=done, reason="Geen grond.", actor=SECOND, now=NOW)


def test_what_was_set_off_is_paid_and_the_claim_is_open_again_with_new_days_to_pay(
    session: Session, tmp_path: Path
) -> None:
    claim, bill = pair = of_a_holder(session, tmp_path)
    before = [books(session, one.voucher_id) for one in pair]
    done = do(session, pair, SAME)
    undone = undo(session, done)
    assert [books(session, one.voucher_id) for one in pair] == before, "as if it never was set off"
    assert list(reassignment_breaks(session)) == []
    assert [(one.redemption, one.amount_cents) for one in payables(session)] == [(bill, 30_000)]
    assert (claim.state, claim.received_cents, claim.open_cents) == (RecoveryState.OPEN, 0, 60_000)
    assert undone.pay_by == NOW.date() + timedelta(weeks=6)
    standing = standing_of(session, recovery=claim, today=undone.pay_by)
    assert standing is not None and (standing.put_off_until, standing.due_on) == (undone.pay_by, None)
    late = standing_of(session, recovery=claim, today=undone.pay_by + timedelta(days=1))
    assert late is not None and (late.due_on, late.due_cents) == (undone.pay_by, 60_000)
    decision = session.get_one(Decision, undone.decision_id)
    assert (decision.kind, decision.outcomes[0].amount_cents) == (DecisionKind.UNDONE, 20_000)
    assert told_in(session, decision=decision) == [("recovery/set_off_undone", undone.id)]
    dutch, english = words(session, "recovery/set_off_undone")
    assert all(one in dutch for one in ("€ 200", "€ 600", "13 april 2026", "rechtbank")) and "13 April 2026" in english
    with pytest.raises(Conflict) as twice:
        undo(session, done)
    assert twice.value.code == "undone_before" and set_off_undone(session, done=done) is undone
    batch = make_batch(session, actor=REGION, now=NOW)
    assert batch.total_cents == 30_000 and batch.payments[0].redemption is bill
    pay(session, claim, 60_000, NOW.date())
    assert claim.state is RecoveryState.CLOSED and books(session, claim.voucher_id) == (40_000, 40_000)


def test_without_money_or_after_the_bill_came_back_it_cannot_be_undone_and_nothing_changes(
    session: Session, tmp_path: Path
) -> None:
    pair = of_a_holder(session, tmp_path)
    done = do(session, pair, SAME)
    voucher = session.get_one(Voucher, pair[0].voucher_id)
    line = session.get_one(FundingLine, voucher.award.parts[0].funding_line_id)
    left = available_cents(session, funding_line_ids=[line.id])[line.id]
    stands = [books(session, one.voucher_id) for one in pair]
    gone = left - 10_000
    give_back(session, funding_line_id=line.id, amount_cents=gone, actor_id="tests", now=NOW, note="gone")
    with pytest.raises(Conflict) as no, session.begin_nested():
        undo(session, done)
    assert no.value.code == "budget_exhausted"
    session.expire_all()
    assert [books(session, one.voucher_id) for one in pair] == stands and set_off_undone(session, done=done) is None


def test_after_the_bill_itself_came_back_it_cannot_be_undone(session: Session, tmp_path: Path) -> None:
    pair = of_a_holder(session, tmp_path)
    done = do(session, pair, SAME)
    bill = session.get_one(Voucher, pair[1].voucher_id)
    recover_paid(
        session, voucher_id=bill.id, amount_cents=done.amount_cents, key="again:1", actor_id="tests", now=NOW, note="x"
    )
    with pytest.raises(Conflict) as no, session.begin_nested():
        undo(session, done)
    assert no.value.code == "bill_came_back"
    session.expire_all()
    assert set_off_undone(session, done=done) is None and pair[0].open_cents == 40_000


def test_a_plan_of_instalments_ends_when_the_claim_is_open_for_more(session: Session, tmp_path: Path) -> None:
    claim, _bill = pair = of_a_holder(session, tmp_path)
    plan_instalments(session, recovery=claim, terms=[Term(NOW.date(), 60_000)], actor=ADVISOR, now=NOW)
    undo(session, do(session, pair, SAME))
    assert {one.state for one in claim.instalments} == {InstalmentState.REPLACED} and claim.open_cents == 60_000
    standing = standing_of(session, recovery=claim, today=NOW.date())
    assert standing is not None and standing.due_on is None
    assert session.get_one(Redemption, pair[1].id) and session.scalars(select(DevelopmentQuestion)).first()
