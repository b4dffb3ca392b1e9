"""Whatever an owner may write comes back the same: through YAML, JSON, the canonical form, and in any order of keys."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemes.canonical import as_yaml, canonical, canonical_json, content_hash
from schemes.conditions import CONDITION_TYPES, type_name
from schemes.definition import SchemeDefinition
from schemes.parsing import load_text, validate
from tests.schemes.language.documents import accepted, definitions, documents
from tests.schemes.language.written import ADAPTER, trees

WIDE = settings(
    max_examples=100,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@WIDE
@given(definitions)
def test_a_definition_survives_every_form_it_is_written_in(definition: SchemeDefinition) -> None:
    assert validate(SchemeDefinition, canonical(definition)) == definition
    assert load_text(SchemeDefinition, as_yaml(definition)) == definition
    assert load_text(SchemeDefinition, canonical_json(definition), as_json=True) == definition
    assert content_hash(load_text(SchemeDefinition, as_yaml(definition))) == content_hash(definition)
    assert canonical_json(validate(SchemeDefinition, json.loads(canonical_json(definition)))) == canonical_json(
        definition
    )


def _mixed(data: Any, chance: Any) -> Any:
    if isinstance(data, dict):
        order = list(data)
        chance.shuffle(order)
        return {key: _mixed(data[key], chance) for key in order}
    return [_mixed(item, chance) for item in data] if isinstance(data, list) else data


@WIDE
@given(definitions, st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_change_the_hash(definition: SchemeDefinition, chance: Any) -> None:
    assert content_hash(validate(SchemeDefinition, _mixed(canonical(definition), chance))) == content_hash(definition)


@WIDE
@given(documents)
def test_what_is_accepted_is_written_out_as_data_that_is_accepted(written: dict[str, Any]) -> None:
    definition = accepted(written)
    if definition is not None:
        again = accepted(canonical(definition))
        assert again == definition
        assert hash(content_hash(definition)) == hash(content_hash(again))


@settings(max_examples=150)
@given(trees)
def test_a_condition_survives_its_canonical_form(written: dict[str, Any]) -> None:
    condition = ADAPTER.validate_python(written)
    assert ADAPTER.validate_python(canonical(condition)) == condition


def test_these_definitions_hold_every_type_of_condition_and_most_keys() -> None:
    """Otherwise the properties above would say little."""
    types: set[str] = set()
    used: set[str] = set()

    @WIDE
    @given(definitions)
    def draw(definition: SchemeDefinition) -> None:
        types.update(condition.type for _, condition in definition.walk_conditions())
        used.update(canonical(definition))

    draw()
    assert types == {type_name(kind) for kind in CONDITION_TYPES}
    optional = {
        "variants",
        "tiers",
        "rate",
        "caps",
        "windows",
        "budget",
        "payment",
        "minimum_cents",
        "fixed_amount_cents",
    }
    assert optional <= used


@pytest.mark.parametrize("text", ["no", "null", "~", "1", "1e3", "2026-01-01", "a: b", "# x", "- y", "' \"", "é €"])
def test_texts_that_look_like_something_else_stay_texts(text: str) -> None:
    definition = next(iter(_drawn(1)))
    changed = definition.model_copy(update={"title": definition.title.model_copy(update={"nl": text})})
    assert load_text(SchemeDefinition, as_yaml(changed)).title.nl == text


def _drawn(count: int) -> list[SchemeDefinition]:
    found: list[SchemeDefinition] = []

    @settings(max_examples=count, suppress_health_check=list(HealthCheck))
    @given(definitions)
    def draw(definition: SchemeDefinition) -> None:
        found.append(definition)

    draw()
    return found
