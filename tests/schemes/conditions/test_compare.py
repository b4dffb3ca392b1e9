"""compare: one fact, or several together, against another fact or against a number that stands in a list."""

from decimal import Decimal
from typing import Any

import pytest

from tests.schemes.conditions.telling import (
    MET,
    NOT,
    UNKNOWN,
    assert_told,
    day,
    in_dutch,
    reference,
    told,
    why_refused,
)

MINIMUM = reference(
    {
        "list": "minimum", "kind": "numbers", "title": {"nl": "Sociaal minimum", "en": "Social minimum"},
        "versions": [
            {"from": "2026-01-01", "until": "2026-12-31", "source": "x", "items": [
                {"value": "single", "number": 130000}, {"value": "yes", "number": 186000}, {"value": "2", "number": 200000},
            ]},
        ],
    }
)  # fmt: skip
WAGE = reference(
    {
        "list": "wage",
        "kind": "numbers",
        "title": {"nl": "Minimumloon", "en": "Minimum wage"},
        "versions": [{"from": "2026-01-01", "source": "x", "number": 229999}],
    }
)


def compared(stands: str, **more: Any) -> dict[str, Any]:
    return {"type": "compare", "fact": "own", "is": stands, **({"other": "theirs"} | more)}


def to_list(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "compare", "fact": "own", "is": "at_most", "list": name, **more}


@pytest.mark.parametrize(
    ("stands", "below", "equal", "above"),
    [
        ("at_least", NOT, MET, MET),
        ("more_than", NOT, NOT, MET),
        ("at_most", MET, MET, NOT),
        ("less_than", MET, NOT, NOT),
        ("equal", NOT, MET, NOT),
    ],
)
def test_each_way_to_stand_holds_up_to_its_border(stands: str, below: str, equal: str, above: str) -> None:
    for value, status in ((9, below), (10, equal), (11, above)):
        assert_told(told(compared(stands), {"own": value, "theirs": 10}), status, f"compare_{stands}")


@pytest.mark.parametrize(
    ("share", "own", "status"),
    [
        ("2/3", 66, MET),
        ("2/3", 67, NOT),
        ("130%", 130, MET),
        ("130%", Decimal("130.01"), NOT),
        ("1/3", Decimal("33.34"), NOT),
    ],
)
def test_a_share_is_exact(share: str, own: Any, status: str) -> None:
    assert told(compared("at_most", share=share), {"own": own, "theirs": 100}).status == status


def test_so_much_for_each_unit_of_the_other_fact() -> None:
    parts = compared("at_most", each=1540000)
    assert told(parts, {"own": 3850000, "theirs": Decimal("2.5")}).status == MET
    assert told(parts, {"own": 3850001, "theirs": Decimal("2.5")}).status == NOT


def test_days_are_compared_as_days() -> None:
    facts = {"own": day("2026-03-01"), "theirs": day("2026-03-01")}
    assert (told(compared("at_least"), facts).status, told(compared("more_than"), facts).status) == (MET, NOT)


@pytest.mark.parametrize(
    ("by", "own", "status"),
    [("single", 156000, MET), ("single", 156001, NOT), (True, 223200, MET), (2, 240000, MET), (2, 240001, NOT)],
)
def test_the_number_of_a_list_is_the_one_of_the_day_and_of_the_answer(by: Any, own: int, status: str) -> None:
    outcome = told(to_list("minimum", by="household", share="120%"), {"own": own, "household": by}, references=MINIMUM)
    assert_told(outcome, status, "compare_at_most")
    assert outcome.params["limit"] == {"single": 156000, True: 223200, 2: 240000}[by]


def test_what_the_list_does_not_hold_is_not_known() -> None:
    condition = to_list("minimum", by="household")
    no_row = told(condition, {"own": 1, "household": "group"}, references=MINIMUM)
    assert (no_row.unknown_code, no_row.unknown_params) == (
        "no_value_for_answer",
        {"fact": "household", "value": "group"},
    )
    assert (
        told(condition, {"own": 1, "household": "single"}, day("2027-01-01"), MINIMUM).unknown_code == "no_list_on_date"
    )
    assert told(to_list("nowhere"), {"own": 1}).unknown_code == "no_list_on_date"
    undated = compared("at_most", share=[{"from": "2027-01-01", "value": "1/2"}])
    assert told(undated, {"own": 1, "theirs": 1}).unknown_code == "no_value_on_date"


@pytest.mark.parametrize(("own", "partner", "status"), [(100000, 56000, MET), (100000, 56001, NOT), (156001, 0, NOT)])
def test_several_facts_together_stand_against_the_list(own: int, partner: int, status: str) -> None:
    together = to_list("minimum", by="household", share="120%", plus=["partner"])
    outcome = told(together, {"own": own, "partner": partner, "household": "single"}, references=MINIMUM)
    assert_told(outcome, status, "compare_total_at_most")
    assert (outcome.value, outcome.params["total"], outcome.params["plus"]) == (
        own + partner,
        own + partner,
        ("own", "partner"),
    )


def test_every_fact_that_is_looked_at_is_asked() -> None:
    together = to_list("minimum", by="household", plus=["partner"])
    assert_told(told(together, {"own": 1}, references=MINIMUM), UNKNOWN, "compare_total_at_most")
    assert told(together, {"own": 1}, references=MINIMUM).missing == ("partner", "household")
    assert told(compared("at_most"), {}).missing == ("own", "theirs")


def test_the_sentence_says_what_the_limit_is() -> None:
    assert in_dutch(compared("more_than", share="1/2")) == (
        "Het antwoord op “own?” moet hoger of later zijn dan 50% van het antwoord op “theirs?”."
    )
    assert in_dutch(to_list("wage", plus=["partner"]), references=WAGE) == (
        "Tel op: “own?” en “partner?”. Samen mag dat niet meer zijn dan het bedrag of getal van de lijst “wage” (229.999)."
    )


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ({"type": "compare", "fact": "own", "is": "equal"}, "other_or_list"),
        (compared("equal", list="minimum"), "other_or_list"),
        (compared("equal", by="household"), "by_without_list"),
        (compared("equal", each=3, share="1/2"), "each_or_share"),
        (to_list("minimum", each=3), "each_or_share"),
        (compared("equal", other="own"), "compares_itself"),
        (compared("equal", plus=["theirs"]), "compares_itself"),
        (compared("equal", plus=["own"]), "duplicate_value"),
        (compared("near"), "literal_error"),
        (compared("equal", share="lots"), "not_a_ratio"),
    ],
)
def test_a_comparison_that_says_nothing_or_too_much_is_refused(condition: dict[str, Any], why: str) -> None:
    assert why_refused(condition) == why
