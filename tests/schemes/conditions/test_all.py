"""all: every part holds."""

import pytest

from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, told, why_refused

YES, NO = {"type": "yes", "fact": "student"}, {"type": "no", "fact": "owner"}
BOTH = {"type": "all", "conditions": [YES, NO]}


@pytest.mark.parametrize(
    ("facts", "status", "missing"),
    [
        ({"student": True, "owner": False}, MET, ()),
        ({"student": False}, NOT, ()),
        ({"owner": True}, NOT, ()),
        ({"student": True}, UNKNOWN, ("owner",)),
        ({}, UNKNOWN, ("student", "owner")),
    ],
)
def test_one_part_that_fails_is_enough_to_fail(facts: dict[str, bool], status: str, missing: tuple[str, ...]) -> None:
    outcome = told(BOTH, facts)
    assert_told(outcome, status, "all_of")
    assert outcome.missing == missing


def test_the_trace_shows_every_part_and_the_deciding_one_is_the_first_that_fails() -> None:
    nested = {"type": "all", "conditions": [YES, {"type": "all", "conditions": [NO, {"type": "yes", "fact": "late"}]}]}
    outcome = told(nested, {"student": True, "owner": False, "late": False})
    assert [step.code for step in outcome.walk()] == ["all_of", "is_yes", "all_of", "is_no", "is_yes"]
    assert outcome.deciding().fact == "late"
    assert outcome.params == {"needed": 2, "met": 1, "unknown": 0}


def test_a_group_of_nothing_is_refused() -> None:
    assert why_refused({"type": "all", "conditions": []}) == "too_short"
