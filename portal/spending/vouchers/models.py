"""Tables of awards, vouchers and redemptions. Euros move in the ledger; every row here can be traced to its transfers."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, choice, new_public_id


class VoucherState(enum.StrEnum):
    """Where a voucher stands."""

    ISSUED = "issued"
    PARTLY_REDEEMED = "partly_redeemed"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SETTLED = "settled"
    """The amount was determined for good (vaststelling, Awb 4:46)."""


class ReminderKind(enum.StrEnum):
    """When the holder is reminded."""

    SIX_WEEKS = "six_weeks"
    THREE_WEEKS = "three_weeks"
    LAPSED = "lapsed"


class ChangeKind(enum.StrEnum):
    """What was changed on a voucher after it was issued."""

    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    EXTENDED = "extended"
    PUT_BACK = "put_back"
    """An extension was a mistake: the last day is what it was."""
    TOPPED_UP = "topped_up"
    LOWERED = "lowered"
    START_MOVED = "start_moved"
    RESERVED = "reserved"
    FREED = "freed"
    PROVIDER_SWAPPED = "provider_swapped"
    CREDITED = "credited"
    CANCELLED = "cancelled"
    MOVED_OUT = "moved_out"
    ENDS = "ends"
    """By a decision it ends sooner, on a day to come."""
    RESTORED = "restored"
    """What a decision took comes back."""


class BlockGround(enum.StrEnum):
    """Why the desk itself stops a voucher: the word stands as its reason to block. Staff who block one write a sentence there."""

    INVOICE_WAITS = "invoice_waits"
    """An invoice came in time; while it waits the voucher does not expire."""
    SHARE_ELSEWHERE = "share_elsewhere"
    """Another body still decides on a part of the costs."""


class RedemptionKind(enum.StrEnum):
    """What a provider is paid for."""

    INVOICE = "invoice"
    CANCELLATION_FEE = "cancellation_fee"


LIVE_STATES = (VoucherState.ISSUED, VoucherState.PARTLY_REDEEMED)
"""States in which euros can still be redeemed."""

_LIVE = text("state IN ('issued', 'partly_redeemed')")


class Award(Base):
    """What one scheme pays for one question, as decided. Carries the scheme version it came from."""

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("decision_id", "scheme"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(80), index=True)
    scheme_version: Mapped[int] = mapped_column(Integer)
    amount_cents: Mapped[int] = mapped_column(Cents)
    person_key: Mapped[str | None] = mapped_column(String(64), index=True)
    employer_key: Mapped[str | None] = mapped_column(String(64), index=True)
    counted_on: Mapped[date] = mapped_column(Date)
    """Reference date of the question: the day on which the award counts for ceilings with a period."""
    training_id: Mapped[int | None] = mapped_column(ForeignKey("region_training.id"), index=True)
    """The training of the region for which it was awarded; None for one that is not in the catalogue."""
    training_key: Mapped[str | None] = mapped_column(String(64), index=True)
    """By what that training is counted for ceilings; None for an award of before this was kept: there its question says it."""
    awarded_on: Mapped[date] = mapped_column(Date)
    awarded_at: Mapped[datetime]
    awarded_by: Mapped[str] = mapped_column(String(80))

    parts: Mapped[list[AwardPart]] = relationship(back_populates="award", order_by="AwardPart.id", lazy="selectin")
    voucher: Mapped[Voucher | None] = relationship(back_populates="award", lazy="selectin")


class AwardPart(Base):
    """How much of an award comes from one funding line for one cost line. What is awarded on a later day is a part of its own."""

    __tablename__ = "award_part"
    __table_args__ = (
        UniqueConstraint("award_id", "line_key", "funding_line_id", "awarded_on"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    line_key: Mapped[str] = mapped_column(String(20))
    funding_line_id: Mapped[int] = mapped_column(ForeignKey("funding_line.id"), index=True)
    amount_cents: Mapped[int] = mapped_column(Cents)
    awarded_on: Mapped[date] = mapped_column(Date)
    """The day on which it stands in the books: after a close never one of what is closed."""
    category: Mapped[str | None] = mapped_column(String(20))
    """For which kind of costs it was awarded, whatever the question says later; None where nobody knows."""

    award: Mapped[Award] = relationship(back_populates="parts")


class Voucher(Base):
    """The paper of an award: a code with which a provider redeems it, up to and including a day."""

    __tablename__ = "voucher"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("redeemed_cents >= 0 AND released_cents >= 0", name="counters_not_negative"),
        CheckConstraint("redeemed_cents + released_cents <= amount_cents", name="never_more_than_amount"),
        CheckConstraint(
            "(state IN ('issued', 'partly_redeemed')) = (redeemed_cents + released_cents < amount_cents)",
            name="live_while_something_is_open",
        ),
        CheckConstraint("state <> 'issued' OR redeemed_cents = 0", name="issued_is_untouched"),
        CheckConstraint(
            "state NOT IN ('redeemed', 'partly_redeemed') OR redeemed_cents > 0", name="redeemed_has_amount"
        ),
        CheckConstraint("(redeemed_at IS NULL) = (redeemed_cents = 0)", name="redeemed_has_instant"),
        CheckConstraint(
            "CASE WHEN expired_at IS NULL THEN state <> 'expired' ELSE state IN ('expired', 'settled') END",
            name="expired_has_instant",
        ),
        CheckConstraint(
            "CASE WHEN revoked_at IS NULL THEN state <> 'revoked' ELSE state IN ('revoked', 'settled') END",
            name="revoked_has_instant",
        ),
        CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoke_reason IS NULL)",
            name="revoked_by_someone_for_a_reason",
        ),
        CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name="settled_has_instant"),
        CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (settled_cents IS NULL)",
            name="settled_by_someone_at_an_amount",
        ),
        CheckConstraint(
            "settled_cents IS NULL OR settled_cents >= 0 AND settled_cents <= redeemed_cents", name="settled_within_use"
        ),
        CheckConstraint("recovered_cents >= 0 AND recovered_cents <= redeemed_cents", name="recovered_within_use"),
        CheckConstraint(
            "(blocked_at IS NULL) = (blocked_by IS NULL) AND (blocked_at IS NULL) = (block_reason IS NULL)",
            name="blocked_by_someone_for_a_reason",
        ),
        CheckConstraint("blocked_at IS NULL OR state IN ('issued', 'partly_redeemed')", name="blocked_while_live"),
        CheckConstraint("(reserved_provider_id IS NULL) = (reserved_at IS NULL)", name="reserved_has_instant"),
        CheckConstraint("valid_until >= issued_on", name="valid_from_issue"),
        CheckConstraint("length(code) = 12", name="code_twelve_letters"),
        Index(
            "uq_voucher_live",
            "question_id",
            "scheme",
            "beneficiary_key",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_voucher_state_valid_until", "state", "valid_until"),
        Index(
            "ix_voucher_counted", "beneficiary_key", "id", "issued_on", "scheme", "state",
            "amount_cents", "redeemed_cents", "released_cents", "recovered_cents",
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), unique=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(80), index=True)
    scheme_version: Mapped[int] = mapped_column(Integer)
    beneficiary_key: Mapped[str] = mapped_column(String(64))
    amount_cents: Mapped[int] = mapped_column(Cents)
    redeemed_cents: Mapped[int] = mapped_column(Cents, default=0)
    released_cents: Mapped[int] = mapped_column(Cents, default=0)
    partial_redemption: Mapped[bool] = mapped_column(Boolean)
    keep_rest: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[VoucherState] = mapped_column(choice(VoucherState), default=VoucherState.ISSUED)
    issued_on: Mapped[date] = mapped_column(Date)
    issued_at: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(String(80))
    valid_until: Mapped[date] = mapped_column(Date)
    redeemed_at: Mapped[datetime | None]
    """Instant of the last redemption."""
    expired_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(String(80))
    revoke_reason: Mapped[str | None] = mapped_column(Text)
    starts_on: Mapped[date | None] = mapped_column(Date)
    """First day of the training, as far as known."""
    blocked_at: Mapped[datetime | None]
    blocked_by: Mapped[str | None] = mapped_column(String(80))
    block_reason: Mapped[str | None] = mapped_column(Text)
    """A `BlockGround`, or what a member of staff wrote."""
    reserved_provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    """The provider for whom it is kept; while set, no other provider can redeem it."""
    reserved_at: Mapped[datetime | None]
    recovered_cents: Mapped[int] = mapped_column(Cents, default=0)
    """What came back of what was paid, in cents."""
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(80))
    settled_cents: Mapped[int | None] = mapped_column(Cents)

    award: Mapped[Award] = relationship(back_populates="voucher", lazy="joined")
    redemptions: Mapped[list[Redemption]] = relationship(back_populates="voucher", order_by="Redemption.id")

    @property
    def open_cents(self) -> int:
        """What can still be redeemed, in cents; 0 when the voucher is not live."""
        return self.amount_cents - self.redeemed_cents - self.released_cents

    @property
    def is_live(self) -> bool:
        """Whether euros can still be redeemed (its last day aside)."""
        return self.state in LIVE_STATES

    @property
    def is_blocked(self) -> bool:
        """Whether redeeming is stopped for a while. A blocked voucher does not expire either."""
        return self.blocked_at is not None

    @property
    def used_cents(self) -> int:
        """What was redeemed and did not come back, in cents: what the books call spent."""
        return self.redeemed_cents - self.recovered_cents


class Redemption(Base):
    """One invoice of a provider, paid from a voucher."""

    __tablename__ = "redemption"
    __table_args__ = (
        UniqueConstraint("provider_id", "invoice_key", "voucher_id"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("length(invoice_number) > 0", name="invoice_number_given"),
        CheckConstraint("credited_cents >= 0 AND credited_cents <= amount_cents", name="credited_within_amount"),
        Index("ix_redemption_used", "provider_id", "voucher_id", "amount_cents", "credited_cents"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    invoice_number: Mapped[str] = mapped_column(String(60))
    invoice_key: Mapped[str] = mapped_column(String(60))
    """The invoice number without spaces and case, so that the same invoice is not taken for another."""
    invoice_date: Mapped[date] = mapped_column(Date)
    amount_cents: Mapped[int] = mapped_column(Cents)
    released_cents: Mapped[int] = mapped_column(Cents, default=0)
    """What this redemption set free because the scheme does not keep a rest."""
    kind: Mapped[RedemptionKind] = mapped_column(choice(RedemptionKind), default=RedemptionKind.INVOICE)
    credited_cents: Mapped[int] = mapped_column(Cents, default=0)
    """What was taken off again before it was paid: a credit note, or a lower settlement."""
    redeemed_at: Mapped[datetime]
    redeemed_by: Mapped[str] = mapped_column(String(80))

    voucher: Mapped[Voucher] = relationship(back_populates="redemptions", lazy="joined")

    @property
    def net_cents(self) -> int:
        """What is paid for it, in cents."""
        return self.amount_cents - self.credited_cents


@append_only
class RedemptionSpend(Base):
    """Which transfers spent the money of a redemption: one per funding line, and a new one after a credit note."""

    __tablename__ = "redemption_spend"

    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"), primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), primary_key=True, index=True)


@append_only
class VoucherChange(Base):
    """One act on a voucher after its issue: what, why, with which amount, days or provider. Its letter is about this row."""

    __tablename__ = "voucher_change"
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="reason_given"),
        CheckConstraint("amount_cents IS NULL OR amount_cents >= 0", name="amount_not_negative"),
        CheckConstraint("kind <> 'topped_up' OR decision_id IS NOT NULL", name="top_up_was_decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    kind: Mapped[ChangeKind] = mapped_column(choice(ChangeKind))
    reason: Mapped[str] = mapped_column(Text)
    amount_cents: Mapped[int | None] = mapped_column(Cents)
    day_before: Mapped[date | None] = mapped_column(Date)
    day_after: Mapped[date | None] = mapped_column(Date)
    provider_before_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    redemption_id: Mapped[int | None] = mapped_column(ForeignKey("redemption.id"), index=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    by_name: Mapped[str] = mapped_column(String(100))


@append_only
class VoucherReminder(Base):
    """A reminder that was sent, for one last day: once per kind, and again when the last day was moved."""

    __tablename__ = "voucher_reminder"
    __table_args__ = (UniqueConstraint("voucher_id", "kind", "valid_until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    kind: Mapped[ReminderKind] = mapped_column(choice(ReminderKind))
    valid_until: Mapped[date] = mapped_column(Date)
    sent_at: Mapped[datetime]
