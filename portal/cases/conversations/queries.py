"""Reads of talks, notes and requests. Who asked sees when a talk is and what was asked; notes are for staff only."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cases.conversations.models import Conversation, ConversationState, InformationRequest, Note
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import STAFF_OF_CASES, may_see, of_case, of_cases_in_sight, question_by_id
from portal.people.actor import Actor
from portal.people.audit.models import AuditEvent
from portal.platform.among import among
from portal.platform.clock import local_date
from portal.platform.reading_once import read_once

DELAYED = "application.delayed"
"""The act of telling the applicant, before the term ends, that the decision will be late (Awb 4:14)."""


def delay_of(session: Session, *, question: DevelopmentQuestion) -> AuditEvent | None:
    """When and by whom the applicant was told that the decision will be late; None when that was not done."""
    rows = select(AuditEvent).where(
        AuditEvent.object_kind == "question", AuditEvent.object_id == str(question.id), AuditEvent.action == DELAYED
    )
    return session.scalars(rows.order_by(AuditEvent.id.desc()).limit(1)).first()


def conversations_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[Conversation]:
    """The talks of a question, in order of time. Do not show `notes` to anybody but staff."""
    if not may_see(question, actor):
        return []
    rows = select(Conversation).where(Conversation.question_id == question.id)
    return list(session.scalars(rows.order_by(Conversation.planned_for, Conversation.id)))


def conversation_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Conversation | None:
    """A talk; None when there is none or the actor may not see its question."""
    return of_case(session, Conversation, public_id=public_id, actor=actor)


def conversation_by_id(session: Session, *, talk_id: int, actor: Actor) -> Conversation | None:
    """A talk by its database id; None when there is none or the actor may not see its question."""
    talk = session.get(Conversation, talk_id)
    if talk is None or question_by_id(session, question_id=talk.question_id, actor=actor) is None:
        return None
    return talk


def next_talks(session: Session, *, question_ids: Collection[int], actor: Actor) -> dict[int, datetime]:
    """When the next planned talk of each of these questions is; for staff only."""
    if actor.audience not in STAFF_OF_CASES or not question_ids:
        return {}
    rows = session.execute(
        select(Conversation.question_id, func.min(Conversation.planned_for))
        .where(among(Conversation.question_id, question_ids), Conversation.state == ConversationState.PLANNED)
        .group_by(Conversation.question_id)
    )
    return {row[0]: row[1] for row in rows}


def begun_talk(session: Session, *, question: DevelopmentQuestion, actor: Actor, now: datetime) -> Conversation | None:
    """The talk of a question that is still planned and is today or was before; of several the last one."""
    talks = conversations_of(session, question=question, actor=actor)
    return next((talk for talk in reversed(talks) if may_be_held(talk, now)), None)


def may_be_held(talk: Conversation, now: datetime) -> bool:
    """Whether a talk is planned, and the day has come: who comes early is helped early."""
    return talk.state is ConversationState.PLANNED and local_date(talk.planned_for) <= local_date(now)


def planned_talks(session: Session, *, actor: Actor, limit: int = 50) -> list[Conversation]:
    """All planned talks, the first one first; for staff only."""
    if actor.audience not in STAFF_OF_CASES:
        return []
    rows = select(Conversation).where(
        Conversation.state == ConversationState.PLANNED, of_cases_in_sight(Conversation.question_id, actor)
    )
    return list(session.scalars(rows.order_by(Conversation.planned_for, Conversation.id).limit(limit)))


def notes_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[Note]:
    """The notes at a question, newest first; empty for everybody but staff."""
    if actor.audience not in STAFF_OF_CASES or not may_see(question, actor):
        return []
    return list(session.scalars(select(Note).where(Note.question_id == question.id).order_by(Note.id.desc())))


def requests_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[InformationRequest]:
    """What was asked and answered, oldest first."""
    return requests_by_question(session, question=question) if may_see(question, actor) else []


def requests_by_question(session: Session, *, question: DevelopmentQuestion) -> list[InformationRequest]:
    """What was asked of a question that was read with an actor already, oldest first."""
    rows = select(InformationRequest).where(InformationRequest.question_id == question.id)
    ordered = rows.order_by(InformationRequest.id)
    return list(read_once(session, ("requests", question.id), lambda: list(session.scalars(ordered))))


def unread_answers(session: Session, *, question: DevelopmentQuestion) -> list[InformationRequest]:
    """Requests of which an answer on a fact waits for an advisor, oldest first."""
    given = (InformationRequest.given.is_not(None), InformationRequest.looked_at.is_(None))
    rows = select(InformationRequest).where(InformationRequest.question_id == question.id, *given)
    return list(session.scalars(rows.order_by(InformationRequest.id)))


def open_request(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> InformationRequest | None:
    """The request that still waits for an answer; None when there is none."""
    return next((item for item in requests_of(session, question=question, actor=actor) if item.is_open), None)


def request_by_public_id(session: Session, *, public_id: str, actor: Actor) -> InformationRequest | None:
    """A request for information; None when there is none or the actor may not see its question."""
    return of_case(session, InformationRequest, public_id=public_id, actor=actor)
