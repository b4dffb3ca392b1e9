"""An award may depend on a share elsewhere: it waits for that outcome or not, and a refusal opens the mix again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.deciding_again import decide_again, propose_again
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.models import Decision
from portal.awarding.shares_elsewhere import actions
from portal.awarding.shares_elsewhere.actions import OutcomeElsewhere, follow_up, record_outcome
from portal.awarding.shares_elsewhere.models import Sequel, ShareElsewhere, ShareOutcome
from portal.awarding.shares_elsewhere.queries import refused_shares, shares_elsewhere
from portal.cases.contents import save_borrowing
from portal.cases.questions.models import CostInput, DevelopmentQuestion
from portal.ledger.invariants import verify
from portal.platform.errors import Conflict, Refusal
from portal.spending.vouchers.models import BlockGround, Voucher, VoucherState
from portal.spending.vouchers.queries import ledger_breaks
from tests.factories import ADVISOR, ALL_CHECKED, NOW, an_application, approve

NEXT = NOW + timedelta(days=10)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheme says `share_elsewhere: waits`."""
    monkeypatch.setattr(actions, "_waits", lambda *_arguments: True)


def decided(session: Session) -> tuple[DevelopmentQuestion, Decision, ShareElsewhere, Voucher]:
    """€ 4,000 of which the voucher pays its maximum of € 2,500, and a loan elsewhere € 1,500."""
    question = an_application(session, costs=(CostInput("tuition", 400_000),))
    save_borrowing(session, question=question, up_to_cents=150_000, actor=ADVISOR, now=NOW)
    decision = approve(session, question)
    share = shares_elsewhere(session, question=question)[0]
    voucher = session.scalars(select(Voucher).where(Voucher.question_id == question.id)).one()
    return question, decision, share, voucher


def outcome(session: Session, share: ShareElsewhere, what: ShareOutcome, cents: int) -> None:
    record_outcome(
        session,
        share=share,
        told=OutcomeElsewhere(outcome=what, granted_cents=cents, by="DUO", on=NEXT.date()),
        actor=ADVISOR,
        now=NEXT,
    )


def test_a_decision_notes_what_another_body_still_decides(session: Session) -> None:
    _question, decision, share, voucher = decided(session)
    assert (share.decision_id, share.scheme, share.expected_cents) == (decision.id, "studielening", 150_000)
    assert share.outcome is None and not voucher.is_blocked  # the scheme lets the rest fall to the bearer


@pytest.mark.usefixtures("waits")
def test_the_voucher_is_blocked_until_the_outcome_is_recorded(session: Session) -> None:
    _question, _decision, share, voucher = decided(session)
    assert (voucher.is_blocked, voucher.block_reason) == (True, BlockGround.SHARE_ELSEWHERE)
    outcome(session, share, ShareOutcome.GRANTED, 150_000)
    session.refresh(voucher)
    assert not voucher.is_blocked
    assert (share.outcome_by, share.outcome_on, share.recorded_by) == ("DUO", NEXT.date(), ADVISOR.reference)
    with pytest.raises(Conflict):
        outcome(session, share, ShareOutcome.GRANTED, 150_000)


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize(("what", "cents"), [(ShareOutcome.REFUSED, 0), (ShareOutcome.PARTLY, 60_000)])
def test_less_than_expected_opens_the_mix_and_keeping_the_award_frees_the_voucher(
    session: Session, what: ShareOutcome, cents: int
) -> None:
    _question, _decision, share, voucher = decided(session)
    outcome(session, share, what, cents)
    session.refresh(voucher)
    assert refused_shares(session) == [share] and voucher.is_blocked
    follow_up(session, share=share, sequel=Sequel.KEPT, actor=ADVISOR, now=NEXT)
    session.refresh(voucher)
    assert refused_shares(session) == [] and not voucher.is_blocked
    with pytest.raises(Conflict):
        follow_up(session, share=share, sequel=Sequel.KEPT, actor=ADVISOR, now=NEXT)


def test_a_revision_takes_back_the_old_voucher_and_reserves_anew_in_one_act(session: Session) -> None:
    question, decision, share, voucher = decided(session)
    outcome(session, share, ShareOutcome.REFUSED, 0)
    proposal = propose_again(session, question=question, actor=ADVISOR, now=NEXT)
    assert voucher.state is VoucherState.ISSUED and verify(session) == []  # proposing changed nothing
    again = decide_again(
        session,
        question=question,
        draft=Draft(proposal=proposal, rationale="De lening is geweigerd.", checks=ALL_CHECKED),
        actor=ADVISOR,
        now=NEXT,
    )
    session.refresh(voucher)
    live = session.scalars(select(Voucher).where(Voucher.state == VoucherState.ISSUED)).all()
    assert again.id != decision.id and voucher.state is VoucherState.REVOKED
    assert [one.amount_cents for one in live] == [250_000] and share.sequel is Sequel.DECIDED_AGAIN
    assert verify(session) == [] and ledger_breaks(session) == []


@pytest.mark.parametrize(
    ("what", "cents", "by", "on"),
    [
        (ShareOutcome.GRANTED, 149_999, "DUO", date(2026, 3, 12)),
        (ShareOutcome.PARTLY, 150_000, "DUO", date(2026, 3, 12)),
        (ShareOutcome.PARTLY, 0, "DUO", date(2026, 3, 12)),
        (ShareOutcome.REFUSED, 1, "DUO", date(2026, 3, 12)),
        (ShareOutcome.GRANTED, 150_000, " ", date(2026, 3, 12)),
        (ShareOutcome.GRANTED, 150_000, "DUO", date(2026, 3, 13)),
    ],
)
def test_an_outcome_that_does_not_fit_is_refused(
    session: Session, what: ShareOutcome, cents: int, by: str, on: date
) -> None:
    _question, _decision, share, _voucher = decided(session)
    with pytest.raises(Refusal):
        record_outcome(
            session,
            share=share,
            told=OutcomeElsewhere(outcome=what, granted_cents=cents, by=by, on=on),
            actor=ADVISOR,
            now=NEXT,
        )
    assert share.outcome is None
