"""Programs at the interface (`/api/`): no cookie, no form token; who a program is says its token, and what is wrong is a problem.

A problem is an answer as RFC 9457 has it, in the language that was asked for. Every answer says the version of the interface.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from portal.cases.teams.queries import within_teams
from portal.framework.tokens.actions import note_use
from portal.framework.tokens.queries import TokenHolder, token_holder
from portal.people.actor import Actor
from portal.platform.clock import now
from portal.platform.database import unit_of_work
from portal.platform.i18n import DEFAULT_LOCALE, LOCALES, LazyString
from portal.platform.i18n import lazy_gettext as _l

PREFIX = "/api/"
VERSION = "1.0.0"
PROBLEM = "application/problem+json"
MOST_ERRORS = 100
ASKED_ALONG = "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-None-Match"

TITLES: dict[int, LazyString] = {
    400: _l("De invoer klopt niet"),
    401: _l("Er is een geldige sleutel nodig"),
    403: _l("Deze sleutel is hier niet voor"),
    404: _l("Dit is er niet"),
    405: _l("Dit kan hier niet"),
    406: _l("Zo kunnen wij niet antwoorden"),
    409: _l("Dit is intussen veranderd"),
    413: _l("Dit is te groot"),
    415: _l("Deze vorm kunnen wij niet lezen"),
    421: _l("Dit adres is hier niet"),
    429: _l("Dit is te vaak"),
    500: _l("Er ging iets mis"),
    503: _l("Het is nu druk"),
    507: _l("Er is geen ruimte meer"),
}
DETAILS: dict[int, LazyString] = {
    401: _l("Stuur de sleutel mee als Authorization: Bearer. Hij moet bekend zijn en nog geldig."),
    403: _l("Vraag de beheerder van het loket om een sleutel die dit wel mag."),
    404: _l("Er is niets op dit adres, of het is niet van u."),
    405: _l("Kijk in openapi.json wat hier kan."),
    406: _l("Vraag om application/json."),
    413: _l("Stuur minder tegelijk."),
    415: _l("Stuur application/json."),
    429: _l("Wacht zo lang als Retry-After zegt."),
    500: _l("Het ligt niet aan u. Probeer het later opnieuw."),
    503: _l("Er is niets gedaan. Wacht zo lang als Retry-After zegt."),
    507: _l("Er is niets gedaan. Probeer het later opnieuw."),
}


@dataclass(frozen=True)
class InputError:
    """One thing that is wrong in what was sent: where (a JSON pointer, or the name of a parameter), a code and a sentence."""

    place: str
    pointer: str
    code: str
    detail: str

    def as_dict(self) -> dict[str, str]:
        """As it stands in a problem."""
        return {"in": self.place, "pointer": self.pointer, "code": self.code, "detail": self.detail}


def is_program() -> bool:
    """Whether this request is at the interface."""
    return request.path.startswith(PREFIX)


def problem(
    status: int,
    *,
    code: str | None = None,
    detail: Any = None,
    errors: Sequence[InputError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer that something is wrong. All that is wrong with the input stands in it, up to a hundred."""
    known = TITLES.get(status, TITLES[500 if status >= 500 else 400])
    body: dict[str, Any] = {
        "type": "about:blank",
        "status": status,
        "title": str(known),
        "detail": str(detail or DETAILS.get(status) or known),
        "code": code or HTTPStatus(status).phrase.lower().replace(" ", "_"),
    }
    if errors:
        body["errors"] = [one.as_dict() for one in errors[:MOST_ERRORS]]
    if g.get("request_id"):
        body["instance"] = f"urn:request:{g.request_id}"
    response = Response(json.dumps(body, ensure_ascii=False), status, content_type=PROBLEM)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def language_of_program() -> str:
    """The language that fits best with Accept-Language; Dutch without it."""
    return request.accept_languages.best_match(LOCALES, default=DEFAULT_LOCALE) or DEFAULT_LOCALE


def recognised_program() -> Actor:
    """Who the program is that asks, with the role of now; nobody without a token. Raises 401 for one that is not good."""
    g.token = None
    sent = request.authorization
    if "Authorization" not in request.headers:
        return Actor.anonymous()
    token = sent.token if sent is not None and sent.type == "bearer" else None
    engine, at = current_app.extensions["engine"], now()
    known = None if token is None else unit_of_work(engine, lambda db: _holder(db, token, at), read_only=True)
    if known is None:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
    if known.first_today:
        unit_of_work(engine, lambda session: note_use(session, token_id=known.token_id, now=at))
    g.token = known
    return known.actor


def _holder(session: Session, token: str, at: datetime) -> TokenHolder | None:
    known = token_holder(session, token=token, now=at)
    return None if known is None else replace(known, actor=within_teams(session, known.actor))


def this_token() -> TokenHolder | None:
    """The token of this request."""
    held: TokenHolder | None = g.get("token")
    return held


def mark_version(response: Response) -> Response:
    """After every request at the interface: the version, any site may read it, and no other answer for another language."""
    if is_program():
        response.headers["API-Version"] = VERSION
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "API-Version, ETag, Link, Location, Retry-After"
        response.vary.update(("Accept-Language", "Authorization"))
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET")
            response.headers["Access-Control-Allow-Headers"] = ASKED_ALONG
        if response.status_code < 400:
            response.headers.setdefault("Content-Language", language_of_program())
    return response
