"""Properties of the evaluation, and the list of reason codes."""

import json
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from pydantic import TypeAdapter, ValidationError

from schemes.basics import codes
from schemes.conditions import CONDITION_TYPES, AnyCondition, type_name
from schemes.definition import SchemeDefinition
from schemes.evaluation import describe, evaluate, evaluate_all
from schemes.facts import FactType
from schemes.facts.outcome import Outcome, summary_status
from schemes.files.parsing import load_text
from schemes.region.loading import LoadedRegion
from tests.schemes.conftest import ON, Check
from tests.schemes.depth import examples
from tests.schemes.population.world import REFERENCES, SCHEME, days, people
from tests.schemes.population.written import trees

ADAPTER: TypeAdapter[Any] = TypeAdapter(AnyCondition)
YES, NO = {"type": "yes", "fact": "student_finance"}, {"type": "no", "fact": "student_finance"}
ADULT = {"type": "age", "at_least": 18}


@examples(40)
@given(trees, people, days)
def test_every_outcome_uses_listed_codes_with_exactly_their_parameters(
    written: dict[str, Any], facts: dict[str, Any], on: date
) -> None:
    for outcome in evaluate(ADAPTER.validate_python(written), facts, on, REFERENCES, scheme=SCHEME).walk():
        assert set(outcome.params) == set(codes.RULES[outcome.code])
        if outcome.unknown_code is not None:
            assert set(outcome.unknown_params) == set(codes.UNKNOWN[outcome.unknown_code])


def test_the_deciding_outcome_of_a_group_is_the_rule_to_explain(check: Check) -> None:
    work = {"type": "one_of", "fact": "work_situation", "values": ["employee", "job_seeker"]}
    group = {"type": "all", "conditions": [ADULT, {"type": "all", "conditions": [NO, work]}]}
    outcome = check(group, birth_year=1990, student_finance=False, work_situation="self_employed")
    assert outcome.deciding().fact == "work_situation"
    assert [step.code for step in outcome.walk()] == ["all_of", "age_at_least", "all_of", "is_no", "is_one_of"]


@pytest.mark.parametrize(
    "condition",
    [{"type": "expression", "text": "age > 18"}, {"fact": "n"}, {"type": "all", "conditions": []}, {**YES, "if": 1}],
)
def test_what_is_no_condition_is_refused(condition: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ADAPTER.validate_python(condition)


def test_a_rule_without_facts_says_what_is_asked_and_nothing_about_a_person() -> None:
    rule = describe(
        ADAPTER.validate_python({"type": "age", "at_least": 18, "below": 57, "article": "art. 2"}), ON, REFERENCES
    )
    assert rule.code == "age_between"
    assert rule.params == {
        "minimum": 18,
        "maximum": None,
        "below": 57,
        "below_state_pension": False,
        "counted_on": None,
    }
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
    guide = (Path(codes.__file__).parents[1] / "README.md").read_text()
    for name in [type_name(kind) for kind in CONDITION_TYPES]:
        assert f"| `{name}` |" in guide, name
    for name in get_args(FactType):
        assert f"`{name}`" in guide, name
    example = guide.split("```yaml\n")[1].split("```")[0]
    assert load_text(SchemeDefinition, example).scheme == "cursusbijdrage"
