"""Table of number series."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base


class NumberSeries(Base):
    """The last number given out in a series of a year.

    Series: `question` (OV), `application` (AV), and `receipt` (year 0: it never starts again).
    """

    __tablename__ = "number_series"
    __table_args__ = (CheckConstraint("last_number > 0", name="last_number_positive"),)

    series: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last_number: Mapped[int] = mapped_column(Integer)
