"""Finding by keyboard in a real browser: `/`, a name with a mistake in it, Enter, an arrow, Enter; and the same without script."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portal.people.accounts.models import Role
from portal.platform.database import unit_of_work
from tests.factories import MAIL, a_question, a_region
from tests.journeys.conftest import OpenPage, Serve
from tests.journeys.seeing import assert_accessible, assert_fits
from tests.web.browser import Browser, make_account
from tests.web.conftest import app

__all__ = ["app"]
HIGHEST = 120
"""Pixels that the head of a page of an advisor takes at most where the window is narrow."""
OVER_EACH_OTHER = """() => {
  const parts = 'header.site .brand span, header.site .language a, header.site .find input, header.site .find button, .fold > summary';
  const seen = [...document.querySelectorAll(parts)].filter(one => one.checkVisibility());
  const box = one => {
    const text = document.createRange();
    text.selectNodeContents(one);
    return one.matches('input') ? one.getBoundingClientRect() : text.getBoundingClientRect();
  };
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  return seen.flatMap((one, place) => seen.slice(place + 1).filter(other => over(box(one), box(other)))
    .map(other => `${one.textContent} / ${other.textContent}`));
}"""
"""What in the head of a page lies over something else, by its words."""
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]


@pytest.mark.parametrize("script", [True, False])
def test_somebody_is_found_from_any_page_and_opened(
    app: Flask, serve: Serve, open_page: OpenPage, script: bool
) -> None:
    engine = app.extensions["engine"]
    unit_of_work(engine, a_region)
    question = unit_of_work(engine, lambda s: a_question(s, contact=replace(MAIL, name="Fatima El Younoussi")))
    page, address = open_page(script=script, width=360), serve(app)
    browser = Browser(app).enter(account=make_account(engine, Role.ADVISOR))
    cookie = browser.client.get_cookie("loket")
    assert cookie is not None
    page.context.add_cookies([{"name": "loket", "value": cookie.value, "url": address}])
    page.goto(f"{address}/adviseur/vouchers")
    _menu(page)
    box = page.get_by_role("searchbox", name="Zoeken op naam of nummer")
    if script:
        page.keyboard.press("/")
        expect(box).to_be_focused()
        expect(box).to_have_value("")
    box.fill("El Jounoussi")
    box.press("Enter")
    expect(page.get_by_role("status")).to_have_text("1 resultaat")
    assert "oussi" not in page.url.lower()
    _look(page, script)
    _pick(page, script)
    expect(page).to_have_url(f"{address}/adviseur/vraag/{question.public_id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Fatima El Younoussi")
    _look(page, script)
    page.go_back()
    expect(page.get_by_role("status")).to_have_text("1 resultaat")


def _menu(page: Page) -> None:
    """Narrow, the menu is folded and the page begins high up; wide, all of it stands there."""
    header = page.locator("header.site").bounding_box()
    assert header is not None and header["height"] <= HIGHEST, header
    assert page.evaluate(OVER_EACH_OTHER) == []
    brand = page.locator("header.site .brand")
    brand.evaluate("one => { one.style.flex = '0 0 4rem'; one.style.whiteSpace = 'nowrap' }")
    assert page.evaluate(OVER_EACH_OTHER) != [], "the control: a name that has no room lies over what is beside it"
    brand.evaluate("one => one.removeAttribute('style')")
    menu = page.get_by_role("navigation", name="Menu")
    out, fold = menu.get_by_role("button", name="Uitloggen"), menu.locator("summary").first
    expect(out).to_be_hidden()
    fold.click()
    expect(out).to_be_visible()
    assert_fits(page)
    fold.click()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(out).to_be_visible()
    expect(fold).to_be_hidden()
    page.set_viewport_size({"width": 360, "height": 900})


def _look(page: Page, script: bool) -> None:
    if script:
        assert_accessible(page)
    assert_fits(page)


def _pick(page: Page, script: bool) -> None:
    link = page.locator("ul.found a").first
    if not script:
        link.click()
        return
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
