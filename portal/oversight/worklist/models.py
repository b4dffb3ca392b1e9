"""Table of filters on the worklist that an advisor keeps under a name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, Json, new_public_id


class SavedSelection(Base):
    """A filter of one advisor, as the address asks for it: codes and days, never names of people."""

    __tablename__ = "saved_selection"
    __table_args__ = (
        UniqueConstraint("account_id", "name"),
        CheckConstraint("length(name) > 0", name="name_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(60))
    asked: Mapped[dict[str, list[str]]] = mapped_column(Json)
    saved_at: Mapped[datetime]
