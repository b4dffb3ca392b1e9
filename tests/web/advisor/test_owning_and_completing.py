"""The case itself on screen: who has it, whether it is complete, who acts, doubles, the waiting list and lead times."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.cases.applications.queries import application_by_question
from portal.cases.conversations.requests import ask_more
from portal.cases.owners.queries import owner_names
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.people.accounts.actions import create_account
from portal.people.accounts.models import Role
from portal.people.actor import Audience
from portal.platform import clock
from tests.factories import ADVISOR, NOW, SAM, SYSTEM, a_question, an_application
from tests.portal.post.files.hostile import pdf
from tests.web.browser import Browser, make_account
from tests.web.office import Office, figures_of, said
from tests.web.walking import assert_sound, soup_of


@pytest.fixture
def database() -> str:
    """Once is enough: what these tests touch has neither money nor locks of its own."""
    return "sqlite"


def case(question: DevelopmentQuestion, rest: str = "") -> str:
    return f"/adviseur/vraag/{question.public_id}{rest}"


def test_an_advisor_takes_a_case_and_lets_it_go(office: Office) -> None:
    question = office.made(a_question)
    browser = office.browser("advisor")
    page = browser.get(case(question))
    assert_sound(page)
    assert "Niemand heeft deze vraag nog" in said(page)
    assert browser.post(case(question, "/oppakken")).status_code == 303
    assert "U hebt deze vraag" in said(browser.get(case(question)))
    assert "OV-2026-0001" in said(browser.get("/adviseur/?van=mine"))
    assert "OV-2026-0001" not in said(browser.get("/adviseur/?van=nobody"))
    assert browser.post(case(question, "/oppakken")).status_code == 409, "somebody has it already"
    assert browser.post(case(question, "/loslaten")).status_code == 303
    assert browser.post(case(question, "/loslaten")).status_code == 409, "nobody has it"
    assert "OV-2026-0001" in said(browser.get("/adviseur/?van=nobody"))


def test_a_case_goes_to_a_colleague_who_then_has_it_alone(office: Office) -> None:
    question = office.made(a_question)
    bea = office.do(
        lambda s: create_account(
            s, email="bea@loket.example", display_name="Bea Collega", role=Role.ADVISOR, actor=SYSTEM, now=NOW
        )
    )
    browser = office.browser("advisor")
    browser.post(case(question, "/oppakken"))
    page = browser.get(case(question, "/overdragen"))
    assert_sound(page)
    assert "Bea Collega" in said(page)
    assert browser.post(case(question, "/overdragen"), {"to": bea.public_id}).status_code == 303
    assert office.do(lambda s: owner_names(s, question_ids=[question.id])) == {question.id: "Bea Collega"}
    assert browser.post(case(question, "/loslaten")).status_code == 409
    wrong = browser.post(case(question, "/overdragen"), {"to": "niemand"})
    assert wrong.status_code == 422


def test_an_application_that_stays_incomplete_is_set_aside_and_taken_up_again(office: Office) -> None:
    question = office.made(an_application)
    browser = office.browser("advisor")
    early = browser.post(case(question, "/niet-in-behandeling"), {"reason": "De offerte ontbreekt."})
    assert early.status_code in (409, 422), "it is complete"
    office.do(
        lambda s: ask_more(
            s, question=s.merge(question), text="Stuur de offerte.", answer_by=date(2026, 3, 16), actor=ADVISOR, now=NOW
        )
    )
    assert "nog niet compleet" in said(browser.get(case(question)))
    with clock.frozen(NOW + timedelta(days=1)):
        browser = office.browser("advisor")
        refused = browser.post(case(question, "/niet-in-behandeling"), {"reason": "De offerte ontbreekt."})
        assert "De aanvrager kan nog antwoorden" in said(refused)
    with clock.frozen(NOW + timedelta(days=15)):
        browser = office.browser("advisor")
        assert "De aanvrager antwoordde niet op tijd" in said(browser.get("/adviseur/"))
        page = browser.get(case(question, "/niet-in-behandeling"))
        assert_sound(page)
        browser.post(case(question, "/niet-in-behandeling"), {"reason": "De offerte ontbreekt."})
        assert office.again(question).state is QuestionState.SET_ASIDE
        assert "niet in behandeling" in said(browser.get(case(question)))
        decision, letter = browser.get(case(question, "/besluit")), browser.get(case(question, "/besluit/brief"))
        assert_sound(decision)
        assert "Dit besluit is genomen namens: Het college van Proefstad." in said(letter)
        assert "De offerte ontbreekt." in said(letter) and "bezwaar maken" in said(letter)
        me = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
        mine = f"/mijn/{question.public_id}"
        assert_sound(me.get(mine))
        assert "Uw aanvraag is niet in behandeling genomen." in said(me.get(f"{mine}/besluit"))
        assert "Besluit om de aanvraag niet te behandelen" in said(me.get(f"{mine}/bezwaar"))
        assert browser.post(case(question, "/toch-in-behandeling")).status_code == 303
        assert office.again(question).state is QuestionState.APPLIED
        assert "Wij namen uw aanvraag toch in behandeling" in said(me.get(mine))
        assert browser.get(case(question, "/besluit")).status_code == 302, "there is no decision that stands"


def test_an_advisor_says_when_an_application_was_complete(office: Office) -> None:
    question = office.made(an_application)

    def incomplete(session: object) -> None:
        application = application_by_question(session, question=question)  # type: ignore[arg-type]
        assert application is not None
        application.completed_at = None

    office.do(incomplete)
    browser = office.browser("advisor")
    page = browser.get(case(question, "/compleet"))
    assert_sound(page)
    future = browser.post(case(question, "/compleet"), {"received_on": "2-3-2026", "time": "23.59"})
    assert future.status_code == 422
    assert browser.post(case(question, "/compleet"), {"received_on": "2-3-2026", "time": "10.00"}).status_code == 303
    assert "Plaats 1 in de volgorde van ontvangst" in said(browser.get(case(question)))


def test_doubles_are_shown_and_settled_once(office: Office) -> None:
    first = office.made(an_application, applicant=SAM)
    moved = replace(SAM, street="Nieuwstraat", house_number="99", postcode="9991 ZZ")
    second = office.made(an_application, applicant=moved)
    browser = office.browser("advisor")
    assert "1 aanvraag kan van dezelfde persoon zijn" in said(browser.get(case(second)))
    page = browser.get(case(second, "/dubbelen"))
    assert_sound(page)
    assert [row[3] for row in figures_of(page, "Lijkt op")] == ["Dorpsstraat 12, 9990 AA Proefstad"]
    number = office.do(lambda s: application_by_question(s, question=first))
    assert number is not None
    form = {"number": number.number, "verdict": "same"}
    assert browser.post(case(second, "/dubbelen"), form).status_code == 303
    keys = {office.do(lambda s, q=q: application_by_question(s, question=q)).person_key for q in (first, second)}  # type: ignore[union-attr, misc]
    assert len(keys) == 1
    assert "dezelfde persoon zijn" not in said(browser.get(case(second)))
    assert browser.post(case(second, "/dubbelen"), form).status_code == 422
    page = browser.get(case(second, "/dubbelen"))
    assert_sound(page)
    assert "Telt samen met deze aanvraag" in said(page)
    unsure = browser.post(case(second, "/dubbelen/uit-elkaar"), {"other": number.number})
    assert unsure.status_code == 422
    assert_sound(unsure)
    assert browser.post(case(second, "/dubbelen/uit-elkaar"), {"other": number.number, "sure": "y"}).status_code == 303
    assert "De aanvragen tellen weer apart." in said(browser.follow())
    assert "Telt samen" not in said(browser.get(case(second)))


def test_a_representative_comes_in_with_a_link_and_what_is_done_stands_in_that_name(office: Office) -> None:
    question = office.made(a_question)
    browser = office.browser("advisor")
    page = browser.get(case(question, "/vertegenwoordiger"))
    assert_sound(page)
    form = {"name": "Mo Mentor", "kind": "guardian", "proof": "Beschikking van de rechter", "proof_on": "1-2-2026"}
    words_alone = browser.post(case(question, "/vertegenwoordiger"), form)
    assert words_alone.status_code == 422 and 'id="file-error"' in words_alone.text
    assert_sound(words_alone)
    sent = form | {"file": (io.BytesIO(pdf()), "beschikking.pdf")}
    assert browser.submit(case(question, "/vertegenwoordiger"), sent).status_code == 303
    waits = browser.follow()
    assert_sound(waits)
    assert "wacht sinds" in said(waits) and "Een collega moet het bewijs ook bekijken" in said(waits)
    assert "een tweede adviseur moet dat bevestigen" in said(browser.get(case(question)))
    assert browser.post(case(question, "/vertegenwoordiger/link")).status_code == 409, "nobody confirmed it"
    assert browser.post(case(question, "/vertegenwoordiger"), {"confirm": "1"}).status_code == 422, (
        "who named this person"
    )
    colleague = office.browser("advisor", make_account(office.engine, Role.ADVISOR))
    assert_sound(colleague.get(case(question, "/vertegenwoordiger")))
    proof = colleague.get(case(question, "/vertegenwoordiger/bewijs"))
    assert proof.status_code == 200 and proof.headers["Content-Disposition"].startswith("attachment")
    assert colleague.post(case(question, "/vertegenwoordiger"), {"confirm": "1"}).status_code == 303
    assert_sound(colleague.follow())
    browser.post(case(question, "/vertegenwoordiger/link"))
    code = soup_of(browser.get(case(question, "/vertegenwoordiger"))).find("code")
    assert code is not None
    link = code.get_text(strip=True)
    assert soup_of(browser.get(case(question, "/vertegenwoordiger"))).find("code") is None, "shown once"
    somebody = Browser(office.app)
    way_in = link[link.index("/toegang/") :]
    somebody.get(way_in)
    assert somebody.submit(way_in).status_code == 303
    mine = f"/mijn/{question.public_id}"
    assert somebody.get(mine).status_code == 200
    somebody.get(f"{mine}/intrekken")
    assert somebody.submit(f"{mine}/intrekken", {"reason": "Past niet meer."}).status_code == 303
    assert office.again(question).withdrawn_by == "representative:1"
    assert "Mo Mentor, voor de aanvrager" in said(browser.get(case(question, "/verloop")))
    browser.post(case(question, "/vertegenwoordiger/beeindigen"))
    assert somebody.get(mine).status_code != 200
    assert Browser(office.app).get(way_in).status_code in (404, 410)
    assert browser.post(case(question, "/vertegenwoordiger/link")).status_code == 409, "nobody acts any more"


def test_lead_times_are_shown_with_their_number_and_hidden_when_few(office: Office) -> None:
    for number in range(5):
        office.made(an_application, now=NOW - timedelta(days=number))
    office.made(a_question)
    page = office.browser("advisor").get("/adviseur/doorlooptijden")
    assert_sound(page)
    rows = {row[0]: row[1:] for row in figures_of(page, "Dagen per stap")}
    assert rows["Van vraag tot aanvraag"] == ["5", "0 dagen", "0 dagen"]
    assert rows["Van aanvraag tot besluit, zonder stilstand"] == ["0", "te weinig", "te weinig"]


def test_an_empty_waiting_list_says_so(office: Office) -> None:
    page = office.browser("advisor").get("/adviseur/wachtlijst")
    assert_sound(page)
    assert "Er wacht niemand op geld" in said(page)


def test_the_applicant_is_told_that_the_decision_comes_later_and_both_see_the_new_day(office: Office) -> None:
    question = office.made(an_application)
    browser = office.browser("advisor")
    assert "Melden dat het besluit later komt" in said(browser.get(case(question)))
    page = browser.get(case(question, "/uitstel"))
    assert_sound(page)
    wrong = browser.submit(case(question, "/uitstel"), {"weeks": "40", "reason": "Er zijn te weinig mensen."})
    assert wrong.status_code == 422 and "Er zijn te weinig mensen." in wrong.text
    right = browser.submit(case(question, "/uitstel"), {"weeks": "2", "reason": "Er zijn te weinig mensen."})
    assert right.status_code == 303
    words = said(browser.follow())
    assert "is aan de aanvrager gemeld dat het besluit later komt" in words
    assert "Er zijn te weinig mensen." in words
    assert browser.post(case(question, "/uitstel"), {"weeks": "2", "reason": "Nog eens."}).status_code == 422
    resident = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    mine = said(resident.get(f"/mijn/{question.public_id}"))
    assert "meldden wij dat ons besluit later komt" in mine and "Wij meldden dat het besluit later komt" in mine
