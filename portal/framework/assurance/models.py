"""Table of how sure it must be who somebody is."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice
from portal.platform.identity_services import Level

_IN_FORCE = text("ended_at IS NULL")


class AssuredAct(enum.StrEnum):
    """What is done only for who is known well enough."""

    AWARD_TO_PERSON = "award_to_person"
    AWARD_TO_EMPLOYER = "award_to_employer"


class AssuranceRule(Base):
    """For an act the level that is needed, for a scheme or (without one) for the whole desk. One is in force at a time."""

    __tablename__ = "assurance_rule"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_at_and_by"),
        Index(
            "uq_assurance_rule_in_force",
            "act",
            "scheme",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[AssuredAct] = mapped_column(choice(AssuredAct))
    scheme: Mapped[str] = mapped_column(String(80), default="")
    """The slug; empty: every scheme that has no rule of its own."""
    level: Mapped[Level] = mapped_column(choice(Level))
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(80))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))
