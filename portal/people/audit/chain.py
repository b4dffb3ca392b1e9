"""The chain of the audit log: every event is bound to the one before it by a hash, as the last thing its transaction does.

The end of the chain is one guarded row. It is taken when everything else of the act is written, so that acts wait for each other
only while they commit. What somebody changes, takes out, puts in or moves afterwards does not fit the hashes any more; what is
cut off at the end does not fit an anchor outside the database (`anchors`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from sqlalchemy import event, insert, select, update
from sqlalchemy.orm import Session, object_session

from portal.people.audit.decided import Changes, take_changes
from portal.people.audit.models import AuditEvent, AuditHead, AuditLink
from portal.platform.database import LAST, insert_into

START = "0" * 64
"""What the first event follows."""

#: What of an event is bound, in this order.
EVENT = (
    AuditEvent.id,
    AuditEvent.at,
    AuditEvent.actor,
    AuditEvent.role,
    AuditEvent.action,
    AuditEvent.object_kind,
    AuditEvent.object_id,
    AuditEvent.result,
    AuditEvent.origin,
    AuditEvent.fields,
)
_WAITING = "audit_events_to_chain"
_AT_ONCE = 500

_encode = json.JSONEncoder(separators=(",", ":"), sort_keys=True).encode


def digest_of(previous: str, place: int, event_row: Sequence[Any], decided: Changes) -> str:
    """The hash of an event at its place: SHA-256 over the hash before it and everything that the log says of it.

    Each part stands behind its length, so that no part can pass for two; lists and values are JSON with sorted keys.
    """
    number, at, *words, fields = event_row
    instant = at if at.tzinfo is UTC else at.astimezone(UTC)
    said = ("[]" if fields == [] else _encode(fields), "{}" if decided == {} else _encode(decided))
    parts = (previous, str(place), str(number), instant.isoformat(), *words, *said)
    return hashlib.sha256("".join([f"{len(part)}:{part}" for part in parts]).encode()).hexdigest()


def hold_head(session: Session) -> tuple[int, str]:
    """How many places the chain has and its last hash; locked until the end of the transaction."""
    look = select(AuditHead.places, AuditHead.digest).where(AuditHead.id == 1).with_for_update()
    found = session.execute(look).one_or_none()
    if found is None:
        first = insert_into(session)(AuditHead).values(id=1, places=0, digest=START)
        session.execute(first.on_conflict_do_nothing(index_elements=["id"]))
        found = session.execute(look).one()
    return int(found[0]), str(found[1])


def chain_events(session: Session) -> None:
    """Bind the events that were written in this transaction. Happens by itself before every commit."""
    session.flush()
    said: dict[int, Changes] = session.info.pop(_WAITING, {})
    waiting = sorted(said)
    rows: list[Any] = []
    for start in range(0, len(waiting), _AT_ONCE):
        bound = select(AuditLink.place).where(AuditLink.event_id == AuditEvent.id).exists()
        chosen = (AuditEvent.id.in_(waiting[start : start + _AT_ONCE]), ~bound)
        rows += session.execute(select(*EVENT).where(*chosen).order_by(AuditEvent.id)).all()
    if not rows:
        return
    said[rows[-1].id] = _together(said[rows[-1].id], take_changes(session))
    place, digest = hold_head(session)
    links = []
    for row in rows:
        place, previous, values = place + 1, digest, dict(sorted(said[row.id].items()))
        digest = digest_of(previous, place, row, values)
        links.append({"place": place, "event_id": row.id, "decided": values, "previous": previous, "digest": digest})
    session.execute(insert(AuditLink), links)
    ended = update(AuditHead).where(AuditHead.id == 1).values(places=place, digest=digest)
    session.execute(ended.execution_options(synchronize_session=False))


def _together(first: Changes, then: Changes) -> Changes:
    """What an event says, and what its act still wrote after it: the value before of the one, the value after of the other."""
    whole = {key: dict(fields) for key, fields in first.items()}
    for key, fields in then.items():
        mine = whole.setdefault(key, {})
        for name, (before, after) in fields.items():
            mine[name] = [mine[name][0] if name in mine else before, after]
    return whole


@event.listens_for(AuditEvent, "after_insert")
def _wait(_mapper: Any, _connection: Any, written: AuditEvent) -> None:
    session = object_session(written)
    if session is not None:
        session.info.setdefault(_WAITING, {})[written.id] = take_changes(session)


LAST.append(chain_events)


@event.listens_for(Session, "before_commit")
def _chain(session: Session) -> None:
    """In a session that no unit of work commits, and for what was written since."""
    if not session.in_nested_transaction():
        chain_events(session)
