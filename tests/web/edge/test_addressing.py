"""Street and place are looked up by postcode and number when they were left empty; what was typed wins, and silence stops nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest

from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Audience
from portal.platform import addresses, clock
from portal.platform.addresses import PATIENCE
from tests.factories import NOW, a_question
from tests.portal.platform.test_addresses import BOOK, DOC, answer
from tests.portal.platform.test_trade_register import told
from tests.web.browser import Browser
from tests.web.office import Office, office, shared_office, still

__all__ = ["office", "shared_office", "still"]
HINT = "Weet u alleen uw postcode en huisnummer?"
TYPED = {"name": "Sam", "way": "post", "street": "", "house_number": "56", "postcode": "7411 BR", "city": ""}


class Book:
    """The service: how often it was asked, and what it says. A number is the status of an answer without an address."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked, self.says = 0, told(answer(DOC))
        monkeypatch.setattr(addresses, "get_public", self.get)

    def get(self, url: str, headers: dict[str, str], *, patience: float) -> tuple[int, bytes]:
        assert patience == PATIENCE <= 3, "nobody waits long for it"
        self.asked += 1
        status, body = self.says(url, headers)
        return status, body


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch, office: Office) -> Iterator[Book]:
    extensions = office.app.extensions
    settings = extensions["settings"].model_copy(update={"pdok_url": BOOK.url})
    with patch.dict(extensions, settings=settings):
        yield Book(monkeypatch)


def sent(office: Office, **typed: str) -> tuple[int, tuple[str | None, str | None]]:
    """The own page where somebody says how to be reached, and what is kept of it."""
    question = office.made(a_question)
    browser = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT).proves(question.id)
    here = f"/mijn/{question.public_id}/gegevens"
    browser.get(here)
    status = browser.submit(here, TYPED | typed).status_code

    contact = office.do(lambda session: session.get_one(DevelopmentQuestion, question.id).contact)
    assert contact is not None
    return status, (contact.street, contact.city)


def test_what_was_left_empty_is_looked_up(office: Office, book: Book) -> None:
    assert sent(office) == (303, ("Brink", "Deventer")) and book.asked == 1


def test_what_was_typed_wins(office: Office, book: Book) -> None:
    assert sent(office, street="Mijn straat") == (303, ("Mijn straat", "Deventer"))
    assert sent(office, street="Mijn straat", city="Olst") == (303, ("Mijn straat", "Olst")) and book.asked == 1


def test_who_wants_no_letters_is_not_looked_up(office: Office, book: Book) -> None:
    assert sent(office, way="phone", phone="06 12345678")[0] == 303 and book.asked == 0


def test_without_the_setting_nothing_is_asked_or_offered(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Book(monkeypatch)
    assert sent(office)[0] == 422 and service.asked == 0


def test_a_service_that_is_silent_stops_nobody_and_is_left_alone_for_a_minute(office: Office, book: Book) -> None:
    book.says = told({}, 503)
    assert sent(office)[0] == 422, "the form says that street and place are needed"
    assert sent(office, street="Brink", city="Deventer")[0] == 303, "and who types them goes on"
    assert sent(office)[0] == 422 and book.asked == 1
    book.says = told(answer(DOC))
    with clock.frozen(NOW + timedelta(minutes=2)):
        assert sent(office)[0] == 303 and book.asked == 2


def test_a_form_that_is_sent_twice_is_the_same_whatever_the_service_says(office: Office, book: Book) -> None:
    question = office.made(a_question)
    browser = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    here = f"/mijn/{question.public_id}/gegevens"
    assert HINT in browser.get(here).text
    first = browser.post(here, TYPED, token="the-same-form-" * 2)
    book.says = told({}, 503)
    again = browser.post(here, TYPED, token="the-same-form-" * 2)
    assert (first.status_code, again.status_code) == (303, 303) and "Idempotent-Replayed" in again.headers
