"""The receipt on the screens: the same words for the advisor and for who asked, files to keep, and nobody else's."""

from __future__ import annotations

import json
from pathlib import Path

import pdfua
import pytest

from matching.receipt import read_receipt, verify
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.proposals.models import ProposalRecord
from portal.cases.questions.models import CostInput, DevelopmentQuestion, Route
from portal.people.actor import Audience
from tests.factories import ADVISOR, NOW, a_decision, a_question, an_application, approve
from tests.web.browser import Browser
from tests.web.office import Office, figures_of, links_of, said
from tests.web.walking import assert_sound, soup_of


def asker(office: Office, question: DevelopmentQuestion) -> Browser:
    audience = Audience.EMPLOYER if question.route is Route.EMPLOYER else Audience.RESIDENT
    return Browser(office.app).enter(question_id=question.id, audience=audience)


def test_who_asked_reads_how_was_computed_and_keeps_the_file(office: Office, tmp_path: Path) -> None:
    costs = [CostInput("tuition", 300_000), CostInput("materials", 40_001)]
    question, decision = office.do(lambda s: a_decision(s, costs=costs, schemes=["leervoucher", "materiaalvoucher"]))
    browser = asker(office, question)
    letter = browser.get(f"/mijn/{question.public_id}/besluit")
    address = links_of(soup_of(letter))["Bekijk hoe er is gerekend, en bewaar het bewijs"]
    page = browser.get(address)
    assert_sound(page)
    words = said(page)
    assert "Een mens heeft het besluit genomen. De computer heeft alleen gerekend." in words
    assert "Bewezen: geen andere verdeling die mag, is beter." in words
    assert "Het college van Proefstad" in words and decision.rationale in words
    assert "Algemene wet bestuursrecht, artikel 6:7" in words and "Invented for the tests" in words
    rows = figures_of(page, "Wie betaalt wat")
    assert ["lesgeld, € 3.000,00", "Leervoucher", "Leren individueel", "€ 2.500,00"] in rows
    told = figures_of(page, "Met deze gegevens is gerekend")
    assert ["Waar woont u?", "Proefstad", "de inwoner", "02-03-2026"] in told

    kept = browser.get(f"{address}.json")
    assert kept.headers["Content-Type"].startswith("application/json")
    receipt = read_receipt(kept.text, "bewijs.json")
    assert verify(receipt) == [] and receipt.content_hash in words
    file = tmp_path / "bewijs.pdf"
    file.write_bytes(browser.get(f"{address}.pdf").data)
    assert [one.message for one in pdfua.validate(str(file)).findings] == []


def test_the_page_speaks_english_and_the_file_stays_the_same(office: Office) -> None:
    question, _ = office.do(a_decision)
    browser = asker(office, question)
    address = f"/mijn/{question.public_id}/bewijs"
    dutch = browser.get(f"{address}.json").text
    english = browser.get(f"{address}?taal=en")
    assert english.status_code == 200 and '<html lang="en"' in english.text
    assert "Learning voucher" in said(english)
    assert browser.get(f"{address}.json?taal=en").text == dutch


def test_an_advisor_sees_the_receipt_of_a_proposal_before_anybody_decided(office: Office) -> None:
    question = office.made(an_application)
    record: ProposalRecord = office.do(lambda s: make_proposal(s, question=question, actor=ADVISOR, now=NOW))
    browser = office.browser("advisor")
    proposal = browser.get(f"/adviseur/voorstel/{record.public_id}")
    address = links_of(soup_of(proposal))["Bewijs van de berekening"]
    page = browser.get(address)
    assert_sound(page)
    words = said(page)
    assert "Dit is een voorstel. Er is nog geen besluit." in words
    assert "Dit geld gaat voor, want het mag maar voor één regeling of één route." in words
    assert "Het kan hoogstens € 1.200 opleveren" in words, "what the loan could pay"
    assert json.loads(browser.get(f"{address}.json").text)["content"]["proposal"]["status"] == "proven"
    assert browser.get(f"{address}.pdf").data.startswith(b"%PDF-")
    assert asker(office, question).get(f"/mijn/{question.public_id}").status_code == 200


def test_an_amended_decision_says_what_the_advisor_wanted_and_why(office: Office) -> None:
    from matching.problem.proposal import Share

    question = office.made(an_application)
    shares = [Share(line="k1", offer="leervoucher", funding_line="rijk-leren", cents=100_000)]
    office.do(
        lambda s: approve(s, s.get_one(DevelopmentQuestion, question.id), shares=shares, rationale="Zij betaalt mee.")
    )
    browser = office.browser("advisor")
    address = links_of(soup_of(browser.get(f"/adviseur/vraag/{question.public_id}/besluit")))[
        "Bewijs van de berekening"
    ]
    page = browser.get(address)
    assert_sound(page)
    text = "Leervoucher betaalt € 1.000,00 van: lesgeld. Voorgesteld was € 1.200,00. Reden: Zij betaalt mee."
    assert text in said(page)
    assert verify(read_receipt(browser.get(f"{address}.json").text)) == []
    assert browser.get(f"{address}.pdf").data.startswith(b"%PDF-")


def test_before_anything_was_computed_there_is_no_link_and_the_address_leads_to_the_status(office: Office) -> None:
    question = office.made(a_question)
    browser = asker(office, question)
    assert "Bekijk hoe er is gerekend" not in said(browser.get(f"/mijn/{question.public_id}"))
    for end in ("", ".json", ".pdf"):
        answer = browser.get(f"/mijn/{question.public_id}/bewijs{end}")
        assert (answer.status_code, answer.location) == (303, f"/mijn/{question.public_id}")
    advisor = office.browser("advisor")
    for end in ("", ".json", ".pdf"):
        assert advisor.get(f"/adviseur/vraag/{question.public_id}/besluit/bewijs{end}").status_code == 303


def test_an_employer_has_the_receipt_of_its_own_question(office: Office) -> None:
    question, _ = office.do(lambda s: a_decision(s, route=Route.EMPLOYER, costs=[CostInput("tuition", 100_000)]))
    browser = asker(office, question)
    page = browser.get(f"/werkgever/vraag/{question.public_id}/bewijs")
    assert_sound(page)
    assert "Bakkerij" not in page.text.split("<main", 1)[1]
    receipt = browser.get(f"/werkgever/vraag/{question.public_id}/bewijs.json").text
    assert verify(read_receipt(receipt)) == []
    assert "region_municipalities" in receipt and "municipality_centres" not in receipt, (
        "no rule looks at where places lie"
    )


@pytest.mark.parametrize("end", ["", ".json", ".pdf"])
def test_nobody_else_gets_it(office: Office, end: str) -> None:
    question, _ = office.do(a_decision)
    other, _ = office.do(a_decision)
    for browser in (asker(office, other), Browser(office.app), office.browser("region"), office.browser("owner")):
        assert browser.get(f"/mijn/{question.public_id}/bewijs{end}").status_code == 404
        assert browser.get(f"/adviseur/vraag/{question.public_id}/besluit/bewijs{end}").status_code == 404
    assert asker(office, question).get(f"/mijn/{question.public_id}/bewijs{end}").status_code == 200
