"""The borders of the schemes: the day before, on, after; one year over; just inside and just outside the region."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from matching.answering.answer import answer
from matching.offers.question import Question
from schemes.region.loading import LoadedRegion
from tests.catalogue.conftest import ON, Judge

INDIVIDUAL: dict[str, Any] = {
    "birth_date": "1985-05-05",
    "residence_municipality": "GM0200",
    "work_situation": "employee_permanent",
    "training_start": "2027-02-01",
}
EMPLOYER: dict[str, Any] = {"employer_municipality": "GM0150", "training_start": "2027-02-01"}
WORK_TO_WORK: dict[str, Any] = {
    "employer_municipality": "GM0150",
    "residence_municipality": "GM1773",
    "work_situation": "dismissal_threatened",
    "goals": ["other_job"],
    "training_start": "2027-02-01",
}
LOAN: dict[str, Any] = {
    "birth_date": "1985-05-05",
    "training_path": "he_parttime",
    "training_recognised": True,
    "student_finance": False,
    "training_start": "2027-02-01",
}
INSIDE = {
    "GM0200": "Apeldoorn",
    "GM0213": "Brummen",
    "GM0150": "Deventer",
    "GM0232": "Epe",
    "GM0246": "Heerde",
    "GM0262": "Lochem",
    "GM0285": "Voorst",
    "GM0301": "Zutphen",
}
OUTSIDE = {
    "GM1773": "Olst-Wijhe",
    "GM0244": "Hattem",
    "GM1876": "Bronckhorst",
    "GM0177": "Raalte",
    "GM0228": "Ede",
    "GM0203": "Barneveld",
    "GM1509": "Oude IJsselstreek",
    "GM0193": "Zwolle",
    "GM0233": "Ermelo",
    "GM0363": "Amsterdam",
}


@pytest.mark.parametrize(
    ("born", "status"),
    [
        ("2008-12-02", "not_eligible"),  # turns 18 the day after
        ("2008-12-01", "eligible"),  # turns 18 on the reference date
        ("2008-11-30", "eligible"),
        ("1959-12-02", "eligible"),  # turns 67 the day after
        ("1959-12-01", "not_eligible"),  # turns 67 on the reference date
        ("1959-11-30", "not_eligible"),
    ],
)
def test_the_individual_voucher_is_for_eighteen_up_to_the_sixty_seventh_birthday(
    judge: Judge, born: str, status: str
) -> None:
    assert judge("ontwikkelfonds-individueel", INDIVIDUAL, birth_date=born).status == status


@pytest.mark.parametrize(
    ("year", "status"),
    [
        (2009, "not_eligible"),
        (2008, "unknown"),
        (2007, "eligible"),
        (1960, "eligible"),
        (1959, "unknown"),
        (1958, "not_eligible"),
    ],
)
def test_a_birth_year_alone_decides_except_at_the_border(judge: Judge, year: int, status: str) -> None:
    verdict = judge("ontwikkelfonds-individueel", INDIVIDUAL, birth_date=None, birth_year=year)
    assert verdict.status == status
    assert ("birth_date" in verdict.missing_facts) == (status == "unknown")


@pytest.mark.parametrize("code", INSIDE, ids=INSIDE.values())
def test_the_eight_municipalities_are_in(judge: Judge, code: str) -> None:
    assert judge("ontwikkelfonds-individueel", INDIVIDUAL, residence_municipality=code).status == "eligible"
    assert judge("ontwikkelfonds-werkgever", EMPLOYER, employer_municipality=code).status == "eligible"
    assert judge("werk-naar-werk-voucher", WORK_TO_WORK, employer_municipality=code).status == "eligible"


@pytest.mark.parametrize("code", OUTSIDE, ids=OUTSIDE.values())
def test_neighbours_and_the_rest_of_the_country_are_out(judge: Judge, code: str) -> None:
    assert judge("ontwikkelfonds-individueel", INDIVIDUAL, residence_municipality=code).status == "not_eligible"
    assert judge("ontwikkelfonds-werkgever", EMPLOYER, employer_municipality=code).status == "not_eligible"
    assert judge("werk-naar-werk-voucher", WORK_TO_WORK, employer_municipality=code).status == "not_eligible"


def test_living_counts_for_the_individual_voucher_and_working_for_the_other_two(judge: Judge) -> None:
    lives_in = {"residence_municipality": "GM0301", "employer_municipality": "GM0202"}
    works_in = {"residence_municipality": "GM0202", "employer_municipality": "GM0301"}
    assert judge("ontwikkelfonds-individueel", INDIVIDUAL, **lives_in).status == "eligible"
    assert judge("ontwikkelfonds-individueel", INDIVIDUAL, **works_in).status == "not_eligible"
    assert judge("ontwikkelfonds-werkgever", EMPLOYER, **lives_in).status == "not_eligible"
    assert judge("ontwikkelfonds-werkgever", EMPLOYER, **works_in).status == "eligible"
    assert judge("werk-naar-werk-voucher", WORK_TO_WORK, **works_in).status == "eligible"


@pytest.mark.parametrize("scheme", ["ontwikkelfonds-individueel", "ontwikkelfonds-werkgever", "werk-naar-werk-voucher"])
@pytest.mark.parametrize(
    ("start", "status"), [("2026-11-30", "not_eligible"), ("2026-12-01", "not_eligible"), ("2026-12-02", "eligible")]
)
def test_a_voucher_is_asked_before_the_training_starts(judge: Judge, scheme: str, start: str, status: str) -> None:
    base = {**INDIVIDUAL, **EMPLOYER, **WORK_TO_WORK, "residence_municipality": "GM0200"}
    assert judge(scheme, base, training_start=start).status == status


@pytest.mark.parametrize("scheme", ["ontwikkelfonds-individueel", "ontwikkelfonds-werkgever", "werk-naar-werk-voucher"])
def test_an_unknown_start_makes_a_voucher_unknown_and_never_refused(judge: Judge, scheme: str) -> None:
    base = {**INDIVIDUAL, **EMPLOYER, **WORK_TO_WORK, "residence_municipality": "GM0200"}
    verdict = judge(scheme, base, training_start=None)
    assert (verdict.status, verdict.missing_facts) == ("unknown", ("training_start",))


@pytest.mark.parametrize("scheme", ["ontwikkelfonds-individueel", "ontwikkelfonds-werkgever", "werk-naar-werk-voucher"])
@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2024, 12, 31), "not_yet_open"),
        (date(2025, 1, 1), "open"),
        (date(2027, 12, 31), "open"),
        (date(2028, 1, 1), "closed"),
    ],
)
def test_the_demonstration_runs_from_2025_up_to_2027(region: LoadedRegion, scheme: str, day: date, state: str) -> None:
    assert region.schemes[scheme].availability(day).state == state


@pytest.mark.parametrize(
    "situation", ["job_seeker", "self_employed", "temp_agency", "dismissal_threatened", "employee_temporary"]
)
def test_everyone_with_or_looking_for_work_is_in_the_individual_group(judge: Judge, situation: str) -> None:
    assert judge("ontwikkelfonds-individueel", INDIVIDUAL, work_situation=situation).status == "eligible"
    assert judge("ontwikkelfonds-individueel", INDIVIDUAL, work_situation="other").status == "not_eligible"


@pytest.mark.parametrize(
    ("goals", "status"),
    [
        (["other_job"], "eligible"),
        (["certificate", "other_job"], "eligible"),
        (["keep_current_job"], "not_eligible"),
        ([], "not_eligible"),
    ],
)
def test_the_work_to_work_voucher_needs_the_wish_for_another_job(judge: Judge, goals: list[str], status: str) -> None:
    assert judge("werk-naar-werk-voucher", WORK_TO_WORK, goals=goals).status == status


@pytest.mark.parametrize(
    ("born", "status"),
    [
        ("1969-12-02", "eligible"),
        ("1969-12-01", "not_eligible"),
        ("1996-12-02", "eligible"),
        ("1996-12-01", "eligible"),
    ],
)
def test_the_loan_stops_at_the_fifty_seventh_birthday(judge: Judge, born: str, status: str) -> None:
    assert judge("levenlanglerenkrediet", LOAN, birth_date=born).status == status


@pytest.mark.parametrize(
    ("on", "limit"),
    [
        (date(2023, 8, 31), 55),
        (date(2023, 9, 1), 56),
        (date(2024, 8, 31), 56),
        (date(2024, 9, 1), 57),
        (date(2026, 12, 1), 57),
    ],
)
def test_the_age_limit_of_the_loan_follows_the_study_year(judge: Judge, on: date, limit: int) -> None:
    start = on.replace(year=on.year + 1).isoformat()
    just_under = date(on.year - limit, on.month, on.day).toordinal() + 1
    for born, status in (
        (date.fromordinal(just_under), "eligible"),
        (date.fromordinal(just_under - 1), "not_eligible"),
    ):
        verdict = judge("levenlanglerenkrediet", LOAN, on, birth_date=born.isoformat(), training_start=start)
        assert verdict.status == status


def test_a_full_time_student_under_thirty_can_only_borrow_with_a_degree(judge: Judge) -> None:
    young = {**LOAN, "training_path": "he_fulltime", "birth_date": "1996-12-02"}
    assert judge("levenlanglerenkrediet", young, has_he_degree=False).status == "not_eligible"
    assert judge("levenlanglerenkrediet", young, has_he_degree=True).status == "eligible"
    assert judge("levenlanglerenkrediet", young, has_he_degree=None).status == "unknown"
    assert judge("levenlanglerenkrediet", young, has_he_degree=False, birth_date="1996-12-01").status == "eligible"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("mbo_bol", "eligible"),
        ("mbo_bbl", "not_eligible"),
        ("third_path", "not_eligible"),
        ("he_parttime", "not_eligible"),
    ],
)
def test_the_loan_for_vocational_training_leaves_bbl_out(judge: Judge, path: str, status: str) -> None:
    assert judge("levenlanglerenkrediet-mbo", LOAN, training_path=path).status == status


@pytest.mark.parametrize(("born", "status"), [("1996-12-01", "eligible"), ("1996-12-02", "not_eligible")])
def test_the_loan_for_vocational_training_starts_at_thirty(judge: Judge, born: str, status: str) -> None:
    assert judge("levenlanglerenkrediet-mbo", LOAN, training_path="mbo_bol", birth_date=born).status == status


@pytest.mark.parametrize(
    ("start", "status"),
    [
        ("2026-11-30", "not_eligible"),
        ("2026-12-01", "eligible"),
        ("2027-03-02", "eligible"),
        ("2027-03-03", "not_eligible"),
    ],
)
def test_the_slim_training_subsidy_starts_within_thirteen_weeks(judge: Judge, start: str, status: str) -> None:
    base = {"in_development_path": True, "training_sector": "care", "training_level": "mbo3", "training_start": start}
    assert judge("slim-scholingssubsidie", base).status == status


@pytest.mark.parametrize("level", ["mbo1", "mbo2", "mbo3", "mbo4", "hbo", "none"])
def test_the_slim_training_subsidy_is_for_the_four_levels_of_vocational_training(judge: Judge, level: str) -> None:
    base = {
        "in_development_path": True,
        "training_sector": "care",
        "training_level": level,
        "training_start": "2027-01-01",
    }
    eligible = judge("slim-scholingssubsidie", base).status == "eligible"
    assert eligible == (level in ("mbo1", "mbo2", "mbo3", "mbo4"))


@pytest.mark.parametrize(("size", "status"), [(249, "eligible"), (250, "not_eligible")])
def test_slim_is_for_fewer_than_250_people(judge: Judge, size: int, status: str) -> None:
    base = {"employer_size": size, "employer_owner_is_learner": False}
    assert judge("slim-leerrijke-werkomgeving", base).status == status


@pytest.mark.parametrize(
    ("benefit", "situation", "born", "status"),
    [
        ("bijstand", "job_seeker", "1999-12-01", "eligible"),  # 27 on the day
        ("bijstand", "job_seeker", "1999-12-02", "unknown"),  # 26: depends on regular education
        ("none", "job_seeker", "1985-01-01", "eligible"),
        ("none", "employee_permanent", "1985-01-01", "not_eligible"),
        ("ww", "job_seeker", "1985-01-01", "not_eligible"),
    ],
)
def test_the_municipality_helps_without_ww_from_twenty_seven(
    judge: Judge, benefit: str, situation: str, born: str, status: str
) -> None:
    base = {"benefit": benefit, "work_situation": situation, "birth_date": born}
    assert judge("participatiewet-scholing", base).status == status


def test_under_twenty_seven_the_municipality_helps_only_when_regular_education_is_impossible(judge: Judge) -> None:
    young = {"benefit": "bijstand", "work_situation": "job_seeker", "birth_date": "2001-01-01"}
    assert judge("participatiewet-scholing", young, can_follow_funded_education=True).status == "not_eligible"
    assert judge("participatiewet-scholing", young, can_follow_funded_education=False).status == "eligible"


@pytest.mark.parametrize(("hours", "status"), [(29, "not_eligible"), (29.5, "not_eligible"), (30, "eligible")])
def test_the_transport_fund_asks_for_thirty_hours(judge: Judge, hours: float, status: str) -> None:
    base = {"employer_sector_fund": "soob", "contract_hours": hours, "work_situation": "employee_permanent"}
    assert judge("soob-werknemersbudget", base).status == status


@pytest.mark.parametrize(
    ("scheme", "facts"),
    [
        ("uwv-scholing-ww", {"benefit": "ww"}),
        ("uwv-scholing-wia-wajong", {"benefit": "wajong"}),
        (
            "doorzaam-scholingsvoucher",
            {"work_situation": "temp_agency", "employer_sector_fund": "doorzaam", "education_level": "mbo4"},
        ),
        ("werkgeversbijdrage", {"work_situation": "employee_permanent"}),
        (
            "soob-werknemersbudget",
            {"employer_sector_fund": "soob", "contract_hours": 36, "work_situation": "employee_permanent"},
        ),
    ],
)
def test_what_another_decides_or_nobody_is_sure_of_is_never_in_the_mix(
    region: LoadedRegion, scheme: str, facts: dict[str, Any]
) -> None:
    found = ask(region, facts)
    offers = {offer.scheme: offer.certainty for offer in found.prepared.problem.offers}
    assert offers[scheme] == "possible"
    assert found.proposal is not None and scheme not in {share.offer for share in found.proposal.shares}


def ask(region: LoadedRegion, facts: dict[str, Any], **more: Any) -> Any:
    """The answer to a question with one cost of € 1.000."""
    question = Question.model_validate(
        {
            "format": "ontwikkelloket/question/1",
            "facts": facts,
            "costs": [{"category": "tuition", "amount_cents": 100000}],
            **more,
        }
    )
    return answer(question, region, on=ON)


@pytest.mark.parametrize("route", ["individual", "employer"])
def test_what_has_ended_is_never_offered_and_explains_itself(region: LoadedRegion, route: str) -> None:
    ended = {slug for slug, scheme in region.schemes.items() if scheme.state == "ended"}
    assert {"stap-budget", "nl-leert-door", "tel-mee-met-taal", "scholingsaftrek"} <= ended
    facts = {**INDIVIDUAL, **EMPLOYER, **LOAN, "goals": ["other_job", "basic_skills"], "training_sector": "ict"}
    found = ask(region, facts, route=route, borrow_up_to_cents=100000)
    assert not ended & {offer.scheme for offer in found.prepared.problem.offers}
    for slug in ended:
        explanation = region.schemes[slug].explanation_when_ended
        assert explanation is not None and len(explanation.nl) > 40 and len(explanation.en) > 40


def test_stap_was_open_to_a_day_before_it_ended(region: LoadedRegion) -> None:
    assert region.schemes["stap-budget"].availability(date(2023, 12, 31)).state != "ended"
    assert region.schemes["stap-budget"].availability(date(2024, 1, 1)).state == "ended"


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 6, 1), "not_yet_open"),
        (date(2026, 6, 2), "open"),
        (date(2026, 9, 17), "open"),
        (date(2026, 9, 18), "closed"),
        (date(2027, 6, 2), "closed"),  # a window of 2027 is not known, so none is promised
    ],
)
def test_practical_learning_is_open_in_its_window_only(region: LoadedRegion, day: date, state: str) -> None:
    assert region.schemes["praktijkleren"].availability(day).state == state
