"""Whatever an owner may write comes back the same: through YAML, JSON, the canonical form, and in any order of keys."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from schemes.definition import SchemeDefinition
from schemes.files.canonical import as_yaml, canonical, canonical_json, content_hash
from schemes.files.parsing import load_text, validate
from tests.schemes.depth import examples
from tests.schemes.population.documents import definitions, holding, optional
from tests.schemes.population.written import ADAPTER, LEAVES, is_valid, trees

WIDE = [HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large]


def _mixed(data: Any, chance: Random) -> Any:
    if isinstance(data, dict):
        order = list(data)
        chance.shuffle(order)
        return {key: _mixed(data[key], chance) for key in order}
    return [_mixed(item, chance) for item in data] if isinstance(data, list) else data


@pytest.mark.parametrize("key", sorted(optional))
def test_a_definition_survives_every_form_and_every_order_of_keys(key: str) -> None:
    @examples(3, suppress_health_check=WIDE)
    @given(holding(key), st.integers(0, 2**32))
    def survive(definition: SchemeDefinition, seed: int) -> None:
        plain, text = canonical(definition), canonical_json(definition)
        assert validate(SchemeDefinition, plain) == definition
        from_yaml = load_text(SchemeDefinition, as_yaml(definition))
        assert from_yaml == definition
        assert load_text(SchemeDefinition, text, as_json=True) == definition
        assert content_hash(from_yaml) == content_hash(definition)
        assert canonical_json(validate(SchemeDefinition, json.loads(text))) == text
        assert content_hash(validate(SchemeDefinition, _mixed(plain, Random(seed)))) == content_hash(definition)

    survive()


@pytest.mark.parametrize("kind", [*LEAVES, "tree"])
def test_a_condition_survives_its_canonical_form(kind: str) -> None:
    seen: set[str] = set()

    @examples(8)
    @given(LEAVES[kind].filter(is_valid) if kind in LEAVES else trees)
    def survive(written: dict[str, Any]) -> None:
        condition = ADAPTER.validate_python(written)
        assert ADAPTER.validate_python(canonical(condition)) == condition
        seen.add(condition.type)

    survive()
    assert kind in seen or kind == "tree"


@pytest.mark.parametrize("text", ["no", "null", "~", "1", "1e3", "2026-01-01", "a: b", "# x", "- y", "' \"", "é €"])
def test_texts_that_look_like_something_else_stay_texts(text: str) -> None:
    definition = next(iter(_drawn(1)))
    changed = definition.model_copy(update={"title": definition.title.model_copy(update={"nl": text})})
    assert load_text(SchemeDefinition, as_yaml(changed)).title.nl == text


def _drawn(count: int) -> list[SchemeDefinition]:
    found: list[SchemeDefinition] = []

    @examples(count, suppress_health_check=list(HealthCheck))
    @given(definitions)
    def draw(definition: SchemeDefinition) -> None:
        found.append(definition)

    draw()
    return found
