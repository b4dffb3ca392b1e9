"""Rebalancing: worked out and laid down by one, carried out by another, each re-assignment guarded by the books."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_line_by_slug
from portal.ledger.invariants import verify
from portal.ledger.models import AccountKind
from portal.ledger.queries import line_figures
from portal.paying.reassignments.models import Reassignment
from portal.paying.reassignments.queries import (
    admitting_lines,
    booked_and_recorded,
    lines_that_may_pay,
    payers_of,
)
from portal.people.audit.models import AuditEvent
from portal.planning.rebalances.actions import carry_out_rebalance, drop_rebalance, lay_down_rebalance
from portal.planning.rebalances.models import MoveOutcome, MoveReason, Rebalance, RebalanceState
from portal.planning.rebalances.queries import (
    freedom_of,
    lapsing_money,
    movable_amounts,
    open_books,
    rebalances,
    waiting_rebalance,
)
from portal.platform.errors import Conflict, Refusal
from portal.spending.vouchers.actions import redeem_voucher, revoke_voucher
from portal.spending.vouchers.bill import Bill
from tests.factories import ADVISOR, NOW, REGION, a_provider, a_voucher, an_application
from tests.portal.planning.books import FIRST, REASON, UNTIL, a_late_voucher, ends_this_year, laid_down


def reserved(session: Session) -> dict[str, int]:
    lines = {line.id: line.slug for line in session.scalars(select(FundingLine))}
    return {lines[key]: one.reserved_cents for key, one in line_figures(session, funding_line_ids=lines).items()}


def test_a_second_person_carries_out_what_keeps_money_from_lapsing(session: Session) -> None:
    voucher = a_late_voucher(session)
    plan = laid_down(session)
    assert (plan.saved_cents, plan.proven, plan.state) == (120_000, True, RebalanceState.LAID_DOWN)
    [move] = plan.moves
    assert (move.from_line.slug, move.to_line.slug, move.amount_cents) == ("rijk-leren", "provincie-breed", 120_000)
    assert (move.voucher_id, move.stands, move.why) == (voucher.id, AccountKind.RESERVED, MoveReason.SAVES)
    assert reserved(session) == {"rijk-leren": 120_000, "provincie-breed": 0}, "nothing moves yet"
    with pytest.raises(Refusal, match="zelf voorgelegd"):
        carry_out_rebalance(session, rebalance=plan, actor=FIRST, now=NOW)
    carry_out_rebalance(session, rebalance=plan, actor=REGION, now=NOW)
    assert reserved(session) == {"rijk-leren": 0, "provincie-breed": 120_000}
    assert move.outcome is MoveOutcome.DONE and move.reassignment_id is not None
    assert session.get_one(Reassignment, move.reassignment_id).reason == REASON
    assert verify(session) == [] and booked_and_recorded(session) == []
    said = session.scalars(select(AuditEvent.action).where(AuditEvent.object_kind == "rebalance")).all()
    assert said == ["rebalance.laid_down", "rebalance.carried_out"]
    with pytest.raises(Conflict):
        carry_out_rebalance(session, rebalance=plan, actor=REGION, now=NOW)
    with pytest.raises(Refusal, match="niets te winnen"):
        laid_down(session)


def test_what_no_longer_fits_is_skipped_and_said_and_the_rest_is_done(session: Session) -> None:
    first, second = a_late_voucher(session), a_voucher(session)
    plan = laid_down(session)
    assert len(plan.moves) == 2 and plan.saved_cents == 240_000
    revoke_voucher(session, voucher=first, reason="Gestopt.", actor=ADVISOR, now=NOW)
    carry_out_rebalance(session, rebalance=plan, actor=REGION, now=NOW)
    outcomes = {move.voucher_id: (move.outcome, move.skipped_code) for move in plan.moves}
    assert outcomes[first.id] == (MoveOutcome.SKIPPED, "voucher_not_live")
    assert outcomes[second.id] == (MoveOutcome.DONE, None)
    assert verify(session) == [] and booked_and_recorded(session) == []


def test_a_plan_of_which_nothing_fits_is_not_carried_out(session: Session) -> None:
    voucher = a_late_voucher(session)
    plan = laid_down(session)
    revoke_voucher(session, voucher=voucher, reason="Gestopt.", actor=ADVISOR, now=NOW)
    with session.begin_nested() as step, pytest.raises(Conflict, match="Geen enkele herboeking past nog"):
        carry_out_rebalance(session, rebalance=plan, actor=REGION, now=NOW)
        step.rollback()
    session.refresh(plan)
    drop_rebalance(session, rebalance=plan, actor=REGION, now=NOW)
    assert plan.state is RebalanceState.DROPPED and waiting_rebalance(session) is None
    with pytest.raises(Conflict, match="wacht niet"):
        drop_rebalance(session, rebalance=plan, actor=REGION, now=NOW)


def test_who_may_not_and_what_cannot_be_laid_down_is_refused_at_its_field(session: Session) -> None:
    a_late_voucher(session)
    for until, reason, actor, code, field in (
        (date(2026, 3, 1), REASON, FIRST, "day_not_ahead", "until"),
        (date(2037, 3, 1), REASON, FIRST, "day_not_ahead", "until"),
        (UNTIL, "Zo.", FIRST, "reason_too_short", "reason"),
        (UNTIL, REASON, ADVISOR, "not_yours", None),
    ):
        with pytest.raises(Refusal) as refused:
            lay_down_rebalance(session, until=until, reason=reason, actor=actor, now=NOW)
        assert (refused.value.code, refused.value.field) == (code, field)
    laid_down(session)
    with pytest.raises(Conflict, match="wacht al een plan"):
        laid_down(session)
    assert len(rebalances(session)) == 1


def test_used_and_paid_money_moves_too_and_agrees_with_what_one_voucher_says(session: Session) -> None:
    _provider, staff = a_provider(session)
    voucher = a_late_voucher(session)
    bill = Bill("F-1", NOW.date(), 50_000)
    redeem_voucher(session, voucher=voucher, bill=bill, actor=staff, now=NOW)
    found = [(one.line_id, one.stands, one.cents, one.payment_id) for one in movable_amounts(session)]
    known = [(one.line.id, one.stands, one.cents, one.payment_id) for one in payers_of(session, voucher=voucher)]
    assert sorted(found, key=str) == sorted(known, key=str) and len(found) >= 1
    plan = laid_down(session)
    assert plan.saved_cents == sum(one[2] for one in found)
    carry_out_rebalance(session, rebalance=plan, actor=REGION, now=NOW)
    assert {move.outcome for move in plan.moves} == {MoveOutcome.DONE}
    assert verify(session) == [] and booked_and_recorded(session) == []


def test_the_freer_money_is_kept_when_nothing_lapses(session: Session) -> None:
    voucher = a_late_voucher(session)
    plan = laid_down(session)
    carry_out_rebalance(session, rebalance=plan, actor=REGION, now=NOW)
    back = laid_down(session, until=NOW.date())
    assert (back.saved_cents, back.moves[0].why) == (0, MoveReason.FREES), "earmarked money pays, broad money stays"
    assert (back.moves[0].voucher_id, back.moves[0].to_line.slug) == (voucher.id, "rijk-leren")
    one, other = (funding_line_by_slug(session, slug=slug) for slug in ("rijk-leren", "provincie-breed"))
    assert one is not None and other is not None and freedom_of(one) < freedom_of(other) == 1000


def test_many_vouchers_are_admitted_as_each_by_itself_and_money_that_is_over_stays(session: Session) -> None:
    vouchers = [a_late_voucher(session), a_voucher(session)]
    found = admitting_lines(session, vouchers=vouchers)
    for voucher in vouchers:
        assert found[voucher.id] == lines_that_may_pay(session, voucher=voucher)
    assert [(line.slug, cents) for line, cents in lapsing_money(session, until=UNTIL, on=NOW.date())] == [
        ("provincie-breed", 2_000_000)
    ]
    over = open_books(session, until=date(2027, 12, 31), on=date(2027, 1, 1))
    assert [line.id for line in over.portfolio.lines] == ["rijk-leren"]


def test_the_table_holds_two_people_and_one_waiting_plan(session: Session) -> None:
    an_application(session)
    ends_this_year(session)
    whole = {
        "until": UNTIL,
        "saved_cents": 1,
        "proven": True,
        "reason": REASON,
        "laid_down_at": NOW,
        "laid_down_by": "account:1",
        "laid_down_by_name": "Een",
    }
    session.add(Rebalance(**whole))
    session.flush()
    done = {"ended_at": NOW, "ended_by": "account:1", "ended_by_name": "Een"}
    for wrong in (
        {},
        {"state": RebalanceState.CARRIED_OUT, **done},
        {"state": RebalanceState.DROPPED},
        {"state": RebalanceState.DROPPED, **done, "saved_cents": -1},
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(Rebalance(**(whole | wrong)))
            session.flush()
    session.add(Rebalance(**(whole | {"state": RebalanceState.DROPPED} | done)))
    session.flush()
