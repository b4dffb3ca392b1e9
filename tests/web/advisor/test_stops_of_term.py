"""The page of a case says when the term to decide stood still, and how many days that is together."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.cases.conversations.requests import answer_more, ask_more
from portal.cases.questions.models import DevelopmentQuestion
from tests.factories import ADVISOR, NOW, an_application, asker
from tests.web.office import Office, said
from tests.web.walking import assert_sound

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Screens only: the acts behind them are tested on both databases."""
DAY = timedelta(days=1)


def asked(session: Session, *days: int) -> DevelopmentQuestion:
    """An application about which more was asked on these days, and each time answered five days later."""
    question = an_application(session)
    for day in days:
        at = NOW + day * DAY
        request = ask_more(
            session, question=question, text="Offerte?", answer_by=(at + 14 * DAY).date(), actor=ADVISOR, now=at
        )
        answer_more(session, request=request, answer="Hier.", actor=asker(question), now=at + 5 * DAY)
    return question


@pytest.mark.parametrize(("days", "together"), [((1,), False), ((1, 20), True)])
def test_more_than_one_stop_has_a_line_with_the_days_together(
    office: Office, days: tuple[int, ...], together: bool
) -> None:
    question = office.do(lambda session: asked(session, *days))
    page = office.browser("advisor").get(f"/adviseur/vraag/{question.public_id}")
    assert_sound(page)
    words = said(page)
    assert "4 dagen" in words
    assert ("Samen; een dag telt één keer" in words and "8 dagen" in words) is together
