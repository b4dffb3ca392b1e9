"""points: the parts that hold are worth enough."""

import pytest

from schemes.definition import SchemeDefinition
from tests.schemes.conditions.telling import ADAPTER, MET, NOT, UNKNOWN, assert_told, in_dutch, told, why_refused

WORTH = {"a": 3, "b": 2, "c": 1}
ITEMS = [{"when": {"type": "yes", "fact": name}, "points": points} for name, points in WORTH.items()]
FOUR = {"type": "points", "items": ITEMS, "at_least": 4}


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"a": True, "b": True}, MET),
        ({"a": True, "c": True}, MET),
        ({"b": True, "c": True, "a": False}, NOT),
        ({"a": False}, NOT),
        ({"a": True}, UNKNOWN),
        ({"a": True, "b": False, "c": False}, NOT),
        ({"b": False}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_it_is_decided_as_soon_as_there_are_enough_points_or_there_cannot_be(
    facts: dict[str, bool], status: str
) -> None:
    assert_told(told(FOUR, facts), status, "points_at_least")


def test_the_outcome_counts_what_is_there_and_what_there_could_be() -> None:
    outcome = told(FOUR, {"a": True, "b": False})
    assert outcome.params == {"needed": 4, "worth": (3, 2, 1), "got": 3, "possible": 4}
    assert outcome.missing == ("c",)
    assert [child.fact for child in outcome.children] == ["a", "b", "c"]


def test_the_sentence_says_how_many_points_and_what_each_part_is_worth() -> None:
    assert in_dutch(FOUR) == (
        "Deze voorwaarden moeten samen minstens 4 punten geven. Op volgorde zijn ze waard: 3, 2 en 1."
    )


def test_the_parts_have_their_own_place_in_the_file() -> None:
    condition = ADAPTER.validate_python({"type": "not", "condition": FOUR})
    definition = SchemeDefinition.model_construct(conditions=(condition,), variants=())
    paths = [path for path, _ in definition.walk_conditions()]
    assert paths == ["conditions[0]", "conditions[0].condition"] + [
        f"conditions[0].condition.items[{i}].when" for i in range(3)
    ]


def test_more_points_than_there_are_is_refused() -> None:
    assert why_refused({**FOUR, "at_least": 7}) == "never_true"
    assert why_refused({**FOUR, "items": []}) == "too_short"
