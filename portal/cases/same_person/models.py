"""Tables of persons who appear under more than one pseudonym, and of what advisors said about possible doubles."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice


class DoubleVerdict(enum.StrEnum):
    """Whether two pseudonyms belong to one person."""

    SAME = "same"
    DIFFERENT = "different"


class DoubleJudgement(Base):
    """What an advisor said about two pseudonyms; the smaller one first."""

    __tablename__ = "double_judgement"
    __table_args__ = (
        UniqueConstraint("first_key", "second_key"),
        CheckConstraint("first_key < second_key", name="keys_in_order"),
        CheckConstraint("length(judged_by) > 0", name="judged_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_key: Mapped[str] = mapped_column(String(64))
    second_key: Mapped[str] = mapped_column(String(64), index=True)
    verdict: Mapped[DoubleVerdict] = mapped_column(choice(DoubleVerdict))
    judged_at: Mapped[datetime]
    judged_by: Mapped[str] = mapped_column(String(80))


class PersonAlias(Base):
    """A pseudonym that belongs to a person who is counted under another one."""

    __tablename__ = "person_alias"
    __table_args__ = (CheckConstraint("person_key <> counted_under", name="alias_of_another"),)

    person_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    counted_under: Mapped[str] = mapped_column(String(64), index=True)
    """The pseudonym under which awards and ceilings are counted from now on. Never an alias itself."""
