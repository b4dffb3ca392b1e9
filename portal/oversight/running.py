"""Whether the desk runs: what waits, what is stuck, what is old, and how much room there is. Numbers and instants, no names.

The doctor, the page of the administrator and the figures for whoever watches the desk read the same facts and judge alike.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.paying.books.queries import last_check, stopping_check
from portal.people.audit.queries import DRILLED, last_backup
from portal.platform.jobs.models import JobItem, JobState
from portal.platform.room import MEGABYTE, Room
from portal.post.files.scanning import oldest_unscanned
from portal.post.messages.models import MessageKind, MessageState, OutboxMessage
from portal.post.messages.queries import oldest_waiting
from portal.post.registrations.queries import Unregistered, unregistered
from portal.post.webhooks.queries import UnheardWords, unheard

MAIL_LATE = timedelta(minutes=5)
MAIL_STUCK = timedelta(hours=1)
JOBS_LATE = timedelta(minutes=30)
"""The jobs are started every few minutes; with nothing done for so long they are not."""
LEASE_STUCK = timedelta(minutes=15)
ARCHIVE_LATE = timedelta(hours=1)
ARCHIVE_STUCK = timedelta(days=1)
UNHEARD_LATE = timedelta(days=1)
"""So long a word to another system may be sent again and again; after three days it is given up."""
UNSCANNED_STUCK = timedelta(hours=1)
"""A scanner that begins anew is away for a minute: with a file that waits for so long it is really away."""
A_NIGHT = timedelta(hours=26)
"""What is done each night is late after so long."""
DRILL_LATE = timedelta(days=365)
"""BIO2 8.13.04: putting back is tried each year, and after every large change."""
AMPLE = 10
"""Percents of a disk that are free when all is well."""


class Sign(enum.StrEnum):
    """How something stands."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


class Aspect(enum.StrEnum):
    """What is looked at."""

    DISK = "disk"
    MAIL = "mail"
    UNDELIVERED = "undelivered"
    JOBS = "jobs"
    GIVEN_UP = "given_up"
    STUCK = "stuck"
    BOOKS = "books"
    BACKUP = "backup"
    DRILL = "drill"
    ARCHIVE = "archive"
    WEBHOOKS = "webhooks"
    SCANNER = "scanner"


@dataclass(frozen=True)
class Running:
    """What is so at one moment."""

    at: datetime
    room: Room
    minimum_mb: int
    mail: Mapping[MessageState, int]
    oldest_mail: datetime | None
    jobs: Mapping[JobState, int]
    last_job: datetime | None
    stuck: int
    """Items that somebody took up long ago and did not end."""
    books_at: datetime | None
    books_stop: bool
    """Whether payments wait because the books do not add up."""
    backup_at: datetime | None
    drill_at: datetime | None
    archive: Unregistered
    """Decisions and letters that are not registered yet in the archive of the municipality."""
    webhooks: UnheardWords
    """What other systems that want to hear did not hear."""
    scanner: bool | None
    """Whether the virus scanner that is set answers; None when none is set."""
    oldest_unscanned: datetime | None
    """Since when the oldest file waits for a scanner that is set and does not answer."""
    revision: str
    database: str
    size: int
    """Of the database, in bytes."""

    def signs(self) -> dict[Aspect, Sign]:
        """Each aspect with how it stands."""
        failed, dead = self.mail.get(MessageState.FAILED, 0), self.jobs.get(JobState.DEAD, 0)
        return {
            Aspect.DISK: self._disk(),
            Aspect.MAIL: _by(self._since(self.oldest_mail), MAIL_LATE, MAIL_STUCK),
            Aspect.UNDELIVERED: Sign.WARNING if failed else Sign.OK,
            Aspect.JOBS: self._late(self.last_job, JOBS_LATE),
            Aspect.GIVEN_UP: Sign.WARNING if dead else Sign.OK,
            Aspect.STUCK: Sign.WARNING if self.stuck else Sign.OK,
            Aspect.BOOKS: Sign.WRONG if self.books_stop else self._late(self.books_at, A_NIGHT),
            Aspect.BACKUP: self._late(self.backup_at, A_NIGHT),
            Aspect.DRILL: self._late(self.drill_at, DRILL_LATE),
            Aspect.ARCHIVE: self._archive(),
            Aspect.WEBHOOKS: self._webhooks(),
            Aspect.SCANNER: self._scanner(),
        }

    def _archive(self) -> Sign:
        waits = _by(self._since(self.archive.oldest), ARCHIVE_LATE, ARCHIVE_STUCK)
        return Sign.WARNING if self.archive.given_up and waits is Sign.OK else waits

    def _webhooks(self) -> Sign:
        late = self._since(self.webhooks.oldest) > UNHEARD_LATE
        return Sign.WARNING if self.webhooks.given_up or late else Sign.OK

    def _scanner(self) -> Sign:
        if self.scanner is not False:
            return Sign.OK
        return Sign.WRONG if self._since(self.oldest_unscanned) > UNSCANNED_STUCK else Sign.WARNING

    def _disk(self) -> Sign:
        if self.room.free < self.minimum_mb * MEGABYTE:
            return Sign.WRONG
        return Sign.OK if self.room.percentage >= AMPLE else Sign.WARNING

    def _since(self, instant: datetime | None) -> timedelta:
        return timedelta(0) if instant is None else self.at - instant

    def _late(self, instant: datetime | None, term: timedelta) -> Sign:
        return Sign.WARNING if instant is None or self.at - instant > term else Sign.OK


def _by(waited: timedelta, late: timedelta, stuck: timedelta) -> Sign:
    if waited > stuck:
        return Sign.WRONG
    return Sign.WARNING if waited > late else Sign.OK


def running(session: Session, *, room: Room, minimum_mb: int, at: datetime, scanner: bool | None = None) -> Running:
    """What is so now; whether the scanner answers is asked before (``scanner_answers``).

    Every part is a look at an index or at one row: it may be asked every few seconds.
    """
    waiting = (MessageState.QUEUED, MessageState.SENDING, MessageState.FAILED)
    mail = (
        select(OutboxMessage.state, func.count())
        .where(OutboxMessage.state.in_(waiting), OutboxMessage.kind != MessageKind.LETTER)
        .group_by(OutboxMessage.state)
    )
    undone = (JobState.LEASED, JobState.FAILED, JobState.DEAD)
    jobs = select(JobItem.state, func.count()).where(JobItem.state.in_(undone)).group_by(JobItem.state)
    done = select(JobItem.done_at).where(JobItem.state == JobState.DONE).order_by(JobItem.id.desc()).limit(1)
    stuck = select(func.count()).where(JobItem.state == JobState.LEASED, JobItem.leased_until < at - LEASE_STUCK)
    checked = last_check(session)
    return Running(
        at=at,
        room=room,
        minimum_mb=minimum_mb,
        mail={state: int(number) for state, number in session.execute(mail)},
        oldest_mail=oldest_waiting(session),
        jobs={state: int(number) for state, number in session.execute(jobs)},
        last_job=session.scalar(done),
        stuck=session.scalar(stuck) or 0,
        books_at=checked.ran_at if checked is not None else None,
        books_stop=stopping_check(session) is not None,
        backup_at=last_backup(session),
        drill_at=last_backup(session, action=DRILLED),
        archive=unregistered(session),
        webhooks=unheard(session),
        scanner=scanner,
        oldest_unscanned=oldest_unscanned(session) if scanner is False else None,
        revision=_revision(session),
        database=_database(session),
        size=_size(session),
    )


def _revision(session: Session) -> str:
    """The revision of the tables; empty where they were made without revisions."""
    there = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
    if session.get_bind().dialect.name == "postgresql":
        there = "SELECT 1 FROM pg_tables WHERE tablename = 'alembic_version'"
    if session.scalar(text(there)) is None:
        return ""
    return str(session.scalar(text("SELECT version_num FROM alembic_version")) or "")


def _database(session: Session) -> str:
    if session.get_bind().dialect.name == "postgresql":
        return f"PostgreSQL {session.scalar(text('SHOW server_version'))}"
    return f"SQLite {session.scalar(text('SELECT sqlite_version()'))}"


def _size(session: Session) -> int:
    if session.get_bind().dialect.name == "postgresql":
        return int(session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    pages, size = (session.scalar(text(f"PRAGMA {name}")) or 0 for name in ("page_count", "page_size"))
    return int(pages) * int(size)
