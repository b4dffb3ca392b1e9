"""Tables of the systems that want to hear of something, and of what was sent to them."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.platform.database import Base, choice, new_public_id

TELLS = (
    "question.submitted",
    "application.received",
    "question.approved",
    "question.rejected",
    "question.referred",
    "question.withdrawn",
    "question.closed",
    "voucher.issued",
    "voucher.redeemed",
    "voucher.revoked",
    "voucher.expired",
    "voucher.settled",
    "invoice.submitted",
    "invoice.accepted",
    "invoice.refused",
    "payment.executed",
    "payment.returned",
    "scheme_version.published",
)
"""Of what may be told, by the names of the audit log."""


class DeliveryState(enum.StrEnum):
    """Where one word to one system stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    GIVEN_UP = "given_up"


class Webhook(Base):
    """A system that wants to hear: its address, and of what. Its secret is stored nowhere (`queries.secret`)."""

    __tablename__ = "webhook"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="has_name"),
        CheckConstraint("substr(url, 1, 8) = 'https://'", name="https_only"),
        CheckConstraint("after_place >= 0", name="place_not_negative"),
        CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_why IS NULL)",
            name="ended_by_someone_for_a_reason",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(100))
    url: Mapped[str] = mapped_column(String(500))
    tells: Mapped[list[str]]
    after_place: Mapped[int]
    """Up to this place of the audit chain everything was looked at for this system."""
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))
    ended_why: Mapped[str | None] = mapped_column(String(40))


class WebhookDelivery(Base):
    """One word to one system: how often it was tried, and what came back. It is sent again until it arrives, for three days."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_instant"),
        CheckConstraint("(state = 'sending') = (leased_until IS NOT NULL)", name="sending_has_lease"),
        CheckConstraint("state <> 'given_up' OR trouble IS NOT NULL", name="given_up_for_a_reason"),
        Index("ix_webhook_delivery_state_due_at", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"), index=True)
    webhook: Mapped[Webhook] = relationship()
    event_id: Mapped[int] = mapped_column(ForeignKey("audit_event.id"), index=True)
    state: Mapped[DeliveryState] = mapped_column(choice(DeliveryState), default=DeliveryState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    status: Mapped[int | None]
    """What the other side answered last."""
    trouble: Mapped[str | None] = mapped_column(String(80))
