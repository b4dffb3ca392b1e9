"""Rebalancing: asked for by one, worked out apart, carried out by another, each re-assignment guarded by the books."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matching.plan.rebalance import STEPS
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
from portal.planning.rebalances.actions import (
    ask_rebalance,
    ask_rebalance_anew,
    carry_out_rebalance,
    drop_rebalance,
    keep_rebalance,
    work_out_rebalance,
)
from portal.planning.rebalances.models import MoveOutcome, MoveReason, Rebalance, RebalanceState
from portal.planning.rebalances.queries import (
    books_changed,
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
from tests.portal.planning.books import (
    FIRST,
    REASON,
    UNTIL,
    a_late_voucher,
    asked,
    ends_this_year,
    laid_down,
    worked_out,
)


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
    assert said == ["rebalance.asked", "rebalance.laid_down", "rebalance.carried_out"]
    with pytest.raises(Conflict):
        carry_out_rebalance(session, rebalance=plan, actor=REGION, now=NOW)
    assert laid_down(session).state is RebalanceState.NOTHING and waiting_rebalance(session) is None


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


def test_it_is_worked_out_once_from_books_that_were_read_before(session: Session) -> None:
    a_late_voucher(session)
    plan = asked(session)
    assert (plan.state, plan.worked_out_at, plan.moves) == (RebalanceState.ASKED, None, [])
    with pytest.raises(Conflict, match="wacht niet"):
        carry_out_rebalance(session, rebalance=plan, actor=REGION, now=NOW)
    steps: list[int] = []
    books = open_books(session, until=UNTIL, on=NOW.date())
    found = work_out_rebalance(books, told=lambda: steps.append(1))
    assert len(steps) == STEPS and found.fewest_moves == len(found.moves) == 1, "it is told as often as it said"
    keep_rebalance(session, rebalance=plan, worked_out=found, actor=REGION, now=NOW)
    assert (plan.laid_down_by, plan.worked_out_by, plan.of_day) == (FIRST.reference, REGION.reference, NOW.date())
    assert (plan.fewest_moves, plan.books_print) == (1, books.books_print)
    with pytest.raises(Conflict, match="al uitgerekend"):
        keep_rebalance(session, rebalance=plan, worked_out=found, actor=FIRST, now=NOW)
    dropped = drop_rebalance(session, rebalance=plan, actor=REGION, now=NOW)
    with pytest.raises(Conflict, match="intussen vervallen"):
        keep_rebalance(session, rebalance=dropped, worked_out=found, actor=FIRST, now=NOW)


def test_a_plan_over_books_that_changed_says_so_and_one_over_the_same_books_does_not(session: Session) -> None:
    voucher = a_late_voucher(session)
    plan = laid_down(session)
    assert not books_changed(session, rebalance=plan, on=NOW.date())
    revoke_voucher(session, voucher=voucher, reason="Gestopt.", actor=ADVISOR, now=NOW)
    assert books_changed(session, rebalance=plan, on=NOW.date())
    plan.books_print = None
    assert books_changed(session, rebalance=plan, on=NOW.date()), "of what was not noted nobody can say it is the same"


def test_it_is_worked_out_anew_in_a_plan_of_its_own_of_who_asked_for_that(session: Session) -> None:
    a_late_voucher(session)
    first = asked(session)
    again = ask_rebalance_anew(session, rebalance=first, actor=REGION, now=NOW)
    assert again.about == first.public_id, "what was not worked out yet is taken up again"
    worked_out(session, first)
    a_voucher(session)
    work = ask_rebalance_anew(session, rebalance=first, actor=REGION, now=NOW)
    second = waiting_rebalance(session)
    assert second is not None and work.about == second.public_id != first.public_id
    assert (first.state, len(first.moves)) == (RebalanceState.DROPPED, 1), "a plan itself never changes"
    assert (second.until, second.reason, second.laid_down_by) == (UNTIL, REASON, REGION.reference)
    assert len(worked_out(session, second).moves) == 2
    with pytest.raises(Refusal, match="zelf voorgelegd"):
        carry_out_rebalance(session, rebalance=second, actor=REGION, now=NOW)
    carry_out_rebalance(session, rebalance=second, actor=FIRST, now=NOW)
    with pytest.raises(Conflict, match="wacht niet"):
        ask_rebalance_anew(session, rebalance=second, actor=FIRST, now=NOW)


def test_who_may_not_and_what_cannot_be_laid_down_is_refused_at_its_field(session: Session) -> None:
    a_late_voucher(session)
    for until, reason, actor, code, field in (
        (date(2026, 3, 1), REASON, FIRST, "day_not_ahead", "until"),
        (date(2037, 3, 1), REASON, FIRST, "day_not_ahead", "until"),
        (UNTIL, "Zo.", FIRST, "reason_too_short", "reason"),
        (UNTIL, REASON, ADVISOR, "not_yours", None),
    ):
        with pytest.raises(Refusal) as refused:
            ask_rebalance(session, until=until, reason=reason, actor=actor, now=NOW)
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
        "state": RebalanceState.LAID_DOWN,
        "worked_out_at": NOW,
        "worked_out_by": "account:1",
        "worked_out_by_name": "Een",
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
        {"state": RebalanceState.ASKED},
        {"state": RebalanceState.NOTHING, **done, "worked_out_at": None},
        {"state": RebalanceState.DROPPED, **done, "books_print": "short"},
        {"state": RebalanceState.DROPPED, **done, "fewest_moves": -1},
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(Rebalance(**(whole | wrong)))
            session.flush()
    session.add(Rebalance(**(whole | {"state": RebalanceState.DROPPED} | done)))
    session.flush()
