"""Two append-only streams: what was done, and which case was looked at. Ids and field names only, never values."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.append_only import append_only
from portal.platform.database import Base


@append_only
class AuditEvent(Base):
    """One act: who did what to which object, with what result, from where and when (BIO 8.15)."""

    __tablename__ = "audit_event"
    __table_args__ = (
        CheckConstraint("result IN ('done', 'refused', 'failed')", name="result_known"),
        Index("ix_audit_event_object", "object_kind", "object_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(80), index=True)
    role: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(80))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(80))
    result: Mapped[str] = mapped_column(String(10))
    origin: Mapped[str] = mapped_column(String(64))
    fields: Mapped[list[str]]


@append_only
class ViewingEvent(Base):
    """One look at somebody's case: who, which case, on which screen, from where and when."""

    __tablename__ = "viewing_event"
    __table_args__ = (Index("ix_viewing_event_question_id_at", "question_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80), index=True)
    role: Mapped[str] = mapped_column(String(40))
    question_id: Mapped[int]
    screen: Mapped[str] = mapped_column(String(80))
    origin: Mapped[str] = mapped_column(String(64))
