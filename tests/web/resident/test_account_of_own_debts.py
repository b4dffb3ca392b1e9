"""On which account somebody gets what the region owes: it is asked, and another can be given, only as long as that is so."""

from __future__ import annotations

import pytest

from portal.paying.own_payments import OwnDebtStand
from portal.people.actor import Audience
from portal.web.intake import repaid
from tests.web.browser import Browser
from tests.web.office import Office, office, still
from tests.web.resident.test_own_page_stands import words_at
from tests.web.stands import late

__all__ = ["office", "still"]


def test_the_own_page_and_the_details_lead_to_the_account_as_long_as_it_can_be_given(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = office.do(late)
    browser = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    home = f"/mijn/{question.public_id}"
    for stands in OwnDebtStand:
        monkeypatch.setattr(repaid, "debt_stands_at", lambda _session, owed, at=stands: at)
        asked, given = stands in (OwnDebtStand.ASKED, OwnDebtStand.RETURNED), stands is OwnDebtStand.GIVEN
        page, details = words_at(browser, home), words_at(browser, f"{home}/gegevens")
        assert (stands, "Rekening doorgeven" in page, "Andere rekening geven" in page) == (stands, asked, given)
        assert ("op welke rekening u geld" in details, "Andere rekening geven" in details) == (asked, given), stands
        assert ("geen geld van ons" in details) is not (asked or given), stands
