"""What was declared as had before counts for every award of the period, not only for the first one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.problem.proposal import Share
from portal.awarding.decisions.requirements import MixNoLongerFits
from portal.awarding.earlier_awards import earlier_awards
from portal.cases.contents import save_had_before
from portal.cases.questions.models import CostInput, DevelopmentQuestion, HadBeforeInput, Route
from portal.ledger.invariants import verify
from portal.platform.errors import Refusal
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import ledger_breaks
from tests.factories import ADVISOR, NOW, SAM, an_application, approve
from tests.portal.awarding.test_top_ups import dearer, more

ELSEWHERE = HadBeforeInput("leervoucher", 200_000, date(2026, 1, 5))


def asked(
    session: Session, cents: int, *entries: HadBeforeInput, now: datetime = NOW, **application: Any
) -> DevelopmentQuestion:
    costs = [CostInput("tuition", cents)]
    question = an_application(session, **{"applicant": SAM, "costs": costs, "now": now} | application)
    save_had_before(session, question=question, entries=entries, actor=ADVISOR, now=now)
    return question


def awarded(session: Session) -> int:
    assert verify(session) == [] and ledger_breaks(session) == []
    return session.scalar(select(func.sum(Voucher.amount_cents))) or 0


def voucher_of(session: Session, question: DevelopmentQuestion) -> Voucher:
    return session.scalars(select(Voucher).where(Voucher.question_id == question.id)).one()


@pytest.mark.parametrize("again", [(ELSEWHERE,), ()], ids=["said again", "not said again"])
def test_after_the_first_award_there_is_nothing_left_of_the_year(
    session: Session, again: tuple[HadBeforeInput, ...]
) -> None:
    approve(session, asked(session, 100_000, ELSEWHERE))
    second = asked(session, 200_000, *again, now=NOW + timedelta(days=30))
    full = [Share(line="k1", offer="leervoucher", funding_line="rijk-leren", cents=200_000)]
    for shares in (None, full):
        with pytest.raises(Refusal), session.begin_nested():
            approve(session, second, now=NOW + timedelta(days=30), shares=shares)
        session.expire_all()
    assert awarded(session) == 100_000, "and 200,000 elsewhere"


def test_the_guard_alone_stops_what_the_rules_let_through(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    approve(session, asked(session, 90_000, ELSEWHERE))
    second = asked(session, 200_000, ELSEWHERE)
    monkeypatch.setattr("matching.violations", lambda *_: [])
    full = [Share(line="k1", offer="leervoucher", funding_line="rijk-leren", cents=10_001)]
    with pytest.raises(MixNoLongerFits) as misfit, session.begin_nested():
        approve(session, second, shares=full)
    assert [(one.code, one.cents) for one in misfit.value.reasons] == [("above_cap", 1)]
    session.expire_all()
    approve(session, second, shares=[full[0].model_copy(update={"cents": 10_000})])
    assert awarded(session) == 100_000


def test_what_is_left_is_still_given(session: Session) -> None:
    approve(session, asked(session, 60_000, ELSEWHERE))
    approve(session, asked(session, 200_000, ELSEWHERE))
    assert awarded(session) == 100_000, "the control"


def test_a_raise_counts_it_too(session: Session) -> None:
    question = asked(session, 100_000, ELSEWHERE)
    approve(session, question)
    voucher = voucher_of(session, question)
    dearer(session, voucher, 50_000)
    with pytest.raises(Refusal) as refused, session.begin_nested():
        more(session, voucher, 1)
    assert refused.value.field == "amount"
    assert awarded(session) == 100_000


def test_an_award_of_this_desk_that_is_declared_as_well_counts_once(session: Session) -> None:
    first = asked(session, 100_000)
    approve(session, first)
    own = HadBeforeInput("leervoucher", 100_000, NOW.date())
    second = asked(session, 250_000, own, now=NOW + timedelta(days=30))
    approve(session, second, now=NOW + timedelta(days=30))
    assert voucher_of(session, second).amount_cents == 200_000


def test_the_next_year_it_takes_nothing(session: Session) -> None:
    approve(session, asked(session, 100_000, ELSEWHERE))
    later = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    second = asked(session, 250_000, now=later)
    assert [one.amount_cents for one in earlier_awards(session, question=second, on=later.date())] == [100_000, 200_000]
    approve(session, second, now=later)
    assert voucher_of(session, second).amount_cents == 250_000, "the control"


def test_what_an_employer_declares_is_the_employers(session: Session) -> None:
    own = HadBeforeInput("bedrijfsvoucher", 200_000, date(2026, 1, 5))
    company: dict[str, Any] = {"route": Route.EMPLOYER, "applicant": None}
    approve(session, asked(session, 120_000, own, **company))
    second = asked(session, 400_000, **company)
    approve(session, second)
    assert voucher_of(session, second).amount_cents == 40_000, "60,000 was awarded and 200,000 had before, of 300,000"
