"""Putting messages in the outbox and taking them out. Sending itself is done after the commit, outside any transaction."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.act_counts import count_act
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import DEFAULT_LOCALE, supported_locale
from portal.platform.i18n import lazy_gettext as _l
from portal.post.messages.models import (
    MessageConsent,
    MessageKind,
    MessageState,
    MessageTopic,
    NoticedBy,
    OutboxMessage,
    Recipient,
    TextNumber,
    UndeliveredMail,
)
from portal.post.messages.queries import BY_MAIL_ALONE, consents_of, is_to_who_asked, text_number, undelivered

LEASE = timedelta(minutes=5)
ATTEMPTS = 8
CODE_LASTS = timedelta(minutes=15)
CODE_TRIES = 5
"""Wrong tries after which a code that was sent by SMS works no more."""
COMES_BACK_WITHIN = timedelta(days=14)
"""So long a mail that left may come back, and its figures are kept for the letter that takes its place then."""


@dataclass(frozen=True)
class NewMessage:
    """A message to be sent. Its kind, template, object and version together are asked for once."""

    kind: MessageKind | str
    template: str
    """The name of a file in ``templates/messages`` or ``templates/letters`` without its ending."""
    recipient: Recipient | str
    object_kind: str
    """With `object_id`: what it is about."""
    object_id: int
    version: int = 1
    """Counts messages about the same thing."""
    locale: str = DEFAULT_LOCALE
    details: Mapping[str, Any] | None = None
    """Figures, days (ISO) and short words for the text: never names, addresses or account numbers."""


def enqueue(session: Session, *, message: NewMessage, now: datetime) -> OutboxMessage:
    """Store a message with the act it belongs to. Asking for the same message again gives the one that is there."""
    known = session.scalar(
        select(OutboxMessage).where(
            OutboxMessage.kind == MessageKind(message.kind),
            OutboxMessage.template == message.template,
            OutboxMessage.object_kind == message.object_kind,
            OutboxMessage.object_id == message.object_id,
            OutboxMessage.version == message.version,
        )
    )
    if known is not None:
        return known
    queued = OutboxMessage(
        public_id=secrets.token_urlsafe(16),
        kind=MessageKind(message.kind),
        template=message.template,
        recipient=Recipient(message.recipient),
        object_kind=message.object_kind,
        object_id=message.object_id,
        version=message.version,
        locale=supported_locale(message.locale) or DEFAULT_LOCALE,
        state=MessageState.QUEUED,
        attempts=0,
        created_at=now,
        due_at=now,
        details=dict(message.details) if message.details else None,
    )
    session.add(queued)
    session.flush()
    return queued


def claim_next(
    session: Session,
    *,
    now: datetime,
    kind: MessageKind = MessageKind.EMAIL,
    may_leave: ColumnElement[bool] | None = None,
) -> OutboxMessage | None:
    """Take the oldest message that is due, with a lease of five minutes; one whose lease ran out counts as due.

    `may_leave` is a condition of who knows what it is about: the others stay where they are.

    Two senders never hold the same lease: the claim is a guarded UPDATE. None when nothing is due.
    """
    due = ((OutboxMessage.state == MessageState.QUEUED) & (OutboxMessage.due_at <= now)) | (
        (OutboxMessage.state == MessageState.SENDING) & (OutboxMessage.leased_until < now)
    )
    if may_leave is not None:
        due = due & may_leave
    while True:
        message_id = session.scalar(
            select(OutboxMessage.id)
            .where(OutboxMessage.kind == kind, due)
            .order_by(OutboxMessage.due_at, OutboxMessage.id)
            .limit(1)
        )
        if message_id is None:
            return None
        claimed = session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message_id, due)
            .values(state=MessageState.SENDING, leased_until=now + LEASE, attempts=OutboxMessage.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        if getattr(claimed, "rowcount", 0) == 1:
            return session.get(OutboxMessage, message_id, populate_existing=True)


def mark_sent(session: Session, *, message: OutboxMessage, now: datetime) -> None:
    """The message left: accepted by the mail server, or printed. A mail to who asked keeps its figures while it may come back."""
    message.state, message.sent_at, message.leased_until, message.failed_at = MessageState.SENT, now, None, None
    message.trouble = None
    if message.kind is MessageKind.LETTER or not is_to_who_asked(message):
        message.details = None
    session.flush()


def forget_details(session: Session, *, now: datetime) -> None:
    """Remove the figures of mail that left so long ago that it does not come back any more."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.state == MessageState.SENT,
            OutboxMessage.sent_at < now - COMES_BACK_WITHIN,
            OutboxMessage.details.is_not(None),
        )
        .values(details=None)
        .execution_options(synchronize_session=False)
    )


def mark_trouble(session: Session, *, message: OutboxMessage, trouble: str, now: datetime, final: bool = False) -> None:
    """Sending did not work: try again later, each time twice as long; after eight times it has failed and waits for a person.

    `trouble` is a short code without personal data; `final` gives up at once (there is no address, say).
    """
    message.leased_until, message.trouble = None, trouble[:80]
    if final or message.attempts >= ATTEMPTS:
        message.state, message.failed_at = MessageState.FAILED, now
    else:
        message.state, message.due_at = MessageState.QUEUED, now + timedelta(minutes=2**message.attempts)
    session.flush()


def retry(session: Session, *, message: OutboxMessage, now: datetime) -> None:
    """Queue a failed message again. Raises ``Refusal`` when it did not fail, or goes on paper already."""
    hold(session, message)
    known = undelivered(session, message=message)
    if known is not None and known.as_letter:
        raise Refusal("message_goes_as_letter", _l("Dit bericht gaat als brief. Het wordt niet nog eens gemaild."))
    write_guarded(
        session,
        message,
        OutboxMessage.state == MessageState.FAILED,
        otherwise=Refusal("message_not_failed", _l("Dit bericht wacht al, of is al verstuurd.")),
        state=MessageState.QUEUED,
        failed_at=None,
        attempts=0,
        due_at=now,
    )
    count_act(session, "message.queued_again")


def set_consent(
    session: Session, *, question_id: int, topics: Collection[MessageTopic], actor_id: str, now: datetime
) -> None:
    """Keep for which topics messages may go by e-mail: these, and no others. What was given before and stays is left as it is."""
    known = {consent.topic: consent for consent in consents_of(session, question_id=question_id)}
    for topic in MessageTopic:
        if topic in topics and topic not in known:
            session.add(MessageConsent(question_id=question_id, topic=topic, given_at=now, given_by=actor_id))
        elif topic in known and topic not in topics:
            known[topic].withdrawn_at, known[topic].withdrawn_by = now, actor_id
    count_act(session, "consent.set")
    session.flush()
    settle_address(session, question_id=question_id, actor_id=actor_id, now=now)


def settle_address(session: Session, *, question_id: int, actor_id: str, now: datetime) -> None:
    """The person said anew how to be reached: what failed before is settled."""
    for failing in session.scalars(
        select(UndeliveredMail).where(
            UndeliveredMail.question_id == question_id,
            UndeliveredMail.address_fails,
            UndeliveredMail.settled_at.is_(None),
        )
    ):
        failing.settled_at, failing.settled_by = now, actor_id
    session.flush()


# Mail that did not arrive ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NotArrived:
    """That a mail did not arrive: how that is known, the code of the mail server, and whether nothing arrives at that address."""

    how: NoticedBy
    status: str = ""
    address_fails: bool = False


def note_undelivered(
    session: Session, *, message: OutboxMessage, found: NotArrived, actor: Actor, now: datetime
) -> UndeliveredMail:
    """A mail or SMS did not arrive. To who asked it goes on paper instead: the same message, with the next printed letters.

    Then it was not made known yet, and terms run from the letter. Asked again it gives what is known. Raises ``Conflict`` for
    what is no mail, or did not leave yet.
    """
    if actor.audience not in (Audience.ADVISOR, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    hold(session, message)
    known = undelivered(session, message=message)
    if known is not None:
        return known
    if message.kind is MessageKind.LETTER:
        raise Conflict("no_mail", _l("Dit bericht is een brief."))
    if message.state not in (MessageState.SENT, MessageState.FAILED):
        raise Conflict("mail_not_sent", _l("Deze e-mail is nog niet verstuurd."))
    to_asker = is_to_who_asked(message)
    as_letter = to_asker and _can_be_a_letter(message, now)
    made = UndeliveredMail(
        message_id=message.id,
        question_id=message.object_id if to_asker else None,
        how=found.how,
        code=found.status[:20],
        address_fails=found.address_fails and to_asker,
        as_letter=as_letter,
        noticed_at=now,
        noticed_by=actor.reference,
    )
    if not write_new(session, made, otherwise=None):
        return session.scalars(select(UndeliveredMail).where(UndeliveredMail.message_id == message.id)).one()
    if as_letter:
        letter = NewMessage(
            MessageKind.LETTER,
            message.template,
            message.recipient,
            object_kind=message.object_kind,
            object_id=message.object_id,
            version=message.version,
            locale=message.locale,
            details=message.details,
        )
        enqueue(session, message=letter, now=now)
    record(session, actor=actor, action="message.undelivered", object_kind="message", object_id=message.id, now=now)
    return made


def _can_be_a_letter(message: OutboxMessage, now: datetime) -> bool:
    """Whether the figures that the letter says are still there, and it says something on paper."""
    left_at = message.sent_at or message.failed_at or now
    return message.template not in BY_MAIL_ALONE and now - left_at <= COMES_BACK_WITHIN


# Short messages --------------------------------------------------------------------------------------------------------


def want_texts(session: Session, *, question_id: int, actor_id: str, now: datetime) -> TextNumber:
    """Somebody wants short messages: a code is to prove the number. Asked again it is proved anew."""
    known = text_number(session, question_id=question_id)
    if known is None:
        known = TextNumber(question_id=question_id)
        session.add(known)
    known.asked_at, known.asked_by, known.proved_at = now, actor_id, None
    known.code_hash, known.code_until, known.tries = None, None, 0
    session.flush()
    return known


def arm_text_code(session: Session, *, question_id: int, now: datetime) -> str | None:
    """Make the code of a message that leaves now; the one before works no more. None when no code is awaited any more."""
    known = text_number(session, question_id=question_id)
    if known is None or known.proved_at is not None:
        return None
    code = f"{secrets.randbelow(1_000_000):06d}"
    known.code_hash, known.code_until, known.tries = _code_hash(known, code), now + CODE_LASTS, 0
    session.flush()
    return code


def prove_code(session: Session, *, question_id: int, code: str, actor_id: str, now: datetime) -> bool:
    """Whether this is the code that was sent, in time and within five tries; then short messages may go to the number."""
    known = text_number(session, question_id=question_id)
    if known is None or known.code_hash is None or known.code_until is None:
        return False
    if now > known.code_until or known.tries >= CODE_TRIES:
        return False
    if not secrets.compare_digest(known.code_hash, _code_hash(known, code)):
        known.tries += 1
        session.flush()
        return False
    known.proved_at, known.code_hash, known.code_until = now, None, None
    settle_address(session, question_id=question_id, actor_id=actor_id, now=now)
    session.flush()
    return True


def forget_text_number(session: Session, *, question_id: int) -> bool:
    """No short messages any more, because it was said so or the number changed; whether there were."""
    known = text_number(session, question_id=question_id)
    if known is None:
        return False
    session.delete(known)
    session.flush()
    return True


def _code_hash(known: TextNumber, code: str) -> str:
    return hashlib.sha256(f"text:{known.question_id}:{code}".encode("utf-8", "surrogatepass")).hexdigest()
