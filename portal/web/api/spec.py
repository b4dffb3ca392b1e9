"""The description of the interface: OpenAPI 3.1, made from the operations, with the facts of this region in it."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from flask import Response, current_app
from flask_openapi.models import OPENAPI3_REF_PREFIX, Info
from pydantic import BaseModel

from portal.framework.catalogue.queries import catalogue, has_region
from portal.platform.database import current_session
from portal.platform.limits.models import API_MIXES, MIX_SECONDS
from portal.web.api.blueprint import BEARER, ToldProblem, api
from portal.web.edge.desk import desk
from portal.web.edge.programs import VERSION
from schemes.region.schemas import facts_schema

VERSION_OF_OPENAPI = "3.1.0"
TAGS = {
    "schemes": "De regelingen van de regio.",
    "facts": "Wat de regels over iemand vragen.",
    "mixes": (
        "De beste mix van regelingen voor een vraag, en de controle van een mix. "
        f"Een programma of plek mag dit {API_MIXES.most} keer per uur vragen. Een vraag telt één keer, en nog een keer voor elke "
        f"{round(1000 * MIX_SECONDS)} milliseconden rekenwerk van de processor. Daarna komt 429, met in Retry-After hoeveel "
        "seconden het nog duurt."
    ),
    "trainings": "De opleidingen van de regio.",
    "questions": "Ontwikkelvragen en waar zij staan.",
    "vouchers": "Vouchers.",
    "invoices": "Facturen van opleiders.",
    "allocations": "Waar het geld staat.",
    "reports": "De verantwoording.",
}
DESCRIPTION = (
    "De zelfde handelingen als op de schermen van het loket. Bedragen zijn hele centen, dagen JJJJ-MM-DD, momenten UTC. "
    "Fouten zijn application/problem+json (RFC 9457), in het Nederlands of met Accept-Language: en in het Engels. "
    "Schrijven vraagt een Idempotency-Key: de zelfde sleutel geeft het zelfde antwoord nog eens, en doet niets twee keer. "
    "Lijsten gaan verder met cursor. Een antwoord heeft een ETag; met If-None-Match komt 304 als het niet veranderde."
)


@api.get("/openapi.json", doc_ui=False, endpoint="openapi", strict_slashes=True)
def openapi() -> Response:
    """The description itself, open to every site."""
    return Response(json.dumps(described(), ensure_ascii=False), content_type="application/json")


def described() -> dict[str, Any]:
    """The description for this desk, with the facts of its region."""
    session = current_session()
    facts = facts_schema(catalogue(session).facts) if has_region(session) else None
    known = desk._get_current_object()
    document = description(str(current_app.extensions["settings"].address), known.name, known.email)
    if facts is not None:
        for name in ("QuestionBody", "WholeQuestionBody"):
            body = document["components"]["schemas"][name]["properties"]
            body["facts"] = {**facts, "default": {}}
            if "goals" in facts["properties"]:
                goals = facts["properties"]["goals"]["anyOf"][0]
                body["goals"] |= {"items": goals["items"], "maxItems": goals["maxItems"]}
    _bound_days(document)
    return document


def _bound_days(node: Any) -> None:
    """Say of every day between which years it lies: what has another year is refused."""
    if isinstance(node, dict):
        if node.get("format") == "date":
            node["pattern"] = "^(19|2[01])[0-9]{2}-|^2200-"
        for part in node.values():
            _bound_days(part)
    elif isinstance(node, list):
        for part in node:
            _bound_days(part)


def description(address: str, name: str, email: str | None) -> dict[str, Any]:
    """The description for a desk at an address, as plain data of one's own to change."""
    document: dict[str, Any] = json.loads(_made(address, name, email))
    return document


@lru_cache(maxsize=4)
def _made(address: str, name: str, email: str | None) -> str:
    contact = {"name": name, "url": f"{address}/contact"} | ({"email": email} if email else {})
    info = Info(title=f"API van {name}", version=VERSION, description=DESCRIPTION).model_dump(exclude_none=True)
    return json.dumps(
        {
            "openapi": VERSION_OF_OPENAPI,
            "info": info | {"contact": contact},
            "servers": [{"url": address}],
            "tags": [{"name": name, "description": said} for name, said in TAGS.items()],
            "paths": {path: _plain(item) for path, item in sorted(api.paths.items())},
            "components": {
                "schemas": _schemas(),
                "headers": {
                    "API-Version": {"description": "The whole version.", "schema": {"type": "string"}},
                    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}},
                },
                "parameters": {
                    "IdempotencyKey": {
                        "name": "Idempotency-Key",
                        "in": "header",
                        "required": True,
                        "description": "For each act another one: sent again, nothing is done twice.",
                        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,64}$"},
                    }
                },
                "securitySchemes": {
                    BEARER: {
                        "type": "http",
                        "scheme": "bearer",
                        "description": "Een sleutel die de beheerder van het loket maakt.",
                    }
                },
            },
        }
    )


def _plain(item: BaseModel) -> dict[str, Any]:
    """One path as plain data; what is said of an operation in its docstring, and the headers that every answer has."""
    plain: dict[str, Any] = item.model_dump(mode="json", by_alias=True, exclude_none=True, warnings=False)
    for method, operation in plain.items():
        operation.pop("deprecated", None)
        view = current_app.view_functions.get(f"api.{_endpoint(operation)}")
        own_key = getattr(view, "own_key", None)
        if own_key is not None:
            operation["x-key-in-body"] = str(own_key.__doc__).partition(".")[0]
        elif method == "post" and not getattr(view, "only_computes", False):
            operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
        for status, answer in operation["responses"].items():
            headers = answer.setdefault("headers", {})
            headers["API-Version"] = {"$ref": "#/components/headers/API-Version"}
            if status in ("429", "503"):
                headers["Retry-After"] = {"$ref": "#/components/headers/Retry-After"}
    return plain


def _endpoint(operation: dict[str, Any]) -> str:
    """The endpoint of an operation: its name with underscores."""
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in operation["operationId"])


def _schemas() -> dict[str, Any]:
    """Every value once, by its name."""
    found = {name: _dumped(schema) for name, schema in api.components_schemas.items()}
    problem = ToldProblem.model_json_schema(by_alias=True, ref_template=f"{OPENAPI3_REF_PREFIX}/{{model}}")
    found |= problem.pop("$defs", {}) | {"Problem": problem}
    for schema in found.values():
        schema.pop("$defs", None)
    return dict(sorted(found.items()))


def _dumped(schema: Any) -> dict[str, Any]:
    if isinstance(schema, dict):
        return dict(schema)
    plain: dict[str, Any] = schema.model_dump(mode="json", by_alias=True, exclude_none=True, warnings=False)
    return plain
