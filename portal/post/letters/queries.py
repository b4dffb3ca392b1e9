"""Reads of letters, and the days that follow from when they were sent."""

from __future__ import annotations

import hashlib
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, defer

from portal.platform.clock import local_date
from portal.platform.legal_calendar import term_of_weeks
from portal.post.letters.models import Letter, LetterPosting, PrintBatch
from portal.post.messages.models import MessageKind, MessageState, OutboxMessage, UndeliveredMail

OBJECTION_WEEKS = 6
"""Awb 6:7. The term begins on the day after the decision was made known (6:8) and ends on a working day (ATW 1)."""


def last_day_to_object(known_on: date) -> date:
    """The last day of the objection term of a decision that was made known (sent, posted) on this day."""
    return term_of_weeks(known_on, OBJECTION_WEEKS)


def letter_of(session: Session, *, message: OutboxMessage) -> Letter | None:
    """The letter that was made for a message; None while it was not made."""
    return session.scalar(select(Letter).where(Letter.message_id == message.id))


def message_of_letter(session: Session, *, letter: Letter) -> OutboxMessage:
    """The message that a letter makes known."""
    return session.get_one(OutboxMessage, letter.message_id)


def letter_by_public_id(session: Session, *, public_id: str) -> Letter | None:
    """The letter with this public id. The caller guards who may see it."""
    return session.scalar(select(Letter).where(Letter.public_id == public_id))


def letters_of(session: Session, *, question_id: int) -> list[Letter]:
    """The letters about a question, oldest first, without their bytes."""
    rows = select(Letter).where(Letter.question_id == question_id).order_by(Letter.id)
    return list(session.scalars(rows.options(defer(Letter.pdf))))


def letters_by_message(session: Session, *, question_id: int) -> dict[tuple[str, int], Letter]:
    """The letters about a question, without their bytes, by the template and the version of the message that each makes known."""
    rows = (
        select(Letter, OutboxMessage.version)
        .join(OutboxMessage, OutboxMessage.id == Letter.message_id)
        .where(Letter.question_id == question_id)
        .order_by(Letter.id)
        .options(defer(Letter.pdf), defer(Letter.content))
    )
    return {(letter.template, version): letter for letter, version in session.execute(rows)}


def is_unchanged(letter: Letter) -> bool:
    """Whether the bytes that are kept are those that were made."""
    return hashlib.sha256(letter.pdf).hexdigest() == letter.sha256


def print_queue(
    session: Session, *, may_leave: ColumnElement[bool] | None = None, limit: int = 200
) -> list[OutboxMessage]:
    """Letters that wait to be printed or posted, oldest first; of these only what `may_leave`, when that is given."""
    rows = select(OutboxMessage).where(*_waiting(may_leave)).order_by(OutboxMessage.id)
    return list(session.scalars(rows.limit(limit)))


def print_queue_size(session: Session, *, may_leave: ColumnElement[bool] | None = None) -> int:
    """How many letters wait to be printed or posted."""
    rows = select(func.count()).select_from(OutboxMessage).where(*_waiting(may_leave))
    return int(session.scalar(rows) or 0)


def _waiting(may_leave: ColumnElement[bool] | None) -> list[ColumnElement[bool]]:
    waits = [OutboxMessage.kind == MessageKind.LETTER, OutboxMessage.state == MessageState.QUEUED]
    return waits if may_leave is None else [*waits, may_leave]


def batch_by_public_id(session: Session, *, public_id: str) -> PrintBatch | None:
    """The batch with this public id."""
    return session.scalar(select(PrintBatch).where(PrintBatch.public_id == public_id))


def batches(session: Session, *, limit: int = 20) -> list[PrintBatch]:
    """The newest batches first."""
    return list(session.scalars(select(PrintBatch).order_by(PrintBatch.id.desc()).limit(limit)))


def letters_in(session: Session, *, batch: PrintBatch) -> list[Letter]:
    """The letters of a batch, in the order in which they were made."""
    return list(session.scalars(select(Letter).where(Letter.batch_id == batch.id).order_by(Letter.id)))


def posted_on(session: Session, *, letter: Letter) -> date | None:
    """The day on which a letter was posted; None while it was not."""
    return session.scalar(select(LetterPosting.posted_on).where(LetterPosting.letter_id == letter.id))


def made_known_on(
    session: Session, *, question_id: int, template: str, version: int, object_kind: str = "question"
) -> date | None:
    """The day on which the message with this template and version about a question was sent or posted; None while it was not.

    A mail that did not arrive made nothing known; the letter that took its place does. Nor does an SMS: it only says that there
    is a message. A message about another kind of thing
    is found by its `object_kind`; then `question_id` is the id of that thing.
    """
    message = session.scalar(
        select(OutboxMessage).where(
            OutboxMessage.object_kind == object_kind,
            OutboxMessage.object_id == question_id,
            OutboxMessage.template == template,
            OutboxMessage.version == version,
            OutboxMessage.state == MessageState.SENT,
            OutboxMessage.kind != MessageKind.SMS,
            ~select(UndeliveredMail.id).where(UndeliveredMail.message_id == OutboxMessage.id).exists(),
        )
    )
    if message is None or message.sent_at is None:
        return None
    letter = letter_of(session, message=message) if message.kind is MessageKind.LETTER else None
    posted = posted_on(session, letter=letter) if letter is not None else None
    return posted or local_date(message.sent_at)
