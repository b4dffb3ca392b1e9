"""Each type of condition: a case that holds, one that does not, and one that cannot be decided."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from schemes.conditions import AnyCondition

from .conftest import Check

MET, NOT, UNKNOWN = "met", "not_met", "unknown"
BORN = "birth_date"


def day(text: str) -> date:
    return date.fromisoformat(text)


ONE_OF = {"type": "one_of", "fact": "work_situation", "values": ["employee", "job_seeker"]}
ANY_OF = {"type": "any_of", "fact": "goals", "values": ["other_job", "find_work"]}
HOURS = {"type": "number", "fact": "contract_hours", "at_least": 24, "less_than": 36}
IN_LIST = {"type": "in_list", "fact": "training_sector", "list": "shortage_sectors"}
STARTS = {"type": "starts_after_reference"}
WITHIN = {
    "type": "date",
    "fact": "training_start",
    "days_after_reference_at_least": 0,
    "days_after_reference_at_most": 91,
}
FIXED = {"type": "date", "fact": "training_start", "after": "2026-03-31", "on_or_before": "2026-12-31"}
YES = {"type": "yes", "fact": "student_finance"}
NO = {"type": "no", "fact": "student_finance"}
ADULT = {"type": "age", "at_least": 18}
TILL_57 = {"type": "age", "below": 57}
TILL_67 = {"type": "age", "at_most": 67}
TWO_OF = {"type": "at_least_n", "n": 2, "conditions": [YES, NO, ADULT]}
LIMIT_BY_YEAR = {
    "type": "age",
    "below": [{"from": "2023-09-01", "value": 56}, {"from": "2024-09-01", "until": "2025-08-31", "value": 57}],
}
PENSION = {"type": "age", "below_state_pension": True}


@pytest.mark.parametrize(
    ("condition", "facts", "status", "code"),
    [
        (ONE_OF, {"work_situation": "employee"}, MET, "is_one_of"),
        (ONE_OF, {"work_situation": "self_employed"}, NOT, "is_one_of"),
        (ONE_OF, {}, UNKNOWN, "is_one_of"),
        (ANY_OF, {"goals": ("keep_current_job", "other_job")}, MET, "has_any_of"),
        (ANY_OF, {"goals": ("keep_current_job",)}, NOT, "has_any_of"),
        (ANY_OF, {"goals": ()}, NOT, "has_any_of"),
        (ANY_OF, {}, UNKNOWN, "has_any_of"),
        (HOURS, {"contract_hours": 24}, MET, "number_between"),
        (HOURS, {"contract_hours": Decimal("35.5")}, MET, "number_between"),
        (HOURS, {"contract_hours": Decimal("23.5")}, NOT, "number_at_least"),
        (HOURS, {"contract_hours": 36}, NOT, "number_less_than"),
        (HOURS, {}, UNKNOWN, "number_at_least"),
        ({"type": "number", "fact": "n", "more_than": 5}, {"n": 6}, MET, "number_more_than"),
        ({"type": "number", "fact": "n", "more_than": 5}, {"n": 5}, NOT, "number_more_than"),
        ({"type": "number", "fact": "n", "at_most": 5}, {"n": 5}, MET, "number_at_most"),
        ({"type": "number", "fact": "n", "at_most": 5}, {"n": 6}, NOT, "number_at_most"),
        (YES, {"student_finance": True}, MET, "is_yes"),
        (YES, {"student_finance": False}, NOT, "is_yes"),
        (YES, {}, UNKNOWN, "is_yes"),
        (NO, {"student_finance": False}, MET, "is_no"),
        (NO, {"student_finance": True}, NOT, "is_no"),
        (NO, {}, UNKNOWN, "is_no"),
        (IN_LIST, {"training_sector": "technology"}, MET, "in_list"),
        (IN_LIST, {"training_sector": "care"}, NOT, "in_list"),
        (IN_LIST, {}, UNKNOWN, "in_list"),
        (STARTS, {"training_start": day("2026-03-02")}, MET, "starts_after_reference"),
        (STARTS, {"training_start": day("2026-03-01")}, NOT, "starts_after_reference"),
        (STARTS, {}, UNKNOWN, "starts_after_reference"),
        ({**STARTS, "same_day": True}, {"training_start": day("2026-03-01")}, MET, "starts_after_reference"),
        ({**STARTS, "same_day": True}, {"training_start": day("2026-02-28")}, NOT, "starts_after_reference"),
        (WITHIN, {"training_start": day("2026-05-31")}, MET, "days_after_reference_between"),
        (WITHIN, {"training_start": day("2026-06-01")}, NOT, "days_after_reference_at_most"),
        (WITHIN, {"training_start": day("2026-02-28")}, NOT, "days_after_reference_at_least"),
        (WITHIN, {}, UNKNOWN, "days_after_reference_at_least"),
        (FIXED, {"training_start": day("2026-04-01")}, MET, "date_between"),
        (FIXED, {"training_start": day("2026-03-31")}, NOT, "date_on_or_after"),
        (FIXED, {"training_start": day("2027-01-01")}, NOT, "date_on_or_before"),
        (FIXED, {}, UNKNOWN, "date_on_or_after"),
        ({"type": "date", "fact": "d", "before": "2026-03-01"}, {"d": day("2026-02-28")}, MET, "date_on_or_before"),
        ({"type": "date", "fact": "d", "before": "2026-03-01"}, {"d": day("2026-03-01")}, NOT, "date_on_or_before"),
        (ADULT, {BORN: day("2008-03-01")}, MET, "age_at_least"),
        (ADULT, {BORN: day("2008-03-02")}, NOT, "age_at_least"),
        (ADULT, {}, UNKNOWN, "age_at_least"),
        (TILL_57, {BORN: day("1969-03-02")}, MET, "age_below"),
        (TILL_57, {BORN: day("1969-03-01")}, NOT, "age_below"),
        (TILL_67, {BORN: day("1958-03-02")}, MET, "age_at_most"),
        (TILL_67, {BORN: day("1958-03-01")}, NOT, "age_at_most"),
        (PENSION, {BORN: day("1959-03-02")}, MET, "age_below_state_pension"),
        (PENSION, {BORN: day("1959-03-01")}, NOT, "age_below_state_pension"),
        (PENSION, {}, UNKNOWN, "age_below_state_pension"),
        ({"type": "age", "at_least": 18, "below": 27}, {BORN: day("2000-01-01")}, MET, "age_between"),
        ({"type": "age", "at_least": 18, "below": 27}, {BORN: day("1990-01-01")}, NOT, "age_below"),
        ({"type": "all", "conditions": [YES, ADULT]}, {"student_finance": True, "birth_year": 1990}, MET, "all_of"),
        ({"type": "all", "conditions": [YES, ADULT]}, {"student_finance": False}, NOT, "all_of"),
        ({"type": "all", "conditions": [YES, ADULT]}, {"student_finance": True}, UNKNOWN, "all_of"),
        ({"type": "any", "conditions": [YES, ADULT]}, {"student_finance": True}, MET, "at_least_one_of"),
        ({"type": "any", "conditions": [YES, ADULT]}, {"student_finance": False, "birth_year": 2020}, NOT, "at_least_one_of"),
        ({"type": "any", "conditions": [YES, ADULT]}, {"student_finance": False}, UNKNOWN, "at_least_one_of"),
        (TWO_OF, {"student_finance": True, "birth_year": 1990}, MET, "at_least_n_of"),
        (TWO_OF, {"birth_year": 2020}, UNKNOWN, "at_least_n_of"),
        (TWO_OF, {"student_finance": True, "birth_year": 2020}, NOT, "at_least_n_of"),
        ({"type": "not", "condition": YES}, {"student_finance": False}, MET, "must_not"),
        ({"type": "not", "condition": YES}, {"student_finance": True}, NOT, "must_not"),
        ({"type": "not", "condition": YES}, {}, UNKNOWN, "must_not"),
    ],
)  # fmt: skip
def test_a_condition_is_met_not_met_or_unknown_and_says_which_rule_decided(
    check: Check, condition: dict[str, Any], facts: dict[str, Any], status: str, code: str
) -> None:
    outcome = check(condition, **facts)
    assert (outcome.status, outcome.code) == (status, code)
    assert bool(outcome.missing) == (status == UNKNOWN)
    assert (outcome.unknown_code is not None) == (status == UNKNOWN)


@pytest.mark.parametrize(
    ("year", "on", "status"),
    [
        (2007, "2026-03-01", MET),
        (2008, "2026-03-01", UNKNOWN),
        (2009, "2026-03-01", NOT),
        (2008, "2026-12-31", MET),
        (2008, "2026-01-01", UNKNOWN),
        (2009, "2026-12-31", NOT),
    ],
)
def test_a_birth_year_decides_unless_the_border_falls_within_the_year(
    check: Check, year: int, on: str, status: str
) -> None:
    outcome = check(ADULT, on=day(on), birth_year=year)
    assert outcome.status == status
    if status == UNKNOWN:
        assert (outcome.unknown_code, outcome.missing) == ("birth_year_does_not_decide", ("birth_date",))


def test_the_birth_date_goes_before_the_birth_year(check: Check) -> None:
    assert check(ADULT, birth_year=2008, birth_date=day("2008-01-15")).status == MET


def test_someone_born_on_29_february_turns_18_on_1_march(check: Check) -> None:
    assert check(ADULT, on=day("2026-02-28"), birth_date=day("2008-02-29")).status == NOT
    assert check(ADULT, on=day("2026-03-01"), birth_date=day("2008-02-29")).status == MET


@pytest.mark.parametrize(
    ("birth", "on", "status"),
    [
        ("1960-12-31", "2027-12-30", MET),
        ("1960-12-31", "2027-12-31", NOT),
        ("1960-12-31", "2028-01-15", NOT),  # reached 67 in time; the rise of 2028 does not take it away
        ("1961-01-01", "2028-03-31", MET),
        ("1961-01-01", "2028-04-01", NOT),
        ("1957-02-15", "2023-12-31", NOT),
        ("1957-03-01", "2023-12-31", MET),
        ("1957-03-01", "2024-03-01", NOT),
    ],
)
def test_the_state_pension_age_is_the_one_that_held_when_it_was_reached(
    check: Check, birth: str, on: str, status: str
) -> None:
    assert check(PENSION, on=day(on), birth_date=day(birth)).status == status


def test_without_a_state_pension_age_for_the_day_the_answer_is_unknown(check: Check) -> None:
    outcome = check(PENSION, on=day("2019-01-01"), birth_date=day("1940-01-01"))
    assert (outcome.status, outcome.unknown_code) == (UNKNOWN, "no_list_on_date")


def test_a_value_that_changes_is_the_one_of_the_reference_date(check: Check) -> None:
    born = day("1967-06-01")  # 56 until June 2024, then 57
    assert check(LIMIT_BY_YEAR, on=day("2024-08-31"), birth_date=born).status == NOT
    assert check(LIMIT_BY_YEAR, on=day("2024-01-01"), birth_date=day("1968-06-01")).status == MET
    assert check(LIMIT_BY_YEAR, on=day("2024-09-01"), birth_date=day("1968-06-01")).status == MET


@pytest.mark.parametrize("on", ["2023-08-31", "2025-09-01"])
def test_a_day_without_a_value_is_unknown_and_says_so(check: Check, on: str) -> None:
    outcome = check(LIMIT_BY_YEAR, on=day(on), birth_date=day("1960-01-01"))
    assert (outcome.status, outcome.unknown_code, outcome.missing) == (UNKNOWN, "no_value_on_date", ())


def test_a_list_is_the_version_of_the_reference_date(check: Check) -> None:
    assert check(IN_LIST, on=day("2026-06-30"), training_sector="care").status == NOT
    assert check(IN_LIST, on=day("2026-07-01"), training_sector="care").status == MET
    outcome = check(IN_LIST, on=day("2028-01-01"), training_sector="care")
    assert (outcome.status, outcome.unknown_code) == (UNKNOWN, "no_list_on_date")


def test_an_outcome_carries_article_fact_value_and_what_was_expected(check: Check) -> None:
    outcome = check({**ADULT, "article": "artikel 2", "id": "adult"}, birth_date=day("2009-01-01"))
    assert outcome.article == "artikel 2"
    assert (outcome.id, outcome.fact, outcome.value) == ("adult", "birth_date", day("2009-01-01"))
    assert outcome.params == {"minimum": 18, "age": 17}
    assert outcome.as_dict()["value"] == "2009-01-01"


def test_the_deciding_outcome_of_a_group_is_the_rule_to_explain(check: Check) -> None:
    group = {"type": "all", "conditions": [ADULT, {"type": "all", "conditions": [NO, ONE_OF]}]}
    outcome = check(group, birth_year=1990, student_finance=False, work_situation="self_employed")
    assert outcome.deciding().fact == "work_situation"
    assert [step.code for step in outcome.walk()] == ["all_of", "age_at_least", "all_of", "is_no", "is_one_of"]


@pytest.mark.parametrize(
    "condition",
    [
        {"type": "number", "fact": "n"},
        {"type": "number", "fact": "n", "at_least": 5, "more_than": 4},
        {"type": "number", "fact": "n", "at_least": 6, "at_most": 5},
        {"type": "number", "fact": "n", "more_than": 5, "less_than": 5},
        {"type": "number", "fact": "n", "at_least": "5"},
        {"type": "number", "fact": "n", "at_least": 5.125},
        {"type": "date", "fact": "d", "after": "2026-01-01", "days_after_reference_at_most": 3},
        {"type": "date", "fact": "d", "on_or_after": "2026-01-02", "on_or_before": "2026-01-01"},
        {"type": "age"},
        {"type": "age", "below_state_pension": False},
        {"type": "age", "at_most": 67, "below": 67},
        {"type": "age", "at_least": 57, "below": 57},
        {"type": "at_least_n", "n": 2, "conditions": [YES]},
        {"type": "all", "conditions": []},
        {"type": "one_of", "fact": "n", "values": []},
        {"type": "not"},
        {"type": "expression", "text": "age > 18"},
        {"fact": "n"},
    ],
)
def test_a_condition_that_can_never_hold_or_says_nothing_is_refused(condition: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(AnyCondition).validate_python(condition)
