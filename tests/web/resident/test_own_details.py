"""Who changes how to be reached reads whether an old address is told; who gets letters can change that by oneself."""

from __future__ import annotations

import pytest

from portal.cases.questions.models import ContactDetails, ContactWay
from portal.people.actor import Audience
from portal.post.messages.models import OutboxMessage
from tests.factories import a_question
from tests.web.browser import Browser
from tests.web.office import Office, said, shared_office, still

__all__ = ["shared_office", "still"]
CALLED = ContactDetails(ContactWay.PHONE, "Sam de Vries", phone="+31612345678")
MAILED = ContactDetails(ContactWay.EMAIL, "Sam de Vries", email="sam@voorbeeld.example")
WRITTEN = ContactDetails(
    ContactWay.POST, "Sam de Vries", street="Kade", house_number="3", postcode="9990 AA", city="Proefstad"
)
OTHER = {"name": "Sam de Vries", "way": "phone", "phone": "06 8765 4321"}


@pytest.mark.parametrize(("contact", "told"), [(CALLED, 0), (MAILED, 1), (WRITTEN, 1)])
def test_an_old_address_is_promised_a_message_exactly_when_there_is_one(
    shared_office: Office, contact: ContactDetails, told: int
) -> None:
    question = shared_office.do(lambda session: a_question(session, contact=contact))
    browser = Browser(shared_office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    browser.proves(question.id)
    path = f"/mijn/{question.public_id}/gegevens"
    promised = "Wij sturen ook een bericht naar uw oude adres." in said(browser.get(path))
    assert browser.submit(path, OTHER).status_code == 303
    words = said(browser.get(path))
    assert "Uw gegevens zijn veranderd." in words
    sent = shared_office.do(
        lambda s: s.query(OutboxMessage).filter_by(template="question/reach_changed", object_id=question.id).count()
    )
    assert (promised, "Wij zeggen dat ook op uw oude adres." in words, sent) == (bool(told), bool(told), told)


def test_only_another_choice_of_what_goes_by_mail_is_told_nowhere_else(shared_office: Office) -> None:
    question = shared_office.do(lambda session: a_question(session, contact=MAILED))
    browser = Browser(shared_office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    path = f"/mijn/{question.public_id}/gegevens"
    browser.get(path)
    mine = {"name": MAILED.name, "way": "email", "email": str(MAILED.email), "by_mail": ["decision"]}
    assert browser.submit(path, mine).status_code == 303
    words = said(browser.get(path))
    assert "Uw gegevens zijn veranderd." in words and "Wij zeggen dat ook" not in words


def test_who_gets_no_mail_is_led_to_the_page_where_that_changes(shared_office: Office) -> None:
    for contact, led in ((WRITTEN, True), (MAILED, False)):
        question = shared_office.do(lambda session, contact=contact: a_question(session, contact=contact))
        browser = Browser(shared_office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
        page = browser.get(f"/mijn/{question.public_id}/brieven").text
        assert ("Verander hoe u berichten krijgt" in page) is led and "Neem contact met ons op" not in page
