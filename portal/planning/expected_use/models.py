"""The tables of expected use: what two people laid down about a budget, and every time that the room was set anew."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.framework.funding.models import Funder, FundingLine
from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, choice, new_public_id


class SuretyState(enum.StrEnum):
    """How far a surety is."""

    LAID_DOWN = "laid_down"
    """It waits for a second person; nothing is promised by it."""
    IN_FORCE = "in_force"
    ENDED = "ended"
    """Nothing more is promised by it; what was promised stays covered."""
    DROPPED = "dropped"
    """It never came into force."""


_HOLDS = text("state IN ('laid_down', 'in_force')")


class Surety(Base):
    """Of one budget: who vouches for what is promised beyond it, up to how much, and with which chance of overspending.

    What is promised beyond is reserved in a budget of the guarantor's own (`vouching_line`), of which the money is the bound:
    every write is guarded by its own counter, as of any budget.
    """

    __tablename__ = "surety"
    __table_args__ = (
        CheckConstraint("limit_permille BETWEEN 1 AND 100", name="limit_is_small"),
        CheckConstraint("most_cents > 0", name="most_positive"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
        CheckConstraint(
            "(begun_at IS NULL) = (begun_by IS NULL) AND (begun_at IS NULL) = (begun_by_name IS NULL) "
            "AND (begun_at IS NULL) = (vouching_line_id IS NULL)",
            name="begun_whole",
        ),
        CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_by_name IS NULL)",
            name="ended_whole",
        ),
        CheckConstraint("(state IN ('in_force', 'ended')) = (begun_at IS NOT NULL)", name="begun_when_state_says_so"),
        CheckConstraint("(state IN ('ended', 'dropped')) = (ended_at IS NOT NULL)", name="ended_when_state_says_so"),
        CheckConstraint("begun_by IS NULL OR begun_by <> laid_down_by", name="second_person"),
        CheckConstraint("vouching_line_id IS NULL OR vouching_line_id <> line_id", name="two_lines"),
        Index("uq_surety_line", "line_id", unique=True, sqlite_where=_HOLDS, postgresql_where=_HOLDS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    line_id: Mapped[int] = mapped_column(ForeignKey("funding_line.id"), index=True)
    guarantor_id: Mapped[int] = mapped_column(ForeignKey("funder.id"), index=True)
    vouching_line_id: Mapped[int | None] = mapped_column(ForeignKey("funding_line.id"), unique=True)
    limit_permille: Mapped[int]
    """The chance of overspending that is allowed."""
    most_cents: Mapped[int] = mapped_column(Cents)
    """So much is vouched for at most."""
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[SuretyState] = mapped_column(choice(SuretyState), default=SuretyState.LAID_DOWN)
    laid_down_at: Mapped[datetime]
    laid_down_by: Mapped[str] = mapped_column(String(80))
    laid_down_by_name: Mapped[str] = mapped_column(String(100))
    begun_at: Mapped[datetime | None]
    begun_by: Mapped[str | None] = mapped_column(String(80))
    begun_by_name: Mapped[str | None] = mapped_column(String(100))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))
    ended_by_name: Mapped[str | None] = mapped_column(String(100))

    line: Mapped[FundingLine] = relationship(foreign_keys=[line_id], lazy="joined")
    guarantor: Mapped[Funder] = relationship(lazy="joined")
    vouching_line: Mapped[FundingLine | None] = relationship(foreign_keys=[vouching_line_id], lazy="joined")
    rooms: Mapped[list[SuretyRoom]] = relationship(order_by="SuretyRoom.id")


@append_only
class SuretyRoom(Base):
    """One time that the room beyond a budget was set, with what it was judged by."""

    __tablename__ = "surety_room"
    __table_args__ = (
        CheckConstraint("room_cents >= 0 AND exposure_cents >= 0 AND moved_back_cents >= 0", name="not_negative"),
        CheckConstraint("chance_ppm BETWEEN 0 AND 1000000", name="chance_is_a_chance"),
        CheckConstraint("NOT braked OR room_cents = 0", name="brake_leaves_no_room"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    surety_id: Mapped[int] = mapped_column(ForeignKey("surety.id"), index=True)
    room_cents: Mapped[int] = mapped_column(Cents)
    """What may be promised beyond the budget from now on."""
    exposure_cents: Mapped[int] = mapped_column(Cents)
    """What is promised beyond it already: what the guarantor pays if every voucher is used in full."""
    chance_ppm: Mapped[int]
    """The chance that what was promised uses more than there is, in millionths."""
    braked: Mapped[bool]
    """Whether that is above the limit, so that nothing more may be promised."""
    moved_back_cents: Mapped[int] = mapped_column(Cents)
    """What the budget itself pays again, because something came free in it."""
    of_day: Mapped[date | None] = mapped_column(Date)
    """The day on which the books were read from which it was worked out; this and what follows: empty in rows of before."""
    seed: Mapped[int | None]
    """Of the chances that were drawn: who draws them again over the same books finds the same."""
    sets: Mapped[int | None]
    """So many sets of chances were drawn."""
    learned_from: Mapped[int | None]
    """So many vouchers said how they are used; 0 where that was too few to say anything."""
    open_vouchers: Mapped[int | None]
    """So many vouchers are open on both budgets."""
    books_print: Mapped[str | None] = mapped_column(String(64))
    """The print of what stood on both budgets then (`queries.RoomInput`). It was set over the same."""
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(80))
