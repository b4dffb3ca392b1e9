"""Writing the audit log (inside the act's own transaction) and the viewing log (by the edge, before the answer leaves)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import g, has_request_context, request
from sqlalchemy.orm import Session

from portal.people.accounts.access import Actor, Audience, current_actor
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
    result: str = "done",
    fields: Sequence[str] = (),
) -> None:
    """Log one act in the transaction of that act.

    `action` is ``noun.verb`` (``question.submitted``); `fields` are *names* of what changed, never values. Raises ``ValueError``
    for anything that does not look like a name, so that no personal data slips in.
    """
    for name in (action, object_kind, *fields):
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a name for the audit log: {name!r}")
    session.add(
        AuditEvent(
            at=now,
            actor=actor.reference,
            role=actor.display_name[:40] if actor.audience is Audience.SYSTEM else actor.audience.value,
            action=action,
            object_kind=object_kind,
            object_id=str(object_id),
            result=result,
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


def note_viewing(*, question_id: int) -> None:
    """Say that this page shows somebody's case to staff. The edge logs it before the answer leaves; if it cannot, no page."""
    actor = current_actor()
    if has_request_context() and actor.account_id is not None:
        pending: dict[tuple[str, int], Viewing] = g.setdefault("viewings", {})
        screen = request.endpoint or ""
        pending[(screen, question_id)] = Viewing(actor, question_id, screen)


def record_viewings(session: Session, *, viewings: Sequence[Viewing], now: datetime) -> None:
    """Write the looks that were noted during a request."""
    for viewing in viewings:
        session.add(
            ViewingEvent(
                at=now,
                actor=viewing.actor.reference,
                role=viewing.actor.audience.value,
                question_id=viewing.question_id,
                screen=viewing.screen,
                origin=viewing.actor.origin,
            )
        )
