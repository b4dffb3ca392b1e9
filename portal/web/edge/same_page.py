"""Pages that are the same for everybody who is nobody in particular: made once in half a minute, and kept in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

from flask import Response, current_app, g, make_response, request

from portal.platform.clock import today
from portal.platform.i18n import current_locale
from portal.web.edge.braking import braked
from portal.web.edge.edge import run_view
from portal.web.edge.session import LANGUAGE_COOKIE

KEEP_SECONDS = 30.0
"""So long a page may be older than what it shows, as the name of the desk above it."""
Kept = dict[tuple[str, str], tuple[float, date, str]]


def same_for_strangers(view: Callable[[], Response]) -> Response:
    """The page of a view that shows the same to every stranger. For who has a kept one, nothing is read or made.

    Who is somebody here, or asks with more than an address, gets a page of its own. A view that has not everything yet says so
    by `not_to_keep`. The endpoint stands in `WITHOUT_RECORDS`: the unit of work is begun here, when it is needed.
    """
    if request.args or not set(request.cookies) <= {LANGUAGE_COOKIE}:
        return braked(lambda: run_view(view))
    kept: Kept = current_app.extensions.setdefault("same_pages", {})
    key, day = (request.path, current_locale()), today()
    found = kept.get(key)
    if found is not None and found[1] == day and time.monotonic() - found[0] < KEEP_SECONDS:
        return make_response(found[2])
    response = braked(lambda: run_view(view))
    if response.status_code == 200 and not g.pop("page_not_kept", False):
        kept[key] = (time.monotonic(), day, response.get_data(as_text=True))
    return response


def not_to_keep() -> None:
    """What this page shows is about to change: it is made for this request alone."""
    g.page_not_kept = True
