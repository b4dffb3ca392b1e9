"""Writing the audit log (inside the act's own transaction) and the viewing log (by the edge, before the answer leaves)."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from portal.people.actor import Actor, Audience
from portal.people.audit.chain import hold_head  # and with it every event is bound before the commit
from portal.people.audit.models import AuditEvent, RefusalsOfPlace, ViewingEvent
from portal.platform.database import insert_into
from portal.platform.model_modules import LOOKING_MODULES

MOST_OF_A_PLACE = 100
"""So many refusals an hour are logged of people without an account at one place: enough to see it, too few to fill a log."""
AN_HOUR = timedelta(hours=1)
KEPT = timedelta(days=30)
"""For so long is kept how many were only counted."""
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
    for anything that does not look like a name, so that no personal data slips in; and the ``Refusal`` of who looks at every act.
    """
    for name in (action, object_kind, *fields):
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a name for the audit log: {name!r}")
    for look in _looks():
        look(session, actor, action, (object_kind, str(object_id)))
    session.flush()  # what was decided until here is said by this event
    session.add(
        AuditEvent(
            at=now,
            actor=actor.reference,
            role=_role(actor),
            action=action,
            object_kind=object_kind,
            object_id=str(object_id),
            result="done",
            origin=actor.origin,
            fields=list(fields),
        )
    )


@cache
def _looks() -> tuple[Callable[[Session, Actor, str, tuple[str, str]], None], ...]:
    return tuple(importlib.import_module(name).look_at_act for name in LOOKING_MODULES)


def record_refusal(
    session: Session, *, actor: Actor, action: str, about: tuple[str, int | str], reason: str, now: datetime
) -> None:
    """Log that an act was refused: who asked, by which page or command, about which kind and id, and the code of the reason.

    Of people without an account at most `MOST_OF_A_PLACE` of one place are logged in an hour; more are counted. Raises
    ``ValueError`` as `record` does.
    """
    for name in (action, about[0], reason):
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a name for the audit log: {name!r}")
    if actor.account_id is None and actor.audience is not Audience.SYSTEM and _many_of_place(session, actor, now):
        return
    session.add(
        AuditEvent(
            at=now,
            actor=actor.reference,
            role=_role(actor),
            action=action,
            object_kind=about[0],
            object_id=str(about[1]),
            result="refused",
            origin=actor.origin,
            fields=[reason],
        )
    )


def _many_of_place(session: Session, actor: Actor, now: datetime) -> bool:
    """Whether enough was logged of this place in the last hour; then this one is counted. Who comes at once waits in line."""
    hold_head(session)
    theirs = (AuditEvent.origin == actor.origin, AuditEvent.actor.not_like("account:%"))
    lately = (AuditEvent.at > now - AN_HOUR, AuditEvent.result == "refused", *theirs)
    if (session.scalar(select(func.count()).select_from(AuditEvent).where(*lately)) or 0) < MOST_OF_A_PLACE:
        return False
    hour = now.replace(minute=0, second=0, microsecond=0)
    one = insert_into(session)(RefusalsOfPlace).values(place=actor.origin, hour=hour, number=1)
    more = {"number": RefusalsOfPlace.number + 1}
    session.execute(one.on_conflict_do_update(index_elements=["place", "hour"], set_=more))
    session.execute(delete(RefusalsOfPlace).where(RefusalsOfPlace.hour < now - KEPT))
    return True


def _role(actor: Actor) -> str:
    return actor.display_name[:40] if actor.audience is Audience.SYSTEM else actor.audience.value


@dataclass(frozen=True)
class Viewing:
    """A look at a case that has still to be written."""

    actor: Actor
    question_id: int
    screen: str
    trace_id: str | None = None
    """The request, as the log of the server calls it."""


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
            "trace_id": viewing.trace_id,
        }
        for viewing in viewings
    ]
    if rows:
        session.execute(insert(ViewingEvent), rows)
