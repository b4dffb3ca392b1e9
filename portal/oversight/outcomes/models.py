"""The table of outcomes: one row per voucher and moment of asking, answered or not."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.platform.database import Base, choice, new_public_id
from portal.spending.vouchers.models import Voucher


class Moment(enum.StrEnum):
    """How long after the end is asked."""

    WEEK = "week"
    HALF_YEAR = "half_year"
    YEAR = "year"


class TrainingEnd(enum.StrEnum):
    """How the training ended."""

    COMPLETED = "completed"
    CERTIFICATE = "certificate"
    DIPLOMA = "diploma"
    STOPPED = "stopped"
    STILL_BUSY = "still_busy"


class Work(enum.StrEnum):
    """What somebody does for a living."""

    SAME_JOB = "same_job"
    OTHER_JOB = "other_job"
    SELF_EMPLOYED = "self_employed"
    LOOKING = "looking"
    LEARNING = "learning"
    OTHER = "other"


_WORK = ", ".join(f"'{kind.value}'" for kind in Work)


class WithoutFund(enum.StrEnum):
    """Would it have been done without the money?"""

    YES = "yes"
    LATER = "later"
    SMALLER = "smaller"
    NO = "no"
    UNKNOWN = "unknown"


class TrainingOutcome(Base):
    """One time that the holder of a voucher was asked what became of it. Answering is voluntary."""

    __tablename__ = "outcome"
    __table_args__ = (
        UniqueConstraint("voucher_id", "moment"),
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (result IS NULL)"
            " AND (answered_at IS NULL) = (work_after IS NULL) AND (answered_at IS NULL) = (without_fund IS NULL)",
            name="answered_whole",
        ),
        CheckConstraint("work_before IS NULL OR answered_at IS NOT NULL", name="before_with_answer"),
        CheckConstraint(f"work_before IN ({_WORK})", name="work_before"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    moment: Mapped[Moment] = mapped_column(choice(Moment))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(80))
    result: Mapped[TrainingEnd | None] = mapped_column(choice(TrainingEnd, "result"))
    work_before: Mapped[str | None] = mapped_column(String(40))
    """What they did before the training; asked the first time."""
    work_after: Mapped[Work | None] = mapped_column(choice(Work))
    without_fund: Mapped[WithoutFund | None] = mapped_column(choice(WithoutFund))

    voucher: Mapped[Voucher] = relationship(lazy="joined")
