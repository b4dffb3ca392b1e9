"""Settling, topping up and deciding again: only with mandate for the whole amount, and above an amount never one person alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.access import Actor, Audience
from portal.awaited.actions import record_outcome
from portal.awaited.models import Sequel, ShareOutcome
from portal.awaited.queries import awaited_shares
from portal.decisions.models import Decision, DecisionKind, DecisionMandate
from portal.errors import Conflict, Refusal
from portal.funding.models import FundingLine
from portal.further_decisions.actions import (
    decide_further,
    prepare_revision,
    prepare_settlement,
    prepare_top_up,
    send_back_further,
    withdraw_further,
)
from portal.further_decisions.models import FurtherPreparation, FurtherState
from portal.further_decisions.queries import waiting_further, waiting_further_of
from portal.ledger.invariants import verify
from portal.ledger.queries import reserved_cents
from portal.proposals.models import ProposalRecord
from portal.questions.actions import save_borrowing
from portal.questions.models import CostInput, DevelopmentQuestion
from portal.revisions.actions import propose_again, revise_decision
from portal.settlements.actions import settle_voucher
from portal.settlements.models import Ground, Settlement
from portal.supplements.actions import top_up
from portal.vouchers.actions import redeem_voucher
from portal.vouchers.models import Voucher, VoucherState
from portal.vouchers.queries import ledger_breaks
from tests.factories import (
    ADVISOR,
    ALL_CHECKED,
    NOW,
    SECOND,
    SYSTEM,
    a_mandate,
    a_provider,
    a_voucher,
    an_application,
    approve,
)

NOVICE = Actor(Audience.ADVISOR, account_id=906, display_name="Noa Nieuw")
NEXT = NOW + timedelta(days=10)
LIMIT = 100_000


@pytest.fixture
def two_people_above_1000(monkeypatch: pytest.MonkeyPatch) -> None:
    """The schemes want two people above € 1,000 for what comes after the first decision, as `four_eyes_above_cents` says."""

    def limited(found: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            one = found(*arguments, **named)
            held = one if isinstance(one, dict) else {"": one}
            changed = {
                slug: replace(old, definition=old.definition.model_copy(update={"four_eyes_above_cents": LIMIT}))
                for slug, old in held.items()
            }
            return changed if isinstance(one, dict) else changed[""]

        return wrapped

    for place in (
        "portal.settlements.actions.scheme_of_voucher",
        "portal.supplements.actions._scheme",
        "portal.decisions.actions.schemes_applied_for",
    ):
        module, _, name = place.rpartition(".")
        real = getattr(__import__(module, fromlist=[name]), name)
        monkeypatch.setattr(place, limited(real))


def used(session: Session, cents: int) -> Voucher:
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    redeem_voucher(
        session,
        voucher=voucher,
        invoice_number="F1",
        invoice_date=date(2026, 3, 2),
        amount_cents=cents,
        actor=pia,
        now=NOW,
    )
    return voucher


def settlement_of(voucher: Voucher, cents: int) -> dict[str, Any]:
    ground = Ground.AS_USED if cents == voucher.used_cents else Ground.NOT_DONE
    return {"voucher": voucher, "amount_cents": cents, "ground": ground, "reason": "Half gevolgd."}


def supplement_of(session: Session, voucher: Voucher, cents: int) -> dict[str, Any]:
    """The training became dearer, and the voucher goes up by that."""
    session.get_one(DevelopmentQuestion, voucher.question_id).cost_lines[0].amount_cents += cents
    session.flush()
    part = voucher.award.parts[0]
    line = session.get_one(FundingLine, part.funding_line_id)
    return {
        "voucher": voucher,
        "line_key": part.line_key,
        "funding_line": line,
        "amount_cents": cents,
        "reason": "Duurder.",
    }


def to_revise(session: Session) -> dict[str, Any]:
    """A loan elsewhere was refused after the decision; the new proposal awards € 2,500."""
    question = an_application(session, costs=(CostInput("tuition", 400_000),))
    save_borrowing(session, question=question, up_to_cents=150_000, actor=ADVISOR, now=NOW)
    approve(session, question)
    share = awaited_shares(session, question=question)[0]
    record_outcome(
        session,
        share=share,
        outcome=ShareOutcome.REFUSED,
        granted_cents=0,
        by="DUO",
        on=NEXT.date(),
        actor=ADVISOR,
        now=NEXT,
    )
    proposal: ProposalRecord = propose_again(session, question=question, actor=ADVISOR, now=NEXT)
    return {"question": question, "proposal": proposal, "rationale": "De lening is geweigerd.", "checks": ALL_CHECKED}


def refused_with(code: str, session: Session, work: Callable[[], object]) -> None:
    with pytest.raises(Refusal) as refused, session.begin_nested():
        work()
    assert refused.value.code == code
    session.expire_all()


def right(session: Session) -> bool:
    session.flush()
    return verify(session) == [] and ledger_breaks(session) == []


# Mandate ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("up_to", "code"), [(None, "no_mandate"), (89_999, "no_mandate"), (90_000, None)])
def test_settling_needs_a_mandate_for_all_that_was_used(session: Session, up_to: int | None, code: str | None) -> None:
    voucher = used(session, 90_000)
    if up_to is not None:
        a_mandate(session, NOVICE, up_to_cents=up_to)
    wanted = settlement_of(voucher, 10_000)
    if code is not None:
        refused_with(code, session, lambda: settle_voucher(session, **wanted, actor=NOVICE, now=NOW))
        assert voucher.state is VoucherState.PARTLY_REDEEMED and session.scalar(select(Settlement.id)) is None
        return
    done = settle_voucher(session, **wanted, actor=NOVICE, now=NOW)
    decision = session.get_one(Decision, done.decision_id)
    assert (decision.kind, decision.outcomes[0].amount_cents) == (DecisionKind.SETTLED, 10_000)
    assert (
        session.scalars(select(DecisionMandate).where(DecisionMandate.decision_id == decision.id)).one().prepared_by
        is None
    )
    assert right(session)


def test_a_program_has_no_mandate_to_settle(session: Session) -> None:
    voucher = used(session, 90_000)
    refused_with(
        "no_mandate",
        session,
        lambda: settle_voucher(session, **settlement_of(voucher, 90_000), actor=SYSTEM, now=NOW),
    )


@pytest.mark.parametrize(("up_to", "fits"), [(149_999, False), (150_000, True)])
def test_topping_up_needs_a_mandate_for_the_whole_award_and_not_for_the_slice(
    session: Session, up_to: int, fits: bool
) -> None:
    voucher = a_voucher(session)
    a_mandate(session, NOVICE, up_to_cents=up_to)
    wanted = supplement_of(session, voucher, 30_000)
    if not fits:
        refused_with("no_mandate", session, lambda: top_up(session, **wanted, actor=NOVICE, now=NOW))
        assert reserved_cents(session, voucher_id=voucher.id) == 120_000
        return
    change = top_up(session, **wanted, actor=NOVICE, now=NOW)
    kept = session.scalars(select(DecisionMandate).where(DecisionMandate.decision_id == change.decision_id)).one()
    assert kept.scheme == "leervoucher" and right(session)


def test_deciding_again_needs_a_mandate(session: Session) -> None:
    wanted = to_revise(session)
    a_mandate(session, NOVICE, up_to_cents=249_999)
    refused_with("no_mandate", session, lambda: revise_decision(session, **wanted, shares=None, actor=NOVICE, now=NEXT))
    assert right(session)


# Four eyes -------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("two_people_above_1000")
def test_above_the_amount_one_person_settles_nothing_and_a_second_does(session: Session) -> None:
    voucher = used_before_the_limit(session, 110_000)
    wanted = settlement_of(voucher, 50_000)
    refused_with("second_person_needed", session, lambda: settle_voucher(session, **wanted, actor=ADVISOR, now=NOW))
    row = prepare_settlement(session, **wanted, actor=ADVISOR, now=NOW)
    assert voucher.state is VoucherState.PARTLY_REDEEMED and waiting_further(session) == [row]
    for actor, code in ((ADVISOR, "own_preparation"), (NOVICE, "no_mandate")):
        refused_with(code, session, lambda one=actor: decide_further(session, preparation=row, actor=one, now=NOW))
    decision_id = decide_further(session, preparation=row, actor=SECOND, now=NOW)
    assert (row.state, row.decision_id, voucher.settled_cents) == (FurtherState.DECIDED, decision_id, 50_000)
    kept = session.scalars(select(DecisionMandate).where(DecisionMandate.decision_id == decision_id)).one()
    assert kept.prepared_by == ADVISOR.reference and right(session)
    with pytest.raises(Conflict):
        decide_further(session, preparation=row, actor=SECOND, now=NOW)


@pytest.mark.usefixtures("two_people_above_1000")
@pytest.mark.parametrize("cents", [99_999, 100_000])
def test_up_to_the_amount_one_person_settles(session: Session, cents: int) -> None:
    voucher = used_before_the_limit(session, cents)
    settle_voucher(session, **settlement_of(voucher, cents), actor=ADVISOR, now=NOW)
    assert right(session)


@pytest.mark.usefixtures("two_people_above_1000")
def test_a_supplement_over_the_amount_is_reserved_only_when_the_second_person_decides(session: Session) -> None:
    voucher = used_before_the_limit(session, 10_000)
    wanted = supplement_of(session, voucher, 1)
    refused_with("second_person_needed", session, lambda: top_up(session, **wanted, actor=ADVISOR, now=NOW))
    row = prepare_top_up(session, **wanted, actor=ADVISOR, now=NOW)
    assert voucher.amount_cents == 120_000
    decide_further(session, preparation=row, actor=SECOND, now=NOW)
    assert voucher.amount_cents == 120_001 and right(session)


@pytest.mark.usefixtures("two_people_above_1000")
def test_a_revision_over_the_amount_leaves_the_old_decision_until_the_second_person_decides(session: Session) -> None:
    wanted = to_revise_before_the_limit(session)
    question = wanted["question"]
    refused_with(
        "second_person_needed",
        session,
        lambda: revise_decision(session, **wanted, shares=None, actor=ADVISOR, now=NEXT),
    )
    row = prepare_revision(session, **wanted, actor=ADVISOR, now=NEXT)
    old = session.scalars(select(Voucher).where(Voucher.question_id == question.id)).one()
    assert old.state is VoucherState.ISSUED
    refused_with("not_checked", session, lambda: decide_further(session, preparation=row, actor=SECOND, now=NEXT))
    decide_further(session, preparation=row, checks=ALL_CHECKED, actor=SECOND, now=NEXT)
    session.refresh(old)
    assert old.state is VoucherState.REVOKED and awaited_shares(session, question=question)[0].sequel is Sequel.REVISED
    assert right(session)


def used_before_the_limit(session: Session, cents: int) -> Voucher:
    """A voucher that was awarded and used in part; the first decision was prepared by a second person too."""
    voucher, (_, pia) = _awarded(session), a_provider(session)
    redeem_voucher(
        session,
        voucher=voucher,
        invoice_number="F1",
        invoice_date=date(2026, 3, 2),
        amount_cents=cents,
        actor=pia,
        now=NOW,
    )
    return voucher


def _awarded(session: Session) -> Voucher:
    question = an_application(session)
    approve(session, question, prepared_by=SECOND.reference)
    return session.scalars(select(Voucher).where(Voucher.question_id == question.id)).one()


def to_revise_before_the_limit(session: Session) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.decisions.actions.require_four_eyes", lambda *_given: None)
        return to_revise(session)


# Preparing -------------------------------------------------------------------------------------------------------------


def test_what_cannot_be_decided_cannot_be_prepared(session: Session) -> None:
    voucher = used(session, 90_000)
    for change, code in (
        ({"amount_cents": 90_001}, "settled_out_of_range"),
        ({"amount_cents": 90_000}, "ground_does_not_fit"),
        ({"reason": " "}, "reason_missing"),
    ):
        wanted = settlement_of(voucher, 50_000) | change
        refused_with(code, session, lambda given=wanted: prepare_settlement(session, **given, actor=ADVISOR, now=NOW))
    part = supplement_of(session, voucher, 30_000) | {"amount_cents": 30_001}
    refused_with("above_cost", session, lambda: prepare_top_up(session, **part, actor=ADVISOR, now=NOW))
    assert waiting_further(session) == []


def test_one_at_a_time_waits_on_a_question_and_it_is_sent_back_or_taken_back(session: Session) -> None:
    voucher = used(session, 90_000)
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    row = prepare_settlement(session, **settlement_of(voucher, 50_000), actor=ADVISOR, now=NOW)
    with pytest.raises(Conflict):
        prepare_settlement(session, **settlement_of(voucher, 60_000), actor=SECOND, now=NOW)
    refused_with(
        "own_preparation",
        session,
        lambda: send_back_further(session, preparation=row, reason="x", actor=ADVISOR, now=NOW),
    )
    refused_with(
        "reason_missing",
        session,
        lambda: send_back_further(session, preparation=row, reason=" ", actor=SECOND, now=NOW),
    )
    send_back_further(session, preparation=row, reason="Bewijs ontbreekt.", actor=SECOND, now=NOW)
    assert (row.state, row.sent_back_reason) == (FurtherState.SENT_BACK, "Bewijs ontbreekt.")
    again = prepare_settlement(session, **settlement_of(voucher, 60_000), actor=ADVISOR, now=NOW)
    withdraw_further(session, preparation=again, actor=ADVISOR, now=NOW)
    assert waiting_further_of(session, question=question) is None and voucher.settled_cents is None


def test_what_changed_since_it_was_prepared_is_checked_anew(session: Session) -> None:
    voucher = used(session, 90_000)
    row = prepare_settlement(session, **settlement_of(voucher, 90_000), actor=ADVISOR, now=NOW)
    _, pia = a_provider(session)
    redeem_voucher(
        session,
        voucher=voucher,
        invoice_number="F2",
        invoice_date=date(2026, 3, 2),
        amount_cents=10_000,
        actor=pia,
        now=NOW,
    )
    refused_with(
        "ground_does_not_fit", session, lambda: decide_further(session, preparation=row, actor=SECOND, now=NOW)
    )
    assert row.state is FurtherState.WAITING and right(session)


def test_the_database_itself_wants_two_people(session: Session) -> None:
    voucher = used(session, 90_000)
    row = prepare_settlement(session, **settlement_of(voucher, 90_000), actor=ADVISOR, now=NOW)
    decision_id = session.scalars(select(Decision.id)).first()
    with pytest.raises(IntegrityError, match="four_eyes"), session.begin_nested():
        session.execute(
            update(FurtherPreparation)
            .where(FurtherPreparation.id == row.id)
            .values(state=FurtherState.DECIDED, closed_at=NOW, closed_by=ADVISOR.reference, decision_id=decision_id)
        )
