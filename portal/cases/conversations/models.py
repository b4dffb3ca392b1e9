"""Tables of talks, notes and requests for more information."""

from __future__ import annotations

import enum
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.cases.diaries.models import TalkWay
from portal.platform.database import Base, Json, choice, new_public_id
from portal.platform.sealed_columns import PAPERS, FactsJson, SealedText


class ConversationState(enum.StrEnum):
    """A talk is planned, and then held, cancelled, or missed by the person."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"
    MISSED = "missed"


class Conversation(Base):
    """A talk between an advisor and the person who asked. Its notes are for staff only.

    While it is planned its quarters of an hour are taken in the diary of the advisor (``TakenQuarter``).
    """

    __tablename__ = "conversation"
    __table_args__ = (
        CheckConstraint("(state = 'held') = (held_at IS NOT NULL)", name="held_has_instant"),
        CheckConstraint("(held_at IS NULL) = (held_by IS NULL)", name="held_by_someone"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_has_instant"),
        CheckConstraint("(cancelled_at IS NULL) = (cancelled_by IS NULL)", name="cancelled_by_someone"),
        Index("ix_conversation_state_planned_for", "state", "planned_for"),
        CheckConstraint("(state = 'missed') = (missed_at IS NOT NULL)", name="missed_has_instant"),
        CheckConstraint("(missed_at IS NULL) = (missed_by IS NULL)", name="missed_by_someone"),
        CheckConstraint("minutes > 0", name="takes_time"),
        CheckConstraint("sequence >= 0", name="sequence_not_negative"),
        Index(
            "uq_conversation_own_choice",
            "question_id",
            unique=True,
            sqlite_where=text("own_choice AND state = 'planned'"),
            postgresql_where=text("own_choice AND state = 'planned'"),
        ),
        Index(
            "ix_conversation_planned",
            "planned_for",
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), index=True)
    state: Mapped[ConversationState] = mapped_column(choice(ConversationState), default=ConversationState.PLANNED)
    way: Mapped[TalkWay] = mapped_column(choice(TalkWay))
    place: Mapped[str | None] = mapped_column(String(200))
    planned_for: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(default=60)
    planned_at: Mapped[datetime]
    planned_by: Mapped[str] = mapped_column(String(80))
    own_choice: Mapped[bool] = mapped_column(default=False)
    """Whether the person chose it; at most one such talk of a question is planned."""
    advisor_name: Mapped[str] = mapped_column(String(100))
    advisor_id: Mapped[int | None]
    """The account of the advisor, as in `planned_by`; None when a program planned it, and then it is in no diary."""
    sequence: Mapped[int] = mapped_column(default=0)
    """How often it was moved or called off: the SEQUENCE of its calendar file (RFC 5545)."""
    moved_at: Mapped[datetime | None]
    """When it got another moment for the last time."""
    reminded_for: Mapped[datetime | None]
    """The moment of the talk of which the person was reminded."""
    held_at: Mapped[datetime | None]
    held_by: Mapped[str | None] = mapped_column(String(80))
    counted_at: Mapped[datetime | None]
    """By when it counts in figures: `held_at`, or the first open day when it was written down after that day was closed."""
    notes: Mapped[str | None] = mapped_column(SealedText(None, PAPERS))
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None] = mapped_column(String(80))
    missed_at: Mapped[datetime | None]
    missed_by: Mapped[str | None] = mapped_column(String(80))

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return self.planned_for + timedelta(minutes=self.minutes)


class Note(Base):
    """A note of staff at a question."""

    __tablename__ = "note"
    __table_args__ = (CheckConstraint("length(text) > 0", name="text_not_empty"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(SealedText(None, PAPERS))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    by_name: Mapped[str] = mapped_column(String(100))


class InformationRequest(Base):
    """What an advisor asked the applicant to add (Awb 4:5), and the answer. One open request per question.

    Beside words it can ask for facts and for pieces of evidence. An answer on a fact becomes the fact when an advisor accepts it.
    """

    __tablename__ = "information_request"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered_with_text"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered_by_someone"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_someone"),
        CheckConstraint("ended_at IS NULL OR answered_at IS NULL", name="answered_or_ended"),
        CheckConstraint("given IS NULL OR answered_at IS NOT NULL", name="given_with_the_answer"),
        CheckConstraint("looked_at IS NULL OR given IS NOT NULL", name="only_given_answers_are_looked_at"),
        CheckConstraint("(looked_at IS NULL) = (looked_by IS NULL)", name="looked_at_by_someone"),
        Index(
            "ix_information_request_given",
            "question_id",
            sqlite_where=text("given IS NOT NULL AND looked_at IS NULL"),
            postgresql_where=text("given IS NOT NULL AND looked_at IS NULL"),
        ),
        Index(
            "uq_information_request_open",
            "question_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL AND ended_at IS NULL"),
            postgresql_where=text("answered_at IS NULL AND ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    facts: Mapped[list[str]] = mapped_column(Json, default=list)
    """Keys of the facts that are asked."""
    pieces: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """The pieces of evidence that are asked (``portal.cases.evidence.queries.AskedPiece.plain``)."""
    answer_by: Mapped[date] = mapped_column(Date)
    asked_on: Mapped[date] = mapped_column(Date)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(80))
    answered_on: Mapped[date | None] = mapped_column(Date)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(80))
    answer: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    """When an advisor went on without an answer, after the term had passed unused."""
    ended_by: Mapped[str | None] = mapped_column(String(80))
    given: Mapped[dict[str, Any] | None] = mapped_column(FactsJson)
    """What was answered on the facts that were asked, by key, as values of the question; empty when no fact was answered."""
    looked_at: Mapped[datetime | None]
    """When an advisor accepted answers on facts, or left them; what was accepted is in the corrections of the question."""
    looked_by: Mapped[str | None] = mapped_column(String(80))

    @property
    def is_open(self) -> bool:
        """Whether the answer is still awaited."""
        return self.answered_at is None and self.ended_at is None
