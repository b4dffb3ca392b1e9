"""Tables of reports that somebody wants every month or quarter, and of each that was made."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounting.reports.models import EVERYTHING
from portal.platform.append_only import append_only
from portal.platform.database import Base, choice, new_public_id

LATEST_DAY = 28
"""Every month has it."""
_STANDS = text("ended_at IS NULL")


class ScheduleEvery(enum.StrEnum):
    """How often a report is made: over each month, or over each quarter of the calendar."""

    MONTH = "month"
    QUARTER = "quarter"

    @property
    def months(self) -> int:
        """Over how many months it is."""
        return 1 if self is ScheduleEvery.MONTH else 3


class ScheduleEnd(enum.StrEnum):
    """Why no more reports are made."""

    ASKED = "asked"
    """The reader or the region ended it."""
    RIGHTS = "rights"
    """The reader may not read the report any more, or the account is closed."""


class ReportSchedule(Base):
    """Somebody wants the report about a funder (by slug) or about all money, on a day of the month after each month or quarter.

    `account_id` has no foreign key: that somebody got reports outlives the account.
    """

    __tablename__ = "report_schedule"
    __table_args__ = (
        CheckConstraint("length(about) > 0", name="about_something"),
        CheckConstraint(f"on_day BETWEEN 1 AND {LATEST_DAY}", name="day_of_every_month"),
        CheckConstraint("length(locale) > 0", name="in_a_language"),
        CheckConstraint("length(asked_by) > 0", name="asked_by_someone"),
        CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_why IS NULL)",
            name="ended_by_someone_for_a_reason",
        ),
        CheckConstraint("ended_at IS NULL OR ended_at >= asked_at", name="ended_after_asked"),
        Index(
            "uq_report_schedule_stands",
            "account_id",
            "about",
            "every",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(Integer)
    about: Mapped[str] = mapped_column(String(80))
    every: Mapped[ScheduleEvery] = mapped_column(choice(ScheduleEvery))
    on_day: Mapped[int] = mapped_column(Integer)
    locale: Mapped[str] = mapped_column(String(5))
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_by_name: Mapped[str] = mapped_column(String(100))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))
    ended_why: Mapped[ScheduleEnd | None] = mapped_column(choice(ScheduleEnd))

    runs: Mapped[list[ReportRun]] = relationship(
        back_populates="schedule", order_by="ReportRun.period_from.desc()", lazy="selectin"
    )

    @property
    def funder(self) -> str | None:
        """The slug of the funder; None for all money."""
        return None if self.about == EVERYTHING else self.about

    @property
    def stands(self) -> bool:
        """Whether it is still made."""
        return self.ended_at is None


@append_only
class ReportRun(Base):
    """The report over one period was made for the reader: once, whoever tries it again."""

    __tablename__ = "report_run"
    __table_args__ = (
        UniqueConstraint("schedule_id", "period_from"),
        CheckConstraint("period_to >= period_from", name="period_in_order"),
        CheckConstraint("as_of > period_to", name="period_was_over"),
        CheckConstraint("length(sha256) = 64", name="hash_of_64_digits"),
        CheckConstraint("length(made_by) > 0", name="made_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("report_schedule.id"))
    period_from: Mapped[date] = mapped_column(Date)
    period_to: Mapped[date] = mapped_column(Date)
    as_of: Mapped[date] = mapped_column(Date)
    """The day as of which its figures are: with it the page of the report shows them again."""
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the rows of its CSV file."""
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))

    schedule: Mapped[ReportSchedule] = relationship(back_populates="runs")
