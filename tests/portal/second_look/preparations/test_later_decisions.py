"""Settling, topping up and deciding again: only with mandate for the whole amount, and above an amount never one person alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.deciding_again import decide_again
from portal.awarding.decisions.models import Decision, DecisionKind, DecisionMandate
from portal.awarding.shares_elsewhere.models import Sequel
from portal.awarding.shares_elsewhere.queries import shares_elsewhere
from portal.awarding.top_ups import top_up
from portal.ledger.queries import reserved_cents
from portal.paying.settlements.actions import settle_voucher
from portal.paying.settlements.models import Settlement
from portal.second_look.preparations.actions import (
    decide_prepared,
    prepare_deciding_again,
    prepare_settlement,
    prepare_top_up,
)
from portal.second_look.preparations.models import PreparationState
from portal.second_look.preparations.queries import waiting_preparations
from portal.spending.vouchers.models import Voucher, VoucherState
from tests.factories import ADVISOR, ALL_CHECKED, NOW, SECOND, SYSTEM, a_mandate
from tests.portal.second_look.preparations.laying import (
    NEXT,
    NOVICE,
    awarded,
    refused_with,
    right,
    settlement_of,
    to_decide_again,
    top_up_of,
    use,
    used,
)

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
    voucher = awarded(session)
    a_mandate(session, NOVICE, up_to_cents=up_to)
    wanted = top_up_of(session, voucher, 30_000)
    if not fits:
        refused_with("no_mandate", session, lambda: top_up(session, **wanted, actor=NOVICE, now=NOW))
        assert reserved_cents(session, voucher_id=voucher.id) == 120_000
        return
    change = top_up(session, **wanted, actor=NOVICE, now=NOW)
    kept = session.scalars(select(DecisionMandate).where(DecisionMandate.decision_id == change.decision_id)).one()
    assert kept.scheme == "leervoucher" and right(session)


def test_deciding_again_needs_a_mandate(session: Session) -> None:
    wanted = to_decide_again(session)
    a_mandate(session, NOVICE, up_to_cents=249_999)
    refused_with("no_mandate", session, lambda: decide_again(session, **wanted, actor=NOVICE, now=NEXT))
    assert right(session)


# Four eyes -------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("two_people_above_1000")
def test_above_the_amount_one_person_settles_nothing_and_a_second_does(session: Session) -> None:
    voucher = used(session, 110_000)
    wanted = settlement_of(voucher, 50_000)
    refused_with("second_person_needed", session, lambda: settle_voucher(session, **wanted, actor=ADVISOR, now=NOW))
    row = prepare_settlement(session, **wanted, actor=ADVISOR, now=NOW)
    assert voucher.state is VoucherState.PARTLY_REDEEMED and waiting_preparations(session) == [row]
    for actor, code in ((ADVISOR, "own_preparation"), (NOVICE, "no_mandate")):
        refused_with(code, session, lambda one=actor: decide_prepared(session, preparation=row, actor=one, now=NOW))
    decision = decide_prepared(session, preparation=row, actor=SECOND, now=NOW)
    assert (row.state, row.decision_id, voucher.settled_cents) == (PreparationState.DECIDED, decision.id, 50_000)
    kept = session.scalars(select(DecisionMandate).where(DecisionMandate.decision_id == decision.id)).one()
    assert kept.prepared_by == ADVISOR.reference and right(session)


@pytest.mark.usefixtures("two_people_above_1000")
@pytest.mark.parametrize("cents", [99_999, 100_000])
def test_up_to_the_amount_one_person_settles(session: Session, cents: int) -> None:
    voucher = used(session, cents)
    settle_voucher(session, **settlement_of(voucher, cents), actor=ADVISOR, now=NOW)
    assert right(session)


@pytest.mark.usefixtures("two_people_above_1000")
def test_a_top_up_over_the_amount_is_reserved_only_when_the_second_person_decides(session: Session) -> None:
    voucher = used(session, 10_000)
    wanted = top_up_of(session, voucher, 1)
    refused_with("second_person_needed", session, lambda: top_up(session, **wanted, actor=ADVISOR, now=NOW))
    row = prepare_top_up(session, **wanted, actor=ADVISOR, now=NOW)
    assert voucher.amount_cents == 120_000
    decide_prepared(session, preparation=row, actor=SECOND, now=NOW)
    assert voucher.amount_cents == 120_001 and right(session)


@pytest.mark.usefixtures("two_people_above_1000")
def test_deciding_again_over_the_amount_leaves_the_old_decision_until_the_second_person_decides(
    session: Session,
) -> None:
    wanted = to_decide_again(session)
    question = wanted["question"]
    refused_with(
        "second_person_needed",
        session,
        lambda: decide_again(session, **wanted, actor=ADVISOR, now=NEXT),
    )
    row = prepare_deciding_again(session, **wanted, actor=ADVISOR, now=NEXT)
    old = session.scalars(select(Voucher).where(Voucher.question_id == question.id)).one()
    assert old.state is VoucherState.ISSUED
    refused_with("not_checked", session, lambda: decide_prepared(session, preparation=row, actor=SECOND, now=NEXT))
    decide_prepared(session, preparation=row, checks=ALL_CHECKED, actor=SECOND, now=NEXT)
    session.refresh(old)
    assert (
        old.state is VoucherState.REVOKED
        and shares_elsewhere(session, question=question)[0].sequel is Sequel.DECIDED_AGAIN
    )
    assert right(session)


# Preparing -------------------------------------------------------------------------------------------------------------


def test_what_cannot_be_decided_cannot_be_prepared(session: Session) -> None:
    voucher = used(session, 90_000)
    for change, code in (
        ({"amount_cents": 90_001}, "settled_out_of_range"),
        ({"amount_cents": 90_000}, "ground_does_not_fit"),
        ({"reason": " "}, "reason_missing"),
    ):
        wanted = settlement_of(voucher, 50_000)
        wanted["draft"] = replace(wanted["draft"], **change)  # type: ignore[arg-type]
        refused_with(code, session, lambda given=wanted: prepare_settlement(session, **given, actor=ADVISOR, now=NOW))
    part = top_up_of(session, voucher, 30_000)
    part["draft"] = replace(part["draft"], amount_cents=30_001)
    refused_with("above_cost", session, lambda: prepare_top_up(session, **part, actor=ADVISOR, now=NOW))
    assert waiting_preparations(session) == []


def test_what_changed_since_it_was_prepared_is_checked_anew(session: Session) -> None:
    voucher = used(session, 90_000)
    row = prepare_settlement(session, **settlement_of(voucher, 90_000), actor=ADVISOR, now=NOW)
    use(session, voucher, 10_000, "F2")
    refused_with(
        "ground_does_not_fit", session, lambda: decide_prepared(session, preparation=row, actor=SECOND, now=NOW)
    )
    assert row.state is PreparationState.WAITING and right(session)
