"""Table of help with filling in a question."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice


class HelpWay(enum.StrEnum):
    """How the person and who helps speak to each other."""

    COUNTER = "counter"
    TELEPHONE = "telephone"
    LETTER = "letter"
    FORM = "form"
    """They do not: the person filled in a form elsewhere, and its program brings the answers in."""


class Assistance(Base):
    """Who filled in a question for its person, or whose form brought it in, and by which way.

    A question without a row was filled in here, by the person alone.
    """

    __tablename__ = "assistance"
    __table_args__ = (CheckConstraint("length(by_name) > 0", name="by_somebody"),)

    question_id: Mapped[int] = mapped_column(
        ForeignKey("development_question.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    by_name: Mapped[str] = mapped_column(String(100))
    way: Mapped[HelpWay] = mapped_column(choice(HelpWay))
    started_at: Mapped[datetime]
