"""The table of rounds: of which scheme, until which day, the seed of the lots with what was made public of it, and the result."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice, new_public_id


class RoundMethod(enum.StrEnum):
    """How a scheme says that its money is divided; the words of its definition."""

    RANKING = "ranking"
    LOTTERY = "lottery"
    PRO_RATA = "pro_rata"


class RoundState(enum.StrEnum):
    """How far a round is."""

    OPEN = "open"
    """Applications come in, or wait to be divided over."""
    DIVIDED = "divided"
    DROPPED = "dropped"


_OPEN = text("state = 'open'")


class AwardRound(Base):
    """One round of one scheme. Of the seed only its print is told until the money is divided: nobody can choose a lot.

    The print is SHA-256 of the seed; who has both sees that the seed was not changed, and can draw every lot again.
    """

    __tablename__ = "award_round"
    __table_args__ = (
        CheckConstraint("length(seed) = 32 AND length(seed_print) = 64", name="seed_with_print"),
        CheckConstraint(
            "(state = 'divided') = (divided_at IS NOT NULL) AND (divided_at IS NULL) = (result_json IS NULL)"
            " AND (divided_at IS NULL) = (divided_by IS NULL) AND (divided_at IS NULL) = (divided_by_name IS NULL)",
            name="divided_whole",
        ),
        CheckConstraint(
            "(state = 'dropped') = (dropped_at IS NOT NULL) AND (dropped_at IS NULL) = (dropped_by IS NULL)",
            name="dropped_whole",
        ),
        CheckConstraint("points_json IS NULL OR method = 'ranking'", name="points_rank"),
        Index("uq_award_round_open", "scheme", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    scheme: Mapped[str] = mapped_column(String(80))
    method: Mapped[RoundMethod] = mapped_column(choice(RoundMethod))
    received_until: Mapped[date] = mapped_column(Date)
    """Applications that were complete by the end of this day take part."""
    seed: Mapped[str] = mapped_column(String(32))
    seed_print: Mapped[str] = mapped_column(String(64))
    points_json: Mapped[str | None] = mapped_column(Text)
    """By ranking: points per number of application."""
    state: Mapped[RoundState] = mapped_column(choice(RoundState), default=RoundState.OPEN)
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(80))
    opened_by_name: Mapped[str] = mapped_column(String(100))
    result_json: Mapped[str | None] = mapped_column(Text)
    """`portal.awarding.divisions.queries.Division`, as it is written there."""
    divided_at: Mapped[datetime | None]
    divided_by: Mapped[str | None] = mapped_column(String(80))
    divided_by_name: Mapped[str | None] = mapped_column(String(100))
    dropped_at: Mapped[datetime | None]
    dropped_by: Mapped[str | None] = mapped_column(String(80))
