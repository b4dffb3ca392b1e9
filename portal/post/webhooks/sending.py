"""Tell the systems of others: take up what happened, and send what is due, each outside any transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from http.client import HTTPException

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.people.audit.models import AuditEvent
from portal.platform.database import unit_of_work
from portal.platform.outbound import NotPublic
from portal.post.webhooks.actions import claim_delivery, note_answer, take_up_events
from portal.post.webhooks.models import Webhook, WebhookDelivery
from portal.post.webhooks.queries import as_bytes, cloud_event, secret, signed, webhooks

Post = Callable[[str, bytes, Mapping[str, str]], int]


def send_words(
    engine: Engine, *, key: str, address: str, post: Post, clock: Callable[[], datetime], at_most: int = 1000
) -> Counter[str]:
    """Take up what happened since the last time, and send what is due, each outside any transaction; what was sent and failed.

    A system at which a word does not arrive is left alone until the next time, so that others do not wait for it.
    """
    done: Counter[str] = Counter()
    silent: set[int] = set()
    for webhook_id in unit_of_work(engine, lambda s: [one.id for one in webhooks(s) if one.ended_at is None]):
        unit_of_work(engine, partial(_take_up, webhook_id=webhook_id, at=clock()))
    for _ in range(at_most):
        arrived = _send_one(engine, key, address, post, clock, silent)
        if arrived is None:
            break
        done["sent" if arrived else "failed"] += 1
    return done


def _take_up(session: Session, *, webhook_id: int, at: datetime) -> int:
    return take_up_events(session, webhook=session.get_one(Webhook, webhook_id), now=at)


def _send_one(
    engine: Engine, key: str, address: str, post: Post, clock: Callable[[], datetime], silent: set[int]
) -> bool | None:
    """Send the oldest that is due; whether it arrived, or None when nothing is due."""
    claimed = unit_of_work(engine, lambda s: _claimed(s, key, address, clock(), silent))
    if claimed is None:
        return None
    delivery, url, body, headers = claimed
    status, trouble = _sent(post, url, body, headers)
    at = clock()
    unit_of_work(engine, lambda s: note_answer(s, delivery=s.merge(delivery), status=status, trouble=trouble, now=at))
    arrived = status is not None and 200 <= status < 300
    if not arrived:
        silent.add(delivery.webhook_id)
    return arrived


def _sent(post: Post, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int | None, str]:
    """The status of the answer, or None and why there is none."""
    try:
        return post(url, body, headers), ""
    except NotPublic as error:
        return None, error.code
    except (OSError, HTTPException) as error:
        return None, type(error).__name__


def _claimed(
    session: Session, key: str, address: str, at: datetime, silent: Collection[int]
) -> tuple[WebhookDelivery, str, bytes, dict[str, str]] | None:
    delivery = claim_delivery(session, now=at, but_not=silent)
    if delivery is None:
        return None
    event = session.get_one(AuditEvent, delivery.event_id)
    body = as_bytes(cloud_event(session, event=event, address=address))
    return delivery, delivery.webhook.url, body, signed(body, key=secret(delivery.webhook, key), now=at)
