"""Tables of collecting a claim: what was done towards the debtor, and the costs and interest that come beside the claim."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, choice, new_public_id


class StepKind(enum.StrEnum):
    """What was done towards a debtor."""

    REMINDED = "reminded"
    """Summoned in writing to pay within two weeks (Awb 4:112). It begins the time of prescription anew (Awb 4:106)."""
    DEFERRED = "deferred"
    """Payment was put off until a day (Awb 4:94)."""
    PLANNED = "planned"
    """Payment was put off into instalments, until the day of the last one (Awb 4:94)."""
    ACKNOWLEDGED = "acknowledged"
    """The debtor recognised the claim, which begins the time of prescription anew (Awb 4:105, second paragraph)."""
    NOT_DEFERRED = "not_deferred"
    """The debtor asked to pay later, and that was refused (Awb 4:94)."""
    NOT_WAIVED = "not_waived"
    """The debtor asked to have (a part of) it lapse, and that was refused (Awb 4:94a)."""


class ChargeKind(enum.StrEnum):
    """What comes beside a claim."""

    COSTS = "costs"
    """Of a reminder (Awb 4:113)."""
    INTEREST = "interest"
    """Statutory interest, determined when the claim was paid (Awb 4:98, 4:99)."""


_REFUSED = "'not_deferred', 'not_waived'"


@append_only
class CollectionStep(Base):
    """One step in collecting a claim. A reminder goes out once for each last day to pay that passed."""

    __tablename__ = "collection_step"
    __table_args__ = (
        UniqueConstraint("recovery_id", "about_on"),
        CheckConstraint("(kind = 'reminded') = (about_on IS NOT NULL)", name="reminder_of_a_day"),
        CheckConstraint(f"(kind IN ('acknowledged', {_REFUSED})) = (until_on IS NULL)", name="has_last_day"),
        CheckConstraint("until_on IS NULL OR until_on >= on_day", name="last_day_after_first"),
        CheckConstraint("(kind = 'planned') = (plan IS NOT NULL)", name="plan_named"),
        CheckConstraint(
            f"(kind IN ('deferred', 'acknowledged', {_REFUSED})) = (reason IS NOT NULL)", name="reason_given"
        ),
        CheckConstraint("NOT interest_free OR kind IN ('deferred', 'planned')", name="interest_of_deferral"),
        CheckConstraint(
            f"decision_id IS NULL OR kind IN ('deferred', 'planned', {_REFUSED})", name="decided_on_relief"
        ),
        CheckConstraint(f"kind NOT IN ({_REFUSED}) OR decision_id IS NOT NULL", name="refusal_is_a_decision"),
        CheckConstraint("(letter IS NULL) = (kind <> 'planned' OR decision_id IS NULL)", name="letter_of_a_plan"),
        Index("ix_collection_step_recovery_id", "recovery_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recovery_id: Mapped[int] = mapped_column(ForeignKey("recovery.id"))
    kind: Mapped[StepKind] = mapped_column(choice(StepKind))
    on: Mapped[date] = mapped_column("on_day", Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    """The last day to pay after a reminder, or until which payment is put off."""
    about_on: Mapped[date | None] = mapped_column(Date)
    """Of a reminder: the last day to pay that had passed."""
    plan: Mapped[int | None] = mapped_column(Integer)
    """Which plan of instalments."""
    interest_free: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether no interest runs meanwhile (Awb 4:101)."""
    reason: Mapped[str | None] = mapped_column(Text)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), unique=True)
    """The decision to put off payment of a holder, or not to; None for a claim on a provider, and for what was before."""
    letter: Mapped[int | None] = mapped_column(Integer)
    """Of a plan that was decided: the version of the message that makes it known."""
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    by_name: Mapped[str] = mapped_column(String(100))


class CollectionCharge(Base):
    """Costs or interest beside a claim, in cents. No money of a budget: what comes in of it does not stand in its books."""

    __tablename__ = "collection_charge"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("received_cents >= 0 AND waived_cents >= 0", name="parts_not_negative"),
        CheckConstraint("received_cents + waived_cents <= amount_cents", name="never_more_than_charged"),
        CheckConstraint("(kind = 'costs') = (step_id IS NOT NULL)", name="costs_of_a_step"),
        CheckConstraint(
            "(kind = 'interest') = (first_on IS NOT NULL) AND (first_on IS NULL) = (last_on IS NULL)",
            name="interest_over_days",
        ),
        CheckConstraint("(kind = 'interest') = (decision_id IS NOT NULL)", name="interest_decided"),
        CheckConstraint("(waived_cents > 0) = (waived_at IS NOT NULL)", name="waived_has_instant"),
        CheckConstraint(
            "(waived_at IS NULL) = (waived_by IS NULL) AND (waived_at IS NULL) = (waived_reason IS NULL)",
            name="waived_by_someone_for_a_reason",
        ),
        CheckConstraint("waived_decision_id IS NULL OR waived_at IS NOT NULL", name="waived_by_a_decision"),
        Index("ix_collection_charge_recovery_id", "recovery_id"),
        Index(
            "uq_collection_charge_interest",
            "recovery_id",
            unique=True,
            sqlite_where=text("kind = 'interest'"),
            postgresql_where=text("kind = 'interest'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    recovery_id: Mapped[int] = mapped_column(ForeignKey("recovery.id"))
    kind: Mapped[ChargeKind] = mapped_column(choice(ChargeKind))
    step_id: Mapped[int | None] = mapped_column(ForeignKey("collection_step.id"), unique=True)
    """Of costs: the reminder."""
    first_on: Mapped[date | None] = mapped_column(Date)
    """Of interest: the first and the last day over which it ran."""
    last_on: Mapped[date | None] = mapped_column(Date)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), unique=True)
    """Of interest: the decision that determined it."""
    amount_cents: Mapped[int] = mapped_column(Cents)
    received_cents: Mapped[int] = mapped_column(Cents, default=0)
    waived_cents: Mapped[int] = mapped_column(Cents, default=0)
    charged_on: Mapped[date] = mapped_column(Date)
    charged_by: Mapped[str] = mapped_column(String(80))
    charged_by_name: Mapped[str] = mapped_column(String(100))
    waived_at: Mapped[datetime | None]
    waived_by: Mapped[str | None] = mapped_column(String(80))
    waived_reason: Mapped[str | None] = mapped_column(Text)
    waived_decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
    """The decision by which it lapsed (Awb 4:94a)."""

    @property
    def open_cents(self) -> int:
        """What is still to come in."""
        return self.amount_cents - self.received_cents - self.waived_cents


class InterestUndone(Base):
    """A founded objection against interest: what was open of it lapses, and what was paid of it is owed to the holder.

    No money of a budget, so no payment of the desk: another person than who decided pays it, on the account that it came from.
    """

    __tablename__ = "interest_undone"
    __table_args__ = (
        CheckConstraint("waived_cents >= 0 AND owed_cents >= 0", name="parts_not_negative"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
        CheckConstraint(
            "(paid_on IS NULL) = (paid_at IS NULL) AND (paid_on IS NULL) = (paid_by IS NULL)"
            " AND (paid_on IS NULL) = (reference IS NULL)",
            name="paid_by_someone_with_reference",
        ),
        CheckConstraint("paid_on IS NULL OR owed_cents > 0", name="paid_what_is_owed"),
        CheckConstraint("paid_by IS NULL OR paid_by <> undone_by", name="second_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    charge_id: Mapped[int] = mapped_column(ForeignKey("collection_charge.id"), unique=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    waived_cents: Mapped[int] = mapped_column(Cents)
    """What was open of it."""
    owed_cents: Mapped[int] = mapped_column(Cents)
    """What was paid of it, and is owed to the holder."""
    reason: Mapped[str] = mapped_column(Text)
    undone_at: Mapped[datetime]
    undone_by: Mapped[str] = mapped_column(String(80))
    undone_by_name: Mapped[str] = mapped_column(String(100))
    paid_on: Mapped[date | None] = mapped_column(Date)
    reference: Mapped[str | None] = mapped_column(String(80))
    """What the bank calls the payment."""
    paid_at: Mapped[datetime | None]
    paid_by: Mapped[str | None] = mapped_column(String(80))
