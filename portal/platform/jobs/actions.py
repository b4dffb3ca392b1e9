"""The job runner: finds what is due, takes one item at a time under a lease, and does it in one transaction.

Two runners at once never do an item twice. Taking an item is a guarded write; finishing it is a guarded write on the same lease,
in the transaction of the effect. Who lost the lease meanwhile (it ran out, and another took over) has nothing committed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Engine, and_, delete, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.platform.database import insert_into, unit_of_work
from portal.platform.errors import Busy, Conflict, OnHold, PortalError, Refusal, StorageFull
from portal.platform.guarded import write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.jobs.models import JobItem, JobState

log = structlog.get_logger("portal.platform.jobs")

LEASE = timedelta(minutes=5)
ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=2)


@dataclass(frozen=True)
class Job:
    """A kind of work: which items are due, and how one is done.

    `due` gives keys of ids and days (``12:2026-08-29``), at most 80 characters and without personal data; the same work keeps the
    same key. `act` does one item in the transaction it is given. When it is not due any more it does nothing and returns False:
    then the item is forgotten, so that it can be due again.
    """

    name: str
    due: Callable[[Session, datetime], Sequence[str]]
    act: Callable[[Session, str, datetime], object]
    first: Callable[[Session, str, datetime], object] | None = None
    """What is read before `act`, in a snapshot of its own that keeps nobody waiting: for what takes long to look through."""
    between: Callable[[str], object] | None = None
    """What is worked out after `first` and before `act`, with no transaction open: for what takes long to compute."""


@dataclass
class Run:
    """What a run did, per job: items done, put off until later, and given up."""

    done: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    dead: dict[str, int] = field(default_factory=dict)


class LeaseLost(PortalError):
    """Another runner took the item over: what was done here is rolled back."""


def run_jobs(
    engine: Engine,
    *,
    jobs: Sequence[Job],
    now: datetime,
    clock: Callable[[], datetime] | None = None,
    refused: Callable[[str, str, Refusal], object] = lambda _job, _item, _refusal: None,
) -> Run:
    """Do everything that is due at `now`. May be killed and started again at any moment, and run by several processes at once.

    `clock` gives the instant for leases (how long a runner may take), by default `now` itself. `refused` is told each time
    that an item was refused, when its transaction is over: the name of the job, the item, and why.
    """
    run, tick = Run(), clock or (lambda: now)
    for job in jobs:
        try:
            items = unit_of_work(engine, lambda session, job=job: list(job.due(session, now)), read_only=True)  # type: ignore[misc]
        except (PortalError, DBAPIError) as error:
            log.warning("job_not_listed", job=job.name, trouble=type(error).__name__)
            run.failed[job.name] = run.failed.get(job.name, 0) + 1
            continue
        for item in items:
            refusal = _do(engine, job, item, now, tick, run)
            if refusal is not None:
                refused(job.name, item, refusal)
    return run


def _do(engine: Engine, job: Job, item: str, now: datetime, tick: Callable[[], datetime], run: Run) -> Refusal | None:
    lease = unit_of_work(engine, lambda session: take(session, job=job.name, item=item, now=tick()))
    if lease is None:
        return None

    def work(session: Session) -> None:
        finish(session, job=job.name, item=item, lease=lease, now=now)
        if job.act(session, item, now) is False:
            session.execute(delete(JobItem).where(JobItem.job == job.name, JobItem.item == item))

    try:
        if (first := job.first) is not None:
            unit_of_work(engine, lambda session: first(session, item, now), read_only=True)
        if job.between is not None:
            job.between(item)
        unit_of_work(engine, work)
    except LeaseLost:
        return None
    except Exception as error:  # noqa: BLE001 - whatever went wrong with one item, the others go on
        trouble = error.code if isinstance(error, Refusal) else type(error).__name__
        later = isinstance(error, Busy | StorageFull | OnHold)
        dead = unit_of_work(engine, lambda session: _fail(session, job.name, item, lease, trouble, tick(), later))
        if isinstance(error, OnHold):
            log.info("job_item_on_hold", job=job.name, item=item, trouble=trouble)
            return None
        counted = run.dead if dead else run.failed
        counted[job.name] = counted.get(job.name, 0) + 1
        log.warning("job_item_failed", job=job.name, item=item, trouble=trouble, dead=dead)
        return error if isinstance(error, Refusal) else None
    run.done[job.name] = run.done.get(job.name, 0) + 1
    return None


def take(session: Session, *, job: str, item: str, now: datetime) -> str | None:
    """Take an item: the lease, or None when another holds it, it was done, it is dead, or it must wait until later."""
    lease = secrets.token_hex(16)
    values = {"state": JobState.LEASED, "attempts": 1, "due_at": now, "lease": lease, "leased_until": now + LEASE}
    made = session.scalar(
        insert_into(session)(JobItem)
        .values(job=job, item=item, **values)
        .on_conflict_do_nothing(index_elements=["job", "item"])
        .returning(JobItem.id)
    )
    if made is not None:
        return lease
    _bury(session, job, item, now)
    free = or_(
        and_(JobItem.state == JobState.FAILED, JobItem.due_at <= now),
        and_(JobItem.state == JobState.LEASED, JobItem.leased_until < now),
    )
    taken = session.execute(
        update(JobItem)
        .where(JobItem.job == job, JobItem.item == item, free)
        .values(**values | {"attempts": JobItem.attempts + 1})
        .execution_options(synchronize_session=False)
    )
    return lease if getattr(taken, "rowcount", 0) == 1 else None


def _bury(session: Session, job: str, item: str, now: datetime) -> None:
    """An item under which the runner died eight times is dead: the ninth would die too."""
    over = (JobItem.state == JobState.LEASED, JobItem.leased_until < now, JobItem.attempts >= ATTEMPTS)
    session.execute(
        update(JobItem)
        .where(JobItem.job == job, JobItem.item == item, *over)
        .values(state=JobState.DEAD, lease=None, leased_until=None, trouble="lease_ran_out")
        .execution_options(synchronize_session=False)
    )


def finish(session: Session, *, job: str, item: str, lease: str, now: datetime) -> None:
    """Mark an item as done, in the transaction that does it. Raises ``LeaseLost`` when somebody else holds it by now."""
    done = session.execute(
        update(JobItem)
        .where(JobItem.job == job, JobItem.item == item, JobItem.state == JobState.LEASED, JobItem.lease == lease)
        .values(state=JobState.DONE, done_at=now, lease=None, leased_until=None, trouble=None)
        .execution_options(synchronize_session=False)
    )
    if getattr(done, "rowcount", 0) != 1:
        raise LeaseLost(f"{job} {item}")


def _fail(session: Session, job: str, item: str, lease: str, trouble: str, now: datetime, later: bool) -> bool:
    """Put an item off, each time twice as long; after eight times it is dead. Busy and on hold do not count."""
    row = session.scalar(select(JobItem).where(JobItem.job == job, JobItem.item == item, JobItem.lease == lease))
    if row is None:
        return False
    dead = row.attempts >= ATTEMPTS and not later
    row.state = JobState.DEAD if dead else JobState.FAILED
    row.due_at = now + FIRST_WAIT * 2 ** min(row.attempts - 1, ATTEMPTS)
    row.lease, row.leased_until, row.trouble = None, None, trouble[:80]
    session.flush()
    return dead


def do_again(session: Session, *, job: str, item: str, at: datetime) -> None:
    """Let an item that was done be done once more. Only for what may be done any number of times: the work of a day."""
    session.execute(
        update(JobItem)
        .where(JobItem.job == job, JobItem.item == item, JobItem.state == JobState.DONE)
        .values(state=JobState.FAILED, attempts=0, due_at=at, done_at=None, trouble="asked_again")
        .execution_options(synchronize_session=False)
    )


def try_again(session: Session, *, item: JobItem, now: datetime) -> JobItem:
    """Let a dead item be tried again, from the first attempt. Raises ``Conflict`` when it is not dead (any more)."""
    not_dead = Conflict("item_not_dead", _l("Dit werk wacht al, of is al gedaan."))
    write_guarded(
        session,
        item,
        JobItem.state == JobState.DEAD,
        otherwise=not_dead,
        state=JobState.FAILED,
        attempts=0,
        due_at=now,
    )
    return item
