"""yes: the answer is yes."""

import pytest

from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, told, why_refused

STUDENT = {"type": "yes", "fact": "student"}


@pytest.mark.parametrize(("facts", "status"), [({"student": True}, MET), ({"student": False}, NOT), ({}, UNKNOWN)])
def test_only_yes_is_yes(facts: dict[str, bool], status: str) -> None:
    outcome = told(STUDENT, facts)
    assert_told(outcome, status, "is_yes")
    assert outcome.missing == (() if facts else ("student",))


def test_without_a_fact_it_is_refused() -> None:
    assert why_refused({"type": "yes"}) == "missing"
