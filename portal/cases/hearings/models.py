"""The table of hearings before a decision."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, Cents, choice, new_public_id


class RefusalGround(enum.StrEnum):
    """On whose facts a refusal rests. It decides whether the applicant must be heard first (Awb 4:7)."""

    OWN_FACTS = "own_facts"
    """What the applicant supplied."""
    SAID_IN_TALK = "said_in_talk"
    """What the applicant supplied, and what the desk changed because the applicant said so."""
    OTHER_FACTS = "other_facts"
    """Facts about the applicant that differ from, or were not in, what the applicant supplied."""
    SLIGHT = "slight"
    """They differ, but so little that it can make no difference to the applicant (4:7, second paragraph)."""


class IntendedAct(enum.StrEnum):
    """What the desk thinks of doing, about which somebody is heard first."""

    REFUSE = "refuse"
    """Refusing (a part of) an application (Awb 4:7)."""
    REVOKE = "revoke"
    """Revoking what is open on a voucher (4:8, with 4:48)."""
    LOWER = "lower"
    """Taking a part of what is open on a voucher (4:8, with 4:48)."""
    END = "end"
    """Letting a voucher end on a day to come (4:8, with 4:50)."""
    SETTLE_LOWER = "settle_lower"
    """Settling a voucher at less than what was used (4:8, with 4:46, second paragraph)."""
    LOWER_SETTLED = "lower_settled"
    """Revoking or lowering a settlement (4:8, with 4:49)."""


class ViewWay(enum.StrEnum):
    """How the applicant gave a view."""

    IN_WRITING = "in_writing"
    SPOKEN = "spoken"
    OWN_PAGE = "own_page"
    """By the person themself, on their own page."""
    NOT_GIVEN = "not_given"
    """The term passed without a view."""


class Hearing(Base):
    """The applicant was told what the desk is about to decide on which facts, and could give a view before a day."""

    __tablename__ = "hearing"
    __table_args__ = (
        CheckConstraint("length(facts) > 0", name="facts_given"),
        CheckConstraint("(way IS NULL) = (view_on IS NULL)", name="view_has_day"),
        CheckConstraint("(way IS NULL) = (recorded_at IS NULL)", name="view_has_instant"),
        CheckConstraint("(recorded_at IS NULL) = (recorded_by IS NULL)", name="view_recorded_by_someone"),
        CheckConstraint("way IS NULL OR way = 'not_given' OR view IS NOT NULL", name="view_has_words"),
        CheckConstraint("(act = 'refuse') = (voucher_id IS NULL)", name="voucher_unless_refusal"),
        CheckConstraint(
            "(act IN ('lower', 'settle_lower', 'lower_settled')) = (amount_cents IS NOT NULL)", name="amount_when_lower"
        ),
        CheckConstraint("amount_cents IS NULL OR amount_cents >= 0", name="amount_not_negative"),
        CheckConstraint("(dropped_at IS NULL) = (dropped_by IS NULL)", name="dropped_by_someone"),
        CheckConstraint("dropped_at IS NULL OR act <> 'refuse'", name="dropped_of_a_voucher"),
        Index("ix_hearing_way_answer_by", "way", "answer_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id"), index=True)
    act: Mapped[IntendedAct] = mapped_column(choice(IntendedAct), default=IntendedAct.REFUSE)
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), index=True)
    """The voucher that it is about; None for a refusal."""
    amount_cents: Mapped[int | None] = mapped_column(Cents)
    """By how much the desk thinks of lowering it, at which amount of settling it, or to which of lowering that, in cents."""
    facts: Mapped[str] = mapped_column(Text)
    """The facts, and why the desk thinks of deciding it because of them."""
    answer_by: Mapped[date] = mapped_column(Date)
    invited_at: Mapped[datetime]
    invited_by: Mapped[str] = mapped_column(String(80))
    way: Mapped[ViewWay | None] = mapped_column(choice(ViewWay))
    view: Mapped[str | None] = mapped_column(Text)
    view_on: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[datetime | None]
    recorded_by: Mapped[str | None] = mapped_column(String(80))
    dropped_at: Mapped[datetime | None]
    """When the desk told the holder that it leaves the voucher as it is."""
    dropped_by: Mapped[str | None] = mapped_column(String(80))
