"""Nothing that anybody sends is a fault of the desk: every endpoint with hostile parameters, fields and methods, and no 5xx; and of
what comes when the session is over nothing is lost."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from bs4 import BeautifulSoup
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.people.actor import Audience
from portal.web.edge import keeping
from portal.web.edge.policy import admits
from tests.web.access.test_access_matrix import AUDIENCES, NOT_HERE, Visit, methods_of, visits
from tests.web.browser import Browser
from tests.web.edge.too_late import (
    FilledForm,
    browser_of,
    forms,
    forms_on,
    kept_and_back,
    left_and_back,
    lost,
    page_at,
    sent_too_late,
)
from tests.web.walking import soup_of
from tests.web.world import STAGES, World
from tests.web.worlds import a_world

PROOF = bool(os.environ.get("PROOF"))
SOURCES = Path(__file__).parents[3] / "portal" / "web"
TO_URL_FOR = ("endpoint", "_anchor", "_method", "_scheme", "_external", "self", "values")
"""Names that mean something to `url_for` or to Python."""
VALUES = {
    "a word": "x",
    "nothing": "",
    "half a character": "%ED%A0%80",
    "no character": "%FF%FE",
    "very long": "9" * 6000,
    "negative": "-1",
    "other digits": "%D9%A1%D9%A2",
    "no day": "2026-13-45",
    "a list": "%5B%5D",
    "markup": "%3Cscript%3E%7B%7B7*7%7D%7D",
    "zero": "%00",
    "line ends": "a%0D%0AX-Y%3A+z",
    "always true": "%27+OR+1%3D1+--",
    "a table less": "%22%3B+DROP+TABLE+account%3B+--",
    "signs of a pattern": "%25_%5C",
    "zero inside": "a%00b",
}
"""Values as they stand in an address or a form, by what they are."""


@dataclass(frozen=True)
class Place:
    """An address of an endpoint that somebody may open, and who."""

    rule: Rule
    audience: Audience
    where: Visit
    stage: str


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One desk for everything that is sent."""
    with a_world(sqlite_template, tmp_path_factory.mktemp("hostile")) as world:
        yield world


def places(world: World, method: str) -> list[Place]:
    """Every endpoint with this method, for the first who may open it and has something there."""
    found = []
    for rule in sorted(world.app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        if method in methods_of(rule) and rule.endpoint not in NOT_HERE:
            found += islice(own_places(world, rule), 1)
    return found


def own_places(world: World, rule: Rule) -> Iterator[Place]:
    for audience in AUDIENCES:
        if admits(rule.endpoint, audience):
            for world.stage in STAGES:
                for where in visits(world, rule, audience, "own"):
                    yield Place(rule, audience, where, world.stage)


def names_read() -> list[str]:
    """Every parameter that a screen reads from its address, and every part of an address."""
    sources = [path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py")]
    read = {name for text in sources for name in re.findall(r"request\.args(?:\.get\(|\[)\s*\"(\w+)\"", text)}
    return sorted(read | {name for text in sources for name in re.findall(r"<(?:\w+:)?(\w+)>", text)})


def who(world: World, place: Place) -> Browser:
    world.stage = place.stage
    return world.let_in_as(place.audience, place.where.question_id)


def send(world: World, place: Place, method: str, **options: Any) -> TestResponse:
    answer = who(world, place).client.open(place.where.path, method=method, **options)
    if "Set-Cookie" in answer.headers and "loket=" in answer.headers["Set-Cookie"]:
        world.forget(place.audience, place.where.question_id)
    if method == "POST" and answer.status_code < 400:
        answer.close()
        world.put_back()
    return answer


def faults(answers: Iterator[tuple[str, TestResponse]]) -> list[str]:
    """What was sent that came back as a fault."""
    found = []
    for what, answer in answers:
        if answer.status_code >= 500:
            found.append(f"{answer.status_code} {what}")
        answer.close()
    return found


def chosen(number: int) -> list[str]:
    """The values that an endpoint gets: in the proof all of them, otherwise one, another one for the next endpoint."""
    every = list(VALUES)
    return every if PROOF else [every[number % len(every)]]


def some(found: list[Place], every: int) -> list[Place]:
    """In the proof all of them, otherwise one of so many."""
    return found if PROOF else found[::every]


def test_the_names_that_screens_read_are_found() -> None:
    assert {"naar", "page", "cijfer", "op", "question_id"} <= set(names_read()) and len(names_read()) > 30


def test_no_parameter_of_any_page_is_a_fault(world: World) -> None:
    names = [*TO_URL_FOR, *names_read()]

    def answers() -> Iterator[tuple[str, TestResponse]]:
        for number, place in enumerate(some(places(world, "GET"), 8)):
            for value in chosen(number):
                queries = ["&".join(f"{name}={VALUES[value]}" for name in names)]
                alone = names[number % 8 :: 8] if PROOF and value == list(VALUES)[number % len(VALUES)] else []
                queries += ["&".join([f"{name}={VALUES[value]}"] * 3) for name in alone]
                for query in queries:
                    said = f"{place.rule.endpoint} {value} {query[:60]}"
                    yield said, send(world, place, "GET", query_string=query)

    assert faults(answers()) == []


@pytest.mark.parametrize("name", TO_URL_FOR)
def test_what_url_for_would_take_for_itself_is_no_fault_on_any_public_page(world: World, name: str) -> None:
    """The attack as it was found: one of these names on an ordinary page was a 500."""
    public = [place for place in places(world, "GET") if admits(place.rule.endpoint, Audience.ANYONE)]
    assert len(public) > 10
    assert faults((place.rule.endpoint, send(world, place, "GET", query_string=f"{name}=x")) for place in public) == []


def test_the_links_of_a_page_keep_what_was_asked_and_nothing_else(world: World) -> None:
    found = places(world, "GET")
    listing = next(place for place in found if place.rule.endpoint == "resident.trainings")
    page = send(world, listing, "GET", query_string="words=lassen&_anchor=x&endpoint=static&_external=1")
    links = [str(one["href"]) for one in BeautifulSoup(page.text, "lxml").select("nav a[hreflang=en]")]
    assert links and all("words=lassen" in one and "taal=en" in one for one in links)
    assert not any(re.search(r"anchor|endpoint|external|#x|http", one) for one in links)


def test_head_is_get_without_what_it_shows(world: World) -> None:
    def answers() -> Iterator[tuple[str, TestResponse]]:
        for place in some(places(world, "GET"), 8):
            head = send(world, place, "HEAD")
            assert head.data == b"", place.rule.endpoint
            yield f"HEAD {place.rule.endpoint}", head

    assert faults(answers()) == []


def test_looking_at_a_link_with_head_uses_nothing(world: World) -> None:
    """A mail scanner asks for the head of every link; the link must still be good for its person."""
    for endpoint in ("access.link", "access.grant"):
        place = next(place for place in places(world, "GET") if place.rule.endpoint == endpoint)
        seen = [send(world, place, method).status_code for method in ("GET", "HEAD", "GET")]
        assert seen == [200, 200, 200], endpoint


# Forms -----------------------------------------------------------------------------------------------------------------


def fields_of(world: World, place: Place) -> list[str]:
    """The names of the fields of a form, as its page has them; those that every form has when it has no page."""
    if "GET" not in (place.rule.methods or ()):
        return ["text", "what", "name"]
    page = BeautifulSoup(send(world, place, "GET").text, "lxml")
    names = dict.fromkeys(str(one["name"]) for one in page.select("main form [name]"))
    return [name for name in names if name not in ("csrf_token", "submission_token")] or ["text"]


def body(names: list[str], value: str, csrf: str, token: str, times: int = 1) -> str:
    sent = [f"{quote_plus(name)}={value}" for name in names for _ in range(times)]
    return "&".join([f"csrf_token={quote_plus(csrf)}", f"submission_token={token:x<22}", *sent])


def test_no_field_of_any_form_is_a_fault(world: World) -> None:
    def answers() -> Iterator[tuple[str, TestResponse]]:
        for number, place in enumerate(some(places(world, "POST"), 5)):
            names = fields_of(world, place)
            for value in chosen(number):
                for times in (1 + number % 2,):
                    csrf = who(world, place).csrf()
                    sent = body(names, VALUES[value], csrf, f"token{number:04d}{times}{value}".replace(" ", "-"), times)
                    kind = "application/x-www-form-urlencoded"
                    yield f"{place.rule.endpoint} {value}", send(world, place, "POST", data=sent, content_type=kind)

    assert faults(answers()) == []


def test_no_odd_body_is_a_fault(world: World) -> None:
    """What is no form at all, a form without an end, and files with impossible names."""
    odd = {
        "no boundary": ("multipart/form-data", b"--x"),
        "no end": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb'),
        "json": ("application/json", b'{"a": "\\ud800"}'),
        "odd name": (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="\xff\xfe\x00.xlsx"\r\n\r\nb\r\n--x--\r\n',
        ),
        "other characters": ("application/x-www-form-urlencoded; charset=utf-7", b"+AGE-=+2AA-"),
    }
    for place in some(places(world, "POST"), 8):
        for what, (kind, content) in odd.items():
            answer = send(world, place, "POST", data=content, content_type=kind)
            assert answer.status_code < 500, f"{place.rule.endpoint} {what}"


SURROGATE = r'"\ud800"'


@pytest.mark.parametrize("told", [SURROGATE, "NaN", "1e999", "[" * 50_000, "{}", "3", "null", '"x"'])
def test_rows_that_no_text_can_hold_are_refused(world: World, told: str) -> None:
    """A confirmed spreadsheet comes back as JSON: half a character in it was a 500."""
    place = next(place for place in places(world, "POST") if place.rule.endpoint == "employer.bundle_upload")
    csrf = who(world, place).csrf()
    rows = f'[{{"person": "m1", "training": {told}, "provider": {told}}}]' if len(told) < 100 else told
    data = {"csrf_token": csrf, "submission_token": "x" * 20, "rows": rows}
    answer = send(world, place, "POST", data=data)
    assert answer.status_code in (303, 422)
    seen = send(
        world, place, "POST", data={**data, "submission_token": "y" * 20, "rows": "[]", "seen": f"[[{told[:40]}]]"}
    )
    assert seen.status_code == 422


# What comes too late -----------------------------------------------------------------------------------------------------


def test_of_every_form_of_every_audience_nothing_is_lost(world: World) -> None:
    """When the session is over, and when somebody without a script goes on in another language: nothing is done then either."""
    tried, wrong = 0, []
    audiences = set()
    for form in forms(world):
        tried += 1
        audiences.add(form.audience)
        status, gone = kept_and_back(world, form)
        if gone or status < 400:
            wrong.append((str(form), status, gone))
        language, gone = left_and_back(world, form) if form.ways else ("no way out", form.typed)
        if gone or language != "en":
            wrong.append((str(form), language, gone))
    assert tried > (150 if PROOF else 5) and len(audiences) > (10 if PROOF else 2)
    assert wrong == []


def a_form(world: World) -> FilledForm:
    """The note of an advisor: a text at a page of its own."""
    world.stage = "sent"
    where = Visit(f"/adviseur/vraag/{world.question(Audience.RESIDENT).public_id}/notitie")
    page = page_at(world, Audience.ADVISOR, where)
    assert page is not None
    made = next(forms_on(page, Audience.ADVISOR, where, "sent"))
    assert made.typed
    return made


def test_a_control_that_keeps_nothing_loses_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    form = a_form(world)
    assert kept_and_back(world, form)[1] == []
    assert left_and_back(world, form) == ("en", [])
    monkeypatch.setattr(keeping, "_keep", lambda _what: False)
    assert kept_and_back(world, form)[1] == form.typed
    assert left_and_back(world, form) == ("en", form.typed)


def test_somebody_else_at_the_same_browser_gets_nothing_of_it(world: World) -> None:
    form = a_form(world)
    browser = browser_of(world, form)
    sent_too_late(browser, form)
    colleague = Browser(world.app).enter(account=world.accounts[Audience.REGION])
    other = colleague.client.get_cookie("loket")
    assert other is not None
    browser.client.set_cookie("loket", other.value)
    answer = browser.client.get(form.where.path)
    assert answer.status_code == 404 and "typed" not in answer.text and "niet weg" in answer.text


def test_another_browser_of_the_same_person_gets_nothing_of_it(world: World) -> None:
    form = a_form(world)
    sent_too_late(browser_of(world, form), form)
    elsewhere = browser_of(world, form).client.get(form.where.path)
    assert elsewhere.status_code == 200 and lost(soup_of(elsewhere), form) == form.typed
