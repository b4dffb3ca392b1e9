"""Reads of how somebody was reached before."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.cases.own_contact.models import FormerContact

CHANGED = "question/reach_changed"
"""The message to an old address. Its version is the id of how the person was reached before."""


def former_contact(session: Session, *, question_id: int, former_id: int) -> FormerContact | None:
    """How the person of a question was reached before it was changed; for the message that says so."""
    known = session.get(FormerContact, former_id)
    return known if known is not None and known.question_id == question_id else None
