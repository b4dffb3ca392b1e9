"""An advisor collects a claim on the screen: what the law says of it, putting off, a reminder, interest; and its holder sees it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.paying.settlements.models import Recovery
from portal.people.actor import Audience
from portal.platform import clock
from portal.spending.vouchers.models import Voucher
from tests.portal.paying.collecting.owed_late import DAY, PAY_BY, at, pay, sent
from tests.web.browser import Browser
from tests.web.office import Office, said
from tests.web.walking import assert_sound


def claimed(session: Session) -> tuple[str, DevelopmentQuestion]:
    """The public id of a claim that was sent, and its question."""
    claim = sent(session)
    voucher = session.get_one(Voucher, claim.voucher_id)
    return claim.public_id, session.get_one(DevelopmentQuestion, voucher.question_id)


def test_a_claim_is_put_off_reminded_of_paid_and_its_interest_determined(office: Office) -> None:
    claim, question = office.do(claimed)
    here = f"/adviseur/terugvordering/{claim}"
    with clock.frozen(at(PAY_BY)):
        browser = office.browser("advisor")
        first = browser.get(here)
        assert_sound(first)
        assert "13 april 2026" in said(first) and "13 april 2031, daarna is het verjaard" in said(first)
        browser.get(f"{here}/aanmanen")
        early = browser.submit(f"{here}/aanmanen", {})
        assert early.status_code == 422 and "Er is niets om voor aan te manen" in said(early)
        browser.get(f"{here}/uitstel")
        assert browser.submit(f"{here}/uitstel", {"until": "1-6-2026", "reason": "Ziek."}).status_code == 303
        assert "tot en met 1 juni 2026 (Awb 4:94)" in said(browser.get(here))
    with clock.frozen(at(date(2026, 6, 10))):
        browser = office.browser("advisor")
        browser.get(f"{here}/aanmanen")
        assert browser.submit(f"{here}/aanmanen", {}).status_code == 303
        words = said(browser.get(here))
        assert "aanmaning verstuurd" in words and "€ 600, sinds 1 juni 2026" in words.replace("600,00", "600")
        person = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
        own = said(person.get(f"/mijn/{question.public_id}/vouchers"))
        assert "Op 10 juni 2026 stuurden wij een aanmaning. Betaal uiterlijk op 24 juni 2026." in own
        browser.get(f"{here}/erkend")
        assert browser.submit(f"{here}/erkend", {"on": "9-6-2026", "reason": "Per mail."}).status_code == 303
    office.do(lambda s: pay(s, the(s, claim), 60_000, date(2028, 6, 10)).id)
    with clock.frozen(at(date(2028, 6, 10))):
        browser = office.browser("advisor")
        browser.get(f"{here}/rente")
        assert browser.submit(f"{here}/rente", {}).status_code == 303
        assert "wettelijke rente" in said(browser.get(here))
        browser.get(f"{here}/kwijtschelden")
        assert browser.submit(f"{here}/kwijtschelden", {"reason": "Al genoeg."}).status_code == 303


def the(session: Session, public_id: str) -> Recovery:
    return session.query(Recovery).filter_by(public_id=public_id).one()


@pytest.mark.parametrize("day", [date(2031, 4, 13) - 20 * DAY, date(2031, 4, 13) + timedelta(days=20)])
def test_a_claim_that_is_almost_too_late_stands_in_the_list_of_what_is_due(office: Office, day: date) -> None:
    office.do(claimed)
    with clock.frozen(at(day)):
        assert "Terugvordering die bijna niet meer kan" in said(office.browser("advisor").get("/adviseur/voor-mij"))


def test_which_message_goes_how_is_one_page(office: Office) -> None:
    page = office.browser("advisor").get("/adviseur/berichten/kanalen")
    assert_sound(page)
    words = said(page)
    assert "Aanmaning" in words and "altijd per e-mail" in words and "Awb 2:8" in words
