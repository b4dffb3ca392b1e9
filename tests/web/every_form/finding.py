"""Finding the forms: every page of every audience is opened, and each form on it is one that somebody may send."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from lxml.html import HtmlElement, document_fromstring
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal.people.actor import Audience
from portal.web.edge.again import OURS
from portal.web.edge.policy import admits
from portal.web.edge.sight import SEEN_FIELD
from tests.web.access.test_access_matrix import AUDIENCES, NOT_HERE, Visit, is_call, methods_of, visits
from tests.web.world import STAGES, World

OF_THE_DESK = OURS | {SEEN_FIELD, "act", "later", "leave"}
"""What every form may have, and no form takes as an answer."""
DOORS = frozenset({"access.sign_out", "access.end_session", "access.link", "access.grant", "employer.enter"})
"""Forms by which somebody comes in or leaves: there is nothing to fill in, and the link is good once."""
Wanted = Callable[[str, Audience], bool]


@dataclass(frozen=True)
class Control:
    """One field of a form: its name, its kind (as `input` has it, or `textarea`, `select`), and what can be chosen or stands there."""

    name: str
    kind: str
    values: tuple[str, ...] = ()
    within: tuple[str, str] | None = None
    """The option, by its name and value, under which the field stands: it is asked of who chooses that."""


@dataclass(frozen=True)
class PostForm:
    """A form that is posted: who has it on which page, where it is sent to, and what it asks."""

    endpoint: str
    action: str
    audience: Audience
    where: Visit
    stage: str
    controls: tuple[Control, ...]
    plain: bool = False
    """Whether it has a button without a name: then that is pressed."""
    siblings: frozenset[str] = frozenset()
    """The names of all fields of all forms of the page that are sent to the same address."""

    def __str__(self) -> str:
        return f"{self.endpoint} of {self.audience} on {self.where.path}"

    @property
    def asked(self) -> list[Control]:
        """What somebody fills in."""
        return [one for one in self.controls if one.kind not in ("hidden", "button") and one.name not in OF_THE_DESK]


def forms_of(world: World, wanted: Wanted) -> Iterator[PostForm]:
    """The forms on the wanted pages of every audience, each once: by who sends it, where to, and with which fields."""
    found: set[object] = set()
    for rule in sorted(world.app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        if "GET" not in methods_of(rule) or rule.endpoint in NOT_HERE or rule.endpoint == "static":
            continue
        for audience in AUDIENCES:
            if not opened_by(rule.endpoint, audience) or not wanted(rule.endpoint, audience):
                continue
            for world.stage in STAGES:
                for where in visits(world, rule, audience, "own")[:1]:
                    for form in forms_at(world, audience, where):
                        known = (audience, form.endpoint, frozenset(one.name for one in form.controls))
                        if known not in found:
                            found.add(known)
                            yield form


def opened_by(endpoint: str, audience: Audience) -> bool:
    """Whether somebody of this audience has this page as their own; what anybody may open is that of a visitor."""
    public = admits(endpoint, Audience.ANYONE)
    return audience is Audience.ANYONE if public else admits(endpoint, audience)


def forms_at(world: World, audience: Audience, where: Visit) -> list[PostForm]:
    """The forms of one page at the present stage; none when it is no page, or is not there for them."""
    if is_call(where):
        return []
    answer = world.let_in_as(audience, where.question_id).client.get(where.path)
    page = answer.text if answer.status_code == 200 and answer.mimetype == "text/html" else ""
    answer.close()
    if "loket=" in answer.headers.get("Set-Cookie", ""):
        world.forget(audience, where.question_id)
        return []
    tree = document_fromstring(page) if page.strip() else None
    if tree is None:
        return []
    made = [_form(world, tree, one, audience, where) for one in tree.xpath("//main//form") if _is_posted(one)]
    forms = [one for one in made if one is not None and one.endpoint not in DOORS]
    names = {
        one.action: {c.name for other in forms if other.action == one.action for c in other.controls} for one in forms
    }
    return [replace(one, siblings=frozenset(names[one.action])) for one in forms]


def _is_posted(form: HtmlElement) -> bool:
    return (form.get("method") or "").lower() == "post"


def _form(world: World, page: HtmlElement, form: HtmlElement, audience: Audience, where: Visit) -> PostForm | None:
    action = form.get("action") or where.path
    try:
        endpoint, _ = world.app.url_map.bind("localhost").match(action.partition("?")[0], method="POST")
    except (HTTPException, RequestRedirect):
        return None
    plain = any(not one.get("name") for one in form.xpath(".//button[not(@type) or @type='submit']"))
    return PostForm(endpoint, action, audience, where, world.stage, tuple(_controls(page, form)), plain)


def _controls(page: HtmlElement, form: HtmlElement) -> Iterator[Control]:
    inside = form.xpath(".//input | .//textarea | .//select | .//button")
    named = page.xpath("//*[@form=$id]", id=form.get("id")) if form.get("id") else []
    own = [one for one in inside if one.get("form") in (None, form.get("id"))]
    options: dict[str, list[str]] = {}
    controls = [one for one in dict.fromkeys([*own, *named]) if one.get("name") and one.get("disabled") is None]
    kinds: dict[str, str] = {}
    within: dict[str, tuple[str, str] | None] = {}
    for one in controls:
        name = str(one.get("name"))
        kind = str(one.get("type") or "text").lower() if one.tag == "input" else str(one.tag)
        kinds.setdefault(name, "button" if kind in ("submit", "button", "image") else kind)
        within.setdefault(name, _option_of(one))
        if kind == "select":
            values = [str(option.get("value", option.text_content().strip())) for option in one.xpath(".//option")]
            options.setdefault(name, []).extend(values)
        elif kind == "textarea":
            options.setdefault(name, []).append(str(one.text_content()).removeprefix("\n"))
        else:
            options.setdefault(name, []).append(str(one.get("value", "on" if kind in ("checkbox", "radio") else "")))
    for name, kind in kinds.items():
        yield Control(name, kind, tuple(options[name]), within.get(name))


def _option_of(control: HtmlElement) -> tuple[str, str] | None:
    """The option under which a control stands."""
    inside = control.xpath("ancestor::div[@class='option-detail'][1]/../div[@class='choice']/input")
    return (str(inside[0].get("name")), str(inside[0].get("value"))) if inside else None
