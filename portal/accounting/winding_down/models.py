"""Tables of winding down: the act itself, the steps that were closed, and where what is left goes."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.framework.funding.models import Funder, FundingLine
from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, Json, choice, new_public_id


class WindDownStep(enum.StrEnum):
    """The steps in their order; the last one says that all were closed."""

    STOP = "stop"
    """No new applications after a day."""
    RUN_OFF = "run_off"
    """What was applied for is decided, and every voucher is used or ended."""
    SETTLEMENT = "settlement"
    """Nothing is to be paid or to come back any more."""
    REPORT = "report"
    """The final report over the whole run, with its hash."""
    TRANSFER = "transfer"
    """What is left goes back to the funder or to another funding line; two people do that."""
    DONE = "done"


_CALLED_OFF = text("called_off_at IS NULL")


class WindingDown(Base):
    """The end of the money of one funder: all its funding lines, and the schemes that end with them."""

    __tablename__ = "winding_down"
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="reason_given"),
        CheckConstraint(
            "(called_off_at IS NULL) = (called_off_by IS NULL) AND (called_off_at IS NULL) = (called_off_reason IS NULL)",
            name="called_off_by_someone_for_a_reason",
        ),
        CheckConstraint("called_off_at IS NULL OR (step <> 'done' AND laid_down_at IS NULL)", name="not_both"),
        CheckConstraint(
            "(laid_down_at IS NULL) = (laid_down_by IS NULL) AND (laid_down_at IS NULL) = (laid_down_by_name IS NULL)",
            name="laid_down_by_someone",
        ),
        CheckConstraint("laid_down_at IS NULL OR step IN ('transfer', 'done')", name="laid_down_in_the_last_step"),
        CheckConstraint("(step = 'done') = (done_at IS NOT NULL)", name="done_when_step_says_so"),
        CheckConstraint(
            "(done_at IS NULL) = (done_by IS NULL) AND (done_at IS NULL) = (done_by_name IS NULL)"
            " AND (done_at IS NULL OR laid_down_at IS NOT NULL)",
            name="done_whole",
        ),
        CheckConstraint("done_by IS NULL OR done_by <> laid_down_by", name="second_person"),
        Index(
            "uq_winding_down_running",
            "funder_id",
            unique=True,
            sqlite_where=_CALLED_OFF,
            postgresql_where=_CALLED_OFF,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    funder_id: Mapped[int] = mapped_column(ForeignKey("funder.id"), index=True)
    schemes: Mapped[list[str]] = mapped_column(Json)
    """Slugs of the schemes that end with this money."""
    last_day: Mapped[date] = mapped_column(Date)
    """The last day on which one can apply for those schemes."""
    reason: Mapped[str] = mapped_column(Text)
    step: Mapped[WindDownStep] = mapped_column(choice(WindDownStep), default=WindDownStep.STOP)
    """The step that is open."""
    begun_at: Mapped[datetime]
    begun_by: Mapped[str] = mapped_column(String(80))
    begun_by_name: Mapped[str] = mapped_column(String(100))
    called_off_at: Mapped[datetime | None]
    called_off_by: Mapped[str | None] = mapped_column(String(80))
    called_off_reason: Mapped[str | None] = mapped_column(Text)
    laid_down_at: Mapped[datetime | None]
    """When one person said where what is left goes."""
    laid_down_by: Mapped[str | None] = mapped_column(String(80))
    laid_down_by_name: Mapped[str | None] = mapped_column(String(100))
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(String(80))
    done_by_name: Mapped[str | None] = mapped_column(String(100))

    funder: Mapped[Funder] = relationship(lazy="joined")

    @property
    def is_running(self) -> bool:
        """Whether it was neither called off nor done."""
        return self.called_off_at is None and self.step is not WindDownStep.DONE


@append_only
class ClosedStep(Base):
    """One step that was closed: by whom, with what was noted, and of the report its hash."""

    __tablename__ = "closed_step"
    __table_args__ = (
        UniqueConstraint("winding_down_id", "step"),
        CheckConstraint("step <> 'done'", name="a_step"),
        CheckConstraint("(step = 'report') = (sha256 IS NOT NULL)", name="report_has_hash"),
        CheckConstraint("(step = 'report') = (report_until IS NOT NULL)", name="report_has_last_day"),
        CheckConstraint("sha256 IS NULL OR length(sha256) = 64", name="hash_whole"),
        CheckConstraint("closed_by <> ''", name="closed_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    winding_down_id: Mapped[int] = mapped_column(ForeignKey("winding_down.id"), index=True)
    step: Mapped[WindDownStep] = mapped_column(choice(WindDownStep))
    note: Mapped[str | None] = mapped_column(Text)
    """Why it is closed although something is not as it was agreed (co-financing that is short)."""
    figures: Mapped[dict[str, Any]] = mapped_column(Json)
    """What the books said at that moment, in cents: budget, spent, paid and left of all lines together."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the final report: the statement over the whole run and every figure of the accountability report."""
    report_until: Mapped[date | None] = mapped_column(Date)
    """The last day of that report."""
    closed_at: Mapped[datetime]
    closed_by: Mapped[str] = mapped_column(String(80))
    closed_by_name: Mapped[str] = mapped_column(String(100))


class Leftover(Base):
    """What is left on one funding line, and where it goes: to another line, or (without one) back to the funder."""

    __tablename__ = "leftover"
    __table_args__ = (
        UniqueConstraint("winding_down_id", "funding_line_id"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("to_line_id IS NULL OR to_line_id <> funding_line_id", name="to_another_line"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    winding_down_id: Mapped[int] = mapped_column(ForeignKey("winding_down.id"), index=True)
    funding_line_id: Mapped[int] = mapped_column(ForeignKey("funding_line.id"), index=True)
    to_line_id: Mapped[int | None] = mapped_column(ForeignKey("funding_line.id"), index=True)
    amount_cents: Mapped[int] = mapped_column(Cents)

    line: Mapped[FundingLine] = relationship(foreign_keys=[funding_line_id], lazy="joined")
    to_line: Mapped[FundingLine | None] = relationship(foreign_keys=[to_line_id], lazy="joined")
