"""elapsed: the time between two days lies within bounds, counted by the calendar."""

from typing import Any

import pytest

from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, day, in_dutch, told, why_refused


def since(unit: str, **bounds: Any) -> dict[str, Any]:
    return {"type": "elapsed", "from": "contract_start", "unit": unit, **bounds}


LASTS = {"type": "elapsed", "from": "training_start", "to": "training_end", "unit": "months"}


@pytest.mark.parametrize(
    ("condition", "start", "status", "code"),
    [
        (since("years", at_least=2), "2024-03-01", MET, "elapsed_at_least"),
        (since("years", at_least=2), "2024-03-02", NOT, "elapsed_at_least"),
        (since("years", more_than=2), "2024-03-01", NOT, "elapsed_more_than"),
        (since("years", more_than=2), "2024-02-28", MET, "elapsed_more_than"),
        (since("years", more_than=2), "2024-02-29", NOT, "elapsed_more_than"),  # two years later is 1 March
        (since("weeks", at_most=13), "2025-11-30", MET, "elapsed_at_most"),
        (since("weeks", at_most=13), "2025-11-29", NOT, "elapsed_at_most"),
        (since("months", less_than=30), "2023-09-02", MET, "elapsed_less_than"),
        (since("months", less_than=30), "2023-09-01", NOT, "elapsed_less_than"),
        (since("days", at_least=1, at_most=7), "2026-02-28", MET, "elapsed_between"),
        (since("days", at_least=1, at_most=7), "2026-02-22", MET, "elapsed_between"),
        (since("days", at_least=1, at_most=7), "2026-02-21", NOT, "elapsed_at_most"),
        (since("days", at_least=1, at_most=7), "2026-03-01", NOT, "elapsed_at_least"),
        (since("days", at_least=0), "2026-03-02", NOT, "elapsed_at_least"),
        (since("years", at_least=2), None, UNKNOWN, "elapsed_at_least"),
    ],
)
def test_the_border_is_a_day(condition: dict[str, Any], start: str | None, status: str, code: str) -> None:
    assert_told(told(condition, {} if start is None else {"contract_start": day(start)}), status, code)


@pytest.mark.parametrize(("end", "status"), [("2026-02-28", MET), ("2026-03-01", MET), ("2026-03-02", NOT)])
def test_a_month_after_the_31st_of_january_is_the_1st_of_march(end: str, status: str) -> None:
    facts = {"training_start": day("2026-01-31"), "training_end": day(end)}
    assert told({**LASTS, "at_most": 1}, facts).status == status


def test_a_last_day_before_the_first_is_less_than_nothing() -> None:
    facts = {"training_start": day("2026-03-02"), "training_end": day("2026-03-01")}
    assert told({**LASTS, "less_than": 1}, facts).status == MET
    assert told({**LASTS, "at_least": 0}, facts).status == NOT


def test_both_days_are_asked_and_the_whole_units_are_told() -> None:
    assert told({**LASTS, "at_most": 12}, {}).missing == ("training_start", "training_end")
    assert told({**LASTS, "at_most": 12}, {"training_start": day("2026-03-02")}).missing == ("training_end",)
    outcome = told({**LASTS, "at_most": 12}, {"training_start": day("2026-03-02"), "training_end": day("2027-03-01")})
    assert outcome.params == {
        "maximum": 12,
        "unit": "months",
        "from": "training_start",
        "to": "training_end",
        "elapsed": 11,
    }


def test_a_bound_that_changes_is_the_one_of_the_reference_date() -> None:
    later = since("years", at_least=[{"from": "2026-06-01", "value": 1}])
    facts = {"contract_start": day("2020-01-01")}
    assert told(later, facts).unknown_code == "no_value_on_date"
    assert told(later, facts, day("2026-06-01")).status == MET


def test_the_sentence_names_both_days_and_the_time() -> None:
    assert in_dutch(since("years", at_least=2)) == (
        "Tussen de datum bij “contract_start?” en de peildatum moet minstens 2 jaar zitten."
    )
    assert in_dutch({**LASTS, "at_most": 1}) == (
        "Tussen de datum bij “training_start?” en de datum bij “training_end?” mag hoogstens 1 maand zitten."
    )


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        (since("years"), "no_bound"),
        (since("years", at_least=2, at_most=1), "never_true"),
        (since("years", at_least=2, more_than=1), "two_bounds"),
        (since("years", at_least=-1), "greater_than_equal"),
        (since("decades", at_least=1), "literal_error"),
        ({"type": "elapsed", "unit": "days", "at_least": 1}, "two_days_needed"),
        ({**LASTS, "to": "training_start", "at_least": 1}, "two_days_needed"),
    ],
)
def test_time_that_says_nothing_or_contradicts_is_refused(condition: dict[str, Any], why: str) -> None:
    assert why_refused(condition) == why
