"""Money on the pages of who asks is written by one rule: no cents, unless an amount beside it in the same table or list has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml.html import HtmlElement, document_fromstring

from portal.people.actor import Audience
from tests.web.every_page import pages_of
from tests.web.walking import words_of
from tests.web.world import World
from tests.web.worlds import a_world

ASKERS = (Audience.ANYONE, Audience.RESIDENT, Audience.EMPLOYER)
AMOUNT = re.compile(r"\u20ac[\s\u00a0]*-?[0-9.]+(,[0-9]{2})?")
TYPED = re.compile(r"[Bb]ijvoorbeeld[^.]*")
"""An example of how an amount may be written."""
NO_REASON = "cents for no reason"
PROOF = "/bewijs"
"""The proof of a calculation is written as the books are: always with cents, so never with both in one table."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[World]:
    """One desk for all pages."""
    with a_world(sqlite_template, tmp_path_factory.mktemp("notation")) as world:
        yield world


def _together(page: HtmlElement) -> Iterator[str]:
    """What stands together: a table, a list of facts, and each sentence or item by itself."""
    for one in page.xpath("//main//table | //main//dl"):
        yield words_of(one)
    for one in page.xpath("//main//*[self::p or self::li or self::h1][not(ancestor::table or ancestor::dl)]"):
        yield words_of(one)


def faults_of_money(html: str) -> list[str]:
    """Where whole amounts stand with cents for no reason; in a table or a list also where some have cents and others not."""
    page, found = document_fromstring(html), []
    for text in _together(page):
        cents = [one[1] for one in AMOUNT.finditer(TYPED.sub("", text))]
        if cents and all(one == ",00" for one in cents):
            found.append(f"{NO_REASON}: {text[:120]}")
    for table in page.xpath("//main//table"):
        cents = [one[1] for one in AMOUNT.finditer(words_of(table))]
        if any(cents) and not all(cents):
            found.append(f"some with cents: {words_of(table)[:120]}")
    return found


@pytest.mark.parametrize("audience", ASKERS)
def test_no_page_of_who_asks_has_cents_without_a_reason(world: World, audience: Audience) -> None:
    found: list[str] = []
    for place in pages_of(world, audience):
        world.stage = place.stage
        answer = world.let_in_as(audience, place.where.question_id).client.get(place.where.path)
        shown = answer.status_code == 200 and answer.mimetype == "text/html"
        if shown:
            faults = faults_of_money(answer.text)
            if place.where.path.endswith(PROOF):
                faults = [fault for fault in faults if not fault.startswith(NO_REASON)]
            found += [f"{place.where.path}: {fault}" for fault in faults]
        answer.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("html", "right"),
    [
        ("<table><tr><td>\u20ac 5<td>\u20ac 7</table>", True),
        ("<table><tr><td>\u20ac 5,00<td>\u20ac 7,50</table>", True),
        ("<table><tr><td>\u20ac 5,00<td>\u20ac 7,00</table>", False),
        ("<table><tr><td>\u20ac 5<td>\u20ac 7,50</table>", False),
        ("<p>U krijgt \u20ac 5,00.</p>", False),
        ("<p>U krijgt \u20ac 5, daarna \u20ac 7,50.</p>", True),
    ],
)
def test_control_both_slips_are_seen(html: str, right: bool) -> None:
    assert (faults_of_money(f"<main>{html}</main>") == []) is right
