"""Every page of every audience in a real browser: axe finds nothing, in Dutch in the light and in English in the dark, nothing scrolls
sideways at 320 px, one comes by everything in the order of the text, it has one heading and a title of its own,
and calls schemes, budgets and funders by their names.

The pages are those of the small desk of the access matrix, as the addresses of the application give them: no page can be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal
from zlib import crc32

import pytest
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.catalogue.models import Scheme
from portal.framework.funding.models import Agreement, Funder, FundingLine
from portal.people.actor import Audience
from portal.web.edge.policy import admits
from tests.journeys.conftest import OpenPage, serving
from tests.journeys.lines import off_the_line, out_of_column
from tests.journeys.seeing import assert_accessible, assert_reflows, in_colours, unfolded
from tests.web.access.test_access_matrix import AUDIENCES, NOT_HERE, methods_of
from tests.web.every_page import NO_PAGE, PagePlace, pages_of
from tests.web.world import World
from tests.web.worlds import a_world

pytestmark = pytest.mark.browser
NARROW = 320
HIGHEST = 150
"""Pixels that the head of a page takes at most in that window."""
PARTS = 3
"""The pages of an audience in so many tests: none takes longer than a browser may."""
SEEN: tuple[tuple[str, Literal["light", "dark"]], ...] = (("nl", "light"), ("en", "dark"))
"""Colours do not depend on the language: each is looked at once."""
SAID_TO_THE_SUPPLIER = ("admin.ledger",)
"""What is wrong in the books is said in the words of the program, for who made it."""
STOPS = 6
"""So many times the key to go on is really pressed on each page."""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The desk with everybody in it and something of everything."""
    with a_world(sqlite_template, tmp_path_factory.mktemp("pages")) as world:
        yield world


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    """Where it runs."""
    with serving(world.app) as address:
        yield address


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_page_is_for_everybody(
    world: World, address: str, open_page: OpenPage, audience: Audience, part: int
) -> None:
    """What is public is looked at once: as somebody who is nobody in particular."""

    def wanted(endpoint: str) -> bool:
        public = audience is not Audience.ANYONE and admits(endpoint, Audience.ANYONE)
        return not public and crc32(endpoint.encode()) % PARTS == part

    page, wrong, number = open_page(width=NARROW), [], 0
    codes = world.do(codes_of_things)
    for place in pages_of(world, audience, wanted):
        number += 1
        world.stage = place.stage
        browser = world.let_in_as(audience, place.where.question_id)
        cookie = browser.client.get_cookie("loket")
        assert cookie is not None
        page.context.add_cookies([{"name": "loket", "value": cookie.value, "url": address}])
        wrong += [f"{place.endpoint} {place.where.path}: {fault}" for fault in faults_in(page, address, place, codes)]
    assert not wrong, f"{len(wrong)} on {number} pages of {audience}:\n" + "\n".join(wrong)


def test_what_is_no_page_says_why(world: World) -> None:
    asked = {rule.endpoint for rule in world.app.url_map.iter_rules() if "GET" in methods_of(rule)} - NOT_HERE.keys()
    opened = {place.endpoint for audience in AUDIENCES for place in pages_of(world, audience)}
    lacking, too_many = sorted(asked - opened - set(NO_PAGE)), sorted(set(NO_PAGE) - (asked - opened))
    assert (lacking, too_many) == ([], []), "what shows no page at this desk stands in tests/web/every_page.py"


def faults_in(page: Page, address: str, place: PagePlace, codes: Sequence[str]) -> Iterator[str]:
    """What is wrong with one page; every language and every theme is seen once."""
    for language, theme in SEEN:
        answer = page.goto(f"{address}{place.where.path}?taal={language}")
        if answer is None or answer.status != 200:
            yield f"{answer.status if answer is not None else 'nothing'} in {language}"
            return
        told = page.evaluate(
            "() => [document.documentElement.lang, document.querySelectorAll('h1').length, document.title]"
        )
        if told[:2] != [language, 1] or not told[2].rpartition(" – ")[0].strip():
            yield f"language, headings and title: {told}"
        if language == "nl" and place.endpoint not in SAID_TO_THE_SUPPLIER:
            yield from words_of_programs(page, codes)
        in_colours(page, theme)
        yield from order_of_focus(page)
        yield from height_of_head(page)
        yield from off_the_line(page)
        yield from out_of_column(page)
        with unfolded(page):
            try:
                assert_reflows(page)
                assert_accessible(page)
            except AssertionError as error:
                yield str(error)


def codes_of_things(session: Session) -> list[str]:
    """The codes of schemes, budgets and funders that are no word of a language: what only a program calls them by."""
    kinds = (Scheme.slug, FundingLine.slug, Funder.slug, Agreement.slug)
    return [code for kind in kinds for code in session.scalars(select(kind)) if "-" in code]


def words_of_programs(page: Page, codes: Sequence[str]) -> Iterator[str]:
    """What one reads on a page in Dutch that only a program says: a code where a thing has a name, a job, or nothing at all."""
    said = page.evaluate("() => (document.querySelector('main') || document.body).innerText")
    found = {code for code in codes if re.search(rf"(?<![\w/.-]){re.escape(code)}(?![\w/-])", said)}
    found |= set(re.findall(r"\bNone\b|\bloket [a-z]+ run\b", said))
    if found:
        yield f"words of a program: {sorted(found)}"


def height_of_head(page: Page) -> Iterator[str]:
    """What stands above a page leaves the window to the page itself; what stands inside a page of others has no head."""
    high = page.evaluate("() => (document.querySelector('header.site') || {}).offsetHeight")
    if high and high > HIGHEST:
        yield f"the head is {high} px high"


def order_of_focus(page: Page) -> Iterator[str]:
    """What makes that one does not come by everything in the order of the text, as it is laid out and as the key goes."""
    odd = page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(one => {
             const style = getComputedStyle(one);
             return one.tabIndex > 0 || style.order !== '0' || /reverse/.test(`${style.flexDirection} ${style.flexWrap}`);
           }).map(one => one.outerHTML.slice(0, 100))"""
    )
    if odd:
        yield f"laid out in another order: {odd}"
    page.evaluate(
        "() => { document.activeElement.blur(); window.getSelection().removeAllRanges(); window.scrollTo(0, 0); }"
    )
    before = -1
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement === document.body"):
            return  # past the last one
        place = page.evaluate("() => [...document.querySelectorAll('*')].indexOf(document.activeElement)")
        if place <= before and place > 2:
            yield f"the focus goes back to: {page.evaluate('() => document.activeElement.outerHTML.slice(0, 100)')}"
        before = place
