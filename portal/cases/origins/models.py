"""Tables of where people come from. Nothing in them is about a person but what stands with a question, and goes with it."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice

CODE_LENGTH = 20
NO_CAMPAIGN = ""
"""What stands for who came by no link of a campaign."""


class HeardFrom(enum.StrEnum):
    """How somebody heard of the desk, in the order in which it is asked."""

    FLYER = "flyer"
    WEBSITE = "website"
    MUNICIPALITY = "municipality"
    UWV = "uwv"
    EMPLOYER = "employer"
    ACQUAINTANCE = "acquaintance"
    SOCIAL_MEDIA = "social_media"
    OTHERWISE = "otherwise"


class DoorStep(enum.StrEnum):
    """What is counted at the door, before there is a question that was sent."""

    VISIT = "visit"
    """Somebody saw the first page."""
    BEGUN = "begun"
    """Somebody began to answer."""


class Campaign(Base):
    """A campaign of the region: the code in its links, its name, and whether it has ended. Its links work for ever."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint(f"length(code) BETWEEN 2 AND {CODE_LENGTH}", name="has_code"),
        CheckConstraint("code = lower(code)", name="code_in_small_letters"),
        CheckConstraint("length(name) > 0", name="has_name"),
        CheckConstraint("made_by <> ''", name="made_by_someone"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))


class DoorCount(Base):
    """How often a step was taken on a day, by the links of one campaign or by none."""

    __tablename__ = "door_count"
    __table_args__ = (CheckConstraint("number > 0", name="number_positive"),)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    step: Mapped[DoorStep] = mapped_column(choice(DoorStep), primary_key=True)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)


class QuestionOrigin(Base):
    """Where a question comes from: the campaign by whose link it was begun, and how who asked heard of the desk."""

    __tablename__ = "question_origin"
    __table_args__ = (CheckConstraint("code IS NOT NULL OR heard_from IS NOT NULL", name="says_something"),)

    question_id: Mapped[int] = mapped_column(
        ForeignKey("development_question.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str | None] = mapped_column(String(CODE_LENGTH), index=True)
    heard_from: Mapped[HeardFrom | None] = mapped_column(choice(HeardFrom))
