"""one_of: the value is one of these."""

from typing import Any

import pytest

from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, told, why_refused

WORK = {"type": "one_of", "fact": "work", "values": ["employee", "seeker"]}
PLACE = {"type": "one_of", "fact": "postcode", "values": ["7411", "7412"]}


@pytest.mark.parametrize(
    ("condition", "facts", "status"),
    [
        (WORK, {"work": "employee"}, MET),
        (WORK, {"work": "own"}, NOT),
        (WORK, {}, UNKNOWN),
        ({"type": "one_of", "fact": "town", "values": ["GM0150"]}, {"town": "GM0150"}, MET),
        ({"type": "one_of", "fact": "town", "values": ["GM0150"]}, {"town": "GM0200"}, NOT),
        (PLACE, {"postcode": "7411"}, MET),
        (PLACE, {"postcode": "7411 AB"}, MET),
        (PLACE, {"postcode": "7413 AB"}, NOT),
    ],
)
def test_it_holds_for_each_of_the_values_and_for_no_other(
    condition: dict[str, Any], facts: dict[str, Any], status: str
) -> None:
    outcome = told(condition, facts)
    assert_told(outcome, status, "is_one_of")
    assert outcome.missing == (() if facts else ("work",))


def test_the_outcome_names_what_was_asked_and_what_was_answered() -> None:
    outcome = told({**WORK, "article": "artikel 2", "id": "working"}, {"work": "own"})
    assert outcome.params == {"allowed": ("employee", "seeker")}
    assert (outcome.fact, outcome.value, outcome.article, outcome.id) == ("work", "own", "artikel 2", "working")


def test_more_values_than_are_remembered_are_still_told_apart() -> None:
    for number in [*range(600), 3, 599]:
        assert told(WORK, {"work": f"other{number}"}).value == f"other{number}"
        assert told(WORK, {"work": "seeker"}).status == MET


def test_a_list_without_values_is_refused() -> None:
    assert why_refused({**WORK, "values": []}) == "too_short"
