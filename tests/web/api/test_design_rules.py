"""Every operation keeps the NL API Design Rules (2.x) and the description says all of it; a description with faults is found out."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest

from portal.framework.tokens.models import SCOPES_OF, TokenScope
from portal.web.api.client_source import snake
from portal.web.edge.policy import POLICY
from tests.web.office import Office

PROBLEM = "application/problem+json"
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def description(shared_office: Office) -> dict[str, Any]:
    found: dict[str, Any] = shared_office.app.test_client().get("/api/v1/openapi.json").get_json()
    return found


def faults(document: dict[str, Any]) -> Iterator[str]:
    """Every rule of the design rules that a description breaks."""
    info = document["info"]
    if not document["openapi"].startswith("3."):
        yield "core/doc-openapi"
    if not re.fullmatch(r"\d+\.\d+\.\d+", info["version"]):
        yield "core/semver"
    if not {"name", "url"} <= info.get("contact", {}).keys():
        yield "core/doc-openapi-contact"
    for path, item in document["paths"].items():
        yield from _of_path(path)
        for method, operation in item.items():
            where = f"{method} {path}"
            if method not in METHODS:
                yield f"{where}: core/http-methods"
            yield from (f"{where}: {one}" for one in _of_operation(operation, method))
    for name, schema in document["components"]["schemas"].items():
        for key in schema.get("properties", {}):
            if not re.fullmatch(r"[a-z][a-zA-Z0-9]*", key):
                yield f"{name}.{key}: camelCase"


def _of_path(path: str) -> Iterator[str]:
    if not path.startswith("/api/v1/"):
        yield f"{path}: core/uri-version"
    if path.endswith("/"):
        yield f"{path}: core/no-trailing-slash"
    for part in path.removeprefix("/api/v1/").split("/"):
        if not re.fullmatch(r"\{[a-z_]+\}|[a-z]+(-[a-z]+)*", part):
            yield f"{path}: core/path-segments-kebab-case"
    if not path.split("/")[3].endswith("s"):
        yield f"{path}: core/naming-collections plural"


def _of_operation(operation: dict[str, Any], method: str) -> Iterator[str]:
    if not operation.get("operationId") or not operation.get("summary"):
        yield "no name or summary"
    for one in operation.get("parameters", ()):
        if one.get("in") == "query" and not re.fullmatch(r"[a-z][a-zA-Z0-9]*", one["name"]):
            yield f"core/query-keys-camel-case {one['name']}"
    answers = operation["responses"]
    if not any(status.startswith("2") for status in answers):
        yield "no answer"
    for status, answer in answers.items():
        if "API-Version" not in answer.get("headers", {}):
            yield f"{status}: core/version-header"
        if status >= "400" and PROBLEM not in answer.get("content", {}):
            yield f"{status}: core/error-handling/problem-details"
    if "400" not in answers:
        yield "core/error-handling/invalid-input"
    if operation.get("security") is None:
        yield "core/transport/auth: says nothing"
    keyed = any(one.get("$ref", "").endswith("IdempotencyKey") for one in operation.get("parameters", ()))
    if method == "post" and "201" in answers and not (keyed or operation.get("x-key-in-body")):
        yield "no Idempotency-Key"


def test_every_operation_keeps_the_design_rules(description: dict[str, Any]) -> None:
    assert len(description["paths"]) >= 15
    assert list(faults(description)) == []


def test_a_description_with_faults_is_found_out(description: dict[str, Any]) -> None:
    spoilt = copy.deepcopy(description)
    spoilt["paths"]["/api/v1/Scheme_list/"] = spoilt["paths"].pop("/api/v1/schemes")
    spoilt["info"]["contact"] = {}
    spoilt["components"]["schemas"]["Problem"]["properties"]["wrong_name"] = {"type": "string"}
    del spoilt["paths"]["/api/v1/facts"]["get"]["responses"]["400"]
    found = " ".join(faults(spoilt))
    for rule in ("trailing", "kebab", "plural", "contact", "camelCase", "invalid-input"):
        assert rule in found


def test_every_schema_that_is_named_is_there_and_the_facts_are_those_of_the_region(description: dict[str, Any]) -> None:
    named = set(re.findall(r"#/components/schemas/([A-Za-z0-9_]+)", str(description)))
    assert named <= description["components"]["schemas"].keys()
    facts = description["components"]["schemas"]["QuestionBody"]["properties"]["facts"]
    assert "birth_year" in facts["properties"] and facts["additionalProperties"] is False


def test_the_policy_and_the_scopes_say_the_same(description: dict[str, Any]) -> None:
    let_in: dict[TokenScope, set[str]] = {scope: set() for scope in TokenScope}
    for item in description["paths"].values():
        for operation in item.values():
            audiences = {one.value for one in POLICY[f"api.{snake(operation['operationId'])}"]}
            scope = operation.get("x-scope")
            assert (scope is None) == (audiences == {"anyone"}), operation["operationId"]
            if scope is not None:
                assert operation["security"] == [{"token": []}] and "401" in operation["responses"]
                let_in[TokenScope(scope)] |= audiences
    assert let_in == {scope: {role.value for role, may in SCOPES_OF.items() if scope in may} for scope in TokenScope}


def texts_without_a_shape(document: dict[str, Any]) -> Iterator[str]:
    """Every text that may come in of which the description does not say what fits."""
    schemas = document["components"]["schemas"]
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for one in operation.get("parameters", ()):
                if "schema" in one:
                    yield from _shapeless(one["schema"], schemas, f"{method} {path}: {one['name']}")
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield from _shapeless(content["schema"], schemas, f"{method} {path}")


def _shapeless(schema: Any, schemas: dict[str, Any], where: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if schema.get("type") == "string" and not schema.keys() & {"pattern", "enum", "const"}:
        yield where
    for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _shapeless(part, schemas, where)
    for name, part in schema.get("properties", {}).items():
        yield from _shapeless(part, schemas, f"{where}.{name}")
    if isinstance(schema.get("items"), dict):
        yield from _shapeless(schema["items"], schemas, f"{where}[]")


def test_of_every_text_that_comes_in_it_is_said_what_fits(description: dict[str, Any]) -> None:
    assert list(texts_without_a_shape(description)) == []
    document = copy.deepcopy(description)
    del document["components"]["schemas"]["InvoiceBody"]["properties"]["fileName"]["pattern"]
    assert list(texts_without_a_shape(document)) == ["post /api/v1/invoices.fileName"], "the control"
