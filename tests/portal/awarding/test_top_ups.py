"""A supplementary award: decided, reserved and added in one act, within costs, ceilings and budget; or nothing at all."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.decisions.queries import decision_of
from portal.awarding.sent_outcomes.queries import who_pays_now
from portal.awarding.top_ups import TopUpDraft, top_up
from portal.cases.questions.models import CostInput, DevelopmentQuestion
from portal.framework.funding.models import FundingLine
from portal.ledger.actions import give_back
from portal.ledger.invariants import verify
from portal.ledger.queries import available_cents, reserved_cents
from portal.platform.errors import Conflict, Refusal
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher, VoucherChange, VoucherState
from portal.spending.vouchers.queries import changes_of, ledger_breaks
from tests.factories import ADVISOR, NOW, REGION, a_provider, a_voucher, asker


def more(
    session: Session, voucher: Voucher, cents: int, actor: object = ADVISOR, reason: str = "Duurder"
) -> VoucherChange:
    part = voucher.award.parts[0]
    line = session.get_one(FundingLine, part.funding_line_id)
    return top_up(
        session,
        voucher=voucher,
        draft=TopUpDraft(line_key=part.line_key, funding_line=line, amount_cents=cents, reason=reason),
        actor=actor,
        now=NOW,
    )


def dearer(session: Session, voucher: Voucher, by_cents: int) -> DevelopmentQuestion:
    """The training costs more than when it was decided."""
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    question.cost_lines[0].amount_cents += by_cents
    session.flush()
    return question


def right(session: Session) -> bool:
    session.flush()
    return verify(session) == [] and ledger_breaks(session) == []


def test_who_pays_now_counts_costs_that_came_on_top_and_nobody_pays_less_than_nothing(session: Session) -> None:
    voucher = a_voucher(session)
    question = dearer(session, voucher, 30_000)
    asked = {
        "question": question,
        "decision": decision_of(session, question=question, actor=ADVISOR),
        "actor": asker(question),
    }
    before = who_pays_now(session, on=NOW.date(), **asked)
    more(session, voucher, 30_000)
    now = who_pays_now(session, on=NOW.date(), **asked)
    assert before is not None and now is not None
    assert now.total_cents == sum(now.payers.values()) == before.total_cents + 30_000
    assert min(now.payers.values()) >= 0


def test_more_is_awarded_with_a_decision_of_its_own(session: Session) -> None:
    voucher = a_voucher(session)
    question = dearer(session, voucher, 30_000)
    change = more(session, voucher, 30_000)
    assert (voucher.amount_cents, voucher.open_cents, voucher.award.amount_cents) == (150_000, 150_000, 150_000)
    assert reserved_cents(session, voucher_id=voucher.id) == 150_000
    decision = session.get_one(Decision, change.decision_id)
    assert (decision.kind, decision.outcomes[0].amount_cents) == (DecisionKind.TOPPED_UP, 30_000)
    stands = decision_of(session, question=question, actor=ADVISOR)
    assert stands is not None and stands.kind is DecisionKind.APPROVED, "the first decision still stands"
    assert right(session)


def test_a_voucher_that_was_used_up_can_be_used_again(session: Session) -> None:
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    redeem_voucher(session, voucher=voucher, bill=Bill("F1", date(2026, 3, 2), 120_000), actor=pia, now=NOW)
    dearer(session, voucher, 10_000)
    more(session, voucher, 10_000)
    assert (voucher.state, voucher.open_cents, right(session)) == (VoucherState.PARTLY_REDEEMED, 10_000, True)


@pytest.mark.parametrize(("cents", "code"), [(0, "amount_not_positive"), (30_001, "above_cost")])
def test_an_impossible_amount_is_refused_at_the_field(session: Session, cents: int, code: str) -> None:
    voucher = a_voucher(session)
    dearer(session, voucher, 30_000)
    with pytest.raises(Refusal) as refused:
        more(session, voucher, cents)
    assert (refused.value.code, refused.value.field) == (code, "amount")
    assert changes_of(session, voucher=voucher) == [] and right(session)


def test_the_ceiling_and_the_budget_have_the_last_word(session: Session) -> None:
    voucher = a_voucher(session, costs=[CostInput("tuition", 250_000)])
    dearer(session, voucher, 100_000)
    with pytest.raises((Refusal, Conflict)) as above, session.begin_nested():
        more(session, voucher, 100_000)
    assert above.value.field == "amount", "the most per person is 250,000"
    session.expire_all()
    other = a_voucher(session)
    dearer(session, other, 50_000)
    line = other.award.parts[0].funding_line_id
    left = available_cents(session, funding_line_ids=[line])[line]
    give_back(session, funding_line_id=line, amount_cents=left - 40_000, actor_id="system", now=NOW, note="lager")
    with pytest.raises(Conflict) as gone, session.begin_nested():
        more(session, other, 40_001)
    assert gone.value.code == "budget_exhausted"
    session.expire_all()
    assert len(session.scalars(select(Decision).where(Decision.kind == DecisionKind.TOPPED_UP)).all()) == 0
    more(session, other, 40_000)
    assert right(session), "what fits is still given, to the cent"


def test_only_an_advisor_with_a_reason_awards_more(session: Session) -> None:
    voucher = a_voucher(session)
    dearer(session, voucher, 30_000)
    for actor, reason in ((REGION, "x"), (ADVISOR, " ")):
        with pytest.raises(Refusal):
            more(session, voucher, 1_000, actor, reason)
    assert voucher.amount_cents == 120_000
