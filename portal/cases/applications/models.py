"""Table of applications: who applied, for which scheme versions, when it was received and when it must be decided."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, Json, choice, new_public_id
from portal.platform.sealed_columns import ADDRESS, NAME, SealedDate, SealedText


class ApplicantKind(enum.StrEnum):
    """Whose application it is; it decides whose ceiling counts."""

    PERSON = "person"
    EMPLOYER = "employer"


class Application(Base):
    """One application for named schemes administered here (Awb 4:1, 4:2). At most one per question."""

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint("kind <> 'person' OR birth_date IS NOT NULL", name="person_has_birth_date"),
        CheckConstraint("(kind = 'employer') = (kvk_number IS NOT NULL)", name="employer_has_kvk_number"),
        CheckConstraint("kind <> 'employer' OR learner_name IS NOT NULL", name="employer_names_learner"),
        CheckConstraint("kvk_number IS NULL OR length(kvk_number) = 8", name="kvk_number_eight_digits"),
        CheckConstraint("receipt_order > 0", name="receipt_order_positive"),
        CheckConstraint("stopped_days >= 0", name="stopped_days_not_negative"),
        CheckConstraint("decision_weeks > 0", name="decision_weeks_positive"),
        CheckConstraint("completed_at IS NULL OR completed_at >= applied_at", name="completed_not_before_receipt"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    receipt_order: Mapped[int] = mapped_column(Integer, unique=True)
    """Number of receipt over all applications; never reused."""
    completed_at: Mapped[datetime | None]
    """When the application was complete; empty while something is missing. The order of receipt goes by this instant (then by
    `receipt_order`), so that an application counts from when it was complete, not from when somebody looked at it."""
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), unique=True)
    schemes: Mapped[list[str]] = mapped_column(Json)
    scheme_versions: Mapped[dict[str, Any]] = mapped_column(Json)
    """Slug to the number of the version in force when the application was received."""
    kind: Mapped[ApplicantKind] = mapped_column(choice(ApplicantKind))
    name: Mapped[str] = mapped_column(SealedText(200, NAME))
    birth_date: Mapped[date | None] = mapped_column(SealedDate, index=True)
    """Birth date of the learner. Doubles are looked for under it."""
    street: Mapped[str] = mapped_column(SealedText(100, ADDRESS))
    house_number: Mapped[str] = mapped_column(SealedText(20, ADDRESS))
    postcode: Mapped[str] = mapped_column(SealedText(10, ADDRESS))
    city: Mapped[str] = mapped_column(SealedText(100, ADDRESS))
    kvk_number: Mapped[str | None] = mapped_column(String(8))
    learner_name: Mapped[str | None] = mapped_column(SealedText(100, NAME))
    person_key: Mapped[str | None] = mapped_column(String(64), index=True)
    """Pseudonym of the learner under which ceilings per person are counted."""
    employer_key: Mapped[str | None] = mapped_column(String(64), index=True)
    """Pseudonym of the employer under which ceilings per employer are counted."""
    confirmed_at: Mapped[datetime]
    applied_on: Mapped[date] = mapped_column(Date)
    applied_at: Mapped[datetime]
    applied_by: Mapped[str] = mapped_column(String(80))
    decision_weeks: Mapped[int] = mapped_column(Integer)
    stopped_days: Mapped[int] = mapped_column(Integer, default=0)
    """Days on which the decision term stood still (Awb 4:15), over all answered or ended requests."""


class TermStop(Base):
    """Days on which the decision term of an application stood still (Awb 4:15), for one request or one wait for money.

    Stops may overlap; a day counts once in `Application.stopped_days`.
    """

    __tablename__ = "term_stop"
    __table_args__ = (CheckConstraint("last_on >= first_on", name="first_before_last"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)
