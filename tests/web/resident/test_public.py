"""The pages for everybody: sound, honest, useful, and kind on a desk without a region."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from portal.framework.loading import load_region
from portal.platform.clock import now, today
from portal.platform.database import unit_of_work
from portal.web.edge.policy import ANYONE, POLICY
from tests.benchmarks.questions import region
from tests.web.browser import SYSTEM, Browser
from tests.web.shown_names import ids_in
from tests.web.walking import (
    APPLICANT,
    CATALOGUE,
    CONTACT,
    WELDER,
    Desk,
    Walk,
    approve,
    assert_sound,
    sound_page,
    words_on,
)

PAGES = (
    "/",
    "/vraag",
    "/werkgever",
    "/alle-regelingen",
    "/zo-rekenen-wij",
    "/privacy",
    "/toegankelijkheid",
    "/contact",
)


@pytest.fixture
def database() -> str:
    """Once is enough: what these tests touch has neither money nor locks of its own."""
    return "sqlite"


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_sound(shared_desk: Desk, path: str) -> None:
    assert_sound(Browser(shared_desk.app).get(path))


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_there_on_a_desk_without_a_region(app: Flask, path: str) -> None:
    assert_sound(Browser(app).get(path))


def test_nobody_can_start_on_a_desk_without_a_region(app: Flask) -> None:
    for path in ("/vraag", "/werkgever"):
        browser = Browser(app)
        assert "nog niet ingericht" in browser.get(path).text
        assert browser.post(path).status_code == 404


def test_every_scheme_has_a_page_with_its_sources(shared_desk: Desk) -> None:
    browser = Browser(shared_desk.app)
    slugs = [
        path.stem
        for folder in (CATALOGUE, CATALOGUE.parent / "nl")
        for path in sorted((folder / "schemes").glob("*.yaml"))
    ]
    assert len(slugs) > 10
    overview = sound_page(browser.get("/alle-regelingen"))
    listed = {str(link["href"]).rsplit("/", 1)[1] for link in overview.select(".tasks a")}
    assert listed == set(slugs)
    for slug in slugs:
        page = sound_page(browser.get(f"/alle-regelingen/{slug}"))
        assert "Waar komt dit vandaan?" in page.text, slug


def listed_under(browser: Browser, query: str = "") -> dict[str, list[str]]:
    """The schemes that the list shows, by their heading."""
    page = sound_page(browser.get(f"/alle-regelingen{query}"))
    return {
        rows.find_previous("h2").text: [str(link["href"]).rsplit("/", 1)[1] for link in rows.select("a")]  # type: ignore[union-attr]
        for rows in page.select("main ul.tasks")
    }


def test_under_open_stands_only_what_is_open_and_what_ended_stands_apart(shared_desk: Desk) -> None:
    groups, schemes = listed_under(Browser(shared_desk.app)), region().schemes
    states = {slug: one.availability(today()).state for slug, one in schemes.items()}
    wanted = {
        "Nu open": {"open"},
        "Misschien open": {"unknown"},
        "Nu niet open": {"not_yet_open", "closed", "ceiling_reached"},
        "Bestaat niet meer": {"ended"},
    }
    for heading, found in groups.items():
        assert {states[slug] for slug in found} <= wanted[heading], heading
    assert sorted(slug for found in groups.values() for slug in found) == sorted(schemes)
    assert states["stap-budget"] == "ended", "the control: there is one that ended"


@pytest.mark.parametrize(
    ("query", "some", "none"),
    [
        ("?q=ontwikkelfonds", "ontwikkelfonds-individueel", "praktijkleren"),
        ("?q=ONTWIKKELFONDS+individuele", "ontwikkelfonds-individueel", "ontwikkelfonds-werkgever"),
        ("?who=employer", "ontwikkelfonds-werkgever", "ontwikkelfonds-individueel"),
        ("?kind=loan", "levenlanglerenkrediet", "ontwikkelfonds-individueel"),
        ("?open=y", "ontwikkelfonds-individueel", "stap-budget"),
        ("?who=nonsense", "stap-budget", "bestaat-niet"),
    ],
)
def test_schemes_are_found_by_words_and_choices(shared_desk: Desk, query: str, some: str, none: str) -> None:
    found = {slug for rows in listed_under(Browser(shared_desk.app), query).values() for slug in rows}
    assert some in found and none not in found


def test_when_no_scheme_is_found_the_page_says_so(shared_desk: Desk) -> None:
    page = sound_page(Browser(shared_desk.app).get("/alle-regelingen?q=zwaardslikken"))
    assert "Geen regeling gevonden" in page.text and not page.select(".tasks a")


def test_no_name_of_a_file_stands_on_a_page_for_everybody(shared_desk: Desk) -> None:
    """Every page that needs no address of its own; `sound_page` looks at each page that any test opens."""
    browser, looked = Browser(shared_desk.app), 0
    for rule in shared_desk.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments and POLICY.get(rule.endpoint) == ANYONE:
            answer = browser.get(rule.rule)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                looked += 1
                assert not ids_in(words_on(answer)), rule.rule
            answer.close()
    assert looked > len(PAGES)
    assert ids_in("Vraag ontwikkelfonds-individueel aan, met work_situation.") == {
        "ontwikkelfonds-individueel",
        "work_situation",
    }, "the control"


def test_a_scheme_that_is_not_there_is_not_found(shared_desk: Desk) -> None:
    assert Browser(shared_desk.app).get("/alle-regelingen/bestaat-niet").status_code == 404


def test_an_ended_scheme_explains_itself_and_a_loan_is_called_a_loan(shared_desk: Desk) -> None:
    browser = Browser(shared_desk.app)
    assert "bestaat niet meer" in browser.get("/alle-regelingen/stap-budget").text
    assert "U moet het geld terugbetalen." in browser.get("/alle-regelingen/levenlanglerenkrediet").text


def test_the_accessibility_statement_does_not_claim_an_audit(shared_desk: Desk) -> None:
    page = sound_page(Browser(shared_desk.app).get("/toegankelijkheid"))
    assert "Nog niet onafhankelijk onderzocht" in page.text


def test_the_footer_leads_to_help_privacy_method_and_accessibility(shared_desk: Desk) -> None:
    page = sound_page(Browser(shared_desk.app).get("/"))
    links = {str(link["href"]) for link in page.select("footer a")}
    assert {"/privacy", "/toegankelijkheid", "/zo-rekenen-wij", "/contact", "/nieuwe-link"} <= links


def test_who_is_in_is_not_asked_whether_the_link_is_lost(shared_desk: Desk) -> None:
    walk = shared_desk.walk()
    walk.to_check()
    assert walk.browser.last is not None
    page = sound_page(walk.browser.last)
    assert "/contact" in {str(link["href"]) for link in page.select("footer a")}
    assert "/nieuwe-link" not in {str(link["href"]) for link in page.select("footer a")}


def test_no_page_asks_for_a_citizen_service_number(shared_desk: Desk) -> None:
    for path in PAGES:
        page = sound_page(Browser(shared_desk.app).get(path))
        assert not page.select("[name*=bsn]")


def test_a_resident_walks_from_question_to_voucher_on_both_databases(app: Flask, engine: Engine) -> None:
    unit_of_work(engine, lambda s: load_region(s, folder=Path(CATALOGUE), actor=SYSTEM, now=now()))
    walk = Walk(app, WELDER)
    walk.to_check()
    assert_sound(walk.go("uitkomst"))
    walk.go("versturen")
    walk.answer(CONTACT)
    walk.browser.get("/mijn")
    walk.browser.follow()
    path = walk.path
    walk.browser.get(f"{path}/aanvragen")
    walk.answer(APPLICANT)
    approve(engine, path)
    assert "U krijgt een voucher" in sound_page(walk.browser.get(f"{path}/besluit")).text
