"""What holds now: all that is kept, on one page and in its language; and what still can be, after the employer answered."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.pledges.models import Pledge, PledgeState
from portal.cases.questions.models import DevelopmentQuestion
from portal.papers.letter_content import ensure_letter
from portal.people.actor import Audience
from portal.post.messages.models import OutboxMessage
from portal.web.intake.schemes import still_possible
from tests.factories import ADVISOR, NOW
from tests.schemes.definition.test_definitions import definition
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


@pytest.mark.parametrize(
    ("pledge", "employers"),
    [
        (None, True),
        (Pledge(state=PledgeState.ASKED), True),
        (Pledge(state=PledgeState.GIVEN, amount_cents=60_000), False),
        (Pledge(state=PledgeState.DECLINED), False),
    ],
)
def test_money_of_an_employer_in_general_cannot_be_any_more_once_the_own_employer_promised_or_refused(
    pledge: Pledge | None, employers: bool
) -> None:
    definitions = {
        "fund": definition(scheme="fund"),
        "employer": definition(scheme="employer", kind="employer_contribution", public_money=False),
    }
    found = still_possible(["fund", "employer", "unknown"], definitions, pledge)
    assert found == (["fund", "employer", "unknown"] if employers else ["fund", "unknown"])
