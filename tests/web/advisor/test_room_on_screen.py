"""What is left to give, on the screens of an advisor: at the field of a raise, and beside the answers of an undertaking."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from portal.cases.questions.models import CostInput, DevelopmentQuestion, Route
from portal.platform.database import unit_of_work
from portal.spending.vouchers.models import Voucher
from tests.factories import a_voucher, an_application, approve
from tests.portal.awarding.aid_region import MOST, with_aid
from tests.portal.awarding.test_state_aid import asked
from tests.web.office import Office, said
from tests.web.walking import assert_sound, sound_page, soup_of


@pytest.fixture
def database() -> str:
    """Once is enough: what is asked here of the database is asked on both where the acts stand."""
    return "sqlite"


def test_who_raises_above_what_a_rule_allows_reads_which_one_and_what_still_fits(office: Office) -> None:
    voucher = office.made(a_voucher, route=Route.EMPLOYER, costs=[CostInput("tuition", 200_000)])
    office.do(lambda s: dearer_by(s.get_one(DevelopmentQuestion, voucher.question_id), 100_000))
    browser = office.browser("advisor")
    form = {"line": "k1", "funding_line": "provincie-breed", "amount": "600", "reason": "Duurder."}
    page = browser.post(f"/adviseur/voucher/{voucher.public_id}/ophogen", form)
    assert page.status_code == 422
    soup, words = sound_page(page), said(page)
    assert "De werkgever moet minstens € 1.500 betalen. In deze mix is het € 1.400." in words
    assert "U kunt nu hoogstens € 500 meer toekennen." in words
    field = soup.find(attrs={"name": "amount"})
    assert field["aria-invalid"] == "true" and field["value"] == "600", "at the field, and nothing typed is lost"
    browser.submit(f"/adviseur/voucher/{voucher.public_id}/ophogen", form | {"amount": "500"})
    assert office.do(lambda s: s.get_one(Voucher, voucher.id).amount_cents) == 150_000


def dearer_by(question: DevelopmentQuestion, cents: int) -> None:
    question.cost_lines[0].amount_cents += cents


def test_the_case_of_a_company_says_what_it_had_as_state_aid_and_may_still_have(
    app: Flask, engine: Engine, tmp_path: Path
) -> None:
    unit_of_work(engine, lambda session: with_aid(session, tmp_path / "proefland"))
    office = Office(app, engine)
    office.do(lambda session: approve(session, asked(session, 60_000)))
    second = office.made(asked, cents=50_000)
    words = said(office.browser("advisor").get(f"/adviseur/vraag/{second.public_id}"))
    assert "Staatssteun via dit loket in drie jaar € 600" in words
    assert "Staatssteun die nog kan € 400" in words
    other = office.made(a_voucher)
    question = office.do(lambda session: session.get_one(DevelopmentQuestion, other.question_id))
    assert "Staatssteun" not in said(office.browser("advisor").get(f"/adviseur/vraag/{question.public_id}"))


def test_what_was_had_before_is_noted_shown_and_taken_away_again(office: Office) -> None:
    question, browser = office.made(an_application), office.browser("advisor")
    case = f"/adviseur/vraag/{question.public_id}"
    address = f"{case}/eerder-gekregen"
    assert address in str(soup_of(browser.get(case))), "it is found from the case"
    assert "Er is nog niets genoteerd." in said(browser.get(address))
    form = {"scheme": "leervoucher", "amount": "2.000", "awarded_on": "05-01-2026"}
    assert browser.submit(address, form).status_code == 303
    page = browser.get(address)
    soup = sound_page(page)
    assert "Leervoucher: € 2.000 op 5 januari 2026" in said(page)
    again = browser.submit(address, form)
    assert again.status_code == 422 and "Dit staat er al." in said(again)
    away = next(one["action"] for one in soup.find_all("form", action=True) if str(one["action"]).endswith("/weg"))
    entry = {"entry": str(soup.find("button", attrs={"name": "entry"})["value"])}
    assert browser.post(str(away), entry).status_code == 303
    assert "Er is nog niets genoteerd." in said(browser.get(address))
    assert browser.post(str(away), entry).status_code == 409, "it was taken away already"
    for wrong in ({}, {"entry": "x"}, {"entry": entry["entry"].replace("2026-01-05", "geen-dag")}):
        assert browser.post(str(away), wrong).status_code == 409


def test_an_advisor_sees_the_group_and_corrects_it_with_a_reason(app: Flask, engine: Engine, tmp_path: Path) -> None:
    unit_of_work(engine, lambda session: with_aid(session, tmp_path / "proefland"))
    office = Office(app, engine)
    office.do(lambda session: approve(session, asked(session, 60_000)))
    other = office.made(asked, cents=50_000, kvk="87654321", room=MOST)
    case = f"/adviseur/vraag/{other.public_id}"
    ada, tom = office.browser("advisor"), office.browser("advisor")
    page = f"{case}/groep"
    assert page in ada.get(case).text
    for browser in (ada, tom):
        assert_sound(browser.get(page))
    without = ada.submit(page, {"numbers": "1234 5678", "aid": "0"})
    assert without.status_code == 422 and 'id="reason-error"' in without.text and "1234 5678" in without.text
    assert_sound(without)
    right = {"numbers": "1234 5678", "aid": "0", "reason": "Uittreksel van de KVK."}
    assert ada.submit(page, right).status_code == 303
    words = said(ada.get(page))
    assert "Uittreksel van de KVK." in words and "ook volgens andere aanvragen: 12345678" in words
    assert "Staatssteun die nog kan € 400" in said(ada.get(case)) and "12345678 (samen" in said(ada.get(case))
    late = tom.submit(page, right)
    assert late.status_code == 422 and "Er is iets veranderd" in said(late)
