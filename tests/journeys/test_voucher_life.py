"""The life of a voucher in a real browser: applied for, decided by two, used in two parts, paid, settled lower, and paid back.

The resident has no JavaScript, staff has. Everything happens on the screens, and the clock goes forward. After every stage the
figures of the region are those of the books, and moved by what was done.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from playwright.sync_api import expect

from portal.platform import clock
from portal.spending.vouchers.models import VoucherState
from tests.factories import NOW
from tests.journeys.books import figures_shown, moved
from tests.journeys.people import Journey, Person
from tests.journeys.proefland import (
    ADA,
    CHECKS,
    DAY,
    PIA,
    RIK,
    ROOS,
    RULES,
    STORY,
    TOM,
    WHOLE,
    OpenOffice,
    app,
    asks_and_applies,
    assert_books_balance,
    code_of,
    comes_back,
    dutch,
    figures_now,
    mail_of,
    office,
    opens_case,
    opens_its_doors,
    still,
    walks,
    words,
)
from tests.portal.paying.payments.test_payments import entry, statement
from tests.portal.post.files.hostile import pdf

__all__ = ["app", "office", "still"]
pytestmark = STORY

USED, SETTLED, INSTALMENT = 100_000, 40_000, 20_000
LAST_DAY_TO_OBJECT = "13 april 2026"
TWO_PEOPLE = {RULES: {"voucher: {": "four_eyes_above_cents: 50000\nvoucher: {"}}


def test_a_voucher_is_decided_by_two_used_in_parts_settled_lower_and_paid_back(office: OpenOffice) -> None:
    journey, rik, ada, figures = opens_its_doors(office, TWO_PEOPLE)
    sam, number = asks_and_applies(journey, "Sam de Vries", 1)
    prepares(ada, number)
    assert figures_shown(journey, rik) == figures, "prepared is not decided"
    decides_as_second(journey, number)
    figures += moved(reserved=WHOLE, available=-WHOLE)
    assert figures_shown(journey, rik) == figures
    reads_the_letter(journey, ada, sam, number)

    code, pia = code_of(sam), walks(journey, PIA)
    says_it_started(sam)
    for invoice, euros in (("F-1", "700"), ("F-2", "300")):
        hands_in(pia, code, invoice, euros)
        accepts(ada, invoice)
    figures += moved(spent=USED, reserved=-USED)
    assert figures_shown(journey, rik) == figures
    batch = two_people_release(rik, walks(journey, ROOS))
    with clock.frozen(NOW + DAY):
        rik, ada = walks(journey, RIK), walks(journey, ADA)
        the_bank_pays(rik, batch)
        figures += moved(paid=USED)
        assert figures_shown(journey, rik) == figures
        settles_lower(journey, ada, code, number)
        figures += moved(reserved=USED - WHOLE, available=WHOLE - USED)
        assert figures_shown(journey, rik) == figures
        agrees_on_instalments(ada, code)
    for month in (1, 2, 3):
        with clock.frozen(NOW + 30 * month * DAY):
            books_a_receipt(walks(journey, ADA), code, month)
            figures += moved(spent=-INSTALMENT, paid=-INSTALMENT, available=INSTALMENT)
            assert figures_now(journey) == figures
            if month == 2:
                sees_what_is_left(comes_back(journey, "Sam de Vries"))
    assert figures.spent_cents == SETTLED
    assert_books_balance(journey)


def prepares(ada: Person, number: str) -> None:
    """Alone it is not decided above the amount of the scheme; so it is laid before a colleague."""
    opens_case(ada, number)
    ada.press("Voorstel maken")
    ada.follow("Goedkeuren")
    ada.fill(rationale="De opleiding past bij de vraag naar technici.", **CHECKS)
    page = ada.press("Goedkeuren en vouchers maken", wrong=True)
    expect(page.locator('[name="rationale"]')).to_have_value("De opleiding past bij de vraag naar technici.")
    ada.press("Voorleggen aan een collega")
    expect(page.get_by_role("main")).to_contain_text("klaar voor een collega")


def decides_as_second(journey: Journey, number: str) -> None:
    """The colleague looks at what was prepared and at the letter, and decides."""
    tom = walks(journey, TOM)
    tom.go("/adviseur/voorgelegd")
    tom.inspect()
    tom.follow(number)
    tom.inspect()
    tom.fill(**CHECKS)
    page = tom.press("Bekijk eerst de brief")
    tom.inspect(wrong=True)
    assert "Er is nog niets besloten" in words(page) and journey.vouchers() == []
    page = tom.press("Besluiten en versturen")
    assert page.url.endswith("/besluit"), page.url
    tom.inspect()


def reads_the_letter(journey: Journey, ada: Person, sam: Person, number: str) -> None:
    """Advisor and resident read the same letter, with the last day to object; the file is the one that was made."""
    assert journey.mails(mail_of("Sam de Vries")), "the decision is told, and its letter made"
    opens_by_number(ada, number)
    ada.follow("Bekijk het besluit, de brief en de vouchers")
    page = ada.follow("Bekijk de brief van het besluit")
    ada.inspect()
    assert "U krijgt € 1.200." in words(page) and LAST_DAY_TO_OBJECT in words(page) and "bezwaar" in words(page)
    kept = re.search(r"\b[0-9a-f]{64}\b", words(page))
    sam.go(sam.page.url)
    status = sam.page.url
    page = sam.follow("Lees het besluit")
    sam.inspect()
    assert f"Dat kan tot en met {LAST_DAY_TO_OBJECT}" in words(page)
    sam.go(status)
    page = sam.follow("Uw brieven, en hoe u berichten krijgt")
    sam.inspect()
    link = page.get_by_role("main").get_by_role("link", name="U krijgt geld voor uw opleiding", exact=True)
    answer = page.context.request.get(f"{sam.address}{link.get_attribute('href')}.pdf")
    assert answer.headers["content-type"] == "application/pdf" and answer.body().startswith(b"%PDF-")
    assert kept is not None and hashlib.sha256(answer.body()).hexdigest() == kept[0]
    sam.go(status)


def opens_by_number(advisor: Person, number: str) -> None:
    """A case that is done is not on the worklist any more; its number opens it."""
    advisor.go("/adviseur/")
    advisor.fill(zoek=number)
    page = advisor.press("Zoeken")
    assert "/adviseur/vraag/" in page.url, page.url


def says_it_started(sam: Person) -> None:
    """The resident says that the training began."""
    sam.follow("Zeg hoe het gaat met uw opleiding")
    sam.inspect()
    sam.fill(started_on=dutch(NOW))
    page = sam.press("Ik ben begonnen")
    sam.inspect()
    assert "2 maart 2026" in words(page)


def hands_in(pia: Person, code: str, invoice: str, euros: str) -> None:
    """The provider uses a part of the voucher."""
    pia.go("/opleider/")
    pia.fill(code=code)
    pia.press("Verder")
    pia.fill(invoice_number=invoice, invoice_date=dutch(NOW), learner_name="Sam de Vries", total=euros, amount=euros)
    file = pdf() + f"%{invoice}".encode()
    pia.page.set_input_files("#file", {"name": "factuur.pdf", "mimeType": "application/pdf", "buffer": file})
    page = pia.press("Factuur indienen")
    assert "Een medewerker van het loket kijkt uw factuur na" in words(page)
    pia.go("/opleider/facturen")
    pia.inspect()


def accepts(ada: Person, invoice: str) -> None:
    """The advisor finds the invoice in the list and accepts it."""
    page = ada.go("/adviseur/facturen")
    ada.inspect()
    page.locator("main tr", has_text=invoice).get_by_role("link").first.click()
    assert "nog niet gezegd dat de opleiding begonnen is" not in words(page)
    page = ada.press("Factuur goedkeuren")


def two_people_release(rik: Person, roos: Person) -> str:
    """One prepares the payment and cannot release it; a colleague does. Returns the address of the payment."""
    page = rik.go("/regio/betalingen")
    rik.inspect()
    assert "€ 1.000,00" in words(page)
    page = rik.press("Betaling klaarzetten")
    rik.inspect()
    expect(page.get_by_role("button", name="Betaling vrijgeven")).to_have_count(0)
    roos.go(page.url)
    roos.inspect()
    page = roos.press("Betaling vrijgeven")
    roos.inspect()
    expect(page.get_by_role("button", name="Bestand voor de bank maken")).to_have_count(0)
    return page.url


def the_bank_pays(rik: Person, batch: str) -> None:
    """A day later the file is made and downloaded, and the statement of the bank says that it was paid."""
    rik.go(batch)
    page = rik.press("Bestand voor de bank maken")
    rik.inspect()
    with page.expect_download() as download:
        page.get_by_role("link", name="Bestand voor de bank bewaren").click()
    file = Path(download.value.path()).read_text()
    assert re.findall(r"<InstdAmt[^>]*>([\d.]+)<", file) == ["700.00", "300.00"]
    keys = re.findall(r"<EndToEndId>([^<]+)<", file)
    answer = statement(*(entry(key, euros) for key, euros in zip(keys, ("700.00", "300.00"), strict=True)))
    rik.go("/regio/betalingen")
    rik.follow("Bestand van de bank inlezen")
    rik.inspect()
    page.set_input_files("#file", {"name": "camt.xml", "mimeType": "application/xml", "buffer": answer})
    page = rik.press("Inlezen")
    rik.inspect()
    expect(page.locator("body")).to_contain_text("2 betaald")


def settles_lower(journey: Journey, ada: Person, code: str, number: str) -> None:
    """The voucher comes to less than was used: one prepares it, a colleague decides."""
    tom = walks(journey, TOM)
    ada.go("/adviseur/vouchers")
    ada.follow(code)
    ada.inspect()
    ada.follow("Voucher vaststellen")
    ada.inspect()
    ada.fill(
        amount="400",
        ground="not_done",
        left_out="own_facts",
        left_out_reason="De deelnemer meldde het zelf.",
        reason="De helft van de lessen is gevolgd.",
    )
    ada.press("Voorleggen aan een collega")
    tom.go("/adviseur/voorgelegd")
    page = tom.follow(number)
    tom.inspect()
    assert "€ 400" in words(page)
    page = tom.press("Besluiten")
    [voucher] = journey.vouchers()
    assert (voucher.state, voucher.redeemed_cents) == (VoucherState.SETTLED, USED)
    page = tom.go("/adviseur/terugvorderingen")
    tom.inspect()
    assert "€ 600,00" in words(page)


def agrees_on_instalments(ada: Person, code: str) -> None:
    """What was paid too much comes back in three parts."""
    ada.go("/adviseur/terugvorderingen")
    ada.follow(code)
    ada.inspect()
    ada.follow("Termijnen afspreken")
    ada.inspect()
    ada.fill(number="3", first_on=dutch(NOW + 30 * DAY))
    page = ada.press("Termijnen afspreken")
    ada.inspect()
    assert words(page).count("€ 200,00") == 3


def books_a_receipt(ada: Person, code: str, month: int) -> None:
    """One instalment came in; after the last one nothing is open."""
    ada.go("/adviseur/terugvorderingen")
    ada.follow(code)
    ada.follow("Ontvangst boeken")
    if month == 1:
        ada.inspect()
    ada.fill(amount="200", received_on=dutch(clock.now()), reference=f"BANK-{month}")
    page = ada.press("Ontvangst boeken")
    assert f"Nog open € {600 - 200 * month}" in words(page)
    if month == 3:
        ada.inspect()
        assert "afgerond" in words(page)


def sees_what_is_left(sam: Person) -> None:
    """The resident sees what was settled, what is still to be paid back, and the letter of it."""
    status = sam.page.url
    page = sam.follow("Alles over uw voucher, met QR-code")
    sam.inspect()
    assert "Vastgesteld op 3 maart 2026: € 400" in words(page)
    assert "U betaalt € 600 terug. Daarvan staat nog € 200 open." in words(page)
    sam.go(status)
    page = sam.follow("Uw brieven, en hoe u berichten krijgt")
    expect(page.get_by_role("link", name="Wij hebben uw voucher lager vastgesteld", exact=True)).to_have_count(1)
