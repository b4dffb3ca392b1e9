"""Two append-only streams: what was done or refused, and which case was looked at; and the chain that binds what was done.

An event holds ids and names of fields. The link that follows it at the end of the transaction holds the old and new value of what
was decided: states, amounts, days and ids, never a person.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
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
    """The names of what changed; of an act that was refused the code of the reason."""

    @property
    def reason(self) -> str | None:
        """Why the act was refused; None when it was done."""
        return self.fields[0] if self.result == "refused" and self.fields else None


class RefusalsOfPlace(Base):
    """Refusals of people without an account that are only counted: those above what is logged of one place in an hour."""

    __tablename__ = "refusals_of_place"
    __table_args__ = (CheckConstraint("number > 0", name="number_positive"),)

    place: Mapped[str] = mapped_column(String(64), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True, index=True)
    number: Mapped[int]


class ActCount(Base):
    """How often an act was done that leaves no line in the log: a draft that was saved, a letter that was made."""

    __tablename__ = "act_count"
    __table_args__ = (CheckConstraint("number > 0", name="number_positive"),)

    action: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)


@append_only
class AuditLink(Base):
    """The place of an event in the chain: its hash covers the hash before it, the event, and the values that were decided."""

    __tablename__ = "audit_link"
    __table_args__ = (
        CheckConstraint("place > 0", name="place_positive"),
        CheckConstraint("length(digest) = 64", name="digest_whole"),
    )

    place: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("audit_event.id"), unique=True)
    decided: Mapped[dict[str, Any]]
    """``{"voucher:12": {"redeemed_cents": [0, 90000]}}``: per record and field the value before and after."""
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The end of the chain: one row, guarded, so that two who write at once follow each other."""

    __tablename__ = "audit_head"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("places >= 0", name="places_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    places: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))


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
    trace_id: Mapped[str | None] = mapped_column(String(40))
    """The request in which was looked, as the log of the server calls it (Logboek Dataverwerkingen)."""
