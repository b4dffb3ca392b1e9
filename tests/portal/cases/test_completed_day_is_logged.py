"""Since when an application is complete decides who is first: the log says the instant before and after, however it changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.cases.applications.completeness import declare_complete
from portal.cases.applications.models import Application
from portal.cases.conversations.models import InformationRequest
from portal.cases.conversations.requests import answer_more, ask_more
from portal.cases.corrections.actions import correct
from portal.cases.corrections.models import OnWord
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.audit.models import AuditEvent
from portal.people.audit.queries import decided_in
from portal.platform.database import unit_of_work
from tests.factories import ADVISOR, NOW, an_application, asker

LATER = NOW + timedelta(days=1)
AFTER = LATER + timedelta(hours=2)


def the_case(session: Session) -> tuple[DevelopmentQuestion, Application]:
    return session.scalars(select(DevelopmentQuestion)).one(), session.scalars(select(Application)).one()


def more_is_asked(session: Session) -> None:
    question, _ = the_case(session)
    ask_more(
        session, question=question, text="?", answer_by=LATER.date() + timedelta(days=14), actor=ADVISOR, now=LATER
    )


def it_is_answered(session: Session) -> None:
    question, _ = the_case(session)
    request = session.scalars(select(InformationRequest)).one()
    answer_more(session, request=request, answer="Dit is het.", actor=asker(question), now=AFTER)


def an_advisor_says_so(session: Session) -> None:
    question, application = the_case(session)
    declare_complete(session, question=question, application=application, received_at=LATER, actor=ADVISOR, now=AFTER)


def a_fact_is_not_known_any_more(session: Session) -> None:
    question, _ = the_case(session)
    gone = {"fact.residence_municipality": None}
    correct(session, question=question, changes=gone, on_word=OnWord.TOLD, actor=ADVISOR, now=AFTER)


def it_asks_for_more_money(session: Session) -> None:
    question, _ = the_case(session)
    dearer: list[dict[str, Any]] = [{"category": "tuition", "amount_cents": 150_000}]
    correct(session, question=question, changes={"costs": dearer}, on_word=OnWord.TOLD, actor=ADVISOR, now=AFTER)


def the_newest(session: Session) -> list[str | None] | None:
    """What the last event that says anything about it says: the instant before and after."""
    _, application = the_case(session)
    for event in session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())):
        said = decided_in(session, event=event).get(f"application:{application.id}", {})
        if "completed_at" in said:
            return said["completed_at"]
    return None


def stands(session: Session) -> str | None:
    at = the_case(session)[1].completed_at
    return at.isoformat() if at is not None else None


@pytest.mark.parametrize(
    "acts",
    [
        (),
        (more_is_asked,),
        (more_is_asked, it_is_answered),
        (a_fact_is_not_known_any_more, an_advisor_says_so),
        (it_asks_for_more_money,),
    ],
    ids=lambda acts: " and ".join(act.__name__ for act in acts) or "applied",
)
def test_the_log_says_the_instant_before_and_after(engine: Engine, acts: tuple[Callable[[Session], None], ...]) -> None:
    unit_of_work(engine, an_application)
    before: str | None = None
    now = unit_of_work(engine, stands, read_only=True)
    assert unit_of_work(engine, the_newest, read_only=True) == [before, now]
    for act in acts:
        before = now
        unit_of_work(engine, act)
        now = unit_of_work(engine, stands, read_only=True)
        assert before != now, "it moved"
        assert unit_of_work(engine, the_newest, read_only=True) == [before, now]
