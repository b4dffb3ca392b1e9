"""A form that is sent after the session is over: nothing is done, nothing that was typed is lost, and it is sent when the person is in
again.

Who: an advisor who wrote half a page while somebody talked, and a resident who went to look for a paper. Both press the button too
late. They come in again, in another tab or by the link from the mail, press one button and see their page as they left it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from portal.cases.conversations.models import Note
from portal.cases.conversations.requests import ask_more
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Audience
from portal.platform import clock
from portal.platform.database import unit_of_work
from tests.factories import ADVISOR, NOW, a_question
from tests.web.browser import Browser, make_account
from tests.web.walking import sound_page, soup_of

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
LATER = NOW + timedelta(hours=14)
HERE = {"Origin": "http://localhost"}
LONG = 'Wil lasser worden & zoekt "avondlessen"; belt maandag terug over de offerte van de school.'
ON = "Verder met wat ik invulde"


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def question(engine: Engine) -> DevelopmentQuestion:
    return unit_of_work(engine, a_question)


def notes(engine: Engine) -> list[str]:
    return unit_of_work(engine, lambda s: [note.text for note in s.query(Note)])


def pressed(browser: Browser, answer: TestResponse) -> TestResponse:
    """Press the button of the page that gives back what was typed: everything that is hidden in it goes along."""
    page = soup_of(answer)
    assert len(page.select("h1")) == 1
    form = page.select_one("main form[method=post]")
    assert form is not None and ON in form.get_text()
    data: dict[str, Any] = {}
    for one in form.select("input[type=hidden]"):
        data.setdefault(str(one["name"]), []).append(str(one["value"]))
    return browser.client.post(str(form["action"]), data=data, headers=HERE)


def test_what_staff_typed_comes_back_after_signing_in_again(
    app: Flask, engine: Engine, question: DevelopmentQuestion
) -> None:
    account = make_account(engine, "advisor")
    browser = Browser(app).enter(account=account)
    path = f"/adviseur/vraag/{question.public_id}/notitie"
    browser.get(path)
    with clock.frozen(LATER):
        over = browser.submit(path, {"text": LONG}, headers=HERE)
        assert over.status_code == 400 and "niet weg" in over.text
        assert LONG in soup_of(over).get_text(), "to be copied, whatever happens next"
        again = pressed(browser, over)
        assert again.status_code == 400 and "Inloggen op een nieuw tabblad" in again.text, (
            "not in yet: it is still there"
        )
        browser.enter(account=account, at=LATER)
        inside = pressed(browser, again)
        shown = pressed(browser, inside)
        assert shown.status_code == 200 and notes(engine) == [], "looked at first, sent by the person"
        field = sound_page(shown).select_one("textarea[name=text]")
        assert field is not None and field.get_text().strip() == LONG
        browser.last = shown
        assert browser.submit(path, {"text": LONG}).status_code == 303
    assert notes(engine) == [LONG]


def test_what_a_resident_typed_comes_back_by_the_link(
    app: Flask, engine: Engine, question: DevelopmentQuestion
) -> None:
    day = NOW.date() + timedelta(days=14)
    unit_of_work(
        engine,
        lambda s: ask_more(s, question=s.merge(question), text="Offerte?", answer_by=day, actor=ADVISOR, now=NOW),
    )
    browser = Browser(app).enter(question_id=question.id, audience=Audience.RESIDENT)
    path = f"/mijn/{question.public_id}/antwoord"
    browser.get(path)
    with clock.frozen(LATER):
        over = browser.submit(path, {"answer": LONG}, headers=HERE)
        browser.enter(question_id=question.id, audience=Audience.RESIDENT, at=LATER)
        shown = pressed(browser, pressed(browser, over))
        field = sound_page(shown).select_one("textarea[name=answer]")
        assert field is not None and field.get_text().strip() == LONG


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://elders.example"}, {"Origin": "null"}])
def test_a_form_of_another_site_is_not_given_back(
    app: Flask, engine: Engine, question: DevelopmentQuestion, headers: dict[str, str]
) -> None:
    browser = Browser(app).enter(account=make_account(engine, "advisor"))
    answer = browser.client.post(
        f"/adviseur/vraag/{question.public_id}/notitie", data={"text": LONG, "csrf_token": "x"}, headers=headers
    )
    assert answer.status_code == 400 and "Wil lasser worden" not in answer.text


def test_who_may_not_open_a_page_gets_no_further_with_it(
    app: Flask, engine: Engine, question: DevelopmentQuestion
) -> None:
    browser = Browser(app).enter(account=make_account(engine, "provider"))
    path = f"/adviseur/vraag/{question.public_id}/notitie"
    answer = browser.client.post(path, data={"text": LONG, "csrf_token": "x"}, headers=HERE)
    assert answer.status_code == 404 and notes(engine) == []


def test_a_button_without_a_page_of_its_own_is_only_told(app: Flask, engine: Engine) -> None:
    browser = Browser(app).enter(account=make_account(engine, "advisor"))
    with clock.frozen(LATER):
        answer = browser.client.post("/uitloggen", data={"reason": LONG}, headers=HERE)
    assert answer.status_code == 400 and "een tijd niets gedaan" in answer.text and LONG not in answer.text


def test_every_page_with_a_form_gives_back_what_was_typed(app: Flask) -> None:
    """All of them, by the addresses of the application: nobody is in, and something long was typed."""
    client, lost = app.test_client(), []
    pages = [rule for rule in app.url_map.iter_rules() if {"GET", "POST"} <= (rule.methods or set())]
    for rule in pages:
        adapter = app.url_map.bind("localhost")
        address = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, "x"), method="POST")
        answer = client.post(address, data={"text": LONG, "csrf_token": "old"}, headers=HERE)
        if answer.status_code != 400 or LONG not in soup_of(answer).get_text():
            lost.append((rule.endpoint, answer.status_code))
    assert len(pages) > 150 and lost == []
