"""What takes two people is laid down by one and done by another, who has the mandate; nothing happens before that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.framework.funding.queries import funding_lines
from portal.framework.mandates.actions import end_mandate
from portal.framework.mandates.models import Mandate
from portal.framework.powers import POWERS, Hands
from portal.ledger.models import Transfer
from portal.ledger.queries import line_figures
from portal.people.actor import Actor, Audience
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Conflict, Refusal
from portal.second_look.two_person_acts.actions import (
    ActToLayDown,
    do_laid_down,
    lay_down,
    send_act_back,
    take_act_back,
)
from portal.second_look.two_person_acts.kinds import KINDS
from portal.second_look.two_person_acts.models import TwoPersonAct, TwoPersonKind, TwoPersonState
from portal.second_look.two_person_acts.queries import closed_acts, laid_down_on, may_see, waiting_acts
from tests.factories import ADMIN, ADVISOR, NOW, OWNER, REGION, SECOND, SYSTEM, a_provider, a_region, a_voucher

OTHER = replace(REGION, account_id=912, display_name="Roos Regio")
STRANGER = Actor(Audience.PROVIDER, account_id=950, organisation_id=1)


def raising(session: Session, cents: int = 50_000, reason: str = "Tweede tranche") -> ActToLayDown:
    a_region(session)
    line = funding_lines(session)[0]
    return ActToLayDown(TwoPersonKind.RAISE_BUDGET, f"funding_line:{line.id}", reason, cents)


def funded(session: Session) -> int:
    line = funding_lines(session)[0]
    return line_figures(session, funding_line_ids=[line.id])[line.id].funded_cents


def refused(act: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.code, caught.value.field


def test_what_one_lays_down_another_does_and_nothing_happens_before(session: Session) -> None:
    act = raising(session)
    before, booked = funded(session), session.scalar(select(func.count(Transfer.id)))
    laid = lay_down(session, act=act, actor=REGION, now=NOW)
    assert (funded(session), session.scalar(select(func.count(Transfer.id)))) == (before, booked)
    assert laid_down_on(session, subject=act.subject) is laid
    assert refused(lambda: do_laid_down(session, laid=laid, actor=REGION, now=NOW))[0] == "own_preparation"
    do_laid_down(session, laid=laid, actor=OTHER, now=NOW)
    assert funded(session) == before + 50_000 and laid.state is TwoPersonState.DONE
    log = session.execute(select(AuditEvent.action, AuditEvent.actor).order_by(AuditEvent.id)).all()
    wanted = [("raise_budget.laid_down", REGION.reference), ("raise_budget.done", OTHER.reference)]
    assert [tuple(row) for row in log if row.action.startswith("raise_budget.")] == wanted
    assert refused(lambda: do_laid_down(session, laid=laid, actor=OTHER, now=NOW))[0] == "not_waiting"
    assert funded(session) == before + 50_000


@pytest.mark.parametrize(
    ("cents", "reason", "field"), [(0, "Tweede tranche", "amount"), (50_000, "x" * 201, "reason"), (5, " ", "reason")]
)
def test_what_the_act_would_refuse_is_refused_when_it_is_laid_down(
    session: Session, cents: int, reason: str, field: str
) -> None:
    act = raising(session, cents, reason)
    assert refused(lambda: lay_down(session, act=act, actor=REGION, now=NOW))[1] == field
    assert session.scalar(select(func.count(TwoPersonAct.id))) == 0


def test_at_most_one_act_waits_on_a_subject_until_it_is_dealt_with(session: Session) -> None:
    act = raising(session)
    laid = lay_down(session, act=act, actor=REGION, now=NOW)
    assert refused(lambda: lay_down(session, act=act, actor=OTHER, now=NOW))[0] == "act_waits"
    take_act_back(session, laid=laid, actor=REGION, now=NOW)
    again = lay_down(session, act=act, actor=OTHER, now=NOW)
    assert refused(lambda: send_act_back(session, laid=again, reason="x", actor=OTHER, now=NOW))[0] == "own_preparation"
    assert refused(lambda: send_act_back(session, laid=again, reason=" ", actor=REGION, now=NOW))[1] == "reason"
    send_act_back(session, laid=again, reason="Eerst tekenen.", actor=REGION, now=NOW)
    assert [one.state for one in closed_acts(session, actor=REGION)] == [
        TwoPersonState.SENT_BACK,
        TwoPersonState.WITHDRAWN,
    ]
    assert waiting_acts(session, actor=REGION) == []


def test_who_may_not_do_a_kind_does_not_see_it_either(session: Session) -> None:
    laid = lay_down(session, act=raising(session), actor=REGION, now=NOW)
    for stranger in (ADVISOR, OWNER, ADMIN, STRANGER, Actor.anonymous()):
        assert not may_see(laid, stranger) and waiting_acts(session, actor=stranger) == []
        for act in (do_laid_down, take_act_back):
            assert refused(lambda act=act, who=stranger: act(session, laid=laid, actor=who, now=NOW))[0] == "not_yours"
    assert may_see(laid, OTHER)


def stopping(session: Session) -> ActToLayDown:
    a_region(session)
    told = {"scheme": "materiaalvoucher", "title": "Materiaalvoucher", "last_day": "2026-06-30"}
    return ActToLayDown(TwoPersonKind.STOP_SCHEME, "scheme:materiaalvoucher", "Het geld is op.", details=told)


def test_an_owner_sees_only_what_is_about_its_own_schemes(session: Session) -> None:
    laid = lay_down(session, act=stopping(session), actor=OWNER, now=NOW)
    assert may_see(laid, replace(OWNER, account_id=905)) and may_see(laid, REGION)
    stranger = replace(OWNER, account_id=905, schemes=frozenset({"leervoucher"}))
    assert not may_see(laid, stranger)
    for act in (do_laid_down, take_act_back):
        assert refused(lambda act=act: act(session, laid=laid, actor=stranger, now=NOW))[0] == "not_yours"
    assert refused(lambda: send_act_back(session, laid=laid, reason="Nee.", actor=stranger, now=NOW))[0] == "not_yours"


def test_who_lays_down_needs_no_mandate_and_who_does_it_does(session: Session) -> None:
    act = stopping(session)
    laid = lay_down(session, act=act, actor=replace(OWNER, account_id=977), now=NOW)
    nobody = replace(OWNER, account_id=978)
    assert refused(lambda: do_laid_down(session, laid=laid, actor=nobody, now=NOW))[0] == "no_mandate"
    mandate = session.scalars(select(Mandate).where(Mandate.account_id == OWNER.account_id)).one()
    with session.begin_nested() as trial:
        end_mandate(session, mandate=mandate, actor=SYSTEM, now=NOW)
        assert refused(lambda: do_laid_down(session, laid=laid, actor=OWNER, now=NOW))[0] == "no_mandate"
        trial.rollback()
    do_laid_down(session, laid=laid, actor=OWNER, now=NOW)


def test_the_act_is_checked_anew_when_it_is_done(session: Session) -> None:
    a_region(session)
    line = next(one for one in funding_lines(session) if one.slug == "rijk-leren")
    all_of_it = line_figures(session, funding_line_ids=[line.id])[line.id].funded_cents
    act = ActToLayDown(TwoPersonKind.LOWER_BUDGET, f"funding_line:{line.id}", "Terug", all_of_it)
    laid = lay_down(session, act=act, actor=REGION, now=NOW)
    a_voucher(session)
    with pytest.raises(Conflict) as caught, session.begin_nested():
        do_laid_down(session, laid=laid, actor=OTHER, now=NOW)
    session.refresh(laid)
    assert caught.value.code == "budget_too_low" and laid.state is TwoPersonState.WAITING


def test_the_table_itself_refuses_who_does_what_they_laid_down(session: Session) -> None:
    laid = lay_down(session, act=raising(session), actor=REGION, now=NOW)
    laid.state, laid.closed_at, laid.closed_by, laid.closed_by_name = TwoPersonState.DONE, NOW, REGION.reference, "Rik"
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_every_kind_stands_under_a_power_that_takes_two() -> None:
    assert set(KINDS) == set(TwoPersonKind)
    alone = {kind for kind, one in KINDS.items() if POWERS[one.power].hands is Hands.ONE}
    assert alone == set(), "it would never be laid down"


def test_a_cancellation_fee_is_spent_when_the_second_person_says_so(session: Session) -> None:
    voucher, (provider, _) = a_voucher(session), a_provider(session)
    details = {"provider": provider.id, "number": "A1", "invoice_date": NOW.date().isoformat()}
    subject = f"voucher:{voucher.id}"
    act = ActToLayDown(TwoPersonKind.CANCELLATION_FEE, subject, "Te weinig deelnemers", 15_000, None, details)
    laid = lay_down(session, act=act, actor=ADVISOR, now=NOW)
    session.refresh(voucher)
    assert (voucher.redeemed_cents, voucher.released_cents) == (0, 0)
    do_laid_down(session, laid=laid, actor=SECOND, now=NOW)
    assert (voucher.redeemed_cents, voucher.released_cents) == (15_000, 105_000)
