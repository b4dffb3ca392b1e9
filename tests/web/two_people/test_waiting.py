"""What takes two people is laid down on its own page, seen in full by the second one, and done, sent back or taken back there."""

from __future__ import annotations

import pytest

from portal.people.accounts.models import Role
from portal.spending.invoices.actions import refuse_invoice
from portal.spending.invoices.models import Invoice, InvoiceState
from tests.factories import ADVISOR, NOW
from tests.web.advisor.test_invoices import again, handed_in
from tests.web.browser import Browser
from tests.web.office import Office, said
from tests.web.walking import assert_sound, soup_of

REASON = "De opleiding loopt, zegt de opleider."
LIST = "/tweede-persoon/"


def laid_down(office: Office) -> tuple[Browser, Browser, Invoice, str]:
    """An advisor wants to accept an invoice that a check found something on; the browsers of that one and of a colleague."""
    invoice, _voucher, _provider = handed_in(office)
    first, second = office.browser(Role.ADVISOR), office.colleague(Role.ADVISOR)
    here = f"/adviseur/facturen/{invoice.public_id}"
    page = first.get(here)
    assert "Daarom beslist een collega" in said(page) and "Voorleggen aan een collega" in page.text
    assert first.submit(f"{here}/goedkeuren", {"note": REASON}).status_code == 303
    where = soup_of(second.get(LIST)).select_one("main table a")
    assert where is not None
    return first, second, invoice, str(where["href"])


def test_the_second_person_sees_everything_and_does_it(office: Office) -> None:
    first, second, invoice, here = laid_down(office)
    shown = first.get(f"/adviseur/facturen/{invoice.public_id}")
    assert_sound(shown)
    assert "Dit wacht op een tweede persoon" in said(shown)
    for browser in (first, second):
        assert_sound(browser.get(LIST))
        assert_sound(browser.get(here))
    words = said(second.get(here))
    for told in (REASON, "F-1", "€ 100,00", "nog niet gezegd dat de opleiding begonnen is", "Voorgelegd op"):
        assert told in words, told
    assert "Een collega beslist" in said(first.get(here)) and "Akkoord, doe dit" not in first.get(here).text
    assert first.submit(here, {}).status_code == 422, "not by who laid it down"
    assert second.submit(here, {}).status_code == 303
    accepted = again(office, invoice)
    assert (accepted.state, accepted.accepted_note) == (InvoiceState.ACCEPTED, REASON)
    done = second.get(here)
    assert_sound(done)
    assert "Afgehandeld op" in said(done) and "Akkoord, doe dit" not in done.text
    assert "gedaan" in said(second.get(LIST))


def test_what_changed_meanwhile_is_said_and_nothing_is_done(office: Office) -> None:
    _first, second, invoice, here = laid_down(office)
    second.get(here)
    office.do(lambda s: refuse_invoice(s, invoice=s.merge(invoice), reason="Offerte.", actor=ADVISOR, now=NOW))
    refused = second.submit(here, {})
    assert refused.status_code == 422 and "Er is iets veranderd" in said(refused)
    assert_sound(refused)
    assert again(office, invoice).state is InvoiceState.REFUSED


def test_it_goes_back_with_a_reason_and_can_be_laid_down_again(office: Office) -> None:
    first, second, invoice, here = laid_down(office)
    assert_sound(second.get(f"{here}/teruggeven"))
    without = second.submit(f"{here}/teruggeven", {"reason": " "})
    assert without.status_code == 422 and 'id="reason-error"' in without.text
    assert second.submit(f"{here}/teruggeven", {"reason": "Bel eerst de opleider."}).status_code == 303
    assert "Bel eerst de opleider." in said(first.get(here))
    again_there = f"/adviseur/facturen/{invoice.public_id}"
    first.get(again_there)
    assert first.submit(f"{again_there}/goedkeuren", {"note": REASON}).status_code == 303


def test_who_laid_it_down_takes_it_back(office: Office) -> None:
    first, second, _invoice, here = laid_down(office)
    first.get(here)
    assert first.submit(f"{here}/terugnemen", {}).status_code == 303
    assert second.submit(here, {}).status_code == 422
    assert "teruggenomen" in said(second.get(LIST))


@pytest.mark.parametrize("role", [Role.REGION, Role.OWNER, Role.ADMIN])
def test_who_may_not_do_it_finds_nothing_there(office: Office, role: Role) -> None:
    _first, _second, _invoice, here = laid_down(office)
    stranger = office.browser(role)
    assert stranger.get(LIST).status_code == 200 and here not in stranger.get(LIST).text
    for path in (here, f"{here}/teruggeven"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"{here}/terugnemen", {}).status_code == 404


def test_what_a_full_stop_says_is_no_reason(office: Office) -> None:
    invoice, voucher, _ = handed_in(office)
    browser, here = office.browser(Role.ADVISOR), f"/adviseur/facturen/{invoice.public_id}"
    browser.get(here)
    refused = browser.submit(f"{here}/goedkeuren", {"note": "."})
    assert refused.status_code == 422 and 'id="note-error"' in refused.text and "hele zin" in said(refused)
    assert again(office, voucher).redeemed_cents == 0
