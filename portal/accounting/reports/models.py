"""The table of what the region writes in its reports. The figures in it are filled in when it is read."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base

EVERYTHING = "-"
"""For a report about all money: it is of no funder."""


class ReportText(Base):
    """The text of one section in the report of a funder (by slug), or of all money, over a period."""

    __tablename__ = "report_text"
    __table_args__ = (
        UniqueConstraint("about", "period_from", "period_to", "section"),
        CheckConstraint("period_to >= period_from", name="period_in_order"),
        CheckConstraint("length(about) > 0", name="about_something"),
        CheckConstraint("length(written_by) > 0", name="written_by_someone"),
        CheckConstraint("revision >= 1", name="revision_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(String(80))
    period_from: Mapped[date] = mapped_column(Date)
    period_to: Mapped[date] = mapped_column(Date)
    section: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    """Goes up with every change: who writes must have seen the text as it is."""
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(80))
    written_by_name: Mapped[str] = mapped_column(String(100))
