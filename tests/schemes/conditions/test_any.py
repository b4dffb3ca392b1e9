"""any: at least one part holds."""

import pytest

from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, told, why_refused

YES, NO = {"type": "yes", "fact": "student"}, {"type": "no", "fact": "owner"}
EITHER = {"type": "any", "conditions": [YES, NO]}


@pytest.mark.parametrize(
    ("facts", "status", "missing"),
    [
        ({"student": True}, MET, ()),
        ({"owner": False}, MET, ()),
        ({"student": False, "owner": True}, NOT, ()),
        ({"student": False}, UNKNOWN, ("owner",)),
        ({}, UNKNOWN, ("student", "owner")),
    ],
)
def test_one_part_that_holds_is_enough(facts: dict[str, bool], status: str, missing: tuple[str, ...]) -> None:
    outcome = told(EITHER, facts)
    assert_told(outcome, status, "at_least_one_of")
    assert outcome.missing == missing


def test_a_group_with_words_of_its_own_explains_itself() -> None:
    own = {**EITHER, "text": {"nl": "Student of huurder.", "en": "Student or tenant."}}
    assert told(own, {"student": False, "owner": True}).deciding().code == "at_least_one_of"
    assert told(EITHER, {"student": False, "owner": True}).deciding().code == "is_yes"


def test_a_group_of_nothing_is_refused() -> None:
    assert why_refused({"type": "any", "conditions": []}) == "too_short"
