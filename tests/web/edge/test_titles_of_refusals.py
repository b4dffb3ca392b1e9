"""What stands above a refusal: that something is filled in wrong, that it changed meanwhile, or that it cannot be done now."""

from __future__ import annotations

from werkzeug.test import TestResponse

from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.accounts.models import Role
from portal.people.actor import Audience
from tests.factories import ADVISOR, NOW, a_question
from tests.web.browser import Browser
from tests.web.office import Office, office, still
from tests.web.walking import soup_of

__all__ = ["office", "still"]


def title_of(answer: TestResponse) -> str:
    found = soup_of(answer).select_one("#error-summary-title")
    assert found is not None, answer.status_code
    return found.get_text()


def withdrawn(office: Office, question: DevelopmentQuestion) -> None:
    office.do(
        lambda s: withdraw_question(
            s, question=s.get_one(DevelopmentQuestion, question.id), reason=None, actor=ADVISOR, now=NOW
        )
    )


def test_who_fills_in_wrong_and_who_is_too_late_read_different_titles(office: Office) -> None:
    question = office.made(a_question)
    browser = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    path = f"/mijn/{question.public_id}/werkgever-vragen"
    browser.get(path)
    wrong = browser.submit(path, {"employer_name": "Staal bv", "employer_email": "geen adres"})
    assert (wrong.status_code, title_of(wrong)) == (422, "Er ging iets mis")
    withdrawn(office, question)
    late = browser.submit(path, {"employer_name": "Staal bv", "employer_email": "hr@staal.example"})
    assert (late.status_code, title_of(late)) == (409, "Dit is al veranderd")
    assert "Uw vraag is al afgerond." in late.text and 'value="hr@staal.example"' in late.text


def test_what_an_act_refuses_as_a_whole_is_nothing_that_went_wrong(office: Office) -> None:
    question = office.made(a_question)
    browser, path = office.browser(Role.ADVISOR), f"/adviseur/vraag/{question.public_id}/afsluiten"
    browser.get(path)
    withdrawn(office, question)
    refused = browser.submit(path, {"reason": "helped"})
    assert refused.status_code == 422 and title_of(refused) == "Dit kan nu niet"
    assert "Deze vraag is intussen veranderd" in refused.text
