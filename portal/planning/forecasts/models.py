"""The table of the money meter: whether the public sees until when there is money."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.append_only import append_only
from portal.platform.database import Base


@append_only
class MoneyMeter(Base):
    """Whether the public sees until when there is money: the last row counts, and without one it is seen."""

    __tablename__ = "money_meter"
    __table_args__ = (CheckConstraint("length(set_by) > 0", name="set_by_someone"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shown: Mapped[bool]
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(80))
    set_by_name: Mapped[str] = mapped_column(String(100))
