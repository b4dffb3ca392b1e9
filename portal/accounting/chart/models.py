"""The table of the chart of accounts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base

LONGEST_NUMBER, LONGEST_NAME = 20, 100


class ChartAccount(Base):
    """The number and name that the region gave an account of the ledger. Without a row it has a number of its own."""

    __tablename__ = "chart_account"
    __table_args__ = (
        CheckConstraint("number <> ''", name="has_number"),
        CheckConstraint("name <> ''", name="has_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ledger_account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), unique=True)
    number: Mapped[str] = mapped_column(String(LONGEST_NUMBER), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(80))
