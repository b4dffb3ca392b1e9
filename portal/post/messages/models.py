"""The tables of the outbox, of mail that did not arrive, and of the consent to electronic sending."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.platform.database import Base, Json, choice

_IN_FORCE = text("withdrawn_at IS NULL")


class MessageKind(enum.StrEnum):
    """How a message travels."""

    EMAIL = "email"
    LETTER = "letter"
    SMS = "sms"
    """A few words and a link, to a number that the person proved to have."""


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


class MessageTopic(enum.StrEnum):
    """What a message is about, as far as agreeing to electronic sending goes: that is said per topic (Awb 2:8)."""

    CASE = "case"
    """The question and the talks about it."""
    DECISION = "decision"
    """Decisions, settlements, hearings and objections."""
    VOUCHER = "voucher"
    """Vouchers, invoices, payments and what is asked back."""


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
        Index("ix_outbox_message_about", "object_kind", "object_id"),
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
    details: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Figures, days and short words for the text (no names or addresses); gone when the message has left, of a mail about a
    question when it cannot come back any more."""


class NoticedBy(enum.StrEnum):
    """How the desk found out that an e-mail did not arrive."""

    HAND = "hand"
    """An advisor was told, or read it."""
    REPORT = "report"
    """A mail server reported it later (RFC 3464)."""
    REFUSAL = "refusal"
    """The mail server refused the address when the mail was handed over."""


class UndeliveredMail(Base):
    """An e-mail that left and did not arrive: how that was noticed, and what took its place. No address and no words of a report.

    `question_id` has no foreign key: messages lie below questions.
    """

    __tablename__ = "undelivered_mail"
    __table_args__ = (
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_someone"),
        CheckConstraint("settled_at IS NULL OR address_fails", name="only_an_address_is_settled"),
        CheckConstraint("NOT address_fails OR question_id IS NOT NULL", name="address_of_a_question"),
        CheckConstraint("NOT as_letter OR question_id IS NOT NULL", name="letter_about_a_question"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id", ondelete="CASCADE"), unique=True)
    message: Mapped[OutboxMessage] = relationship()
    question_id: Mapped[int | None] = mapped_column(index=True)
    how: Mapped[NoticedBy] = mapped_column(choice(NoticedBy))
    code: Mapped[str] = mapped_column(String(20))
    """What the mail server said (RFC 3463), such as 5.1.1; empty when somebody noticed it."""
    address_fails: Mapped[bool]
    """Nothing arrives at this address: until the person says how to be reached, all goes on paper."""
    as_letter: Mapped[bool]
    """The same message waits for the printer, or was printed."""
    noticed_at: Mapped[datetime]
    noticed_by: Mapped[str] = mapped_column(String(80))
    settled_at: Mapped[datetime | None]
    """When the person said anew how to be reached."""
    settled_by: Mapped[str | None] = mapped_column(String(80))


class MessageConsent(Base):
    """Somebody agreed to get messages about one topic of one question by e-mail, and perhaps took that back.

    `question_id` has no foreign key: messages lie below questions. What was withdrawn stays, to show how it was at each moment.
    """

    __tablename__ = "message_consent"
    __table_args__ = (
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_someone"),
        CheckConstraint("withdrawn_at IS NULL OR withdrawn_at >= given_at", name="withdrawn_after_given"),
        Index(
            "uq_message_consent_in_force",
            "question_id",
            "topic",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(index=True)
    topic: Mapped[MessageTopic] = mapped_column(choice(MessageTopic))
    given_at: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(String(80))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))


class TextNumber(Base):
    """Who is called wants short messages (SMS) too, and proved to have the number that stands with the question. No number here.

    `question_id` has no foreign key: messages lie below questions. With another number the row goes, and it is proved anew.
    """

    __tablename__ = "text_number"
    __table_args__ = (
        CheckConstraint("(code_hash IS NULL) = (code_until IS NULL)", name="code_ends"),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(unique=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(80))
    code_hash: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the code that was sent; the code is made when the message leaves."""
    code_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    """Wrong tries of this code."""
    proved_at: Mapped[datetime | None]
