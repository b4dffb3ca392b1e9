"""Acts on the sessions of browsers. Callers commit; the secret is returned once and stored as a hash."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from portal.people.accounts.actions import end_sessions
from portal.people.accounts.models import OF_WHOM, AccessLink, Account, Door, EndOfSession, SessionRecord, WayIn
from portal.people.accounts.queries import ABSOLUTE, REPLACED_GRACE, is_live, secret_hash
from portal.people.actor import Audience


@dataclass(frozen=True)
class Entrant:
    """Who comes in: an account, or the resident or employer of one question (perhaps by a link), or nobody yet."""

    account: Account | None = None
    question_id: int | None = None
    audience: Audience | None = None
    access_link: AccessLink | None = None
    way_in: WayIn | None = None
    sign_in_link_id: int | None = None
    """The link by which an account came in."""
    employer_link_id: int | None = None
    """The link by which an employer came in for all that it asked."""
    still_employer: bool = False
    """An employer that came in for all that it asked begins one more question, and came in as it did before."""
    pending: Account | None = None
    """Who took the first step of signing in, and not yet the second: nobody yet."""
    proved: bool = False
    """Whether it is proved at this moment who this is."""


NOBODY = Entrant()


def open_session(
    session: Session,
    *,
    now: datetime,
    who: Entrant = NOBODY,
    data: dict[str, Any] | None = None,
    replaces: str | None = None,
    proved_at: datetime | None = None,
) -> str:
    """Start a session for who comes in and return its secret (256 bit).

    `replaces` is the hash of the session this one takes the place of: that one is emptied of its identity at once and forgotten
    after a minute. An account that goes on in another session, because it begins or ends helping with a question, came in as it
    did before. Sessions past their end are cleared away in passing, a hundred at a time.
    """
    clear_old_sessions(session, now=now)
    way_in, sign_in_link_id, proved_before = _way_in(session, who, replaces)
    employer_link_id = who.employer_link_id
    if who.still_employer and replaces is not None:
        before = select(SessionRecord.employer_link_id).where(SessionRecord.token_hash == replaces)
        employer_link_id = session.scalar(before)
        way_in = WayIn.EMPLOYER_LINK if employer_link_id is not None else way_in
    if replaces is not None:
        session.execute(
            update(SessionRecord)
            .where(SessionRecord.token_hash == replaces)
            .values(replaced_at=now, **dict.fromkeys(OF_WHOM))
        )
    secret = secrets.token_urlsafe(32)
    session.add(
        SessionRecord(
            token_hash=secret_hash(secret),
            account_id=who.account.id if who.account is not None else None,
            access_link_id=who.access_link.id if who.access_link is not None else None,
            question_id=who.question_id,
            door=Door(who.audience.value) if who.audience is not None else None,
            way_in=way_in,
            sign_in_link_id=sign_in_link_id,
            employer_link_id=employer_link_id,
            pending_account_id=who.pending.id if who.pending is not None else None,
            proved_at=now if who.proved else proved_at or proved_before,
            data=data or {},
            created_at=now,
            last_seen_at=now,
            expires_at=now + ABSOLUTE,
        )
    )
    session.flush()
    return secret


def _way_in(session: Session, who: Entrant, replaces: str | None) -> tuple[WayIn | None, int | None, datetime | None]:
    """How who comes in came in and when that was proved: as said, or as the session before says of the same account."""
    if who.way_in is None and who.account is not None and replaces is not None:
        of_it = (SessionRecord.account_id == who.account.id) | (SessionRecord.pending_account_id == who.account.id)
        known = select(SessionRecord.way_in, SessionRecord.sign_in_link_id, SessionRecord.proved_at)
        before = session.execute(known.where(SessionRecord.token_hash == replaces, of_it)).one_or_none()
        if before is not None:
            return before[0], before[1], before[2]
    return who.way_in, who.sign_in_link_id, None


def copy_session(session: Session, *, hashed: str, replaces: str | None, now: datetime) -> str | None:
    """Another session with the identity of this one, for the second click of a double click; None when it is gone."""
    record = session.scalar(select(SessionRecord).where(SessionRecord.token_hash == hashed))
    if record is None or not is_live(record, now):
        return None
    return open_session(
        session,
        now=now,
        who=Entrant(
            account=record.account,
            question_id=record.question_id,
            audience=Audience(record.door.value) if record.door is not None else None,
            access_link=session.get(AccessLink, record.access_link_id) if record.access_link_id is not None else None,
            way_in=record.way_in,
            sign_in_link_id=record.sign_in_link_id,
            employer_link_id=record.employer_link_id,
            pending=_pending_of(session, record),
        ),
        proved_at=record.proved_at,
        replaces=replaces,
    )


def _pending_of(session: Session, record: SessionRecord) -> Account | None:
    return session.get(Account, record.pending_account_id) if record.pending_account_id is not None else None


def way_in_of(session: Session, *, hashed: str) -> WayIn | None:
    """How the browser of the session with this hash came in."""
    return session.scalar(select(SessionRecord.way_in).where(SessionRecord.token_hash == hashed))


def note_proof(session: Session, *, hashed: str, now: datetime) -> None:
    """It is proved once more, in the session with this hash, who this is. An account has to be in it."""
    mine = (SessionRecord.token_hash == hashed, SessionRecord.account_id.is_not(None))
    session.execute(update(SessionRecord).where(*mine).values(proved_at=now))


def end_own_sessions(session: Session, *, account_id: int, but: str | None = None, only: int | None = None) -> int:
    """End sessions of an account, and steps of signing in that were begun; returns how many.

    The one with the hash `but` goes on; with `only` it is the one with this id, if it is of this account.
    """
    chosen: list[ColumnElement[bool]] = [
        (SessionRecord.account_id == account_id) | (SessionRecord.pending_account_id == account_id)
    ]
    if but is not None:
        chosen.append(SessionRecord.token_hash != but)
    if only is not None:
        chosen.append(SessionRecord.id == only)
    return end_sessions(session, *chosen, because=EndOfSession.SIGNED_OUT_ELSEWHERE)


def close_session(session: Session, *, hashed: str) -> None:
    """Sign out: the session with this hash is nobody's any more."""
    end_sessions(session, SessionRecord.token_hash == hashed, because=EndOfSession.SIGNED_OUT)


def keep_session(session: Session, *, hashed: str, now: datetime, data: dict[str, Any] | None = None) -> bool:
    """Note that the session was used and, when given, store its data. False when it is gone or was ended."""
    values: dict[str, Any] = {"last_seen_at": now} if data is None else {"last_seen_at": now, "data": data}
    mine = (SessionRecord.token_hash == hashed, SessionRecord.ended_because.is_(None))
    kept = session.execute(update(SessionRecord).where(*mine).values(**values))
    return bool(getattr(kept, "rowcount", 0))


def clear_old_sessions(session: Session, *, now: datetime, at_most: int = 100) -> None:
    """Remove sessions past their absolute end or replaced, at most a hundred."""
    old = (
        select(SessionRecord.id)
        .where((SessionRecord.expires_at < now) | (SessionRecord.replaced_at < now - REPLACED_GRACE))
        .order_by(SessionRecord.id)
        .limit(at_most)
    )
    session.execute(delete(SessionRecord).where(SessionRecord.id.in_(old)).execution_options(synchronize_session=False))
