"""What the bank said that fits nothing waits on a list; what became of a payment is recorded on the screen by two people."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.paying.by_hand.models import OutcomeByHand
from portal.paying.payments.models import Payment, PaymentState
from portal.paying.settlements.models import Recovery
from portal.people.accounts.models import Role
from portal.platform import clock
from portal.spending.vouchers.codes import format_code
from tests.factories import NOW
from tests.portal.paying.payments.test_payments import PAYER, entry, statement, whole_batch
from tests.portal.paying.statements.test_incoming import a_claim, money_in
from tests.portal.paying.statements.test_reports import about, report
from tests.web.browser import Browser, make_account
from tests.web.office import Office, said
from tests.web.region.test_payments import LIST, owe
from tests.web.walking import assert_sound

NEXT_DAY = NOW + timedelta(days=1)
OUTCOME = {"outcome": "came_back", "on": "3-3-2026", "reason": "Gebeld met de bank."}


def two_people(office: Office) -> tuple[Browser, Browser]:
    return office.browser("region"), office.browser("region", make_account(office.engine, Role.REGION))


def at_the_bank(office: Office) -> str:
    """A batch of € 300 whose file went to the bank; its address."""
    office.app.extensions["settings"] = office.app.extensions["settings"].model_copy(
        update={"payer_name": PAYER.name, "payer_iban": PAYER.iban}
    )
    owe(office)
    one, two = two_people(office)
    here = str(one.post(f"{LIST}/klaarzetten").location)
    assert "nog niet bekend" in said(one.get(here)), "the day of payment is fixed with the file"
    assert two.post(here, {"release": "1"}).status_code == 303
    assert "nog niet bekend" in said(one.get(here))
    with clock.frozen(NEXT_DAY):
        assert office.browser("region").post(here, {"export": "1"}).status_code == 303
    return here


def payment(office: Office) -> Payment:
    return office.do(lambda session: session.scalars(select(Payment)).one())


def upload(browser: Browser, content: bytes) -> None:
    browser.post(f"{LIST}/afschrift", {"file": (io.BytesIO(content), "mei.xml")})


def test_a_refused_payment_is_found_on_the_list_and_two_people_record_that_it_came_back(office: Office) -> None:
    here = at_the_bank(office)
    number = payment(office).end_to_end_id.rpartition("-")[0]
    with clock.frozen(NEXT_DAY):
        one, two = two_people(office)
        upload(one, statement(whole_batch(number, "299.99"), entry("SALARIS", "5.00"), entry("NOTPROVIDED", "8.00")))
        listed = one.follow()
        words = said(listed)
        assert_sound(listed)
        assert "Deze regels kloppen niet" in words and "niet over betalingen van het loket gaan: 1." in words
        assert number in words and "€ 299,99" in words and "zonder kenmerk" in words
        assert f'href="{LIST}/regels"' in one.get(LIST).text
        page = f"{here}/uitkomst/{payment(office).public_id}"
        assert page in one.get(here).text
        one.get(page)
        empty = one.submit(page, {"reason": "Gebeld met de bank."})
        assert empty.status_code == 422 and 'id="outcome-error"' in empty.text and 'id="on-error"' in empty.text
        assert "Gebeld met de bank." in empty.text, "nothing typed is lost"
        early = one.submit(page, OUTCOME | {"on": "1-3-2026"})
        assert early.status_code == 422 and 'id="on-error"' in early.text
        assert_sound(early)
        assert one.submit(page, OUTCOME).status_code == 303
        assert payment(office).state is PaymentState.SENT
        assert_sound(one.get(LIST))
        assert "wachten" in said(two.get(LIST)) and page in two.get(LIST).text
        refused = one.post(page, {"confirm": "1"})
        assert refused.status_code == 422 and "Een andere medewerker moet haar bevestigen" in said(refused)
        assert_sound(two.get(page))
        assert two.post(page, {"confirm": "1"}).status_code == 303
        assert payment(office).state is PaymentState.RETURNED
        assert "Samen € 300,00" in said(one.get(LIST)), "it is to be paid again"
        shown = one.get(page)
        assert "Gebeld met de bank." in said(shown) and "Ging het daarna toch naar de ontvanger?" in said(shown)
        assert "came_back" not in shown.text
        assert_sound(shown)


def test_a_proposed_outcome_is_withdrawn_and_a_line_is_dealt_with(office: Office) -> None:
    here = at_the_bank(office)
    key = payment(office).end_to_end_id
    with clock.frozen(NEXT_DAY):
        one, two = two_people(office)
        upload(one, statement(entry(key, "1.00")))
        page = f"{here}/uitkomst/{payment(office).public_id}"
        one.get(page)
        assert one.submit(page, OUTCOME | {"outcome": "carried_out"}).status_code == 303
        assert two.post(page, {"withdraw": "1"}).status_code == 303
        assert "Ingetrokken op" in said(one.get(page)) and "Uitkomst voorstellen" in said(one.get(page))
        line = next(part for part in one.get(f"{LIST}/regels").text.split('"') if part.startswith(f"{LIST}/regels/"))
        shown = one.get(line)
        assert_sound(shown)
        assert page in shown.text and "Het bedrag is een ander" in said(shown)
        empty = one.submit(line, {"note": " "})
        assert empty.status_code == 422 and 'id="note-error"' in empty.text
        assert one.submit(line, {"note": "Fout van de bank."}).status_code == 303
        words = said(one.follow())
        assert "Er is niets uit te zoeken" in words and "Fout van de bank." in words
        assert_sound(one.get(f"{LIST}/regels"))
        assert one.get(f"{LIST}/regels/bestaat-niet").status_code == 404
        assert one.get(f"{here}/uitkomst/bestaat-niet").status_code == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (statement(entry("X", "5.00"), account="NL39RABO0300065264"), "mei.xml is een afschrift van rekening NL39"),
        (statement(entry("X", "Infinity")), "een bedrag dat wij niet kunnen lezen: Infinity"),
        (statement(entry("X", "1E999999999")), "een bedrag dat wij niet kunnen lezen: 1E999999999"),
    ],
)
def test_a_statement_of_another_account_or_with_an_amount_that_is_none_is_refused_at_the_file(
    office: Office, content: bytes, words: str
) -> None:
    at_the_bank(office)
    browser = office.browser("region")
    answer = browser.post(f"{LIST}/afschrift", {"file": (io.BytesIO(content), "mei.xml")})
    assert answer.status_code == 422 and 'id="file-error"' in answer.text
    assert words in said(answer)
    assert_sound(answer)


def test_nobody_confirms_another_outcome_than_was_on_the_screen(office: Office) -> None:
    here = at_the_bank(office)
    with clock.frozen(NEXT_DAY):
        one, two = two_people(office)
        page = f"{here}/uitkomst/{payment(office).public_id}"
        one.get(page)
        assert one.submit(page, OUTCOME | {"outcome": "carried_out"}).status_code == 303
        two.get(page)
        one.get(page)
        assert one.submit(page, {"withdraw": "1"}).status_code == 303
        one.get(page)
        assert one.submit(page, OUTCOME).status_code == 303
        refused = two.submit(page, {"confirm": "1"})
        assert refused.status_code == 422
        assert_sound(refused)
        words = said(refused)
        assert "u zag: De bank heeft betaald" in words and "nu: De bank heeft niet betaald" in words, words
        assert payment(office).state is PaymentState.SENT
        assert two.submit(page, {"confirm": "1"}).status_code == 303, "what is shown now"
        assert payment(office).state is PaymentState.RETURNED


def test_a_report_in_which_the_bank_refuses_a_payment_is_read_on_the_same_screen(office: Office) -> None:
    here = at_the_bank(office)
    number, _, _ = payment(office).end_to_end_id.rpartition("-")
    with clock.frozen(NEXT_DAY):
        browser = office.browser("region")
        upload(browser, report(number, group="ACCP"))
        assert "van 1 betalingen de stand bij de bank" in said(browser.follow())
        assert "bij de bank: goedgekeurd (03-03-2026)" in said(browser.get(here))
        upload(
            browser, report(number, about(payment(office).end_to_end_id, "RJCT", reason="AC04"), about("S-1", "RJCT"))
        )
        listed = browser.follow()
        assert "1 geweigerd door de bank" in said(listed) and "een bestand dat niet van het loket is" in said(listed)
        assert_sound(listed)
        shown = browser.get(here)
        assert "bij de bank" in said(shown) and "geweigerd: de rekening is opgeheven" in said(shown)
        assert_sound(shown)
        assert "Er is niets te betalen." in said(browser.get(LIST)), "one person read it"
        line = next(part for part in listed.text.split('"') if part.startswith(f"{LIST}/regels/"))
        assert "RJCT" in said(browser.get(line))


def test_a_return_that_one_read_is_confirmed_by_another_who_is_not_to_release_it_either(office: Office) -> None:
    here = at_the_bank(office)
    key, page = payment(office).end_to_end_id, f"{LIST}/uitkomsten"
    with clock.frozen(NEXT_DAY):
        one, two = two_people(office)
        upload(one, statement(entry(key, "300.00", credit=True, reason="AC04")))
        assert "1 teruggekomen (een tweede medewerker bevestigt dat)" in said(one.follow())
        assert payment(office).state is PaymentState.SENT and page in one.get(LIST).text
        own = one.get(page)
        assert_sound(own)
        assert "Van u zelf" in said(own) and "Er wacht niets op u." in said(own)
        assert one.post(page, {"outcomes": [waiting_id(office)]}).status_code == 422
        shown = two.get(page)
        assert_sound(shown)
        assert "Gelezen in een afschrift van de bank. Reden: AC04." in said(shown) and key in said(shown)
        empty = two.submit(page, {})
        assert empty.status_code == 422 and 'id="outcomes-error"' in empty.text
        assert two.submit(page, {"outcomes": [waiting_id(office)]}).status_code == 303
        assert payment(office).state is PaymentState.RETURNED
        assert "Samen € 300,00" in said(one.get(LIST))
        again = str(two.post(f"{LIST}/klaarzetten").location)
        listed = one.get(again)
        assert_sound(listed)
        assert "Eerder betaald op" in said(listed) and "gelezen door" in said(listed), here
        assert "U hebt zelf gelezen dat een betaling terugkwam" in said(listed)
        assert one.post(again, {"release": "1"}).status_code == 422
        third = office.browser("region", make_account(office.engine, Role.REGION))
        assert third.post(again, {"release": "1"}).status_code == 303


def waiting_id(office: Office) -> str:
    return office.do(lambda session: session.scalars(select(OutcomeByHand)).one().public_id)


def test_money_that_came_in_is_booked_on_the_recovery_that_was_on_the_screen(office: Office) -> None:
    claim, voucher = office.do(a_claim)
    code = format_code(voucher.code)
    with clock.frozen(NOW + timedelta(days=3)):
        one, two = two_people(office)
        upload(one, statement(money_in("200.00", text=code.lower()), money_in("400.00", reference="REF-2")))
        listed = one.follow()
        assert "misschien bij een terugvordering hoort" in said(listed)
        assert said(listed).count(f"misschien terugvordering {code}") == 1, "beside the line that names it"
        lines = [part for part in listed.text.split('"') if part.startswith(f"{LIST}/regels/")]
        for browser in (one, two):
            shown = browser.get(lines[0])
            assert_sound(shown)
        words = said(shown)
        assert code in words and "De code van de voucher staat in de tekst." in words and "€ 600,00" in words
        looked = one.get(f"{lines[1]}?code=ABCD")
        assert_sound(looked)
        assert "Met deze code staat geen terugvordering open." in said(looked)
        here = f"{lines[1]}?code={code}"
        assert "U zocht op deze code." in said(one.get(here))
        assert one.submit(here, {"book": claim.public_id}).status_code == 303
        assert f"geboekt als ontvangst op voucher {code}" in said(one.follow())
        refused = two.submit(lines[0], {"book": claim.public_id})
        assert refused.status_code == 422 and "nu: € 200,00" in said(refused), "less is open than was seen"
        assert two.submit(lines[0], {"book": claim.public_id}).status_code == 303
        assert office.do(lambda session: session.get_one(Recovery, claim.id).open_cents) == 0
        assert "Geboekt als ontvangst" in said(one.get(lines[0]))
