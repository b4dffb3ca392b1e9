"""An owner changes a scheme in a real browser: with JavaScript the effect follows the typing, without it every button works."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portal.people.accounts.models import Role
from portal.web.owner.editor.sections import SECTIONS
from tests.journeys.conftest import OpenPage, Serve
from tests.journeys.seeing import (
    assert_accessible,
    assert_reflows,
    assert_targets_are_large_enough,
    at_widths,
    in_colours,
)
from tests.web.browser import Browser, make_account
from tests.web.walking import app_on_copy, make_template

pytestmark = pytest.mark.browser
SCHEME = "ontwikkelfonds-individueel"
AMOUNT = "caps.0.amount_cents"


class Desk:
    """A desk with one owner who has a draft."""

    def __init__(self, app: Flask, address: str) -> None:
        self.address = address
        account = make_account(app.extensions["engine"], Role.OWNER, organisation="regio-stedendriehoek")
        browser = Browser(app).enter(account=account)
        answer = browser.post(f"/eigenaar/regeling/{SCHEME}/concept")
        self.base = address + answer.location.rsplit("/", 1)[0]
        cookie = browser.client.get_cookie("loket")
        assert cookie is not None
        self.cookie = cookie.value

    def open(self, page: Page, part: str) -> Page:
        """A page of the form."""
        page.context.add_cookies([{"name": "loket", "value": self.cookie, "url": self.address}])
        page.goto(f"{self.base}/{part}")
        return page


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def desk(template: Path, tmp_path: Path, serve: Serve) -> Desk:
    app, _engine = app_on_copy(template, tmp_path)
    return Desk(app, serve(app))


def test_the_effect_follows_the_typing(desk: Desk, open_page: OpenPage) -> None:
    page = desk.open(open_page(), "bedragen")
    effect = page.locator("#effect")
    expect(effect).to_contain_text("€ 2.500 per toekenning")
    page.get_by_label("Bedrag (verplicht)").first.fill("1.234,50")
    expect(effect).to_contain_text("€ 1.234,50 per toekenning")
    expect(effect).to_contain_text("De regeling betaalt € 1.234,50 van € 2.000.")
    expect(page.locator("#effect-status")).to_have_text("Het effect is bijgewerkt.")
    page.get_by_label("Bedrag (verplicht)").first.fill("veel")
    expect(effect).to_contain_text("Nog niet alles is ingevuld")
    assert_accessible(page)
    page.reload()
    expect(page.locator("#effect")).to_contain_text("€ 2.500 per toekenning")
    page.get_by_label("Bedrag (verplicht)").first.fill("1.234,50")
    page.get_by_role("button", name="Opslaan", exact=True).last.click()
    expect(page.get_by_text("Bewaard.")).to_be_visible()
    expect(page.get_by_label("Bedrag (verplicht)").first).to_have_value("1.234,50")


def test_without_javascript_a_button_shows_the_same_effect(desk: Desk, open_page: OpenPage) -> None:
    page = desk.open(open_page(script=False), "bedragen")
    page.get_by_label("Bedrag (verplicht)").first.fill("1.234,50")
    page.get_by_role("button", name="Bekijk het effect").click()
    page.wait_for_url("**#effect")
    expect(page.locator("#effect")).to_contain_text("De regeling betaalt € 1.234,50 van € 2.000.")
    expect(page.get_by_label("Bedrag (verplicht)").first).to_have_value("1.234,50")


def test_a_condition_is_written_with_the_keyboard_alone(desk: Desk, open_page: OpenPage) -> None:
    page = desk.open(open_page(script=False), "voorwaarden")
    before = page.locator("legend", has_text="Voorwaarde ").count()
    page.locator("[name='-new.conditions']").select_option("number")
    page.get_by_role("button", name="Voorwaarde toevoegen").focus()
    page.keyboard.press("Enter")
    page.locator("[name='conditions.4.fact']").select_option("contract_hours")
    page.locator("[name='conditions.4.at_least']").focus()
    page.keyboard.type("twaalf")
    page.keyboard.press("Enter")
    summary = page.locator("#error-summary")
    expect(summary).to_contain_text("Vul een getal in cijfers in.")
    summary.get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    page.locator("[name='conditions.4.at_least']").fill("12")
    page.keyboard.press("Enter")
    expect(page.locator("#error-summary")).to_have_count(0)
    assert page.locator("[name='conditions.4.at_least']").input_value() == "12"
    assert before == 4
    expect(page.locator("#effect")).to_contain_text("12")


def test_who_saves_later_sees_both(desk: Desk, open_page: OpenPage) -> None:
    first, second = desk.open(open_page(), "bedragen"), desk.open(open_page(), "bedragen")
    for page, amount in ((first, "1.111"), (second, "2.222")):
        page.get_by_label("Bedrag (verplicht)").first.fill(amount)
        page.get_by_role("button", name="Opslaan", exact=True).last.click()
    expect(second.get_by_role("heading", name="Iemand anders heeft dit concept intussen bewaard")).to_be_visible()
    expect(second.locator("#conflict")).to_contain_text("1.111")
    expect(second.get_by_label("Bedrag (verplicht)").first).to_have_value("2.222")
    assert_accessible(second)
    second.get_by_role("button", name="Opslaan", exact=True).last.click()
    expect(second.get_by_text("Bewaard.")).to_be_visible()


def test_every_page_of_the_form_is_accessible_and_fits(desk: Desk, open_page: OpenPage) -> None:
    page = open_page()
    for part in SECTIONS:
        desk.open(page, part.name)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert_accessible(page)
        in_colours(page, "dark")
        assert_accessible(page)
        in_colours(page, "light")
        for _width in at_widths(page):
            assert_reflows(page)
            assert_targets_are_large_enough(page)
