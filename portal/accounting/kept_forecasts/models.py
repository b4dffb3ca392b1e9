"""The table of forecasts: what was worked out, from what. `portal.planning` makes them; accounts read what they expect."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.append_only import append_only
from portal.platform.database import Base, Json, new_public_id

VERSION = "1"
"""Of the way of working out: another version may give other figures for the same books and seed."""


@append_only
class Forecast(Base):
    """A forecast as it was worked out. Never changed: a new one comes after it."""

    __tablename__ = "forecast"
    __table_args__ = (
        CheckConstraint("until > data_day", name="looks_ahead"),
        CheckConstraint("paths > 0 AND seed >= 0", name="dice_known"),
        CheckConstraint("vouchers >= 0", name="vouchers_counted"),
        CheckConstraint("length(version) > 0", name="version_known"),
        CheckConstraint("length(made_by) > 0", name="made_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    data_day: Mapped[date] = mapped_column(Date)
    """What was booked before this day is what it was made from."""
    until: Mapped[date] = mapped_column(Date)
    seed: Mapped[int]
    paths: Mapped[int]
    version: Mapped[str] = mapped_column(String(20))
    vouchers: Mapped[int]
    """Of so many vouchers was learned how they are used."""
    figures: Mapped[dict[str, Any]] = mapped_column(Json)
    """lines, schemes, advice, back_test: as `portal.planning.forecasts.queries` reads them."""
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    made_by_name: Mapped[str] = mapped_column(String(100))
