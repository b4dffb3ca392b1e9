"""Pages for employers speak to employers: no word of a person who asks for themself, on any page that an employer can open."""

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

OF_A_PERSON = re.compile(
    r"\b(?:mijn(?! bedrijf| werknemer)|mij|ikzelf|mezelf|uw werkgever|uw geboorte\w+|uw eigen geld|wie u bent"
    r"|uw diploma|uw loonstrook|uw opleiding(?!en)|opleiding die bij u past)\b",
    re.IGNORECASE,
)
"""What is said to a resident alone. `Mijn bedrijf` is the name of a page; who answers may call somebody their employee."""
TITLE = "Bijdrage van uw werkgever"
"""What a scheme for residents is called, in the list of those that are not for an employer."""
PROOF, QUESTION_OF_THE_REGION = "employer.receipt", re.compile(r"[^.?]+\?")
"""A proof names each question as the region's file has it, for whoever asks."""
NAMES_OF_OTHERS = "//footer | //*[contains(@class, 'said')] | //input | //textarea | //*[@lang and not(@lang='nl')]"
"""Not the words of the desk to this reader: what holds for every visitor, and what people wrote."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[World]:
    """One desk for all pages."""
    with a_world(sqlite_template, tmp_path_factory.mktemp("employers")) as world:
        yield world


def words_to_a_person(html: str) -> list[str]:
    """The sentences, headings, links and fields of a page that speak to a person who asks for themself."""
    page = document_fromstring(html)
    for one in page.xpath(NAMES_OF_OTHERS):
        one.drop_tree()
    texts = [words_of(one) for one in _smallest(page)] + [page.findtext(".//title") or ""]
    return [text for text in texts if OF_A_PERSON.search(text.replace(TITLE, ""))]


def _smallest(page: HtmlElement) -> Iterator[HtmlElement]:
    for one in page.xpath(
        "//body//*[self::p or self::li or self::h1 or self::h2 or self::h3 or self::td or self::th"
        " or self::dt or self::dd or self::label or self::legend or self::button or self::summary or self::a]"
    ):
        if not one.xpath(".//p | .//li | .//h2 | .//td | .//label"):
            yield one


def test_no_page_of_an_employer_speaks_to_a_resident(world: World) -> None:
    found: list[str] = []
    looked = 0
    for place in pages_of(world, Audience.EMPLOYER, lambda endpoint: endpoint.startswith("employer.")):
        world.stage = place.stage
        answer = world.let_in_as(Audience.EMPLOYER, place.where.question_id).client.get(place.where.path)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            looked += 1
            said = dict.fromkeys(words_to_a_person(answer.text))
            quoted = [text for text in said if place.endpoint == PROOF and QUESTION_OF_THE_REGION.fullmatch(text)]
            found += [f"{place.endpoint}: {text}" for text in said if text not in quoted]
        answer.close()
    assert looked > 30, "the control: there are pages"
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("html", "right"),
    [
        ("<h1>Wie keek naar mijn vraag</h1>", False),
        ("<p>Uw opleiding kost € 100.</p>", False),
        ("<h2>Wie u bent</h2>", False),
        ("<p>Stuur mij een code</p>", False),
        ("<h1>Mijn bedrijf</h1><li>Uw opleidingen</li>", True),
        ("<label>Dat mijn werknemer ander werk gaat doen</label>", True),
        ("<p class=said>Mijn vraag</p>", True),
    ],
)
def test_control_a_word_to_a_person_is_seen(html: str, right: bool) -> None:
    assert (
        words_to_a_person(
            f"<!doctype html><html><head><title>Uw vraag</title></head><body><main>{html}</main></body></html>"
        )
        == []
    ) is right
