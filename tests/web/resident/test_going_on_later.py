"""Going on with a draft: what was said stays what it is, also on another device."""

from __future__ import annotations

from bs4 import BeautifulSoup

from portal.people.actor import Audience
from tests.web.browser import Browser
from tests.web.resident.test_questions import at_costs, text_of
from tests.web.walking import WELDER, Desk, last_part, soup_of

JOB_SEEKER = {
    **WELDER,
    "werk": {"answer": "job_seeker"},
    "uitkering": {"answer": "ww"},
    "gegevens/colland_sector": {"answer": "unknown"},
    "gegevens/colland_five_years": {"answer": "unknown"},
}


def test_a_link_takes_the_draft_to_another_device_where_it_was_left(desk: Desk) -> None:
    walk = at_costs(desk)
    walk.go("bewaren")
    walk.browser.submit(walk.path)
    shown = walk.browser.follow()
    link = soup_of(shown).select_one(".code a")
    assert link is not None and "/toegang/" in str(link["href"])
    assert "Maak een link" in text_of(walk.go("bewaren")), "the link is shown once"
    other = Browser(desk.app)
    path = str(link["href"]).removeprefix("http://127.0.0.1:8000")
    other.get(path)
    other.submit(path)
    other.follow()
    assert other.follow().status_code == 200
    assert last_part(other.last.request.path) == "kosten"  # type: ignore[union-attr]


def test_not_known_yet_and_no_stay_what_they_are_also_on_another_device_and_going_on_resumes_there(desk: Desk) -> None:
    walk = desk.walk()
    walk.start()
    while last_part(walk.path) != "kosten":
        walk.answer(walk.answers[last_part(walk.path)])
    walk.browser.submit(walk.path, {"unknown": "1"})
    walk.browser.follow()
    walk.answer({"contribution": "no"})
    here = walk.path
    elsewhere = desk.visitor(walk, audience=Audience.RESIDENT)
    start = here.partition("/vraag/")[2].partition("/")[0]

    def at(part: str) -> BeautifulSoup:
        return soup_of(elsewhere.get(f"/vraag/{start}/{part}"))

    assert "ik weet de kosten nog niet" in at("kosten").get_text()
    assert at("werkgever").select_one("input[name=contribution][value=no][checked]") is not None
    resume = soup_of(elsewhere.post(f"/vraag/{start}/bewaren")).select_one("a.button") or at("bewaren").select_one(
        "a.button"
    )
    assert resume is not None and str(resume["href"]) == here, "where one was"


def test_who_knows_no_training_yet_finds_that_answer_again_on_another_device(desk: Desk) -> None:
    walk = desk.walk({**WELDER, "opleiding": {"known": "no"}})
    walk.start()
    while last_part(walk.path) != "opleiding":
        walk.answer(walk.answers[last_part(walk.path)])
    address = walk.path
    walk.answer(walk.answers["opleiding"])
    page = desk.visitor(walk, audience=Audience.RESIDENT).get(address)
    assert soup_of(page).select_one("input[name=known][value=no][checked]") is not None
