"""Nothing that was typed is lost: one way for every form of every audience, at the edge.

A form that is not accepted, for whatever reason, is kept sealed for the browser it came from (`portal.platform.sealed_forms`),
with for whom its page was made. Its page then shows it filled in: after entering again, in another language, after going back.
Only who the page was made for gets it back. A browser that follows what it posts is sent on to the page itself, so that going
back or loading it again asks nothing and sends nothing twice.

A form may be left as well: `later` in it has an address to go to, with what is right saved and what is not kept; `leave` has one
too, and only keeps; `act` = `keep` only keeps and stays, and `forget` throws away what was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Response, current_app, flash, g, make_response, redirect, render_template, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from portal.cases.questions.queries import draft_by_id
from portal.people.accounts.queries import draft_of_ended_session, who_of_ended_session
from portal.people.actor import Actor, Audience
from portal.platform.clock import now
from portal.platform.database import current_session, unit_of_work
from portal.platform.errors import Busy, StorageFull
from portal.platform.i18n import gettext as _
from portal.platform.sealed_forms import (
    BrowserSeal,
    OpenedForm,
    SealedKind,
    ToSeal,
    all_waiting,
    forget_sent,
    forget_shown,
    keep_sealed,
    new_browser,
    sealed_at,
    sealed_waiting,
)
from portal.web.edge.again import TypedAgain, Waits, came_from_here, here, page_of_form, place_here, typed_again
from portal.web.edge.leaving import LEAVE
from portal.web.edge.meanwhile import MAIN
from portal.web.edge.page_owner import made_for, whose
from portal.web.edge.policy import admits, current_actor
from portal.web.edge.refilling import FilledAgain, fill_again
from portal.web.edge.session import NOBODYS, this_session
from portal.web.edge.sight import READING, SEEN_FIELD

A_DAY = 24 * 3600
LONGEST_ADDRESS = 500
MOST_TRIES = 5
"""So often somebody may guess what only who filled in a draft knows of it."""
NOT_ACCEPTED = frozenset({409, 422, 429, 500, 503, 507})
"""Answers after which what was typed is kept."""
SHOWN_AFTER = frozenset({200, 409, 422, 429})
"""Answers that a browser sees at the address of the form, after a redirect."""
LATER, KEEP, FORGET = "later", "keep", "forget"


Done = TypeVar("Done")


def install(app: Flask) -> None:
    """Keep what is not accepted, and answer who only keeps or throws away. Call after the CSRF check was installed."""
    app.before_request(only_keep)
    app.after_request(after_form)


# The browser -------------------------------------------------------------------------------------------------------------


def cookie_name() -> str:
    """The cookie that holds the secret of the browser."""
    return "__Host-ingevuld" if current_app.extensions["settings"].secure_cookies else "ingevuld"


def seal_of_browser(*, make: bool = False) -> BrowserSeal | None:
    """What seals for this browser; None when it has nothing, unless one is to be made."""
    secret = g.get("new_browser") or request.cookies.get(cookie_name(), "")
    if not secret and make:
        secret = g.new_browser = new_browser()
    return BrowserSeal(str(current_app.secret_key), secret) if secret else None


# A page that is opened ---------------------------------------------------------------------------------------------------


def answer_kept() -> Response | None:
    """Before a page: show what was kept for it once, or have its form filled in. Costs nothing when nothing was kept."""
    seal = seal_of_browser()
    if request.method not in READING or seal is None or request.path.startswith(NOBODYS):
        return None
    path, at, mine = request.path, now(), whose(current_actor())
    kept = unit_of_work(
        current_app.extensions["engine"], lambda s: sealed_at(s, seal=seal, path=path, now=at), read_only=True
    )
    for one in kept:
        if one.kind is SealedKind.SHOWN and one.whose == mine:
            _try(lambda session: forget_shown(session, seal=seal, path=path))
            return make_response(str(one.content["html"]))
    forms = [one for one in kept if one.kind is not SealedKind.SHOWN]
    typed = [(one.whose, TypedAgain.from_kept(one.content)) for one in forms]
    on_this_page = [(owner, one) for owner, one in typed if _bare(one.page) == path]
    before = next((one for owner, one in on_this_page if owner == mine and not one.is_place), None)
    g.typed_before, g.somebody_elses = before, [one for owner, one in on_this_page if owner != mine]
    g.draft_waits = any(one.content.get("draft") for one in forms)
    g.seen_before = None if before is None else dict(before.fields).get(SEEN_FIELD)
    if typed and isinstance(request.routing_exception, MethodNotAllowed):
        return make_response(redirect(typed[0][1].page, code=303))
    return None


def filled_in(response: Response, again: Callable[[], Response]) -> Response:
    """The page with its form filled in. A form that has not all its fields yet is made `again` with what was typed in it."""
    typed: TypedAgain | None = g.get("typed_before")
    if typed is None or response.status_code != 200 or response.mimetype != "text/html" or response.is_streamed:
        return response
    filled = _filled(response, typed)
    if filled.missing:
        g.typed_in_form = MultiDict(typed.fields)
        try:
            better = _filled(again(), typed)
        except HTTPException:
            better = filled
        filled = min(filled, better, key=lambda one: len(one.missing))
    told = render_template("components/filled_in.html", typed=typed, missing=filled.missing)
    response.set_data(filled.html.replace(MAIN, MAIN + told, 1))
    return response


def _filled(response: Response, typed: TypedAgain) -> FilledAgain:
    fields = [(name, value) for name, value in typed.fields if name != SEEN_FIELD]
    return fill_again(response.get_data(as_text=True), page=typed.page, action=typed.action, fields=fields)


def typed_field(name: str) -> str | None:
    """What this person sent before in a field of this page, when it was kept; for a page that shows what was sent."""
    typed: TypedAgain | None = g.get("typed_before")
    return None if typed is None else dict(typed.fields).get(name)


def go_on(actor: Actor) -> str | None:
    """Where somebody who just entered goes on: the page of the form that waits for them in this browser."""
    seal, owner = seal_of_browser(), whose(actor)
    if seal is None:
        return None
    session, at = current_session(), now()
    waiting = sealed_waiting(session, seal=seal, whose=owner, now=at)
    if waiting is None:
        return None
    typed = TypedAgain.from_kept(waiting.content)
    if typed.is_place:
        forget_sent(session, seal=seal, path=_bare(typed.action), whose=owner)
        return typed.page
    kept = ToSeal(SealedKind.TYPED, typed.page, typed.action, owner, typed.as_kept())
    keep_sealed(session, seal=seal, what=kept, now=at)
    return typed.page


@dataclass(frozen=True)
class WaitingDraft:
    """A form of a draft that waits in this browser, of somebody who may have no link to it."""

    kept: OpenedForm
    question_id: int


def waiting_draft() -> WaitingDraft | None:
    """The draft with which somebody can go on here by something that only they know; None when there is none."""
    seal = seal_of_browser()
    waiting = [] if seal is None else all_waiting(current_session(), seal=seal, now=now())
    drafts = [(one, one.content.get("draft")) for one in waiting]
    tried = {number: max(_tries(one) for one, other in drafts if other == number) for _, number in drafts}
    open_ones = ((one, number) for one, number in drafts if tried[number] < MOST_TRIES)
    return next((WaitingDraft(one, number) for one, number in open_ones if isinstance(number, int)), None)


def _tries(one: OpenedForm) -> int:
    return int(one.content.get("tries") or 0)


def what_waits() -> Waits | None:
    """What waits here for who opens a page that they may not see, in a browser that was in before; None for everybody else.

    Where they were is kept sealed, so that who enters again goes on there; what was typed somewhere goes before that.
    """
    elses: list[TypedAgain] = g.get("somebody_elses", [])
    if elses:
        return _kind_of(elses)
    public = request.endpoint is None or admits(request.endpoint, Audience.ANYONE)
    if public or request.method not in READING or current_actor().audience is not Audience.ANYONE:
        return None
    waiting = _try(_waiting_after_end) or []
    if waiting:
        g.draft_waits = any(one.content.get("draft") for one in waiting)
        return _kind_of([TypedAgain.from_kept(one.content) for one in waiting])
    return "nothing" if this_session().lost else None


def _kind_of(waiting: Sequence[TypedAgain]) -> Waits:
    return "place" if all(one.is_place for one in waiting) else "typed"


def _waiting_after_end(session: Session) -> list[OpenedForm]:
    """What waits in this browser, with the page of this request if a session just ended and nothing that was typed waits."""
    seal, at = seal_of_browser(), now()
    ended = this_session().sent if this_session().lost else None
    waiting = [] if seal is None else all_waiting(session, seal=seal, now=at)
    owner = "" if ended is None else whose(who_of_ended_session(session, secret=ended, now=at))
    typed = [one for one in waiting if one.whose == owner and not TypedAgain.from_kept(one.content).is_place]
    if not owner or not follows() or typed:
        return waiting
    place, seal = place_here(), seal_of_browser(make=True)
    assert seal is not None
    content = place.as_kept() | _draft_of(session, owner)
    keep_sealed(session, seal=seal, what=ToSeal(SealedKind.WAITING, place.page, place.action, owner, content), now=at)
    return [OpenedForm(SealedKind.WAITING, owner, content), *waiting]


def note_wrong_try(draft: WaitingDraft) -> bool:
    """Somebody did not know it; whether they may try once more. It is counted when the request is over, whatever comes of it."""
    kept, tries = draft.kept, draft.kept.content.get("tries", 0) + 1
    typed = TypedAgain.from_kept(kept.content)
    g.tried = ToSeal(SealedKind.WAITING, typed.page, typed.action, kept.whose, {**kept.content, "tries": tries})
    return bool(tries < MOST_TRIES)


def show_once(path: str, html: str) -> None:
    """Have this page shown once, at this address and in this browser alone: for what is stored nowhere, such as a new key.

    It is kept sealed, when this request did what it was for.
    """
    g.show_once = (path, html)


# A form that is sent -----------------------------------------------------------------------------------------------------


def keep_typed(typed: TypedAgain) -> bool:
    """Keep what was typed in this request, for who its page was made for; whether it is kept."""
    g.kept_typed = True
    owner, mine = made_for(request.form.get("csrf_token", "")), whose(current_actor())
    if owner is None:
        return False
    if not owner or owner == mine:
        return _keep(ToSeal(SealedKind.TYPED, typed.page, typed.action, mine, typed.as_kept()))
    content = typed.as_kept() | (_try(lambda session: _draft_of(session, owner)) or {})
    return _keep(ToSeal(SealedKind.WAITING, typed.page, typed.action, owner, content))


def _draft_of(session: Session, owner: str) -> dict[str, Any]:
    """The draft that the session that ended was about, and how often somebody guessed before."""
    seal, ended, at = seal_of_browser(), this_session().sent, now()
    before = None if seal is None else sealed_waiting(session, seal=seal, whose=owner, now=at)
    known = {} if before is None else {name: before.content.get(name) for name in ("draft", "tries")}
    number = None if ended is None else draft_of_ended_session(session, secret=ended, now=at)
    is_draft = number is not None and draft_by_id(session, question_id=number) is not None
    return {"draft": number if is_draft else known.get("draft"), "tries": known.get("tries") or 0}


def follows() -> bool:
    """Whether a browser sent this, that shows the answer as a page."""
    return request.headers.get("Sec-Fetch-Mode") == "navigate"


def only_keep() -> Response | None:
    """A form that is not sent to be done: it is only kept, or what was kept of it is thrown away."""
    if request.method != "POST" or request.path.startswith(NOBODYS):
        return None
    act, to = request.form.get("act"), local_address(request.form.get(LEAVE, ""))
    if act == KEEP or to is not None:
        typed = typed_again()
        if typed is not None:
            keep_typed(typed)
        return Response(status=204) if to is None else make_response(redirect(to, code=303))
    if act == FORGET:
        _forget()
        return make_response(redirect(page_of_form() or "/", code=303))
    return None


def after_form(response: Response) -> Response:
    """After every request: keep what was not accepted, and let a browser go to the page itself."""
    if request.method == "POST" and not request.path.startswith(NOBODYS):
        try:
            response = _after_post(response)
        except HTTPException:  # a form that cannot be read
            return response
    tried = g.pop("tried", None)
    if tried is not None:
        _keep(tried)
    path, html = g.pop("show_once", ("", ""))
    if path and 300 <= response.status_code < 400:
        _keep(ToSeal(SealedKind.SHOWN, path, path, whose(current_actor()), {"html": html}))
        g.nothing_kept = False
    made = g.pop("new_browser", None)
    secure = bool(current_app.extensions["settings"].secure_cookies)
    flags: dict[str, Any] = {"secure": secure, "httponly": True, "samesite": "Lax"}
    if made is not None:
        response.set_cookie(cookie_name(), made, max_age=A_DAY, **flags)
    elif g.pop("nothing_kept", False):
        response.delete_cookie(cookie_name(), **flags)
    return response


def _after_post(response: Response) -> Response:
    status, later = response.status_code, local_address(request.form.get(LATER, ""))
    if 300 <= status < 400:
        typed = typed_again() if g.get("not_done") else None
        if typed is not None:
            keep_typed(typed)
        if not g.get("kept_typed"):
            _forget()
            response.location = later or response.location
        return response
    mine = whose(current_actor())
    if g.get("kept_typed") or made_for(request.form.get("csrf_token", "")) != mine or not came_from_here():
        return response
    typed, shown = typed_again(), follows() and response.mimetype == "text/html"
    kept = typed is not None and (status in NOT_ACCEPTED or (status == 200 and shown)) and keep_typed(typed)
    if later is not None and (kept or typed is None) and status in SHOWN_AFTER:
        if kept:
            flash(_("Wat u net invulde is nog niet af. Op dit apparaat staat het er twee uur nog."), "info")
        return make_response(redirect(later, code=303))
    can_be_opened = kept or "GET" in (request.url_rule.methods or () if request.url_rule else ())
    if not shown or status not in SHOWN_AFTER or not can_be_opened:
        return response
    page = ToSeal(SealedKind.SHOWN, request.path, request.path, mine, {"html": response.get_data(as_text=True)})
    return make_response(redirect(here(), code=303)) if _keep(page) else response


def local_address(text: str) -> str | None:
    """An address of this desk, as a page of ours has it; None for anything else."""
    local = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    return text if local and len(text) < LONGEST_ADDRESS else None


def _keep(what: ToSeal) -> bool:
    seal, at = seal_of_browser(make=True), now()
    assert seal is not None
    return _try(lambda session: keep_sealed(session, seal=seal, what=what, now=at)) is True


def _forget() -> None:
    seal = seal_of_browser()
    if seal is not None:
        path, mine, page = request.path, whose(current_actor()), page_of_form()

        def work(session: Session) -> bool:
            more = forget_sent(session, seal=seal, path=path, whose=mine)
            if more and page is not None:
                _seen_anew(session, seal, page, mine)
            return more

        g.nothing_kept = _try(work) is False


def _seen_anew(session: Session, seal: BrowserSeal, page: str, mine: str) -> None:
    """Other forms of a page on which somebody just did something stay filled in; what that changed surprises nobody."""
    for one in sealed_at(session, seal=seal, path=_bare(page), now=now()):
        if one.kind is SealedKind.TYPED and one.whose == mine:
            typed = TypedAgain.from_kept(one.content)
            fields = [(name, value) for name, value in typed.fields if name != SEEN_FIELD]
            if len(fields) < len(typed.fields):
                content = {**one.content, "fields": fields}
                keep_sealed(
                    session, seal=seal, what=ToSeal(one.kind, typed.page, typed.action, mine, content), now=now()
                )


def _try(work: Callable[[Session], Done]) -> Done | None:
    """Do it in a transaction of its own; None when the database cannot now. It keeps nobody from an answer."""
    try:
        return unit_of_work(current_app.extensions["engine"], work)
    except (Busy, StorageFull, DBAPIError):
        current_app.logger.warning("form_not_kept")
        return None


def _bare(address: str) -> str:
    return address.partition("?")[0]
