"""Pages that are the same for everybody who is nobody in particular: made once per what they show, and kept in memory."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from flask import Response, make_response, render_template, request, session

from portal.people.actor import Audience
from portal.platform.brake import once
from portal.platform.i18n import current_locale
from portal.web.edge.braking import brake
from portal.web.edge.edge import page
from portal.web.edge.policy import current_actor


def page_for_anybody(template: str, *, of: Hashable, context: Callable[[], Mapping[str, Any]]) -> Response:
    """Render a template that shows the same to every stranger. `of` is all that it follows from, beside the language.

    Who is somebody here, has a message waiting, or asks with more than an address gets a page of its own.
    """
    if current_actor().audience is not Audience.ANYONE or request.args or session.get("_flashes"):
        return page(template, **context())
    key = ("page", template, request.path, current_locale(), of)
    with brake().keeping():
        return make_response(once(lambda: key, lambda: render_template(template, **context())))
