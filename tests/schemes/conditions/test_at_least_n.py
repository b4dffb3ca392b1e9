"""at_least_n: at least n of the parts hold."""

import pytest

from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, told, why_refused

PARTS = [{"type": "yes", "fact": name} for name in ("a", "b", "c")]
TWO = {"type": "at_least_n", "n": 2, "conditions": PARTS}


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"a": True, "b": True}, MET),
        ({"a": True, "b": True, "c": False}, MET),
        ({"a": True, "b": False, "c": False}, NOT),
        ({"a": False, "b": False}, NOT),
        ({"a": True, "b": False}, UNKNOWN),
        ({"a": False}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_it_is_decided_as_soon_as_enough_hold_or_enough_cannot(facts: dict[str, bool], status: str) -> None:
    assert_told(told(TWO, facts), status, "at_least_n_of")


def test_it_counts_what_holds_and_what_is_not_known() -> None:
    assert told(TWO, {"a": True, "b": False}).params == {"needed": 2, "of": 3, "met": 1, "unknown": 1}


def test_more_than_there_are_is_refused() -> None:
    assert why_refused({**TWO, "n": 4}) == "never_true"
    assert why_refused({**TWO, "n": 0}) == "greater_than_equal"
