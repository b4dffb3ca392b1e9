"""any_of: at least one of the chosen values is one of these."""

from typing import Any

import pytest

from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, told, why_refused

GOALS = {"type": "any_of", "fact": "goals", "values": ["other_job", "certificate"]}


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"goals": ("keep", "other_job")}, MET),
        ({"goals": ("other_job", "certificate")}, MET),
        ({"goals": ("keep",)}, NOT),
        ({"goals": ()}, NOT),
        ({}, UNKNOWN),
    ],
)
def test_one_of_the_chosen_values_is_enough(facts: dict[str, Any], status: str) -> None:
    assert_told(told(GOALS, facts), status, "has_any_of")


def test_what_was_chosen_stands_in_the_outcome() -> None:
    assert told(GOALS, {"goals": ("keep",)}).value == ("keep",)
    assert told(GOALS, {}).missing == ("goals",)


def test_a_list_without_values_is_refused() -> None:
    assert why_refused({**GOALS, "values": []}) == "too_short"
