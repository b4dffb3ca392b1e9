"""The way back: called as the page that it leads to; between questions one step back, and called so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml.html import document_fromstring

from portal.people.actor import Audience
from tests.web.every_page import pages_of
from tests.web.walking import words_of
from tests.web.world import World
from tests.web.worlds import a_world

TEMPLATES = Path(__file__).parents[3] / "templates"
ASKERS = (Audience.ANYONE, Audience.RESIDENT, Audience.EMPLOYER)
STEP = "Terug"
OTHERWISE = {"Startpagina": "/", "De uitkomst": "/uitkomst", "Uw vraag": "/ontvangen"}
"""Pages whose heading says something else every time: what they are called, and where they are."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[World]:
    """One desk for all pages."""
    with a_world(sqlite_template, tmp_path_factory.mktemp("back")) as world:
        yield world


def way_back(html: str) -> tuple[str, str] | None:
    """What the way back of a page is called, and where it leads; None without one."""
    found = document_fromstring(html).xpath("//nav//a[@class='back']")
    return (words_of(found[0]), str(found[0].get("href"))) if found else None


def is_called_so(text: str, href: str, html: str) -> bool:
    """Whether a page is called what the way to it says."""
    page = document_fromstring(html)
    called = {words_of(one) for one in page.xpath("//main//h1")} | {(page.findtext(".//title") or "").split(" – ")[0]}
    return text in called or (text in OTHERWISE and href.split("?")[0].endswith(OTHERWISE[text]))


@pytest.mark.parametrize("audience", ASKERS)
def test_the_way_back_is_called_as_the_page_it_leads_to(world: World, audience: Audience) -> None:
    wrong, named = [], 0
    for place in pages_of(world, audience):
        world.stage = place.stage
        client = world.let_in_as(audience, place.where.question_id).client
        answer = client.get(place.where.path)
        found = way_back(answer.text) if answer.status_code == 200 and answer.mimetype == "text/html" else None
        answer.close()
        if found is None or found[0] == STEP:
            continue
        there = client.get(found[1], follow_redirects=True)
        named += 1
        if not is_called_so(*found, there.text):
            wrong.append(f"{place.endpoint}: {found[0]} -> {found[1]}")
    assert named, "the control: some ways back have a name"
    assert not wrong, "\n".join(wrong)


def test_only_between_questions_and_acts_one_goes_a_step_back() -> None:
    steps = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html") if "step_back(" in path.read_text()}
    questions = {one for one in steps if "place.back" in (TEMPLATES / one).read_text()}
    assert steps - questions == {
        "accounting/act.html",
        "components/page.html",
        "employer/bundle/list.html",
        "intake/pick_training.html",
        "intake/prove.html",
        "intake/shortlist.html",
        "owner/version.html",
    }
    for path in TEMPLATES.rglob("*.html"):
        assert not re.search(r"back_link\([^\n]*_\('Terug[ ']", path.read_text()) or path.name == "page.html", path


def test_control_another_name_is_seen() -> None:
    page = "<html><head><title>Uw brieven – Loket</title></head><body><main><h1>Uw brieven</h1></main></body></html>"
    assert is_called_so("Uw brieven", "/mijn/x/brieven", page)
    assert not is_called_so("Brieven", "/mijn/x/brieven", page)
