"""in_list: the value stands in the list of the reference date."""

from typing import Any

import pytest

from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, day, reference, told, why_refused

SECTORS = reference(
    {
        "list": "sectors",
        "kind": "values",
        "title": {"nl": "Sectoren", "en": "Sectors"},
        "versions": [
            {"from": "2026-01-01", "source": "a", "items": [{"value": "technology"}, {"value": "7411"}]},
            {"from": "2026-07-01", "until": "2027-12-31", "source": "b", "items": [{"value": "care"}]},
        ],
    }
)
SECTOR = {"type": "in_list", "fact": "sector", "list": "sectors"}


@pytest.mark.parametrize(
    ("value", "on", "status"),
    [
        ("technology", "2026-06-30", MET),
        ("care", "2026-06-30", NOT),
        ("technology", "2026-07-01", NOT),
        ("care", "2026-07-01", MET),
        ("7411 AB", "2026-06-30", MET),
        ("7411", "2026-06-30", MET),
        (("care", "technology"), "2026-06-30", MET),
        ((), "2026-06-30", NOT),
        (None, "2026-06-30", UNKNOWN),
    ],
)
def test_the_version_of_the_day_decides(value: Any, on: str, status: str) -> None:
    outcome = told(SECTOR, {} if value is None else {"sector": value}, day(on), SECTORS)
    assert_told(outcome, status, "in_list")


@pytest.mark.parametrize("on", ["2025-12-31", "2028-01-01"])
def test_without_a_list_for_the_day_the_answer_is_unknown_and_nothing_is_asked(on: str) -> None:
    outcome = told(SECTOR, {"sector": "care"}, day(on), SECTORS)
    assert (outcome.status, outcome.unknown_code, outcome.missing) == (UNKNOWN, "no_list_on_date", ())
    assert told(SECTOR, {"sector": "care"}).unknown_code == "no_list_on_date"


def test_without_a_list_it_is_refused() -> None:
    assert why_refused({"type": "in_list", "fact": "sector"}) == "missing"
