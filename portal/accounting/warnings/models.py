"""Tables of the plan for questions, of warnings that somebody has seen, and of who wants them by mail each week."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.cases.origins.models import CODE_LENGTH
from portal.cases.questions.models import Route
from portal.platform.database import Base, choice

LONGEST_NOTE, LONGEST_KEY = 500, 100
LARGEST_PLAN = 100_000
"""Questions in a month."""
EVERY_CHANNEL = ""
"""What stands for however somebody heard of the desk."""
_STANDS = text("ended_at IS NULL")


class WarningKind(enum.StrEnum):
    """What a warning is about."""

    FEW_QUESTIONS = "few_questions"
    """Fewer questions come in by a route than the region planned, beyond chance."""
    LAPSING = "lapsing"
    """The period of a funding line ends soon, or ended, and it has money left."""
    RUNNING_OUT = "running_out"
    """A funding line has little left, or is empty soon at the pace of late."""
    VOUCHERS_END = "vouchers_end"
    """Vouchers end soon that were not used up."""
    TERMS_PAST = "terms_past"
    """Applications of which the legal term is over (Awb 4:13)."""
    TERMS_NEAR = "terms_near"
    """Applications of which the legal term is over within a week."""
    DUTY = "duty"
    """A report or another duty is due."""
    CLAIMS_END = "claims_end"
    """What was paid too much can soon no longer be claimed back or collected (Awb 4:57, 4:104), or can no more."""
    LEAD_TIME = "lead_time"
    """A step takes longer than was promised."""


class WarningSeverity(enum.StrEnum):
    """How much hurry there is."""

    NOTICE = "notice"
    URGENT = "urgent"


class InflowPlan(Base):
    """How many questions a month the region expects by a route, in all or of who heard of the desk in one way.

    Holds from its first day until the first day of the next one.
    """

    __tablename__ = "inflow_plan"
    __table_args__ = (
        UniqueConstraint("route", "channel", "valid_from"),
        CheckConstraint(f"per_month BETWEEN 0 AND {LARGEST_PLAN}", name="per_month_range"),
        CheckConstraint("set_by <> ''", name="set_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    route: Mapped[Route] = mapped_column(choice(Route))
    channel: Mapped[str] = mapped_column(String(CODE_LENGTH), default=EVERY_CHANNEL)
    """How people heard of the desk (`HeardFrom`); empty: however they did."""
    valid_from: Mapped[date] = mapped_column(Date)
    per_month: Mapped[int] = mapped_column(Integer)
    """0 from a day on: there is no plan any more."""
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(80))


class SeenWarning(Base):
    """Somebody has seen a warning and does not want it again until after a day, with a note that the others read.

    It is left out for this account alone: nobody hides a warning from another. `account_id` has no foreign key: what somebody
    noted outlives the account.
    """

    __tablename__ = "seen_warning"
    __table_args__ = (
        CheckConstraint("length(warning_key) > 0", name="of_a_warning"),
        CheckConstraint("length(note) > 0", name="has_note"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_someone"),
        CheckConstraint("ended_at IS NULL OR ended_at >= seen_at", name="ended_after_seen"),
        Index(
            "uq_seen_warning_stands",
            "account_id",
            "warning_key",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(Integer)
    warning_key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    severity: Mapped[WarningSeverity] = mapped_column(choice(WarningSeverity))
    """As it was then: a warning that became more urgent is shown again."""
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE))
    until: Mapped[date] = mapped_column(Date)
    """The last day on which it is left out."""
    seen_at: Mapped[datetime]
    seen_by: Mapped[str] = mapped_column(String(80))
    seen_by_name: Mapped[str] = mapped_column(String(100))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))


class DigestSubscription(Base):
    """Whether an account wants the warnings by mail each week, and of which week it had them last."""

    __tablename__ = "digest_subscription"
    __table_args__ = (CheckConstraint("changed_by <> ''", name="changed_by_someone"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(Integer, unique=True)
    is_on: Mapped[bool]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(80))
    last_week: Mapped[date | None] = mapped_column(Date)
    """The Monday of the last week of which the mail was put in the outbox."""
