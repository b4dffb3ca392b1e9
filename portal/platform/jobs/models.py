"""The table of the job runner: one row per item that was ever taken up."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice


class JobState(enum.StrEnum):
    """Where an item stands. A dead one failed too often and waits for a person."""

    LEASED = "leased"
    FAILED = "failed"
    DEAD = "dead"
    DONE = "done"


class JobItem(Base):
    """One item of one job: who holds it until when, how often it was tried, and what went wrong. No personal data."""

    __tablename__ = "job_item"
    __table_args__ = (
        UniqueConstraint("job", "item"),
        CheckConstraint("(state = 'leased') = (leased_until IS NOT NULL)", name="leased_until"),
        CheckConstraint("(state = 'leased') = (lease IS NOT NULL)", name="leased_to_somebody"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_has_instant"),
        CheckConstraint("state NOT IN ('failed', 'dead') OR trouble IS NOT NULL", name="failed_for_a_reason"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        Index("ix_job_item_state_due_at", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(40))
    item: Mapped[str] = mapped_column(String(80))
    """What it is about, by ids: ``12:2026-08-29``."""
    state: Mapped[JobState] = mapped_column(choice(JobState))
    attempts: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime]
    lease: Mapped[str | None] = mapped_column(String(32))
    leased_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(String(80))
