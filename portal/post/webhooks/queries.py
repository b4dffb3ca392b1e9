"""Reads of systems that want to hear, and the word itself: a CloudEvent in the NL GOV profile, signed."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session, joinedload

from portal.people.audit.models import AuditEvent
from portal.platform.database import Base
from portal.post.webhooks.models import DeliveryState, Webhook, WebhookDelivery

MEDIA_TYPE = "application/cloudevents+json"
TYPE = "nl.ontwikkelloket."
TABLES = {
    "question": "development_question",
    "application": "development_question",
    "voucher": "voucher",
    "invoice": "invoice",
    "payment": "payment",
}
"""Per kind of object the table that has its public id."""


def webhooks(session: Session) -> list[Webhook]:
    """All of them, the newest first. The caller guards that an administrator looks."""
    return list(session.scalars(select(Webhook).order_by(Webhook.id.desc())))


def webhook_by_public_id(session: Session, *, public_id: str) -> Webhook | None:
    """One of them."""
    return session.scalar(select(Webhook).where(Webhook.public_id == public_id))


def deliveries(session: Session, *, webhook: Webhook, limit: int = 50) -> list[tuple[WebhookDelivery, AuditEvent]]:
    """What was sent or waits, the newest first, each with what it is about."""
    rows = (
        select(WebhookDelivery, AuditEvent)
        .join(AuditEvent, AuditEvent.id == WebhookDelivery.event_id)
        .where(WebhookDelivery.webhook_id == webhook.id)
        .order_by(WebhookDelivery.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(rows)]


@dataclass(frozen=True)
class UnheardWords:
    """What other systems that still want to hear did not hear: words that were given up, and since when one waits."""

    given_up: int
    oldest: datetime | None


def unheard(session: Session) -> UnheardWords:
    """Of the systems that were not ended; a look at an index."""
    mine = WebhookDelivery.webhook_id.in_(select(Webhook.id).where(Webhook.ended_at.is_(None)))
    given_up = select(func.count()).where(WebhookDelivery.state == DeliveryState.GIVEN_UP, mine)
    waiting = WebhookDelivery.state.in_((DeliveryState.WAITING, DeliveryState.SENDING))
    oldest = select(func.min(WebhookDelivery.made_at)).where(waiting, mine)
    return UnheardWords(session.scalar(given_up) or 0, session.scalar(oldest))


def delivery_by_id(session: Session, *, delivery_id: int) -> WebhookDelivery | None:
    """One delivery with its system."""
    rows = select(WebhookDelivery).options(joinedload(WebhookDelivery.webhook))
    return session.scalar(rows.where(WebhookDelivery.id == delivery_id))


def secret(webhook: Webhook, key: str) -> str:
    """The secret that a system shares with this desk. It follows from the key of the desk, and is stored nowhere."""
    return "whsec_" + hmac.new(key.encode(), f"webhook:{webhook.public_id}".encode(), hashlib.sha256).hexdigest()


def cloud_event(session: Session, *, event: AuditEvent, address: str) -> dict[str, Any]:
    """What happened as a CloudEvent: the kind, the moment and the public id; who wants to know more asks with a token."""
    return {
        "specversion": "1.0",
        "id": f"{event.id}",
        "source": address,
        "type": TYPE + event.action.replace("_", "-"),
        "time": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "subject": _public_id(session, event),
        "datacontenttype": "application/json",
        "data": {"kind": event.object_kind},
    }


def _public_id(session: Session, event: AuditEvent) -> str:
    name = TABLES.get(event.object_kind)
    if name is None:
        return event.object_kind
    table = Base.metadata.tables[name]
    found = session.scalar(select(table.c.public_id).where(cast(table.c.id, String) == event.object_id))
    return event.object_kind if found is None else str(found)


def signed(body: bytes, *, key: str, now: datetime) -> dict[str, str]:
    """The headers that say who sent it and when: an HMAC over the moment and the body, so that nothing old is sent again."""
    moment = str(int(now.timestamp()))
    mark = hmac.new(key.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Content-Type": MEDIA_TYPE, "Webhook-Timestamp": moment, "Webhook-Signature": f"t={moment},v1={mark}"}


def as_bytes(event: dict[str, Any]) -> bytes:
    """The body as it is signed and sent."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
