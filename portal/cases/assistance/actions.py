"""The act of beginning a question for somebody else. What follows is the intake of the person, in the name of who helps."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.assistance.models import Assistance, HelpWay
from portal.cases.assistance.queries import HELPERS
from portal.cases.questions.actions import not_yours, start_question
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.people.actor import Actor
from portal.people.audit.actions import record


def start_assisted(
    session: Session, *, route: Route | str, way: HelpWay | str, language: str, actor: Actor, now: datetime
) -> DevelopmentQuestion:
    """Begin a draft together with its person, and keep who helps and by which way. Raises ``Refusal`` for who may not help."""
    if actor.audience not in HELPERS or actor.account_id is None:
        raise not_yours()
    question = start_question(session, route=route, language=language, actor=actor, now=now)
    session.add(
        Assistance(
            question_id=question.id,
            account_id=actor.account_id,
            by_name=actor.signature,
            way=HelpWay(way),
            started_at=now,
        )
    )
    record(session, actor=actor, action="question.assisted", object_kind="question", object_id=question.id, now=now)
    return question
