"""Reads of what people ask of their own data."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import STAFF_OF_CASES, in_sight, of_cases_in_sight
from portal.cases.rights.models import PrivacyRequest, RequestState
from portal.people.actor import Actor


def requests_about(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[PrivacyRequest]:
    """What was asked about the data of a case, the newest first; empty for who may not see the case."""
    if actor.audience not in STAFF_OF_CASES and not actor.may_act_for(question.id):
        return []
    mine = (PrivacyRequest.question_id == question.id, of_cases_in_sight(PrivacyRequest.question_id, actor))
    rows = select(PrivacyRequest).where(*mine)
    return list(session.scalars(rows.order_by(PrivacyRequest.id.desc())))


def privacy_register(
    session: Session, *, actor: Actor, limit: int = 200
) -> list[tuple[PrivacyRequest, DevelopmentQuestion]]:
    """Everything that was asked, what is open first and by term; empty for who does no cases."""
    if actor.audience not in STAFF_OF_CASES:
        return []
    rows = select(PrivacyRequest, DevelopmentQuestion).join(
        DevelopmentQuestion, DevelopmentQuestion.id == PrivacyRequest.question_id
    )
    order = (PrivacyRequest.state != RequestState.OPEN, PrivacyRequest.answer_by, PrivacyRequest.id)
    return [(row[0], row[1]) for row in session.execute(rows.where(in_sight(actor)).order_by(*order).limit(limit))]


def privacy_request_by_public_id(session: Session, *, public_id: str, actor: Actor) -> PrivacyRequest | None:
    """One request; None when there is none or the actor does no cases."""
    if actor.audience not in STAFF_OF_CASES:
        return None
    this = (PrivacyRequest.public_id == public_id, of_cases_in_sight(PrivacyRequest.question_id, actor))
    return session.scalar(select(PrivacyRequest).where(*this))


def own_request(
    session: Session, *, public_id: str, question: DevelopmentQuestion, actor: Actor
) -> PrivacyRequest | None:
    """One own request of who asked; None when it is not about this question."""
    mine = (PrivacyRequest.public_id == public_id, PrivacyRequest.question_id == question.id)
    return session.scalar(select(PrivacyRequest).where(*mine)) if actor.may_act_for(question.id) else None
