"""A birth date that contradicts what is known is refused at its field, on every page of the advisor, with both values."""

from __future__ import annotations

from typing import Any

from portal.cases.applications.queries import application_by_question
from portal.cases.asked import asked_of
from portal.cases.questions.models import DevelopmentQuestion
from tests.factories import a_question
from tests.web.advisor.on_the_table import Table
from tests.web.advisor.steps import case
from tests.web.advisor.test_case import APPLICANT
from tests.web.office import Office, said
from tests.web.walking import assert_sound


def asked(office: Office, question: DevelopmentQuestion) -> dict[str, Any]:
    return office.do(lambda s: asked_of(s, s.get_one(DevelopmentQuestion, question.id)))


def test_a_birth_date_in_another_year_than_is_known_is_refused_at_its_field_with_both(office: Office) -> None:
    question = office.made(a_question, facts={"birth_year": 1991})
    browser = office.browser("advisor")
    browser.post(case(question, "/voorstel"))
    browser.get(case(question, "/aanvragen"))
    wrong = browser.submit(case(question, "/aanvragen"), APPLICANT)
    assert wrong.status_code == 422 and 'id="birth_date-error"' in wrong.text
    assert "geboortejaar 1991" in said(wrong) and "17-05-1990" in said(wrong)
    assert_sound(wrong)
    assert office.do(lambda s: application_by_question(s, question=question)) is None
    right = APPLICANT | {"birth_date": "17-5-1991"}
    assert browser.submit(case(question, "/aanvragen"), right).status_code == 303


def test_a_birth_date_that_contradicts_the_year_stands_at_its_field_until_both_are_corrected(office: Office) -> None:
    question = office.made(a_question, facts={"birth_year": 1990})
    table = Table(office.browser("advisor"), question)
    page = table.send({"fact_birth_date": "17-5-1986"})
    words = said(page)
    assert 'id="fact_birth_date-error"' in page.text and "geboortejaar 1990" in words and "17-05-1986" in words
    assert "fact.birth_date" not in asked(office, question)
    table.send({"fact_birth_date": "17-5-1986", "fact_birth_year": "1986"})
    now = asked(office, question)
    assert (now["fact.birth_date"], now["fact.birth_year"]) == ("1986-05-17", 1986)
