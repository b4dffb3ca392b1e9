"""no: the answer is no."""

import pytest

from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, told, why_refused

STUDENT = {"type": "no", "fact": "student"}


@pytest.mark.parametrize(("facts", "status"), [({"student": False}, MET), ({"student": True}, NOT), ({}, UNKNOWN)])
def test_only_no_is_no_and_what_is_not_known_is_not_no(facts: dict[str, bool], status: str) -> None:
    outcome = told(STUDENT, facts)
    assert_told(outcome, status, "is_no")
    assert outcome.missing == (() if facts else ("student",))


def test_a_key_too_many_is_refused() -> None:
    assert why_refused({**STUDENT, "values": ["no"]}) == "extra_forbidden"
