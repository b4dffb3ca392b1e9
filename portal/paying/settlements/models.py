"""Tables of settlements and of what has to come back: the claim, its instalments, and what was received or written off."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, choice, new_public_id


class SettlementGround(enum.StrEnum):
    """Why an award is settled at its amount: as used (Awb 4:46, first paragraph), or lower (second paragraph, a to d); and why a
    settlement is revoked or lowered later (4:49, first paragraph, a to c)."""

    AS_USED = "as_used"
    NOT_DONE = "not_done"
    DUTY_NOT_MET = "duty_not_met"
    WRONG_DATA = "wrong_data"
    WRONG_AWARD = "wrong_award"
    NEW_FACTS = "new_facts"
    """4:49, 1, a: of which the body could not reasonably know when it settled, and with which it would have settled lower."""
    KNOWN_WRONG = "known_wrong"
    """4:49, 1, b: the settlement was wrong, and the holder knew or should have known."""
    DUTY_AFTER = "duty_after"
    """4:49, 1, c: after the settlement the holder did not keep to a duty of the subsidy."""


AFTER_SETTLING = (SettlementGround.NEW_FACTS, SettlementGround.KNOWN_WRONG, SettlementGround.DUTY_AFTER)
"""Grounds on which a settlement is revoked or lowered later."""


class Debtor(enum.StrEnum):
    """Who has to pay back."""

    HOLDER = "holder"
    PROVIDER = "provider"


class RecoveryState(enum.StrEnum):
    """Whether something is still to come back."""

    OPEN = "open"
    CLOSED = "closed"


class InstalmentState(enum.StrEnum):
    """Where one instalment stands. A missed one can still be received; a replaced one belongs to an earlier plan."""

    PLANNED = "planned"
    MISSED = "missed"
    RECEIVED = "received"
    REPLACED = "replaced"


class EntryKind(enum.StrEnum):
    """How a part of a recovery ended."""

    RECEIVED = "received"
    WRITTEN_OFF = "written_off"
    UNDONE = "undone"
    """Was set off, and is to come back after all: it counts against what was received."""


@append_only
class Settlement(Base):
    """The act that determines what an award comes to, with its ground; and each later act that revokes or lowers that (Awb 4:49).

    The first one of a voucher has number 0. One that lowers begins from what stood when it was taken.
    """

    __tablename__ = "settlement"
    __table_args__ = (
        CheckConstraint("settled_cents >= 0 AND settled_cents <= redeemed_cents", name="never_above_use"),
        CheckConstraint("(ground = 'as_used') = (settled_cents = redeemed_cents)", name="lower_has_ground"),
        CheckConstraint("corrected_cents >= 0 AND claimed_cents >= 0", name="parts_not_negative"),
        CheckConstraint("settled_cents + corrected_cents + claimed_cents = redeemed_cents", name="adds_up"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
        UniqueConstraint("voucher_id", "number"),
        CheckConstraint("number >= 0", name="number_not_negative"),
        CheckConstraint(
            "(number = 0) = (ground NOT IN ('new_facts', 'known_wrong', 'duty_after'))", name="later_has_later_ground"
        ),
        CheckConstraint("number = 0 OR (decision_id IS NOT NULL AND released_cents = 0)", name="later_is_decided"),
        CheckConstraint("(ground = 'duty_after') = (breached_on IS NOT NULL)", name="duty_not_met_on_a_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    number: Mapped[int] = mapped_column(Integer, default=0)
    """0 for the settlement itself; then one more for each time it was lowered."""
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
    """The decision with its mandate; None for what was settled before settlements had one."""
    awarded_cents: Mapped[int] = mapped_column(Cents)
    redeemed_cents: Mapped[int] = mapped_column(Cents)
    """What had been redeemed, and not come back, when it was settled; of one that lowers what stood as settled."""
    settled_cents: Mapped[int] = mapped_column(Cents)
    corrected_cents: Mapped[int] = mapped_column(Cents)
    """Taken off invoices that were not paid yet."""
    claimed_cents: Mapped[int] = mapped_column(Cents)
    """Paid already, and to come back."""
    released_cents: Mapped[int] = mapped_column(Cents)
    """Still open on the voucher, and freed."""
    ground: Mapped[SettlementGround] = mapped_column(choice(SettlementGround, "ground"))
    breached_on: Mapped[date | None] = mapped_column(Date)
    """The day on which the holder acted against a duty after the settlement, or should have met it."""
    reason: Mapped[str] = mapped_column(Text)
    settled_at: Mapped[datetime]
    settled_by: Mapped[str] = mapped_column(String(80))
    settled_by_name: Mapped[str] = mapped_column(String(100))

    @property
    def lowers(self) -> bool:
        """Whether it revokes or lowers an earlier settlement (Awb 4:49)."""
        return self.number > 0

    @property
    def template(self) -> str:
        """The message that makes it known."""
        if self.lowers:
            return "settlement/lowered"
        return "settlement/as_used" if self.ground is SettlementGround.AS_USED else "settlement/lower"


class Recovery(Base):
    """What somebody has to pay back: the holder after each settlement that is lower, or a provider after a credit note."""

    __tablename__ = "recovery"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("received_cents >= 0 AND written_off_cents >= 0", name="parts_not_negative"),
        CheckConstraint("received_cents + written_off_cents <= amount_cents", name="never_more_than_claimed"),
        CheckConstraint(
            "(state = 'closed') = (received_cents + written_off_cents = amount_cents)",
            name="closed_when_nothing_is_open",
        ),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_instant"),
        CheckConstraint("(debtor = 'provider') = (provider_id IS NOT NULL)", name="provider_named"),
        CheckConstraint("(settlement_id IS NULL) <> (redemption_id IS NULL)", name="has_one_cause"),
        Index("ix_recovery_state", "state"),
        Index(
            "ix_recovery_interest_due",
            "interest_due_at",
            sqlite_where=text("interest_due_at IS NOT NULL"),
            postgresql_where=text("interest_due_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    settlement_id: Mapped[int | None] = mapped_column(ForeignKey("settlement.id"), unique=True)
    redemption_id: Mapped[int | None] = mapped_column(ForeignKey("redemption.id"), index=True)
    debtor: Mapped[Debtor] = mapped_column(choice(Debtor))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    amount_cents: Mapped[int] = mapped_column(Cents)
    received_cents: Mapped[int] = mapped_column(Cents, default=0)
    written_off_cents: Mapped[int] = mapped_column(Cents, default=0)
    state: Mapped[RecoveryState] = mapped_column(choice(RecoveryState), default=RecoveryState.OPEN)
    plan: Mapped[int] = mapped_column(Integer, default=0)
    """How many plans of instalments were made."""
    claimed_at: Mapped[datetime]
    claimed_by: Mapped[str] = mapped_column(String(80))
    closed_at: Mapped[datetime | None]
    interest_due_at: Mapped[datetime | None]
    """Since when the desk knows that interest is to be decided on over it (`portal.paying.interest_due`)."""

    instalments: Mapped[list[Instalment]] = relationship(
        back_populates="recovery", order_by="Instalment.id", lazy="selectin"
    )
    entries: Mapped[list[RecoveryEntry]] = relationship(
        back_populates="recovery", order_by="RecoveryEntry.id", lazy="selectin"
    )

    @property
    def open_cents(self) -> int:
        """What is still to come back, in cents."""
        return self.amount_cents - self.received_cents - self.written_off_cents


class Instalment(Base):
    """One part of a plan to pay back: an amount by a day."""

    __tablename__ = "instalment"
    __table_args__ = (
        UniqueConstraint("recovery_id", "plan", "number"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("received_cents >= 0 AND received_cents <= amount_cents", name="received_within_amount"),
        CheckConstraint("state <> 'received' OR received_cents = amount_cents", name="received_in_full"),
        CheckConstraint("state <> 'missed' OR missed_at IS NOT NULL", name="missed_has_instant"),
        Index(
            "ix_instalment_due",
            "due_on",
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recovery_id: Mapped[int] = mapped_column(ForeignKey("recovery.id"), index=True)
    plan: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[date] = mapped_column(Date)
    amount_cents: Mapped[int] = mapped_column(Cents)
    received_cents: Mapped[int] = mapped_column(Cents, default=0)
    state: Mapped[InstalmentState] = mapped_column(choice(InstalmentState), default=InstalmentState.PLANNED)
    missed_at: Mapped[datetime | None]

    recovery: Mapped[Recovery] = relationship(back_populates="instalments")


@append_only
class RecoveryEntry(Base):
    """What was received of a recovery, or written off by a person with a reason."""

    __tablename__ = "recovery_entry"
    __table_args__ = (
        UniqueConstraint("recovery_id", "reference", "on_day"),
        CheckConstraint("amount_cents >= 0 AND extra_cents >= 0", name="parts_not_negative"),
        CheckConstraint("amount_cents + extra_cents > 0", name="amount_positive"),
        CheckConstraint("extra_cents = 0 OR kind = 'received'", name="extra_only_received"),
        CheckConstraint("(kind = 'written_off') = (reason IS NOT NULL)", name="written_off_for_a_reason"),
        CheckConstraint("(kind = 'received') = (reference IS NOT NULL)", name="received_has_reference"),
        CheckConstraint("decision_id IS NULL OR kind = 'written_off'", name="decided_to_write_off"),
        CheckConstraint(
            "works_from IS NULL OR (kind = 'received' AND works_from <= on_day)", name="works_back_of_a_set_off"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recovery_id: Mapped[int] = mapped_column(ForeignKey("recovery.id"), index=True)
    kind: Mapped[EntryKind] = mapped_column(choice(EntryKind))
    amount_cents: Mapped[int] = mapped_column(Cents)
    extra_cents: Mapped[int] = mapped_column(Cents, default=0)
    """What came in beside it for costs and interest."""
    on: Mapped[date] = mapped_column("on_day", Date)
    works_from: Mapped[date | None] = mapped_column(Date)
    """Of what was set off: the day from which it counts, when both could be set off (Awb 4:93, third paragraph; BW 6:129)."""
    reference: Mapped[str | None] = mapped_column(String(80))
    """What the bank or the desk calls what was received; the same one on the same day counts once."""
    reason: Mapped[str | None] = mapped_column(Text)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), unique=True)
    """The decision to let a part of a claim on a holder lapse (Awb 4:94a)."""
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    by_name: Mapped[str] = mapped_column(String(100))

    recovery: Mapped[Recovery] = relationship(back_populates="entries")
