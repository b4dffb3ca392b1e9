"""Generated people: repeatable, believable, near the borders, and some of them do not know everything."""

from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from schemes.definition import SchemeDefinition
from schemes.evaluation import evaluate, evaluate_all
from schemes.facts import complete_facts, parse_facts
from schemes.facts.outcome import PAST_AWARDS, FactValue, PastAward
from schemes.files.parsing import validate
from schemes.population import statuses
from schemes.population.columns import Columns
from schemes.population.generation import generate
from schemes.proof.borders import around_day, border_values, related_border
from schemes.region.loading import LoadedRegion
from tests.regions import known_region
from tests.schemes.depth import examples
from tests.schemes.population.world import DAYS, FACTS, REFERENCES, SCHEME, days, everything
from tests.schemes.population.written import ADAPTER, LEAVES, is_valid, trees

ON = date(2026, 12, 1)


@lru_cache
def region() -> LoadedRegion:
    return known_region("stedendriehoek")


@lru_cache
def crowd(n: int = 3000, seed: int = 1) -> Columns:
    found = region()
    return generate(found.facts, found.references, n, seed, on=ON, focus=found.schemes.values())


def a_scheme(*conditions: dict[str, Any]) -> SchemeDefinition:
    text = {"nl": "x", "en": "x"}
    data = {
        "format": "ontwikkelloket/scheme/1",
        "scheme": SCHEME,
        "version": 1,
        "title": text,
        "summary": text,
        "owner": "o",
        "administered": "elsewhere",
        "kind": "subsidy",
        "public_money": True,
        "routes": ["individual"],
        "applicant": {"who": "resident"},
        "payee": "resident",
        "state": "open",
        "sources": [{"title": "x", "confidence": "unknown"}],
        "coverage": [{"categories": ["tuition"], "share": "1"}],
        "apply": {"how": text},
        "review_on": "2027-01-01",
        "conditions": list(conditions),
    }
    return validate(SchemeDefinition, data)


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    found = region()
    again = generate(found.facts, found.references, 3000, 1, on=ON, focus=found.schemes.values())
    assert list(again.rows()) == list(crowd().rows())
    assert list(crowd(3000, 2).rows()) != list(crowd().rows())


def test_a_new_fact_leaves_the_other_facts_as_they_were() -> None:
    fewer = {key: fact for key, fact in FACTS.items() if key != "owner"}
    with_all, without = (generate(facts, REFERENCES, 300, 5, on=DAYS[0]) for facts in (FACTS, fewer))
    assert [{**row, "owner": None} for row in with_all.rows()] == [{**row, "owner": None} for row in without.rows()]


def test_nobody_and_fewer_than_nobody() -> None:
    assert generate(FACTS, REFERENCES, 0, 1, on=DAYS[0], focus=[a_scheme({"type": "yes", "fact": "owner"})]).n == 0
    with pytest.raises(ValueError, match="zero or more"):
        generate(FACTS, REFERENCES, -1, 1, on=DAYS[0])


def test_everybody_could_have_filled_in_the_forms() -> None:
    """Every value is one that a file of facts may hold, and what follows from others is worked out."""
    found = region()
    for row in crowd().rows():
        told = {key: value for key, value in row.items() if key != PAST_AWARDS and found.facts[key].derived is None}
        raw = {key: list(value) if isinstance(value, tuple) else value for key, value in told.items()}
        read = parse_facts(raw, found.facts, on=ON)
        assert read.findings == ()
        complete: dict[str, FactValue] = complete_facts(read.values, found.facts, found.references, ON)
        assert complete == {key: value for key, value in row.items() if key != PAST_AWARDS}
        assert all(isinstance(one, PastAward) and one.awarded_on <= ON for one in row.get(PAST_AWARDS, ()))


def test_some_do_not_know_something_and_most_live_in_the_region() -> None:
    people = crowd()
    unknown = {key: 1 - float(column.known.mean()) for key, column in people.facts.items()}
    assert all(0.01 < share < 0.6 for share in unknown.values()), unknown
    home = {"GM0150", "GM0200", "GM0213", "GM0232", "GM0246", "GM0262", "GM0285", "GM0301"}
    living = [row["residence_municipality"] for row in people.rows() if "residence_municipality" in row]
    assert sum(code in home for code in living) / len(living) > 0.5


def test_for_every_scheme_with_rules_some_fit_and_some_do_not() -> None:
    found, people = region(), crowd(20_000)
    for slug, definition in found.schemes.items():
        answers = statuses(definition, people, ON, found.references)
        if definition.conditions:
            assert (answers == 1).mean() > 0.002, slug
            assert (answers == -1).any(), slug
            assert (answers == 0).any(), slug


def test_the_schemes_of_the_catalogue_say_the_same_of_one_and_of_many() -> None:
    found, people = region(), crowd(400, 6)
    rows = list(people.rows())
    for slug, definition in found.schemes.items():
        answers = statuses(definition, people, ON, found.references).tolist()
        one_by_one = [
            evaluate_all(definition.conditions, row, ON, found.references, scheme=slug).status for row in rows
        ]
        assert answers == [{"met": 1, "unknown": 0, "not_met": -1}[status] for status in one_by_one], slug


def test_the_borders_of_the_rules_are_among_the_people() -> None:
    focus = [
        a_scheme({"type": "age", "at_least": 18, "below_state_pension": True}),
        a_scheme({"type": "number", "fact": "hours", "at_least": 24.5}),
        a_scheme({"type": "total", "plus": ["income_cents", "partner_income_cents"], "at_most": 100_000}),
        a_scheme(
            {"type": "elapsed", "from": "contract_start", "to": "training_start", "unit": "months", "at_least": 6}
        ),
        a_scheme({"type": "awards", "period": "before", "months": 24, "at_most": 0}),
    ]
    on = date(2026, 3, 1)
    rows = list(generate(FACTS, REFERENCES, 20_000, 3, on=on, focus=focus).rows())

    def seen(*keys: str) -> set[Any]:
        return {tuple(row[key] for key in keys) for row in rows if all(key in row for key in keys)}

    assert {(date(2008, 2, 29),), (date(2008, 3, 1),), (date(2008, 3, 2),)} <= seen("birth_date")
    assert {24.49, 24.5, 24.51} <= {float(hours) for (hours,) in seen("hours")}
    sums = {mine + other for mine, other in seen("income_cents", "partner_income_cents")}
    assert {99_999, 100_000, 100_001} <= sums
    awarded = {one.awarded_on for (had,) in seen(PAST_AWARDS) for one in had}
    assert {date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 2)} <= awarded
    condition = focus[3].conditions[0]
    met = {evaluate(condition, row, on, REFERENCES).status for row in rows}
    assert met == {"met", "not_met", "unknown"}


@pytest.mark.parametrize("kind", LEAVES)
def test_people_who_come_for_a_rule_of_each_type_meet_it_or_do_not(kind: str) -> None:
    """Over the rules of one type together; a single rule may be one that nobody or everybody meets."""
    seen: set[int] = set()

    @examples(10)
    @given(LEAVES[kind].filter(is_valid), days)
    def try_rule(written: dict[str, Any], on: date) -> None:
        scheme = a_scheme(written)
        people = generate(FACTS, REFERENCES, 400, 9, on=on, focus=[scheme])
        found = statuses(scheme, people, on, REFERENCES)
        for number in range(0, people.n, 40):
            one = evaluate_all(scheme.conditions, people.row(number), on, REFERENCES, scheme=SCHEME).status
            assert {"met": 1, "unknown": 0, "not_met": -1}[one] == found[number]
        seen.update(np.unique(found).tolist())

    try_rule()
    assert seen == {1, 0, -1}


@examples(10)
@given(trees, days)
def test_any_tree_of_rules_can_be_the_focus(written: dict[str, Any], on: date) -> None:
    scheme = a_scheme(written)
    people = generate(FACTS, REFERENCES, 60, 4, on=on, focus=[scheme, scheme])
    assert people.n == len(statuses(scheme, people, on, REFERENCES)) == 60


@examples(50)
@given(trees, everything, days)
def test_border_values_are_believable_values_of_their_fact(
    written: dict[str, Any], facts: dict[str, Any], on: date
) -> None:
    condition = ADAPTER.validate_python(written)
    for key in condition.facts:
        for value in border_values(condition, FACTS[key], on, REFERENCES):
            if FACTS[key].derived is None:
                raw = list(value) if isinstance(value, tuple) else value
                assert parse_facts({key: raw}, FACTS, on=on).findings == ()
    found = related_border(condition, facts, FACTS, on, REFERENCES, 7, SCHEME)
    if found is not None and found[0] != PAST_AWARDS:
        assert parse_facts({found[0]: found[1]}, FACTS, on=on).findings == ()


def test_a_day_has_a_day_before_and_after_it_also_at_the_end_of_the_calendar() -> None:
    assert list(around_day(date(2024, 2, 29).toordinal())) == [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]
    assert list(around_day(date(2200, 12, 31).toordinal()))[-1] == date(2200, 12, 31)
