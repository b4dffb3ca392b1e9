"""The tables of a rebalance: what was worked out and laid down, and what became of every re-assignment in it."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.framework.funding.models import FundingLine
from portal.ledger.models import REASSIGNABLE, AccountKind
from portal.platform.database import Base, Cents, choice, new_public_id
from portal.spending.vouchers.models import Voucher

_MOVABLE = ", ".join(f"'{kind.value}'" for kind in REASSIGNABLE)


class RebalanceState(enum.StrEnum):
    """How far a rebalance is."""

    LAID_DOWN = "laid_down"
    """Worked out by one person; it waits for a second one."""
    CARRIED_OUT = "carried_out"
    DROPPED = "dropped"


class MoveOutcome(enum.StrEnum):
    """What became of one re-assignment."""

    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"
    """It no longer fitted when it was carried out."""


class MoveReason(enum.StrEnum):
    """What a re-assignment is good for."""

    SAVES = "saves"
    """The other budget lapses: what it pays now is kept in the first."""
    FREES = "frees"
    """The other budget may be used for less: what is left can be used for more."""
    MAKES_ROOM = "makes_room"
    """Another re-assignment needs the room."""


_WAITS = text("state = 'laid_down'")


class Rebalance(Base):
    """A whole plan of re-assignments, as it was worked out. At most one waits at a time."""

    __tablename__ = "rebalance"
    __table_args__ = (
        CheckConstraint("saved_cents >= 0", name="saved_not_negative"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
        CheckConstraint("(state = 'laid_down') = (ended_at IS NULL)", name="ended_when_state_says_so"),
        CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_by_name IS NULL)",
            name="ended_whole",
        ),
        CheckConstraint("state <> 'carried_out' OR ended_by <> laid_down_by", name="second_person"),
        Index("uq_rebalance_waiting", "state", unique=True, sqlite_where=_WAITS, postgresql_where=_WAITS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    until: Mapped[date] = mapped_column(Date)
    """Budgets of which the period ends up to and including this day are taken to lapse."""
    saved_cents: Mapped[int] = mapped_column(Cents)
    """What stays usable that would lapse, when all of it is carried out."""
    proven: Mapped[bool]
    """Whether it is proven that no other re-assignments save more."""
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[RebalanceState] = mapped_column(choice(RebalanceState), default=RebalanceState.LAID_DOWN)
    laid_down_at: Mapped[datetime]
    laid_down_by: Mapped[str] = mapped_column(String(80))
    laid_down_by_name: Mapped[str] = mapped_column(String(100))
    ended_at: Mapped[datetime | None]
    """When it was carried out or dropped."""
    ended_by: Mapped[str | None] = mapped_column(String(80))
    ended_by_name: Mapped[str | None] = mapped_column(String(100))

    moves: Mapped[list[RebalanceMove]] = relationship(back_populates="rebalance", order_by="RebalanceMove.number")


class RebalanceMove(Base):
    """One re-assignment of a rebalance, in the order in which they are carried out."""

    __tablename__ = "rebalance_move"
    __table_args__ = (
        UniqueConstraint("rebalance_id", "number"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("from_line_id <> to_line_id", name="two_lines"),
        CheckConstraint(f"stands IN ({_MOVABLE})", name="stands_movable"),
        CheckConstraint("(stands = 'paid') = (payment_id IS NOT NULL)", name="paid_has_payment"),
        CheckConstraint("(outcome = 'done') = (reassignment_id IS NOT NULL)", name="done_is_booked"),
        CheckConstraint("(outcome = 'skipped') = (skipped_code IS NOT NULL)", name="skipped_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rebalance_id: Mapped[int] = mapped_column(ForeignKey("rebalance.id"), index=True)
    number: Mapped[int]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    from_line_id: Mapped[int] = mapped_column(ForeignKey("funding_line.id"), index=True)
    to_line_id: Mapped[int] = mapped_column(ForeignKey("funding_line.id"), index=True)
    amount_cents: Mapped[int] = mapped_column(Cents)
    stands: Mapped[AccountKind] = mapped_column(choice(AccountKind))
    """Whether it is reserved, spent or paid."""
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"), index=True)
    """Of paid money: the transfer that goes over in full."""
    why: Mapped[MoveReason] = mapped_column(choice(MoveReason))
    outcome: Mapped[MoveOutcome] = mapped_column(choice(MoveOutcome), default=MoveOutcome.WAITING)
    skipped_code: Mapped[str | None] = mapped_column(String(60))
    reassignment_id: Mapped[int | None] = mapped_column(ForeignKey("reassignment.id"), unique=True)

    rebalance: Mapped[Rebalance] = relationship(back_populates="moves")
    voucher: Mapped[Voucher] = relationship(lazy="joined")
    from_line: Mapped[FundingLine] = relationship(foreign_keys=[from_line_id], lazy="joined")
    to_line: Mapped[FundingLine] = relationship(foreign_keys=[to_line_id], lazy="joined")
