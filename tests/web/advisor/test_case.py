"""The case: what an advisor reads and writes there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.cases.applications.queries import application_by_question
from portal.cases.conversations.queries import conversations_of, notes_of, open_request
from portal.cases.pledges.queries import pledge_by_question
from portal.cases.questions.models import QuestionState, Route
from portal.cases.questions.queries import question_by_id
from portal.people.audit.queries import viewings_of
from portal.platform import clock
from tests.factories import ADVISOR, NOW, SAM, a_draft, a_question, an_application
from tests.web.browser import Browser
from tests.web.office import Office, said
from tests.web.walking import assert_sound


@pytest.fixture
def database() -> str:
    """Once is enough: what these tests touch has neither money nor locks of its own."""
    return "sqlite"


def case(question: object, rest: str = "") -> str:
    return f"/adviseur/vraag/{question.public_id}{rest}"  # type: ignore[attr-defined]


APPLICANT = {
    "schemes": ["leervoucher"],
    "name": SAM.name,
    "birth_date": "17-5-1990",
    "street": "Dorpsstraat",
    "house_number": "12",
    "postcode": "9990aa",
    "city": "Proefstad",
    "confirmed": "y",
}


def test_the_case_shows_who_what_costs_answers_and_schemes(office: Office) -> None:
    question = office.made(a_question)
    page = office.browser("advisor").get(case(question))
    assert_sound(page)
    words = said(page)
    for part in (
        "Monteur",
        "ROC Proef",
        "Sam de Vries",
        "sam@voorbeeld.example",
        "€ 1.200,00",
        "Proefstad",
        "Leervoucher",
    ):
        assert part in words, part
    assert "artikel 2" in words, "a rule with its article"
    assert "algemene kennis" in words, "how sure the source is"
    assert "Dit is een berekening van nu" in words
    assert "bewezen beste mix" in words


def test_a_case_without_costs_says_what_to_do(office: Office) -> None:
    question = office.made(a_question, costs=())
    page = office.browser("advisor").get(case(question))
    assert_sound(page)
    assert "Er zijn nog geen kosten bekend" in said(page)
    assert "Voorstel maken" not in said(page)


def test_a_draft_does_not_exist_for_an_advisor(office: Office) -> None:
    draft = office.made(a_draft)
    assert office.browser("advisor").get(case(draft)).status_code == 404


def test_every_look_is_written_down_and_shown(office: Office) -> None:
    question = office.made(a_question)
    browser = office.browser("advisor")
    browser.get(case(question))
    seen = office.do(lambda s: viewings_of(s, question_id=question.id))
    assert [look.screen for look in seen] == ["advisor.question"]
    page = browser.get(case(question, "/verloop"))
    assert_sound(page)
    assert "Kim van Advisor" in said(page)
    assert "Vraag ontvangen" in said(page)


def test_a_talk_is_planned_and_reported(office: Office) -> None:
    question = office.made(a_question)
    browser = office.browser("advisor")
    browser.get(case(question, "/gesprek"))
    form = {"planned_for": "4-3-2026", "time": "14.30", "way": "phone", "place": "0570 123456"}
    assert browser.submit(case(question, "/gesprek"), form).status_code == 303
    assert "Het gesprek is gepland" in said(browser.follow())
    [talk] = office.do(lambda s: conversations_of(s, question=question, actor=ADVISOR))
    assert talk.planned_for.astimezone(clock.AMSTERDAM).isoformat() == "2026-03-04T14:30:00+01:00"
    with clock.frozen(NOW + timedelta(days=3)):
        browser = office.browser("advisor")
        path = f"/adviseur/gesprek/{talk.public_id}"
        assert 'value="04-03-2026"' in browser.get(path).text
        notes = {"held_at": "4-3-2026", "time": "14:30", "notes": "Wil graag <b>technicus</b> worden."}
        assert browser.submit(path, notes).status_code == 303
        page = browser.follow()
        assert "Wil graag <b>technicus</b> worden." in said(page)
        assert "<b>technicus" not in page.text
        again = browser.post(path, notes)
        assert again.status_code == 422
        assert "al gevoerd of afgezegd" in said(again)


def test_a_talk_in_the_past_is_refused_at_the_day(office: Office) -> None:
    question = office.made(a_question)
    browser = office.browser("advisor")
    form = {"planned_for": "2-3-2026", "time": "9.00", "way": "phone", "place": ""}
    answer = browser.post(case(question, "/gesprek"), form)
    assert answer.status_code == 422
    assert "Kies een moment in de toekomst" in said(answer)
    assert 'id="planned_for-error"' in answer.text
    assert 'value="9.00"' in answer.text


def test_a_talk_is_called_off_once(office: Office) -> None:
    question = office.made(a_question)
    browser = office.browser("advisor")
    browser.post(case(question, "/gesprek"), {"planned_for": "4-3-2026", "time": "9", "way": "desk"})
    [talk] = office.do(lambda s: conversations_of(s, question=question, actor=ADVISOR))
    assert browser.post(f"/adviseur/gesprek/{talk.public_id}/afzeggen").status_code == 303
    assert browser.post(f"/adviseur/gesprek/{talk.public_id}/afzeggen").status_code == 409


def test_a_note_stays_with_the_case(office: Office) -> None:
    question = office.made(a_question)
    browser = office.browser("advisor")
    browser.get(case(question, "/notitie"))
    assert (
        browser.submit(
            case(question, "/notitie"), {"text": "Belt liever 's avonds.\r\nOok in het weekend."}
        ).status_code
        == 303
    )
    assert "Belt liever 's avonds." in said(browser.follow())
    [note] = office.do(lambda s: notes_of(s, question=question, actor=ADVISOR))
    assert note.text == "Belt liever 's avonds.\nOok in het weekend."


def test_asking_more_stops_the_clock_and_the_answer_starts_it(office: Office) -> None:
    question = office.made(an_application)
    browser = office.browser("advisor")
    browser.get(case(question, "/meer-vragen"))
    assert (
        browser.submit(
            case(question, "/meer-vragen"), {"text": "Wilt u de offerte sturen?", "answer_by": "16-3-2026"}
        ).status_code
        == 303
    )
    words = said(browser.follow())
    assert "De termijn staat stil" in words
    assert "Wilt u de offerte sturen?" in words
    before = question.decide_by
    [request] = [office.do(lambda s: open_request(s, question=question, actor=ADVISOR))]
    assert request is not None
    early = browser.post(f"/adviseur/verzoek/{request.public_id}/afsluiten")
    assert early.status_code == 422
    with clock.frozen(NOW + timedelta(days=7)):
        browser = office.browser("advisor")
        path = f"/adviseur/verzoek/{request.public_id}/antwoord"
        browser.get(path)
        assert browser.submit(path, {"answer": "Hier is de offerte."}).status_code == 303
        words = said(browser.follow())
    assert "Hier is de offerte." in words
    application = office.do(lambda s: application_by_question(s, question=question))
    assert application is not None and application.stopped_days == 6
    assert f"Stilgestaan {application.stopped_days} dagen" in words
    after = office.again(question)
    assert after.state is QuestionState.APPLIED
    assert before is not None and after.decide_by is not None and after.decide_by > before


def test_going_on_without_an_answer_is_possible_after_the_term(office: Office) -> None:
    question = office.made(an_application)
    office.browser("advisor").post(case(question, "/meer-vragen"), {"text": "De offerte?", "answer_by": "9-3-2026"})
    request = office.do(lambda s: open_request(s, question=question, actor=ADVISOR))
    assert request is not None
    with clock.frozen(NOW + timedelta(days=10)):
        browser = office.browser("advisor")
        assert "Verdergaan zonder antwoord" in said(browser.get(case(question)))
        assert browser.post(f"/adviseur/verzoek/{request.public_id}/afsluiten").status_code == 303
    assert office.again(question).state is QuestionState.APPLIED


def test_applying_in_the_talk_starts_with_what_is_known(office: Office) -> None:
    question = office.made(a_question)
    browser = office.browser("advisor")
    browser.post(case(question, "/voorstel"))
    page = browser.get(case(question, "/aanvragen"))
    assert_sound(page)
    assert 'value="Sam de Vries"' in page.text
    assert 'value="leervoucher" checked' in page.text
    assert "KVK" not in said(page), "a resident has no company"
    assert browser.submit(case(question, "/aanvragen"), APPLICANT).status_code == 303
    words = said(browser.follow())
    assert "AV-2026-0001" in words
    assert "Plaats 1 in de volgorde van ontvangst" in words
    assert "besluit uiterlijk 28 april 2026" in words, "eight weeks, moved past King's Day"
    application = office.do(lambda s: application_by_question(s, question=question))
    assert application is not None
    assert (application.postcode, application.birth_date) == ("9990 AA", date(1990, 5, 17))
    assert application.applied_by.startswith("account:")


def test_a_second_application_is_refused_in_words(office: Office) -> None:
    question = office.made(an_application)
    answer = office.browser("advisor").post(case(question, "/aanvragen"), APPLICANT)
    assert answer.status_code == 422
    assert "al gedaan" in said(answer)


def test_applying_for_an_employer_asks_for_the_company(office: Office) -> None:
    question = office.made(a_question, route=Route.EMPLOYER)
    browser = office.browser("advisor")
    page = browser.get(case(question, "/aanvragen"))
    assert_sound(page)
    assert "Geboortedatum van de werknemer" in said(page)
    form = {**APPLICANT, "schemes": ["bedrijfsvoucher"], "kvk_number": "12345678", "learner_name": "Kim Bakker"}
    assert browser.submit(case(question, "/aanvragen"), form).status_code == 303
    assert browser.post(case(question, "/aanvragen"), {**form, "learner_name": ""}).status_code == 422


def test_the_employer_is_asked_and_can_be_asked_again(office: Office) -> None:
    question = office.made(a_question)
    browser = office.browser("advisor")
    browser.get(case(question, "/werkgever-vragen"))
    form = {"employer_name": "Proef bv", "employer_email": "Baas@Proef.example"}
    assert browser.submit(case(question, "/werkgever-vragen"), form).status_code == 303
    assert "gevraagd" in said(browser.follow())
    assert 'value="baas@proef.example"' in browser.get(case(question, "/werkgever-vragen")).text
    assert browser.submit(case(question, "/werkgever-vragen"), form).status_code == 303
    pledge = office.do(lambda s: pledge_by_question(s, question=question))
    assert pledge is not None and pledge.asked_times == 2


def test_a_question_is_closed_but_never_with_an_open_application(office: Office) -> None:
    browser: Browser = office.browser("advisor")
    open_one, applied = office.made(a_question), office.made(an_application)
    assert browser.post(case(open_one, "/afsluiten"), {"reason": "helped"}).status_code == 303
    refused = browser.post(case(applied, "/afsluiten"), {"reason": "helped"})
    assert refused.status_code == 422
    assert "Er is een aanvraag" in said(refused)
    gone = office.do(lambda s: question_by_id(s, question_id=open_one.id, actor=ADVISOR))
    assert gone is not None and gone.state is QuestionState.CLOSED


def test_what_is_closed_offers_no_acts(office: Office) -> None:
    question = office.made(a_question)
    browser = office.browser("advisor")
    browser.post(case(question, "/afsluiten"), {"reason": "helped"})
    words = said(browser.get(case(question)))
    assert "Wat wilt u doen?" not in words
    assert browser.get(case(question, "/verdeling")).status_code == 302
    assert browser.get(case(question, "/goedkeuren")).status_code == 302
