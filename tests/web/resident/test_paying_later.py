"""What was decided about paying back later stands on the own page as its letter says it: in instalments, until a day, or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import DecisionKind
from portal.cases.questions.models import DevelopmentQuestion
from portal.papers.letter_content import letter_content
from portal.paying.collecting.models import StepKind
from portal.paying.collecting.relief import defer_payment, refuse_relief
from portal.paying.recoveries import monthly_terms, plan_instalments
from portal.paying.settlements.models import Recovery
from portal.people.actor import Audience
from portal.post.messages.models import OutboxMessage
from portal.web.intake.decided import TITLES
from tests.factories import ADVISOR, NOW
from tests.web.browser import Browser
from tests.web.office import Office, office, said, still
from tests.web.stands import claimed

__all__ = ["office", "still"]
DAY = timedelta(days=1)


def in_parts(number: int) -> Callable[[Session, Recovery], object]:
    def agree(session: Session, recovery: Recovery) -> object:
        terms = monthly_terms(amount_cents=recovery.open_cents, number=number, first_on=(NOW + 40 * DAY).date())
        return plan_instalments(session, recovery=recovery, terms=terms, actor=ADVISOR, now=NOW)

    return agree


def wait(session: Session, recovery: Recovery) -> object:
    until = (NOW + 200 * DAY).date()
    return defer_payment(session, recovery=recovery, until=until, reason="Ziek.", actor=ADVISOR, now=NOW)


def refuse(session: Session, recovery: Recovery) -> object:
    refused = StepKind.NOT_DEFERRED
    return refuse_relief(session, recovery=recovery, refused=refused, reason="Kan nu.", actor=ADVISOR, now=NOW)


WAYS = {
    "three parts": (in_parts(3), "recovery/planned", "U betaalt € 700 terug, in 3 termijnen."),
    "one part": (in_parts(1), "recovery/planned", "U betaalt € 700 terug, in één termijn."),
    "a later day": (wait, "recovery/deferred", "U betaalt € 700 terug, uiterlijk op 18 september 2026."),
    "not": (refuse, "recovery/not_deferred", "U krijgt geen uitstel van betaling."),
}


def decided(office: Office, way: str) -> tuple[DevelopmentQuestion, str]:
    """The question, and the title of the letter."""
    act, template, _ = WAYS[way]

    def work(session: Session) -> tuple[DevelopmentQuestion, str]:
        question, recovery = claimed(session)
        act(session, recovery)
        message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == template)).one()
        return question, letter_content(session, message=message, dated=NOW.date(), now=NOW).title

    return office.do(work)


@pytest.mark.parametrize("way", WAYS)
def test_the_own_page_says_what_the_letter_says(office: Office, way: str) -> None:
    question, title = decided(office, way)
    browser = Browser(office.app).enter(question_id=question.id, audience=Audience.RESIDENT)
    for page in ("", "/vouchers"):
        words = said(browser.get(f"/mijn/{question.public_id}{page}"))
        assert f"{title}, 2 maart 2026 {WAYS[way][2]}" in words
        assert str(TITLES[DecisionKind.PUT_OFF]) not in words, "one name for what can be three things says too little"


def test_the_letters_have_different_titles(office: Office) -> None:
    """The control: the page cannot agree with all of them by saying one thing."""
    titles = {way: decided(office, way)[1] for way in ("three parts", "a later day", "not")}
    assert len(set(titles.values())) == len(titles)
