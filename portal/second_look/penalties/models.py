"""The tables of notices of default and of penalties that were decided anew.

State, instant and person of every step stand or fall together (named CHECKs).
"""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, choice, new_public_id

_ABOUT_APPLICATION, _ABOUT_OBJECTION = text("objection_id IS NULL"), text("objection_id IS NOT NULL")


class NoPenalty(enum.StrEnum):
    """Why nothing is due (Awb 4:17)."""

    IN_TIME = "in_time"
    """The decision was sent within two weeks."""
    NOTICE_TOO_LATE = "notice_too_late"
    """The notice came unreasonably late (fifth paragraph, a)."""
    NO_INTEREST = "no_interest"
    """Who asked is no interested person (b)."""
    MANIFEST = "manifest"
    """The application or the objection is manifestly inadmissible or unfounded (c)."""


class DefaultNotice(Base):
    """Somebody gave notice that a decision is late: on the application, or on an objection."""

    __tablename__ = "default_notice"
    __table_args__ = (
        CheckConstraint("received_on > due_on", name="received_after_the_term"),
        CheckConstraint("first_on > received_on", name="penalty_after_notice"),
        CheckConstraint("free_until < first_on", name="free_before_the_penalty"),
        CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (settled_by_name IS NULL)"
            " AND (settled_at IS NULL) = (penalty_days IS NULL) AND (settled_at IS NULL) = (amount_cents IS NULL)"
            " AND (settled_at IS NULL) = (rationale IS NULL) AND (settled_at IS NULL) = (body_nl IS NULL)"
            " AND (settled_at IS NULL) = (body_en IS NULL)",
            name="settled_by_someone_for_a_body",
        ),
        CheckConstraint("penalty_days BETWEEN 0 AND 42", name="at_most_42_days"),
        CheckConstraint(
            "settled_at IS NULL OR (none_because IS NULL) = (amount_cents > 0)", name="amount_or_why_nothing"
        ),
        CheckConstraint("none_because IS NULL OR settled_at IS NOT NULL", name="nothing_due_when_settled"),
        CheckConstraint("decision_id IS NULL OR settled_at IS NOT NULL", name="decided_when_settled"),
        Index(
            "uq_default_notice_application",
            "question_id",
            unique=True,
            sqlite_where=_ABOUT_APPLICATION,
            postgresql_where=_ABOUT_APPLICATION,
        ),
        Index(
            "uq_default_notice_objection",
            "objection_id",
            unique=True,
            sqlite_where=_ABOUT_OBJECTION,
            postgresql_where=_ABOUT_OBJECTION,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id"), index=True)
    objection_id: Mapped[int | None] = mapped_column(ForeignKey("objection.id"), index=True)
    """None when it is about the decision on the application."""
    of_another: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether it is about the objection of another than who asked: then the penalty is owed to that person."""
    due_on: Mapped[date] = mapped_column(Date)
    """The last day on which should have been decided."""
    received_on: Mapped[date] = mapped_column(Date)
    free_until: Mapped[date] = mapped_column(Date)
    """The last of the two weeks in which a decision can be sent without a penalty."""
    first_on: Mapped[date] = mapped_column(Date)
    """The first day over which a penalty is due when nothing was sent before."""
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(80))
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(80))
    settled_by_name: Mapped[str | None] = mapped_column(String(100))
    penalty_days: Mapped[int | None]
    amount_cents: Mapped[int | None] = mapped_column(Cents)
    none_because: Mapped[NoPenalty | None] = mapped_column(choice(NoPenalty))
    rationale: Mapped[str | None] = mapped_column(Text)
    body_nl: Mapped[str | None] = mapped_column(Text)
    """The body that decides on the penalty: that of the decision which is late."""
    body_en: Mapped[str | None] = mapped_column(Text)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), unique=True)
    """The decision on the penalty; None for what was decided before penalties had one."""


@append_only
class PenaltyAgain(Base):
    """A founded objection against what was decided on a penalty: it is over more days, and the difference is owed too."""

    __tablename__ = "penalty_again"
    __table_args__ = (
        CheckConstraint("penalty_days BETWEEN 1 AND 42", name="at_most_42_days"),
        CheckConstraint("before_cents >= 0 AND amount_cents > before_cents", name="never_to_the_worse"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("default_notice.id"), unique=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    penalty_days: Mapped[int]
    before_cents: Mapped[int] = mapped_column(Cents)
    """What was decided first."""
    amount_cents: Mapped[int] = mapped_column(Cents)
    """What it is now, of which the first is a part."""
    reason: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(80))
    decided_by_name: Mapped[str] = mapped_column(String(100))
