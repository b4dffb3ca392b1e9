"""Where the operations of the interface are registered, and what all of them have in common."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from time import thread_time
from typing import Annotated, Any, TypeVar

import structlog
from flask import Response, current_app, g, request
from flask.blueprints import BlueprintSetupState
from flask_openapi import APIBlueprint
from flask_openapi.models import OPENAPI3_REF_PREFIX
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from werkzeug.exceptions import Forbidden

from portal.framework.tokens.models import TokenScope
from portal.platform.clock import now
from portal.platform.database import counting, unit_of_work
from portal.platform.errors import Busy, StorageFull
from portal.platform.extensions import csrf
from portal.platform.limits.actions import charge, take
from portal.platform.limits.models import API_CALLS, API_MIXES, MIX_SECONDS
from portal.web.api.reading import bad_input, wrong_body
from portal.web.api.sent_files import look_at_sent
from portal.web.edge import only_computes
from portal.web.edge.policy import current_actor
from portal.web.edge.programs import PROBLEM, problem, this_token
from portal.web.edge.sight import READING
from portal.web.edge.unchanged import same_for_all
from schemes.basics.values import Line

Name = Annotated[str, Field(json_schema_extra={"pattern": "^[A-Za-z0-9_-]{1,80}$"})]
"""The name of one thing in an address. What has another shape is not there: a 404."""
Words = Annotated[
    str, Field(json_schema_extra={"pattern": r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]*$"})
]
"""Words: nothing that cannot be read."""
OneLine = Annotated[
    Line,
    Field(json_schema_extra={"pattern": r"^(?=.*\S)[^\u0000-\u001f\u007f\u0080-\u009f\u2028\u2029\ufffe\uffff]*$"}),
]
"""One line of text."""
Code = Annotated[str, Field(json_schema_extra={"pattern": "^[A-Za-z0-9 -]+$"})]
"""The code of a voucher, as somebody wrote it."""
Base64 = Annotated[
    str, Field(json_schema_extra={"pattern": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"})
]
"""A file in base64 (RFC 4648, section 4)."""
View = TypeVar("View", bound=Callable[..., Any])
log = structlog.get_logger()
ADDRESS = "/api/v1"
BEARER = "token"
_SHAPE = ConfigDict(
    alias_generator=to_camel,
    populate_by_name=True,
    extra="forbid",
    frozen=True,
    allow_inf_nan=False,
    use_attribute_docstrings=True,
)


class Value(BaseModel):
    """The base of what comes out, and of parameters: names in camelCase, nothing that is not known."""

    model_config = _SHAPE


class InPath(BaseModel):
    """The base of what stands in an address, by the names that it has there."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(BaseModel):
    """The base of what comes in: as a value, and nothing is converted silently."""

    model_config = ConfigDict(**_SHAPE, strict=True)


class InputFault(BaseModel):
    """One thing that is wrong in what was sent."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid")
    in_: str = Field(alias="in", description="body, query, path or header.")
    pointer: str
    """Where: a JSON pointer into the body, or to the name of the parameter."""
    code: str
    """The stable name of the reason."""
    detail: str
    """What is wrong, in the language that was asked for."""


class ToldProblem(BaseModel):
    """What is wrong, as RFC 9457 has it."""

    model_config = ConfigDict(title="Problem", use_attribute_docstrings=True, extra="forbid")
    type: str
    status: int
    """The status of the answer."""
    title: str
    """The kind of problem in a few words."""
    detail: str
    """What is wrong and what to do."""
    code: str
    """The stable name of the reason."""
    instance: str = ""
    """The number of this request, for who asks us about it."""
    errors: list[InputFault] = []
    """All that is wrong in what was sent."""


api = blueprint = APIBlueprint("api", "portal.web.api", url_prefix=ADDRESS)
csrf.exempt(api)  # a program has no session; what it may do says its token


@api.record_once
def answer_as_we_do(state: BlueprintSetupState) -> None:
    """What is wrong with input is said as a problem; answers are made of values, so they are not looked at again."""
    state.app.validation_error_callback = bad_input  # type: ignore[attr-defined]
    state.app.validate_response = False  # type: ignore[attr-defined]


def operation(
    rule: str,
    *,
    answer: type[BaseModel],
    tag: str,
    method: str = "GET",
    scope: TokenScope | None = None,
    status: int = 200,
    computes: bool = False,
) -> Callable[[View], View]:
    """Register an operation with its answer and every problem it may give. With a `scope` it needs a token that has it.

    The name of the view is its operationId; its docstring says what it does. `computes`: a POST that writes nothing. A GET that
    everybody may do gives everybody the same.
    """
    said = {400, 401, 406, 429, 500, 503}
    said |= {403, 404} if scope is not None or "<" in rule else set()
    said |= {409, 413, 415} if method == "POST" else set()
    responses: dict[Any, Any] = {status: answer, **{one: _problem(one) for one in sorted(said)}}
    if method == "GET":
        responses[304] = {"description": "Not Modified"}
    security: list[dict[str, list[Any]]] = [{BEARER: []}] if scope is not None else [{}, {BEARER: []}]

    def register(view: View) -> View:
        view.scope = scope  # type: ignore[attr-defined]
        if computes:
            only_computes(view)
        if scope is None and method == "GET":
            same_for_all(view)
        taking = api.post if method == "POST" else api.get
        taking(
            rule,
            operation_id=to_camel(view.__name__),
            responses=responses,
            tags=[{"name": tag}],
            security=security,
            openapi_extensions=None if scope is None else {"x-scope": str(scope)},
            endpoint=view.__name__,
            strict_slashes=True,
        )(view)
        return view

    return register


def _problem(status: int) -> dict[str, Any]:
    return {
        "description": HTTPStatus(status).phrase,
        "content": {PROBLEM: {"schema": {"$ref": f"{OPENAPI3_REF_PREFIX}/Problem"}}},
    }


@api.before_request
def look_at_request() -> Response | None:
    """Before each operation: the scope of the token, how often, what may come back, and a body that can be read."""
    if request.method == "OPTIONS":
        return None
    view = current_app.view_functions.get(request.endpoint or "")
    wanted, token = getattr(view, "scope", None), this_token()
    if wanted is not None and (token is None or wanted not in token.scopes):
        raise Forbidden
    accepted = request.accept_mimetypes
    if accepted and not (accepted.accept_json or PROBLEM in accepted):
        return problem(406)
    wrong = wrong_body() if request.method == "POST" else None
    if wrong is None:
        _count(getattr(view, "only_computes", False))
        if request.method == "POST" and getattr(view, "takes_file", False):
            look_at_sent()
    return wrong


def _count(computes: bool) -> None:
    """Count what is asked, in a transaction of its own, so that nobody waits for who computes. Raises `TooMany`."""
    token, at, engine = this_token(), now(), counting(current_app.extensions["engine"])
    if token is not None:
        who = f"token {token.token_id}"
        unit_of_work(engine, lambda session: take(session, limit=API_CALLS, who=who, now=at))
    if computes:
        asks = f"token {token.token_id}" if token is not None else current_actor().origin
        unit_of_work(engine, lambda session: take(session, limit=API_MIXES, who=asks, now=at))
        g.computes = (asks, thread_time())


@api.after_request
def count_what_it_took(response: Response) -> Response:
    """What was dear to compute counts as several: it was counted once before it began."""
    asks, begun = g.pop("computes", (None, 0.0))
    more = int((thread_time() - begun) / MIX_SECONDS) if asks is not None else 0
    if more:
        at, engine = now(), counting(current_app.extensions["engine"])
        try:
            unit_of_work(engine, lambda session: charge(session, limit=API_MIXES, who=asks, number=more, now=at))
        except (Busy, StorageFull):
            log.warning("mix_not_charged", times=more)  # the answer is there
    return response


@api.after_request
def let_compare(response: Response) -> Response:
    """An answer to a GET has an ETag: who has it already gets 304."""
    if request.method in READING and response.status_code == HTTPStatus.OK and not response.is_streamed:
        response.add_etag()
        response.make_conditional(request)
    return response


def given_text(text: str) -> Response:
    """A value that is JSON already as the answer."""
    return Response(text, content_type="application/json")


def given(value: BaseModel, *, status: int = 200, location: str | None = None) -> Response:
    """A value as the answer."""
    response = given_text(value.model_dump_json(by_alias=True))
    response.status_code = status
    if location is not None:
        response.location = location
    return response
