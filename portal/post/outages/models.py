"""The table of outages. Beginning, end and person of each step stand or fall together (named CHECKs)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, new_public_id


class ChannelOutage(Base):
    """The pages with which people send something were down for a while (Awb 2:13, 2:21)."""

    __tablename__ = "channel_outage"
    __table_args__ = (
        CheckConstraint("length(what) > 0", name="says_what"),
        CheckConstraint("ended_at IS NULL OR ended_at > began_at", name="ended_after_it_began"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_someone"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """None while it lasts."""
    ended_by: Mapped[str | None] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(Text)
    """What did not work, in words that everybody may read."""
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(80))
    withdrawn_at: Mapped[datetime | None]
    """It was recorded by mistake: it counts no more."""
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))
