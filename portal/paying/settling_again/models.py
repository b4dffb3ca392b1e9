"""Tables of new settlements in the place of lower ones, and of what the desk owes the holder because of one."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, choice, new_public_id


class RepaymentState(enum.StrEnum):
    """Whether the holder got the money."""

    OPEN = "open"
    PAID = "paid"


@append_only
class SettlingAgain(Base):
    """A decision that replaces a lower settlement by a higher amount. At most one per settlement: after it comes the court."""

    __tablename__ = "resettlement"
    __table_args__ = (
        CheckConstraint("settled_cents > before_cents AND before_cents >= 0", name="only_higher"),
        CheckConstraint(
            "unclaimed_cents >= 0 AND forgiven_cents >= 0 AND repaid_cents >= 0 AND restored_cents >= 0",
            name="parts_not_negative",
        ),
        CheckConstraint(
            "settled_cents - before_cents = unclaimed_cents + forgiven_cents + repaid_cents + restored_cents",
            name="adds_up",
        ),
        CheckConstraint("decision_id <> replaced_decision_id", name="replaces_another"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    settlement_id: Mapped[int] = mapped_column(ForeignKey("settlement.id"), unique=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    replaced_decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    """The decision that it takes the place of."""
    before_cents: Mapped[int] = mapped_column(Cents)
    settled_cents: Mapped[int] = mapped_column(Cents)
    unclaimed_cents: Mapped[int] = mapped_column(Cents)
    """No longer to come back from the holder."""
    forgiven_cents: Mapped[int] = mapped_column(Cents)
    """Was written off before, and turns out not to have been owed."""
    repaid_cents: Mapped[int] = mapped_column(Cents)
    """Had come back from the holder, and is owed to the holder now."""
    restored_cents: Mapped[int] = mapped_column(Cents)
    """On the invoices again from which it was taken, and to be paid."""
    reason: Mapped[str] = mapped_column(Text)
    settled_at: Mapped[datetime]
    settled_by: Mapped[str] = mapped_column(String(80))
    settled_by_name: Mapped[str] = mapped_column(String(100))


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
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    settled_again_id: Mapped[int] = mapped_column("resettlement_id", ForeignKey("resettlement.id"), unique=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    amount_cents: Mapped[int] = mapped_column(Cents)
    state: Mapped[RepaymentState] = mapped_column(choice(RepaymentState), default=RepaymentState.OPEN)
    owed_since: Mapped[datetime]
    payee_name: Mapped[str | None] = mapped_column(String(70))
    iban: Mapped[str | None] = mapped_column(String(34))
    """On which account the holder wants it; empty until the holder says so, and again after the bank sent it back."""
    account_given_at: Mapped[datetime | None]
    account_given_by: Mapped[str | None] = mapped_column(String(80))
    paid_on: Mapped[date | None] = mapped_column(Date)
    reference: Mapped[str | None] = mapped_column(String(80))
    """What the bank calls the payment: the end-to-end id when it went in a batch, else as a person wrote it down."""
    paid_at: Mapped[datetime | None]
    paid_by: Mapped[str | None] = mapped_column(String(80))
