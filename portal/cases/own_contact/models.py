"""The way in which somebody was reached before they changed it, for the message that tells the old address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.cases.questions.models import ContactWay
from portal.platform.database import Base, choice
from portal.platform.sealed_columns import ADDRESS, NAME, SealedText


class FormerContact(Base):
    """Where somebody was reached until the person changed it."""

    __tablename__ = "former_contact"
    __table_args__ = (
        CheckConstraint("way <> 'email' OR email IS NOT NULL", name="email_when_by_email"),
        CheckConstraint("changed_by <> ''", name="changed_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), index=True)
    way: Mapped[ContactWay] = mapped_column(choice(ContactWay))
    name: Mapped[str] = mapped_column(SealedText(100, NAME))
    email: Mapped[str | None] = mapped_column(String(254))
    street: Mapped[str | None] = mapped_column(SealedText(100, ADDRESS))
    house_number: Mapped[str | None] = mapped_column(SealedText(20, ADDRESS))
    postcode: Mapped[str | None] = mapped_column(SealedText(10, ADDRESS))
    city: Mapped[str | None] = mapped_column(SealedText(100, ADDRESS))
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(80))
