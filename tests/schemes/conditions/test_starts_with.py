"""starts_with: the value begins with one of these."""

import pytest

from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, in_dutch, told, why_refused

SBI = {"type": "starts_with", "fact": "activity", "prefixes": ["85", "88.1"]}


@pytest.mark.parametrize(
    ("value", "status"),
    [("85", MET), ("85.10", MET), ("88.10.1", MET), ("8", NOT), ("88.2", NOT), ("185", NOT), (None, UNKNOWN)],
)
def test_only_the_beginning_counts(value: str | None, status: str) -> None:
    outcome = told(SBI, {} if value is None else {"activity": value})
    assert_told(outcome, status, "starts_with")
    assert outcome.missing == (() if value else ("activity",))


def test_the_sentence_names_every_beginning() -> None:
    assert in_dutch(SBI) == "Het antwoord op “activity?” moet beginnen met: 85 of 88.1."


def test_no_beginning_and_a_beginning_twice_are_refused() -> None:
    assert why_refused({**SBI, "prefixes": []}) == "too_short"
    assert why_refused({**SBI, "prefixes": ["85", "85"]}) == "duplicate_value"
    assert why_refused({**SBI, "prefixes": [85]}) == "string_type"
