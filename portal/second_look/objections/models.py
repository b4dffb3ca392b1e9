"""The tables of objections. State, instant and person of every step stand or fall together (named CHECKs)."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice, new_public_id
from portal.platform.sealed_columns import ADDRESS, NAME, SealedText

_OPEN = text("state = 'open' AND third_name = ''")
_OPEN_OF_ANOTHER = text("state = 'open' AND third_name <> ''")


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
    """The objector said not to want to be heard (c)."""
    NO_ANSWER = "no_answer"
    """The objector did not say, within a reasonable term that was set, to want to be heard (d)."""
    FULLY_MET = "fully_met"
    """The objector gets everything, and nobody else can be harmed."""


class DelayBasis(enum.StrEnum):
    """Why a decision on an objection may be delayed further (Awb 7:10, fourth paragraph)."""

    ALL_AGREE = "all_agree"
    OBJECTOR_AGREES = "objector_agrees"
    """And nobody else can be harmed by it."""
    PROCEDURE = "procedure"
    """Needed to keep to rules of procedure of the law."""


class Objection(Base):
    """One objection against one decision, of who asked or of another interested person (Awb 1:2, 7:1)."""

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint(
            "length(grounds) > 0 OR outcome IS NULL OR outcome = 'inadmissible'", name="grounds_given_or_inadmissible"
        ),
        CheckConstraint("(late = (term_ended_on IS NOT NULL AND counts_on > term_ended_on))", name="late_after_term"),
        CheckConstraint(
            "counts_on = received_on OR (posted_on IS NOT NULL AND counts_on = posted_on)",
            name="counts_as_received_or_posted",
        ),
        CheckConstraint("posted_on IS NULL OR posted_on <= received_on", name="posted_before_received"),
        CheckConstraint(
            "(hear_asked_at IS NULL) = (hear_asked_by IS NULL) AND (hear_asked_at IS NULL) = (hear_answer_by IS NULL)",
            name="asked_whether_heard_by_someone",
        ),
        CheckConstraint("hear_wanted_on IS NULL OR hear_asked_at IS NOT NULL", name="wants_to_be_heard_when_asked"),
        CheckConstraint("waiver <> 'no_answer' OR hear_wanted_on IS NULL", name="no_answer_when_none_came"),
        CheckConstraint(
            "(third_name = '') = (third_interest = '') AND (third_name = '') = (third_street = '')"
            " AND (third_name = '') = (third_postcode = '') AND (third_name = '') = (third_city = '')",
            name="another_has_interest_and_address",
        ),
        CheckConstraint(
            "(interested IS NULL) = (interest_judged_at IS NULL) AND (interested IS NULL) = (interest_judged_by IS NULL)"
            " AND (interested IS NULL) = (interest_reason IS NULL)",
            name="interest_judged_by_someone",
        ),
        CheckConstraint("interested IS NULL OR third_name <> ''", name="interest_of_another_judged"),
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
        Index(
            "uq_objection_open_of_another",
            "decision_id",
            "third_name",
            unique=True,
            sqlite_where=_OPEN_OF_ANOTHER,
            postgresql_where=_OPEN_OF_ANOTHER,
        ),
        Index("ix_objection_state_decide_by", "state", "decide_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    state: Mapped[ObjectionState] = mapped_column(choice(ObjectionState), default=ObjectionState.OPEN)
    received_on: Mapped[date] = mapped_column(Date)
    """The day on which it came in."""
    posted_on: Mapped[date | None] = mapped_column(Date)
    """The day of the postmark, when it came by post."""
    counts_on: Mapped[date] = mapped_column(Date)
    """The day that counts as that of filing (Awb 6:9): of the postmark when posted in time and received within a week after."""
    grounds: Mapped[str] = mapped_column(Text)
    """Empty while the objector has not said why (Awb 6:5, 6:6)."""
    term_ended_on: Mapped[date | None] = mapped_column(Date)
    """Last day of the objection term; None while the decision was never sent, so that no term runs (Awb 3:41, 6:8)."""
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
    hear_asked_at: Mapped[datetime | None]
    """When the objector was asked whether to be heard (Awb 7:3 d)."""
    hear_asked_by: Mapped[str | None] = mapped_column(String(80))
    hear_answer_by: Mapped[date | None] = mapped_column(Date)
    hear_wanted_on: Mapped[date | None] = mapped_column(Date)
    """The day on which the objector said to want to be heard."""
    third_name: Mapped[str] = mapped_column(SealedText(120, NAME, findable=True), default="")
    """Who objects, when that is another than who asked; empty otherwise."""
    third_interest: Mapped[str] = mapped_column(Text, default="")
    third_street: Mapped[str] = mapped_column(SealedText(120, ADDRESS), default="")
    third_postcode: Mapped[str] = mapped_column(SealedText(10, ADDRESS), default="")
    third_city: Mapped[str] = mapped_column(SealedText(80, ADDRESS), default="")
    interested: Mapped[bool | None] = mapped_column(Boolean)
    """Whether another who objects has an interest of its own that the decision touches directly (Awb 1:2)."""
    interest_judged_at: Mapped[datetime | None]
    interest_judged_by: Mapped[str | None] = mapped_column(String(80))
    interest_reason: Mapped[str | None] = mapped_column(Text)
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
        """Whether it came in time, or late for a good reason, and nobody found that the objector has no interest."""
        return (not self.late or self.lateness_excused is True) and self.interested is not False

    @property
    def of_another(self) -> bool:
        """Whether another than who asked objects."""
        return self.third_name != ""


class ObjectionRepair(Base):
    """The objector was asked to repair a default within a term (Awb 6:6). The decision term stands still meanwhile (7:10)."""

    __tablename__ = "objection_repair"
    __table_args__ = (
        CheckConstraint("answer_by > asked_on", name="answer_after_question"),
        CheckConstraint("repaired_on IS NULL OR repaired_on >= asked_on", name="repaired_after_question"),
        CheckConstraint("length(missing) > 0", name="says_what_is_missing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    objection_id: Mapped[int] = mapped_column(ForeignKey("objection.id"), index=True)
    missing: Mapped[str] = mapped_column(Text)
    """What is missing, in words for the letter."""
    asked_on: Mapped[date] = mapped_column(Date)
    answer_by: Mapped[date] = mapped_column(Date)
    repaired_on: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(80))


class FurtherDelay(Base):
    """A decision on an objection is delayed further than the law gives, with consent or for the procedure (Awb 7:10 lid 4)."""

    __tablename__ = "further_delay"
    __table_args__ = (
        CheckConstraint("length(agreed_by) > 0 AND length(reason) > 0", name="agreed_by_someone_for_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    objection_id: Mapped[int] = mapped_column(ForeignKey("objection.id"), index=True)
    basis: Mapped[DelayBasis] = mapped_column(choice(DelayBasis))
    until: Mapped[date] = mapped_column(Date)
    agreed_by: Mapped[str] = mapped_column(String(300))
    """Who agreed and how, or which rule makes it necessary."""
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(80))
