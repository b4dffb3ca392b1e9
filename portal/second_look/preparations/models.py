"""The table of prepared decisions. Nothing is reserved, booked or sent by one: it waits for a second person."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.awarding.hearing_first.models import Unheard
from portal.platform.database import Base, Cents, Json, choice, new_public_id

_WAITING = text("state = 'waiting'")


class PreparationKind(enum.StrEnum):
    """What is to be decided."""

    AWARDED = "awarded"
    """The first decision, on the application."""
    SETTLED = "settled"
    """What a voucher comes to."""
    LOWERED_LATER = "settled_less"
    """That it comes to less after all: what was settled is revoked or lowered (Awb 4:49)."""
    TOPPED_UP = "supplemented"
    """More on a voucher."""
    DECIDED_AGAIN = "revised"
    """A new decision in the place of an earlier one."""


class PreparationState(enum.StrEnum):
    """Where a prepared decision stands."""

    WAITING = "waiting"
    DECIDED = "decided"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"


class Preparation(Base):
    """What one person prepared for another to decide, as it was then: a mix for a question, or an amount for a voucher.

    At most one waits on a question: the first decision can only be taken before the others.
    """

    __tablename__ = "preparation"
    __table_args__ = (
        CheckConstraint("length(rationale) > 0", name="rationale_given"),
        CheckConstraint("(kind IN ('awarded', 'revised')) = (proposal_id IS NOT NULL)", name="mix_rests_on_proposal"),
        CheckConstraint("(proposal_id IS NULL) = (voucher_id IS NOT NULL)", name="others_are_about_a_voucher"),
        CheckConstraint("(voucher_id IS NULL) = (amount_cents IS NULL)", name="voucher_has_an_amount"),
        CheckConstraint("amount_cents IS NULL OR amount_cents >= 0", name="amount_not_negative"),
        CheckConstraint("(kind = 'supplemented') = (line_key IS NOT NULL)", name="supplement_has_cost_line"),
        CheckConstraint("(line_key IS NULL) = (funding_line_id IS NULL)", name="cost_line_has_funding_line"),
        CheckConstraint("(left_out IS NULL) = (left_out_reason IS NULL)", name="left_out_for_a_reason"),
        CheckConstraint("breached_on IS NULL OR kind = 'settled_less'", name="breached_after_settling"),
        CheckConstraint("(state = 'waiting') = (closed_at IS NULL)", name="closed_has_instant"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_someone"),
        CheckConstraint("(state = 'decided') = (decision_id IS NOT NULL)", name="decided_has_decision"),
        CheckConstraint("state <> 'decided' OR closed_by <> prepared_by", name="four_eyes"),
        CheckConstraint("(state = 'sent_back') = (sent_back_reason IS NOT NULL)", name="sent_back_for_a_reason"),
        Index("ix_preparation_state_prepared_at", "state", "prepared_at"),
        Index("uq_preparation_waiting", "question_id", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id"), index=True)
    kind: Mapped[PreparationKind] = mapped_column(choice(PreparationKind))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    shares: Mapped[list[Any] | None] = mapped_column(Json)
    """The advisor's own mix; None: the proposal as it is."""
    rejections: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Of a mix: per scheme why it pays nothing."""
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), index=True)
    amount_cents: Mapped[int | None] = mapped_column(Cents)
    """At which amount to settle, to which to lower that, or how much more to award."""
    line_key: Mapped[str | None] = mapped_column(String(20))
    """Of a top-up: the cost line it is for."""
    funding_line_id: Mapped[int | None] = mapped_column(ForeignKey("funding_line.id"), index=True)
    ground: Mapped[str] = mapped_column(String(40), default="")
    """On whose facts a refusal in a mix rests (`portal.cases.hearings`), or why a voucher is settled so, or at less later."""
    left_out: Mapped[Unheard | None] = mapped_column(choice(Unheard))
    """Why the holder is not heard before a voucher is settled lower."""
    left_out_reason: Mapped[str | None] = mapped_column(Text)
    breached_on: Mapped[date | None] = mapped_column(Date)
    """On which day the holder did not keep to a duty after the settlement."""
    rationale: Mapped[str] = mapped_column(Text)
    state: Mapped[PreparationState] = mapped_column(choice(PreparationState), default=PreparationState.WAITING)
    prepared_at: Mapped[datetime]
    prepared_by: Mapped[str] = mapped_column(String(80))
    prepared_by_name: Mapped[str] = mapped_column(String(100))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(80))
    sent_back_reason: Mapped[str | None] = mapped_column(Text)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
