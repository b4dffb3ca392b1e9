"""The table of acts of two people. Nothing is booked, changed or sent by one: it waits for a second person."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, Cents, Json, choice, new_public_id

_WAITING = text("state = 'waiting'")


class TwoPersonKind(enum.StrEnum):
    """What is to be done."""

    OVERRIDE_INVOICE = "override_invoice"
    """Accept an invoice although a check found something."""
    CANCELLATION_FEE = "cancellation_fee"
    WRITE_OFF = "write_off"
    SET_OFF = "set_off"
    """Take a claim off a bill that is to be paid to the same debtor."""
    RAISE_BUDGET = "raise_budget"
    LOWER_BUDGET = "lower_budget"
    NEW_BUDGET = "new_budget"
    STOP_SCHEME = "stop_scheme"
    NEW_ACCOUNT = "new_account"
    CHANGE_ROLE = "change_role"
    OPEN_ACCOUNT = "open_account"


class TwoPersonState(enum.StrEnum):
    """Where an act of two people stands."""

    WAITING = "waiting"
    DONE = "done"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"


class TwoPersonAct(Base):
    """What one person laid down for another to do. At most one waits on a subject."""

    __tablename__ = "two_person_act"
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="reason_given"),
        CheckConstraint("length(subject) > 0", name="about_something"),
        CheckConstraint("amount_cents IS NULL OR amount_cents > 0", name="amount_positive"),
        CheckConstraint("(state = 'waiting') = (closed_at IS NULL)", name="closed_has_instant"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_someone"),
        CheckConstraint("(closed_at IS NULL) = (closed_by_name IS NULL)", name="closed_with_a_name"),
        CheckConstraint("state <> 'done' OR closed_by <> laid_down_by", name="four_eyes"),
        CheckConstraint("(state = 'sent_back') = (sent_back_reason IS NOT NULL)", name="sent_back_for_a_reason"),
        Index("ix_two_person_act_state_laid_down_at", "state", "laid_down_at"),
        Index("uq_two_person_act_waiting", "subject", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    kind: Mapped[TwoPersonKind] = mapped_column(choice(TwoPersonKind))
    subject: Mapped[str] = mapped_column(String(120))
    """What it is about, as the audit log says it: ``invoice:12``, ``funding_line:scholing-2027``, ``account:7``."""
    question_id: Mapped[int | None] = mapped_column(ForeignKey("development_question.id"), index=True)
    """The case, when it is about one."""
    amount_cents: Mapped[int | None] = mapped_column(Cents)
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What more the act needs, as plain data."""
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[TwoPersonState] = mapped_column(choice(TwoPersonState), default=TwoPersonState.WAITING)
    laid_down_at: Mapped[datetime]
    laid_down_by: Mapped[str] = mapped_column(String(80))
    laid_down_by_name: Mapped[str] = mapped_column(String(100))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(80))
    closed_by_name: Mapped[str | None] = mapped_column(String(100))
    sent_back_reason: Mapped[str | None] = mapped_column(Text)

    @property
    def number(self) -> int:
        """The key of the record that it is about. Raises ``ValueError`` when it is about none yet, or about a scheme."""
        return int(self.subject.partition(":")[2])
