"""Tables of the checks of the books: when one ran and what it found, and what a person said about it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.platform.append_only import append_only
from portal.platform.database import Base, Json, new_public_id


@append_only
class BooksCheck(Base):
    """One look at all of the books and the audit log: how much there was, and every break that was found."""

    __tablename__ = "books_check"
    __table_args__ = (CheckConstraint("breaks >= 0", name="breaks_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    ran_at: Mapped[datetime]
    ran_by: Mapped[str] = mapped_column(String(80))
    transfers: Mapped[int] = mapped_column(Integer)
    events: Mapped[int] = mapped_column(Integer)
    """How many events the audit log had."""
    breaks: Mapped[int] = mapped_column(Integer)
    found: Mapped[list[list[str]]] = mapped_column(Json)
    """The breaks, each as invariant, subject and message; the first ones when there are very many."""

    answer: Mapped[BooksAnswer | None] = relationship(back_populates="check", lazy="selectin")


@append_only
class BooksAnswer(Base):
    """Somebody looked at what a check found and wrote why payments may go on."""

    __tablename__ = "books_answer"
    __table_args__ = (CheckConstraint("length(reason) > 0", name="reason_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("books_check.id"), unique=True)
    reason: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime]
    answered_by: Mapped[str] = mapped_column(String(80))
    answered_by_name: Mapped[str] = mapped_column(String(100))

    check: Mapped[BooksCheck] = relationship(back_populates="answer")
