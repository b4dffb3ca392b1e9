"""number_by: the bounds of a number depend on another fact."""

from decimal import Decimal
from typing import Any

import pytest

from tests.schemes.conditions.telling import MET, NOT, UNKNOWN, assert_told, day, in_dutch, told, why_refused

SIZE = {
    "type": "number_by",
    "fact": "income",
    "by": "size",
    "rows": [{"values": [1], "at_most": 200000}, {"values": [2, 3], "at_least": 1000, "less_than": 260000}],
}
GROWS = {**SIZE, "per_extra": {"above": 3, "each": 25000}}
PARTNER = {
    "type": "number_by",
    "fact": "income",
    "by": "partner",
    "rows": [{"values": ["no"], "at_most": 150000}, {"values": ["yes"], "at_most": 210000}],
}
PLACE = {
    "type": "number_by",
    "fact": "income",
    "by": "place",
    "rows": [{"values": ["GM0200"], "more_than": 10}, {"values": [], "more_than": 20}],
}


@pytest.mark.parametrize(
    ("condition", "chosen", "income", "status", "code"),
    [
        (SIZE, 1, 200000, MET, "number_by_at_most"),
        (SIZE, 1, 200001, NOT, "number_by_at_most"),
        (SIZE, 2, 259999, MET, "number_by_between"),
        (SIZE, 3, 260000, NOT, "number_by_less_than"),
        (SIZE, 3, 999, NOT, "number_by_at_least"),
        (SIZE, 4, 1, UNKNOWN, "number_by"),
        (PARTNER, False, 150000, MET, "number_by_at_most"),
        (PARTNER, False, 150001, NOT, "number_by_at_most"),
        (PARTNER, True, 150001, MET, "number_by_at_most"),
        (PLACE, "GM0200", 11, MET, "number_by_more_than"),
        (PLACE, "GM0150", 20, NOT, "number_by_more_than"),
        (PLACE, "GM0150", 21, MET, "number_by_more_than"),
        (GROWS, 3, 260000, NOT, "number_by_less_than"),
        (GROWS, 4, 284999, MET, "number_by_between"),
        (GROWS, 4, 285000, NOT, "number_by_less_than"),
        (GROWS, 6, 334999, MET, "number_by_between"),
        (GROWS, Decimal("3.5"), 272499, MET, "number_by_between"),
    ],
)
def test_the_row_of_the_other_fact_gives_the_border(
    condition: dict[str, Any], chosen: Any, income: int, status: str, code: str
) -> None:
    assert_told(told(condition, {"income": income, condition["by"]: chosen}), status, code)


def test_a_value_without_a_row_asks_nothing_more() -> None:
    outcome = told(SIZE, {"income": 1, "size": 4})
    assert (outcome.unknown_code, outcome.unknown_params, outcome.missing) == (
        "no_value_for_answer",
        {"fact": "size", "value": "4"},
        (),
    )


def test_first_what_chooses_the_row_is_asked() -> None:
    assert told(SIZE, {}).missing == ("income", "size")
    assert told(SIZE, {"income": 1}).missing == ("size",)
    assert told(SIZE, {"size": 1}).missing == ("income",)


def test_growth_without_a_value_that_day_is_not_known() -> None:
    later = {**GROWS, "per_extra": {"above": 3, "each": [{"from": "2027-01-01", "value": 25000}]}}
    assert told(later, {"income": 1000, "size": 4}).unknown_code == "no_value_on_date"
    assert told(later, {"income": 26000, "size": 4}, day("2027-01-01")).status == MET
    assert told(later, {"income": 1000, "size": 3}).status == MET


def test_the_sentence_says_on_what_the_limit_depends() -> None:
    assert in_dutch(SIZE) == "De grens voor “income?” hangt af van het antwoord op “size?”."


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ({**SIZE, "rows": []}, "too_short"),
        ({**SIZE, "rows": [{"values": [1]}]}, "no_bound"),
        ({**SIZE, "rows": [{"values": [1], "at_most": 1}, {"values": [1], "at_most": 2}]}, "duplicate_value"),
        ({**SIZE, "rows": [{"values": [], "at_most": 1}, {"values": [1], "at_most": 2}]}, "rest_row_last"),
        ({**SIZE, "rows": [{"values": [1, "one"], "at_most": 1}]}, "rows_mixed"),
        ({**SIZE, "rows": [{"values": [True], "at_most": 1}]}, "not_a_row_value"),
        ({**SIZE, "by": "income"}, "compares_itself"),
        ({**SIZE, "per_extra": {"above": 2, "each": 1}}, "per_extra_row"),
        ({**PARTNER, "per_extra": {"above": 2, "each": 1}}, "per_extra_row"),
    ],
)
def test_rows_that_leave_doubt_are_refused(condition: dict[str, Any], why: str) -> None:
    assert why_refused(condition) == why
