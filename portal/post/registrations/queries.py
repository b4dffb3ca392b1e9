"""Reads of registrations. The caller guards that an administrator looks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.post.letters.models import Letter
from portal.post.registrations.models import LetterRegistration, LetterRegistrationState

UNDONE = (LetterRegistrationState.WAITING, LetterRegistrationState.SENDING, LetterRegistrationState.GIVEN_UP)


@dataclass(frozen=True)
class Unregistered:
    """How many are on their way or were given up, and since when the oldest of the first waits."""

    states: dict[LetterRegistrationState, int] = field(default_factory=dict)
    oldest: datetime | None = None

    @property
    def given_up(self) -> int:
        """How many wait for a person."""
        return self.states.get(LetterRegistrationState.GIVEN_UP, 0)

    @property
    def on_their_way(self) -> int:
        """How many wait for the archive."""
        return sum(self.states.values()) - self.given_up


def unregistered(session: Session) -> Unregistered:
    """What is not registered yet."""
    table = LetterRegistration
    rows = session.execute(select(table.state, func.count()).where(table.state.in_(UNDONE)).group_by(table.state))
    waiting = (LetterRegistrationState.WAITING, LetterRegistrationState.SENDING)
    oldest = session.scalar(select(func.min(table.made_at)).where(table.state.in_(waiting)))
    return Unregistered({state: int(number) for state, number in rows}, oldest)


def registrations(session: Session, *, limit: int = 100) -> list[tuple[LetterRegistration, Letter]]:
    """Those that were given up, then those on their way, then the newest that are done; each with its letter."""
    order = {
        LetterRegistrationState.GIVEN_UP: 0,
        LetterRegistrationState.SENDING: 1,
        LetterRegistrationState.WAITING: 1,
    }
    rows = select(LetterRegistration, Letter).join(Letter, Letter.id == LetterRegistration.letter_id)
    undone = session.execute(
        rows.where(LetterRegistration.state.in_(UNDONE)).order_by(LetterRegistration.id).limit(limit)
    )
    found = sorted(((one, letter) for one, letter in undone), key=lambda pair: order[pair[0].state])
    done = session.execute(
        rows.where(LetterRegistration.state == LetterRegistrationState.REGISTERED)
        .order_by(LetterRegistration.id.desc())
        .limit(max(limit - len(found), 0))
    )
    return [*found, *((one, letter) for one, letter in done)]


def registration_by_id(session: Session, *, registration_id: int) -> LetterRegistration | None:
    """One registration."""
    return session.get(LetterRegistration, registration_id)


def registered_letter(session: Session, *, registration: LetterRegistration) -> Letter:
    """The letter that is registered."""
    return session.get_one(Letter, registration.letter_id)


def letters_to_register(session: Session, *, templates: Collection[str], since: datetime, at_most: int) -> list[Letter]:
    """The oldest letters of these names that were made from a moment on and not laid down yet."""
    known = select(LetterRegistration.letter_id)
    rows = (
        select(Letter)
        .where(
            Letter.template.in_(templates),
            Letter.made_at >= since,
            Letter.id.not_in(known),
        )
        .order_by(Letter.id)
        .limit(at_most)
    )
    return list(session.scalars(rows))
