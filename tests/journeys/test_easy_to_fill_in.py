"""Two people for whom a form is hard work fill in the questions, and get to their answer without help.

Fatima reads little Dutch of the office and has a telephone without script: she types as she speaks, makes mistakes, goes back, and
comes again the next day. Tom works in the region for his own account, lives elsewhere, reads English and reclaims VAT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal.platform import clock
from portal.platform.clock import now, today
from portal.platform.i18n import catalogue
from tests.journeys.conftest import OpenPage, Serve
from tests.journeys.people import Journey, Person
from tests.journeys.seeing import assert_accessible, assert_fits
from tests.web.apps import settings_for
from tests.web.walking import Desk, app_on_copy, make_template

pytestmark = pytest.mark.browser
NEXT = "Volgende stap"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with the demo region and no questions."""
    (tmp_path / "own").mkdir()
    app, engine = app_on_copy(make_template(tmp_path), tmp_path / "own")
    yield Desk(app, engine)
    engine.dispose()


def mended(person: Person, wrong: dict[str, str], words: str, right: dict[str, str]) -> None:
    """Something that cannot be is asked back, with what was typed still there; mended it is taken."""
    person.fill(**wrong)
    page = person.press(NEXT, wrong=True)
    expect(page.locator(".error-summary")).to_contain_text(words)
    for name, typed in wrong.items():
        if page.locator(f"input[type=text][name='{name}']").count():
            expect(page.locator(f"[name='{name}']")).to_have_value(typed)
    person.fill(**right)
    person.press(NEXT)


def test_who_reads_little_gets_there_with_mistakes_going_back_and_a_night_in_between(
    desk: Desk, serve: Serve, open_page: OpenPage, tmp_path: Path
) -> None:
    journey = Journey(desk, serve(desk.app), open_page, settings_for(tmp_path), narrow=360)
    fatima, year = journey.visitor(careful=False), today().year + 1
    fatima.go("/")
    fatima.follow("Start met de vragen")
    fatima.press("Beginnen")
    mended(fatima, {}, "Vertel in een paar woorden", {"wish": "leren lassen"})
    mended(fatima, {"postcode": "741 AB"}, "vier cijfers", {"postcode": "NL-7311ab"})
    expect(fatima.page.locator("[value=GM0200]")).to_be_checked()
    fatima.press(NEXT)
    mended(fatima, {"answer": "85"}, "vier cijfers", {"answer": "31-3-1985"})
    fatima.page.locator("a.back").click()
    expect(fatima.page.locator("#answer")).to_have_value("1985")
    fatima.press(NEXT)
    mended(fatima, {}, "Kies een van de antwoorden", {"answer": "employee_temporary"})
    if fatima.page.url.endswith("/uitkering"):
        fatima.fill(answer="none")
        fatima.press(NEXT)
    fatima.fill(answer="none")
    fatima.press(NEXT)
    fatima.page.locator("a.back").click()
    page = fatima.look()
    expect(page.locator("[value=none]")).to_be_checked()
    fatima.press(NEXT)
    fatima.fill(known="yes", name="Lassen")
    fatima.press(NEXT)
    for answer in ("course", "none", "technology"):
        fatima.fill(answer=answer)
        fatima.press(NEXT)
    mended(fatima, {"answer": f"31 feb {year}"}, "bestaat niet", {"answer": f"febuari {year}"})

    fatima.press("Bewaren en later verder")
    link = fatima.press("Maak een link").locator(".code a").get_attribute("href") or ""
    with clock.frozen(now() + timedelta(days=1)):
        finishes_the_next_morning(journey.visitor(careful=False), link, year)


def finishes_the_next_morning(fatima: Person, link: str, year: int) -> None:
    """Come in again by the link on another telephone, go on where it stopped, see the outcome and send the question."""
    page = fatima.go(link[link.index("/toegang/") :])
    fatima.press("Naar uw vraag")
    expect(page.locator("h1")).to_have_text("Wat kost de opleiding?")
    assert re.search(r"Stap 1[0-9] van 1[0-9]", page.locator(".step").inner_text())
    line = {"lines-0-category": "tuition", "lines-0-amount": "duizend"}
    mended(fatima, line, "bedrag in cijfers", {"lines-0-amount": "\u20ac 1.000,-"})
    mended(fatima, {"contribution": "fixed", "fixed": "10000"}, "De opleiding kost", {"fixed": "250"})
    while not page.url.endswith("/controle"):
        unsure = page.get_by_role("button", name="Weet ik niet")
        if unsure.count():
            with page.expect_navigation():
                unsure.click()
            continue
        page.locator("[value=unknown], [value=no]").last.check()
        fatima.press(NEXT)
    expect(page.get_by_role("main")).to_contain_text(f"1 februari {year}")
    assert_fits(page)
    fatima.follow("Bekijk de uitkomst")
    fatima.follow("Vraag versturen")
    fatima.fill(name="Fatima", way="phone", phone="06 123")
    expect(fatima.press("Vraag versturen", wrong=True).locator(".error-summary")).to_contain_text("telefoonnummer")
    fatima.fill(phone="06 12 34 56 78")
    fatima.press("Vraag versturen")
    expect(page.locator("h1")).to_have_text("Wij hebben uw vraag")
    expect(page.locator(".reference")).to_contain_text("OV")


# In English --------------------------------------------------------------------------------------------------------------


def english(dutch: str) -> str:
    """What a Dutch label is called in English."""
    told: str = catalogue("en").gettext(dutch)
    assert told != dutch, dutch
    return told


@dataclass
class Reader(Person):
    """Somebody who reads the desk in English."""

    def look(self, *, wrong: bool = False) -> Page:
        """The page is in English, and says that something is wrong or does not."""
        expect(self.page.locator("html")).to_have_attribute("lang", "en")
        expect(self.page.locator(".error-summary")).to_have_count(1 if wrong else 0)
        assert_accessible(self.page)
        assert_fits(self.page)
        return self.page

    def on(self, *, wrong: bool = False, **answers: str) -> Page:
        """Fill in a page and go on; the button that keeps it for later has the same word in it."""
        self.fill(**answers)
        return self.press(re.compile(f"^{re.escape(english(NEXT))}$"), wrong=wrong)


def test_who_reads_english_lives_elsewhere_and_reclaims_vat_sees_what_it_costs_without_it(
    desk: Desk, serve: Serve, open_page: OpenPage
) -> None:
    page, year = open_page(width=1280), today().year + 1
    tom = Reader(page, serve(desk.app))
    page.goto(tom.address)
    page.get_by_role("link", name="English").click()
    tom.look()
    tom.follow(english("Start met de vragen"))
    tom.press(english("Beginnen"))
    tom.on(wish="Bookkeeping software", goals="certificate")
    tom.press(english("Ik kies liever mijn gemeente"))
    page = tom.on(answer="other", elsewhere="GM0141")
    expect(page.get_by_role("main")).to_contain_text("You live in Almelo. That is outside this region.")
    expect(page.get_by_role("main")).to_contain_text("Your municipality belongs to Twente.")
    tom.on(answer="1985")
    tom.on(answer="self_employed")
    if page.url.endswith("/uitkering"):
        tom.on(answer="none")
    tom.on(answer="foreign")
    tom.on(known="yes", name="Bookkeeping")
    for answer in ("course", "none", "business"):
        tom.on(answer=answer)
    tom.on(answer=f"February 1, {year}")
    tom.on(wrong=True, vat="yes", **{"lines-0-category": "tuition", "lines-0-amount": "1,210.00"})
    tom.on(**{"lines-0-amount_without_vat": "1,000"})
    while not page.url.endswith("/controle"):
        unsure = page.get_by_role("button", name=english("Weet ik niet"))
        if not unsure.count():
            page.locator("[value=unknown], [value=no]").last.check()
            unsure = page.get_by_role("button", name=english(NEXT), exact=True)
        with page.expect_navigation():
            unsure.click()
        tom.look()
    expect(page.get_by_role("main")).to_contain_text(f"1 February {year}")
    expect(page.get_by_role("main")).to_contain_text("€1,210, without VAT €1,000")
    tom.follow(english("Bekijk de uitkomst"))
    expect(page.locator("h1")).to_contain_text("costs €1,210. Of that €210 is VAT, which you reclaim.")
