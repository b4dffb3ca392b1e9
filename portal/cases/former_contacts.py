"""The way in which somebody was reached before it changed: kept, and told at the old address, whoever changed it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.cases.questions.models import Contact, ContactWay, DevelopmentQuestion
from portal.cases.questions.queries import asker_audience
from portal.people.actor import Actor
from portal.platform.database import Base, choice
from portal.platform.sealed_columns import ADDRESS, NAME, SealedText
from portal.post.messages.actions import NewMessage, enqueue
from portal.post.messages.models import MessageKind

CHANGED = "question/reach_changed"
"""The message to an old address. Its version is the id of how the person was reached before."""


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


def tell_old_address(
    session: Session, question: DevelopmentQuestion, kept: Contact, actor: Actor, now: datetime
) -> None:
    """Keep where the person was reached and tell it there, by mail or letter. Who was called has no old address."""
    former = FormerContact(
        question_id=question.id,
        way=kept.way,
        name=kept.name,
        email=kept.email,
        street=kept.street,
        house_number=kept.house_number,
        postcode=kept.postcode,
        city=kept.city,
        changed_at=now,
        changed_by=actor.reference,
    )
    session.add(former)
    session.flush()
    kind = MessageKind.EMAIL if kept.email else MessageKind.LETTER if kept.street else None
    if kind is not None:
        to = asker_audience(question).value
        told = NewMessage(
            kind,
            CHANGED,
            to,
            object_kind="question",
            object_id=question.id,
            version=former.id,
            locale=question.language,
        )
        enqueue(session, message=told, now=now)


def former_contact(session: Session, *, question_id: int, former_id: int) -> FormerContact | None:
    """How the person of a question was reached before it was changed; for the message that says so."""
    known = session.get(FormerContact, former_id)
    return known if known is not None and known.question_id == question_id else None
