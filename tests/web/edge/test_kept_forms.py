"""What a browser sees of a form that was not accepted: its page with what was typed, and nothing that is sent twice.

Who: somebody who fills in the questions on a telephone, makes mistakes, goes back, changes the language and is called away; and an
advisor whose session ended while somebody talked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from portal.cases.conversations.models import Note
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.accounts.actions import grant_access_link, issue_sign_in_link
from portal.people.accounts.queries import (
    IDLE_BY_LINK,
    IDLE_DRAFT,
    IDLE_PENDING,
    IDLE_STAFF,
    account_by_email,
)
from portal.people.actor import Audience
from portal.platform import clock
from portal.platform.database import unit_of_work
from portal.platform.sealed_forms import SealedForm
from portal.web.edge.keeping import MOST_TRIES
from tests.factories import ADVISOR, NOW, a_question
from tests.web.browser import SYSTEM, Browser, make_account
from tests.web.walking import Desk, Walk, desk, desk_engine, last_part, region_template, sound_page, soup_of

__all__ = ["desk", "desk_engine", "region_template"]
BY_HAND = {"Origin": "http://localhost", "Sec-Fetch-Mode": "navigate"}
"""What a browser says when somebody presses a button."""
LONG = "Ik ben het er niet mee eens & vraag u dit over te doen, <want> het klopt niet."


def field(answer: TestResponse, name: str) -> str | None:
    """What stands in a text field of a page."""
    one = soup_of(answer).select_one(f"main [name='{name}']")
    assert one is not None, name
    return one.get_text() if one.name == "textarea" else one.get("value")  # type: ignore[return-value]


def at_question(desk: Desk, part: str) -> Walk:
    """Somebody who answers the questions and is at one of them."""
    walk = desk.walk()
    walk.start()
    while last_part(walk.path) != part:
        walk.answer(walk.answers[last_part(walk.path)])
    return walk


def test_a_refused_answer_is_shown_at_its_own_address_with_its_errors_and_after_that_without(desk: Desk) -> None:
    walk = at_question(desk, "postcode")
    browser, path = walk.browser, walk.path
    refused = browser.submit(path, {"postcode": "tien"}, headers=BY_HAND)
    assert refused.status_code == 303 and refused.location.endswith(path)
    errors = browser.get(path)
    assert errors.status_code == 200 and field(errors, "postcode") == "tien"
    assert sound_page(errors).select_one("#error-summary") and "<title>Fout:" in errors.text
    back = browser.get(path)
    assert field(back, "postcode") == "tien" and "niets verstuurd" in back.text
    assert soup_of(back).select_one("#error-summary") is None
    sound_page(back)
    other = browser.get(f"{path}?taal=en")
    assert field(other, "postcode") == "tien" and 'lang="en"' in other.text
    browser.get(f"{path}?taal=nl")
    right = browser.submit(path, {"postcode": "7311 AB"}, headers=BY_HAND)
    assert right.status_code == 303 and not right.location.endswith(path)
    assert field(browser.get(path), "postcode") == "7311", "what was saved"
    assert browser.client.get_cookie("ingevuld") is None, "nothing is kept any more"


def test_who_does_not_follow_what_it_posts_gets_the_errors_at_once(desk: Desk) -> None:
    walk = at_question(desk, "postcode")
    assert walk.browser.submit(walk.path, {"postcode": "tien"}).status_code == 422
    assert field(walk.browser.get(walk.path), "postcode") == ""


def test_rows_that_were_added_come_back_with_the_rest(desk: Desk) -> None:
    walk = at_question(desk, "kosten")
    browser, path = walk.browser, walk.path
    lines: dict[str, Any] = {"lines-0-category": "tuition", "lines-0-amount": "veel", "lines-1-category": "books"}
    lines |= {"lines-1-amount": "12,50", "lines-4-category": "exam", "lines-4-amount": "geen idee"}
    assert browser.submit(path, lines, headers=BY_HAND).status_code == 303
    browser.get(path)
    back = browser.get(path)
    values = {str(one.get("value")) for one in soup_of(back).select("main input[name$=amount]")}
    assert {"veel", "12,50", "geen idee"} <= values
    assert soup_of(back).select_one("option[value=exam][selected]") is not None
    more = browser.submit(path, {**lines, "add_line": "1"}, headers=BY_HAND)
    assert more.status_code == 303, "a button of the list asks nothing again when the page is loaded again"
    assert "Kostenpost 4" in browser.get(path).text


def test_save_for_later_saves_what_is_right_and_keeps_what_is_not_yet(desk: Desk) -> None:
    walk = at_question(desk, "wens")
    browser, path = walk.browser, walk.path
    button = soup_of(browser.get(path)).select_one("button[name=later]")
    assert button is not None and button["form"] == "answers"
    later = str(button["value"])
    kept = browser.submit(path, {"wish": "Ik wil lasser worden", "later": later}, headers=BY_HAND)
    assert (kept.status_code, kept.location) == (303, later)
    assert field(browser.get(path), "wish").strip() == "Ik wil lasser worden"  # type: ignore[union-attr]
    walk = at_question(desk, "postcode")
    browser, path = walk.browser, walk.path
    later = str(soup_of(browser.get(path)).select_one("button[name=later]")["value"])  # type: ignore[index]
    half = browser.submit(path, {"postcode": "73", "later": later}, headers=BY_HAND)
    assert (half.status_code, half.location) == (303, later)
    assert "nog niet af" in browser.get(later).text
    browser.submit(later)
    resume = soup_of(browser.follow()).select_one("a.button")
    assert resume is not None and str(resume["href"]) == path, "where one was"
    assert field(browser.get(path), "postcode") == "73"


def test_without_a_script_back_and_the_other_language_take_along_what_is_typed(desk: Desk) -> None:
    walk = at_question(desk, "postcode")
    browser, path = walk.browser, walk.path
    page = soup_of(browser.get(path))
    back, english = page.select("noscript button[form=answers][name=later]")
    assert str(english["value"]) == f"{path}?taal=en" and str(back["value"]).endswith("/wens")
    assert browser.submit(path, {"postcode": "74", "later": str(back["value"])}, headers=BY_HAND).location.endswith(
        "/wens"
    )
    assert field(browser.get(path), "postcode") == "74"
    browser.submit(path, {"postcode": "741", "later": str(english["value"])}, headers=BY_HAND)
    other = browser.follow()
    assert 'lang="en"' in other.text and field(other, "postcode") == "741"


@pytest.mark.parametrize("to", ["https://elders.example/", "//elders.example", "/\\elders.example", "elders", "/a\nb"])
def test_later_leads_nowhere_else(desk: Desk, to: str) -> None:
    walk = at_question(desk, "postcode")
    answer = walk.browser.submit(walk.path, {"postcode": "7311 AB", "later": to}, headers=BY_HAND)
    assert answer.status_code == 303 and "elders" not in answer.location and last_part(answer.location) == "gemeente"


def test_a_page_that_is_left_is_kept_and_can_be_thrown_away(desk: Desk) -> None:
    walk = at_question(desk, "opleiding")
    browser, path = walk.browser, walk.path
    browser.get(path)
    left = browser.submit(
        path, {"known": "yes", "name": "Lassen", "act": "keep"}, headers={"Origin": "http://localhost"}
    )
    assert left.status_code == 204
    back = browser.get(path)
    assert field(back, "name") == "Lassen"
    assert soup_of(back).select_one("input[name=known][value=yes][checked]") is not None
    assert browser.submit(path, {"act": "forget"}).status_code == 303
    assert field(browser.get(path), "name") == ""


def test_a_page_says_when_it_closes_and_can_be_kept_open(desk: Desk) -> None:
    walk = at_question(desk, "postcode")
    with clock.frozen(clock.now()) as moment:
        browser = desk.visitor(walk, audience=Audience.RESIDENT)
        ends = soup_of(browser.get(walk.path)).select_one("#session-ends")
        assert ends is not None and int(str(ends["data-left"])) == IDLE_DRAFT.total_seconds()
        with clock.frozen(moment + timedelta(minutes=55)):
            longer = browser.get("/langer")
            assert int(str(soup_of(longer).select_one("#session-ends")["data-left"])) == IDLE_DRAFT.total_seconds()  # type: ignore[index]
            sound_page(longer)
        with clock.frozen(moment + timedelta(minutes=110)):
            assert browser.get(walk.path).status_code == 200
        with clock.frozen(moment + timedelta(minutes=171)):
            assert browser.get(walk.path).status_code == 404, "the control: nobody pressed"
            assert "al gesloten" in browser.get("/langer").text
    assert 'id="session-ends"' not in Browser(desk.app).get("/inloggen").text


def test_without_script_the_same_comes_up_five_minutes_before_however_long_a_session_lasts(desk: Desk) -> None:
    sheet = (Path(desk.app.static_folder or "") / "ends.css").read_text("utf-8")
    longest = int(max(IDLE_DRAFT, IDLE_BY_LINK, IDLE_STAFF, IDLE_PENDING).total_seconds()) // 60
    delays = dict(re.findall(r"\.left-(\d+) { animation-delay: (\d+)s }", sheet))
    assert {minutes: str((int(minutes) - 5) * 60) for minutes in delays} == delays
    assert set(map(int, delays)) == set(range(6, longest + 1)), "with less left it is there at once"
    walk = at_question(desk, "postcode")
    with clock.frozen(clock.now()):
        page = soup_of(desk.visitor(walk, audience=Audience.RESIDENT).get(walk.path))
    ending = page.select_one("noscript .ending")
    assert ending is not None and ending["class"] == ["ending", "left-60"]
    assert ending.select_one("a")["href"] == "/langer"  # type: ignore[index]
    assert page.select_one("noscript link[href*=ends]") is not None


# The session is over -----------------------------------------------------------------------------------------------------


@pytest.fixture
def still() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def question(engine: Engine, still: None) -> DevelopmentQuestion:
    return unit_of_work(engine, a_question)


def notes(engine: Engine) -> list[str]:
    return unit_of_work(engine, lambda s: [note.text for note in s.query(Note)])


def test_staff_sign_in_in_place_and_go_on_where_they_were(
    app: Flask, engine: Engine, question: DevelopmentQuestion
) -> None:
    account = make_account(engine, "advisor")
    browser = Browser(app).enter(account=account)
    path = f"/adviseur/vraag/{question.public_id}/notitie"
    browser.get(path)
    with clock.frozen(NOW + timedelta(hours=14)):
        over = browser.submit(path, {"text": LONG}, headers=BY_HAND)
        assert (over.status_code, over.location) == (303, path)
        closed = browser.get(path)
        assert closed.status_code == 404 and "niet weg" in closed.text and "eens" not in closed.text
        form = soup_of(closed).select_one("main form[action='/inloggen'] input[name=email]")
        assert form is not None, "they sign in right there"

        def link(session: Any) -> str:
            found = account_by_email(session, email=account.email)
            assert found is not None
            return issue_sign_in_link(session, account=found, actor=SYSTEM, now=clock.now())

        way_in = f"/inloggen/{unit_of_work(engine, link)}"
        browser.get(way_in)
        assert browser.submit(way_in).location == path
        back = browser.get(path)
        assert field(back, "text") == LONG and notes(engine) == [], "looked at first, sent by the person"
        assert browser.submit(path, {"text": LONG}, headers=BY_HAND).status_code == 303
        assert notes(engine) == [LONG]
        assert field(browser.get(path), "text").strip() == ""  # type: ignore[union-attr]


def test_who_asked_goes_on_by_the_link_and_somebody_elses_link_shows_nothing(
    app: Flask, engine: Engine, question: DevelopmentQuestion
) -> None:
    other = unit_of_work(engine, lambda s: a_question(s))
    browser = Browser(app).enter(question_id=question.id, audience=Audience.RESIDENT)
    path = f"/mijn/{question.public_id}/intrekken"
    browser.get(path)
    with clock.frozen(NOW + IDLE_DRAFT + timedelta(minutes=1)):
        assert browser.submit(path, {"reason": LONG}, headers=BY_HAND).location == path
        closed = browser.get(path)
        assert closed.status_code == 404 and "de link uit uw bericht" in closed.text and "/nieuwe-link" in closed.text
        for number, lands in ((other.id, "/mijn"), (question.id, path)):

            def link(session: Any, number: int = number) -> str:
                return grant_access_link(
                    session, question_id=number, audience=Audience.RESIDENT, actor=ADVISOR, now=clock.now()
                )

            way_in = f"/toegang/{unit_of_work(engine, link)}"
            browser.get(way_in)
            assert browser.submit(way_in).location == lands
            answer = browser.get(path)
            assert (answer.status_code == 200 and field(answer, "reason") == LONG) is (lands == path)
    assert IDLE_BY_LINK < IDLE_DRAFT


def test_what_was_seen_is_compared_when_it_is_filled_in_again(
    app: Flask, engine: Engine, question: DevelopmentQuestion
) -> None:
    browser = Browser(app).enter(account=make_account(engine, "advisor"))
    path = f"/adviseur/vraag/{question.public_id}/doorverwijzen"
    browser.get(path)
    assert re.search('name="seen"', browser.last.text if browser.last is not None else "")
    seen = {"seen": '[["state", "Stand", "anders", "iets anders"]]', "act": "keep", "explanation": LONG}
    browser.submit(path, seen, headers={"Origin": "http://localhost"})
    assert "iets anders" in browser.get(path).text


def test_an_accepted_form_keeps_nothing_and_a_stranger_costs_nothing(
    app: Flask, engine: Engine, question: DevelopmentQuestion
) -> None:
    browser = Browser(app).enter(account=make_account(engine, "advisor"))
    path = f"/adviseur/vraag/{question.public_id}/notitie"
    browser.get(path)
    browser.submit(path, {"text": LONG}, headers=BY_HAND)
    stranger = Browser(app)
    for headers in (BY_HAND, {**BY_HAND, "Origin": "https://elders.example"}):
        stranger.client.post("/inloggen", data={"email": "x" * 50, "csrf_token": "y"}, headers=headers)
    kept = unit_of_work(engine, lambda s: s.scalar(select(func.count()).select_from(SealedForm)), read_only=True)
    assert kept == 0


def over(desk: Desk, part: str, data: dict[str, Any]) -> tuple[Browser, str]:
    """Somebody who answers the questions, waits too long at one of them and sends it then."""
    walk = at_question(desk, part)
    browser, path = walk.browser, walk.path
    with clock.frozen(clock.now() + IDLE_DRAFT + timedelta(minutes=1)):
        assert browser.submit(path, data, headers=BY_HAND).location == path
        assert "/verder" in browser.get(path).text
    return browser, path


def test_who_made_no_link_yet_goes_on_by_what_only_they_know(desk: Desk) -> None:
    with clock.frozen(clock.now()) as moment:
        browser, path = over(desk, "werk", {"answer": "employee_permanent"})
        with clock.frozen(moment + IDLE_DRAFT + timedelta(minutes=2)):
            page = sound_page(browser.get("/verder"))
            assert "geboortejaar" in page.get_text() and "1985" not in page.get_text()
            assert browser.submit("/verder", {"answer": "1984"}).status_code == 422
            assert browser.submit("/verder", {"answer": "1985"}).location == path
            back = soup_of(browser.get(path))
            assert back.select_one("input[value=employee_permanent][checked]") is not None


def test_who_guesses_does_not_get_in_and_nobody_else_is_asked(desk: Desk) -> None:
    with clock.frozen(clock.now()) as moment:
        browser, path = over(desk, "werk", {"answer": "employee_permanent"})
        with clock.frozen(moment + IDLE_DRAFT + timedelta(minutes=2)):
            for number in range(MOST_TRIES):
                browser.get("/verder")
                answer = browser.submit("/verder", {"answer": str(1950 + number)})
            assert answer.status_code == 303 and browser.get("/verder").status_code == 303
            browser.client.post(path, data={"answer": "none"}, headers=BY_HAND)
            assert browser.get("/verder").status_code == 303, "sending it once more gives no new tries"
            assert Browser(desk.app).get("/verder").status_code == 303


def test_before_anything_was_answered_a_button_is_enough(desk: Desk) -> None:
    with clock.frozen(clock.now()) as moment:
        browser, path = over(desk, "wens", {"wish": LONG})
        with clock.frozen(moment + IDLE_DRAFT + timedelta(minutes=2)):
            browser.get("/verder")
            assert browser.submit("/verder").location == path
            assert field(browser.get(path), "wish") == LONG
