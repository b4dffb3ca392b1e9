"""Setting up systems that want to hear, taking up what happened, and noting what arrived."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.people.audit.models import AuditEvent, AuditHead, AuditLink
from portal.platform.database import insert_into
from portal.platform.errors import Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.outbound import NotPublic, shape_of
from portal.post.webhooks.models import TELLS, DeliveryState, Webhook, WebhookDelivery

LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
GIVES_UP = timedelta(days=3)
GONE = 410
SYSTEM = Actor.system("webhooks")


@dataclass(frozen=True)
class NewWebhook:
    """A system that is to be told: what it is called, where, and of what."""

    name: str
    url: str
    tells: Collection[str]


def add_webhook(session: Session, *, wanted: NewWebhook, actor: Actor, now: datetime) -> Webhook:
    """Tell a system from now on of what happens. Raises ``Refusal`` for an address that is not public https."""
    _administrator_only(actor)
    if not wanted.name.strip():
        raise Refusal("webhook_name", _l("Geef het systeem een naam."), field="name")
    try:
        shape_of(wanted.url)
    except NotPublic:
        message = _l("Vul een https-adres op het internet in, zonder naam of wachtwoord erin.")
        raise Refusal("webhook_url", message, field="url") from None
    if not wanted.tells or not set(wanted.tells) <= set(TELLS):
        raise Refusal("webhook_tells", _l("Kies waarover wij bericht sturen."), field="tells")
    so_far = session.scalar(select(AuditHead.places).with_for_update())  # who writes at this moment comes first
    made = Webhook(
        name=wanted.name.strip()[:100],
        url=wanted.url,
        tells=[one for one in TELLS if one in wanted.tells],
        after_place=so_far or 0,
        made_at=now,
        made_by=actor.reference,
    )
    session.add(made)
    session.flush()
    _log(session, made, "webhook.added", actor, now)
    return made


def end_webhook(session: Session, *, webhook: Webhook, why: str = "by_hand", actor: Actor, now: datetime) -> None:
    """Tell a system nothing more. What still waited is not sent. Ending it again changes nothing."""
    _administrator_only(actor)
    ended = write_guarded(
        session,
        webhook,
        Webhook.ended_at.is_(None),
        otherwise=None,
        ended_at=now,
        ended_by=actor.reference,
        ended_why=why,
    )
    if ended:
        _log(session, webhook, "webhook.ended", actor, now)


def take_up_events(session: Session, *, webhook: Webhook, now: datetime, at_most: int = 1000) -> int:
    """Lay down a word for everything that happened since the last time and that this system wants to hear; how many.

    The chain of the audit log has one order, that of the commits, so nothing is passed over.
    """
    if not hold(session, webhook, Webhook.ended_at.is_(None)):
        return 0
    upto = min(session.scalar(select(AuditHead.places)) or 0, webhook.after_place + at_most)
    rows = session.scalars(
        select(AuditEvent.id)
        .join(AuditLink, AuditLink.event_id == AuditEvent.id)
        .where(
            AuditLink.place > webhook.after_place,
            AuditLink.place <= upto,
            AuditEvent.action.in_(webhook.tells),
            AuditEvent.result == "done",
        )
        .order_by(AuditLink.place)
    ).all()
    for event_id in rows:
        session.execute(
            insert_into(session)(WebhookDelivery)
            .values(
                webhook_id=webhook.id,
                event_id=event_id,
                state=DeliveryState.WAITING,
                attempts=0,
                made_at=now,
                due_at=now,
            )
            .on_conflict_do_nothing(index_elements=["webhook_id", "event_id"])
        )
    webhook.after_place = upto
    session.flush()
    return len(rows)


def claim_delivery(
    session: Session, *, now: datetime, but_not: Collection[int] = frozenset()
) -> WebhookDelivery | None:
    """Take the oldest word that is due, with a lease; None when nothing is. Two senders never take the same one.

    `but_not` are systems that did not answer just now: what waits for them waits for the next time.
    """
    due = or_(
        (WebhookDelivery.state == DeliveryState.WAITING) & (WebhookDelivery.due_at <= now),
        (WebhookDelivery.state == DeliveryState.SENDING) & (WebhookDelivery.leased_until < now),
    )
    live = select(Webhook.id).where(Webhook.ended_at.is_(None), Webhook.id.not_in(but_not))
    while True:
        oldest = session.scalar(
            select(WebhookDelivery.id)
            .where(due, WebhookDelivery.webhook_id.in_(live))
            .order_by(WebhookDelivery.due_at, WebhookDelivery.id)
            .limit(1)
        )
        if oldest is None:
            return None
        taken = session.execute(
            update(WebhookDelivery)
            .where(WebhookDelivery.id == oldest, due)
            .values(state=DeliveryState.SENDING, leased_until=now + LEASE, attempts=WebhookDelivery.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        if getattr(taken, "rowcount", 0) == 1:
            return session.get(WebhookDelivery, oldest, populate_existing=True)


def note_answer(
    session: Session, *, delivery: WebhookDelivery, status: int | None, trouble: str, now: datetime
) -> None:
    """What came back. 2xx: it arrived. 410: nothing more is wanted. Else again, each time twice as long, for three days."""
    mine = (WebhookDelivery.state == DeliveryState.SENDING, WebhookDelivery.attempts == delivery.attempts)
    if status is not None and 200 <= status < 300:
        write_guarded(
            session, delivery, *mine, otherwise=None,
            state=DeliveryState.SENT, sent_at=now, leased_until=None, status=status, trouble=None,
        )  # fmt: skip
        return
    wait = min(FIRST_WAIT * 2 ** min(delivery.attempts - 1, 12), LONGEST_WAIT)
    over = status == GONE or now + wait > delivery.made_at + GIVES_UP
    write_guarded(
        session, delivery, *mine, otherwise=None,
        state=DeliveryState.GIVEN_UP if over else DeliveryState.WAITING,
        due_at=now + wait, leased_until=None, status=status, trouble=(trouble or f"status_{status}")[:80],
    )  # fmt: skip
    if status == GONE:
        end_webhook(session, webhook=session.get_one(Webhook, delivery.webhook_id), why="gone", actor=SYSTEM, now=now)


def send_delivery_again(session: Session, *, delivery: WebhookDelivery, actor: Actor, now: datetime) -> None:
    """Send a word that was given up once more, for three days from now. Nothing happens to one that was not."""
    _administrator_only(actor)
    again = write_guarded(
        session,
        delivery,
        WebhookDelivery.state == DeliveryState.GIVEN_UP,
        otherwise=None,
        state=DeliveryState.WAITING,
        attempts=0,
        made_at=now,
        due_at=now,
        trouble=None,
    )
    if again:
        _log(session, session.get_one(Webhook, delivery.webhook_id), "webhook.sent_again", actor, now)


def _administrator_only(actor: Actor) -> None:
    if actor.audience not in (Audience.ADMIN, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))


def _log(session: Session, webhook: Webhook, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="webhook", object_id=webhook.id, now=now)
