"""What was typed on a page whose session is over is not lost: it is shown again when the person is in again, and not done before.

It goes back into the page that answers, and `portal.web.edge.keeping` keeps it sealed besides. Who comes in again sees the form
as it was typed, to be looked at and sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit

from flask import current_app, g, render_template, request
from werkzeug.exceptions import HTTPException

from portal.people.actor import BY_LINK, Audience
from portal.web.edge.ended import WhyOver
from portal.web.edge.policy import POLICY, admits, current_actor
from portal.web.edge.sight import SEEN_FIELD

Waits = Literal["typed", "place", "nothing"]
"""What waits for who enters again: what was typed on a page, the page where they were, or nothing."""
MOST_TYPED = 200_000
"""So many characters are given back; more than anybody types."""
MOST_TYPED_BY_NOBODY = 20_000
"""Of somebody who is nobody in particular."""
A_TEXT = 40
"""What is longer is shown, to be copied; the rest comes back in the form."""
OURS = frozenset({"csrf_token", "submission_token", "act", "later", "leave"})
"""Fields that every form may have, and that nobody types in."""


@dataclass(frozen=True)
class TypedAgain:
    """What came along in a form that was not taken in."""

    page: str
    """The address of the page on which the form stands."""
    action: str
    """The address to which it was sent."""
    fields: list[tuple[str, str]]
    files: list[str] = field(default_factory=list)
    """What the files were called that came along: they have to be chosen again."""

    @property
    def texts(self) -> list[str]:
        """The longer texts."""
        typed = [value.strip() for name, value in self.fields if name != SEEN_FIELD]
        return [text for text in typed if len(text) > A_TEXT]

    @property
    def is_place(self) -> bool:
        """Whether nothing was typed: somebody only was on this page when their session was over."""
        return not (self.fields or self.files)

    @property
    def inside(self) -> bool:
        """Whether who sends this may open the page now: after coming in again."""
        return admits(str(request.endpoint), current_actor().audience)

    def as_kept(self) -> dict[str, Any]:
        """As it is kept, sealed."""
        return {"page": self.page, "action": self.action, "fields": self.fields, "files": self.files}

    @classmethod
    def from_kept(cls, content: dict[str, Any]) -> TypedAgain:
        """What was kept."""
        pairs = [(str(name), str(value)) for name, value in content["fields"]]
        return cls(str(content["page"]), str(content["action"]), pairs, [str(name) for name in content["files"]])


def typed_again() -> TypedAgain | None:
    """What was typed in this request, when it came from a page of this desk that can show it again; else None.

    Only a form that somebody filled in on this very site is given back: the browser says where it comes from.
    """
    page = page_of_form()
    if page is None or not came_from_here():
        return None
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in OURS]
    files = [str(file.filename) for file in request.files.values() if file.filename]
    typed = [value.strip() for name, value in fields if name != SEEN_FIELD]
    most = MOST_TYPED_BY_NOBODY if Audience.ANYONE in POLICY.get(str(request.endpoint), ()) else MOST_TYPED
    if not any([*typed, *files]) or sum(map(len, typed)) > most:
        return None
    return TypedAgain(page, here(), fields, files)


def here() -> str:
    """The address of this request, without the name of the desk."""
    return request.full_path.rstrip("?")


def came_from_here() -> bool:
    """Whether a page of this very site sent this."""
    return _split(request.headers.get("Origin", "")).netloc == request.host


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def page_of_form() -> str | None:
    """The page on which the form stands: its own address, where the browser says it was, or the page above it."""
    rule = request.url_rule
    if request.method != "POST" or rule is None:
        return None
    if "GET" in (rule.methods or ()):
        return here()
    before = _split(request.headers.get("Referer", ""))
    if before.netloc == request.host and _is_page(before.path):
        return f"{before.path}?{before.query}" if before.query else before.path
    parts = request.path.rstrip("/").split("/")[:-1]
    above = ("/".join(parts[:number]) for number in range(len(parts), 1, -1))
    return next((path for path in above if _is_page(path)), None)


def _is_page(path: str) -> bool:
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return True


def page_again(typed: TypedAgain, message: Any, title: Any, *, kept: bool) -> str:
    """The page that gives it back. `kept` says whether it is kept for who enters again in this browser."""
    return render_template(
        "errors/again.html", typed=typed, message=message, title=title, path=here(), kept=kept, by_link=by_link()
    )


def place_here() -> TypedAgain:
    """The page of this request, with nothing typed."""
    return TypedAgain(here(), here(), [])


def page_of_waiting(why: WhyOver, *, waits: Waits) -> str:
    """The page for who was in here before and is not any more: how to enter. What waits is not shown."""
    return render_template(
        "errors/again.html",
        typed=None,
        message=why.message,
        title=why.title,
        path=here(),
        kept=True,
        waits=waits,
        by_link=by_link(),
        by_address=Audience.EMPLOYER in POLICY.get(str(request.endpoint), frozenset()),
        draft=g.get("draft_waits", False),
    )


def by_link() -> bool:
    """Whether who may open this page enters by a link to a question, and has no account."""
    return bool(POLICY.get(str(request.endpoint), frozenset()) & BY_LINK)
