"""A typed Python client, written from the description of the interface: one module without dependencies, to be saved and used."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from flask import Response, current_app

from portal.web.api.blueprint import api
from portal.web.api.spec import described

REF = "#/components/schemas/"
KINDS = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
    "object": "dict[str, Any]",
}
HEAD = '''"""A client of {title}, version {version}. Written from its description; do not change it by hand."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Literal, NotRequired, TypedDict, cast
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

ADDRESS = {address!r}
Sender = Callable[[str, str, Mapping[str, str], bytes | None], tuple[int, bytes]]


class ApiProblem(Exception):
    """The desk says that something is wrong; `problem` is its answer (RFC 9457)."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{{status}} {{problem.get('code', '')}}: {{problem.get('detail', '')}}")
        self.status = status
        self.problem = problem


def over_http(method: str, address: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]:
    """Send it over the network."""
    try:
        with urlopen(Request(address, body, dict(headers), method=method), timeout=60) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, error.read()

'''
CLIENT = '''

class Client:
    """The operations of the interface. `send` may be something else than the network, for tests."""

    def __init__(
        self, *, token: str | None = None, address: str = ADDRESS, language: str = "nl", send: Sender = over_http
    ) -> None:
        self.token, self.address, self.language, self.send = token, address.rstrip("/"), language, send

    def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        key: str | None = None,
    ) -> Any:
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        address = self.address + path + (f"?{urlencode(asked)}" if asked else "")
        headers = {"Accept": "application/json, application/problem+json", "Accept-Language": self.language}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        sent = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            sent = json.dumps(body, allow_nan=False).encode()
        status, raw = self.send(method, address, headers, sent)
        said = json.loads(raw) if raw else {}
        if status >= 400:
            raise ApiProblem(status, said)
        return said
'''


@api.get("/client.py", doc_ui=False, endpoint="client", strict_slashes=True)
def client() -> Response:
    """The client for this desk, to save."""
    text = client_source(described(), str(current_app.extensions["settings"].address))
    return Response(text, content_type="text/x-python; charset=utf-8")


def client_source(document: dict[str, Any], address: str) -> str:
    """The source of the client of an interface, from its description."""
    info = document["info"]
    parts = [HEAD.format(title=json.dumps(info["title"])[1:-1], version=info["version"], address=address)]
    for name, schema in document["components"]["schemas"].items():
        parts.append(_typed_dict(name, schema))
    parts.append(CLIENT)
    for path, item in document["paths"].items():
        for method, operation in item.items():
            parts.append(_method(path, method, operation))
    return "\n".join(parts)


def _typed_dict(name: str, schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    fields = []
    for key, one in schema.get("properties", {}).items():
        kind = _kind(one)
        said = kind if key in required else f"NotRequired[{kind}]"
        fields.append(f"        {key!r}: {said!r},")
    return f"{name} = TypedDict(\n    {name!r},\n    {{\n" + "\n".join(fields) + "\n    },\n)"


def _kind(schema: dict[str, Any]) -> str:
    """The annotation of a schema."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(REF)
    if "enum" in schema or "const" in schema:
        return f"Literal[{', '.join(repr(one) for one in schema.get('enum', [schema.get('const')]))}]"
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(_kind(one) for one in schema[several]))
    kind = schema.get("type", "")
    if kind == "array":
        return f"list[{_kind(schema.get('items', {}))}]"
    return KINDS.get(str(kind), "Any")


def snake(name: str) -> str:
    """camelCase as Python writes it."""
    return re.sub(r"(?<!^)([A-Z])", lambda found: f"_{found[1].lower()}", name)


def _method(path: str, method: str, operation: dict[str, Any]) -> str:
    """One operation."""
    given, queries, calls = ["self"], list[str](), list[str]()
    keyed = False
    for one in operation.get("parameters", ()):
        if one.get("$ref", "").endswith("/IdempotencyKey"):
            keyed = True
        elif one["in"] == "path":
            given.append(f"{snake(one['name'])}: str")
            path = path.replace(f"{{{one['name']}}}", f"{{quote({snake(one['name'])}, safe='')}}")
        elif one["in"] == "query":
            queries.append(one["name"])
    body = _content(operation.get("requestBody", {}))
    if body is not None:
        given.append(f"body: {body}")
        calls.append("body=body")
    kinds = {one["name"]: _kind(one["schema"]) for one in operation.get("parameters", ()) if "name" in one}
    named = [f"{snake(name)}: {kinds[name].removesuffix(' | None')} | None = None" for name in queries]
    if keyed:
        named.append("idempotency_key: str | None = None")
        calls.append("key=idempotency_key or secrets.token_urlsafe(24)")
    if named:
        given += ["*", *named]
    if queries:
        asked = ", ".join(f"{name!r}: {snake(name)}" for name in queries)
        calls.append(f"query={{{asked}}}")
    return "\n".join(_lines(operation, given, f"{method.upper()!r}, f{path!r}", calls))


def _lines(operation: dict[str, Any], given: list[str], address: str, calls: list[str]) -> Iterator[str]:
    answer = next((_content(said) for status, said in operation["responses"].items() if status.startswith("2")), None)
    yield f"\n    def {snake(operation['operationId'])}({', '.join(given)}) -> {answer or 'Any'}:"
    yield f'        """{operation.get("summary", "")}"""'
    yield f"        return cast({(answer or 'Any')!r}, self._ask({', '.join([address, *calls])}))"


def _content(of: dict[str, Any]) -> str | None:
    """What a body or an answer is."""
    schema = of.get("content", {}).get("application/json", {}).get("schema")
    return None if schema is None else _kind(schema)
