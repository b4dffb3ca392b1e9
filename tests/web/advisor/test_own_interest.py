"""The region paid somebody back a year late: an advisor finds it on the case, decides on the interest, and the person sees it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Audience
from portal.platform import clock
from tests.portal.paying.collecting.owed_late import at
from tests.portal.paying.late_interest.paid_late import PAID_ON, paid_back
from tests.portal.paying.settling_again.owing import question_of
from tests.web.browser import Browser
from tests.web.office import Office, links_of, said
from tests.web.walking import assert_sound, soup_of


def paid_too_late(session: Session) -> DevelopmentQuestion:
    """The case of somebody who got € 700 back a year late."""
    return question_of(session, paid_back(session))


def test_interest_that_the_region_owes_is_found_on_the_case_decided_once_and_told(office: Office) -> None:
    question = office.do(paid_too_late)
    late = f"/adviseur/vraag/{question.public_id}/ingebrekestelling"
    with clock.frozen(at(PAID_ON)):
        browser = office.browser("advisor")
        row = links_of(soup_of(browser.get(late)))
        here = next(href for href in row.values() if "/rente" in href)
        page = browser.get(here)
        assert_sound(page)
        assert "€ 27,92 (Awb 4:98, 4:102)" in said(page) and "De regio betaalt dit van eigen geld." in said(page)
        empty = browser.submit(here, {"rationale": ""})
        assert empty.status_code == 422 and "Schrijf op waarom u dit besluit neemt." in said(empty)
        assert browser.submit(here, {"rationale": "Wij betaalden te laat."}).status_code == 303
        assert "Er is besloten over de rente." in said(browser.follow())
        again = browser.get(here)
        assert again.status_code == 303 and again.location == late, "it is decided once"
        person = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
        assert "€ 27,92" in said(person.get(f"/mijn/{question.public_id}/vouchers"))
