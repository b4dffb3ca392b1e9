"""Decisions after the first on their screens: laid before a colleague, decided by that colleague, sent back or taken back."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.people.accounts.models import Role
from portal.second_look.preparations.queries import waiting_preparations
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher, VoucherState
from tests.factories import NOW, a_provider, a_voucher
from tests.web.advisor.steps import CHECKED, case
from tests.web.browser import Browser, make_account
from tests.web.office import Office, said
from tests.web.walking import assert_sound

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
WHY = {"reason": "Niet alles gevolgd."}
LAY = {"act": "prepare"}


def used(office: Office) -> Voucher:
    voucher, (_, pia) = office.made(a_voucher), office.made(a_provider)

    def work(session: Session) -> None:
        redeem_voucher(
            session, voucher=session.merge(voucher), bill=Bill("F-1", date(2026, 3, 1), 100_000), actor=pia, now=NOW
        )

    office.do(work)
    return voucher


def state(office: Office, voucher: Voucher) -> VoucherState:
    return office.do(lambda s: s.get_one(Voucher, voucher.id).state)


def second(office: Office) -> Browser:
    return office.browser("advisor", make_account(office.engine, Role.ADVISOR))


def lay_down(office: Office, voucher: Voucher) -> str:
    """A settlement that waits for a colleague; its address."""
    wanted = {"amount": "400", "ground": "not_done", "left_out": "asked", "left_out_reason": "Belde."}
    settle = f"/adviseur/voucher/{voucher.public_id}/vaststellen"
    assert office.browser("advisor").post(settle, WHY | LAY | wanted).status_code == 303
    [row] = office.do(waiting_preparations)
    return f"/adviseur/voorgelegd/{row.public_id}"


def test_a_settlement_is_laid_before_a_colleague_who_decides(office: Office) -> None:
    voucher, first = used(office), office.browser("advisor")
    page = first.get(f"/adviseur/voucher/{voucher.public_id}/vaststellen")
    assert "Voorleggen aan een collega" in said(page)
    address = lay_down(office, voucher)
    assert state(office, voucher) is VoucherState.PARTLY_REDEEMED
    own = first.get(address)
    assert_sound(own)
    assert "Een collega met mandaat besluit" in said(own)
    refused = first.post(address, {})
    assert refused.status_code == 422 and "Een collega met mandaat besluit" in said(refused)
    other = second(office)
    listed = other.get("/adviseur/voorgelegd")
    assert address in listed.text and "Voucher vaststellen" in said(listed)
    page = other.get(address)
    assert_sound(page)
    assert "€ 400,00" in said(page) and WHY["reason"] in said(page)
    preview = other.submit(address, {"act": "preview"})
    assert preview.status_code == 200 and "Vastgesteld is € 400" in said(preview)
    assert state(office, voucher) is VoucherState.PARTLY_REDEEMED, "the letter is seen, nothing is decided"
    assert other.post(address, {}).status_code == 303
    assert state(office, voucher) is VoucherState.SETTLED


def test_it_is_sent_back_with_a_reason_or_taken_back(office: Office) -> None:
    voucher = used(office)
    address, other = lay_down(office, voucher), second(office)
    assert_sound(other.get(f"{address}/teruggeven"))
    assert other.post(f"{address}/teruggeven", {"reason": ""}).status_code == 422
    assert other.post(f"{address}/teruggeven", {"reason": "Bewijs ontbreekt."}).status_code == 303
    assert "Bewijs ontbreekt." in said(office.browser("advisor").get(address))
    again = lay_down(office, voucher)
    assert office.browser("advisor").post(f"{again}/terugnemen").status_code == 303
    assert office.do(waiting_preparations) == [] and state(office, voucher) is VoucherState.PARTLY_REDEEMED


def test_a_supplement_that_does_not_fit_is_told_at_the_field_also_when_it_is_laid_down(office: Office) -> None:
    voucher, browser = office.made(a_voucher), office.browser("advisor")
    address = f"/adviseur/voucher/{voucher.public_id}/ophogen"
    page = browser.get(address)
    assert_sound(page)
    wanted = {"line": "tuition", "funding_line": "proefstad-2026", "amount": "10"}
    refused = browser.post(address, WHY | LAY | wanted)
    assert refused.status_code == 422
    assert_sound(refused)
    assert office.do(waiting_preparations) == []


def lay_deciding_again(office: Office, voucher: Voucher) -> str:
    """A new decision that waits for a colleague; its address."""
    browser, number = office.browser("advisor"), office.do(lambda s: s.get_one(Voucher, voucher.id).question_id)
    asked = office.do(lambda s: s.get_one(DevelopmentQuestion, number))
    assert browser.post(case(asked, "/opnieuw-voorstellen")).status_code == 303
    assert_sound(browser.get(case(asked, "/opnieuw-besluiten")))
    assert browser.post(case(asked, "/opnieuw-besluiten"), CHECKED | LAY).status_code == 303
    [row] = office.do(waiting_preparations)
    return f"/adviseur/voorgelegd/{row.public_id}"


def test_a_new_decision_is_laid_before_a_colleague(office: Office) -> None:
    voucher = office.made(a_voucher)
    address, other = lay_deciding_again(office, voucher), second(office)
    assert_sound(other.get(address))
    assert other.post(address, {}).status_code == 422
    assert other.post(address, CHECKED).status_code == 303
    assert state(office, voucher) is VoucherState.REVOKED


def test_a_new_decision_whose_mix_no_longer_fits_is_not_taken_and_goes_back(office: Office) -> None:
    voucher = office.made(a_voucher)
    address, other = lay_deciding_again(office, voucher), second(office)

    def change(session: Session) -> None:
        session.get_one(DevelopmentQuestion, session.get_one(Voucher, voucher.id).question_id).revision += 1

    office.do(change)
    answer = other.post(address, CHECKED)
    assert (answer.status_code, answer.location) == (303, address)
    assert "De verdeling past niet meer. Er is niets vastgelegd. Geef het besluit terug." in said(other.get(address))
    assert state(office, voucher) is VoucherState.ISSUED and len(office.do(waiting_preparations)) == 1
