"""not: the part does not hold."""

import pytest

from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, told, why_refused

YES = {"type": "yes", "fact": "student"}


@pytest.mark.parametrize(("facts", "status"), [({"student": False}, MET), ({"student": True}, NOT), ({}, UNKNOWN)])
def test_it_turns_the_part_around_and_leaves_unknown_unknown(facts: dict[str, bool], status: str) -> None:
    outcome = told({"type": "not", "condition": YES}, facts)
    assert_told(outcome, status, "must_not")
    assert outcome.children[0].code == "is_yes"
    assert (outcome.fact, outcome.missing) == ("student", () if facts else ("student",))


def test_not_of_not_is_the_part_itself() -> None:
    twice = {"type": "not", "condition": {"type": "not", "condition": YES}}
    for facts in ({"student": True}, {"student": False}, {}):
        assert told(twice, facts).status == told(YES, facts).status


def test_not_of_nothing_is_refused() -> None:
    assert why_refused({"type": "not"}) == "missing"
