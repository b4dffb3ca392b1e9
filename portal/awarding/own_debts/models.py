"""The table of what the region itself owes somebody by a decision: a penalty for being late, damage, or interest.

A penalty (Awb 4:17) is forfeited by the body that was late, damage (4:50, second paragraph) is made good by the body that
decided, and interest (4:98) is owed by the body that paid too late. None of these is subsidy: it is paid of the region's own
money. So it stands in no budget and in no account of a funder, and the ledger has no row of it; it is paid in a batch for the
bank like everything else.
"""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.clock import local_date
from portal.platform.database import Base, Cents, choice, new_public_id
from portal.platform.legal_calendar import term_of_weeks
from portal.platform.sealed_columns import ACCOUNT, NAME, SealedText

WEEKS_TO_PAY = 6
"""Awb 4:87, first paragraph: the desk pays within six weeks after the decision was made known."""


class OwnDebtKind(enum.StrEnum):
    """Why the region owes it."""

    PENALTY = "penalty"
    """A decision was late (Awb 4:17)."""
    DAMAGE = "damage"
    """Somebody trusted an award that ends earlier (Awb 4:50, second paragraph)."""
    INTEREST = "interest"
    """The region paid somebody too late (Awb 4:98, 4:102)."""


class OwnDebtState(enum.StrEnum):
    """Whether it was paid."""

    OPEN = "open"
    PAID = "paid"
    LAPSED = "lapsed"
    """The decision that gave it was replaced before it was paid (Awb 7:11)."""


class OwnDebt(Base):
    """What the region owes who asked, or another who objected, of its own money by one decision.

    Who gets it says on which account. When the bank sends it back it is owed again, and the account is asked anew.
    """

    __tablename__ = "own_debt"
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
        CheckConstraint(
            "(state = 'lapsed') = (lapsed_at IS NOT NULL) AND (lapsed_at IS NULL) = (lapsed_by IS NULL)",
            name="lapsed_by_someone",
        ),
        Index("ix_own_debt_state", "state"),
        Index(
            "ix_own_debt_interest_due",
            "interest_due_at",
            sqlite_where=text("interest_due_at IS NOT NULL"),
            postgresql_where=text("interest_due_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id"), index=True)
    kind: Mapped[OwnDebtKind] = mapped_column(choice(OwnDebtKind))
    to_another: Mapped[bool] = mapped_column(Boolean)
    """Whether it is owed to another who objected, and not to who asked: that is no business of who asked."""
    amount_cents: Mapped[int] = mapped_column(Cents)
    state: Mapped[OwnDebtState] = mapped_column(choice(OwnDebtState), default=OwnDebtState.OPEN)
    owed_since: Mapped[datetime]
    payee_name: Mapped[str | None] = mapped_column(SealedText(70, NAME))
    iban: Mapped[str | None] = mapped_column(SealedText(34, ACCOUNT, findable=True))
    """On which account it is wanted; empty until somebody says so, and again after the bank sent it back."""
    account_given_at: Mapped[datetime | None]
    account_given_by: Mapped[str | None] = mapped_column(String(80))
    paid_on: Mapped[date | None] = mapped_column(Date)
    reference: Mapped[str | None] = mapped_column(String(80))
    """The end-to-end id of the payment."""
    paid_at: Mapped[datetime | None]
    paid_by: Mapped[str | None] = mapped_column(String(80))
    lapsed_at: Mapped[datetime | None]
    lapsed_by: Mapped[str | None] = mapped_column(String(80))
    interest_due_at: Mapped[datetime | None]
    """Since when the desk knows that interest is to be decided on over it (`portal.paying.interest_due`)."""

    @property
    def pay_by(self) -> date:
        """The day by which it is paid at the latest, counted from the decision: never later than what the law gives."""
        return pay_own_debt_by(self.owed_since)


def pay_own_debt_by(owed_since: datetime) -> date:
    """The last day to pay what is owed by a decision of this instant (Awb 4:87, first paragraph)."""
    return term_of_weeks(local_date(owed_since), WEEKS_TO_PAY)
