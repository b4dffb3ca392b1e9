"""What is dear to compute, and the brake on those who ask for it: residents and employers, whom nobody knows.

A request takes its place before its unit of work begins, so that who waits holds no lock and no connection. Whoever leaves, or
waits longer than anybody does, is not computed for. When no place is left, pages are refused before anything is looked up, so
that refusing many costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, render_template, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_cookie

from matching.solver.patience import Patience, waited_for
from portal.platform.apart.actions import AskedApart
from portal.platform.apart.computing import Apart, Compute, Step, WorkApart
from portal.platform.apart.queries import content_of
from portal.platform.brake import LONG, SHORT, Brake, Held, Lane
from portal.platform.clock import now
from portal.platform.i18n import DEFAULT_LOCALE, supported_locale, use_locale
from portal.platform.idempotency import fingerprint
from portal.web.edge.policy import current_actor
from portal.web.edge.session import LANGUAGE_COOKIE, this_session
from portal.web.edge.sight import READING

Answer = TypeVar("Answer")

EXTENSION = "brake"
WORKS = "works_apart"
BY_ASKER = (
    "outcome", "outcome_pdf", "own_outcome", "own_outcome_pdf", "own_data_pdf",
    "shortlist", "shortlist_pdf", "receipt", "receipt_file", "receipt_pdf", "apply",
)  # fmt: skip
DEAR: dict[str, Lane] = {
    "employer.bundle_outcome": LONG,
    **{f"{asker}.{name}": SHORT for asker in ("resident", "employer") for name in BY_ASKER},
}
"""The pages that are dear to show."""
DEAR_FORMS: dict[str, Lane] = {
    "employer.bundle_send": LONG,
    **dict.fromkeys(("employer.bundle_upload", "api.make_mix", "resident.apply", "employer.apply"), SHORT),
}
"""The forms that are dear to take in."""
AT_MOST = {LONG: 90.0, SHORT: 20.0}
"""Seconds that the solver may take for one request, by its lane."""
ELSEWHERE = 10.0
"""Seconds that it may take for any other page of a stranger: those that only ask the next question."""
APART = 300.0
"""Seconds that it may take for what is computed apart, its turn included."""
LOOK = 0.25
"""So many seconds lie between two looks whether somebody still waits."""
TRY_AGAIN_SECONDS = "20"


def brake() -> Brake:
    """The brake of this process."""
    found: Brake = current_app.extensions[EXTENSION]
    return found


def braked(work: Callable[[], Answer]) -> Answer:
    """Do the work of this request, in a place of the brake when it is dear. Raises `Held`."""
    lane = (DEAR if request.method in READING else DEAR_FORMS).get(request.endpoint or "")
    if lane is None:
        if current_actor().account_id is not None:
            return work()
        with brake().keeping(), waited_for(Patience(ELSEWHERE)):
            return work()
    with brake().place(lane, _who()):
        patience = Patience(AT_MOST[lane])
        with _watched(patience), waited_for(patience):
            return work()


def _who() -> str:
    """Whose place it is: of this session, or of who has none."""
    return this_session().hashed or str(g.actor.origin)


def works_apart() -> Apart:
    """What this process computes apart from any request."""
    found: Apart = current_app.extensions.setdefault(WORKS, Apart(current_app.extensions["engine"], now))
    return found


def computed_apart(key: str, total: int, compute: Compute, *, about: str) -> WorkApart:
    """Compute what is kept by its key apart from this request; it is the same work when it goes on here. Raises `Held`.

    What the same person asks later about the same (`about`) takes its place; what they ask about something else waits for it.
    """
    held, who, patience = brake(), _who(), Patience(APART)
    held.require_allowance(who)

    def work(step: Step) -> str:
        with held.counted(who), waited_for(patience):
            return compute(step)

    asked = AskedApart(key, fingerprint("apart", who, about), total, now())
    return works_apart().begin(WorkApart(asked, patience.end, fingerprint("apart", who)), work)


def is_computed(session: Session, key: str) -> bool:
    """Whether the answer with this key is kept, by this process or for all."""
    return brake().kept.get(key) is not None or content_of(session, key=key) is not None


@contextmanager
def _watched(patience: Patience) -> Iterator[None]:
    """The patience is over when the client leaves. Raises `Held` when it left while it waited for its place."""
    gone: Callable[[], bool] | None = request.environ.get("waitress.client_disconnected")
    if gone is None:
        yield
        return
    if gone():
        raise Held
    done = Event()

    def watch() -> None:
        while not done.wait(LOOK):
            if gone():
                patience.end()

    Thread(target=watch, name="patience", daemon=True).start()
    try:
        yield
    finally:
        done.set()


# Refusing --------------------------------------------------------------------------------------------------------------


def refused_at_once(app: Flask, environ: dict[str, Any]) -> Response | None:
    """The page that it is busy, for who asks for something dear while no place is left; None for all others. Looks nothing up."""
    held: Brake = app.extensions[EXTENSION]
    full = {lane for lane in (LONG, SHORT) if held.full(lane)}
    if not full or environ.get("REQUEST_METHOD") not in READING:
        return None
    path = environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        endpoint, _values = app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return None
    if DEAR.get(str(endpoint)) not in full:
        return None
    chosen = supported_locale(parse_cookie(environ.get("HTTP_COOKIE", "")).get(LANGUAGE_COOKIE))
    return busy_page(app, chosen or DEFAULT_LOCALE)


def busy_page(app: Flask, language: str) -> Response:
    """It is busy now: a page that tries again by itself. It is the same for everybody, and made once per language."""
    pages: dict[str, str] = app.extensions.setdefault("busy_pages", {})
    if language not in pages:
        with app.test_request_context("/"), use_locale(language):
            pages[language] = render_template("errors/busy.html", seconds=TRY_AGAIN_SECONDS)
    return Response(pages[language], 503, {"Retry-After": TRY_AGAIN_SECONDS}, content_type="text/html; charset=utf-8")
