"""The table of what people ask of their own data."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice, new_public_id

_OPEN = text("state = 'open'")
_RESTRICTED = text("kind = 'restriction' AND state = 'granted' AND lifted_at IS NULL")


class Right(enum.StrEnum):
    """What is asked, in the order of the articles."""

    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"

    @property
    def article(self) -> int:
        """The article of the AVG."""
        return {"access": 15, "correction": 16, "erasure": 17, "restriction": 18, "portability": 20, "objection": 21}[
            self
        ]


class RequestState(enum.StrEnum):
    """Where a request stands."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class PrivacyRequest(Base):
    """One request about the own data, with the last day to answer (AVG 12 lid 3). Of each right one is open at most per case."""

    __tablename__ = "privacy_request"
    __table_args__ = (
        CheckConstraint("answer_by > asked_on", name="term_after_asking"),
        CheckConstraint(
            "(extended_at IS NULL) = (extended_by IS NULL) AND (extended_at IS NULL) = (extend_reason IS NULL)",
            name="extended_for_a_reason",
        ),
        CheckConstraint(
            "(state IN ('granted', 'refused')) = (answered_at IS NOT NULL) AND (answered_at IS NULL) = (answered_by IS NULL)"
            " AND (answered_at IS NULL) = (answered_by_name IS NULL) AND (answered_at IS NULL) = (answer IS NULL)",
            name="answered_by_someone",
        ),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_instant"),
        CheckConstraint("done_at IS NULL OR (state = 'granted' AND kind = 'erasure')", name="done_when_granted"),
        CheckConstraint(
            "(lift_told_at IS NULL) = (lift_told_by IS NULL) AND (lift_told_at IS NULL) = (lift_reason IS NULL)",
            name="lift_told_for_a_reason",
        ),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_someone"),
        CheckConstraint(
            "(lift_told_at IS NULL AND lifted_at IS NULL) OR (state = 'granted' AND kind = 'restriction')",
            name="lifted_when_restricted",
        ),
        Index("ix_privacy_request_restricted", "question_id", sqlite_where=_RESTRICTED, postgresql_where=_RESTRICTED),
        Index("ix_privacy_request_state_answer_by", "state", "answer_by"),
        Index(
            "uq_privacy_request_open",
            "question_id",
            "kind",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id"), index=True)
    kind: Mapped[Right] = mapped_column(choice(Right))
    text: Mapped[str] = mapped_column(Text)
    """What the person wants, in their own words; may be empty."""
    state: Mapped[RequestState] = mapped_column(choice(RequestState), default=RequestState.OPEN)
    asked_on: Mapped[date] = mapped_column(Date)
    """The day on which it came in."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(80))
    answer_by: Mapped[date] = mapped_column(Date)
    """The last day to answer; moved by an extension."""
    extended_at: Mapped[datetime | None]
    extended_by: Mapped[str | None] = mapped_column(String(80))
    extend_reason: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(80))
    answered_by_name: Mapped[str | None] = mapped_column(String(100))
    answer: Mapped[str | None] = mapped_column(Text)
    withdrawn_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    """When what was granted was erased."""
    lift_told_at: Mapped[datetime | None]
    """Of a restriction that was granted: when the person was told that it will be lifted, before it is (AVG 18 lid 3)."""
    lift_told_by: Mapped[str | None] = mapped_column(String(80))
    lift_reason: Mapped[str | None] = mapped_column(Text)
    lifted_at: Mapped[datetime | None]
    """From then on the case goes on as before."""
    lifted_by: Mapped[str | None] = mapped_column(String(80))

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.state is RequestState.OPEN

    @property
    def restricts(self) -> bool:
        """Whether the data of its case may only be kept now (AVG 18 lid 2)."""
        granted = self.kind is Right.RESTRICTION and self.state is RequestState.GRANTED
        return granted and self.lifted_at is None
