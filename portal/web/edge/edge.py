"""The edge: each request runs in one unit of work, is done once however often it is sent, and is committed before the answer.

GET and HEAD read one snapshot; other methods take the writer's lock. The view runs inside the unit and may run again on a lock
error. An answer of 400 or more is rolled back. A POST that did something answers with a redirect.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Callable, KeysView, MutableMapping
from typing import Any, NamedTuple, TypeVar

from flask import Flask, Response, abort, current_app, g, jsonify, make_response, redirect, render_template, request
from flask.templating import Environment
from markupsafe import Markup
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from portal.people.audit.actions import record_viewings
from portal.platform.clock import now
from portal.platform.database import current_session, unit_of_work
from portal.platform.errors import LittleRoom, Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.idempotency import FirstCall, Replay, claim_idempotency, fingerprint, new_token, remember
from portal.platform.room import is_tight
from portal.web.edge.addressing import as_typed, complete_address
from portal.web.edge.braking import braked, refused_at_once
from portal.web.edge.keeping import filled_in
from portal.web.edge.leaving import with_ways_out
from portal.web.edge.meanwhile import with_what_was_typed
from portal.web.edge.page_owner import csrf_value
from portal.web.edge.policy import current_actor
from portal.web.edge.programs import is_program
from portal.web.edge.refusing import log_refusal, note_refusal
from portal.web.edge.session import adopt_entered, enter_again, store_session, this_session
from portal.web.edge.sight import READING, sight_field
from portal.web.edge.summary import in_order_of_fields
from portal.web.edge.unchanged import is_same_for_all, known_or

TOKEN_FIELD = "submission_token"  # noqa: S105
CSRF_FIELD = "csrf_token"
WITHOUT_RECORDS = frozenset(
    {
        "static",
        "theme",
        "htmx",
        "access.healthz",
        "access.readyz",
        "access.metrics",
        "access.begin_at_service",
        "access.back_from_service",
        "access.leave_service",
        "resident.home",
        "advisor.trade_register",
    }
)
"""Pages without a unit of work around them: they need none, or they open short ones of their own when they must."""
ASKED_BY_HEAD = "desk.asked_by_head"
"""Stands in the environment of a request of which only the headers are wanted."""
WITHOUT_ROOM = frozenset({"access", "admin"})
"""What is done although the disk is nearly full: coming in and going out, and what the administrator does about it."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")

Found = TypeVar("Found")
View = TypeVar("View", bound=Callable[..., Any])


class Globals(ChainMap[str, Any]):
    """The globals of a template. Their names are compared at every import of every page: as those of one dict that is quick."""

    def keys(self) -> KeysView[str]:
        return {**self.maps[1], **self.maps[0]}.keys()


class Templates(Environment):
    """Flask's environment of templates, with globals that are quick to compare."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return Globals({} if d is None else d, self.globals)


class LateRule(Rule):
    """A route of which the code that writes its addresses is made when one is first written, not at the start of the desk."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        make = super()._compile_builder
        made: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(make(append_unknown))
            return made[0](rule, **values)

        return build


class DeskApp(Flask):
    """The Flask application, with every view run by the edge."""

    jinja_environment = Templates
    url_rule_class = LateRule

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        """Serve one request. HEAD is GET without what it shows, so that no view has to know of it."""
        if environ.get("REQUEST_METHOD") == "HEAD":
            shown = self.wsgi_app({**environ, "REQUEST_METHOD": "GET", ASKED_BY_HEAD: True}, start_response)
            getattr(shown, "close", lambda: None)()
            return []
        refused = refused_at_once(self, environ)
        return super().wsgi_app(environ, start_response) if refused is None else refused(environ, start_response)

    def dispatch_request(self) -> Any:
        if request.routing_exception is not None or request.endpoint in WITHOUT_RECORDS or request.method == "OPTIONS":
            return super().dispatch_request()
        view = super().dispatch_request
        if is_same_for_all():
            return known_or(lambda: braked(lambda: run_view(view)))
        return braked(lambda: run_view(view))

    def log_exception(self, exc_info: Any) -> None:
        """Leave it to the page for a fault (`errors.failed`): Flask's line would hold the address, tokens and all."""


def repeatable(view: View) -> View:
    """Mark a view that may do its work twice without harm, such as saving a draft answer: no submission token is looked at."""
    view.repeatable = True  # type: ignore[attr-defined]
    return view


def found(thing: Found | None) -> Found:
    """`thing`, or a 404 when there is none (or it may not be seen)."""
    if thing is None:
        abort(404)
    return thing


def page(template: str, *, form: Any = None, status: int | None = None, **context: Any) -> Response:
    """Render a template. A posted form with errors is 422 (or 429, sent too often; 409, changed meanwhile), so that nothing of
    the request is kept. What was typed in it is on the page, in its fields or beside them."""
    too_many = getattr(form, "refused_for_now", None)
    refused = request.method not in READING and form is not None and bool(form.errors)
    if status is None:
        status = 200 if not refused else 409 if getattr(form, "changed_meanwhile", False) else 422
    if form is not None:
        context["form"] = form
    html = with_ways_out(render_template(template, **context))
    if status >= 400:
        html = in_order_of_fields(with_what_was_typed(html, form) if refused else html)
    response = make_response(html, status if too_many is None else too_many.status)
    if too_many is not None:
        response.headers["Retry-After"] = str(too_many.seconds)
    return response


def form_tokens() -> Markup:
    """The hidden fields of every POST form: the CSRF token, a token that makes sending it twice harmless, and what was seen."""
    from flask_wtf.csrf import generate_csrf

    session = this_session()
    if CSRF_FIELD not in session:
        session[CSRF_FIELD] = csrf_value(current_actor())
    tokens = Markup('<input type="hidden" name="{}" value="{}"><input type="hidden" name="{}" value="{}">').format(
        CSRF_FIELD, generate_csrf(), TOKEN_FIELD, new_token()
    )
    return tokens + sight_field()


def only_computes(view: View) -> View:
    """Mark a view for programs that writes nothing, although it is a POST: what it needs is too much for an address."""
    view.only_computes = True  # type: ignore[attr-defined]
    return view


def keyed_by(own: Callable[[Any], OwnKey | None]) -> Callable[[View], View]:
    """Mark an act of programs that send no key of their own: the body says which act it is. None: nothing in it does."""

    def mark(view: View) -> View:
        view.own_key = own  # type: ignore[attr-defined]
        return view

    return mark


def run_view(view: Callable[[], Any]) -> Response:
    """Run the view of this request in one unit of work, then write what the request leaves behind."""
    engine: Engine = current_app.extensions["engine"]
    computes = getattr(current_app.view_functions.get(request.endpoint or ""), "only_computes", False)
    reading = request.method in READING or (computes and is_program())
    if not reading:
        require_room()
        complete_address()

    def work(session: Session) -> Response:
        g.entered = None
        g.viewings = {}
        g.refused = None
        g.not_done = False
        return make_response(view()) if reading else _once(session, view)

    def keep(response: Response) -> bool:
        return response.status_code < 400 and (reading or is_program() or response.status_code >= 300)

    try:
        response = unit_of_work(engine, work, read_only=reading, keep=keep)
        if reading:
            response = filled_in(response, lambda: unit_of_work(engine, work, read_only=True, keep=keep))
    except Refusal as refusal:
        note_refusal(refusal)
        raise
    finally:
        log_refusal()
    if keep(response):
        adopt_entered()
    viewings = list(g.pop("viewings", {}).values())
    if viewings:
        unit_of_work(engine, lambda session: record_viewings(session, viewings=viewings, now=now()))
    store_session()
    return response


def require_room() -> None:
    """While the disk is nearly full the desk is read and not written: nothing is begun that could not be ended.

    Raises `LittleRoom`. It is looked at for every form, so with room again it is over at once.
    """
    settings = current_app.extensions["settings"]
    if request.blueprint not in WITHOUT_ROOM and is_tight(settings.state_dir, settings.minimum_free_mb):
        raise LittleRoom("the disk is nearly full")


def _once(session: Session, view: Callable[[], Any]) -> Response:
    """Run a view that writes; an act with a token that was used before gets the first answer again."""
    wrote: list[bool] = []
    event.listen(session, "after_flush", lambda *_: wrote.append(True))
    try:
        g.claim = _claim_of_program(session) if is_program() else _claim(session)
        g.wrote, g.wrote_before = wrote, len(wrote)
        response = make_response(view())
    except DoneBefore as done:
        return _replayed(done.answer)
    claim: FirstCall | None = g.claim
    status = response.status_code
    if is_program() and claim is not None and status < 400:
        remember(session, claim, status=status, location=response.location, body=response.get_json())
        return response
    if 200 <= status < 300 and len(wrote) > g.wrote_before:
        raise RuntimeError(f"{request.endpoint}: a POST that changes something must answer with a redirect")
    if claim is not None and 300 <= status < 400:
        body = {"entered": _hash_of_entered()} if g.get("entered") else None
        remember(session, claim, status=status, location=response.location, body=body)
    return response


class OwnKey(NamedTuple):
    """What a body says: which act it is (16 to 64 letters or digits), and what makes it the same act when sent again."""

    key: str
    same: str


class DoneBefore(Exception):
    """This form was sent and carried out before; holds the answer it got."""

    def __init__(self, answer: Replay) -> None:
        super().__init__()
        self.answer = answer


def start_over() -> None:
    """Undo what this request did so far and go on in a new transaction, still once per submission token.

    For a view whose act found out halfway that it cannot be done and that now does something else instead. Records that were
    loaded before are read again when they are used. What was typed was not done: it stays in its form.
    """
    session = current_session()
    session.rollback()
    g.entered = None
    g.not_done = True
    g.claim = _claim(session)
    g.wrote_before = len(g.wrote)


def _claim(session: Session) -> FirstCall | None:
    view = current_app.view_functions[request.endpoint or ""]
    if getattr(view, "repeatable", False):
        return None
    token = request.form.get(TOKEN_FIELD, "")
    if not _TOKEN.fullmatch(token):
        abort(400)
    actor = current_actor()
    who = actor.reference if actor.account_id is not None else f"session:{this_session().hashed}"
    claim = claim_idempotency(
        session, actor_key=who[:80], route=request.endpoint or "", key=token, fingerprint=_sent(), now=now()
    )
    if isinstance(claim, Replay):
        raise DoneBefore(claim)
    return claim


def _claim_of_program(session: Session) -> FirstCall:
    """Every act of a program carries a key of its own: sent again it gets the first answer again, and nothing is done twice."""
    own = getattr(current_app.view_functions[request.endpoint or ""], "own_key", None)
    told: OwnKey | None = None if own is None else own(request.get_json(silent=True))
    key = request.headers.get("Idempotency-Key", "") if told is None else told.key
    if not _TOKEN.fullmatch(key):
        message = _l(
            "Stuur een Idempotency-Key mee: 16 tot 64 letters, cijfers, - of _, voor elke handeling een andere."
        )
        raise Refusal("idempotency_key", message, field="Idempotency-Key")
    body = request.get_data(cache=True) if told is None else told.same
    sent = fingerprint(request.method, request.full_path, body)
    who, route = current_actor().reference[:80], request.endpoint or ""
    claim = claim_idempotency(session, actor_key=who, route=route, key=key, fingerprint=sent, now=now())
    if isinstance(claim, Replay):
        raise DoneBefore(claim)
    return claim


def _sent() -> str:
    """A fingerprint of what was sent and to which address, without the tokens."""
    parts = [request.method, request.full_path]
    for name, values in sorted(as_typed().lists()):
        if name not in (TOKEN_FIELD, CSRF_FIELD):
            parts += [name, str(len(values)), *values]
    for name, file in sorted(request.files.items(multi=True), key=lambda item: item[0]):
        parts += [name, file.filename or "", fingerprint(file.stream.read())]
        file.stream.seek(0)
    return fingerprint(*(part.encode("utf-8", "surrogatepass") for part in parts))


def _hash_of_entered() -> str:
    from portal.people.accounts.queries import secret_hash

    return secret_hash(g.entered)


def _replayed(answer: Replay) -> Response:
    if is_program():
        response = jsonify(answer.body)
        response.status_code = answer.status or 200
        if answer.location:
            response.location = answer.location
        response.headers["Idempotent-Replayed"] = "true"
        return response
    if answer.body and isinstance(answer.body.get("entered"), str):
        enter_again(answer.body["entered"])
    response = make_response(redirect(answer.location or "/", code=answer.status or 303))
    response.headers["Idempotent-Replayed"] = "true"
    return response
