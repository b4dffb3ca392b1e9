"""postcode_between: the four digits lie in one of the ranges."""

from typing import Any

import pytest

from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, in_dutch, told, why_refused

AREA = {
    "type": "postcode_between",
    "fact": "postcode",
    "ranges": [{"from": "7300", "to": "7399"}, {"from": "7411", "to": "7411"}],
}


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("7300", MET),
        ("7399 ZZ", MET),
        ("7411", MET),
        ("7411 AB", MET),
        ("7299", NOT),
        ("7400 AA", NOT),
        ("7412", NOT),
        (None, UNKNOWN),
    ],
)
def test_the_borders_of_a_range_belong_to_it(value: str | None, status: str) -> None:
    outcome = told(AREA, {} if value is None else {"postcode": value})
    assert_told(outcome, status, "postcode_between")
    assert outcome.params == {"ranges": (("7300", "7399"), ("7411", "7411"))}


def test_the_sentence_names_every_range() -> None:
    assert in_dutch(AREA) == (
        "De cijfers van de postcode bij “postcode?” moeten zijn: 7300 tot en met 7399 of 7411 tot en met 7411."
    )


@pytest.mark.parametrize(
    ("ranges", "why"),
    [
        ([], "too_short"),
        ([{"from": "7399", "to": "7300"}], "range_reversed"),
        ([{"from": "0100", "to": "7300"}], "string_pattern_mismatch"),
        ([{"from": 7300, "to": 7399}], "string_type"),
    ],
)
def test_a_range_that_is_none_is_refused(ranges: list[Any], why: str) -> None:
    assert why_refused({**AREA, "ranges": ranges}) == why
