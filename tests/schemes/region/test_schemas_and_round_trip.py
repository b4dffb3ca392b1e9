"""The JSON Schemas describe what the loader accepts, and every file survives being written out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

import schemes
from schemes.definition import SchemeDefinition
from schemes.files.canonical import as_yaml, canonical, canonical_json, content_hash
from schemes.files.parsing import load, load_text, validate
from schemes.files.reading import read_yaml_or_json
from schemes.region.loading import LoadedRegion, packaged_regions
from schemes.region.schemas import KINDS, facts_schema, json_schema, schema_of
from tests.schemes.conftest import VELDRIJK

CATALOGUE = Path(schemes.__file__).parent / "catalogue"


def kind_of(path: Path) -> str:
    return {"schemes": "scheme", "reference": "reference"}.get(path.parent.name, path.stem)


def all_files() -> Iterator[Path]:
    for root in (VELDRIJK, *(CATALOGUE / name for name in packaged_regions())):
        yield from sorted(path for path in root.rglob("*.yaml") if path.parent.name != "cases")


FILES = list(all_files())


def _plain(data: Any) -> Any:
    """Exact decimals as JSON numbers."""
    import json

    return json.loads(json.dumps(data, default=float))


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.parent.name}-{p.parent.name}-{p.stem}")
def test_every_file_fits_its_schema_and_survives_being_written_out(path: Path) -> None:
    kind = kind_of(path)
    schema = schema_of(kind)
    jsonschema.Draft202012Validator(schema).validate(_plain(read_yaml_or_json(path).data))
    value: BaseModel = load(KINDS[kind], path)
    assert validate(KINDS[kind], canonical(value)) == value
    assert load_text(KINDS[kind], as_yaml(value)) == value
    assert load_text(KINDS[kind], canonical_json(value), as_json=True) == value
    jsonschema.Draft202012Validator(schema).validate(canonical(value))


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_valid_has_an_id_and_examples_that_fit(kind: str, veldrijk: LoadedRegion) -> None:
    schema = schema_of(kind, veldrijk)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"].endswith(f"/{kind}.json")
    assert schema["title"]
    for example in schema["examples"]:
        jsonschema.Draft202012Validator(schema).validate(example)
        validate(KINDS[kind], example)


def _nodes(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        for name, field in node.get("properties", {}).items():
            yield f"{path}.{name}", field
            yield from _nodes(field, f"{path}.{name}")
        for name, definition in node.get("$defs", {}).items():
            yield from _nodes(definition, name)


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_in_a_schema_is_described(kind: str) -> None:
    for path, field in _nodes(schema_of(kind)):
        assert "description" in field or "$ref" in field, path


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("version", "1"),
        ("kind", "gift"),
        ("caps", [{"per": "award"}]),
        ("title", "x"),
        ("surprise", 1),
        ("review_on", 5),
    ],
)
def test_a_schema_refuses_what_the_loader_refuses(key: str, wrong: Any, veldrijk: LoadedRegion) -> None:
    good = canonical(veldrijk.schemes["leervoucher"])
    validator = jsonschema.Draft202012Validator(schema_of("scheme"))
    assert validator.is_valid(good)
    assert not validator.is_valid({**good, key: wrong})


def test_the_schema_of_a_scheme_names_the_facts_lists_and_owners_of_the_region(veldrijk: LoadedRegion) -> None:
    definitions = schema_of("scheme", veldrijk)["$defs"]
    assert definitions["known_lists"]["enum"] == sorted(veldrijk.references)
    assert "metaalfonds" in definitions["known_owners"]["enum"]
    assert set(definitions["known_facts"]["properties"]) == set(veldrijk.facts) - {"residence_province"}


@pytest.mark.parametrize(
    ("facts", "fits"),
    [
        ({"work_situation": "employee", "goals": ["other_job"], "contract_hours": 36.5, "student_finance": True}, True),
        ({"work_situation": "unknown", "birth_year": None}, True),
        ({"work_situation": "boss"}, False),
        ({"contract_hours": 61}, False),
        ({"residence_municipality": "Veldstad"}, False),
        ({"shoe_size": 43}, False),
    ],
)
def test_the_schema_of_facts_accepts_what_can_be_known(
    veldrijk: LoadedRegion, facts: dict[str, Any], fits: bool
) -> None:
    schema = facts_schema(veldrijk.facts)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert jsonschema.Draft202012Validator(schema).is_valid(facts) is fits


def test_equal_definitions_have_equal_hashes_however_they_were_written(veldrijk: LoadedRegion) -> None:
    text = (VELDRIJK / "schemes" / "leervoucher.yaml").read_text()
    same = text.replace('share: "100%"', 'share: "1"').replace("vat: including\n", "").replace('"1/2"', '"50,0%"')
    other = text.replace("value: 250000", "value: 250001")
    expected = content_hash(veldrijk.schemes["leervoucher"])
    assert expected.startswith("sha256:")
    assert content_hash(load_text(SchemeDefinition, same)) == expected
    assert content_hash(load_text(SchemeDefinition, other)) != expected


def test_a_schema_of_any_other_class_can_be_made() -> None:
    schema = json_schema(SchemeDefinition, "thing", [{"a": 1}])
    assert (schema["$id"][-11:], schema["examples"]) == ("/thing.json", [{"a": 1}])
