"""Reads of the checks of the books."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.paying.books.models import BooksAnswer, BooksCheck
from portal.people.actor import Actor, Audience

KEPT_BREAKS = 200
"""So many breaks are kept of one check."""


def last_check(session: Session) -> BooksCheck | None:
    """The last look at the books; None before the first."""
    return session.scalar(select(BooksCheck).order_by(BooksCheck.id.desc()).limit(1))


def stopping_check(session: Session) -> BooksCheck | None:
    """The check whose breaks stop payments: the last one, unless somebody answered it, or answered all that it found before."""
    last = last_check(session)
    if last is None or last.breaks == 0 or last.answer is not None:
        return None
    answered = select(BooksCheck.found).join(BooksAnswer, BooksAnswer.check_id == BooksCheck.id)
    known = {tuple(one) for found in session.scalars(answered) for one in found}
    whole = last.breaks <= KEPT_BREAKS
    return None if whole and all(tuple(one) in known for one in last.found) else last


def check_by_public_id(session: Session, *, public_id: str, actor: Actor) -> BooksCheck | None:
    """One check, for the region and the administrator; None for others."""
    if actor.audience not in (Audience.REGION, Audience.ADMIN):
        return None
    return session.scalar(select(BooksCheck).where(BooksCheck.public_id == public_id))
