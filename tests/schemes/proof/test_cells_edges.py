"""The edges of the conditions that count months, ranges and tables: every two rules, against trying every value."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from pydantic import TypeAdapter

from schemes.conditions import AnyCondition
from schemes.evaluation import evaluate
from schemes.facts.references import NumberList, References
from schemes.proof.cells import STATUSES, opposite, possible, together
from schemes.region.loading import LoadedRegion
from tests.schemes.proof.test_cells import BOUNDS, ON, fact

ADAPTER: TypeAdapter[Any] = TypeAdapter(AnyCondition)
FACTS = {
    one.key: one
    for one in (
        fact("day", "date"),
        fact("code", "postcode"),
        fact("activity", "text"),
        fact("household", "choice", "a", "b", "c"),
        fact("married", "yes_no"),
        fact("size", "number", minimum=0, maximum=4),
        fact("pay", "number", minimum=0, maximum=6),
        fact("birth_date", "date", past_only=True),
    )
}
LIMIT = NumberList.model_validate(
    {
        "format": "ontwikkelloket/reference/1",
        "list": "limit",
        "kind": "numbers",
        "title": {"nl": "Grens", "en": "Limit"},
        "versions": [{"from": "2020-01-01", "source": "Invented for the tests", "number": 5}],
    }
)

Rules, People = list[dict[str, Any]], list[dict[str, Any]]


def table(by: str, first: Any, name: str, *more: dict[str, Any]) -> dict[str, Any]:
    return {"type": "number_by", "fact": "pay", "by": by, "rows": [{"values": [first], name: 3}, *more]}


def postcodes(*ends: tuple[str, str]) -> Rules:
    return [{"type": "postcode_between", "fact": "code", "ranges": [{"from": a, "to": b}]} for a, b in ends]


NEAR = [date(1900, 1, 1), *(ON + timedelta(days=n) for n in range(-400, 401)), date(2200, 12, 31)]
BORN = [date(1900, 1, 1), *(date(2023, 1, 1) + timedelta(days=n) for n in range((ON - date(2023, 1, 1)).days + 1))]
LAST = {"values": [], "at_most": 4}

EVERY: dict[str, tuple[Rules, People]] = {
    "elapsed": (
        [
            {"type": "elapsed", end: "day", "unit": unit, name: 1}
            for end, unit, name in product(("from", "to"), ("days", "weeks", "months", "years"), BOUNDS)
        ],
        [{"day": day} for day in NEAR],
    ),
    "postcodes": (
        [
            *postcodes(("7300", "7302"), ("7302", "7303"), ("1000", "9999")),
            *({"type": "one_of", "fact": "code", "values": [code]} for code in ("7300", "7302")),
        ],
        [
            {"code": f"{n}{more}"} for n in (1000, *range(7295, 7310), 9999) for more in ("", " AB")
        ],
    ),
    "beginnings": (
        [
            *({"type": "starts_with", "fact": "activity", "prefixes": [start]} for start in ("8", "85", "851", "85.1", "86")),
            *({"type": "one_of", "fact": "activity", "values": [value]} for value in ("8", "85", "85.1")),
        ],
        [{"activity": a} for a in ("8", "8x", "85", "85x", "851", "851x", "85.1", "85.10", "86", "9", "none")],
    ),
    "tables by number": (
        [
            *(table("size", 0, name, {"values": [1, 2], "at_most": 2}, *rest) for name in BOUNDS for rest in ((), (LAST,))),
            {"type": "number", "fact": "pay", "at_least": 3}, {"type": "number", "fact": "size", "at_most": 1},
        ],
        [{"size": size, "pay": pay} for size, pay in product(range(5), range(7))],
    ),
    "tables by answer": (
        [
            *(table("household", value, name) for value, name in product("ab", BOUNDS)),
            *(table("married", value, name) for value, name in product(("yes", "no"), BOUNDS)),
            {"type": "one_of", "fact": "household", "values": ["a", "c"]},
        ],
        [
            {"household": one, "married": married, "pay": pay}
            for one, married, pay in product("abc", (True, False), range(7))
        ],
    ),
    "lists of numbers": (
        [
            *(
                {"type": "compare", "fact": "pay", "is": how, "list": "limit", "share": share}
                for how, share in product((*BOUNDS, "equal"), ("1", "50%", "2/3"))
            ),
            {"type": "number", "fact": "pay", "at_least": 3},
        ],
        [{"pay": pay} for pay in range(7)],
    ),
    "ages on a day of the year": (
        [
            {"type": "age", name: 1, **day}
            for name, day in product(("at_least", "at_most", "below"), ({}, {"on_day": "12-31"}, {"on_day": "01-01"}))
        ],
        [{"birth_date": day} for day in BORN],
    ),
}  # fmt: skip


def both(one: str, other: str) -> str:
    """The outcome of the first rule and the opposite of the second."""
    if one == "not_met" or other == "met":
        return "not_met"
    return "met" if (one, other) == ("met", "not_met") else "unknown"


@pytest.mark.parametrize("kind", EVERY)
def test_every_two_rules_are_told_apart_at_their_borders(kind: str, veldrijk: LoadedRegion) -> None:
    references: References = {**veldrijk.references, "limit": LIMIT}
    rules, people = EVERY[kind]
    parsed = [ADAPTER.validate_python(rule) for rule in rules]
    said = [[evaluate(rule, person, ON, references).status for person in people] for rule in parsed]
    for (one, ones), (other, others) in product(zip(parsed, said, strict=True), repeat=2):
        condition = together([one, opposite(other)])
        tried = {both(first, second) for first, second in zip(ones, others, strict=True)}
        assert possible(condition, FACTS, references, ON).never == set(STATUSES) - tried, (one, other)
