"""Tables of decisions. Append-only: a decision is never changed, only followed by another (objection, withdrawal)."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, choice, new_public_id


class DecisionKind(enum.StrEnum):
    """What was decided on a question."""

    APPROVED = "approved"
    PARTLY = "partly"
    REJECTED = "rejected"
    REFERRED = "referred"
    SET_ASIDE = "set_aside"
    """An application that stayed incomplete is not taken up (Awb 4:5)."""
    TAKEN_UP = "taken_up"
    """An application that was set aside is taken up again; the decision on it follows."""
    TOPPED_UP = "supplemented"
    """More was awarded on a voucher that stands."""
    SETTLED = "settled"
    """What was awarded is determined for good (Awb 4:46)."""
    SETTLED_LESS = "settled_less"
    """What was determined is revoked or lowered later (Awb 4:49)."""
    REVOKED = "revoked"
    """What was open on a voucher was taken back (Awb 4:48, 4:50)."""
    LOWERED = "lowered"
    """A part of what was open on a voucher was taken back (Awb 4:48)."""
    RESTORED = "restored"
    """What a decision took of a voucher comes back, after a founded objection (Awb 7:11)."""
    INTEREST = "interest"
    """Statutory interest on what was paid back too late is determined (Awb 4:99)."""
    SET_OFF = "set_off"
    """What somebody has to pay back is set off against what that person is to be paid (Awb 4:93)."""
    PUT_OFF = "put_off"
    """What somebody has to pay back may be paid later, or in instalments; or that was refused (Awb 4:94)."""
    WAIVED = "waived"
    """What somebody has to pay back lapses, in full or in part; or that was refused (Awb 4:94a)."""
    PENALTY = "penalty"
    """What is due because a decision was late, or that nothing is (Awb 4:18)."""
    OWN_INTEREST = "own_interest"
    """Statutory interest that the region owes because it paid somebody too late (Awb 4:99)."""
    UNDONE = "undone"
    """Interest lapses, or what was set off is paid after all: after a founded objection (Awb 7:11)."""
    TAKEN_OVER = "taken_over"
    """Decided before there was this desk: taken over from an earlier administration, without a question or a mix of its own."""


ON_A_CLAIM = (
    DecisionKind.INTEREST,
    DecisionKind.SET_OFF,
    DecisionKind.PUT_OFF,
    DecisionKind.WAIVED,
    DecisionKind.UNDONE,
)
"""Decisions about what somebody has to pay back."""
ON_A_VOUCHER = (
    DecisionKind.TOPPED_UP,
    DecisionKind.SETTLED,
    DecisionKind.SETTLED_LESS,
    DecisionKind.REVOKED,
    DecisionKind.LOWERED,
    DecisionKind.RESTORED,
    *ON_A_CLAIM,
)
"""Decisions about a voucher that stands."""
BESIDE_THE_QUESTION = (*ON_A_VOUCHER, DecisionKind.PENALTY, DecisionKind.OWN_INTEREST)
"""Decisions that leave what was decided on the question as it is; the others are about the question itself."""
NO_OBJECTION = (DecisionKind.REFERRED, DecisionKind.TAKEN_OVER, DecisionKind.TAKEN_UP)
"""To which one cannot object here: what is no decision, what another administration decided before, and what only leads to a
decision (Awb 6:3)."""


class SchemeOutcome(enum.StrEnum):
    """What was decided on one scheme that was applied for."""

    AWARDED = "awarded"
    REJECTED = "rejected"
    SET_ASIDE = "set_aside"


_CHECKED = "identity_checked AND purpose_checked AND costs_checked AND nothing_paid_twice_checked"


@append_only
class Decision(Base):
    """The act of a person: what was decided, on which proposal, with which shares, why, and what was checked."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("length(rationale) > 0", name="rationale_given"),
        CheckConstraint("(kind IN ('approved', 'partly')) = (proposal_id IS NOT NULL)", name="award_rests_on_proposal"),
        CheckConstraint("(kind IN ('approved', 'partly')) = (shares_json IS NOT NULL)", name="award_has_shares"),
        CheckConstraint("(shares_json IS NULL) = (problem_json IS NULL)", name="shares_with_problem"),
        CheckConstraint(f"kind NOT IN ('approved', 'partly') OR ({_CHECKED})", name="award_fully_checked"),
        CheckConstraint("(kind = 'referred') = (referred_to IS NOT NULL)", name="referred_somewhere"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    kind: Mapped[DecisionKind] = mapped_column(choice(DecisionKind))
    rationale: Mapped[str] = mapped_column(Text)
    identity_checked: Mapped[bool] = mapped_column(Boolean, default=False)
    """Identity, and residence or establishment, were checked."""
    purpose_checked: Mapped[bool] = mapped_column(Boolean, default=False)
    """The training strengthens the person's position on the labour market."""
    costs_checked: Mapped[bool] = mapped_column(Boolean, default=False)
    """The costs are shown by an offer or quotation."""
    nothing_paid_twice_checked: Mapped[bool] = mapped_column(Boolean, default=False)
    """No cost is paid twice, and schemes that come first were asked first."""
    amended: Mapped[bool] = mapped_column(Boolean, default=False)
    """The advisor's own mix, other than the one proposed."""
    shares_json: Mapped[str | None] = mapped_column(Text)
    """The shares that were decided, in format ontwikkelloket/mix/1."""
    problem_json: Mapped[str | None] = mapped_column(Text)
    """The problem as it was at the moment of decision: the shares satisfy it."""
    referred_to: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(80))
    decided_by_name: Mapped[str] = mapped_column(String(100))

    outcomes: Mapped[list[DecisionOutcome]] = relationship(
        back_populates="decision", order_by="DecisionOutcome.id", lazy="selectin"
    )


@append_only
class DecisionMandate(Base):
    """In whose name a decision was taken on one scheme: the mandate, and who prepared it when two people were needed."""

    __tablename__ = "decision_mandate"
    __table_args__ = (UniqueConstraint("decision_id", "scheme"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(80))
    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandate.id"), index=True)
    prepared_by: Mapped[str | None] = mapped_column(String(80))


@append_only
class DecisionOutcome(Base):
    """What was decided on one scheme, and by which body."""

    __tablename__ = "decision_outcome"
    __table_args__ = (
        UniqueConstraint("decision_id", "scheme"),
        CheckConstraint("(outcome = 'awarded') = (amount_cents > 0)", name="awarded_has_amount"),
        CheckConstraint("(outcome <> 'awarded') = (reason IS NOT NULL)", name="not_awarded_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(80))
    scheme_version: Mapped[int]
    outcome: Mapped[SchemeOutcome] = mapped_column(choice(SchemeOutcome, "outcome"))
    amount_cents: Mapped[int] = mapped_column(Cents, default=0)
    reason: Mapped[str | None] = mapped_column(Text)
    deciding_body_nl: Mapped[str] = mapped_column(String(4000))
    deciding_body_en: Mapped[str] = mapped_column(String(4000))

    decision: Mapped[Decision] = relationship(back_populates="outcomes")
