"""Whether the books and the audit log are right, all of it looked at together: by command, each night, on a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.awarding.award_breaks import award_breaks
from portal.ledger.invariants import Break, verify
from portal.ledger.models import Transfer
from portal.ledger.queries import transfer_count
from portal.paying.books.actions import keep_check
from portal.paying.payments.breaks import all_payment_breaks
from portal.paying.reassignments.queries import reassignment_breaks
from portal.paying.settling_again.queries import settlement_breaks
from portal.people.actor import Actor
from portal.people.audit.anchors import Anchor, anchor_now, keep_anchor, kept_anchors
from portal.people.audit.models import AuditEvent
from portal.people.audit.verifying import ChainBreak, chain_breaks, chain_length, places_missing
from portal.platform.jobs.actions import Job
from portal.spending.vouchers.queries import ledger_breaks


@dataclass(frozen=True)
class Looked:
    """What was looked at, and every break that was found."""

    transfers: int
    events: int
    breaks: list[Break]


Look = Callable[[Session], Iterable[Break]]
"""A look of a department above this one, at what it keeps against the books."""


def look_at_books(session: Session, *, also: Iterable[Look] = ()) -> Looked:
    """Every break of the books: of the ledger, and of awards, vouchers, settlements, payments and the audit log against it.

    `also` are the looks of departments above this one. To be run on one snapshot: a transaction for reading only.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))
    found = [
        *verify(session),
        *ledger_breaks(session),
        *award_breaks(session),
        *settlement_breaks(session),
        *reassignment_breaks(session),
        *all_payment_breaks(session),
        *(one for look in also for one in look(session)),
        *unlogged(session),
        *_in_the_log(places_missing(session)),
    ]
    return Looked(transfer_count(session), chain_length(session), found)


def unlogged(session: Session) -> Iterator[Break]:
    """L1: who moved money stands in the audit log, at the same instant."""
    logged = select(AuditEvent.id).where(AuditEvent.at == Transfer.at, AuditEvent.actor == Transfer.actor_id)
    missing = select(Transfer.id, Transfer.kind).where(~logged.exists()).order_by(Transfer.id)
    for number, kind in session.execute(missing):
        yield Break("L1", f"transfer {number}", f"a {kind.value} by an act that is not in the audit log")


def log_breaks(session: Session, *, anchors: Sequence[Anchor]) -> Iterator[Break]:
    """L2: the audit log is as it was written. Reads all of it; what was only taken out, a look at the books finds too."""
    yield from _in_the_log(chain_breaks(session, anchors=anchors))


def _in_the_log(breaks: Iterable[ChainBreak]) -> Iterator[Break]:
    for found in breaks:
        yield Break("L2", f"audit log, place {found.place}", found.message)


def books_job(
    due: Callable[[Session, datetime], Sequence[str]],
    *,
    actor: Actor,
    state_dir: Path | None,
    also: Sequence[Look] = (),
) -> Job:
    """Each night: look at the books and the audit log, write what was found, and anchor the log outside the database.

    The look is a snapshot of its own, so that nobody waits for it. Without a folder the log is not anchored.
    """
    seen: dict[str, Looked] = {}

    def look(session: Session, item: str, _at: datetime) -> None:
        known, strange = kept_anchors(state_dir) if state_dir is not None else ([], [])
        looked = look_at_books(session, also=also)
        unread = [Break("L2", f"audit anchors, line {line}", "is no anchor") for line in strange]
        found = dict.fromkeys([*looked.breaks, *log_breaks(session, anchors=known), *unread])
        seen[item] = Looked(looked.transfers, looked.events, list(found))

    def keep(session: Session, item: str, at: datetime) -> None:
        if state_dir is not None:
            keep_anchor(state_dir, anchor_now(session, now=at))
        looked = seen[item]
        keep_check(session, transfers=looked.transfers, events=looked.events, breaks=looked.breaks, actor=actor, now=at)

    return Job("check_books", due, keep, first=look)
