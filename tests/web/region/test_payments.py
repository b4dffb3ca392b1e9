"""Paying on the screens of the region: two people, a day of delay, the file for the bank, and its statement."""

from __future__ import annotations

import io
from datetime import timedelta

from portal.people.accounts.models import Role
from portal.platform import clock
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher
from tests.factories import NOW, a_provider, a_voucher
from tests.portal.paying.payments.test_payments import entry, statement
from tests.web.browser import make_account
from tests.web.office import Office, said
from tests.web.walking import assert_sound

LIST = "/regio/betalingen"


def owe(office: Office) -> None:
    """Three hundred euros that a provider is to be paid."""

    def work(session) -> None:  # type: ignore[no-untyped-def]
        voucher: Voucher = a_voucher(session)
        provider, pia = a_provider(session)
        provider.iban = "NL39RABO0300065264"
        redeem_voucher(session, voucher=voucher, bill=Bill("F-1", NOW.date(), 30_000), actor=pia, now=NOW)

    office.do(work)


def test_two_people_pay_an_invoice_and_read_the_answer_of_the_bank(office: Office) -> None:
    office.app.extensions["settings"] = office.app.extensions["settings"].model_copy(
        update={"payer_name": "Regio Proefland", "payer_iban": "NL91ABNA0417164300"}
    )
    owe(office)
    one, two = office.browser("region"), office.browser("region", make_account(office.engine, Role.REGION))
    page = one.get(LIST)
    assert_sound(page)
    assert "Samen € 300,00" in said(page)
    here = one.post(f"{LIST}/klaarzetten").location
    assert_sound(one.get(here))
    refused = one.post(here, {"release": "1"})
    assert refused.status_code == 422 and "Een andere medewerker moet haar vrijgeven" in said(refused)
    assert two.post(here, {"release": "1"}).status_code == 303
    assert two.get(f"{here}/bestand.xml").status_code == 404, "not before the delay"
    assert two.post(here, {"export": "1"}).status_code == 422
    with clock.frozen(NOW + timedelta(days=1)):
        one, two = office.browser("region"), office.browser("region")
        assert one.post(here, {"export": "1"}).status_code == 303
        assert_sound(one.get(here))
        file = one.get(f"{here}/bestand.xml")
        assert file.data == two.get(f"{here}/bestand.xml").data and b"<InstdAmt" in file.data
        late = one.post(here, {"reason": "Fout"})
        assert late.status_code == 422 and "kan niet meer worden geannuleerd" in said(late)
        number = file.headers["Content-Disposition"].split('"')[1].removesuffix(".xml")
        answer = {"file": (io.BytesIO(statement(entry(f"{number}-00001", "300.00"))), "camt.xml")}
        assert_sound(one.get(f"{LIST}/afschrift"))
        one.post(f"{LIST}/afschrift", answer)
        assert "Gelezen: 1 betaald" in one.follow().text
        assert "afgerond" in said(one.get(LIST))


def test_a_batch_is_changed_and_cancelled_with_a_reason(office: Office) -> None:
    owe(office)
    one = office.browser("region")
    here = one.post(f"{LIST}/klaarzetten").location
    without = one.post(here, {"reason": " "})
    assert without.status_code == 422 and 'id="reason-error"' in without.text
    assert one.post(here, {"leave_out": "bestaat-niet"}).status_code == 404
    assert one.post(here, {"reason": "Verkeerd bedrag."}).status_code == 303
    assert "Geannuleerd: Verkeerd bedrag." in said(one.get(here))
    assert "Samen € 300,00" in said(one.get(LIST))


def test_what_is_no_statement_is_refused_at_its_field(office: Office) -> None:
    browser = office.browser("region")
    for content in (b"", b"geen xml", b"<Document/>"):
        answer = browser.post(f"{LIST}/afschrift", {"file": (io.BytesIO(content), "camt.xml")})
        assert answer.status_code == 422 and 'id="file-error"' in answer.text
        assert_sound(answer)
    assert_sound(browser.get("/regio/opbrengst?moment=year"))
    assert browser.get("/regio/opbrengst?moment=onzin").status_code == 200


def test_a_batch_that_a_colleague_changed_is_not_released_unseen(office: Office) -> None:
    office.app.extensions["settings"] = office.app.extensions["settings"].model_copy(
        update={"payer_name": "Regio Proefland", "payer_iban": "NL91ABNA0417164300"}
    )
    owe(office)
    one, two = office.browser("region"), office.browser("region", make_account(office.engine, Role.REGION))
    here = one.post(f"{LIST}/klaarzetten").location
    two.get(here)
    page = one.get(here)
    payment = page.text.split('name="leave_out"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    assert one.submit(here, {"leave_out": payment}).status_code == 303
    refused = two.submit(here, {"release": "1"})
    assert refused.status_code == 422
    assert_sound(refused)
    words = said(refused)
    assert "u zag: € 300,00" in words and "nu: € 0,00" in words, words
    assert "klaar" in said(one.get(LIST)) and two.get(f"{here}/bestand.xml").status_code == 404
