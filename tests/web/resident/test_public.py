"""The pages for everybody: sound, honest, useful, and kind on a desk without a region."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from portal.framework.loading import load_region
from portal.platform.clock import now
from portal.platform.database import unit_of_work
from tests.web.browser import SYSTEM, Browser
from tests.web.walking import APPLICANT, CATALOGUE, CONTACT, WELDER, Desk, Walk, approve, assert_sound, sound_page

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
    assert {"/privacy", "/toegankelijkheid", "/zo-rekenen-wij", "/contact"} <= links


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
