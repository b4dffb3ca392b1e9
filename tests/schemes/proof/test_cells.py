"""Cells against trying everybody: on small facts every combination is tried, and the cells must say exactly the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemes.conditions import AnyCondition
from schemes.evaluation import evaluate
from schemes.facts import FactDefinition
from schemes.proof import cells
from schemes.proof.cells import STATUSES, Cells, atoms_of, implies, possible
from schemes.region.loading import LoadedRegion
from tests.schemes.depth import examples

ON = date(2026, 3, 1)
ADAPTER: TypeAdapter[Any] = TypeAdapter(AnyCondition)
MOST_PEOPLE = 2000


def fact(key: str, kind: str, *values: str, **more: Any) -> FactDefinition:
    text = {"nl": key, "en": key}
    options = [{"key": value, "label": text} for value in values]
    return FactDefinition.model_validate(
        {"key": key, "type": kind, "question": text, "why": text, "values": options, **more}
    )


FACTS = {
    one.key: one
    for one in (
        fact("married", "yes_no"),
        fact("kind", "choice", "a", "b", "c"),
        fact("goals", "choices", "x", "y", "z"),
        fact("children", "number", minimum=0, maximum=4),
        fact("hours", "number", decimals=1, minimum=0, maximum=1),
        fact("income_cents", "money", minimum=0, maximum=6),
        fact("start", "date"),
        fact("birth_date", "date", past_only=True),
        fact("birth_year", "year", past_only=True),
        fact("place", "municipality"),
        fact("code", "postcode"),
        fact("activity", "text"),
        fact("province", "choice", derived={"from": "place", "field": "province"}),
    )
}


def span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


EVERYBODY: dict[str, list[Any]] = {
    "married": [True, False],
    "kind": ["a", "b", "c"],
    "children": [0, 1, 2, 3, 4],
    "income_cents": list(range(7)),
    "goals": [(), ("x",), ("y",), ("z",), ("x", "y"), ("x", "z"), ("y", "z"), ("x", "y", "z")],
    "hours": [0, *(Decimal(n).scaleb(-1) for n in range(1, 10)), 1],
    "start": [date(1900, 1, 1), *span(date(2026, 2, 20), date(2026, 3, 12)), date(2200, 12, 31)],
    "birth_date": [date(1900, 1, 1), date(2022, 12, 31), *span(date(2023, 1, 1), ON)],
    "place": ["GM9901", "GM9902", "GM9903", "GM0001", "GM0002"],
    "code": ["1000", "9990", "9990 AB", "9991", "9992 XY", "9993"],
    "activity": ["85", "85.10", "851", "86", "9990", "9990 AA", "none of these"],
}
PROVINCES = {"GM9901": "gelderland", "GM9902": "overijssel", "GM9903": "gelderland"}

BOUNDS = ("at_least", "more_than", "at_most", "less_than")
DAY_BOUNDS = ("on_or_after", "after", "on_or_before", "before")
DAYS = st.dates(date(2026, 2, 26), date(2026, 3, 5))


def bounded(values: st.SearchStrategy[Any], names: tuple[str, ...], **more: Any) -> st.SearchStrategy[dict[str, Any]]:
    """One bound, now and then two in order."""

    def both(pair: tuple[Any, Any]) -> dict[str, Any]:
        return {names[0]: min(pair), names[2 if len(names) > 2 else 1]: max(pair), **more}

    one = st.tuples(st.sampled_from(names), values).map(lambda pair: {pair[0]: pair[1], **more})
    return st.one_of(one, one, st.tuples(values, values).map(both))


def dated(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value that holds from a day on: on some days none holds."""
    later = st.sampled_from([date(2020, 1, 1), ON, date(2026, 6, 1)])
    return st.tuples(later, values).map(lambda pair: [{"from": pair[0], "value": pair[1]}])


def one_of(fact: str, values: list[str], kind: str = "one_of") -> st.SearchStrategy[dict[str, Any]]:
    some = st.sets(st.sampled_from(values), min_size=1)
    return some.map(lambda chosen: {"type": kind, "fact": fact, "values": sorted(chosen)})


COUNTED = ("days_after_reference_at_least", "days_after_reference_at_most")
THEMES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "answers": st.one_of(
        st.sampled_from([{"type": "yes", "fact": "married"}, {"type": "no", "fact": "married"}]),
        one_of("kind", ["a", "b", "c"]), one_of("goals", ["x", "y", "z"], "any_of"),
    ),
    "numbers": st.one_of(
        bounded(st.integers(-1, 5), BOUNDS, type="number", fact="children"),
        bounded(st.integers(0, 6), BOUNDS, type="number", fact="income_cents"),
        dated(st.integers(0, 6)).map(lambda v: {"type": "number", "fact": "income_cents", "more_than": v}),
    ),
    "tenths": bounded(st.integers(0, 20).map(lambda n: n / 20), BOUNDS, type="number", fact="hours"),
    "days": st.one_of(
        bounded(DAYS, DAY_BOUNDS, type="date", fact="start"),
        bounded(st.integers(-3, 4), COUNTED, type="date", fact="start"),
        st.booleans().map(lambda same: {"type": "starts_after_reference", "fact": "start", "same_day": same}),
    ),
    "ages": st.one_of(
        bounded(st.integers(0, 2), ("at_least", "at_most"), type="age"),
        st.integers(1, 3).map(lambda n: {"type": "age", "below": n}),
        bounded(st.integers(2023, 2026), BOUNDS, type="number", fact="birth_year"),
    ),
    "places": st.one_of(
        one_of("place", ["GM9901", "GM9903", "GM0001"]), one_of("province", ["gelderland", "overijssel"]),
        st.just({"type": "in_list", "fact": "place", "list": "region_municipalities"}), one_of("code", ["9990", "9991"]),
    ),
}  # fmt: skip


def groups(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(parts, min_size=1, max_size=3)
    return st.one_of(
        some.map(lambda p: {"type": "all", "conditions": p}),
        some.map(lambda p: {"type": "any", "conditions": p}),
        parts.map(lambda p: {"type": "not", "condition": p}),
        some.flatmap(lambda p: st.integers(1, len(p)).map(lambda n: {"type": "at_least_n", "n": n, "conditions": p})),
    )


CONDITIONS = st.one_of(
    *(st.recursive(theme, groups, max_leaves=6) for theme in THEMES.values()),
    st.recursive(st.one_of(*THEMES.values()), groups, max_leaves=6),
)
"""Conditions on one kind of fact, that often meet at a border; and conditions on everything together."""


def parsed(plain: dict[str, Any]) -> Any:
    return ADAPTER.validate_python(plain)


def written(plain: dict[str, Any]) -> Any:
    """The condition; bounds that can never hold are refused when a file is read."""
    try:
        return ADAPTER.validate_python(plain)
    except ValidationError:
        assume(False)


def people(condition: Any) -> Iterator[dict[str, Any]]:
    """Everybody, as far as the condition looks: every combination of all values of the facts it looks at."""
    looked_at = {name for atom in atoms_of(condition) for name in atom.facts}
    asked = sorted(looked_at - {"birth_year", "province"})
    asked += ["birth_date"] if "birth_year" in looked_at and "birth_date" not in asked else []
    asked += ["place"] if "province" in looked_at and "place" not in asked else []
    if prod(len(EVERYBODY[name]) for name in asked) > MOST_PEOPLE:
        assume(False)
    for values in product(*(EVERYBODY[name] for name in asked)):
        person = dict(zip(asked, values, strict=True))
        if "birth_date" in person:
            person["birth_year"] = person["birth_date"].year
        if person.get("place") in PROVINCES:
            person["province"] = PROVINCES[person["place"]]
        yield person


def about(kind: str, fact: str | None, names: tuple[str, ...], values: list[Any]) -> list[dict[str, Any]]:
    named = {} if fact is None else {"fact": fact}
    return [{"type": kind, **named, name: value} for name in names for value in values]


EVERY_PAIR = {
    "numbers": about("number", "children", BOUNDS, [-1, 0, 1, 2, 4, 5]),
    "tenths": about("number", "hours", BOUNDS, [0.1, 0.15, 0.2]),
    "days": [
        *about("date", "start", DAY_BOUNDS, span(date(2026, 2, 27), date(2026, 3, 2))),
        *about("date", "start", COUNTED, [-1, 0, 1]), {"type": "starts_after_reference", "fact": "start"},
    ],
    "ages": [
        *about("age", None, ("at_least", "at_most"), [1, 2]), *about("age", None, ("below",), [1, 2]),
        *about("number", "birth_year", BOUNDS, [2024]),
    ],
    "choices": about("any_of", "goals", ("values",), [["x"], ["y"], ["x", "y"], ["y", "z"], ["x", "y", "z"]]),
    "places": [
        *about("one_of", "place", ("values",), [["GM9901"], ["GM9903"], ["GM9902", "GM0001"]]),
        *about("one_of", "province", ("values",), [["gelderland"], ["overijssel"]]),
        {"type": "in_list", "fact": "place", "list": "region_municipalities"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("theme", EVERY_PAIR)
def test_every_two_rules_on_one_fact_are_told_apart_at_their_borders(theme: str, veldrijk: LoadedRegion) -> None:
    """Every rule with the opposite of every other: one that leaves a single value between two borders is among them."""
    for one, other in product(EVERY_PAIR[theme], repeat=2):
        condition = parsed({"type": "all", "conditions": [one, {"type": "not", "condition": other}]})
        tried = {evaluate(condition, person, ON, veldrijk.references).status for person in people(condition)}
        found = possible(condition, FACTS, veldrijk.references, ON)
        assert found.never == set(STATUSES) - tried, (one, other)


@examples(100)
@given(plain=CONDITIONS)
def test_cells_say_exactly_what_trying_everybody_says(plain: dict[str, Any], veldrijk: LoadedRegion) -> None:
    condition = written(plain)
    tried = {evaluate(condition, person, ON, veldrijk.references).status for person in people(condition)}
    found = possible(condition, FACTS, veldrijk.references, ON)
    assert found.never.isdisjoint(tried)
    assert tried | found.never == set(STATUSES)


@examples(40)
@given(plain=CONDITIONS)
def test_every_example_has_the_outcome_it_is_an_example_of(plain: dict[str, Any], veldrijk: LoadedRegion) -> None:
    condition = written(plain)
    for status, person in possible(condition, FACTS, veldrijk.references, ON).examples.items():
        assert evaluate(condition, person, ON, veldrijk.references).status == status


@examples(30)
@given(plain=CONDITIONS)
def test_a_sample_never_says_that_something_cannot_be(plain: dict[str, Any], veldrijk: LoadedRegion) -> None:
    """With room for hardly any combination every claim that is left is still true."""
    condition = written(plain)
    tried = {evaluate(condition, person, ON, veldrijk.references).status for person in people(condition)}
    before, cells.MOST_COMBINATIONS = cells.MOST_COMBINATIONS, 3
    try:
        assert possible(condition, FACTS, veldrijk.references, ON).never.isdisjoint(tried)
    finally:
        cells.MOST_COMBINATIONS = before


def check(plain: dict[str, Any], veldrijk: LoadedRegion) -> cells.Possible:
    return possible(parsed(plain), FACTS, veldrijk.references, ON)


@pytest.mark.parametrize(
    ("low", "high", "never"),
    [(3, 3, True), (3, 4, False)],
)
def test_two_rules_on_one_fact_clash_exactly_from_the_border_on(
    low: int, high: int, never: bool, veldrijk: LoadedRegion
) -> None:
    older = {"type": "number", "fact": "children", "at_least": low}
    younger = {"type": "number", "fact": "children", "less_than": high}
    assert check({"type": "all", "conditions": [older, younger]}, veldrijk).never_met is never


@pytest.mark.parametrize(("born_after", "never"), [(2008, True), (2007, False)])
def test_a_birth_year_and_an_age_are_about_one_person(born_after: int, never: bool, veldrijk: LoadedRegion) -> None:
    """On 1 March 2026 who is 18 was born on 1 March 2008 at the latest."""
    age = {"type": "age", "at_least": 18}
    year = {"type": "number", "fact": "birth_year", "more_than": born_after}
    assert check({"type": "all", "conditions": [age, year]}, veldrijk).never_met is never


def test_a_municipality_and_its_province_are_about_one_place(veldrijk: LoadedRegion) -> None:
    place = {"type": "one_of", "fact": "place", "values": ["GM9901"]}
    for province, never in (("overijssel", True), ("gelderland", False)):
        other = {"type": "one_of", "fact": "province", "values": [province]}
        assert check({"type": "all", "conditions": [place, other]}, veldrijk).never_met is never


@pytest.mark.parametrize(("born", "never"), [(date(1959, 3, 1), True), (date(1959, 3, 2), False)])
def test_the_state_pension_age_is_a_border_too(born: date, never: bool, veldrijk: LoadedRegion) -> None:
    below = {"type": "age", "below_state_pension": True}
    year = {"type": "date", "fact": "birth_date", "on_or_before": born}
    assert check({"type": "all", "conditions": [below, year]}, veldrijk).never_met is never


def test_a_value_that_does_not_hold_yet_proves_nothing(veldrijk: LoadedRegion) -> None:
    later = {"type": "number", "fact": "children", "more_than": [{"from": "2027-01-01", "value": 9}]}
    found = check(later, veldrijk)
    assert not found.never_met
    assert not found.always_met


def test_a_fact_that_nobody_knows_proves_nothing(veldrijk: LoadedRegion) -> None:
    strange = {"type": "all", "conditions": [{"type": "yes", "fact": "strange"}, {"type": "no", "fact": "strange"}]}
    assert not check(strange, veldrijk).never_met


def test_what_follows_from_rules_is_seen_and_what_does_not_is_not(veldrijk: LoadedRegion) -> None:
    three, two = (parsed({"type": "number", "fact": "children", "at_least": n}) for n in (3, 2))
    assert implies([three], two, FACTS, veldrijk.references, ON)
    assert not implies([two], three, FACTS, veldrijk.references, ON)


def test_forty_rules_on_forty_facts_need_no_table(veldrijk: LoadedRegion) -> None:
    """Rules that share no fact are put together without trying 2^40 combinations."""
    facts = {f"f{n}": fact(f"f{n}", "yes_no") for n in range(40)}
    whole = parsed({"type": "all", "conditions": [{"type": "yes", "fact": key} for key in facts]})
    found = Cells([whole], facts, veldrijk.references, ON).possible(whole)
    assert found.never == {"unknown"}
    assert all(found.examples["met"].values())
