"""How the holder was heard before a decision that takes something, or why not.

Of the exceptions of the Awb only those of 4:8 and 4:11 can hold. Article 4:12, first paragraph (a financial decision, against
which one can object and whose consequences can be undone) does not: by its second paragraph, b and c, it leaves out settling a
subsidy lower (4:46, second paragraph), and revoking or changing it to somebody's disadvantage. Text as in force on
1 January 2026 (see `portal.papers.legal_table`).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.append_only import append_only
from portal.platform.database import Base, choice


class Unheard(enum.StrEnum):
    """Why the holder is not heard first."""

    ASKED = "asked"
    """The holder asked for it: 4:8 hears who did not apply for the decision."""
    OWN_FACTS = "own_facts"
    """It rests on nothing but what the holder told (4:8, first paragraph, b)."""
    URGENT = "urgent"
    """It cannot wait (4:11, a)."""
    HEARD_BEFORE = "heard_before"
    """The holder had the opportunity before, and nothing is new (4:11, b)."""
    PURPOSE = "purpose"
    """It only works when the holder does not know beforehand (4:11, c)."""


@dataclass(frozen=True)
class LeftOut:
    """That the holder is not heard, by which exception of the law and why."""

    why: Unheard
    reason: str


@append_only
class DecisionHearing(Base):
    """By which hearing the holder was heard before a decision, or why there was none."""

    __tablename__ = "decision_hearing"
    __table_args__ = (
        CheckConstraint("(hearing_id IS NULL) = (left_out IS NOT NULL)", name="heard_or_left_out"),
        CheckConstraint("(left_out IS NULL) = (left_out_reason IS NULL)", name="left_out_for_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    hearing_id: Mapped[int | None] = mapped_column(ForeignKey("hearing.id"), unique=True)
    left_out: Mapped[Unheard | None] = mapped_column(choice(Unheard))
    left_out_reason: Mapped[str | None] = mapped_column(Text)
