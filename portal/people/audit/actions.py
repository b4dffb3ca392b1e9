"""Writing the audit log (inside the act's own transaction) and the viewing log (by the edge, before the answer leaves)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.people.actor import Actor, Audience
from portal.people.audit import chain  # noqa: F401  (binds every event before the commit)
from portal.people.audit.models import AuditEvent, ViewingEvent

_NAME = re.compile(r"[a-z][a-z0-9_.]{0,79}")


def record(
    session: Session,
    *,
    actor: Actor,
    action: str,
    object_kind: str,
    object_id: int | str,
    now: datetime,
    fields: Sequence[str] = (),
) -> None:
    """Log one act in the transaction of that act. What was decided in it is noted beside it (`decided`), and the whole is bound
    to what was logged before (`chain`).

    `action` is ``noun.verb`` (``question.submitted``); `fields` are *names* of what changed, never values. Raises ``ValueError``
    for anything that does not look like a name, so that no personal data slips in.
    """
    for name in (action, object_kind, *fields):
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a name for the audit log: {name!r}")
    session.flush()  # what was decided until here is said by this event
    session.add(
        AuditEvent(
            at=now,
            actor=actor.reference,
            role=actor.display_name[:40] if actor.audience is Audience.SYSTEM else actor.audience.value,
            action=action,
            object_kind=object_kind,
            object_id=str(object_id),
            result="done",
            origin=actor.origin,
            fields=list(fields),
        )
    )


@dataclass(frozen=True)
class Viewing:
    """A look at a case that has still to be written."""

    actor: Actor
    question_id: int
    screen: str


def record_viewings(session: Session, *, viewings: Sequence[Viewing], now: datetime) -> None:
    """Write the looks that were noted during a request, together: a page may show many cases of one person."""
    rows = [
        {
            "at": now,
            "actor": viewing.actor.reference,
            "role": viewing.actor.audience.value,
            "question_id": viewing.question_id,
            "screen": viewing.screen,
            "origin": viewing.actor.origin,
        }
        for viewing in viewings
    ]
    if rows:
        session.execute(insert(ViewingEvent), rows)
