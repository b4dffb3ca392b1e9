"""What was typed on a page whose session is over is not lost: it is shown again when the person is in again, and not done before.

Nothing of it is kept by the desk: it goes back into the page that answers. Who comes in again in another tab presses a button on
that page; the form then stands as it was typed, to be looked at and sent.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from flask import render_template, request

from portal.web.edge.policy import admits, current_actor
from portal.web.edge.sight import SEEN_FIELD

MOST_TYPED = 200_000
"""So many characters are given back; more than anybody types."""
A_TEXT = 40
"""What is longer is shown, to be copied; the rest comes back in the form."""
_OURS = frozenset({"csrf_token", "submission_token", "act"})


class TypedAgain(NamedTuple):
    """What came along in a form that was not taken in."""

    fields: list[tuple[str, str]]
    texts: list[str]
    """The longer texts."""
    inside: bool
    """Whether who sends this may open the page now: after coming in again."""
    files: bool
    """Whether files came along: they have to be chosen again."""


def typed_again() -> TypedAgain | None:
    """What was typed in this request, when it came from a page of this desk that can show it again; else None.

    Only a form that somebody filled in on this very site is given back: the browser says where it comes from.
    """
    rule = request.url_rule
    if request.method != "POST" or rule is None or "GET" not in (rule.methods or ()) or not _from_here():
        return None
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _OURS]
    typed = [value.strip() for name, value in fields if name != SEEN_FIELD]
    if not any(typed) or sum(map(len, typed)) > MOST_TYPED:
        return None
    inside = admits(str(request.endpoint), current_actor().audience)
    return TypedAgain(fields, [text for text in typed if len(text) > A_TEXT], inside, bool(request.files))


def page_again(typed: TypedAgain, message: str, title: str) -> str:
    """The page that gives it back."""
    path = request.full_path.rstrip("?")
    return render_template("errors/again.html", typed=typed, message=message, title=title, path=path)


def _from_here() -> bool:
    origin = request.headers.get("Origin", "")
    return urlsplit(origin).netloc == request.host
