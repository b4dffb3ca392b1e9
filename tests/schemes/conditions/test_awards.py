"""awards: so many awards of a scheme were had before, or so much."""

from typing import Any

import pytest

from schemes.facts.outcome import PAST_AWARDS, PastAward
from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, day, in_dutch, told, why_refused

Had = tuple[str, str, int]


def awards(**more: Any) -> dict[str, Any]:
    return {"type": "awards", **more}


def had(*given: Had) -> dict[str, Any]:
    return {PAST_AWARDS: tuple(PastAward(scheme, day(on), cents) for scheme, on, cents in given)}


def own(on: str, cents: int = 100) -> Had:
    return ("voucher", on, cents)


YEAR = awards(period="calendar_year", at_most=0)
SCHOOL = awards(period="school_year", at_most=1)
BEFORE = awards(period="before", months=24, at_most=0)
SUM = awards(of="amount", at_most=250)


@pytest.mark.parametrize(
    ("condition", "before", "status", "code"),
    [
        (YEAR, [], MET, "awards_none"),
        (YEAR, [own("2025-12-31")], MET, "awards_none"),
        (YEAR, [own("2026-01-01")], NOT, "awards_none"),
        (YEAR, [own("2026-03-01")], NOT, "awards_none"),
        (YEAR, [own("2026-03-02")], MET, "awards_none"),  # after the reference date
        (YEAR, [("fonds", "2026-01-01", 1)], MET, "awards_none"),
        (SCHOOL, [own("2025-08-01"), own("2025-07-31")], MET, "awards_at_most"),
        (SCHOOL, [own("2025-08-01"), own("2026-02-28")], NOT, "awards_at_most"),
        (BEFORE, [own("2024-03-01")], MET, "awards_none"),
        (BEFORE, [own("2024-03-02")], NOT, "awards_none"),
        (SUM, [own("2001-01-01", 200), own("2026-01-01", 50)], MET, "awards_amount_at_most"),
        (SUM, [own("2001-01-01", 200), own("2026-01-01", 51)], NOT, "awards_amount_at_most"),
        (awards(schemes=["fonds"], at_least=1), [own("2026-01-01")], NOT, "awards_at_least"),
        (awards(schemes=["fonds"], at_least=1), [("fonds", "2026-01-01", 1)], MET, "awards_at_least"),
        (awards(at_least=1, at_most=2), [own("2026-01-01")], MET, "awards_between"),
    ],
)
def test_an_award_counts_from_its_day_to_the_end_of_its_period(
    condition: dict[str, Any], before: list[Had], status: str, code: str
) -> None:
    assert_told(told(condition, had(*before), scheme="voucher"), status, code)


def test_who_has_no_history_yet_is_asked_and_a_condition_outside_a_scheme_counts_nothing() -> None:
    assert_told(told(YEAR, {}, scheme="voucher"), UNKNOWN, "awards_none")
    assert told(YEAR, {}, scheme="voucher").missing == (PAST_AWARDS,)
    assert told(YEAR, had()).unknown_code == "own_scheme_unknown"
    assert told(awards(schemes=["fonds"], at_most=0), had()).status == MET


def test_the_outcome_says_how_many_there_were() -> None:
    outcome = told(SCHOOL, had(own("2025-08-01"), own("2026-02-28")), scheme="voucher")
    assert (outcome.value, outcome.params["count"], outcome.params["maximum"]) == (2, 2, 1)


def test_the_sentence_names_the_schemes_and_the_period() -> None:
    assert in_dutch(YEAR) == "U mag deze regeling niet hebben gekregen in hetzelfde kalenderjaar."
    assert in_dutch(awards(schemes=["voucher", "fonds"], at_least=1)) == (
        "U moet “Leervoucher” of “Ontwikkelfonds” minstens 1 keer hebben gekregen voor deze aanvraag."
    )


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        (awards(), "no_bound"),
        (awards(at_least=2, at_most=1), "never_true"),
        (awards(at_least=-1), "greater_than_equal"),
        (awards(period="before", at_most=0), "months_for_period"),
        (awards(period="ever", months=3, at_most=0), "months_for_period"),
        (awards(schemes=["fonds"], per="employer", at_most=0), "per_own_scheme"),
        (awards(schemes=["fonds", "fonds"], at_most=0), "duplicate_value"),
    ],
)
def test_a_history_that_says_nothing_or_too_much_is_refused(condition: dict[str, Any], why: str) -> None:
    assert why_refused(condition) == why
