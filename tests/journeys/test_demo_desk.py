"""The demonstration in a real browser: every audience comes in by its door and finds something to look at."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from portal.oversight.allocation import allocation
from portal.people.actor import Actor, Audience
from portal.platform.clock import today
from portal.platform.database import unit_of_work
from portal.platform.i18n import format_euros
from tests.journeys.conftest import DemoDesk, OpenPage
from tests.journeys.seeing import assert_accessible, assert_fits

pytestmark = pytest.mark.browser
STAFF = {
    "Advisor": (
        "/adviseur",
        "/adviseur/gesprekken",
        "/adviseur/vouchers",
        "/adviseur/opleiders",
        "/adviseur/berichten",
    ),
    "Scheme owner": (),
    "Region": (),
    "Provider": (),
    "Administrator": (),
    "Helper": (),
}
BY_LINK = ("Resident with a voucher", "Employer asked to contribute", "Employer with a voucher")


@pytest.mark.parametrize("door", [*STAFF, *BY_LINK])
def test_every_audience_enters_by_its_door(demo_app: DemoDesk, open_page: OpenPage, door: str) -> None:
    page = open_page()
    page.goto(demo_app.doors()[door])
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert not page.url.startswith((f"{demo_app.address}/inloggen", f"{demo_app.address}/toegang"))
    addresses = [page.url, *(link.get_attribute("href") or "" for link in page.locator("header nav a").all())]
    for address in dict.fromkeys(addresses):
        answer = page.goto(address if address.startswith("http") else demo_app.address + address)
        assert answer is not None
        assert answer.status == 200, address
        assert page.locator("main .empty").count() == 0, f"nothing to see at {address}"
        assert_accessible(page)
        assert_fits(page)


def test_the_region_sees_the_figures_of_the_ledger(demo_app: DemoDesk, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(demo_app.doors()["Region"])
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button").first.click()
    page.goto(f"{page.url}?per=financier")
    shown = unit_of_work(
        demo_app.engine, lambda s: allocation(s, actor=Actor(Audience.REGION), today=today()), read_only=True
    )
    assert shown is not None
    text = page.get_by_role("main").inner_text().replace("\u00a0", " ")
    for funder in shown.funders:
        for cents in (funder.figures.funded_cents, funder.figures.reserved_cents, funder.figures.spent_cents):
            assert format_euros(cents).replace("\u00a0", " ").removeprefix("€ ") in text


def test_who_has_no_link_chooses_an_account_on_the_sign_in_page(demo_app: DemoDesk, open_page: OpenPage) -> None:
    page = open_page(script=False)
    page.goto(f"{demo_app.address}/inloggen")
    page.get_by_role("button", name="Anja Adviseur").click()
    expect(page).to_have_url(f"{demo_app.address}/adviseur/voor-mij")
