"""An employer asks for one employee: the questions, the 50 % condition, the answer, sending and applying."""

from __future__ import annotations

import re

import pytest

from portal.cases.applications.models import Application
from portal.cases.questions.models import Bearer
from portal.platform.database import unit_of_work
from tests.web.browser import Browser
from tests.web.walking import (
    COMPANY,
    Desk,
    approve,
    assert_sound,
    last_part,
    question_of,
    sound_page,
    soup_of,
    words_on,
)

CONTACT = {"name": "Sam", "way": "phone", "phone": "0570 123456"}
APPLICANT = {
    "schemes": "ontwikkelfonds-werkgever",
    "name": "Bakkerij De Proef",
    "kvk_number": "1234 5678",
    "learner_name": "Jo Jansen",
    "birth_date": "31-12-1985",
    "street": "Handelskade",
    "house_number": "3",
    "postcode": "7417 DE",
    "city": "Deventer",
    "confirmed": "y",
}


def text_of(answer) -> str:  # type: ignore[no-untyped-def]
    return words_on(answer)


def test_an_employer_walks_through_its_own_questions(desk: Desk) -> None:
    walk = desk.walk(COMPANY, "/werkgever")
    assert_sound(walk.start())
    while last_part(walk.path) != "controle":
        assert_sound(walk.answer(COMPANY[last_part(walk.path)]))
    assert_sound(walk.go("controle"))
    question = question_of(desk.engine, walk.path)
    assert (question.employer_name, question.employer_kvk) == ("Bakkerij De Proef", "12345678")
    assert {line.bearer for line in question.cost_lines} == {Bearer.EMPLOYER}
    assert "birth_year" not in question.facts, "nothing about the employee that no scheme asks"


def test_questions_about_the_employee_do_not_speak_to_the_employee(desk: Desk) -> None:
    answers = {**COMPANY, "sectorfonds": {"answer": "oom"}}
    walk = desk.walk(answers, "/werkgever")
    walk.start()
    while last_part(walk.path) in answers:
        walk.answer(answers[last_part(walk.path)])
    for fact in ("work_situation", "contract_hours", "education_level", "birth_year"):
        title = soup_of(walk.go(f"gegevens/{fact}")).h1
        assert title is not None and "uw werknemer" in title.text, fact


def test_the_condition_of_half_is_explained_where_the_costs_are(desk: Desk) -> None:
    walk = desk.walk(COMPANY, "/werkgever")
    walk.to_check()
    assert "minstens 50%" in text_of(walk.go("kosten"))
    assert "minstens 50%" in text_of(Browser(desk.app).get("/werkgever"))


def test_the_result_keeps_half_with_the_organisation(desk: Desk) -> None:
    answers = {**COMPANY, "kosten": {"lines-0-category": "tuition", "lines-0-amount": "3.000"}}
    walk = desk.walk(answers, "/werkgever")
    walk.to_check()
    page = sound_page(walk.go("uitkomst"))
    assert page.h1 is not None
    assert (
        page.h1.text.replace("\xa0", " ")
        == "De opleiding kost € 3.000. Uw organisatie betaalt waarschijnlijk € 1.500 zelf."
    )
    text = text_of(walk.go("uitkomst"))
    assert "Uw organisatie zelf" in text and "Ontwikkelfonds, werkgeversroute" in text
    assert "Ontwikkelfonds, individuele route" not in text, "schemes of the other route are not shown"


def test_an_amount_without_vat_above_the_amount_is_refused_at_the_field(desk: Desk) -> None:
    walk = desk.walk(COMPANY, "/werkgever")
    walk.to_check()
    walk.go("kosten")
    line = {"lines-0-category": "tuition", "lines-0-amount": "100", "lines-0-amount_without_vat": "200"}
    assert walk.browser.submit(walk.path, line).status_code == 422
    page = sound_page(walk.browser.last)  # type: ignore[arg-type]
    assert "niet hoger dan" in page.select_one("#lines-0-amount_without_vat-error").text  # type: ignore[union-attr]


@pytest.mark.parametrize("number", [21, 200])
def test_too_many_costs_get_an_answer_and_stay_as_they_were_typed(desk: Desk, number: int) -> None:
    walk = desk.walk(COMPANY, "/werkgever")
    walk.to_check()
    walk.go("kosten")
    lines = {
        f"lines-{place}-{name}": value
        for place in range(number)
        for name, value in {
            "category": "books",
            "amount": f"{place + 1}",
            "amount_without_vat": "1",
            "description": f"boek {place}",
        }.items()
    }
    answer = walk.browser.submit(walk.path, lines)
    page = soup_of(answer)
    assert answer.status_code == 422
    assert f"Dit zijn {number} kosten. Er mogen er hoogstens 20 in." in page.select_one("#error-summary").text  # type: ignore[union-attr]
    assert [one["value"] for one in page.select("[name$=-description]")] == [f"boek {n}" for n in range(number)]


def test_sending_applying_and_the_voucher(desk: Desk) -> None:
    walk = desk.walk(COMPANY, "/werkgever")
    walk.to_check()
    assert_sound(walk.go("versturen"))
    walk.answer(CONTACT)
    assert_sound(walk.browser.last)  # type: ignore[arg-type]
    walk.browser.get("/werkgever/mijn")
    assert_sound(walk.browser.follow())
    path = walk.path
    assert "Vraag uw werkgever" not in walk.browser.get(path).text
    assert_sound(walk.browser.get(f"{path}/aanvragen"))
    assert "U krijgt een besluit uiterlijk op" in text_of(walk.answer(APPLICANT))
    application = unit_of_work(desk.engine, lambda s: s.query(Application).one())
    assert (application.kvk_number, application.learner_name) == ("12345678", "Jo Jansen")
    approve(desk.engine, path)
    assert re.search(r"[A-Z]{4}-[A-Z]{4}-[A-Z]{4}", text_of(walk.browser.get(path)))
    assert "U krijgt een voucher" in sound_page(walk.browser.get(f"{path}/besluit")).text


def test_an_employers_draft_is_seen_by_nobody_else(desk: Desk) -> None:
    walk = desk.walk(COMPANY, "/werkgever")
    walk.to_check()
    other = desk.walk(COMPANY, "/werkgever")
    other.start()
    resident = desk.walk()
    resident.start()
    for name in ("wens", "organisatie", "kosten", "controle", "uitkomst", "versturen", "gegevens/contract_hours"):
        path = walk.path.replace("controle", name)
        assert walk.browser.get(path).status_code == 200
        for stranger in (other.browser, resident.browser, Browser(desk.app)):
            assert stranger.get(path).status_code == 404


def test_an_employer_is_not_asked_what_only_a_resident_knows(desk: Desk) -> None:
    walk = desk.walk(COMPANY, "/werkgever")
    walk.start()
    for fact in ("benefit", "residence_municipality", "student_finance"):
        assert walk.go(f"gegevens/{fact}").status_code == 404


def test_the_draft_of_an_employer_can_be_kept_and_thrown_away(desk: Desk) -> None:
    walk = desk.walk(COMPANY, "/werkgever")
    walk.to_check()
    walk.go("bewaren")
    walk.browser.submit(walk.path)
    assert soup_of(walk.browser.follow()).select_one(".code a") is not None
    walk.go("weggooien")
    walk.browser.submit(walk.path)
    assert "weggegooid" in walk.browser.follow().text
