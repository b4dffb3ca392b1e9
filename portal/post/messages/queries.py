"""Reads of the outbox."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.platform.among import among
from portal.post.messages.models import (
    MessageConsent,
    MessageKind,
    MessageState,
    MessageTopic,
    OutboxMessage,
    Recipient,
    TextNumber,
    UndeliveredMail,
)

TO_ANOTHER = frozenset({"question/reach_changed", "pledge/asked"})
"""About a question, and not to the address of who asked: a word to an old address, a question to an employer."""
TEXT_CODE = "text/code"
"""The SMS with the code that proves a number."""
OWN_CODE = "question/own_code"
"""The mail, SMS or letter with the code by which who asked proves who they are."""
BY_MAIL_ALONE = TO_ANOTHER | {"question/new_link", "question/talk_reminder", TEXT_CODE, OWN_CODE}
"""About a question, and of no use on paper when the mail did not arrive."""

_TOPICS = {
    MessageTopic.DECISION: (
        "decision",
        "hearing",
        "objection",
        "late",
        "application",
        "settlement",
        "reduction",
        "voucher/topped_up",
        "recovery/reminded",
        "recovery/deferred",
        "recovery/not_deferred",
        "recovery/planned",
        "recovery/written_off",
        "recovery/not_waived",
        "recovery/charges_waived",
        "recovery/interest",
        "recovery/interest_undone",
        "recovery/set_off",
        "recovery/set_off_undone",
    ),
    MessageTopic.VOUCHER: ("voucher", "award", "recovery", "payment", "invoice", "outcome"),
}


def outbox(
    session: Session,
    *,
    state: MessageState | None = None,
    kind: MessageKind | None = None,
    limit: int = 200,
    offset: int = 0,
) -> list[OutboxMessage]:
    """Messages, newest first."""
    rows = select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(limit).offset(offset)
    if state is not None:
        rows = rows.where(OutboxMessage.state == state)
    if kind is not None:
        rows = rows.where(OutboxMessage.kind == kind)
    return list(session.scalars(rows))


def message_by_public_id(
    session: Session, *, public_id: str, about: ColumnElement[bool] | None = None
) -> OutboxMessage | None:
    """The message with this public id; with `about` only when it is about what that condition on messages says."""
    one = select(OutboxMessage).where(OutboxMessage.public_id == public_id)
    return session.scalar(one if about is None else one.where(about))


def messages_about(session: Session, *, object_kind: str, object_id: int) -> list[OutboxMessage]:
    """Messages about one object, oldest first."""
    chosen = (OutboxMessage.object_kind == object_kind, OutboxMessage.object_id == object_id)
    return list(session.scalars(select(OutboxMessage).where(*chosen).order_by(OutboxMessage.id)))


def outbox_counts(session: Session) -> dict[MessageState, int]:
    """How many messages stand in each state."""
    counted = session.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)).all()
    return {MessageState.QUEUED: 0, MessageState.FAILED: 0} | {state: int(number) for state, number in counted}


def oldest_waiting(session: Session) -> datetime | None:
    """Since when the oldest unsent e-mail or SMS waits."""
    waiting = (MessageState.QUEUED, MessageState.SENDING)
    return session.scalar(
        select(func.min(OutboxMessage.created_at)).where(
            OutboxMessage.kind != MessageKind.LETTER, OutboxMessage.state.in_(waiting)
        )
    )


def topic_of(template: str) -> MessageTopic:
    """What a message is about, by its template or the first word of it; what is not named is about the case."""
    first = template.split("/", 1)[0]
    return next((topic for topic, words in _TOPICS.items() if first in words or template in words), MessageTopic.CASE)


def consents_of(session: Session, *, question_id: int) -> list[MessageConsent]:
    """The consents to e-mail that are in force for a question."""
    chosen = (MessageConsent.question_id == question_id, MessageConsent.withdrawn_at.is_(None))
    return list(session.scalars(select(MessageConsent).where(*chosen).order_by(MessageConsent.id)))


def may_mail(session: Session, *, question_id: int, template: str) -> bool:
    """Whether this message may go by e-mail: only with consent for its topic, and not to an address where nothing arrives."""
    wanted = topic_of(template)
    agreed = any(consent.topic is wanted for consent in consents_of(session, question_id=question_id))
    return agreed and not mail_fails(session, question_id=question_id)


def text_number(session: Session, *, question_id: int) -> TextNumber | None:
    """Whether and since when short messages are wanted about a question, as it stands now; None when they are not."""
    rows = select(TextNumber).where(TextNumber.question_id == question_id)
    return session.scalar(rows.execution_options(populate_existing=True))


def number_of_texted(session: Session) -> int:
    """About how many questions short messages are wanted, on a number that was proved."""
    return int(session.scalar(select(func.count()).where(TextNumber.proved_at.is_not(None))) or 0)


def may_text(session: Session, *, question_id: int, template: str) -> bool:
    """Whether a short message may say that there is this one: to a number that was proved and works.

    Never for decisions and objections: from those terms run, and they go on paper or by a mail that was agreed to.
    """
    known = text_number(session, question_id=question_id)
    wanted = known is not None and known.proved_at is not None and topic_of(template) is not MessageTopic.DECISION
    return wanted and not mail_fails(session, question_id=question_id)


# Mail that did not arrive ----------------------------------------------------------------------------------------------


def mail_fails(session: Session, *, question_id: int) -> bool:
    """Whether nothing arrives at the address of who asked, as far as is known."""
    failing = (UndeliveredMail.question_id == question_id, UndeliveredMail.address_fails)
    return session.scalar(select(UndeliveredMail.id).where(*failing, UndeliveredMail.settled_at.is_(None))) is not None


def undelivered(session: Session, *, message: OutboxMessage) -> UndeliveredMail | None:
    """What is known of this mail not arriving; None when it did, as far as is known."""
    return session.scalar(select(UndeliveredMail).where(UndeliveredMail.message_id == message.id))


def undelivered_among(session: Session, *, messages: Collection[OutboxMessage]) -> set[int]:
    """The ids of these messages that did not arrive."""
    rows = select(UndeliveredMail.message_id).where(among(UndeliveredMail.message_id, [one.id for one in messages]))
    return set(session.scalars(rows))


def undelivered_mail(session: Session, *, limit: int = 200, offset: int = 0) -> list[OutboxMessage]:
    """Mail that did not arrive, what was noticed last first."""
    rows = select(OutboxMessage).join(UndeliveredMail, UndeliveredMail.message_id == OutboxMessage.id)
    return list(session.scalars(rows.order_by(UndeliveredMail.id.desc()).limit(limit).offset(offset)))


def number_undelivered(session: Session) -> int:
    """How many mails did not arrive."""
    return int(session.scalar(select(func.count()).select_from(UndeliveredMail)) or 0)


def letter_instead(session: Session, *, message: OutboxMessage) -> OutboxMessage | None:
    """The same message on paper; None when there is none."""
    return session.scalar(
        select(OutboxMessage).where(
            OutboxMessage.kind == MessageKind.LETTER,
            OutboxMessage.template == message.template,
            OutboxMessage.object_kind == message.object_kind,
            OutboxMessage.object_id == message.object_id,
            OutboxMessage.version == message.version,
        )
    )


def is_to_who_asked(message: OutboxMessage) -> bool:
    """Whether a message goes to who asked, about the question."""
    to = message.recipient in (Recipient.RESIDENT, Recipient.EMPLOYER)
    return to and message.object_kind == "question" and message.template not in TO_ANOTHER


def newest_version(session: Session, *, object_kind: str, object_id: int, template: str) -> int:
    """The version of the last message from this template about one object; 0 when there is none."""
    chosen = (OutboxMessage.object_kind == object_kind, OutboxMessage.object_id == object_id)
    return (
        session.scalar(select(func.max(OutboxMessage.version)).where(*chosen, OutboxMessage.template == template)) or 0
    )


def waits_for_printer(session: Session, *, question_id: int, template: str) -> bool:
    """Whether a letter from this template to who asked waits for the printer."""
    about = (OutboxMessage.object_kind == "question", OutboxMessage.object_id == question_id)
    letter = (OutboxMessage.template == template, OutboxMessage.kind == MessageKind.LETTER)
    waiting = select(OutboxMessage.id).where(*about, *letter, OutboxMessage.state == MessageState.QUEUED)
    return session.scalar(waiting.limit(1)) is not None


def newest_message(
    session: Session, *, object_kind: str, object_id: int, template: str | None = None, versions: Collection[int] = ()
) -> OutboxMessage | None:
    """The last message about an object; with `template` the one of these versions, the highest."""
    rows = select(OutboxMessage).where(OutboxMessage.object_kind == object_kind, OutboxMessage.object_id == object_id)
    if template is not None:
        rows = rows.where(OutboxMessage.template == template, OutboxMessage.version.in_(versions))
    order = OutboxMessage.id if template is None else OutboxMessage.version
    return session.scalars(rows.order_by(order.desc()).limit(1)).first()
