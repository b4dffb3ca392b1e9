"""Somebody on a telephone makes a mistake, goes back, leaves a page half filled in and loses the session: nothing that was typed is
lost, and the browser never asks to send anything again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.models import ContactWay, DevelopmentQuestion
from portal.people.accounts.models import SessionRecord
from portal.platform.clock import now
from portal.platform.database import unit_of_work
from tests.journeys.conftest import OpenPage, Serve
from tests.journeys.seeing import assert_accessible
from tests.web.asked import send
from tests.web.walking import Desk, desk, desk_engine, region_template

__all__ = ["desk", "desk_engine", "region_template"]
pytestmark = pytest.mark.browser
WISH = "Ik wil lasser worden"


def on(page: Page) -> None:
    """Only when the next page stands there: who goes back sooner, goes back from the page before."""
    with page.expect_navigation():
        page.get_by_role("button", name="Volgende stap").click()


def begun(desk: Desk, serve: Serve, open_page: OpenPage) -> tuple[Page, str]:
    """Somebody with a telephone who said what the wish is, at the second question; and the address of the desk."""
    page, address = open_page(width=360), serve(desk.app)
    page.goto(f"{address}/vraag")
    page.locator("main form button[type=submit]").first.click()
    page.get_by_role("textbox").fill(WISH)
    on(page)
    return page, address


def test_what_is_typed_stays_through_mistakes_back_and_the_end_of_the_session(
    desk: Desk, serve: Serve, open_page: OpenPage
) -> None:
    page, _address = begun(desk, serve, open_page)
    page.get_by_role("textbox").fill("tien")
    on(page)
    expect(page.locator("#error-summary")).to_be_visible()
    page.get_by_role("textbox").fill("7311")
    on(page)
    page.go_back()
    expect(page.get_by_role("textbox")).to_have_value("7311")
    page.get_by_role("textbox").fill("74")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("textbox")).to_have_value("74")
    page.get_by_role("link", name="Nederlands").click()
    page.get_by_role("textbox").fill("7411")

    def end(session: object) -> None:
        session.query(SessionRecord).update({"last_seen_at": now().replace(year=2000)})  # type: ignore[attr-defined]

    unit_of_work(desk.engine, end)
    on(page)
    expect(page.get_by_text("Wat u invulde is niet weg")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Ga op dit apparaat verder").click()
    page.get_by_role("textbox").fill("7311")
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_role("textbox")).to_have_value("7411")
    assert_accessible(page)
    on(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("gemeente")


def test_without_script_a_page_says_so_when_it_is_about_to_close_and_not_before(
    desk: Desk, serve: Serve, open_page: OpenPage
) -> None:
    page, address = open_page(width=360, script=False), serve(desk.app)
    page.goto(f"{address}/vraag")
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("textbox")).to_be_visible()
    expect(page.locator(".ending")).to_be_hidden()

    def nearly_over(session: object) -> None:
        session.query(SessionRecord).update({"expires_at": now() + timedelta(minutes=4)})  # type: ignore[attr-defined]

    unit_of_work(desk.engine, nearly_over)
    page.reload()
    expect(page.locator(".ending")).to_be_visible()
    expect(page.locator(".ending")).to_contain_text("Dan sluit deze pagina om")


def test_who_is_too_late_reads_why_and_can_copy_what_was_typed(desk: Desk, serve: Serve, open_page: OpenPage) -> None:
    page, address = begun(desk, serve, open_page)
    page.get_by_role("textbox").fill("7411")
    number = unit_of_work(desk.engine, lambda s: s.scalars(select(DevelopmentQuestion)).one().public_id)
    unit_of_work(desk.engine, lambda s: send(s, s.scalars(select(DevelopmentQuestion)).one(), at=now()))
    on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Dit is al veranderd")
    expect(page.get_by_text("Deze vraag is al verstuurd.")).to_be_visible()
    expect(page.locator(".said")).to_have_text("7411")
    assert_accessible(page)
    page.get_by_role("link", name="Kijk hoe het er nu voor staat").click()
    expect(page).to_have_url(f"{address}/mijn/{number}")
    page.goto(f"{address}/mijn/{number}/brieven")
    page.get_by_role("checkbox").first.check()
    chosen = page.locator("main label").first.inner_text()

    def no_mail_any_more(session: Session) -> None:
        contact = session.scalars(select(DevelopmentQuestion)).one().contact
        assert contact is not None
        contact.way, contact.email, contact.phone = ContactWay.PHONE, None, "0570123456"

    unit_of_work(desk.engine, no_mail_any_more)
    page.get_by_role("button", name="Opslaan").click()
    expect(page.locator("#error-summary")).to_contain_text("U krijgt berichten niet meer per e-mail.")
    expect(page.locator(".said")).to_have_text(chosen)
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw brieven")
    assert_accessible(page)
