"""What every request passes before its view: readable input, a language, a known actor, and the policy."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, abort, current_app, g, request, url_for
from werkzeug.exceptions import Unauthorized

from portal.people.actor import Audience
from portal.platform.clock import now, today
from portal.platform.config import is_loopback
from portal.platform.i18n import (
    DEFAULT_LOCALE,
    FILTERS,
    LOCALES,
    current_locale,
    gettext,
    ngettext,
    set_locale,
    supported_locale,
)
from portal.post.files.harmless import MOST_BYTES
from portal.post.files.prepared import forget_seen, look_first
from portal.post.files.scanning import scanner_at
from portal.web.edge.desk import desk
from portal.web.edge.edge import form_tokens
from portal.web.edge.keeping import answer_kept
from portal.web.edge.listing import asked_along
from portal.web.edge.policy import admits, current_actor, guard
from portal.web.edge.programs import is_program, language_of_program, mark_version, recognised_program, this_token
from portal.web.edge.session import LANGUAGE_COOKIE, session_ends_at, this_session
from portal.web.edge.sight import READING, seen_otherwise
from portal.web.edge.whole_desk import require_whole_desk

A_YEAR = 365 * 24 * 3600
MAXIMUM_BYTES = 1_000_000
MAXIMUM_BYTES_WITH_FILE = 14_000_000
MAXIMUM_FIELDS = 500
MOST_FILES = 5
MAXIMUM_FIELDS_OF_LARGE_FORM = 4000
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_OF_A_PROXY = ("X-Forwarded-", "Forwarded", "Via", "X-Real-Ip")
_NOT_FROM_ELSEWHERE = "Dit is een proefomgeving: zij is alleen te openen op de computer waarop zij draait.\n"
_REQUEST_ID = re.compile(r"[0-9a-f]{16,32}")
_FIELD_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,100}")
_FIELD_NAME_OF_LARGE_FORM = re.compile(r"[A-Za-z0-9_.\-]{1,300}")

View = TypeVar("View", bound=Callable[..., Any])


def install(app: Flask) -> None:
    """Register the guards, the Jinja filters and globals, and the limits of a request."""
    app.config.update(
        MAX_CONTENT_LENGTH=MAXIMUM_BYTES, MAX_FORM_MEMORY_SIZE=MAXIMUM_BYTES, MAX_FORM_PARTS=MAXIMUM_FIELDS + 10
    )
    for hook in (
        refuse_elsewhere,
        number_request,
        choose_language,
        refuse_unreadable,
        recognise_actor,
        answer_kept,
        admit,
        allow_file,
        refuse_cross_site,
        refuse_odd_form,
        look_at_files,
    ):
        app.before_request(hook)
    app.after_request(remember_language)
    app.after_request(mark_version)
    app.teardown_request(forget_request)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True  # as in babel.cfg: a sentence over several lines is one sentence
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(
        current_actor=current_actor,
        current_locale=current_locale,
        desk=desk,
        form_tokens=form_tokens,
        seen_otherwise=seen_otherwise,
        language_url=language_url,
        locales=LOCALES,
        session_end=session_end,
        settings=app.extensions["settings"],
        today=today,
    )


def refuse_elsewhere() -> Response | None:
    """The demonstration lets everybody in as anybody: what comes from another machine, or by way of a proxy, is refused.

    A proxy that says nothing of itself is known by the address that the browser itself tells.
    """
    if not current_app.extensions["settings"].is_demo:
        return None
    told = [f"//{request.host}", request.headers.get("Origin", "null")]
    hosts = [_host_in(text) for text in told if text != "null"] + [request.remote_addr or "localhost"]
    if all(map(is_loopback, hosts)) and not any(name.startswith(_OF_A_PROXY) for name, _ in request.headers):
        return None
    return Response(_NOT_FROM_ELSEWHERE, 421, content_type="text/plain; charset=utf-8")


def _host_in(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def number_request() -> None:
    """Give the request a number, for the logs and for a person who calls about an error: that of the web server before it."""
    given = request.headers.get("X-Request-Id", "") if current_app.extensions["settings"].proxy_hops else ""
    g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    trace = {"trace_id": g.trace_id} if "trace_id" in g else {}
    structlog.contextvars.bind_contextvars(
        request_id=g.request_id, endpoint=request.endpoint, method=request.method, **trace
    )


def choose_language() -> None:
    """The language asked for in the address, else the one chosen before, else Dutch; of a program that of Accept-Language."""
    if is_program():
        set_locale(language_of_program())
        return
    asked = supported_locale(request.args.get(LANGUAGE_COOKIE))
    set_locale(asked or supported_locale(request.cookies.get(LANGUAGE_COOKIE)) or DEFAULT_LOCALE)
    g.new_language = asked


def remember_language(response: Response) -> Response:
    """Keep a language that was asked for, in a cookie that does nothing else."""
    asked = g.get("new_language")
    if asked is not None:
        secure = bool(current_app.extensions["settings"].secure_cookies)
        response.set_cookie(LANGUAGE_COOKIE, asked, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


def forget_request(_error: BaseException | None) -> None:
    """Leave nothing of this request behind: no language in the thread, no file that was sent open on the disk."""
    request.close()
    forget_seen()
    set_locale(DEFAULT_LOCALE)
    structlog.contextvars.clear_contextvars()


def refuse_unreadable() -> None:
    """Control characters and the like in the address are nobody's honest input: 400."""
    parts = [request.path]
    for name, values in request.args.lists():
        parts += [name, *values]
    if any(_UNREADABLE.search(part) for part in parts):
        abort(400)


def recognise_actor() -> None:
    """Who is asking, with the role they have now."""
    if is_program():
        g.actor = recognised_program().at(origin())
        return
    session = this_session()
    if session.trouble is not None:
        raise session.trouble
    g.actor = session.actor.at(origin())


def admit() -> None:
    """Let in whom the policy admits. A program without a token is told that one is needed; a browser may ask what it may send."""
    if is_program():
        if request.method == "OPTIONS":
            return
        if request.endpoint and this_token() is None and not admits(request.endpoint, Audience.ANYONE):
            raise Unauthorized
    guard()
    require_whole_desk()


def origin() -> str:
    """Where the request comes from, as a keyed hash: enough to see that two came from one place, not from where."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, place_of(request.remote_addr or "").encode(), hashlib.sha256).hexdigest()[:32]


def place_of(address: str) -> str:
    """An address as a place that somebody has: of IPv6 the network of 64 bits, in which one connection has every address."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return address
    return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False))


def allow_file() -> None:
    """A page on which a file is handed in may be sent more than others. What is too large for a file is refused there."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_file", False):
        request.max_content_length = MAXIMUM_BYTES_WITH_FILE


def refuse_cross_site() -> None:
    """A form of another site may not post here; browsers say so themselves."""
    if is_program():  # no cookie comes along that another site could use
        return
    if request.method not in READING and request.headers.get("Sec-Fetch-Site", "same-origin") not in (
        "same-origin",
        "none",
    ):
        abort(400)


def refuse_odd_form() -> None:
    """More fields than any form has, or names that no form of ours uses."""
    if request.method in READING or is_program():
        return
    large = getattr(current_app.view_functions.get(request.endpoint or ""), "large_form", False)
    most = MAXIMUM_FIELDS_OF_LARGE_FORM if large else MAXIMUM_FIELDS
    if sum(len(values) for _name, values in request.form.lists()) > most:
        abort(413)
    shape = _FIELD_NAME_OF_LARGE_FORM if large else _FIELD_NAME
    if any(not shape.fullmatch(name) for name in (*request.form, *request.files)):
        abort(400)


def look_at_files() -> None:
    """Open what was sent in a process apart, and let the scanner look, before anything is locked."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or not getattr(view, "takes_file", False):
        return
    scanner = scanner_at(current_app.extensions["settings"].clamd)
    for sent in list(request.files.values())[:MOST_FILES]:
        if sent.filename:
            sent.stream.seek(0)
            look_first(sent.stream.read(MOST_BYTES + 1), name=sent.filename, scanner=scanner)
            sent.stream.seek(0)


def large_form(view: View) -> View:
    """Mark a view whose form is generated from a document: many fields, with the path of their place as name."""
    view.large_form = True  # type: ignore[attr-defined]
    return view


@dataclass(frozen=True)
class SessionEnd:
    """When this page is closed when nothing is done, and how many seconds that is from now."""

    at: datetime
    seconds: int


def session_end() -> SessionEnd | None:
    """When the session of this page ends; None when nobody in particular is in."""
    at = session_ends_at()
    return None if at is None else SessionEnd(at, max(0, int((at - now()).total_seconds())))


def language_url(locale: str) -> str:
    """This page in another language."""
    if request.url_rule is None or "GET" not in (request.url_rule.methods or ()) or request.endpoint is None:
        return f"{request.path if request.url_rule else '/'}?{LANGUAGE_COOKIE}={locale}"
    args: dict[str, Any] = {**asked_along(), **(request.view_args or {}), LANGUAGE_COOKIE: locale}
    return url_for(request.endpoint, **args)
