"""Winding down: a step closes when nothing of it is open, what is left goes where two people say, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounting.cofinancing.actions import set_duty
from portal.accounting.expenses.queries import expense_breaks
from portal.accounting.periods.queries import period_breaks
from portal.accounting.winding_down.actions import (
    begin_winding_down,
    call_off,
    close_step,
    lay_down_transfer,
    take_back_transfer,
    transfer_what_is_left,
)
from portal.accounting.winding_down.models import WindDownStep, WindingDown
from portal.accounting.winding_down.open_things import OpenKind, open_in
from portal.accounting.winding_down.queries import (
    closed_steps,
    final_report,
    left_now,
    leftovers_of,
    lines_to_move_to,
    who_is_told,
    winding_by_public_id,
    windings,
)
from portal.cases.applications.actions import apply_for_awards
from portal.framework.funding.actions import raise_budget
from portal.framework.funding.models import Agreement
from portal.framework.funding.queries import funding_line_by_slug
from portal.ledger.queries import line_figures
from portal.oversight.books import look_at_books
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.errors import Refusal
from portal.platform.i18n import use_locale
from tests.factories import (
    ADVISOR,
    NOW,
    REGION,
    SYSTEM,
    a_question,
    a_region,
    a_voucher,
    an_application,
    asker,
    somebody,
)
from tests.portal.accounting.a_desk import a_desk
from tests.portal.accounting.winding_down.winding import (
    LATER,
    SCHEME,
    SECOND_REGION,
    TODAY,
    begun,
    books_closed,
    close,
    laid_down,
    rijk,
    stop,
    stopped,
    to_transfer,
)

STEPS, LATER_DAY = WindDownStep, LATER.date()


def code(act: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def kinds(session: Session, winding: WindingDown, step: WindDownStep, today: date = LATER_DAY) -> list[OpenKind]:
    return [thing.kind for thing in open_in(session, winding=winding, step=step, today=today)]


def transfer(session: Session, winding: WindingDown, actor: Actor = SECOND_REGION) -> WindingDown:
    return transfer_what_is_left(session, winding=winding, actor=actor, now=LATER)


# Begin and stop --------------------------------------------------------------------------------------------------------


def test_it_is_begun_for_a_funder_once_and_what_cannot_be_is_refused(session: Session) -> None:
    a_region(session)
    given: dict[str, Any] = {"schemes": [SCHEME], "last_day": TODAY, "reason": "Loopt af.", "actor": REGION, "now": NOW}

    def begin(**other: Any) -> WindingDown:
        return begin_winding_down(session, funder=rijk(session), **given | other)

    assert code(lambda: begin(schemes=["bedrijfsvoucher"])) == "scheme_not_of_funder"
    assert code(lambda: begin(last_day=TODAY - timedelta(days=1))) == "day_in_past"
    assert code(lambda: begin(reason=" ")) == "reason_missing"
    assert code(lambda: begin(actor=ADVISOR)) == "not_yours"
    winding = begin()
    assert (winding.step, winding.begun_by) == (STEPS.STOP, REGION.reference)
    assert code(begin) == "winding_down_runs"
    call_off(session, winding=winding, reason="Toch niet.", actor=REGION, now=NOW)
    assert not winding.is_running and begin().is_running, "after it was called off it can begin again"


def test_the_stop_closes_when_the_scheme_ends_and_then_nobody_can_apply(session: Session) -> None:
    winding = begun(session)
    question = a_question(session)
    assert kinds(session, winding, STEPS.STOP) == [OpenKind.SCHEME]
    assert code(lambda: close(session, winding, STEPS.STOP, NOW)) == "open_things"
    stop(session)
    assert kinds(session, winding, STEPS.STOP) == []
    close(session, winding, STEPS.STOP, NOW)
    assert winding.step is STEPS.RUN_OFF
    told = who_is_told(session, winding=winding)
    assert (told.questions, told.applications, told.waiting) == (1, 0, 0)

    def apply(later: timedelta) -> None:
        by: dict[str, Any] = {"applicant": somebody(), "confirmed": True, "actor": asker(question)}
        apply_for_awards(session, question=question, schemes=[SCHEME], now=NOW + later, **by)

    assert code(lambda: apply(timedelta(days=1))) == "scheme_not_open_here"
    apply(timedelta(0))  # the control: on the last day it still can


# Run-off and settlement ------------------------------------------------------------------------------------------------


def test_what_was_applied_for_and_every_voucher_stands_open_until_it_is_done(session: Session) -> None:
    an_application(session)
    voucher = a_voucher(session)
    winding = stopped(session)
    assert kinds(session, winding, STEPS.RUN_OFF, TODAY)[0] is OpenKind.DAYS
    assert kinds(session, winding, STEPS.RUN_OFF) == [OpenKind.APPLICATION, OpenKind.VOUCHER]
    [_, thing] = open_in(session, winding=winding, step=STEPS.RUN_OFF, today=LATER.date())
    assert (thing.name, thing.day) == (str(voucher.id), voucher.valid_until)
    line = funding_line_by_slug(session, slug="rijk-leren")
    assert line is not None
    assert thing.cents == line_figures(session, funding_line_ids=[line.id])[line.id].reserved_cents
    assert code(lambda: close(session, winding, STEPS.RUN_OFF)) == "open_things"
    assert winding.step is STEPS.RUN_OFF and len(closed_steps(session, winding=winding)) == 1


def test_invoices_payments_claims_and_reservations_stand_open_as_the_books_have_them(
    session: Session, tmp_path: Path
) -> None:
    a_desk(session, tmp_path)
    winding = begun(session)
    found = open_in(session, winding=winding, step=STEPS.SETTLEMENT, today=LATER.date())
    line = funding_line_by_slug(session, slug="rijk-leren")
    assert line is not None
    money = line_figures(session, funding_line_ids=[line.id])[line.id]
    to_pay = sum(one.cents or 0 for one in found if one.kind is OpenKind.TO_PAY)
    assert to_pay == money.spent_cents - money.paid_cents > 0
    assert sum(one.kind is OpenKind.INVOICE for one in found) == 2
    run_off = open_in(session, winding=winding, step=STEPS.RUN_OFF, today=LATER.date())
    live = sum(one.cents or 0 for one in run_off if one.kind in (OpenKind.VOUCHER, OpenKind.RESERVED))
    assert live == money.reserved_cents > 0


def test_co_financing_that_is_short_takes_a_reason_and_does_not_stop_it_for_ever(session: Session) -> None:
    winding = stopped(session)
    close(session, winding, STEPS.RUN_OFF)
    agreement = Agreement(slug="rijk", funder_id=winding.funder_id, title_nl="R", title_en="S", created_at=NOW)
    session.add(agreement)
    session.flush()
    given: dict[str, Any] = {"amount_cents": 100_000, "before_on": TODAY + timedelta(days=300)}
    set_duty(session, agreement=agreement, actor=REGION, now=NOW, **given)
    assert kinds(session, winding, STEPS.SETTLEMENT) == [OpenKind.COFINANCING]
    assert code(lambda: close(session, winding, STEPS.SETTLEMENT)) == "reason_too_short"
    close(session, winding, STEPS.SETTLEMENT, note="De geldgever heeft het tekort schriftelijk aanvaard.")
    assert closed_steps(session, winding=winding)[-1].note is not None
    books_closed(session)
    close(session, winding, STEPS.REPORT)  # it asks for no reason again


# Report and transfer ---------------------------------------------------------------------------------------------------


def test_the_report_closes_with_the_books_and_keeps_a_hash_that_comes_again(session: Session) -> None:
    winding = stopped(session)
    close(session, winding, STEPS.RUN_OFF)
    close(session, winding, STEPS.SETTLEMENT)
    assert kinds(session, winding, STEPS.REPORT) == [OpenKind.PERIOD]
    assert code(lambda: close(session, winding, STEPS.REPORT)) == "open_things"
    books_closed(session)
    close(session, winding, STEPS.REPORT)
    [*_, report] = closed_steps(session, winding=winding)
    assert (report.step, report.report_until) == (STEPS.REPORT, LATER.date())
    assert report.figures["funded_cents"] == 1_000_000
    for language in ("nl", "en"):
        with use_locale(language):
            again = final_report(session, winding=winding, actor=REGION, on=LATER.date())
        assert again is not None and again.sha256 == report.sha256


def test_what_is_left_goes_back_to_the_funder_by_two_people_and_the_books_hold(session: Session) -> None:
    winding = laid_down(session)
    [row] = leftovers_of(session, winding=winding)
    assert (row.amount_cents, row.to_line_id) == (1_000_000, None)
    assert code(lambda: transfer(session, winding, REGION)) == "own_preparation"
    assert code(lambda: call_off(session, winding=winding, reason="x", actor=REGION, now=LATER)) == "winding_down_over"
    transfer(session, winding)
    assert (winding.step, winding.done_by) == (STEPS.DONE, SECOND_REGION.reference)
    assert left_now(session, winding=winding) == []
    assert [one.step for one in closed_steps(session, winding=winding)] == list(STEPS)[:5]
    assert not look_at_books(session, also=(expense_breaks, period_breaks)).breaks
    assert code(lambda: transfer(session, winding)) == "transfer_not_waiting"


def test_what_is_left_goes_to_a_line_of_another_funder_and_no_cent_is_lost(session: Session) -> None:
    a_region(session)
    target = funding_line_by_slug(session, slug="provincie-breed")
    assert target is not None
    before = line_figures(session, funding_line_ids=[target.id])[target.id]
    winding = laid_down(session, to="provincie-breed")
    assert line_figures(session, funding_line_ids=[target.id])[target.id] == before, (
        "nothing moves until the second person"
    )
    transfer(session, winding)
    after = line_figures(session, funding_line_ids=[target.id])[target.id]
    assert after.funded_cents - before.funded_cents == 1_000_000 == after.available_cents - before.available_cents
    assert not look_at_books(session, also=(expense_breaks, period_breaks)).breaks


def test_other_amounts_and_wrong_destinations_book_nothing(session: Session) -> None:
    winding = to_transfer(session)
    [(line, _cents)] = left_now(session, winding=winding)
    assert line.id not in {one.id for one in lines_to_move_to(session, winding=winding, on=LATER.date())}

    def lay(to: dict[int, Any]) -> None:
        lay_down_transfer(session, winding=winding, to=to, actor=REGION, now=LATER)

    assert code(lambda: lay({})) == "destination_missing"
    assert code(lambda: lay({line.id: line})) == "destination_not_allowed"
    lay({line.id: None})
    by: dict[str, Any] = {"actor": REGION, "prepared_by": SECOND_REGION.reference, "now": LATER}
    raise_budget(session, line=line, amount_cents=100, reason="Er kwam nog iets.", **by)
    assert code(lambda: transfer(session, winding)) == "amounts_changed"
    assert left_now(session, winding=winding)[0][1] == 1_000_100
    take_back_transfer(session, winding=winding, actor=REGION, now=LATER)
    assert leftovers_of(session, winding=winding) == [] and winding.laid_down_at is None
    assert code(lambda: take_back_transfer(session, winding=winding, actor=REGION, now=LATER)) == "transfer_not_waiting"
    lay({line.id: None})
    transfer(session, winding)


def test_money_that_is_reserved_again_stops_the_transfer(session: Session) -> None:
    voucher = a_voucher(session)
    winding = begun(session)
    session.execute(text("UPDATE winding_down SET step = 'transfer'"))
    session.refresh(winding)
    stop(session)
    assert voucher.is_live
    assert code(lambda: lay_down_transfer(session, winding=winding, to={}, actor=REGION, now=LATER)) == "open_things"


def test_steps_close_in_their_order_and_by_the_region_only(session: Session) -> None:
    winding = stopped(session)

    def refused(step: WindDownStep, actor: Actor = REGION) -> str:
        return code(lambda: close_step(session, winding=winding, step=step, note="", actor=actor, now=LATER))

    assert (refused(STEPS.STOP), refused(STEPS.REPORT), refused(STEPS.TRANSFER)) == (
        "other_step",
        "other_step",
        "takes_two",
    )
    for audience in (Audience.CONTROLLER, Audience.FUNDER, Audience.ADVISOR):
        assert refused(STEPS.RUN_OFF, Actor(audience, account_id=77)) == "not_yours"
    assert windings(session, actor=Actor(Audience.CONTROLLER, account_id=77)) == [winding]
    assert windings(session, actor=Actor(Audience.FUNDER, account_id=77)) == []
    assert winding_by_public_id(session, public_id=winding.public_id, actor=ADVISOR) is None


@pytest.mark.parametrize(
    "values",
    [
        "step = 'done'",
        "done_at = begun_at",
        "step = 'stop', laid_down_at = begun_at, laid_down_by = 'account:1', laid_down_by_name = 'A'",
        "called_off_at = begun_at",
        "step = 'done', laid_down_at = begun_at, laid_down_by = 'a', laid_down_by_name = 'A',"
        " done_at = begun_at, done_by = 'a', done_by_name = 'A'",
    ],
)
def test_what_a_winding_down_cannot_be_is_refused_by_a_constraint(session: Session, values: str) -> None:
    begun(session)
    session.execute(text("UPDATE winding_down SET step = 'transfer'"))  # the control: a step alone may change
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE winding_down SET {values}"))


def test_a_closed_step_stays(session: Session) -> None:
    stopped(session)
    record(session, actor=SYSTEM, action="desk.checked", object_kind="desk", object_id=1, now=NOW)
    session.flush()
    with pytest.raises(Exception, match="append-only"):
        session.execute(text("UPDATE closed_step SET note = 'anders'"))
