"""The table of decisions on interest that the region itself owes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, new_public_id


@append_only
class OwnInterest(Base):
    """A decision on the interest over one amount that was paid too late (Awb 4:99), or what replaces it after an objection.

    Over what goes back to a holder after an objection, or over what the region itself owed.
    """

    __tablename__ = "own_interest"
    __table_args__ = (
        UniqueConstraint("repayment_id", "number"),
        UniqueConstraint("own_debt_id", "number"),
        CheckConstraint("(repayment_id IS NULL) <> (own_debt_id IS NULL)", name="over_one_amount"),
        CheckConstraint("number BETWEEN 0 AND 1", name="replaced_once"),
        CheckConstraint("(number = 0) = (before_cents = 0)", name="replaces_an_amount"),
        CheckConstraint("before_cents >= 0 AND amount_cents > before_cents", name="never_to_the_worse"),
        CheckConstraint("over_cents > 0", name="over_an_amount"),
        CheckConstraint("(own_debt_id IS NULL) = (pay_by IS NULL)", name="own_debt_has_last_day"),
        CheckConstraint("first_on <= last_on AND last_on < paid_on", name="until_it_was_paid"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    repayment_id: Mapped[int | None] = mapped_column(ForeignKey("repayment.id"))
    own_debt_id: Mapped[int | None] = mapped_column(ForeignKey("own_debt.id"))
    number: Mapped[int]
    """0 for the first decision, 1 for the one after an objection."""
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    over_cents: Mapped[int] = mapped_column(Cents)
    """What was paid too late."""
    pay_by: Mapped[date | None] = mapped_column(Date)
    """The last day to pay it; None for what a holder had paid the region: over that, interest runs from that payment (4:102)."""
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)
    paid_on: Mapped[date] = mapped_column(Date)
    before_cents: Mapped[int] = mapped_column(Cents)
    """What the first decision came to, for the one that replaces it."""
    amount_cents: Mapped[int] = mapped_column(Cents)
    reason: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(80))
    decided_by_name: Mapped[str] = mapped_column(String(100))

    @property
    def more_cents(self) -> int:
        """What is owed by this decision beside an earlier one."""
        return self.amount_cents - self.before_cents
