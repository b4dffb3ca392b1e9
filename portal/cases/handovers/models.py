"""Tables of cases that were given to a colleague together: which, from whom, and whether they went back."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice, new_public_id

_AWAY = text("kind = 'absence' AND back_at IS NULL")


class HandOverKind(enum.StrEnum):
    """Why several cases went to a colleague."""

    SEVERAL = "several"
    """Somebody chose them on the worklist."""
    ABSENCE = "absence"
    """Who had them is away."""


class HandOver(Base):
    """Cases that went to one colleague in one act. Somebody is away once at a time, with one colleague who stands in."""

    __tablename__ = "hand_over"
    __table_args__ = (
        CheckConstraint("(kind = 'absence') = (from_account_id IS NOT NULL)", name="absence_of_somebody"),
        CheckConstraint("(kind = 'absence') = (until IS NOT NULL)", name="absence_has_last_day"),
        CheckConstraint("from_account_id <> to_account_id", name="to_somebody_else"),
        CheckConstraint("(back_at IS NULL) = (back_by IS NULL)", name="back_by_someone"),
        Index("uq_hand_over_away", "from_account_id", unique=True, sqlite_where=_AWAY, postgresql_where=_AWAY),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    kind: Mapped[HandOverKind] = mapped_column(choice(HandOverKind))
    from_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    """Of an absence: who is away."""
    to_account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    until: Mapped[date | None] = mapped_column(Date)
    """Of an absence: the last day, as far as is known."""
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    by_name: Mapped[str] = mapped_column(String(100))
    back_at: Mapped[datetime | None]
    back_by: Mapped[str | None] = mapped_column(String(80))


class HandedCase(Base):
    """One case that went along, and who had it before; None: nobody had."""

    __tablename__ = "handed_case"

    hand_over_id: Mapped[int] = mapped_column(
        ForeignKey("hand_over.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    question_id: Mapped[int] = mapped_column(
        ForeignKey("development_question.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    from_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    from_team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    """The team of which it was then; None: of no team."""
