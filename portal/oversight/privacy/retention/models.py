"""Tables of retention: terms, holds on cases, what is planned to be erased and was, and which case is without its people."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.oversight.privacy.holdings.rules import Family
from portal.oversight.privacy.kinds import Kept, KeptFor, TermUnit
from portal.platform.database import Base, Json, choice, new_public_id

_WAITING, _IN_FORCE = text("state = 'waiting'"), text("state = 'in_force'")


class TermState(enum.StrEnum):
    """Where a term stands."""

    WAITING = "waiting"
    """One person laid it down; nothing is erased by it."""
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class RetentionTerm(Base):
    """How long a kind of data is kept. One waits at most, and one is in force at most, per kind."""

    __tablename__ = "retention_term"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("length(basis) > 0 AND length(source) > 0", name="grounded"),
        CheckConstraint(
            "(state IN ('in_force', 'replaced')) = (confirmed_at IS NOT NULL) AND "
            "(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL) = (confirmed_by_name IS NULL)",
            name="confirmed_by_someone",
        ),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> laid_down_by", name="four_eyes"),
        CheckConstraint(
            "(state IN ('replaced', 'withdrawn')) = (ended_at IS NOT NULL) AND (ended_at IS NULL) = (ended_by IS NULL)",
            name="ended_by_someone",
        ),
        Index("uq_retention_term_waiting", "kind", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("uq_retention_term_in_force", "kind", unique=True, sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    kind: Mapped[Kept] = mapped_column(choice(Kept))
    number: Mapped[int]
    unit: Mapped[TermUnit] = mapped_column(choice(TermUnit))
    basis: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(String(300))
    state: Mapped[TermState] = mapped_column(choice(TermState), default=TermState.WAITING)
    laid_down_at: Mapped[datetime]
    laid_down_by: Mapped[str] = mapped_column(String(80))
    laid_down_by_name: Mapped[str] = mapped_column(String(100))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(80))
    confirmed_by_name: Mapped[str | None] = mapped_column(String(100))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))

    @property
    def term(self) -> KeptFor:
        """How long, as a value."""
        return KeptFor(self.number, self.unit)


class LegalHold(Base):
    """A case that must stay whatever the terms say: a court, an investigation. Without `until` it stays until it is ended."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="reason_given"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_someone"),
        Index("ix_legal_hold_question_id_ended_at", "question_id", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id"))
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[date | None] = mapped_column(Date)
    """The last day; it may be lengthened by a new hold."""
    laid_at: Mapped[datetime]
    laid_by: Mapped[str] = mapped_column(String(80))
    laid_by_name: Mapped[str] = mapped_column(String(100))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))


class ErasureBatch(Base):
    """So many cases (or rows) of one kind that were due on a day: planned together, erased together, and counted."""

    __tablename__ = "erasure_batch"
    __table_args__ = (
        UniqueConstraint("kind", "cut_on", "first_id"),
        CheckConstraint("first_id <= last_id AND planned > 0", name="has_something"),
        CheckConstraint(
            "(done_at IS NULL) = (erased IS NULL) AND (done_at IS NULL) = (counts IS NULL)", name="done_and_counted"
        ),
        CheckConstraint("erased IS NULL OR (erased >= 0 AND erased <= planned)", name="no_more_than_planned"),
        Index("ix_erasure_batch_done_at", "done_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kept] = mapped_column(choice(Kept))
    cut_on: Mapped[date] = mapped_column(Date)
    """What ended on this day or before."""
    first_id: Mapped[int]
    last_id: Mapped[int]
    planned: Mapped[int]
    planned_at: Mapped[datetime]
    erased: Mapped[int | None]
    counts: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Rows per table."""
    done_at: Mapped[datetime | None]


class ErasedCase(Base):
    """Of this case this part was erased, and on which ground."""

    __tablename__ = "erased_case"
    __table_args__ = (UniqueConstraint("question_id", "part"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id"))
    part: Mapped[Family] = mapped_column(choice(Family))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("erasure_batch.id"), index=True)
    """Of a term that was over; None when the person asked for it."""
    erased_at: Mapped[datetime]
    erased_by: Mapped[str] = mapped_column(String(80))
