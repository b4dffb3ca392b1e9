"""The table of scenarios: a name, what is changed, and what that comes to. Figures of groups of ten and more; nobody's data."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, new_public_id


class Scenario(Base):
    """One scenario. What it comes to is of one day (`computed_on`), and is computed again when somebody asks."""

    __tablename__ = "scenario"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="named"),
        CheckConstraint(
            "(result_json IS NULL) = (computed_at IS NULL) AND (result_json IS NULL) = (computed_on IS NULL)",
            name="computed_whole",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    changes_json: Mapped[str] = mapped_column(Text)
    """The changes of `matching.what_if.scenario.changes`, as they are written there."""
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    made_by_name: Mapped[str] = mapped_column(String(100))
    result_json: Mapped[str | None] = mapped_column(Text)
    computed_at: Mapped[datetime | None]
    computed_on: Mapped[date | None] = mapped_column(Date)


class ScenarioPart(Base):
    """What of a scenario was computed when it was last stopped or told how far it is: it goes on from there. Figures only."""

    __tablename__ = "scenario_part"
    __table_args__ = (CheckConstraint("length(content_json) > 0", name="holds_something"),)

    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"), primary_key=True)
    of_day: Mapped[date] = mapped_column(Date)
    """The day of which the questions and the money are."""
    lines_json: Mapped[str] = mapped_column(Text)
    """The money as it was read when it began."""
    content_json: Mapped[str] = mapped_column(Text)
    """`portal.planning.year_ahead.Begun`, as it is written there."""
    kept_at: Mapped[datetime]
