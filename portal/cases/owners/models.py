"""Table of the owners of cases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base


class CaseOwner(Base):
    """The one advisor who has a case. No row: nobody has it. The audit log keeps who had it before."""

    __tablename__ = "case_owner"
    __table_args__ = (CheckConstraint("length(given_by) > 0", name="given_by_someone"),)

    question_id: Mapped[int] = mapped_column(
        ForeignKey("development_question.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    since: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(String(80))
    """Who gave the case: the owner by claiming it, or the one who handed it over."""
