"""Reads of the logs."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.people.audit.decided import Changes
from portal.people.audit.models import AuditEvent, AuditHead, AuditLink, RefusalsOfPlace, ViewingEvent
from portal.platform.clock import local_date
from portal.platform.database import Base

EXPORTED = "desk.exported"
"""The whole desk was written to a file; the id is the SHA-256 of that file."""

BACKED_UP, DRILLED = "desk.backed_up", "desk.drilled"
"""A backup was made (the id is the SHA-256 of the file), or put back elsewhere and found right (the id is its name)."""


def end_of_chain(session: Session) -> str | None:
    """The hash at the end of the chain: another one after every act. None before the first."""
    return session.scalar(select(AuditHead.digest).where(AuditHead.id == 1, AuditHead.places > 0))


def events_of(session: Session, *, object_kind: str, object_id: int | str, refused: bool = False) -> list[AuditEvent]:
    """What was done to one object, oldest first; with `refused` also what was refused."""
    chosen = [AuditEvent.object_kind == object_kind, AuditEvent.object_id == str(object_id)]
    if not refused:
        chosen.append(AuditEvent.result == "done")
    return list(session.scalars(select(AuditEvent).where(*chosen).order_by(AuditEvent.id)))


def kinds_of_objects(session: Session) -> list[str]:
    """Of which kinds of objects something was done or refused."""
    return list(session.scalars(select(AuditEvent.object_kind).distinct().order_by(AuditEvent.object_kind)))


def last_export(session: Session) -> AuditEvent | None:
    """When the whole desk was last written to a file, and the SHA-256 of it; None when it never was."""
    done = select(AuditEvent).where(AuditEvent.object_kind == "export", AuditEvent.action == EXPORTED)
    return session.scalar(done.order_by(AuditEvent.id.desc()).limit(1))


def last_backup(session: Session, *, action: str = BACKED_UP) -> datetime | None:
    """When a backup was last made (`BACKED_UP`), or tried (`DRILLED`); None when that was never."""
    done = select(AuditEvent.at).where(AuditEvent.object_kind == "backup", AuditEvent.action == action)
    return session.scalar(done.order_by(AuditEvent.id.desc()).limit(1))


def decided_in(session: Session, *, event: AuditEvent) -> Changes:
    """The values before and after that an event says; nothing before its transaction was committed."""
    return session.scalar(select(AuditLink.decided).where(AuditLink.event_id == event.id)) or {}


def refusals(session: Session, *, limit: int) -> list[AuditEvent]:
    """What was refused last, whoever asked, the newest first."""
    rows = select(AuditEvent).where(AuditEvent.result == "refused").order_by(AuditEvent.id.desc())
    return list(session.scalars(rows.limit(limit)))


def refusals_counted(session: Session, *, since: datetime) -> int:
    """How many refusals since then were only counted, because of their place many were logged already."""
    return session.scalar(select(func.sum(RefusalsOfPlace.number)).where(RefusalsOfPlace.hour >= since)) or 0


def id_for_log(session: Session, *, table: str, key: str, value: str) -> int | None:
    """The id by which the log calls what an address names: that of the row with this value of a unique column; None without."""
    columns = Base.metadata.tables[table].c
    found: int | None = session.scalar(select(columns.id).where(columns[key] == value))
    return found


def viewings_of(session: Session, *, question_id: int) -> list[ViewingEvent]:
    """Who looked at a case, oldest first."""
    return list(
        session.scalars(select(ViewingEvent).where(ViewingEvent.question_id == question_id).order_by(ViewingEvent.id))
    )


def looks_by_day(session: Session, *, question_id: int) -> list[tuple[date, str, int]]:
    """On which day (in Amsterdam) somebody of which role looked at a case, and how often; the last day first."""
    counted = Counter((local_date(look.at), look.role) for look in viewings_of(session, question_id=question_id))
    found = [(day, role, number) for (day, role), number in counted.items()]
    return sorted(found, key=lambda one: (-one[0].toordinal(), one[1]))
