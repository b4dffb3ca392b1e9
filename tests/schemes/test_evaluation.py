"""Properties of the evaluation, and the list of reason codes."""

import json
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from schemes import codes
from schemes.conditions import CONDITION_TYPES, AnyCondition, type_name
from schemes.definition import SchemeDefinition
from schemes.evaluation import describe, evaluate, evaluate_all
from schemes.facts import FactType
from schemes.loading import LoadedRegion, load_region
from schemes.outcome import Outcome, summary_status
from schemes.parsing import load_text

from .conftest import ON, VELDRIJK

REFERENCES = load_region(VELDRIJK).references
ADAPTER: TypeAdapter[Any] = TypeAdapter(AnyCondition)
FACTS: dict[str, list[Any]] = {
    "birth_year": [1959],
    "birth_date": [date(1959, 3, 1), date(1959, 3, 2), date(2008, 3, 1), date(2008, 3, 2), date(2012, 1, 1)],
    "work_situation": ["employee", "job_seeker"],
    "goals": [(), ("other_job",)],
    "contract_hours": [20, 24, 36],
    "training_sector": ["technology", "care"],
    "training_start": [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2), date(2026, 6, 1)],
    "student_finance": [True, False],
    "residence_municipality": ["GM9901", "GM9903"],
}

leaves = st.sampled_from(
    [
        {"type": "one_of", "fact": "work_situation", "values": ["employee"]},
        {"type": "any_of", "fact": "goals", "values": ["other_job"]},
        {"type": "number", "fact": "contract_hours", "at_least": 24},
        {"type": "number", "fact": "contract_hours", "more_than": 20, "at_most": [{"from": "2026-06-01", "value": 30}]},
        {"type": "date", "fact": "training_start", "after": "2026-03-01", "before": "2026-07-01"},
        {
            "type": "date",
            "fact": "training_start",
            "days_after_reference_at_least": 1,
            "days_after_reference_at_most": 60,
        },
        {"type": "age", "at_least": 18},
        {"type": "age", "at_least": 18, "below_state_pension": True},
        {"type": "age", "at_most": 66},
        {"type": "age", "below": [{"from": "2026-01-01", "until": "2026-12-31", "value": 67}]},
        {"type": "yes", "fact": "student_finance"},
        {"type": "no", "fact": "student_finance"},
        {"type": "in_list", "fact": "training_sector", "list": "shortage_sectors"},
        {"type": "in_list", "fact": "residence_municipality", "list": "region_municipalities"},
        {"type": "starts_after_reference"},
    ]
)


def _grouped(parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(parts, min_size=1, max_size=4)
    return st.one_of(
        st.builds(lambda c: {"type": "all", "conditions": c}, several),
        st.builds(lambda c: {"type": "any", "conditions": c}, several),
        st.builds(
            lambda c, n: {"type": "at_least_n", "n": min(n, len(c)), "conditions": c}, several, st.integers(1, 4)
        ),
        st.builds(lambda c: {"type": "not", "condition": c}, parts),
    )


conditions = st.recursive(leaves, _grouped, max_leaves=12)
all_facts = st.fixed_dictionaries({key: st.sampled_from(values) for key, values in FACTS.items()}).map(
    lambda facts: {**facts, "birth_year": facts["birth_date"].year}
)
days = st.sampled_from([ON, date(2019, 1, 1), date(2026, 12, 31), date(2027, 1, 1), date(2028, 2, 29)])


@settings(max_examples=300, deadline=None)
@given(conditions, all_facts, st.sets(st.sampled_from(sorted(FACTS))), days)
def test_telling_more_never_turns_an_answer_around(
    written: dict[str, Any], everything: dict[str, Any], hidden: set[str], on: date
) -> None:
    """Unknown never becomes "not met" by itself: what is decided on some facts stays so when all are known."""
    condition = ADAPTER.validate_python(written)
    part = {key: value for key, value in everything.items() if key not in hidden}
    before, after = evaluate(condition, part, on, REFERENCES), evaluate(condition, everything, on, REFERENCES)
    assert before.status in ("unknown", after.status)


@settings(max_examples=200, deadline=None)
@given(conditions, all_facts, st.sets(st.sampled_from(sorted(FACTS))), days)
def test_not_of_not_is_the_same_and_the_facts_asked_for_are_not_known_yet(
    written: dict[str, Any], everything: dict[str, Any], hidden: set[str], on: date
) -> None:
    part = {key: value for key, value in everything.items() if key not in hidden}
    condition = ADAPTER.validate_python(written)
    twice = ADAPTER.validate_python({"type": "not", "condition": {"type": "not", "condition": written}})
    outcome = evaluate(condition, part, on, REFERENCES)
    assert evaluate(twice, part, on, REFERENCES).status == outcome.status
    assert not set(outcome.missing) & set(part)


@settings(max_examples=200, deadline=None)
@given(conditions, all_facts, st.sets(st.sampled_from(sorted(FACTS))), days)
def test_every_outcome_uses_listed_codes_with_exactly_their_parameters(
    written: dict[str, Any], everything: dict[str, Any], hidden: set[str], on: date
) -> None:
    part = {key: value for key, value in everything.items() if key not in hidden}
    for outcome in evaluate(ADAPTER.validate_python(written), part, on, REFERENCES).walk():
        assert tuple(outcome.params) == codes.RULES[outcome.code] or set(outcome.params) == set(
            codes.RULES[outcome.code]
        )
        if outcome.unknown_code is not None:
            assert set(outcome.unknown_params) == set(codes.UNKNOWN[outcome.unknown_code])


EXAMPLES: dict[str, list[dict[str, Any]]] = {
    "one_of": [{"fact": "work_situation", "values": ["employee"]}],
    "any_of": [{"fact": "goals", "values": ["other_job"]}],
    "number": [{"fact": "n", name: 5} for name in ("at_least", "more_than", "at_most", "less_than")]
    + [{"fact": "n", "at_least": 1, "at_most": 2}],
    "date": [
        {"fact": "d", "on_or_after": "2026-01-01"},
        {"fact": "d", "on_or_before": "2026-01-01"},
        {"fact": "d", "after": "2026-01-01", "before": "2026-03-01"},
        {"fact": "d", "days_after_reference_at_least": 1},
        {"fact": "d", "days_after_reference_at_most": 1},
        {"fact": "d", "days_after_reference_at_least": 1, "days_after_reference_at_most": 9},
    ],
    "age": [
        {"at_least": 18},
        {"at_most": 67},
        {"below": 57},
        {"below_state_pension": True},
        {"at_least": 18, "below": 57},
    ],
    "yes": [{"fact": "student_finance"}],
    "no": [{"fact": "student_finance"}],
    "in_list": [{"fact": "training_sector", "list": "shortage_sectors"}],
    "starts_after_reference": [{}],
    "all": [{"conditions": [{"type": "yes", "fact": "a"}]}],
    "any": [{"conditions": [{"type": "yes", "fact": "a"}]}],
    "at_least_n": [{"n": 1, "conditions": [{"type": "yes", "fact": "a"}]}],
    "not": [{"condition": {"type": "yes", "fact": "a"}}],
}


def test_every_type_of_condition_has_an_example_and_every_rule_code_is_reached_by_one() -> None:
    assert set(EXAMPLES) == {type_name(kind) for kind in CONDITION_TYPES}
    reached = {
        describe(ADAPTER.validate_python({"type": kind, **fields}), ON, REFERENCES).code
        for kind, examples in EXAMPLES.items()
        for fields in examples
    }
    assert reached == set(codes.RULES)


def test_a_rule_without_facts_says_what_is_asked_and_nothing_about_a_person() -> None:
    rule = describe(
        ADAPTER.validate_python({"type": "age", "at_least": 18, "below": 57, "article": "art. 2"}), ON, REFERENCES
    )
    assert rule.code == "age_between"
    assert rule.params == {"minimum": 18, "maximum": None, "below": 57, "below_state_pension": False}
    assert rule.article == "art. 2"


def test_the_conditions_of_a_definition_together_give_the_first_that_fails(veldrijk: LoadedRegion) -> None:
    definition = veldrijk.schemes["leervoucher"]
    facts = {
        "birth_year": 1990,
        "residence_municipality": "GM9903",
        "work_situation": "employee",
        "student_finance": True,
    }
    outcome = evaluate_all(definition.conditions, facts, ON, veldrijk.references)
    assert outcome.status == "not_met"
    assert (outcome.deciding().fact, outcome.deciding().article) == ("residence_municipality", "artikel 2")


def test_a_definition_without_conditions_is_met() -> None:
    assert evaluate_all((), {}, ON, {}).status == "met"


@pytest.mark.parametrize(
    ("statuses", "together"),
    [([], "met"), (["met", "unknown"], "unknown"), (["unknown", "not_met"], "not_met"), (["met", "met"], "met")],
)
def test_kleene_and(statuses: list[Any], together: str) -> None:
    assert summary_status(statuses) == together


def test_an_outcome_is_plain_data_for_json(veldrijk: LoadedRegion) -> None:
    outcome: Outcome = evaluate_all(
        veldrijk.schemes["leervoucher"].conditions, {"birth_year": 2008}, ON, veldrijk.references
    )
    assert json.loads(json.dumps(outcome.as_dict()))["status"] == "unknown"


def test_the_guide_for_owners_explains_every_type_of_condition_and_of_fact_and_its_example_loads() -> None:
    guide = (Path(codes.__file__).parent / "README.md").read_text()
    for name in [type_name(kind) for kind in CONDITION_TYPES]:
        assert f"| `{name}` |" in guide, name
    for name in get_args(FactType):
        assert f"`{name}`" in guide, name
    example = guide.split("```yaml\n")[1].split("```")[0]
    assert load_text(SchemeDefinition, example).scheme == "cursusbijdrage"
