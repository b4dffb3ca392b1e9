"""date: the day lies within fixed days, or so many days from the reference date."""

from typing import Any

import pytest

from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, day, told, why_refused

WITHIN = {
    "type": "date",
    "fact": "training_start",
    "days_after_reference_at_least": 0,
    "days_after_reference_at_most": 91,
}
FIXED = {"type": "date", "fact": "training_start", "after": "2026-03-31", "on_or_before": "2026-12-31"}


def start(**bound: Any) -> dict[str, Any]:
    return {"type": "date", "fact": "training_start", **bound}


@pytest.mark.parametrize(
    ("condition", "value", "status", "code"),
    [
        (WITHIN, "2026-03-01", MET, "days_after_reference_between"),
        (WITHIN, "2026-05-31", MET, "days_after_reference_between"),
        (WITHIN, "2026-06-01", NOT, "days_after_reference_at_most"),
        (WITHIN, "2026-02-28", NOT, "days_after_reference_at_least"),
        (WITHIN, None, UNKNOWN, "days_after_reference_at_least"),
        (start(days_after_reference_at_least=-1), "2026-02-28", MET, "days_after_reference_at_least"),
        (start(days_after_reference_at_least=-1), "2026-02-27", NOT, "days_after_reference_at_least"),
        (FIXED, "2026-04-01", MET, "date_between"),
        (FIXED, "2026-12-31", MET, "date_between"),
        (FIXED, "2026-03-31", NOT, "date_on_or_after"),
        (FIXED, "2027-01-01", NOT, "date_on_or_before"),
        (FIXED, None, UNKNOWN, "date_on_or_after"),
        (start(on_or_after="2026-04-01"), "2026-04-01", MET, "date_on_or_after"),
        (start(before="2026-03-01"), "2026-02-28", MET, "date_on_or_before"),
        (start(before="2026-03-01"), "2026-03-01", NOT, "date_on_or_before"),
    ],
)
def test_each_border_belongs_to_it_or_not(condition: dict[str, Any], value: Any, status: str, code: str) -> None:
    outcome = told(condition, {} if value is None else {"training_start": day(value)})
    assert_told(outcome, status, code)


def test_counted_days_say_how_many_there_are() -> None:
    assert told(WITHIN, {"training_start": day("2026-06-01")}).params == {"maximum_days": 91, "days": 92}
    assert told(WITHIN, {}).params == {"minimum_days": 0, "days": None}


def test_a_day_after_is_told_as_the_first_day_that_is_right() -> None:
    assert told(FIXED, {}).params == {"earliest": day("2026-04-01")}


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        (start(), "no_bound"),
        (start(after="2026-01-01", days_after_reference_at_most=3), "mixed_bounds"),
        (start(on_or_after="2026-01-02", on_or_before="2026-01-01"), "never_true"),
        (start(after="2026-01-01", on_or_after="2026-01-02"), "two_bounds"),
        (start(after="2026-02-30"), "not_a_date"),
    ],
)
def test_bounds_that_say_nothing_or_contradict_are_refused(condition: dict[str, Any], why: str) -> None:
    assert why_refused(condition) == why
