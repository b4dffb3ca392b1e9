"""Answers to programs that are the same for everybody and follow from what acts laid down: made once, and good until another act.

The chain of the audit log ends with another hash after every act (`portal.people.audit.chain`), in every process and in the same
transaction. That hash stands for all that acts laid down, so an answer is asked for by it, by the day, and by what was asked.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any, TypeVar

from flask import Response, current_app, request
from sqlalchemy import Engine

from portal.platform.clock import today
from portal.platform.i18n import current_locale
from portal.web.edge.braking import brake
from portal.web.edge.sight import READING

View = TypeVar("View", bound=Callable[..., Any])
PARTS = 1
MOST_BYTES = 200_000
"""A longer answer is made each time."""
_LOOK = "SELECT digest FROM audit_head WHERE id = 1"


def same_for_all(view: View) -> View:
    """Mark a view of the interface whose answer is the same for everybody, and follows from acts and the day alone."""
    view.same_for_all = True  # type: ignore[attr-defined]
    return view


def is_same_for_all() -> bool:
    """Whether the answer to this request is one of those."""
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method in READING and getattr(view, "same_for_all", False)


def known_or(make: Callable[[], Response]) -> Response:
    """The answer that was made in this state, with its ETag; else what `make` makes of it now."""
    state = state_of(current_app.extensions["engine"])
    if state is None:
        return make()
    key = ("answer", request.path, request.query_string, current_locale(), today(), state)
    kept = brake().kept
    known = kept.get(key)
    if known is not None:
        body, content_type, etag = known[1]
        return Response(body, content_type=content_type, headers={"ETag": etag})
    response = make()
    if response.status_code == 200 and not response.is_streamed and len(response.data) <= MOST_BYTES:
        response.add_etag()
        kept.put(key, PARTS, (response.data, response.content_type, response.headers["ETag"]))
    return response


def state_of(engine: Engine) -> str | None:
    """The hash at the end of the chain of acts; None before the first act, and while the database does not answer.

    It is asked for every request, so it goes straight to the driver: what is wrong shows when the answer is made.
    """
    try:
        with closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute(_LOOK)
            found = cursor.fetchone()
            cursor.close()
    except Exception:  # noqa: BLE001 - each driver has errors of its own; the way past this one tells them apart
        return None
    return None if found is None else str(found[0])
