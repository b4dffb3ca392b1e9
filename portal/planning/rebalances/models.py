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

    ASKED = "asked"
    """One person asked for it; it is worked out apart from the page."""
    LAID_DOWN = "laid_down"
    """It was worked out; it waits for a second person."""
    NOTHING = "nothing"
    """It was worked out, and there is nothing to gain."""
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


OPEN = (RebalanceState.ASKED, RebalanceState.LAID_DOWN)
"""What is not over: at most one of each at a time."""
_OPEN = "state IN ('asked', 'laid_down')"


class Rebalance(Base):
    """A whole plan of re-assignments: asked for, worked out once, and never changed after that. At most one waits at a time."""

    __tablename__ = "rebalance"
    __table_args__ = (
        CheckConstraint("saved_cents >= 0", name="saved_not_negative"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
        CheckConstraint(f"({_OPEN}) = (ended_at IS NULL)", name="ended_when_state_says_so"),
        CheckConstraint(
            "(worked_out_at IS NULL) = (worked_out_by IS NULL) AND (worked_out_at IS NULL) = (worked_out_by_name IS NULL)"
            " AND (worked_out_at IS NOT NULL OR (books_print IS NULL AND fewest_moves IS NULL AND of_day IS NULL))",
            name="worked_out_whole",
        ),
        CheckConstraint(
            "state = 'dropped' OR (state = 'asked') = (worked_out_at IS NULL)", name="worked_out_when_state_says_so"
        ),
        CheckConstraint("books_print IS NULL OR length(books_print) = 64", name="print_is_one"),
        CheckConstraint("fewest_moves IS NULL OR fewest_moves >= 0", name="bound_not_negative"),
        CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_by_name IS NULL)",
            name="ended_whole",
        ),
        CheckConstraint("state <> 'carried_out' OR ended_by <> laid_down_by", name="second_person"),
        Index("uq_rebalance_waiting", "state", unique=True, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    until: Mapped[date] = mapped_column(Date)
    """Budgets of which the period ends up to and including this day are taken to lapse."""
    saved_cents: Mapped[int] = mapped_column(Cents)
    """What stays usable that would lapse, when all of it is carried out; 0 before it is worked out."""
    proven: Mapped[bool]
    """Whether it is proven that no other re-assignments save more."""
    fewest_moves: Mapped[int | None]
    """With fewer re-assignments than this the same cannot be had: proven. Empty where that is not known."""
    of_day: Mapped[date | None] = mapped_column(Date)
    """The day on which the books were read from which it was worked out."""
    books_print: Mapped[str | None] = mapped_column(String(64))
    """The print of these books (`queries.print_of_books`): who compares it sees whether something was booked since."""
    worked_out_at: Mapped[datetime | None]
    worked_out_by: Mapped[str | None] = mapped_column(String(80))
    """Who asked the desk to work it out."""
    worked_out_by_name: Mapped[str | None] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[RebalanceState] = mapped_column(choice(RebalanceState), default=RebalanceState.ASKED)
    laid_down_at: Mapped[datetime]
    """When somebody asked for it, and said why."""
    laid_down_by: Mapped[str] = mapped_column(String(80))
    laid_down_by_name: Mapped[str] = mapped_column(String(100))
    ended_at: Mapped[datetime | None]
    """When it was carried out or dropped, or nothing could be gained."""
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
