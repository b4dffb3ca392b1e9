"""Laying down which letters are to be registered, taking one up, and noting what was reached. Who asks the archive is above."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.database import insert_into
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.post.letters.models import Letter
from portal.post.registrations.models import LetterRegistration, LetterRegistrationState

LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
GIVES_UP = timedelta(days=3)


def lay_down(session: Session, *, letter: Letter, decision_id: int | None, now: datetime) -> bool:
    """Have a letter registered, with the decision that it makes known; whether it was not laid down before."""
    made = session.scalar(
        insert_into(session)(LetterRegistration)
        .values(
            letter_id=letter.id,
            decision_id=decision_id,
            state=LetterRegistrationState.WAITING,
            attempts=0,
            made_at=now,
            due_at=now,
        )
        .on_conflict_do_nothing(index_elements=["letter_id"])
        .returning(LetterRegistration.id)
    )
    return made is not None


def claim_registration(session: Session, *, now: datetime) -> LetterRegistration | None:
    """Take the oldest that is due, with a lease; None when nothing is. Two who send never take the same one."""
    due = or_(
        (LetterRegistration.state == LetterRegistrationState.WAITING) & (LetterRegistration.due_at <= now),
        (LetterRegistration.state == LetterRegistrationState.SENDING) & (LetterRegistration.leased_until < now),
    )
    oldest = select(LetterRegistration.id).where(due).order_by(LetterRegistration.due_at, LetterRegistration.id)
    while (found := session.scalar(oldest.limit(1))) is not None:
        taken = session.execute(
            update(LetterRegistration)
            .where(LetterRegistration.id == found, due)
            .values(
                state=LetterRegistrationState.SENDING,
                leased_until=now + LEASE,
                attempts=LetterRegistration.attempts + 1,
            )
            .execution_options(synchronize_session=False)
        )
        if getattr(taken, "rowcount", 0) == 1:
            return session.get(LetterRegistration, found, populate_existing=True)
    return None


def note_reached(
    session: Session,
    *,
    registration: LetterRegistration,
    attempt: int,
    document_url: str | None = None,
    decision_url: str | None = None,
) -> None:
    """Keep the address of what the archive made, at once: what comes after it may fail. What is known stays."""
    known = {"document_url": document_url, "decision_url": decision_url}
    found = {name: value for name, value in known.items() if value is not None}
    write_guarded(session, registration, *_mine(attempt), otherwise=None, **found)


def note_registered(session: Session, *, registration: LetterRegistration, attempt: int, now: datetime) -> None:
    """All that the letter makes is there."""
    write_guarded(
        session, registration, *_mine(attempt), otherwise=None,
        state=LetterRegistrationState.REGISTERED, registered_at=now, leased_until=None, trouble=None,
    )  # fmt: skip


def note_gone(session: Session, *, registration: LetterRegistration, attempt: int) -> None:
    """The words of its letter are not there any more."""
    write_guarded(
        session, registration, *_mine(attempt), otherwise=None, state=LetterRegistrationState.GONE, leased_until=None
    )


def note_refused(
    session: Session, *, registration: LetterRegistration, attempt: int, trouble: str, final: bool, now: datetime
) -> None:
    """It was not taken. Again later, each time twice as long, for three days; when it is `final` a person has to look."""
    wait = min(FIRST_WAIT * 2 ** min(attempt - 1, 12), LONGEST_WAIT)
    over = final or now + wait > registration.made_at + GIVES_UP
    write_guarded(
        session, registration, *_mine(attempt), otherwise=None,
        state=LetterRegistrationState.GIVEN_UP if over else LetterRegistrationState.WAITING,
        due_at=now + wait, leased_until=None, trouble=trouble[:80],
    )  # fmt: skip


def register_again(session: Session, *, registration: LetterRegistration, actor: Actor, now: datetime) -> None:
    """Try a registration that was given up once more, for three days from now; what was reached stays.

    Raises ``Refusal`` for who is no administrator, ``Conflict`` when it was not given up (any more).
    """
    if actor.audience not in (Audience.ADMIN, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    write_guarded(
        session,
        registration,
        LetterRegistration.state == LetterRegistrationState.GIVEN_UP,
        otherwise=Conflict("not_given_up", _l("Deze registratie wordt al opnieuw geprobeerd.")),
        state=LetterRegistrationState.WAITING,
        attempts=0,
        made_at=now,
        due_at=now,
        trouble=None,
    )
    record(
        session,
        actor=actor,
        action="letter_registration.tried_again",
        object_kind="letter_registration",
        object_id=registration.id,
        now=now,
    )


def _mine(attempt: int) -> tuple[ColumnElement[bool], ...]:
    """While it is held by who took it, for this attempt: nobody took it over after the lease."""
    return LetterRegistration.state == LetterRegistrationState.SENDING, LetterRegistration.attempts == attempt
