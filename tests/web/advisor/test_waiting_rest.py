"""An award that the ceiling cut short: the advisor puts the applicant on the waiting list for the rest."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.platform import clock
from portal.platform.database import unit_of_work
from tests.factories import NOW, an_application, approve
from tests.portal.awarding.waiting_list.region import with_waiting_list
from tests.web.advisor.steps import case
from tests.web.browser import Browser, make_account
from tests.web.office import said
from tests.web.walking import assert_sound

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_the_rest_is_waited_for_on_the_case_of_a_decided_question(app: Flask, engine: Engine, tmp_path: Path) -> None:
    def work(session: Session) -> DevelopmentQuestion:
        with_waiting_list(session, tmp_path / "proefland", cents=50_000)
        question = an_application(session)
        approve(session, question)
        return question

    with clock.frozen(NOW + timedelta(hours=1)):
        question = unit_of_work(engine, work)
        browser = Browser(app).enter(account=make_account(engine, "advisor"))
        assert "Op de wachtlijst zetten" in said(browser.get(case(question)))
        page = browser.get(case(question, "/wachtlijst"))
        assert_sound(page)
        assert "wachten op geld voor de rest" in said(page)
        form = {"scheme": "leervoucher", "agreed_on": "2-3-2026", "agreed": "y"}
        assert browser.submit(case(question, "/wachtlijst"), form).status_code == 303
        words = said(browser.follow())
        assert "Plaats 1 op de wachtlijst, voor de rest" in words and "Op de wachtlijst zetten" not in words
        assert browser.post(case(question, "/wachtlijst/verlaten")).status_code == 303
        assert "De aanvraag staat niet meer op de wachtlijst." in said(browser.follow())
