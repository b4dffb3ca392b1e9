"""Somebody opens a page again after their session ended: told so, and after entering back where they were.

A telephone that was put away loads its page anew; a colleague comes back from lunch and follows a link. Nothing was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.people.accounts.actions import grant_access_link, issue_sign_in_link
from portal.people.accounts.models import Account
from portal.people.accounts.queries import ABSOLUTE, IDLE_DRAFT
from portal.people.actor import Audience
from portal.platform import clock
from portal.platform.database import unit_of_work
from portal.web.edge.keeping import MOST_TRIES
from tests.factories import ADVISOR, NOW, a_question
from tests.web.browser import SYSTEM, Browser, make_account
from tests.web.edge.test_kept_forms import BY_HAND, at_question
from tests.web.employers import a_token_for_an_employer
from tests.web.walking import Desk, desk, desk_engine, region_template, soup_of

__all__ = ["desk", "desk_engine", "region_template"]
LOOKS = {"Sec-Fetch-Mode": "navigate"}
"""What a browser says when it opens a page."""
AWAY = IDLE_DRAFT + timedelta(minutes=1)


@pytest.fixture
def still() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def question(engine: Engine, still: None) -> DevelopmentQuestion:
    return unit_of_work(engine, a_question)


def closed(browser: Browser, path: str) -> str:
    """The page of who was in here before."""
    answer = browser.get(path, headers=LOOKS)
    assert answer.status_code == 404 and "U was lang weg" in answer.text, path
    return answer.text


def sign_in_link(account: Account) -> Callable[[Session], str]:
    return lambda s: (
        "/inloggen/" + issue_sign_in_link(s, account=s.get_one(Account, account.id), actor=SYSTEM, now=clock.now())
    )


def test_staff_who_open_a_page_too_late_sign_in_there_and_come_back(
    app: Flask, engine: Engine, question: DevelopmentQuestion
) -> None:
    account = make_account(engine, "advisor")
    browser = Browser(app).enter(account=account)
    path = f"/adviseur/vraag/{question.public_id}"
    with clock.frozen(NOW + AWAY):
        said = closed(browser, path)
        assert "Log op dit apparaat opnieuw in. Dan gaat u verder waar u was." in said and "niet weg" not in said
        assert soup_of(browser.get(path)).select_one("main form[action='/inloggen'] input[name=email]") is not None
        way_in = unit_of_work(engine, sign_in_link(account))
        browser.get(way_in)
        assert browser.submit(way_in).location == path
        assert "Wat u invulde staat er nog" not in browser.get(path, headers=LOOKS).text


def test_who_asked_comes_back_by_the_link(app: Flask, engine: Engine, question: DevelopmentQuestion) -> None:
    browser = Browser(app).enter(question_id=question.id, audience=Audience.RESIDENT)
    path = f"/mijn/{question.public_id}/gegevens"
    with clock.frozen(NOW + AWAY):
        assert "/nieuwe-link" in closed(browser, path) and "/werkgever/inloggen" not in browser.get(path).text

        def link(session: Session) -> str:
            given = {"question_id": question.id, "audience": Audience.RESIDENT, "actor": ADVISOR, "now": clock.now()}
            return "/toegang/" + grant_access_link(session, **given)  # type: ignore[arg-type]

        way_in = unit_of_work(engine, link)
        browser.get(way_in)
        assert browser.submit(way_in).location == path


def test_an_employer_comes_back_to_what_is_of_its_own_address_alone(app: Flask, engine: Engine, still: None) -> None:
    def enters(browser: Browser, email: str) -> str | None:
        link = unit_of_work(engine, lambda s: a_token_for_an_employer(s, email))
        browser.get(f"/werkgever/inloggen/{link}")
        return browser.submit(f"/werkgever/inloggen/{link}").location

    browser, path = Browser(app), f"/werkgever/bedrijf/jaar/{NOW.year}"
    assert enters(browser, "hr@een.example") == "/werkgever/bedrijf"
    with clock.frozen(NOW + AWAY):
        assert "/werkgever/inloggen" in closed(browser, path)
        assert enters(browser, "hr@twee.example") == "/werkgever/bedrijf", "another company begins at its own desk"
        assert enters(browser, "hr@een.example") == path


@pytest.mark.parametrize("path", ["/bestaat-niet", "/alle-regelingen/bestaat-niet", "/mijn/AAAAAAAAAAAAAAAAAAAAAA"])
def test_a_stranger_and_what_is_nowhere_get_the_page_that_says_so(app: Flask, engine: Engine, path: str) -> None:
    assert "Deze pagina is er niet" in Browser(app).get(path, headers=LOOKS).text


def test_long_after_the_end_the_page_says_how_to_enter_and_keeps_nothing(
    app: Flask, engine: Engine, question: DevelopmentQuestion
) -> None:
    browser = Browser(app).enter(question_id=question.id, audience=Audience.RESIDENT)
    with clock.frozen(NOW + ABSOLUTE + timedelta(minutes=1)):
        said = closed(browser, f"/mijn/{question.public_id}")
        assert "Open de link uit uw bericht" in said and "verder waar u was" not in said
        assert browser.client.get_cookie("ingevuld") is None
        assert "U was lang weg" in closed(browser, f"/mijn/{question.public_id}/brieven"), "a second tab says so too"
        assert browser.get("/").status_code == 200 and browser.client.get_cookie("loket") is None


def test_a_draft_is_found_again_from_its_page_and_from_the_first_page(desk: Desk) -> None:
    with clock.frozen(clock.now()) as moment:
        walk = at_question(desk, "werk")
        browser, path = walk.browser, walk.path
        with clock.frozen(moment + AWAY):
            assert "Wat u invulde is niet weg" in closed(browser, path)
        with clock.frozen(moment + timedelta(hours=20)):
            for page in ("/", "/vraag", "/werkgever"):
                going = soup_of(browser.get(page)).find("a", string=re.compile("Verder met uw vraag"))
                assert going is not None and going["href"] == "/verder", page
                assert "Verder met uw vraag" not in Browser(desk.app).get(page).text
            browser.get("/verder")
            assert browser.submit("/verder", {"answer": "1985"}).location == path
            assert browser.get(path).status_code == 200


def test_what_was_typed_goes_before_where_somebody_was(desk: Desk) -> None:
    with clock.frozen(clock.now()) as moment:
        walk = at_question(desk, "werk")
        browser, path = walk.browser, walk.path
        other = path.replace("/werk", "/geboortejaar")
        with clock.frozen(moment + AWAY):
            assert browser.submit(path, {"answer": "employee_permanent"}, headers=BY_HAND).location == path
            assert "nog niets verstuurd" in closed(browser, other)
            browser.get("/verder")
            assert browser.submit("/verder", {"answer": "1985"}).location == path
            assert soup_of(browser.get(path)).select_one("input[value=employee_permanent][checked]") is not None


def test_many_pages_of_one_draft_give_no_more_tries(desk: Desk) -> None:
    with clock.frozen(clock.now()) as moment:
        walk = at_question(desk, "werk")
        browser, path = walk.browser, walk.path
        cookie = browser.client.get_cookie("loket")
        assert cookie is not None
        with clock.frozen(moment + AWAY):
            for part in ("werk", "geboortejaar", "wens"):
                browser.client.set_cookie("loket", cookie.value)
                closed(browser, path.replace("/werk", f"/{part}"))
            for number in range(MOST_TRIES):
                browser.get("/verder")
                browser.submit("/verder", {"answer": str(1950 + number)})
            assert browser.get("/verder").status_code == 303


def test_a_program_and_a_part_of_a_page_leave_no_place(
    app: Flask, engine: Engine, question: DevelopmentQuestion
) -> None:
    browser = Browser(app).enter(account=make_account(engine, "advisor"))
    with clock.frozen(NOW + AWAY):
        browser.get(f"/adviseur/vraag/{question.public_id}", headers={"Sec-Fetch-Mode": "cors"})
        assert browser.client.get_cookie("ingevuld") is None
