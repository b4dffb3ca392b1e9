"""The table of mandates. A mandate is never removed: it ends."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, Cents, new_public_id


class Mandate(Base):
    """One person may decide in the name of one body. `account_id` has no foreign key: a mandate outlives an account."""

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint("length(body) > 0", name="names_body"),
        CheckConstraint("length(basis) > 0", name="has_basis"),
        CheckConstraint("up_to_cents IS NULL OR up_to_cents > 0", name="amount_positive"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="from_before_until"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_someone"),
        CheckConstraint("ended_at IS NULL OR valid_until IS NOT NULL", name="ended_has_last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(index=True)
    body: Mapped[str] = mapped_column(String(300))
    """The body that decides, as the scheme names it in Dutch (`deciding_body.nl`)."""
    scheme: Mapped[str | None] = mapped_column(String(80))
    """Only for this scheme; None: every scheme that this body decides on."""
    up_to_cents: Mapped[int | None] = mapped_column(Cents)
    """At most this amount per scheme and decision; None: no limit."""
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    """The last day. When it was ended, the day on which that was done: what was decided before that, it covers."""
    basis: Mapped[str] = mapped_column(String(300))
    """The decision by which the body gave it."""
    given_at: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(String(80))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))
