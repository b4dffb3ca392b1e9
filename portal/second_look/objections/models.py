"""The table of objections. State, instant and person of every step stand or fall together (named CHECKs)."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice, new_public_id

_OPEN = text("state = 'open'")


class ObjectionState(enum.StrEnum):
    """Where an objection stands."""

    OPEN = "open"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class ObjectionOutcome(enum.StrEnum):
    """What was decided on an objection."""

    INADMISSIBLE = "inadmissible"
    UNFOUNDED = "unfounded"
    FOUNDED = "founded"


class WaiverReason(enum.StrEnum):
    """Why nobody was heard (Awb 7:3)."""

    INADMISSIBLE = "inadmissible"
    UNFOUNDED = "unfounded"
    NOT_WANTED = "not_wanted"
    """The objector said not to want to be heard."""
    FULLY_MET = "fully_met"
    """The objector gets everything, and nobody else can be harmed."""


class Objection(Base):
    """One objection against one decision."""

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint("length(grounds) > 0", name="grounds_given"),
        CheckConstraint("(late = (received_on > term_ended_on))", name="late_after_term"),
        CheckConstraint("lateness_excused IS NULL OR late", name="excused_when_late"),
        CheckConstraint("(lateness_excused IS NULL) = (lateness_reason IS NULL)", name="lateness_has_reason"),
        CheckConstraint(
            "(adjourned_at IS NULL) = (adjourned_by IS NULL) AND (adjourned_at IS NULL) = (adjourn_reason IS NULL)",
            name="adjourned_by_someone_for_a_reason",
        ),
        CheckConstraint("(hearing_on IS NULL) = (hearing_place IS NULL)", name="hearing_has_place"),
        CheckConstraint("(heard_on IS NULL) = (hearing_report IS NULL)", name="heard_has_report"),
        CheckConstraint("heard_on IS NULL OR waiver IS NULL", name="heard_or_waived"),
        CheckConstraint(
            "(waiver IS NULL) = (waived_at IS NULL) AND (waiver IS NULL) = (waived_by IS NULL)",
            name="waived_by_someone",
        ),
        CheckConstraint("(state = 'decided') = (outcome IS NOT NULL)", name="decided_has_outcome"),
        CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (decided_by IS NULL)"
            " AND (outcome IS NULL) = (rationale IS NULL)",
            name="decided_by_someone_for_a_reason",
        ),
        CheckConstraint("outcome IS NULL OR heard_on IS NOT NULL OR waiver IS NOT NULL", name="heard_before_decided"),
        CheckConstraint("new_decision_id IS NULL OR outcome = 'founded'", name="new_decision_when_founded"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_instant"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_someone"),
        Index("uq_objection_open", "decision_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_objection_state_decide_by", "state", "decide_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    state: Mapped[ObjectionState] = mapped_column(choice(ObjectionState), default=ObjectionState.OPEN)
    received_on: Mapped[date] = mapped_column(Date)
    """The day on which it came in, or was posted when that is what counts (Awb 6:9)."""
    grounds: Mapped[str] = mapped_column(Text)
    term_ended_on: Mapped[date] = mapped_column(Date)
    """Last day of the objection term."""
    late: Mapped[bool] = mapped_column(Boolean)
    lateness_excused: Mapped[bool | None] = mapped_column(Boolean)
    """Awb 6:11: no reasonable person would say that the objector was in default."""
    lateness_reason: Mapped[str | None] = mapped_column(Text)
    committee: Mapped[bool] = mapped_column(Boolean)
    """An advisory committee hears and advises (Awb 7:13): twelve weeks instead of six."""
    decide_by: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(80))
    adjourned_at: Mapped[datetime | None]
    adjourned_by: Mapped[str | None] = mapped_column(String(80))
    adjourn_reason: Mapped[str | None] = mapped_column(Text)
    hearing_on: Mapped[datetime | None]
    hearing_place: Mapped[str | None] = mapped_column(String(200))
    heard_on: Mapped[date | None] = mapped_column(Date)
    hearing_report: Mapped[str | None] = mapped_column(Text)
    waiver: Mapped[WaiverReason | None] = mapped_column(choice(WaiverReason))
    waived_at: Mapped[datetime | None]
    waived_by: Mapped[str | None] = mapped_column(String(80))
    outcome: Mapped[ObjectionOutcome | None] = mapped_column(choice(ObjectionOutcome))
    rationale: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_by_name: Mapped[str | None] = mapped_column(String(100))
    new_decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))

    @property
    def admissible(self) -> bool:
        """Whether the objection came in time, or was late for a good reason."""
        return not self.late or self.lateness_excused is True
