"""What the screens of a voucher say while an invoice waits, and after an extension by mistake."""

from __future__ import annotations

import pytest

from portal.platform.i18n import format_date
from portal.spending.vouchers.models import Voucher
from tests.factories import a_voucher
from tests.web.advisor.steps import ASKED_FOR
from tests.web.advisor.test_invoices import handed_in
from tests.web.office import Office, said
from tests.web.walking import assert_sound

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Screens only: the acts behind them are tested on both databases."""
WHY = ASKED_FOR | {"reason": "Op verzoek van de houder."}


@pytest.mark.parametrize(("path", "data"), [("lager", {"amount": "200"}), ("intrekken", {})])
def test_who_lowers_or_revokes_is_sent_to_the_invoice_that_waits(
    office: Office, path: str, data: dict[str, str]
) -> None:
    invoice, voucher, _ = handed_in(office)
    browser, here = office.browser("advisor"), f"/adviseur/voucher/{voucher.public_id}"
    way = f"/adviseur/facturen/{invoice.public_id}"
    shown = browser.get(here)
    assert_sound(shown)
    assert way in shown.text and "Er wacht een factuur op een besluit" in said(shown)
    refused = browser.post(f"{here}/{path}", WHY | data)
    assert_sound(refused)
    assert refused.status_code == 422 and way in refused.text
    assert "wacht nog een factuur op een besluit: F-1. Keur die eerst goed, of weiger die." in said(refused)
    assert browser.post(f"{way}/weigeren", {"reason": "Dit is een offerte."}).status_code == 303
    assert "Er wacht een factuur op een besluit" not in said(browser.get(here))
    assert browser.post(f"{here}/{path}", WHY | data).status_code == 303


def test_an_extension_by_mistake_is_put_back_on_the_page_of_the_voucher(office: Office) -> None:
    voucher, browser = office.made(a_voucher), office.browser("advisor")
    here = f"/adviseur/voucher/{voucher.public_id}"
    way = f"{here}/verlenging-terug"
    assert way not in browser.get(here).text, "nothing was extended"
    assert browser.post(f"{here}/verlengen", WHY | {"until": "31-12-2026"}).status_code == 303
    assert way in browser.follow().text
    shown = browser.get(way)
    assert_sound(shown)
    assert f"wordt weer {format_date(voucher.valid_until)}." in said(shown), said(shown)
    refused = browser.post(way, {"reason": ""})
    assert refused.status_code == 422 and 'id="reason-error"' in refused.text
    assert browser.post(way, {"reason": "Verkeerde voucher."}).status_code == 303
    page = browser.follow()
    assert_sound(page)
    assert "verlenging teruggedraaid" in said(page) and "Verkeerde voucher." in said(page)
    assert way not in page.text
    assert office.do(lambda s: s.get_one(Voucher, voucher.id)).valid_until == voucher.valid_until
    assert browser.post(way, {"reason": "Nog eens."}).status_code == 422
