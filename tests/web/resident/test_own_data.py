"""All that is kept, on one page: what holds now, and in the language of the page."""

from __future__ import annotations

from bs4 import BeautifulSoup
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.papers.letter_content import ensure_letter
from portal.people.actor import Audience
from portal.post.messages.models import OutboxMessage
from tests.factories import ADVISOR, NOW
from tests.web.browser import Browser
from tests.web.office import Office, office, still
from tests.web.stands import lowered

__all__ = ["office", "still"]


def parts_at(browser: Browser, path: str) -> dict[str, str]:
    """The parts of the page by their heading."""
    page = BeautifulSoup(browser.get(path).text, "lxml")
    return {
        heading.get_text(" ", strip=True): " ".join(rows.get_text(" ", strip=True).replace("\xa0", " ").split())
        for heading in page.select("main h2")
        if (rows := heading.find_next("dl")) is not None
    }


def told_on_paper(session: Session) -> DevelopmentQuestion:
    """A voucher that was made lower, with the letter about it."""
    question = lowered(session)
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "reduction/lowered")).one()
    ensure_letter(session, message=message, dated=NOW.date(), actor=ADVISOR, now=NOW)
    return question


def test_what_is_kept_says_what_a_lowered_voucher_is_worth_now_and_calls_letters_in_the_language_of_the_page(
    office: Office,
) -> None:
    question = office.do(lambda session: told_on_paper(session))
    browser = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    path = f"/mijn/{question.public_id}/alles"
    dutch = parts_at(browser, path)
    assert "Te gebruiken. € 1.000, geldig tot en met" in dutch["Vouchers"]
    assert "Het bedrag van uw voucher is lager" in dutch["Brieven"] and "€ 1.200" in dutch["Wat is besloten"]
    english = parts_at(browser, f"{path}?taal=en")
    assert "Ready to use. €1,000, valid up to and including" in english["Vouchers"]
    assert "The amount of your voucher is lower" in english["Letters"] and "uw voucher" not in english["Letters"]
    assert "€1,200" in english["What was decided"] and "Decide" not in english
