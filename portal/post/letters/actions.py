"""Acts on letters: keep one as it was drawn, put letters together for the printer, and record that they were posted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.platform.act_counts import count_act
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.post.letters.models import Letter, LetterPosting, PrintBatch
from portal.post.letters.queries import letter_of, posted_on
from portal.post.messages.actions import mark_sent
from portal.post.messages.models import MessageKind, MessageState, OutboxMessage


@dataclass(frozen=True)
class DrawnLetter:
    """A letter as it was drawn: its words as plain data, and the file."""

    title: str
    content: dict[str, Any]
    pdf: bytes
    dated: date
    object_by: date | None = None
    """The last day to object; None when there is nothing to object to."""


def keep_letter(
    session: Session,
    *,
    message: OutboxMessage,
    drawn: DrawnLetter,
    actor_id: str,
    now: datetime,
    batch: PrintBatch | None = None,
) -> Letter:
    """Keep a letter for ever as it was drawn. A message has one letter: asking again gives the one that is there."""
    known = letter_of(session, message=message)
    if known is not None:
        return known
    letter = Letter(
        message_id=message.id,
        question_id=message.object_id if message.object_kind == "question" else None,
        template=message.template,
        title=drawn.title[:300],
        dated=drawn.dated,
        object_by=drawn.object_by,
        content=drawn.content,
        pdf=drawn.pdf,
        sha256=hashlib.sha256(drawn.pdf).hexdigest(),
        batch_id=batch.id if batch is not None else None,
        made_at=now,
        made_by=actor_id,
    )
    if not write_new(session, letter, otherwise=None):  # a colleague printed it at the same moment
        return session.scalars(select(Letter).where(Letter.message_id == message.id)).one()
    count_act(session, "letter.made")
    return letter


def start_batch(session: Session, *, actor_id: str, now: datetime) -> PrintBatch:
    """A new pile for the printer; the letters are added with `keep_letter`."""
    batch = PrintBatch(made_at=now, made_by=actor_id)
    session.add(batch)
    session.flush()
    return batch


def post_letters(
    session: Session,
    *,
    letters: Sequence[Letter],
    on: date,
    may_leave: ColumnElement[bool],
    actor_id: str,
    now: datetime,
) -> int:
    """Record that letters were posted on a day, which is when they were made known. What was posted before keeps its day.

    `may_leave` is a condition of who knows what a message (`OutboxMessage`) is about: the others stay where they are.
    Returns how many were noted. Raises ``Refusal`` (field posted_on) for a day before the date of a letter or after today.
    """
    if on > local_date(now):
        raise Refusal("posted_in_future", _l("Kies vandaag of een eerdere dag."), field="posted_on")
    if any(on < letter.dated for letter in letters):
        raise Refusal(
            "posted_before_dated", _l("Deze dag ligt voor de datum die op de brief staat."), field="posted_on"
        )
    done = 0
    for letter in sorted(letters, key=lambda one: one.message_id):  # one order for all who wait
        message = session.get_one(OutboxMessage, letter.message_id)
        hold(session, message)
        leaves = select(OutboxMessage.id).where(OutboxMessage.id == message.id, may_leave)
        if posted_on(session, letter=letter) is not None or session.scalar(leaves) is None:
            continue
        if message.kind is not MessageKind.LETTER or message.state is MessageState.SENT:
            raise Conflict("not_on_paper", _l("Deze brief is al op een andere manier verstuurd."))
        session.add(LetterPosting(letter_id=letter.id, posted_on=on, recorded_at=now, recorded_by=actor_id))
        mark_sent(session, message=message, now=now)
        count_act(session, "letter.posted")
        done += 1
    session.flush()
    return done
