"""The table of accounting periods."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice, new_public_id


class PeriodState(enum.Enum):
    """How far a period is."""

    OPEN = "open"
    LAID_DOWN = "laid_down"
    """One person looked at the figures and laid them before a colleague."""
    CLOSED = "closed"


class PeriodLength(enum.Enum):
    """How long a period is, in whole months of the calendar."""

    MONTH = "month"
    QUARTER = "quarter"

    @property
    def months(self) -> int:
        """The number of months."""
        return 1 if self is PeriodLength.MONTH else 3


class AccountingPeriod(Base):
    """A month or quarter of the accounts. Each begins on the day after the one before it, which its number keeps so.

    Two people close it. From then on it has its statement, which the books give again at any time, to the byte.
    """

    __tablename__ = "accounting_period"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("last_day >= first_day", name="days_in_order"),
        CheckConstraint("(state = 'open') = (laid_down_at IS NULL)", name="laid_down_when_state_says_so"),
        CheckConstraint(
            "(laid_down_at IS NULL) = (laid_down_by IS NULL) AND (laid_down_at IS NULL) = (laid_down_by_name IS NULL)"
            " AND (laid_down_at IS NULL) = (sha256 IS NULL)",
            name="laid_down_whole",
        ),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_when_state_says_so"),
        CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (closed_by_name IS NULL)"
            " AND (closed_at IS NULL) = (statement IS NULL)",
            name="closed_whole",
        ),
        CheckConstraint("closed_by IS NULL OR closed_by <> laid_down_by", name="second_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    number: Mapped[int] = mapped_column(unique=True)
    """1 for the first; each is counted from the one before it, so that two people at once cannot leave a gap or an overlap."""
    first_day: Mapped[date] = mapped_column(Date, unique=True)
    last_day: Mapped[date] = mapped_column(Date, unique=True)
    state: Mapped[PeriodState] = mapped_column(choice(PeriodState), default=PeriodState.OPEN)
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(80))
    laid_down_at: Mapped[datetime | None]
    laid_down_by: Mapped[str | None] = mapped_column(String(80))
    laid_down_by_name: Mapped[str | None] = mapped_column(String(100))
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the statement that was laid down: only with these figures it is closed."""
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(80))
    closed_by_name: Mapped[str | None] = mapped_column(String(100))
    statement: Mapped[str | None] = mapped_column(Text)
    """The statement as it was closed, canonical JSON."""
