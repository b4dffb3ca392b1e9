"""The table of long work: what was asked, by whom, how far it is, and who does it now. Ids only, no personal data."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice, new_public_id


class WorkKind(enum.StrEnum):
    """What can be asked for."""

    JOB = "job"
    """Everything of one job that is due; `about` is its name."""
    REPLAY = "replay"
    """A draft over past questions and invented people; `about` is the id of the version."""
    SCENARIO = "scenario"
    """A scenario over the years ahead; `about` is its public id."""
    FORECAST = "forecast"
    """What every budget will do; `about` is `WHOLE_REGION`."""
    PRICES = "prices"
    """Prices of budgets, from sampled years; `about` is `WHOLE_REGION`."""
    ROUND = "round"
    """The money of a round, divided over its applications; `about` is its public id."""
    REBALANCE = "rebalance"
    """A plan of re-assignments; `about` is its public id."""
    ROOM = "surety_room"
    """How much may be promised beyond a budget; `about` is the public id of the surety."""
    TAKEOVER_TRIAL = "takeover_trial"
    """The trial run of an administration from before the desk; `about` is its public id."""
    TAKEOVER = "takeover"
    """Writing it in the books, part by part; `about` is its public id."""
    TAKEOVER_UNDO = "takeover_undo"
    """Booking it back, part by part; `about` is its public id."""
    REPORT_FILE = "report_file"
    """A file of a large report; `about` is its public id."""
    TRAININGS = "trainings"
    """Taking in a long list of trainings, part by part; `about` is its public id."""
    SEARCH = "search"
    """The index by which everything is found, made anew."""

    @property
    def keeps_parts(self) -> bool:
        """Whether what was done before a pause stays. Where it does not, who takes the work up begins at the beginning."""
        return self in KEEPS_PARTS


KEEPS_PARTS = frozenset(
    {WorkKind.JOB, WorkKind.SCENARIO, WorkKind.TAKEOVER, WorkKind.TAKEOVER_UNDO, WorkKind.TRAININGS}
)
"""Kinds of which each step is kept when it is done; of all others nothing is kept before the end."""

LONGEST_REASON = 500
WHOLE_REGION = "region"
"""What is worked out for the region as a whole: one at a time."""


class WorkState(enum.StrEnum):
    """Where it stands. What was paused goes on where it was."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


OPEN = (WorkState.WAITING, WorkState.RUNNING, WorkState.PAUSED)
"""What is not over."""
NOT_OVER = "state IN ('waiting', 'running', 'paused')"


class LongWork(Base):
    """One piece of long work. Who does it holds a lease; when that process is gone, the lease runs out and another goes on."""

    __tablename__ = "long_work"
    __table_args__ = (
        CheckConstraint("(state IN ('done', 'cancelled', 'failed')) = (ended_at IS NOT NULL)", name="over_has_instant"),
        CheckConstraint("(state = 'running') = (lease IS NOT NULL)", name="running_by_somebody"),
        CheckConstraint("(state = 'running') = (leased_until IS NOT NULL)", name="running_until"),
        CheckConstraint("(state = 'failed') = (trouble IS NOT NULL)", name="failed_for_a_reason"),
        CheckConstraint(
            "(trouble_nl IS NULL) = (trouble_en IS NULL) AND (trouble_nl IS NULL OR trouble IS NOT NULL)",
            name="reason_in_both_languages",
        ),
        CheckConstraint("(state = 'cancelled') = (cancelled_by IS NOT NULL)", name="cancelled_by_somebody"),
        CheckConstraint("done >= 0 AND total >= 0 AND milliseconds >= 0", name="counts_not_negative"),
        Index("ix_long_work_state", "state"),
        Index(
            "uq_long_work_open",
            "kind",
            "about",
            unique=True,
            sqlite_where=text(NOT_OVER),
            postgresql_where=text(NOT_OVER),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    kind: Mapped[WorkKind] = mapped_column(choice(WorkKind))
    about: Mapped[str] = mapped_column(String(80))
    state: Mapped[WorkState] = mapped_column(choice(WorkState))
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(80))
    done: Mapped[int] = mapped_column(Integer, default=0)
    """So many steps are done, of `total`."""
    total: Mapped[int] = mapped_column(Integer, default=0)
    """Zero while nobody knows."""
    milliseconds: Mapped[int] = mapped_column(Integer, default=0)
    """For so long somebody worked at it, pauses left out."""
    ended_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None] = mapped_column(String(80))
    lease: Mapped[str | None] = mapped_column(String(32))
    leased_until: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(String(80))
    """The code of what went wrong."""
    trouble_nl: Mapped[str | None] = mapped_column(String(LONGEST_REASON))
    """What went wrong and what somebody can do about it, as it was said then; not there for what failed before this was kept."""
    trouble_en: Mapped[str | None] = mapped_column(String(LONGEST_REASON))

    @property
    def per_minute(self) -> int | None:
        """How many steps a minute; None while that cannot be said."""
        return round(self.done * 60_000 / self.milliseconds) if self.done and self.milliseconds >= 1000 else None

    @property
    def seconds_left(self) -> int | None:
        """For how many more seconds of work, at the rate so far; None while that cannot be said."""
        if not self.done or self.milliseconds < 1000 or self.total < self.done:
            return None
        return round((self.total - self.done) * self.milliseconds / self.done / 1000)
