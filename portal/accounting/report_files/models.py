"""The table of files of reports that somebody asked for: which report, as it was seen, and the file when it is there."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, Date, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.reports.files import ReportFormat
from portal.accounting.reports.models import EVERYTHING
from portal.platform.database import Base, choice, new_public_id
from portal.platform.sealed_columns import PAPERS, SealedBytes

KEPT = timedelta(days=7)
"""For so long a file stays after it was made, and a wish of which nothing came after it was asked."""


class ReportFile(Base):
    """A file of a report that somebody asked for. Who asks the same again (the same report, seen the same) finds it.

    `asked_by` has no foreign key: that somebody asked outlives the account.
    """

    __tablename__ = "report_file"
    __table_args__ = (
        UniqueConstraint(
            *("asked_by", "about", "period_from", "period_to", "as_of", "format", "locale", "seen"),
            name="uq_report_file_asked",
        ),
        CheckConstraint("length(about) > 0", name="about_something"),
        CheckConstraint("period_to >= period_from", name="period_in_order"),
        CheckConstraint("length(locale) > 0", name="in_a_language"),
        CheckConstraint("length(seen) = 64", name="print_of_64_digits"),
        CheckConstraint("length(asked_by) > 0", name="asked_by_someone"),
        CheckConstraint("(made_at IS NULL) = (content IS NULL)", name="made_with_content"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    about: Mapped[str] = mapped_column(String(80))
    """Whose money: the slug of the funder, or `EVERYTHING`."""
    period_from: Mapped[date] = mapped_column(Date)
    period_to: Mapped[date] = mapped_column(Date)
    as_of: Mapped[date] = mapped_column(Date)
    format: Mapped[ReportFormat] = mapped_column(choice(ReportFormat))
    locale: Mapped[str] = mapped_column(String(5))
    seen: Mapped[str] = mapped_column(String(64))
    """The print of the report as who asked saw it: no other is made."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime | None]
    content: Mapped[bytes | None] = mapped_column(SealedBytes(PAPERS), deferred=True)

    @property
    def funder(self) -> str | None:
        """The slug of the funder; None for all money."""
        return None if self.about == EVERYTHING else self.about

    @property
    def period(self) -> FigurePeriod:
        """Over which days, and as of which day."""
        return FigurePeriod(self.period_from, self.period_to, self.as_of)

    @property
    def kept_until(self) -> datetime:
        """Until when it is kept."""
        return (self.made_at or self.asked_at) + KEPT

    def is_there(self, at: datetime) -> bool:
        """Whether the file can be fetched at an instant."""
        return self.made_at is not None and at < self.kept_until
