"""age: on the reference date or another day, from a birth date, or from a birth year when that decides."""

from typing import Any

import pytest

from schemes.facts.references import References
from tests.schemes.conditions.telling import (
    MET,
    NOT,
    UNKNOWN,
    assert_told,
    day,
    in_dutch,
    reference,
    told,
    why_refused,
)

PENSION_AGES: References = reference(
    {
        "list": "state_pension_age",
        "kind": "age",
        "title": {"nl": "AOW-leeftijd", "en": "State pension age"},
        "versions": [
            {"from": "2023-01-01", "age": {"years": 66, "months": 10}, "source": "a"},
            {"from": "2024-01-01", "age": {"years": 67}, "source": "a"},
            {"from": "2028-01-01", "age": {"years": 67, "months": 3}, "source": "a"},
        ],
    }
)
ADULT = {"type": "age", "at_least": 18}
PENSION = {"type": "age", "below_state_pension": True}
YOUNG = {"type": "age", "at_least": 18, "below": 27}
BY_YEAR = {
    "type": "age",
    "below": [{"from": "2023-09-01", "value": 56}, {"from": "2024-09-01", "until": "2025-08-31", "value": 57}],
}


def born(text: str) -> dict[str, Any]:
    return {"birth_date": day(text)}


@pytest.mark.parametrize(
    ("condition", "facts", "status", "code"),
    [
        (ADULT, born("2008-03-01"), MET, "age_at_least"),
        (ADULT, born("2008-03-02"), NOT, "age_at_least"),
        (ADULT, {}, UNKNOWN, "age_at_least"),
        ({"type": "age", "below": 57}, born("1969-03-02"), MET, "age_below"),
        ({"type": "age", "below": 57}, born("1969-03-01"), NOT, "age_below"),
        ({"type": "age", "at_most": 67}, born("1958-03-02"), MET, "age_at_most"),
        ({"type": "age", "at_most": 67}, born("1958-03-01"), NOT, "age_at_most"),
        (PENSION, born("1959-03-02"), MET, "age_below_state_pension"),
        (PENSION, born("1959-03-01"), NOT, "age_below_state_pension"),
        (PENSION, {}, UNKNOWN, "age_below_state_pension"),
        (YOUNG, born("2000-01-01"), MET, "age_between"),
        (YOUNG, born("1990-01-01"), NOT, "age_below"),
        (YOUNG, born("2010-01-01"), NOT, "age_at_least"),
        ({**PENSION, "at_least": 18}, born("1990-01-01"), MET, "age_between"),
    ],
)
def test_the_birthday_is_the_border(condition: dict[str, Any], facts: dict[str, Any], status: str, code: str) -> None:
    assert_told(told(condition, facts, references=PENSION_AGES), status, code)


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
def test_a_birth_year_decides_unless_the_border_falls_within_the_year(year: int, on: str, status: str) -> None:
    outcome = told(ADULT, {"birth_year": year}, day(on))
    assert outcome.status == status
    if status == UNKNOWN:
        assert (outcome.unknown_code, outcome.missing) == ("birth_year_does_not_decide", ("birth_date",))


def test_the_birth_date_goes_before_the_birth_year() -> None:
    assert told(ADULT, {"birth_year": 2008, **born("2008-01-15")}).status == MET


def test_the_birth_date_alone_may_be_asked() -> None:
    outcome = told({**ADULT, "birth_year": None}, {"birth_year": 1990})
    assert (outcome.status, outcome.missing) == (UNKNOWN, ("birth_date",))


def test_someone_born_on_29_february_turns_18_on_1_march() -> None:
    assert told(ADULT, born("2008-02-29"), day("2026-02-28")).status == NOT
    assert told(ADULT, born("2008-02-29"), day("2026-03-01")).status == MET


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
def test_the_state_pension_age_is_the_one_that_held_when_it_was_reached(birth: str, on: str, status: str) -> None:
    assert told(PENSION, born(birth), day(on), PENSION_AGES).status == status


def test_without_a_state_pension_age_for_the_day_the_answer_is_unknown() -> None:
    outcome = told(PENSION, born("1940-01-01"), day("2019-01-01"), PENSION_AGES)
    assert (outcome.status, outcome.unknown_code) == (UNKNOWN, "no_list_on_date")


def test_a_limit_that_changes_is_the_one_of_the_reference_date() -> None:
    assert told(BY_YEAR, born("1967-06-01"), day("2024-08-31")).status == NOT
    assert told(BY_YEAR, born("1968-06-01"), day("2024-01-01")).status == MET
    for without in ("2023-08-31", "2025-09-01"):
        outcome = told(BY_YEAR, born("1960-01-01"), day(without))
        assert (outcome.status, outcome.unknown_code, outcome.missing) == (UNKNOWN, "no_value_on_date", ())


@pytest.mark.parametrize(
    ("birth", "status"), [("2008-09-01", MET), ("2008-09-02", NOT), ("2007-12-31", MET), ("2008-12-31", NOT)]
)
def test_the_age_may_count_on_a_day_of_every_year(birth: str, status: str) -> None:
    outcome = told({**ADULT, "on_day": "09-01"}, born(birth))
    assert outcome.status == status
    assert outcome.params["counted_on"] == day("2026-09-01")


def test_a_birth_year_decides_on_the_last_day_of_the_year_as_it_does_not_on_an_earlier_one() -> None:
    assert told({**ADULT, "on_day": "12-31"}, {"birth_year": 2008}).status == MET
    assert told(ADULT, {"birth_year": 2008}).status == UNKNOWN


@pytest.mark.parametrize(("start", "status"), [("2026-05-04", MET), ("2026-05-03", NOT)])
def test_the_age_may_count_on_the_day_of_a_fact(start: str, status: str) -> None:
    at_start = {**ADULT, "on_fact": "training_start"}
    assert told(at_start, {**born("2008-05-04"), "training_start": day(start)}).status == status
    assert told(at_start, born("2008-05-04")).missing == ("training_start",)
    assert told(at_start, {}).missing == ("birth_year", "training_start")


def test_the_state_pension_age_may_count_on_the_day_of_a_fact() -> None:
    at_start = {**PENSION, "on_fact": "training_start"}
    for start, status in (("2026-05-03", MET), ("2026-05-04", NOT), ("2019-01-01", UNKNOWN)):
        facts = {**born("1959-05-04"), "training_start": day(start)}
        assert told(at_start, facts, references=PENSION_AGES).status == status


def test_the_outcome_says_the_age_the_rule_and_the_article() -> None:
    outcome = told({**ADULT, "article": "artikel 2", "id": "adult"}, born("2009-01-01"))
    assert outcome.params == {"minimum": 18, "counted_on": None, "age": 17}
    assert (outcome.article, outcome.id, outcome.fact, outcome.value) == (
        "artikel 2",
        "adult",
        "birth_date",
        day("2009-01-01"),
    )
    assert outcome.as_dict()["value"] == "2009-01-01"


def test_the_sentence_names_the_day_on_which_the_age_counts() -> None:
    assert in_dutch(ADULT) == "U moet 18 jaar of ouder zijn."
    assert in_dutch({**ADULT, "on_day": "12-31"}).endswith("Het gaat om uw leeftijd op 31 december 2026.")
    assert in_dutch({**ADULT, "on_fact": "training_start"}).endswith("uw leeftijd op de datum bij “training_start?”.")


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ({"type": "age"}, "no_bound"),
        ({"type": "age", "below_state_pension": False}, "no_bound"),
        ({"type": "age", "at_most": 67, "below": 67}, "two_bounds"),
        ({"type": "age", "at_least": 57, "below": 57}, "never_true"),
        ({**ADULT, "on_day": "12-31", "on_fact": "training_start"}, "two_days"),
        ({**ADULT, "on_day": "02-29"}, "string_pattern_mismatch"),
        ({**ADULT, "on_day": "31-12"}, "string_pattern_mismatch"),
    ],
)
def test_an_age_that_says_nothing_or_contradicts_is_refused(condition: dict[str, Any], why: str) -> None:
    assert why_refused(condition) == why
