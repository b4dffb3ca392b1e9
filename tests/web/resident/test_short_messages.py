"""Who is called chooses short messages on the own page, types the code, ends it; and asks for a lost link by SMS."""

from __future__ import annotations

import re
from dataclasses import replace
from unittest.mock import patch

import pytest

from portal.cases.questions.models import ContactDetails, ContactWay, DevelopmentQuestion
from portal.people.accounts.models import Role
from portal.people.actor import Audience
from portal.platform import clock
from portal.post.messages.actions import arm_text_code, mark_sent
from portal.post.messages.models import MessageKind, OutboxMessage
from portal.post.messages.queries import TEXT_CODE, mail_fails, text_number
from tests.factories import NOW, a_question
from tests.web.browser import Browser
from tests.web.office import Office, office, shared_office, still
from tests.web.walking import assert_sound, words_on

__all__ = ["office", "shared_office", "still"]
NUMBER = "+31612345678"
CALLED = ContactDetails(ContactWay.PHONE, "Sam de Vries", phone=NUMBER)


def page_of(office: Office, contact: ContactDetails = CALLED) -> tuple[Browser, str, DevelopmentQuestion]:
    question = office.made(lambda session: a_question(session, contact=contact))
    browser = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    return browser, f"/mijn/{question.public_id}/sms", question


def texts(office: Office) -> list[str]:
    return office.do(lambda s: [one.template for one in s.query(OutboxMessage) if one.kind is MessageKind.SMS])


def test_somebody_asks_for_a_code_types_it_and_ends_it(office: Office) -> None:
    browser, here, question = page_of(office)
    assert here in browser.get(here.replace("/sms", "/gegevens")).text
    page = browser.get(here)
    assert_sound(page)
    assert "minder veilig dan e-mail of een brief" in page.text and "kan de link ook gebruiken" in page.text
    assert "less safe than e-mail or a letter" in browser.get(f"{here}?taal=en").text
    browser.get(f"{here}?taal=nl")
    assert browser.submit(here, {"do": "ask"}).status_code == 303 and texts(office) == [TEXT_CODE]
    assert_sound(browser.get(here))
    browser.submit(here, {"do": "prove", "code": "000000 0"})
    assert "klopt niet" in browser.get(here).text, "none was sent yet"
    code = office.do(lambda s: arm_text_code(s, question_id=question.id, now=NOW)) or ""
    browser.submit(here, {"do": "prove", "code": code})
    assert "06 12345678" in browser.get(here).text, "as people write it"
    known = office.do(lambda s: text_number(s, question_id=question.id))
    assert known is not None and known.proved_at is not None
    browser.submit(here, {"do": "end"})
    assert office.do(lambda s: text_number(s, question_id=question.id)) is None


def test_who_gets_letters_or_lives_where_no_sms_is_sent_has_no_such_page(office: Office) -> None:
    browser, here, _question = page_of(office, ContactDetails(ContactWay.EMAIL, "Sam", email="sam@voorbeeld.example"))
    assert browser.get(here).status_code == 404 and here not in browser.get(here.replace("/sms", "/gegevens")).text
    browser, here, _question = page_of(office, replace(CALLED, phone="+31687654321"))
    settings = office.app.extensions["settings"]
    with patch.dict(office.app.extensions, settings=settings.model_copy(update={"portal_env": "production"})):
        assert browser.get(here).status_code == 404 and browser.get("/nieuwe-link/per-sms").status_code == 404
    assert browser.get(here).status_code == 200, "the control"


def test_an_advisor_reads_it_without_the_way_in_and_says_that_it_did_not_arrive(office: Office) -> None:
    browser, here, question = page_of(office)
    browser.get(here)
    browser.submit(here, {"do": "ask"})
    office.do(lambda s: mark_sent(s, message=s.query(OutboxMessage).filter_by(template=TEXT_CODE).one(), now=NOW))
    code = office.do(lambda s: s.query(OutboxMessage).filter_by(template=TEXT_CODE).one())
    advisor = office.browser(Role.ADVISOR)
    assert "sms" in advisor.get("/adviseur/berichten").text
    shown = advisor.get(f"/adviseur/bericht/{code.public_id}")
    assert_sound(shown)
    assert (
        NUMBER in shown.text and "Deze sms kwam niet aan" in shown.text and not re.search(r"\b\d{6}\b", words_on(shown))
    )
    assert advisor.post(f"/adviseur/bericht/{code.public_id}/niet-aangekomen").status_code == 303
    assert office.do(lambda s: mail_fails(s, question_id=question.id))


@pytest.mark.parametrize("right", [True, False])
def test_the_answer_to_who_asks_for_a_link_is_the_same_whether_it_goes_or_not(office: Office, right: bool) -> None:
    browser, here, question = page_of(office)
    with clock.frozen(NOW):
        browser.get(here)
        browser.submit(here, {"do": "ask"})
        browser.get(here)
        code = office.do(lambda s: arm_text_code(s, question_id=question.id, now=NOW)) or ""
        browser.submit(here, {"do": "prove", "code": code})
        visitor = Browser(office.app)
        assert_sound(visitor.get("/nieuwe-link/per-sms"))
        number = question.reference_number if right else "OV-2026-9999"
        visitor.submit("/nieuwe-link/per-sms", {"reference": number, "phone": "06 12345678"})
        assert "sms met een nieuwe link" in visitor.get("/nieuwe-link/per-sms").text
    assert texts(office).count("question/new_link") == right
