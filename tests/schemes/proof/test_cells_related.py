"""Cells of conditions that look at more than one fact: nothing is called impossible that is not, and clashes are seen."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest
from pydantic import TypeAdapter

from schemes.conditions import AnyCondition
from schemes.evaluation import evaluate
from schemes.facts.outcome import PAST_AWARDS, PastAward
from schemes.proof.cells import Possible, opposite, possible, together
from schemes.region.loading import LoadedRegion
from tests.schemes.proof.test_cells import FACTS, ON, fact

ADAPTER: TypeAdapter[Any] = TypeAdapter(AnyCondition)
MORE = {
    **FACTS,
    **{
        one.key: one
        for one in (
            fact("first", "date"), fact("last", "date"), fact("own_cents", "money"), fact("partner_cents", "money"),
            fact("size", "number", minimum=0, maximum=9),
        )
    },
}  # fmt: skip


def found(veldrijk: LoadedRegion, *plain: dict[str, Any]) -> Possible:
    whole = ADAPTER.validate_python({"type": "all", "conditions": list(plain)})
    return possible(whole, MORE, veldrijk.references, ON)


def elapsed(unit: str = "months", first: str = "first", **bounds: int) -> dict[str, Any]:
    return {"type": "elapsed", "from": first, "to": "last", "unit": unit, **bounds}


def compare(how: str, share: str = "1", other: str = "partner_cents") -> dict[str, Any]:
    return {"type": "compare", "fact": "own_cents", "is": how, "other": other, "share": share}


def awards(**more: Any) -> dict[str, Any]:
    return {"type": "awards", "period": "calendar_year", **more}


def total(**bounds: int) -> dict[str, Any]:
    return {"type": "total", "plus": ["own_cents", "partner_cents"], **bounds}


CLASHES: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    (elapsed(at_least=24), elapsed(less_than=24), True),
    (elapsed(at_least=24), elapsed(at_most=24), False),
    (elapsed(more_than=24), elapsed(less_than=25), False),  # some days more than 24 months
    (elapsed(at_least=24), elapsed("years", less_than=2), False),  # another unit: nothing is claimed
    (elapsed(at_least=24), elapsed(first="start", less_than=24), False),  # another day
    (compare("at_least", "60%"), compare("less_than", "1/2"), True),
    (compare("at_least", "60%"), compare("at_most", "60%"), False),
    (compare("more_than"), compare("less_than"), True),
    (compare("at_least", "60%"), compare("at_most", "50%"), False),  # both are nothing
    (compare("equal", "50%"), compare("more_than", "60%"), True),
    (awards(at_least=1), awards(at_most=0), True),
    (awards(at_least=1), awards(at_most=1), False),
    (awards(at_least=1), awards(at_most=0, schemes=["anders"]), False),
    (awards(at_least=1), {"type": "awards", "period": "ever", "at_most": 0}, False),
    (total(at_least=100), total(less_than=100), True),
    (total(at_least=100), total(at_most=100), False),
]


@pytest.mark.parametrize(("one", "other", "clash"), CLASHES)
def test_two_rules_on_one_quantity_clash_exactly_from_the_border_on(
    one: dict[str, Any], other: dict[str, Any], clash: bool, veldrijk: LoadedRegion
) -> None:
    assert found(veldrijk, one, other).never_met is clash


def test_a_count_of_awards_is_a_whole_number_and_not_below_zero(veldrijk: LoadedRegion) -> None:
    between = found(
        veldrijk, {"type": "not", "condition": awards(at_most=0)}, {"type": "not", "condition": awards(at_least=1)}
    )
    assert between.never_met
    assert found(veldrijk, awards(at_least=0)).always_met


NAMES = ("at_least", "more_than", "at_most", "less_than")
DAYS = [date(2024, 1, 31), date(2024, 2, 29), date(2025, 2, 28), date(2025, 3, 1), date(2026, 2, 28), date(2026, 3, 1)]
HAD_BEFORE = [
    tuple(PastAward(name, day, 100) for day in days)
    for name in ("eigen", "anders")
    for days in ((), (date(2025, 3, 1),), (date(2025, 3, 2), date(2026, 2, 1)), (date(2026, 1, 1),) * 2)
]
EVERY: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "time": (
        [elapsed(unit, **{name: n}) for unit, name, n in product(("days", "months", "years"), NAMES, (0, 1, 12))],
        [{"first": one, "last": other} for one, other in product(DAYS, DAYS)],
    ),
    "shares": (
        [
            *(compare(how, share) for how, share in product((*NAMES, "equal"), ("0", "1/2", "1", "130%"))),
            {"type": "number", "fact": "own_cents", "at_least": 1},
        ],
        [{"own_cents": own, "partner_cents": other} for own, other in product(range(4), range(4))],
    ),
    "totals": (
        [
            *(total(**{name: n}) for name, n in product(NAMES, (0, 1, 2))),
            {"type": "total", "plus": ["own_cents"], "minus": ["partner_cents"], "less_than": 0},
        ],
        [{"own_cents": own, "partner_cents": other} for own, other in product(range(4), range(4))],
    ),
    "awards": (
        [
            {"type": "awards", "schemes": ["eigen"], name: n, **which}
            for name, n in product(("at_least", "at_most"), (0, 1, 2, 100))
            for which in (
                {}, {"of": "amount"}, {"period": "calendar_year"}, {"period": "school_year"}, {"period": "before", "months": 12}
            )
        ],
        [{PAST_AWARDS: had} for had in HAD_BEFORE],
    ),
    "ages": (
        [
            {"type": "age", name: 1, **day}
            for name, day in product(("at_least", "at_most", "below"), ({}, {"on_fact": "last"}))
        ],
        [{"birth_date": one, "last": other} for one, other in product(DAYS, DAYS)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", EVERY)
def test_nothing_that_happens_is_called_impossible(kind: str, veldrijk: LoadedRegion) -> None:
    """Every two rules, on people for whom each rule was worked out."""
    rules, people = EVERY[kind]
    parsed = [ADAPTER.validate_python(rule) for rule in rules]
    said = [[evaluate(rule, person, ON, veldrijk.references).status for person in people] for rule in parsed]
    assert {"met", "not_met"} <= {status for statuses in said for status in statuses}
    for (one, ones), (other, others) in product(zip(parsed, said, strict=True), repeat=2):
        happens = set(zip(ones, others, strict=True))
        if ("met", "met") in happens:
            assert not possible(together([one, other]), MORE, veldrijk.references, ON).never_met, (one, other)
        if ("met", "not_met") in happens:
            assert not possible(together([one, opposite(other)]), MORE, veldrijk.references, ON).never_met, (one, other)


UNDECIDED: list[dict[str, Any]] = [
    {"type": "age", "at_least": 18, "on_fact": "start"},
    {"type": "compare", "fact": "own_cents", "is": "at_most", "list": "social_minimum", "by": "kind"},
    {
        "type": "number_by",
        "fact": "own_cents",
        "by": "size",
        "rows": [{"values": [1], "at_most": 5}],
        "per_extra": {"above": 1, "each": 3},
    },
]


@pytest.mark.parametrize("plain", UNDECIDED)
def test_of_what_is_not_worked_out_nothing_is_claimed(plain: dict[str, Any], veldrijk: LoadedRegion) -> None:
    assert found(veldrijk, plain).never == frozenset()


@pytest.mark.parametrize("plain", UNDECIDED)
def test_a_rule_and_its_opposite_clash_whatever_the_rule_is(plain: dict[str, Any], veldrijk: LoadedRegion) -> None:
    assert "met" in found(veldrijk, plain, {"type": "not", "condition": plain}).never


def test_points_are_counted(veldrijk: LoadedRegion) -> None:
    def points(at_least: int) -> dict[str, Any]:
        married, older = {"type": "yes", "fact": "married"}, {"type": "age", "at_least": 30}
        return {
            "type": "points",
            "at_least": at_least,
            "items": [{"when": married, "points": 2}, {"when": older, "points": 3}],
        }

    single = {"type": "no", "fact": "married"}
    assert found(veldrijk, points(4), single).never_met
    assert not found(veldrijk, points(3), single).never_met
