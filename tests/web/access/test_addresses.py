"""What stands in an address opens nothing by itself: without the session of who was let in there is the door, and nothing behind it.

A link in a mail or letter is the one exception that cannot be otherwise; it is exchanged with a button (POST) for a cookie, and
after that no address holds it. What people type of others is sent in the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote_plus, unquote_plus

import pytest
from bs4 import BeautifulSoup
from flask import Blueprint
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.cases.applications.models import Application
from portal.cases.questions.models import Contact
from portal.people.accounts.actions import grant_access_link
from portal.people.actor import Actor, Audience
from portal.platform.database import unit_of_work
from portal.spending.providers.models import Provider
from portal.web.edge.policy import admits
from tests.web.access.test_access_matrix import AUDIENCES, NOT_HERE, visits, world
from tests.web.browser import Browser
from tests.web.world import NOW, STAGES, World
from tests.web.worlds import seeded
from tests.who_runs_what import PROOF

__all__ = ["world"]

WHERE = ("href", "action", "formaction", "src", "data-href")
A_TOKEN = re.compile(r"/(?:toegang|inloggen)/[A-Za-z0-9_-]{20,}")
TOKENS = {"access.grant", "access.link", "employer.enter"}
"""The doors: of these the address lets in who presses the button."""


class Opened(NamedTuple):
    """A page that somebody opened, and who that was."""

    endpoint: str
    path: str
    browser: Browser
    answer: TestResponse


def opened(world: World) -> Iterator[Opened]:
    """Every page that can be opened: in the proof by everybody at every stage, else one in three by the first who may."""
    rules = [rule for rule in world.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    rules = sorted(rules, key=lambda rule: rule.endpoint)[:: 1 if PROOF else 3]
    done: set[object] = set()
    for world.stage in STAGES:
        for rule in rules:
            for audience in AUDIENCES:
                key = (rule.endpoint, audience, world.stage) if PROOF else rule.endpoint
                if not admits(rule.endpoint, audience) or rule.endpoint in NOT_HERE or key in done:
                    continue
                if rule.rule.startswith("/api/"):
                    continue  # a program shows its token in a header
                for where in visits(world, rule, audience, "own"):
                    browser = world.let_in_as(audience, where.question_id)
                    answer = browser.get(where.path)
                    if answer.status_code < 400:
                        done.add(key)
                        yield Opened(rule.endpoint, where.path, browser, answer)
                    answer.close()


def of_people(world: World) -> set[str]:
    """What people said of themselves: names, addresses, numbers."""

    def read(session: Session) -> set[str]:
        contacts = session.scalars(select(Contact)).all()
        said = [value for one in contacts for value in (one.name, one.email, one.phone, one.street)]
        said += [value for one in session.scalars(select(Application)) for value in (one.name, one.street)]
        return {value for value in [*said, *session.scalars(select(Provider.iban))] if value and len(value) > 4}

    return unit_of_work(world.app.extensions["engine"], read, read_only=True)


def addresses_in(answer: TestResponse) -> list[str]:
    """Every address on a page and in its headers, read as it is meant."""
    found = [answer.headers.get("Location", "")]
    if answer.mimetype == "text/html":
        soup = BeautifulSoup(answer.text, "lxml")
        found += [str(one[name]) for name in WHERE for one in soup.find_all(attrs={name: True})]
    return [unquote_plus(one) for one in found if not one.startswith(("mailto:", "tel:", "data:"))]


def secrets_of(one: Opened) -> set[str]:
    """What only this browser has."""
    cookies = [one.browser.client.get_cookie(name) for name in ("loket", "ingevuld")]
    tokens = re.findall(r'name="(?:csrf_token|submission_token)" value="([^"]+)"', one.answer.text)
    return {cookie.value for cookie in cookies if cookie is not None} | set(tokens)


def held(one: Opened, people: set[str]) -> list[str]:
    """The addresses of a page that hold something that lets in, or something of a person."""
    never = {*people, *(secrets_of(one) if one.answer.mimetype == "text/html" else ())}
    return [text for text in addresses_in(one.answer) if A_TOKEN.search(text) or any(word in text for word in never)]


def without_cookie(world: World, path: str) -> TestResponse:
    """The same address in a browser that was never here."""
    return world.app.test_client(use_cookies=False).get(path)


def wrong_without(world: World, one: Opened, people: set[str]) -> str | None:
    """What an address gives beyond the door, to who has the address alone."""
    answer = without_cookie(world, one.path)
    text = answer.get_data().decode("utf-8", "replace")
    status = answer.status_code
    answer.close()
    if any(word in text for word in people):
        return f"{one.endpoint} says something of a person"
    if not admits(one.endpoint, Audience.ANYONE) and status != 404:
        return f"{one.endpoint} answers {status}"
    return None


@pytest.mark.norm("V14.2.1")
def test_an_address_alone_opens_nothing_and_no_page_has_one_with_a_secret_or_a_person_in_it(world: World) -> None:
    people = of_people(world)
    assert len(people) > 5
    seen, open_alone, holding = set(), [], []
    for one in opened(world):
        seen.add(one.endpoint)
        if one.endpoint not in TOKENS:
            holding += [f"{one.endpoint}: {text}" for text in held(one, people)]
            open_alone += [wrong for wrong in [wrong_without(world, one, people)] if wrong]
    assert (open_alone, holding) == ([], [])
    assert len(seen) > (150 if PROOF else 50), "they are opened at all"


def test_control_an_address_that_opens_by_itself_and_one_with_a_person_in_it_are_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = of_people(world)
    name = sorted(people)[0]
    screens = Blueprint("planted", __name__)
    screens.add_url_rule("/geplant", "page", lambda: f'<p>{name}<a href="/zoek?naam={quote_plus(name)}">zoek</a>')
    screens.add_url_rule("/deur", "door", lambda: f'<a href="/toegang/{"x" * 22}">in</a><a href="/mijn/x">ok</a>')
    with seeded(world, monkeypatch, screens, frozenset({Audience.ANYONE})) as made:
        found = {}
        for path, page in (("/geplant", "page"), ("/deur", "door")):
            browser = Browser(made.app)
            one = Opened(f"planted.{page}", path, browser, browser.get(path))
            found[path] = (held(one, people), wrong_without(made, one, people))
    assert found["/geplant"] == ([f"/zoek?naam={name}"], "planted.page says something of a person")
    assert found["/deur"] == (["/toegang/" + "x" * 22], None)


@pytest.mark.norm("V14.2.1")
@pytest.mark.parametrize("audience", [Audience.RESIDENT, Audience.EMPLOYER])
def test_a_mailed_link_is_exchanged_for_a_cookie_and_stands_in_no_address_after_that(
    world: World, audience: Audience
) -> None:
    world.stage = "sent"
    question, people = world.question(audience), of_people(world)

    def grant(session: Session) -> str:
        return grant_access_link(
            session, question_id=question.id, audience=audience, actor=Actor.system("tests"), now=NOW
        )

    token = unit_of_work(world.app.extensions["engine"], grant)
    browser = Browser(world.app)
    door = browser.get(f"/toegang/{token}")
    assert door.status_code == 200 and not any(word in door.text for word in people)
    assert str(question.reference_number) not in door.text, "the door says nothing of the case"
    own = f"/{'mijn' if audience is Audience.RESIDENT else 'werkgever/vraag'}/{question.public_id}"
    assert browser.get(own).status_code == 404, "looking lets nobody in"
    browser.get(f"/toegang/{token}")
    answer = browser.submit(f"/toegang/{token}")
    assert answer.status_code == 303 and token not in answer.location
    page = browser.follow()
    while 300 <= page.status_code < 400:
        assert token not in page.location
        page = browser.follow()
    assert page.status_code == 200 and token not in page.text
    alone = without_cookie(world, page.request.path)
    assert alone.status_code == 404 and not any(word in alone.text for word in people)
