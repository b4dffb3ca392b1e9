"""Ceilings of which the period moves with the awards: no revocation, and nobody who comes at the same moment, makes room in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from matching.problem.proposal import Share
from portal.awarding.caps import taken_cents
from portal.awarding.decisions.actions import approve_proposal
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.requirements import MixNoLongerFits
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.reductions import revoke_award
from portal.cases.questions.models import CostInput, DevelopmentQuestion
from portal.ledger.invariants import verify
from portal.ledger.models import CapGuard
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.spending.vouchers.models import Award, Voucher
from portal.spending.vouchers.queries import ledger_breaks
from schemes.basics.costs import HadBefore
from schemes.definition.amounts import Cap
from tests.factories import ADVISOR, ALL_CHECKED, ASKED, NOW, SAM, a_voucher, an_application, approve
from tests.portal.at_once import Act, at_once
from tests.portal.awarding.test_top_ups import dearer, more

LATER = NOW + timedelta(days=300)


def materials(cost: int) -> dict[str, Any]:
    """An application for materials of which the scheme pays half: at most € 500 in two years from the first award."""
    return {"schemes": ["materiaalvoucher"], "applicant": SAM, "costs": [CostInput("materials", cost)]}


def awarded(session: Session) -> int:
    """What was awarded in all and not given back; the books are right."""
    assert verify(session) == [] and ledger_breaks(session) == []
    given_back = Voucher.released_cents + Voucher.recovered_cents
    return session.scalar(select(func.sum(Voucher.amount_cents - given_back))) or 0


def test_revoking_the_first_award_gives_its_own_room_and_no_more(session: Session) -> None:
    first = a_voucher(session, **materials(20_000))
    second = a_voucher(session, **materials(100_000), now=LATER)
    assert (first.amount_cents, second.amount_cents) == (10_000, 40_000)
    revoke_award(session, voucher=first, basis=ASKED, reason="Gestopt.", actor=ADVISOR, now=LATER)
    dearer(session, second, 60_000)
    with pytest.raises(Refusal) as refused, session.begin_nested():
        more(session, second, 40_000)
    assert refused.value.field == "amount" and refused.value.params["at_most_cents"] == 10_000
    session.expire_all()
    more(session, second, 10_000)
    assert awarded(session) == 50_000


def test_the_guard_alone_stops_what_the_rules_let_through(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    first = a_voucher(session, **materials(20_000))
    second = a_voucher(session, **materials(100_000), now=LATER)
    revoke_award(session, voucher=first, basis=ASKED, reason="Gestopt.", actor=ADVISOR, now=LATER)
    dearer(session, second, 60_000)
    monkeypatch.setattr("portal.awarding.top_ups._within_the_mix", lambda *_: None)
    with pytest.raises(Refusal) as refused, session.begin_nested():
        more(session, second, 40_000)
    assert (refused.value.code, refused.value.params["available_cents"]) == ("cap_exhausted", 10_000)


def test_in_the_years_of_the_first_award_no_second_one_starts_them_again(session: Session) -> None:
    a_voucher(session, **materials(100_000))
    again = NOW + timedelta(days=620)
    assert again.year == 2027, "within the period of the money"
    question = an_application(session, **materials(100_000), now=again)
    with pytest.raises(Refusal):
        approve(session, question, now=again)
    assert awarded(session) == 50_000


def approves(question_id: int, now: datetime) -> Act:
    def read(session: Session) -> Callable[[], object]:
        question = session.get_one(DevelopmentQuestion, question_id)
        proposal = make_proposal(session, question=question, actor=ADVISOR, now=now)
        draft = Draft(proposal, "Past.", ALL_CHECKED)
        return lambda: approve_proposal(session, question=question, draft=draft, actor=ADVISOR, now=now)

    return read


def test_of_two_approvals_at_once_with_other_reference_dates_one_is_refused(engine: Engine) -> None:
    def two(session: Session) -> tuple[int, int]:
        first = an_application(session, **materials(100_000))
        return first.id, an_application(session, **materials(100_000), now=LATER).id

    first, second = unit_of_work(engine, two)
    outcomes = at_once(engine, approves(first, LATER), approves(second, LATER))
    assert outcomes.count("done") == 1, outcomes
    with Session(engine) as session:
        assert awarded(session) == 50_000
        assert list(session.scalars(select(CapGuard.period_key))) == ["first"]


def test_of_two_approvals_at_once_that_fit_together_both_are_given(engine: Engine) -> None:
    def two(session: Session) -> tuple[int, int]:
        first = an_application(session, **materials(40_000))
        return first.id, an_application(session, **materials(60_000), now=LATER).id

    first, second = unit_of_work(engine, two)
    assert at_once(engine, approves(first, LATER), approves(second, LATER)) == ["done", "done"]
    with Session(engine) as session:
        assert awarded(session) == 50_000, "the control"


def test_a_guard_that_was_named_after_a_first_award_keeps_its_name(session: Session) -> None:
    a_voucher(session, **materials(20_000))
    session.query(CapGuard).update({"period_key": "from:2026-03-02"})
    assert a_voucher(session, **materials(100_000), now=LATER).amount_cents == 40_000
    assert [(one.period_key, one.used_cents) for one in session.scalars(select(CapGuard))] == [
        ("from:2026-03-02", 50_000)
    ]
    assert awarded(session) == 50_000


def test_a_later_application_that_was_decided_first_takes_room_of_a_moving_ceiling(session: Session) -> None:
    earlier = an_application(session, **materials(100_000))
    later = a_voucher(session, **materials(80_000), now=LATER)
    assert later.amount_cents == 40_000
    proposal = make_proposal(session, question=earlier, actor=ADVISOR, now=LATER)
    money = next(share.funding_line for share in Draft(proposal, "x", ALL_CHECKED).mix)
    full = [Share(line="k1", offer="materiaalvoucher", funding_line=money, cents=50_000)]
    with pytest.raises(MixNoLongerFits), session.begin_nested():
        approve(session, earlier, now=LATER, shares=full)
    session.expire_all()
    approve(session, earlier, now=LATER)
    assert awarded(session) == 50_000
    assert {one.counted_on for one in session.scalars(select(Award))} == {NOW.date(), LATER.date()}


@pytest.mark.parametrize(
    ("period", "years", "on", "taken"),
    [
        ("from_first_award", 2, date(2026, 3, 2), 7),
        ("from_first_award", 2, date(2027, 6, 1), 7),
        ("from_first_award", 2, date(2030, 7, 1), 0),
        ("before_award", 1, date(2027, 6, 1), 5),
        ("calendar_year", None, date(2027, 1, 1), 5),
        ("calendar_year", None, date(2026, 12, 31), 2),
        ("none", None, date(2026, 1, 1), 7),
    ],
)
def test_what_other_awards_take_of_a_ceiling(period: str, years: int | None, on: date, taken: int) -> None:
    rule = Cap.model_validate({"amount_cents": 1, "per": "person", "period": period, "years": years})
    days = ((date(2026, 6, 1), 2), (date(2027, 9, 1), 5))
    had = [HadBefore(scheme="x", amount_cents=cents, awarded_on=day) for day, cents in days]
    assert taken_cents(rule, had, on) == taken


def test_another_person_has_a_ceiling_of_her_own(session: Session) -> None:
    a_voucher(session, **materials(100_000))
    other = materials(100_000) | {"applicant": replace(SAM, name="Noor Smid")}
    assert a_voucher(session, **other).amount_cents == 50_000, "the control"
