"""The owner reads how many questions missed one condition, and never a number below ten."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.awarding.proposals.actions import make_proposal
from portal.people.accounts.models import Role
from tests.factories import ADVISOR, NOW, a_question
from tests.web.browser import make_account
from tests.web.office import Office, said
from tests.web.walking import assert_sound


def refused(office: Office, number: int) -> None:
    def make(session: Session) -> None:
        for _ in range(number):
            question = a_question(session, facts={"residence_municipality": "GM0363"})
            make_proposal(session, question=question, actor=ADVISOR, now=NOW)

    office.do(make)


def test_a_number_is_told_from_ten_on_and_for_the_own_scheme_alone(office: Office) -> None:
    browser = office.browser("owner", make_account(office.engine, Role.OWNER, organisation="regio-proefland"))
    assert "/net-niet" in browser.get("/eigenaar/regeling/leervoucher").text
    refused(office, 9)
    page = browser.get("/eigenaar/regeling/leervoucher/net-niet")
    assert_sound(page)
    assert said(page).count("minder dan 10") == 2
    refused(office, 1)
    words = said(browser.get("/eigenaar/regeling/leervoucher/net-niet"))
    assert words.count("minder dan 10") == 1 and " 10 " in words
    assert browser.get("/eigenaar/regeling/materiaalvoucher/net-niet").status_code == 404
