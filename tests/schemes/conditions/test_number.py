"""number: the value lies within bounds."""

from decimal import Decimal
from typing import Any

import pytest

from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, day, told, why_refused

HOURS = {"type": "number", "fact": "hours", "at_least": 24, "less_than": 36}


def hours(**bound: Any) -> dict[str, Any]:
    return {"type": "number", "fact": "hours", **bound}


@pytest.mark.parametrize(
    ("condition", "value", "status", "code"),
    [
        (HOURS, 24, MET, "number_between"),
        (HOURS, Decimal("35.99"), MET, "number_between"),
        (HOURS, Decimal("23.99"), NOT, "number_at_least"),
        (HOURS, 36, NOT, "number_less_than"),
        (HOURS, None, UNKNOWN, "number_at_least"),
        (hours(more_than=5), 6, MET, "number_more_than"),
        (hours(more_than=5), Decimal("5.01"), MET, "number_more_than"),
        (hours(more_than=5), 5, NOT, "number_more_than"),
        (hours(at_most=5), 5, MET, "number_at_most"),
        (hours(at_most=5), Decimal("5.01"), NOT, "number_at_most"),
        (hours(less_than=5), Decimal("4.99"), MET, "number_less_than"),
        (hours(less_than=5), 5, NOT, "number_less_than"),
        (hours(at_least=5, at_most=5), 5, MET, "number_between"),
    ],
)
def test_each_bound_holds_up_to_its_border(condition: dict[str, Any], value: Any, status: str, code: str) -> None:
    outcome = told(condition, {} if value is None else {"hours": value})
    assert_told(outcome, status, code)
    assert outcome.value == value


def test_both_bounds_together_say_whether_their_borders_belong_to_them() -> None:
    assert told(HOURS, {"hours": 30}).params == {
        "minimum": 24,
        "minimum_included": True,
        "maximum": 36,
        "maximum_included": False,
    }


def test_a_bound_that_changes_is_the_one_of_the_reference_date() -> None:
    rising = hours(
        at_most=[{"from": "2026-01-01", "until": "2026-06-30", "value": 20}, {"from": "2027-01-01", "value": 30}]
    )
    assert told(rising, {"hours": 25}, day("2026-06-30")).status == NOT
    assert told(rising, {"hours": 25}, day("2027-01-01")).status == MET
    for between in ("2025-12-31", "2026-07-01", "2026-12-31"):
        outcome = told(rising, {"hours": 25}, day(between))
        assert (outcome.status, outcome.unknown_code, outcome.missing) == (UNKNOWN, "no_value_on_date", ())


def test_a_bound_that_fails_decides_even_when_the_other_has_no_value_that_day() -> None:
    half = hours(at_least=[{"from": "2027-01-01", "value": 1}], at_most=20)
    assert_told(told(half, {"hours": 21}), NOT, "number_at_most")
    assert_told(told(half, {"hours": 20}), UNKNOWN, "number_at_least")


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        (hours(), "no_bound"),
        (hours(at_least=5, more_than=4), "two_bounds"),
        (hours(at_most=5, less_than=4), "two_bounds"),
        (hours(at_least=6, at_most=5), "never_true"),
        (hours(more_than=5, less_than=5), "never_true"),
        (hours(at_least="5"), "not_a_number"),
        (hours(at_least=5.125), "too_many_decimals"),
        (hours(at_least=True), "not_a_number"),
    ],
)
def test_bounds_that_say_nothing_or_contradict_are_refused(condition: dict[str, Any], why: str) -> None:
    assert why_refused(condition) == why
