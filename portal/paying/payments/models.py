"""Tables of payment batches, the payments in them with the spent amounts they pay, and what the desk owes to holders.

A payment of what the region itself owes (a penalty, damage) pays no spent amount: that is no money of a budget.
"""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.awarding.own_debts.models import OwnDebt
from portal.platform.database import Base, Cents, choice, new_public_id
from portal.platform.sealed_columns import ACCOUNT, NAME, PAPERS, SealedText
from portal.spending.vouchers.models import Redemption

OUR_NUMBERS = "LOKET-"
"""How the number of every batch begins, and with it the end-to-end id of every payment."""


class BatchState(enum.StrEnum):
    """Where a batch stands."""

    DRAFT = "draft"
    RELEASED = "released"
    EXPORTED = "exported"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class PaymentState(enum.StrEnum):
    """Where one payment stands."""

    PLANNED = "planned"
    SENT = "sent"
    EXECUTED = "executed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class PayeeKind(enum.StrEnum):
    """Who is paid."""

    PROVIDER = "provider"
    HOLDER = "holder"


class RepaymentState(enum.StrEnum):
    """Whether the holder got the money."""

    OPEN = "open"
    PAID = "paid"


class PaymentBatch(Base):
    """Payments that go to the bank in one file. Who made it may not release it."""

    __tablename__ = "payment_batch"
    __table_args__ = (
        CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name="released_by_someone"),
        CheckConstraint("released_by IS NULL OR released_by <> made_by", name="second_person"),
        CheckConstraint(
            "(released_at IS NULL) = (file_text IS NULL) AND (released_at IS NULL) = (execution_on IS NULL)",
            name="released_with_file",
        ),
        CheckConstraint("state <> 'draft' OR released_at IS NULL", name="draft_is_not_released"),
        CheckConstraint(
            "state NOT IN ('released', 'exported', 'closed') OR released_at IS NOT NULL", name="was_released"
        ),
        CheckConstraint("(state IN ('exported', 'closed')) = (exported_at IS NOT NULL)", name="exported_has_instant"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_instant"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_has_instant"),
        CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by IS NULL) AND (cancelled_at IS NULL) = (cancel_reason IS NULL)",
            name="cancelled_by_someone_for_a_reason",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    number: Mapped[str] = mapped_column(String(35), unique=True)
    """MsgId and PmtInfId of the file: the bank refuses a second file with the same one."""
    state: Mapped[BatchState] = mapped_column(choice(BatchState), default=BatchState.DRAFT)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    made_by_name: Mapped[str] = mapped_column(String(100))
    released_at: Mapped[datetime | None]
    released_by: Mapped[str | None] = mapped_column(String(80))
    released_by_name: Mapped[str | None] = mapped_column(String(100))
    execution_on: Mapped[date | None] = mapped_column(Date)
    file_text: Mapped[str | None] = mapped_column(SealedText(None, PAPERS))
    """The file as it goes to the bank: made at the release, dated when it is given out, and unchanged from then on."""
    exported_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None] = mapped_column(String(80))
    cancel_reason: Mapped[str | None] = mapped_column(Text)

    payments: Mapped[list[Payment]] = relationship(back_populates="batch", order_by="Payment.id", lazy="selectin")

    @property
    def counted(self) -> list[Payment]:
        """The payments that are (still) in it."""
        return [one for one in self.payments if one.state is not PaymentState.CANCELLED]

    @property
    def total_cents(self) -> int:
        """What it pays together, in cents."""
        return sum(one.amount_cents for one in self.counted)


class Payment(Base):
    """One payment to one account number: of all that is to be paid for one redemption, is owed to a holder, or by the region."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("batch_id", "redemption_id"),
        UniqueConstraint("batch_id", "repayment_id"),
        CheckConstraint(
            "(redemption_id IS NOT NULL AND repayment_id IS NULL AND own_debt_id IS NULL)"
            " OR (redemption_id IS NULL AND repayment_id IS NOT NULL AND own_debt_id IS NULL)"
            " OR (redemption_id IS NULL AND repayment_id IS NULL AND own_debt_id IS NOT NULL)",
            name="pays_one_thing",
        ),
        CheckConstraint("repayment_id IS NULL OR payee = 'holder'", name="repayment_goes_to_the_holder"),
        CheckConstraint("own_debt_id IS NULL OR payee = 'holder'", name="own_debt_goes_to_a_person"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("(payee = 'provider') = (provider_id IS NOT NULL)", name="provider_named"),
        CheckConstraint("(state IN ('executed', 'returned')) = (executed_on IS NOT NULL)", name="executed_has_day"),
        CheckConstraint(
            "(state = 'returned') = (returned_on IS NOT NULL) AND (returned_on IS NULL) = (return_reason IS NULL)",
            name="returned_has_day_and_reason",
        ),
        CheckConstraint(
            "(return_read_by IS NULL) = (return_read_by_name IS NULL)"
            " AND (return_read_by IS NULL) = (return_confirmed_by IS NULL)"
            " AND (return_read_by IS NULL) = (return_confirmed_by_name IS NULL)"
            " AND (return_read_by IS NULL OR returned_on IS NOT NULL)",
            name="return_read_and_confirmed",
        ),
        CheckConstraint("return_read_by IS NULL OR return_confirmed_by <> return_read_by", name="return_by_two"),
        Index("ix_payment_redemption_id", "redemption_id"),
        Index("ix_payment_repayment_id", "repayment_id"),
        Index("ix_payment_own_debt_id", "own_debt_id"),
        Index(
            "uq_payment_own_debt_live",
            "own_debt_id",
            unique=True,
            sqlite_where=text("state IN ('planned', 'sent', 'executed')"),
            postgresql_where=text("state IN ('planned', 'sent', 'executed')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    batch_id: Mapped[int] = mapped_column(ForeignKey("payment_batch.id"), index=True)
    redemption_id: Mapped[int | None] = mapped_column(ForeignKey("redemption.id"))
    repayment_id: Mapped[int | None] = mapped_column(ForeignKey("repayment.id"))
    own_debt_id: Mapped[int | None] = mapped_column(ForeignKey("own_debt.id"))
    """What the region itself owes. In at most one live payment; it has no spent amounts."""
    payee: Mapped[PayeeKind] = mapped_column(choice(PayeeKind))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    payee_name: Mapped[str] = mapped_column(SealedText(70, NAME))
    iban: Mapped[str] = mapped_column(SealedText(34, ACCOUNT, findable=True), index=True)
    amount_cents: Mapped[int] = mapped_column(Cents)
    end_to_end_id: Mapped[str] = mapped_column(String(35), unique=True)
    description: Mapped[str] = mapped_column(String(140))
    state: Mapped[PaymentState] = mapped_column(choice(PaymentState), default=PaymentState.PLANNED)
    executed_on: Mapped[date | None] = mapped_column(Date)
    returned_on: Mapped[date | None] = mapped_column(Date)
    return_reason: Mapped[str | None] = mapped_column(String(40))
    return_read_by: Mapped[str | None] = mapped_column(String(80))
    """Who read in a file of the bank, or found out, that it came back; and who confirmed it."""
    return_read_by_name: Mapped[str | None] = mapped_column(String(100))
    return_confirmed_by: Mapped[str | None] = mapped_column(String(80))
    return_confirmed_by_name: Mapped[str | None] = mapped_column(String(100))

    batch: Mapped[PaymentBatch] = relationship(back_populates="payments")
    redemption: Mapped[Redemption | None] = relationship(lazy="joined")
    repayment: Mapped[Repayment | None] = relationship(lazy="joined")
    own_debt: Mapped[OwnDebt | None] = relationship(lazy="joined")
    spends: Mapped[list[PaymentSpend]] = relationship(order_by="PaymentSpend.transfer_id", lazy="selectin")


class PaymentSpend(Base):
    """Which spent amount a payment pays. In at most one live payment: not cancelled, not returned."""

    __tablename__ = "payment_spend"
    __table_args__ = (
        Index(
            "uq_payment_spend_live",
            "transfer_id",
            unique=True,
            sqlite_where=text("live"),
            postgresql_where=text("live"),
        ),
    )

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), primary_key=True, index=True)
    live: Mapped[bool]


class Repayment(Base):
    """What the desk owes the holder, who paid it back before. The books have it as spent until it is paid.

    The holder says on which account. When the bank sends the payment back it is owed again, and the account is asked anew.
    """

    __tablename__ = "repayment"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("(state = 'paid') = (paid_on IS NOT NULL)", name="paid_has_day"),
        CheckConstraint(
            "(paid_on IS NULL) = (paid_at IS NULL) AND (paid_on IS NULL) = (paid_by IS NULL)"
            " AND (paid_on IS NULL) = (reference IS NULL)",
            name="paid_by_someone_with_reference",
        ),
        CheckConstraint(
            "(iban IS NULL) = (payee_name IS NULL) AND (iban IS NULL) = (account_given_at IS NULL)"
            " AND (iban IS NULL) = (account_given_by IS NULL)",
            name="account_with_name_given_by_someone",
        ),
        Index("ix_repayment_state", "state"),
        Index(
            "ix_repayment_interest_due",
            "interest_due_at",
            sqlite_where=text("interest_due_at IS NOT NULL"),
            postgresql_where=text("interest_due_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    settled_again_id: Mapped[int] = mapped_column("resettlement_id", ForeignKey("resettlement.id"), unique=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    """The decision upon objection that spent it: a voucher that was lowered later too can have more than one."""
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    amount_cents: Mapped[int] = mapped_column(Cents)
    state: Mapped[RepaymentState] = mapped_column(choice(RepaymentState), default=RepaymentState.OPEN)
    owed_since: Mapped[datetime]
    payee_name: Mapped[str | None] = mapped_column(SealedText(70, NAME))
    iban: Mapped[str | None] = mapped_column(SealedText(34, ACCOUNT, findable=True))
    """On which account the holder wants it; empty until the holder says so, and again after the bank sent it back."""
    account_given_at: Mapped[datetime | None]
    account_given_by: Mapped[str | None] = mapped_column(String(80))
    paid_on: Mapped[date | None] = mapped_column(Date)
    reference: Mapped[str | None] = mapped_column(String(80))
    """What the bank calls the payment: the end-to-end id when it went in a batch, else as a person wrote it down."""
    paid_at: Mapped[datetime | None]
    paid_by: Mapped[str | None] = mapped_column(String(80))
    interest_due_at: Mapped[datetime | None]
    """Since when the desk knows that interest is to be decided on over it (`portal.paying.interest_due`)."""
