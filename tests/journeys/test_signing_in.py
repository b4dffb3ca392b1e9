"""Signing in with a second step in a browser: an app with codes and a passkey, wrong ones, proving anew, and losing everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, expect

from portal.framework.staff import reset_second_step
from portal.people.accounts.actions import issue_sign_in_link
from portal.people.accounts.models import Account, Role
from portal.people.actor import Actor, Audience
from portal.platform import clock
from portal.web.edge.fresh import FRESH
from tests.factories import NOW, SYSTEM
from tests.journeys.conftest import OpenPage, Serve
from tests.journeys.seeing import assert_accessible, assert_fits
from tests.web.apps import settings_for
from tests.web.browser import make_account
from tests.web.conftest import app
from tests.web.office import Office, office
from tests.who_runs_what import BROAD

__all__ = ["app", "office"]
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]

WIDTHS = (1280, 360) if BROAD else (360,)
LATER = timedelta(minutes=2)
SECOND_ADMIN = Actor(Audience.ADMIN, account_id=4242, display_name="Tweede Beheerder")


@pytest.fixture(autouse=True)
def still() -> Iterator[datetime]:
    """Monday 2 March 2026, 10:00 in Amsterdam, also for the server."""
    with clock.frozen(NOW) as moment:
        yield moment


@dataclass
class SigningIn:
    """Somebody of the region with a browser, at a desk where a second step is required."""

    office: Office
    address: str
    page: Page
    account: Account

    def first_step(self) -> None:
        """Open the link of the mail and press its button."""
        token = self.office.do(
            lambda s: issue_sign_in_link(s, account=s.get_one(Account, self.account.id), actor=SYSTEM, now=clock.now())
        )
        self.page.goto(f"{self.address}/inloggen/{token}")
        self.page.locator("main form button").click()

    def sees(self, title: str) -> None:
        """The page with this heading, whole and for everybody."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        assert_fits(self.page)
        assert_accessible(self.page)

    def type_code(self, code: str) -> None:
        field = self.page.locator("input[name='code']")
        field.fill(code)
        field.press("Enter")

    def goes_to(self, path: str) -> None:
        self.page.goto(self.address + path)

    def is_in(self) -> bool:
        """Whether the own page opens."""
        self.goes_to("/mijn-toegang")
        return bool(self.page.get_by_role("heading", level=1).inner_text() == "Mijn toegang")

    def sign_out(self) -> None:
        self.goes_to("/mijn-toegang")
        out, fold = self.page.locator("form[action='/uitloggen'] button"), self.page.locator("header summary").first
        if not out.is_visible():
            fold.click()
        with self.page.expect_navigation():
            out.click()

    def codes(self) -> list[str]:
        self.sees("Uw herstelcodes")
        return self.page.locator("main li code").all_inner_texts()


@pytest.fixture
def region(office: Office, serve: Serve, open_page: OpenPage, tmp_path: Path, width: int) -> SigningIn:
    address = serve(office.app).replace("127.0.0.1", "localhost")  # a passkey is of a name, not of a number
    office.app.extensions["settings"] = settings_for(tmp_path, second_step="required", base_url=address)
    page = open_page(width=width, reduced_motion="reduce")  # a browser of its own: its keys stay in it
    return SigningIn(office, address, page, make_account(office.engine, Role.REGION, name="Rik Regio"))


@pytest.mark.parametrize("width", WIDTHS)
def test_an_app_wrong_codes_proving_anew_a_recovery_code_and_losing_everything(region: SigningIn) -> None:
    region.first_step()
    region.sees("Kies een tweede stap")
    assert not region.is_in(), "nobody is anybody before the second step"
    region.goes_to("/inloggen/app")
    region.sees("App toevoegen")
    app = pyotp.TOTP(region.page.locator("main code").inner_text().replace(" ", ""))
    region.type_code("000000")
    expect(region.page.locator(".error-summary")).to_contain_text("klopt niet")
    region.type_code(app.at(clock.now()))
    codes = region.codes()
    assert len(codes) == 10
    assert region.is_in()
    region.sees("Mijn toegang")
    with clock.frozen(NOW + LATER):
        region.sign_out()
        assert not region.is_in()
        region.first_step()
        region.sees("Tweede stap")
        region.type_code("123456")
        expect(region.page.locator(".error-summary")).to_contain_text("klopt niet")
        region.type_code(app.at(clock.now()))
        assert region.is_in()
    with clock.frozen(NOW + LATER + FRESH):
        region.goes_to("/regio/")
        region.page.goto(f"{region.address}/bevestigen?naar=/regio/")
        region.sees("Bevestig dat u het bent")
        region.type_code(app.at(clock.now()))
        expect(region.page).to_have_url(f"{region.address}/regio/")
        region.sign_out()
        region.first_step()
        region.type_code(codes[0])
        assert region.is_in()
        expect(region.page.locator("main")).to_contain_text("9 herstelcodes")
        region.office.do(
            lambda s: reset_second_step(
                s, account=s.get_one(Account, region.account.id), actor=SECOND_ADMIN, now=clock.now()
            )
        )
        assert not region.is_in(), "who lost everything is out"
        region.first_step()
        region.sees("Kies een tweede stap")


def a_device(page: Page) -> tuple[Any, str]:
    """A device with a key in this browser, and its name there; whoever holds it is recognised."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return cdp, str(made["authenticatorId"])


@pytest.mark.parametrize("width", WIDTHS)
def test_a_passkey_and_a_finger_that_is_not_recognised(region: SigningIn) -> None:
    cdp, device = a_device(region.page)
    region.first_step()
    region.goes_to("/inloggen/passkey")
    region.sees("Passkey toevoegen")
    region.page.locator("input[name='name']").fill("telefoon werk")
    region.page.get_by_role("button", name="Maak een passkey").click()
    assert len(region.codes()) == 10
    assert region.is_in()
    expect(region.page.locator("main")).to_contain_text("telefoon werk")
    region.sign_out()
    region.first_step()
    region.sees("Tweede stap")
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    region.page.get_by_role("button", name="Gebruik uw passkey").click()
    expect(region.page.locator("[data-failed]")).to_be_visible()
    assert not region.is_in()
    region.goes_to("/inloggen/tweede-stap")
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    region.page.get_by_role("button", name="Gebruik uw passkey").click()
    expect(region.page).not_to_have_url(re.compile("tweede-stap"))
    assert region.is_in()
