"""Error pages. Each error has one page; what one may not see and what does not exist have the same."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import RoutingException

from matching.solver.patience import NobodyWaits
from portal.platform.brake import Held
from portal.platform.errors import BadSettings, Busy, KeyReused, LittleRoom, Refusal, StorageFull
from portal.platform.field_keys import CannotOpenField
from portal.platform.i18n import current_locale
from portal.platform.i18n import gettext as _
from portal.platform.limits.actions import TooMany
from portal.web.edge.again import came_from_here, page_again, page_of_waiting, typed_again
from portal.web.edge.braking import busy_page
from portal.web.edge.ended import WhyOver, why_over
from portal.web.edge.keeping import follows, keep_typed, what_waits
from portal.web.edge.meanwhile import ChangedMeanwhile, Typed, typed_in
from portal.web.edge.policy import SessionOver
from portal.web.edge.programs import is_program, problem
from portal.web.edge.session import this_session
from portal.web.edge.sight import READING

log = structlog.get_logger("portal.web")

WITH_PAGE = frozenset({400, 404, 405, 409, 413, 422, 429, 500, 503})
GIVES_BACK = frozenset({404, 409, 422})
"""Pages that say that it cannot be, with what was typed on them. After the others it can be sent again."""
TRY_AGAIN_SECONDS = "5"
LATER_SECONDS = "60"


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(CSRFError, forged_or_expired)
    app.register_error_handler(SessionOver, session_over)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(Busy, busy)
    app.register_error_handler(LittleRoom, little_room)
    app.register_error_handler(StorageFull, full)
    app.register_error_handler(CannotOpenField, keys_do_not_fit)
    app.register_error_handler(BadSettings, keys_do_not_fit)
    app.register_error_handler(Held, held)
    app.register_error_handler(NobodyWaits, too_busy)
    app.register_error_handler(InternalServerError, failed)


def error_page(
    status: int,
    *,
    message: Any = None,
    reference: str | None = None,
    shown_as: int | str | None = None,
    changed: ChangedMeanwhile | None = None,
) -> Response:
    """The page for `status`; another page's words when it has none of its own, and bare words when even that fails.

    What was typed in a form that was sent from a page of ours stands on it. At the interface it is a problem.
    """
    if is_program():
        return problem(status, detail=message)
    code = shown_as or (status if status in WITH_PAGE else 500 if status >= 500 else 400)
    try:
        told = {"message": message, "reference": reference, "to": changed.to if changed is not None else None}
        sent = code in GIVES_BACK and request.method not in READING and came_from_here()
        typed = _typed(changed) if sent else []
        body = render_template(f"errors/{code}.html", **told, sent=sent, typed=typed)
    except (TemplateError, Busy, LookupError) as error:
        log.error("error_page_failed", status=status, error=type(error).__name__)
        body = _bare(code)
    return make_response(body, status)


def _typed(changed: ChangedMeanwhile | None) -> list[Typed]:
    """What was typed in a form that a page of ours sent; nothing when it cannot be read."""
    try:
        return typed_in(changed.form if changed is not None else None)
    except HTTPException:
        return []


def _bare(code: int | str) -> str:
    title = _("Deze pagina is er niet") if code == 404 else _("Er ging iets mis")
    return f"<!doctype html><html lang=nl><meta charset=utf-8><title>{title}</title><h1>{title}</h1>"


def http_error(error: HTTPException) -> Response | HTTPException:
    """Any HTTP error. 403 is shown as 404: what one may not see does not exist."""
    if error.code is None or error.code < 400 or isinstance(error, RoutingException):
        return error
    hidden = error.code in (401, 403, 410) and not is_program()
    status = 404 if hidden else error.code
    waits = what_waits() if status == 404 and not is_program() else None
    if waits is not None:
        why = why_over()
        if not why.enters:
            return over_page(why)
        this_session().told_over = True
        return make_response(page_of_waiting(why, waits=waits), status)
    response = error_page(status)
    for name in ("Allow", "Retry-After"):
        for key, value in error.get_headers():
            if key == name:
                response.headers[name] = value
    return response


def forged_or_expired(error: CSRFError) -> Response:
    """A form without a right token: usually a page that was open for too long."""
    why = why_over()
    if not why.enters:
        return over_page(why)
    return given_back(why.message, title=why.title) or error_page(400, message=why.message)


def over_page(why: WhyOver) -> Response:
    """The page for who cannot enter again: why, and what was typed in a form that was sent, to be copied. It is not kept."""
    this_session().told_over = True
    sent = request.method not in READING and came_from_here()
    body = render_template("errors/over.html", why=why, sent=sent, typed=_typed(None) if sent else [])
    return make_response(body, 404)


def given_back(message: Any, *, title: Any, status: int = 400) -> Response | None:
    """The page that gives back what was typed, when something was; it is kept besides.

    A browser goes to the page of the form: who may see that finds it filled in, who has to enter first is told so there.
    """
    typed = typed_again()
    if typed is None:
        return None
    kept = keep_typed(typed)
    this_session().told_over = True
    if kept and follows() and status == 400:
        return make_response(redirect(typed.page, code=303))
    return make_response(page_again(typed, message, title, kept=kept), status)


def session_over(_error: SessionOver) -> Response:
    """A form of somebody whose session is over: it is not taken in, and what was typed is given back."""
    why = why_over()
    return over_page(why) if not why.enters else given_back(why.message, title=why.title) or error_page(404)


def refused(refusal: Refusal) -> Response:
    """A refusal that no form showed."""
    if isinstance(refusal, KeyReused):
        message: Any = _("U hebt deze pagina al eerder verstuurd, met andere antwoorden.")
    else:
        message = str(refusal.message)
    response = _problem_of(refusal, message) if is_program() else _refused_page(refusal, message)
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.seconds)
    return response


def _refused_page(refusal: Refusal, message: Any) -> Response:
    changed = refusal if isinstance(refusal, ChangedMeanwhile) else None
    return error_page(refusal.status, message=message, changed=changed)


def _problem_of(refusal: Refusal, message: str) -> Response:
    """A refusal as a program gets it: 400 for what it filled in wrong, 409 for what cannot be now."""
    status = refusal.status if refusal.status != 422 else 400 if refusal.field is not None else 409
    return problem(status, code=refusal.code, detail=message)


def busy(error: Busy) -> Response:
    """The database is busy or away: nothing was written, and it will pass."""
    log.warning("busy", error=type(error).__name__, path=request.url_rule.rule if request.url_rule else None)
    response = error_page(503)
    response.headers["Retry-After"] = TRY_AGAIN_SECONDS
    return response


def held(error: Held) -> Response:
    """The brake holds: nothing is computed now, and nothing is lost. The page looks again by itself; a form is given back."""
    if error.used_up:
        response = error_page(429)
        response.headers["Retry-After"] = LATER_SECONDS
        return response
    if request.method in READING or is_program():
        return too_busy()
    message = _("Het is nu druk. Probeer het over een minuut opnieuw.")
    response = given_back(message, title=_("Het is nu druk"), status=503) or too_busy()
    response.headers["Retry-After"] = LATER_SECONDS
    return response


def too_busy(_error: Exception | None = None) -> Response:
    """It is busy now: a page that tries again by itself."""
    if is_program():
        return problem(503, headers={"Retry-After": TRY_AGAIN_SECONDS})
    return busy_page(current_app, current_locale())


def full(error: StorageFull) -> Response:
    """There is no room left: nothing was written."""
    log.error("storage_full")
    response = error_page(507, shown_as=503)
    response.headers["Retry-After"] = "60"
    return response


def keys_do_not_fit(error: CannotOpenField | BadSettings) -> Response:
    """The keys of this desk do not open what is stored: nothing was written. The page says what the administrator does."""
    log.error("keys_do_not_fit", reason=str(error))
    response = error_page(503, shown_as="keys")
    response.headers["Retry-After"] = LATER_SECONDS
    return response


def little_room(_error: LittleRoom) -> Response:
    """The disk is nearly full: what is there can be read, this form is given back, and later it is taken in."""
    log.error("little_room")
    title = _("Het loket bewaart nu even niets")
    message = _(
        "Er is bijna geen ruimte meer om iets te bewaren. Lezen kan wel. Probeer het over een paar minuten opnieuw."
    )
    response = given_back(message, title=title, status=507) or error_page(507, shown_as=503)
    response.headers["Retry-After"] = LATER_SECONDS
    return response


def failed(error: InternalServerError) -> Response:
    """A fault of ours; the number on the page is the one in the logs."""
    cause = error.original_exception
    log.error("failed", error=type(cause).__name__ if cause else "InternalServerError", exc_info=cause)
    return error_page(500, reference=g.get("request_id"))
