"""The outbox table."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, choice


class MessageKind(enum.StrEnum):
    """How a message travels."""

    EMAIL = "email"
    LETTER = "letter"


class MessageState(enum.StrEnum):
    """Where a message stands. A letter waits as queued until somebody prints it."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Recipient(enum.StrEnum):
    """For whom a message is; the name and address are looked up when it is sent."""

    RESIDENT = "resident"
    EMPLOYER = "employer"
    ACCOUNT = "account"
    PROVIDER = "provider"


class OutboxMessage(Base):
    """One message to be made and sent: a template and ids, no personal data. Unique per kind, template, object and version."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("kind", "template", "object_kind", "object_id", "version"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_and_at"),
        CheckConstraint("(state = 'sending') = (leased_until IS NOT NULL)", name="sending_and_lease"),
        CheckConstraint("(state = 'failed') = (failed_at IS NOT NULL)", name="failed_and_at"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        Index("ix_outbox_message_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    kind: Mapped[MessageKind] = mapped_column(choice(MessageKind))
    template: Mapped[str] = mapped_column(String(80))
    recipient: Mapped[Recipient] = mapped_column(choice(Recipient))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int]
    version: Mapped[int]
    locale: Mapped[str] = mapped_column(String(5))
    state: Mapped[MessageState] = mapped_column(choice(MessageState))
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(String(80))
