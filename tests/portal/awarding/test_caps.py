"""Ceilings per person and employer: counted on the reference date, over every way of asking, and given back when freed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.caps import period_key
from portal.awarding.decisions.requirements import MixNoLongerFits
from portal.awarding.proposals.actions import make_proposal
from portal.cases.applications.queries import application_of
from portal.cases.contents import save_had_before
from portal.cases.questions.models import CostInput, HadBeforeInput, Route
from portal.ledger.invariants import verify
from portal.ledger.models import CapGuard
from portal.spending.vouchers.models import Award
from portal.spending.vouchers.queries import ledger_breaks
from schemes.definition.amounts import Cap
from tests.factories import ADVISOR, COMPANY, NOW, SAM, a_voucher, an_application, approve, resident

BIG = [CostInput("tuition", 250_000)]


def guards(session: Session) -> dict[str, tuple[int, int]]:
    return {
        f"{row.scheme} {row.period_key}": (row.used_cents, row.limit_cents) for row in session.scalars(select(CapGuard))
    }


def test_a_second_award_takes_what_the_year_has_left(session: Session) -> None:
    a_voucher(session, applicant=SAM, costs=BIG)
    second = a_voucher(session, applicant=replace(SAM, name="SAM  DE VRIES"), costs=BIG)
    assert second.amount_cents == 50_000
    assert guards(session) == {"leervoucher year:2026": (300_000, 300_000)}


def test_the_next_year_starts_again(session: Session) -> None:
    a_voucher(session, applicant=SAM, costs=BIG)
    later = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    assert a_voucher(session, applicant=SAM, costs=BIG, now=later).amount_cents == 250_000
    assert guards(session)["leervoucher year:2027"] == (250_000, 300_000)


def test_the_year_is_that_of_the_application_and_not_of_the_decision(session: Session) -> None:
    december = datetime(2026, 12, 30, 9, 0, tzinfo=UTC)
    first = an_application(session, applicant=SAM, costs=BIG, now=december)
    approve(session, first, now=december + timedelta(days=10))
    assert [award.counted_on.year for award in session.scalars(select(Award))] == [2026]
    assert a_voucher(session, applicant=SAM, costs=BIG, now=december + timedelta(days=20)).amount_cents == 250_000


def test_a_later_application_that_is_decided_first_takes_room_from_the_earlier_one(session: Session) -> None:
    earlier = an_application(session, applicant=SAM, costs=BIG)
    later = an_application(session, applicant=SAM, costs=BIG, now=NOW + timedelta(days=3))
    approve(session, later, now=NOW + timedelta(days=4))
    row = make_proposal(session, question=earlier, actor=ADVISOR, now=NOW + timedelta(days=5))
    assert row.own_contribution_cents == 200_000, "50,000 is left of the year"
    approve(session, earlier, now=NOW + timedelta(days=5))
    assert verify(session) == [] and ledger_breaks(session) == []


def test_two_proposals_made_before_either_was_approved_do_not_both_fit(session: Session) -> None:
    one, two = (an_application(session, applicant=SAM, costs=BIG) for _ in range(2))
    approve(session, one)
    from matching.problem.proposal import Share

    full = [Share(line="k1", offer="leervoucher", funding_line="rijk-leren", cents=250_000)]
    with pytest.raises(MixNoLongerFits) as misfit:
        approve(session, two, shares=full)
    assert "above_cap" in {reason.code for reason in misfit.value.reasons}


def test_declared_awards_of_elsewhere_are_taken_off_the_limit(session: Session) -> None:
    question = an_application(session, applicant=SAM, costs=BIG)
    entries = [HadBeforeInput("leervoucher", 100_000, date(2026, 1, 5))]
    save_had_before(session, question=question, entries=entries, actor=ADVISOR, now=NOW)
    approve(session, question)
    assert guards(session) == {"leervoucher year:2026": (200_000, 200_000)}


def test_an_employers_ceiling_counts_over_its_employees(session: Session) -> None:
    costs = [CostInput("tuition", 400_000)]
    first = a_voucher(session, route=Route.EMPLOYER, costs=costs)
    other = replace(COMPANY, learner_name="Noor Smid", birth_date=date(1979, 9, 9))
    second = a_voucher(session, route=Route.EMPLOYER, costs=costs, applicant=other)
    assert (first.amount_cents, second.amount_cents) == (200_000, 100_000)
    assert guards(session) == {"bedrijfsvoucher year:2026": (300_000, 300_000)}


def test_a_ceiling_from_the_first_award_runs_its_years(session: Session) -> None:
    materials = {"schemes": ["materiaalvoucher"], "applicant": SAM, "costs": [CostInput("materials", 60_000)]}
    assert a_voucher(session, **materials).amount_cents == 30_000
    assert a_voucher(session, **materials, now=NOW + timedelta(days=300)).amount_cents == 20_000
    assert guards(session) == {"materiaalvoucher first": (50_000, 50_000)}


@pytest.mark.parametrize(
    ("period", "years", "on", "key"),
    [
        ("none", None, date(2026, 3, 2), "ever"),
        ("calendar_year", None, date(2026, 12, 31), "year:2026"),
        ("school_year", None, date(2026, 7, 31), "school:2025"),
        ("school_year", None, date(2026, 8, 1), "school:2026"),
        ("before_award", 3, date(2026, 3, 2), "last:3"),
        ("from_first_award", 2, date(2026, 3, 2), "first"),
        ("from_first_award", 2, date(2028, 2, 28), "first"),
    ],
)
def test_the_period_of_a_ceiling(period: str, years: int | None, on: date, key: str) -> None:
    rule = Cap.model_validate({"amount_cents": 1, "per": "person", "period": period, "years": years})
    assert period_key(rule, on) == key


def test_one_persons_ceiling_is_not_anothers(session: Session) -> None:
    a_voucher(session, applicant=SAM, costs=BIG)
    assert a_voucher(session, costs=BIG).amount_cents == 250_000
    question = an_application(session)
    assert application_of(session, question=question, actor=resident(question)) is not None
