"""Forms that are filled in and sent too late: every form of every audience, as it is found on the pages themselves.

In every run a part of them, in the proof all.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

from portal.people.actor import Audience
from portal.web.edge.policy import admits
from tests.web.access.test_access_matrix import AUDIENCES, NOT_HERE, Visit, methods_of, visits
from tests.web.browser import Browser
from tests.web.walking import soup_of
from tests.web.world import STAGES, World

PROOF = bool(os.environ.get("PROOF"))
ONE_IN = 30
"""In every run one of so many pages with forms is tried."""
HOME = "http://localhost"
OURS = {"csrf_token", "submission_token", "seen", "act", "later", "leave"}
NOT_TYPED = {"hidden", "submit", "file", "password", "image", "reset"}
PUBLIC_DOORS = ("access.link", "access.grant", "access.sign_out")
"""Forms by which somebody comes in or leaves: there is nothing to fill in."""


@dataclass
class FilledForm:
    """One form of one page, as somebody filled it in."""

    audience: Audience
    where: Visit
    stage: str
    action: str
    sent: dict[str, list[str]] = field(default_factory=dict)
    typed: list[tuple[str, str]] = field(default_factory=list)
    ways: list[tuple[str, str]] = field(default_factory=list)
    """The buttons that lead to another page with what was typed: their name, and where they lead."""

    def __str__(self) -> str:
        return f"{self.audience} {self.where.path} -> {self.action}"


def browser_of(world: World, form: FilledForm) -> Browser:
    """A browser of its own that is let in as who fills in the form, with the session that the world keeps of them."""
    world.stage = form.stage
    known = world.let_in_as(form.audience, form.where.question_id)
    cookie = known.client.get_cookie("loket")
    assert cookie is not None
    return Browser(world.app).known(cookie.value, known.csrf())


def pages(world: World) -> Iterator[tuple[Audience, Visit, str, BeautifulSoup]]:
    """Every page of every audience, at the first stage at which they have it; in every run a part of them."""
    number = 0
    for rule in sorted(world.app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        if "GET" not in methods_of(rule) or rule.endpoint in (*NOT_HERE, *PUBLIC_DOORS, "static", "htmx"):
            continue
        for audience in AUDIENCES:
            if not admits(rule.endpoint, audience):
                continue
            number += 1
            if not PROOF and number % ONE_IN:
                continue
            for world.stage in STAGES:
                where = next(iter(visits(world, rule, audience, "own")), None)
                page = None if where is None else page_at(world, audience, where)
                if where is not None and page is not None:
                    yield audience, where, world.stage, page
                    break


def page_at(world: World, audience: Audience, where: Visit) -> BeautifulSoup | None:
    """The page as a tree; None when it is a file, or is not there for them."""
    answer = world.let_in_as(audience, where.question_id).client.get(where.path)
    page = soup_of(answer) if answer.status_code == 200 and answer.mimetype == "text/html" else None
    if "loket=" in answer.headers.get("Set-Cookie", ""):
        world.forget(audience, where.question_id)
    answer.close()
    return page


def forms(world: World) -> Iterator[FilledForm]:
    """Every form in which something is typed or chosen, filled in."""
    for audience, where, stage, page in pages(world):
        yield from forms_on(page, audience, where, stage)


def forms_on(page: BeautifulSoup, audience: Audience, where: Visit, stage: str) -> Iterator[FilledForm]:
    """The forms of one page, with the ways out of each."""
    for number, form in enumerate(page.select("main form[method=post]")):
        made = FilledForm(audience, where, stage, str(form.get("action") or where.path))
        fill_in(made, form, number)
        by_itself = page.select("noscript [form=answers][name=later]") if form.get("id") == "answers" else []
        made.ways = [(str(one["name"]), str(one["value"])) for one in (*form.select("[name=leave]"), *by_itself)]
        if made.typed:
            yield made


def fill_in(made: FilledForm, form: Tag, number: int) -> None:
    """Something in every field, that stands nowhere else; and chosen what opens more fields, which would not be seen otherwise."""
    chosen, opened = set[str](), set[str]()
    for place, one in enumerate(form.select("input[name], textarea[name], select[name]")):
        name, kind = str(one["name"]), str(one.get("type", "text")) if one.name == "input" else one.name
        if kind in NOT_TYPED or name in OURS:
            if kind == "hidden":
                made.sent.setdefault(name, []).append(str(one.get("value", "")))
            continue
        if kind == "radio":
            option = one.find_parent(class_="option")
            asks_more = option is not None and option.select_one(".option-detail [name]") is not None
            if name in opened and not asks_more:
                continue
            made.sent[name] = [str(one.get("value", "on"))]
            chosen.add(name)
            if asks_more:
                opened.add(name)
        elif kind == "checkbox":
            made.sent.setdefault(name, []).append(str(one.get("value", "on")))
            chosen.add(name)
        elif kind == "select":
            options = [str(option.get("value", "")) for option in one.select("option")]
            if any(options):
                made.sent[name] = [[value for value in options if value][-1]]
                chosen.add(name)
        else:
            made.sent.setdefault(name, []).append(f'typed "{number}.{place}" <b> & \N{EURO SIGN}')
            chosen.add(name)
    made.typed = [(name, value) for name in sorted(chosen) for value in made.sent[name]]


def sent_too_late(browser: Browser, form: FilledForm) -> TestResponse:
    """Send the form when the session is over: the browser still has its cookie, the desk no longer knows it."""
    tokens: dict[str, Any] = {"csrf_token": browser.csrf(), "submission_token": secrets.token_urlsafe(16)}
    browser.client.set_cookie("loket", secrets.token_urlsafe(32))
    headers = {"Origin": HOME, "Referer": f"{HOME}{form.where.path}"}
    return browser.client.post(form.action, data={**tokens, **form.sent}, headers=headers)


def lost(page: BeautifulSoup, form: FilledForm) -> list[tuple[str, str]]:
    """What was typed and stands nowhere on the page any more, in the form or to be copied."""
    told = {one.get_text().strip() for one in page.select(".notice .said")}
    stand: set[tuple[str, str]] = set()
    for one in page.select("main [name]"):
        name = str(one["name"])
        if one.name == "select":
            stand |= {(name, str(option.get("value", ""))) for option in one.select("option[selected]")}
        elif one.name == "textarea":
            stand.add((name, one.get_text().removeprefix("\n")))
        elif one.get("type") not in ("radio", "checkbox") or one.has_attr("checked"):
            stand.add((name, str(one.get("value", "on"))))
    return [(name, value) for name, value in form.typed if (name, value) not in stand and value.strip() not in told]


def kept_and_back(world: World, form: FilledForm) -> tuple[int, list[tuple[str, str]]]:
    """Fill in, lose the session, send, enter again and open the page. How it was answered, and what is lost."""
    before = browser_of(world, form)
    session = before.client.get_cookie("loket")
    late = sent_too_late(before, form)
    assert session is not None
    before.client.set_cookie("loket", session.value)
    back = before.client.get(form.where.path)
    return late.status_code, lost(soup_of(back), form)


def left_and_back(world: World, form: FilledForm) -> tuple[str, list[tuple[str, str]]]:
    """Fill in, press the button of the other language, and look at the page: its language, and what is lost. Without a script."""
    name, to = form.ways[-1]
    browser = browser_of(world, form)
    tokens: dict[str, Any] = {"csrf_token": browser.csrf(), "submission_token": secrets.token_urlsafe(16)}
    headers = {"Origin": HOME, "Referer": f"{HOME}{form.where.path}", "Sec-Fetch-Mode": "navigate"}
    left = browser.client.post(form.action, data={**tokens, **form.sent, name: to}, headers=headers)
    if left.status_code != 303 or left.location != to:
        return f"{left.status_code} to {left.location}", form.typed
    page = soup_of(browser.client.get(to))
    return str(page.html["lang"] if page.html is not None else ""), lost(page, form)
