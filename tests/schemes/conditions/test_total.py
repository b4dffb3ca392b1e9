"""total: several facts together lie within bounds."""

from decimal import Decimal
from typing import Any

import pytest

from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, day, in_dutch, told, why_refused


def total(**more: Any) -> dict[str, Any]:
    return {"type": "total", "plus": ["own", "partner"], **more}


LESS = total(minus=["rent"], at_least=100, less_than=200)


@pytest.mark.parametrize(
    ("condition", "facts", "status", "code"),
    [
        (total(at_most=100), {"own": 60, "partner": 40}, MET, "total_at_most"),
        (total(at_most=100), {"own": 60, "partner": Decimal("40.01")}, NOT, "total_at_most"),
        (total(at_least=100), {"own": 0, "partner": 100}, MET, "total_at_least"),
        (total(at_least=100), {"own": 0, "partner": 99}, NOT, "total_at_least"),
        (total(more_than=100), {"own": 50, "partner": 50}, NOT, "total_more_than"),
        (total(less_than=100), {"own": 50, "partner": 50}, NOT, "total_less_than"),
        (LESS, {"own": 100, "partner": 50, "rent": 50}, MET, "total_between"),
        (LESS, {"own": 100, "partner": 50, "rent": 51}, NOT, "total_at_least"),
        (LESS, {"own": 200, "partner": 50, "rent": 50}, NOT, "total_less_than"),
        (LESS, {"own": 200, "partner": 50}, UNKNOWN, "total_at_least"),
    ],
)
def test_the_sum_stands_on_its_border(condition: dict[str, Any], facts: dict[str, Any], status: str, code: str) -> None:
    assert_told(told(condition, facts), status, code)


def test_what_is_not_known_of_the_sum_is_asked_and_the_sum_is_told() -> None:
    assert told(LESS, {"partner": 1}).missing == ("own", "rent")
    outcome = told(LESS, {"own": 100, "partner": 50, "rent": 51})
    assert (outcome.value, outcome.params["total"]) == (99, 99)


def test_a_bound_that_changes_is_the_one_of_the_reference_date() -> None:
    later = total(at_most=[{"from": "2026-06-01", "value": 10}])
    assert told(later, {"own": 1, "partner": 1}).unknown_code == "no_value_on_date"
    assert told(later, {"own": 1, "partner": 1}, day("2026-06-01")).status == MET


def test_the_sentence_names_what_is_added_and_what_is_taken_off() -> None:
    assert in_dutch(total(at_most=100)) == "Tel op: “own?” en “partner?”. Samen mag dat niet meer dan 100 zijn."
    assert in_dutch(total(minus=["rent"], more_than=5)) == (
        "Tel op: “own?” en “partner?”, min “rent?”. Samen moet dat meer dan 5 zijn."
    )


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        (total(), "no_bound"),
        (total(at_least=2, at_most=1), "never_true"),
        (total(at_least=2, minus=["own"]), "duplicate_value"),
        (total(at_least=2, plus=["own"]), "two_facts_needed"),
        (total(at_least=2, plus=[]), "too_short"),
    ],
)
def test_a_total_of_one_thing_or_without_a_bound_is_refused(condition: dict[str, Any], why: str) -> None:
    assert why_refused(condition) == why
