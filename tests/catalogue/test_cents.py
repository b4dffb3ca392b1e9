"""The amounts of the demonstration's schemes at their borders: one cent under, on, and over; with what was had before."""

from __future__ import annotations

from typing import Any

import pytest

from matching.answering.answer import Answer, answer
from matching.offers.question import Question
from matching.spec.check import violations
from schemes.region.loading import LoadedRegion
from tests.catalogue.conftest import ON

PERSON: dict[str, Any] = {
    "birth_year": 1985,
    "residence_municipality": "GM0200",
    "work_situation": "employee_permanent",
    "training_start": "2027-02-01",
}
COMPANY: dict[str, Any] = {"employer_municipality": "GM0262", "training_start": "2027-02-01"}
MOVER: dict[str, Any] = {**COMPANY, "work_situation": "dismissal_threatened", "goals": ["other_job"]}


def solved(
    region: LoadedRegion, route: str, facts: dict[str, Any], tuition: int, **more: Any
) -> tuple[dict[str, int], int]:
    """What each payer pays for one tuition line, and what is left of it."""
    costs = [{"category": "tuition", "amount_cents": tuition}]
    question = Question.model_validate(
        {"format": "ontwikkelloket/question/1", "route": route, "facts": facts, "costs": costs, **more}
    )
    found: Answer = answer(question, region, on=ON)
    assert found.proposal is not None and found.proposal.status == "proven"
    assert violations(found.prepared.problem, found.proposal.shares) == []
    paid: dict[str, int] = {}
    for share in found.proposal.shares:
        paid[share.offer] = paid.get(share.offer, 0) + share.cents
    return paid, sum(left.cents for left in found.proposal.rest)


@pytest.mark.parametrize(
    ("tuition", "voucher"), [(2499, 0), (2500, 2500), (249999, 249999), (250000, 250000), (250001, 250000)]
)
def test_the_individual_voucher_pays_all_up_to_its_cap_and_nothing_below_twenty_five_euros(
    region: LoadedRegion, tuition: int, voucher: int
) -> None:
    paid, rest = solved(region, "individual", PERSON, tuition)
    assert paid == ({"ontwikkelfonds-individueel": voucher} if voucher else {})
    assert rest == tuition - voucher


@pytest.mark.parametrize(
    ("awarded_on", "left"), [("2025-12-31", 250000), ("2026-01-01", 150000), ("2026-12-01", 150000)]
)
def test_a_voucher_of_this_calendar_year_counts_and_one_of_last_year_does_not(
    region: LoadedRegion, awarded_on: str, left: int
) -> None:
    before = [{"scheme": "ontwikkelfonds-individueel", "amount_cents": 100000, "awarded_on": awarded_on}]
    paid, _ = solved(region, "individual", PERSON, 400000, had_before=before)
    assert paid == {"ontwikkelfonds-individueel": left}


@pytest.mark.parametrize(
    ("tuition", "voucher"),
    [
        (4999, 0),  # half is 24,99: below the smallest share
        (5000, 2500),
        (100001, 50000),  # the employer's half is rounded up: 500,01
        (499999, 249999),
        (500000, 250000),
        (500001, 250000),
        (900000, 250000),
    ],
)
def test_the_employer_always_pays_at_least_half_to_the_cent(region: LoadedRegion, tuition: int, voucher: int) -> None:
    paid, rest = solved(region, "employer", COMPANY, tuition)
    assert paid == ({"ontwikkelfonds-werkgever": voucher} if voucher else {})
    assert rest == tuition - voucher and 2 * rest >= tuition


@pytest.mark.parametrize(
    ("tuition", "pledge", "voucher"),
    [
        (100000, 66667, 33333),  # exactly what is needed: two thirds, rounded up
        (100000, 66666, 0),  # one cent short: no voucher at all
        (600000, 400000, 200000),  # the cap, exactly
        (600003, 400002, 200000),
        (700000, 500000, 200000),
    ],
)
def test_the_work_to_work_voucher_pays_a_third_when_the_employer_pays_two_thirds(
    region: LoadedRegion, tuition: int, pledge: int, voucher: int
) -> None:
    given = {"kind": "up_to", "amount_cents": pledge}
    paid, rest = solved(region, "individual", MOVER, tuition, pledge=given)
    assert paid.get("werk-naar-werk-voucher", 0) == voucher
    assert paid["pledge.employer"] == min(pledge, tuition - voucher)
    assert rest == tuition - voucher - paid["pledge.employer"]


@pytest.mark.parametrize(("tuition", "loan"), [(1347000, 1347000), (1347001, 1347000)])
def test_the_loan_is_at_most_five_times_the_fee_and_only_when_asked_for(
    region: LoadedRegion, tuition: int, loan: int
) -> None:
    student = {
        "birth_year": 1985,
        "residence_municipality": "GM0363",
        "work_situation": "self_employed",
        "training_path": "he_fulltime",
        "training_recognised": True,
        "student_finance": False,
        "training_start": "2027-02-01",
    }
    paid, rest = solved(region, "individual", student, tuition, borrow_up_to_cents=9_000_000)
    assert (paid, rest) == ({"levenlanglerenkrediet": loan}, tuition - loan)
    assert solved(region, "individual", student, tuition) == ({}, tuition)


@pytest.mark.parametrize(("tuition", "fund"), [(149999, 149999), (150000, 150000), (150001, 150000)])
def test_the_green_fund_pays_up_to_its_cap_for_who_lives_elsewhere(
    region: LoadedRegion, tuition: int, fund: int
) -> None:
    grower = {
        "employer_sector_fund": "colland",
        "colland_sector": "greenhouse",
        "colland_five_years": True,
        "residence_municipality": "GM0177",
    }
    paid, rest = solved(region, "individual", grower, tuition)
    assert (paid, rest) == ({"colland-ontwikkelbudget": fund}, tuition - fund)
