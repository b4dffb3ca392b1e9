"""Reads of the logs."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.people.audit.decided import Changes
from portal.people.audit.models import AuditEvent, AuditLink, ViewingEvent


def events_of(session: Session, *, object_kind: str, object_id: int | str) -> list[AuditEvent]:
    """What was done to one object, oldest first."""
    chosen = (AuditEvent.object_kind == object_kind, AuditEvent.object_id == str(object_id))
    return list(session.scalars(select(AuditEvent).where(*chosen).order_by(AuditEvent.id)))


def decided_in(session: Session, *, event: AuditEvent) -> Changes:
    """The values before and after that an event says; nothing before its transaction was committed."""
    return session.scalar(select(AuditLink.decided).where(AuditLink.event_id == event.id)) or {}


def viewings_of(session: Session, *, question_id: int) -> list[ViewingEvent]:
    """Who looked at a case, oldest first."""
    return list(
        session.scalars(select(ViewingEvent).where(ViewingEvent.question_id == question_id).order_by(ViewingEvent.id))
    )
