"""JSON Schemas (draft 2020-12) of the files, generated from the classes that read them.

With a region, the schemas also say which facts, values and lists that region knows, so that a file can be written from
the schema alone.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition, FactsFile
from schemes.facts.references import ReferenceList
from schemes.files.canonical import canonical
from schemes.region.cases import CasesFile
from schemes.region.funding import FundingFile
from schemes.region.loading import LoadedRegion
from schemes.region.region import Region

SCHEMA_BASE = "https://ontwikkelloket.example/schema/"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
KINDS: dict[str, Any] = {
    "scheme": SchemeDefinition,
    "region": Region,
    "facts": FactsFile,
    "funding": FundingFile,
    "reference": ReferenceList,
    "cases": CasesFile,
}
"""The files of a region by the name that `loket schema` uses."""


def schema_of(kind: str, region: LoadedRegion | None = None) -> dict[str, Any]:
    """The schema of a kind of file; with a region also an example from it and the facts and lists it knows.

    Raises KeyError for an unknown kind.
    """
    schema = json_schema(KINDS[kind], kind, _examples(kind, region) if region else None)
    if region is not None and kind == "scheme":
        schema["$defs"]["known_facts"] = facts_schema(region.facts)
        known = sorted(region.references)
        schema["$defs"]["known_lists"] = {"enum": known, "description": "The reference lists that in_list can name."}
        organisations = sorted(region.organisations)
        schema["$defs"]["known_owners"] = {
            "enum": organisations,
            "description": "The organisations that owner can name.",
        }
    return schema


def _examples(kind: str, region: LoadedRegion) -> list[Any] | None:
    """The fullest file of the region as an example."""
    files: dict[str, list[Any]] = {
        "scheme": list(region.schemes.values()),
        "region": [region.region],
        "funding": [region.funding] if region.funding.funding_lines else [],
        "facts": [FactsFile(format="ontwikkelloket/facts/1", facts=tuple(region.facts.values()))],
        "reference": list(region.references.values()),
        "cases": list(region.cases.values()),
    }
    found = files[kind]
    return [max((canonical(model) for model in found), key=lambda plain: len(str(plain)))] if found else None


def json_schema(model: Any, name: str, examples: list[Any] | None = None) -> dict[str, Any]:
    """JSON Schema of what a file may hold, with $id, title and, when given, examples."""
    schema = _tidy(TypeAdapter(model).json_schema(by_alias=True, mode="validation"))
    head: dict[str, Any] = {"$schema": DIALECT, "$id": f"{SCHEMA_BASE}{name}.json", "title": f"Ontwikkelloket {name}"}
    if examples:
        head["examples"] = examples
    return head | schema


def facts_schema(definitions: Mapping[str, FactDefinition]) -> dict[str, Any]:
    """What the facts of a question may hold in a region: every fact with its type, values and question."""
    askable = {key: fact for key, fact in definitions.items() if fact.derived is None}
    return {
        "type": "object",
        "additionalProperties": False,
        "description": "What is known, by fact. Leave out what is not known, or write null or unknown.",
        "properties": {key: _fact_schema(fact) for key, fact in askable.items()},
    }


def _fact_schema(fact: FactDefinition) -> dict[str, Any]:
    keys = [option.key for option in fact.values]
    number: dict[str, Any] = {"type": "number" if fact.decimals else "integer", "minimum": float(fact.minimum or 0)}
    if fact.maximum is not None:
        number["maximum"] = float(fact.maximum)
    shape: dict[str, Any] = {
        "yes_no": {"enum": [True, False, "yes", "no"]},
        "number": number,
        "money": {**number, "type": "integer"},
        "year": {"type": "integer", "minimum": 1900, "maximum": 2200},
        "date": {"type": "string", "format": "date"},
        "choice": {"enum": keys},
        "choices": {"type": "array", "items": {"enum": keys}, "maxItems": len(keys)},
        "text": {"type": "string", "maxLength": 2000},
        "municipality": {"type": "string", "pattern": "^GM[0-9]{4}$"},
        "postcode": {
            "type": ["string", "integer"],
            "pattern": "^[1-9][0-9]{3} ?((?![Ss][AaDdSs])[A-Za-z]{2})?$",
            "minimum": 1000,
            "maximum": 9999,
        },
    }[fact.type]
    unit = f" Unit: {fact.unit.en}." if fact.unit else " In euro cents." if fact.type == "money" else ""
    described = f"{fact.question.en}{unit} Known by: {', '.join(fact.who_knows)}."
    return {"description": described, "anyOf": [shape, {"enum": [None, "unknown"]}]}


def _tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """Without generated titles, and with short names for the definitions of dated values."""
    definitions = schema.get("$defs", {})
    names = {name: _short_name(name, definition) for name, definition in definitions.items()}
    tidied: dict[str, Any] = _walk(schema, names)
    if definitions:
        tidied["$defs"] = {names[name]: _walk(definition, names) for name, definition in definitions.items()}
    return tidied


def _short_name(name: str, definition: Mapping[str, Any]) -> str:
    if not name.startswith("DatedValue"):
        return name.rstrip("_")
    value = definition["properties"]["value"]
    kind = value.get("format") or ("share" if "pattern" in value else value.get("type", "value"))
    return f"Dated_{kind}" + (f"_up_to_{value['maximum']}" if "maximum" in value else "")


def _walk(node: Any, names: Mapping[str, str]) -> Any:
    if isinstance(node, list):
        return [_walk(item, names) for item in node]
    if isinstance(node, str) and node.startswith("#/$defs/"):
        return "#/$defs/" + names[node.removeprefix("#/$defs/")]
    if not isinstance(node, dict):
        return node
    tidied: dict[str, Any] = {}
    for key, value in node.items():
        if key == "properties":
            tidied[key] = {name: _walk(item, names) for name, item in value.items()}
        elif key in ("default", "examples", "enum", "const"):
            tidied[key] = value
        elif key != "title":
            tidied[key] = " ".join(value.split()) if key == "description" else _walk(value, names)
    return tidied
