"""The table of what is computed apart: how far it is, which process has it, what came of it. Hashes and amounts, no people."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice

KEPT = timedelta(days=1)
"""For so long a row stays after it was asked for: what is asked names its day, so that it is another the next day."""
LEASE = timedelta(seconds=20)
"""For so long a process that is not heard of has it; then another may take it."""
ATTEMPTS = 3
"""So many processes may begin it: under what ended three of them a fourth would end too."""


class ApartState(enum.StrEnum):
    """Where it stands. What failed stays so until who asked is told."""

    COMPUTING = "computing"
    DONE = "done"
    FAILED = "failed"


class ComputedApart(Base):
    """One thing that was asked for, by a hash of all it follows from. Who asks the same finds it, at whatever process."""

    __tablename__ = "computed_apart"
    __table_args__ = (
        CheckConstraint("length(key) = 64", name="key_of_64_digits"),
        CheckConstraint("length(who) = 64", name="who_of_64_digits"),
        CheckConstraint("(state = 'computing') = (lease IS NOT NULL)", name="computed_by_somebody"),
        CheckConstraint("(state = 'computing') = (leased_until IS NOT NULL)", name="computed_until"),
        CheckConstraint("(state = 'done') = (content IS NOT NULL)", name="done_with_content"),
        CheckConstraint("done >= 0 AND total >= 0 AND attempts > 0", name="counts_not_negative"),
        Index("ix_computed_apart_who", "who"),
    )

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    who: Mapped[str] = mapped_column(String(64))
    """A hash of who asked first and about which question: of that one thing is computed at a time."""
    state: Mapped[ApartState] = mapped_column(choice(ApartState))
    asked_at: Mapped[datetime]
    attempts: Mapped[int]
    done: Mapped[int]
    """So many steps are done, of `total`."""
    total: Mapped[int]
    lease: Mapped[str | None] = mapped_column(String(32))
    leased_until: Mapped[datetime | None]
    content: Mapped[str | None] = mapped_column(Text, deferred=True)
    """What came of it, as who computed it writes it; without anything of people."""

    @property
    def failed(self) -> bool:
        """Whether nothing came of it."""
        return self.state is ApartState.FAILED
