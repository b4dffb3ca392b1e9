"""Tables of what goes with an agreement: its parties, duties and papers, and who agreed to changes of plan and budget."""

from __future__ import annotations

import calendar
import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.framework.funding.models import Agreement, Funder
from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, choice, new_public_id
from portal.post.files.models import StoredFile


class DutyKind(enum.StrEnum):
    """What the region has to do under an agreement."""

    COFINANCING = "cofinancing"
    """Others pay a part of the costs."""
    REPORT = "report"
    INDICATOR = "indicator"
    """A figure that is counted and told."""
    ALLOWED_COSTS = "allowed_costs"
    """What the money may be used for, and how much of it."""
    EARMARK = "earmark"
    OTHER = "other"


class Repeated(enum.StrEnum):
    """How often a duty comes back."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"

    @property
    def months(self) -> int:
        """After how many months it is due again."""
        return {Repeated.MONTHLY: 1, Repeated.QUARTERLY: 3, Repeated.YEARLY: 12}[self]

    def next_day(self, counted_from: date, *, after: date) -> date:
        """The first day after another one on which it is due again; the last day of a month that is too short."""
        whole = (after.year - counted_from.year) * 12 + after.month - counted_from.month
        step = max(0, whole // self.months)
        while True:
            year, month = divmod(counted_from.year * 12 + counted_from.month - 1 + step * self.months, 12)
            day = date(year, month + 1, min(counted_from.day, calendar.monthrange(year, month + 1)[1]))
            if day > after:
                return day
            step += 1


class AskedOf(enum.StrEnum):
    """Who has to agree to a change of plan or budget."""

    STEERING_GROUP = "steering_group"
    FUNDER = "funder"


class AnswerState(enum.StrEnum):
    """What was answered, by one or by all who were asked."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class AgreementParty(Base):
    """Who made the agreement, and on which day they signed; no day while they still have to."""

    __tablename__ = "agreement_party"
    __table_args__ = (
        UniqueConstraint("agreement_id", "name"),
        CheckConstraint("length(name) > 0", name="name_given"),
        CheckConstraint(
            "(signed_on IS NULL) = (signed_noted_at IS NULL) AND (signed_on IS NULL) = (signed_noted_by IS NULL)",
            name="signature_noted_by_someone",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    signed_on: Mapped[date | None] = mapped_column(Date)
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(80))
    signed_noted_at: Mapped[datetime | None]
    signed_noted_by: Mapped[str | None] = mapped_column(String(80))


class AgreementDuty(Base):
    """One thing that the region has to do. Of one that comes back each time has a row; the next follows when it is done."""

    __tablename__ = "agreement_duty"
    __table_args__ = (
        CheckConstraint("length(text) > 0", name="text_given"),
        CheckConstraint("amount_cents IS NULL OR amount_cents > 0", name="amount_positive"),
        CheckConstraint("repeated IS NULL OR due_on IS NOT NULL", name="repeated_has_day"),
        CheckConstraint("(repeated IS NULL) = (counted_from IS NULL)", name="repeated_is_counted"),
        CheckConstraint(
            "(done_on IS NULL) = (done_at IS NULL) AND (done_on IS NULL) = (done_by IS NULL)"
            " AND (done_on IS NULL) = (done_note IS NULL)",
            name="done_by_someone_with_note",
        ),
        CheckConstraint(
            "(dropped_at IS NULL) = (dropped_by IS NULL) AND (dropped_at IS NULL) = (drop_reason IS NULL)",
            name="dropped_by_someone_for_a_reason",
        ),
        CheckConstraint("done_on IS NULL OR dropped_at IS NULL", name="done_or_dropped"),
        Index(
            "ix_agreement_duty_due",
            "due_on",
            sqlite_where=text("done_on IS NULL AND dropped_at IS NULL"),
            postgresql_where=text("done_on IS NULL AND dropped_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("agreement_duty.id"), unique=True)
    """The one before it, of a duty that comes back."""
    kind: Mapped[DutyKind] = mapped_column(choice(DutyKind))
    text: Mapped[str] = mapped_column(Text)
    amount_cents: Mapped[int | None] = mapped_column(Cents)
    due_on: Mapped[date | None] = mapped_column(Date)
    repeated: Mapped[Repeated | None] = mapped_column(choice(Repeated))
    counted_from: Mapped[date | None] = mapped_column(Date)
    """From which day the later ones are counted, so that the last day of a month stays the last day."""
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(80))
    done_on: Mapped[date | None] = mapped_column(Date)
    done_note: Mapped[str | None] = mapped_column(Text)
    """By what it can be seen that it was done."""
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(String(80))
    dropped_at: Mapped[datetime | None]
    dropped_by: Mapped[str | None] = mapped_column(String(80))
    drop_reason: Mapped[str | None] = mapped_column(Text)

    agreement: Mapped[Agreement] = relationship(lazy="joined")

    @property
    def is_open(self) -> bool:
        """Whether it still has to be done."""
        return self.done_on is None and self.dropped_at is None


@append_only
class AgreementDocument(Base):
    """A paper of an agreement, kept sealed."""

    __tablename__ = "agreement_document"
    __table_args__ = (CheckConstraint("length(title) > 0", name="title_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(80))

    file: Mapped[StoredFile] = relationship(lazy="joined")


@append_only
class PlanChange(Base):
    """A change of plan or budget that was asked for, in words. Where it stands is said by the answers."""

    __tablename__ = "plan_change"
    __table_args__ = (CheckConstraint("length(what) > 0", name="what_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    what: Mapped[str] = mapped_column(Text)
    asked_on: Mapped[date] = mapped_column(Date)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(80))

    agreement: Mapped[Agreement] = relationship(lazy="joined")
    approvals: Mapped[list[PlanApproval]] = relationship(
        back_populates="change", order_by="PlanApproval.id", lazy="selectin"
    )

    @property
    def state(self) -> AnswerState:
        """Refused when one refused, approved when all approved, otherwise it waits."""
        states = {one.state for one in self.approvals}
        if AnswerState.REFUSED in states:
            return AnswerState.REFUSED
        return AnswerState.APPROVED if states == {AnswerState.APPROVED} else AnswerState.WAITING


class PlanApproval(Base):
    """What one of those who were asked answered, and who wrote that down."""

    __tablename__ = "plan_approval"
    __table_args__ = (
        CheckConstraint("(asked_of = 'funder') = (funder_id IS NOT NULL)", name="funder_named"),
        CheckConstraint("approved_on IS NULL OR refused_on IS NULL", name="one_answer"),
        CheckConstraint(
            "(approved_on IS NULL AND refused_on IS NULL) = (recorded_at IS NULL)"
            " AND (recorded_at IS NULL) = (recorded_by IS NULL) AND (recorded_at IS NULL) = (note IS NULL)",
            name="answer_recorded_by_someone_with_note",
        ),
        UniqueConstraint("change_id", "funder_id"),
        Index(
            "uq_plan_approval_steering_group",
            "change_id",
            unique=True,
            sqlite_where=text("asked_of = 'steering_group'"),
            postgresql_where=text("asked_of = 'steering_group'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    change_id: Mapped[int] = mapped_column(ForeignKey("plan_change.id"), index=True)
    asked_of: Mapped[AskedOf] = mapped_column(choice(AskedOf))
    funder_id: Mapped[int | None] = mapped_column(ForeignKey("funder.id"), index=True)
    approved_on: Mapped[date | None] = mapped_column(Date)
    refused_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str | None] = mapped_column(Text)
    """Where the answer stands, and with which conditions."""
    recorded_at: Mapped[datetime | None]
    recorded_by: Mapped[str | None] = mapped_column(String(80))

    change: Mapped[PlanChange] = relationship(back_populates="approvals")
    funder: Mapped[Funder | None] = relationship(lazy="joined")

    @property
    def state(self) -> AnswerState:
        """What was answered."""
        if self.approved_on is not None:
            return AnswerState.APPROVED
        return AnswerState.REFUSED if self.refused_on is not None else AnswerState.WAITING
