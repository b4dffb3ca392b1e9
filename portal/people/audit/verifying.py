"""Whether the audit log is as it was written: the chain from beginning to end, and against anchors outside the database."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from portal.people.audit.anchors import Anchor
from portal.people.audit.chain import EVENT, START, digest_of
from portal.people.audit.models import AuditEvent, AuditHead, AuditLink

_PAGE = 20_000


@dataclass(frozen=True)
class ChainBreak:
    """A place of the log that is not as it was written."""

    place: int
    message: str


def chain_breaks(session: Session, *, anchors: Sequence[Anchor] = ()) -> Iterator[ChainBreak]:
    """Every place where the log does not fit, in order; nothing when it is as it was written.

    Reads the log page by page. To be run on one snapshot: a transaction for reading only.
    """
    known: dict[int, list[Anchor]] = defaultdict(list)
    for anchor in anchors:
        known[anchor.places].append(anchor)
    place, digest = 0, START
    yield from _anchored(known.pop(0, ()), START)
    for row in _links(session):
        link_place, event_id, decided, previous, kept, *event_row = row
        if link_place != place + 1:
            yield ChainBreak(place + 1, f"places {place + 1} up to {link_place - 1} are missing")
        elif previous != digest:
            yield ChainBreak(link_place, "does not follow the place before it")
        if event_row[0] is None:
            yield ChainBreak(link_place, f"event {event_id} is missing")
        elif digest_of(previous, link_place, event_row, decided) != kept:
            yield ChainBreak(link_place, f"event {event_id} is not as it was written")
        place, digest = link_place, kept
        if place in known:
            yield from _anchored(known.pop(place), digest)
    yield from _ended(session, place, digest)
    for missing in sorted(known):
        for anchor in known[missing]:
            yield ChainBreak(
                missing, f"the anchor of {anchor.at.isoformat()} knows {missing} events, the log has {place}"
            )


def places_missing(session: Session) -> Iterator[ChainBreak]:
    """Where events were taken out of the log, without reading all of it: the chain counts fewer than were written."""
    head = session.scalar(select(AuditHead.places)) or 0
    bound, last = session.execute(select(func.count(), func.coalesce(func.max(AuditLink.place), 0))).one()
    if not bound == last == head:
        yield ChainBreak(int(last), f"{head} events were written, and {bound} are bound up to place {last}")
    loose = select(AuditLink.place, AuditLink.event_id).outerjoin(AuditEvent, AuditEvent.id == AuditLink.event_id)
    for place, event_id in session.execute(loose.where(AuditEvent.id.is_(None)).order_by(AuditLink.place)):
        yield ChainBreak(place, f"event {event_id} is missing")


def chain_length(session: Session) -> int:
    """How many events the log has."""
    return session.scalar(select(func.count()).select_from(AuditEvent)) or 0


def _links(session: Session) -> Iterator[Any]:
    """The links in order, each with its event. JSON is read from its text here, because mostly there is none to read."""
    texts = (cast(AuditLink.decided, Text), cast(AuditEvent.fields, Text))
    look = select(AuditLink.place, AuditLink.event_id, texts[0], AuditLink.previous, AuditLink.digest)
    look = look.add_columns(*EVENT[:-1], texts[1]).outerjoin(AuditEvent, AuditEvent.id == AuditLink.event_id)
    look = look.order_by(AuditLink.place).limit(_PAGE)
    last: int | None = None
    while True:
        page = look if last is None else look.where(AuditLink.place > last)
        rows = session.connection().execute(page).all()
        for place, event_id, decided, *rest, fields in rows:
            yield (
                place,
                event_id,
                {} if decided == "{}" else _read(decided),
                *rest,
                [] if fields == "[]" else _read(fields),
            )
        if len(rows) < _PAGE:
            return
        last = rows[-1][0]


def _read(text: str | None) -> Any:
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return text


def _anchored(anchors: Iterable[Anchor], digest: str) -> Iterator[ChainBreak]:
    for anchor in anchors:
        if anchor.digest != digest:
            yield ChainBreak(anchor.places, f"the anchor of {anchor.at.isoformat()} has another hash")


def _ended(session: Session, place: int, digest: str) -> Iterator[ChainBreak]:
    """The end of the chain is where its guarded row says, and every event is in it."""
    head = session.execute(select(AuditHead.places, AuditHead.digest)).one_or_none()
    if (head.places, head.digest) != (place, digest) if head is not None else place > 0:
        written = head.places if head is not None else 0
        yield ChainBreak(place, f"the log ends here, but {written} events were written")
    if chain_length(session) != place:
        loose = select(AuditEvent.id).outerjoin(AuditLink, AuditLink.event_id == AuditEvent.id)
        for number in session.scalars(loose.where(AuditLink.place.is_(None)).order_by(AuditEvent.id).limit(100)):
            yield ChainBreak(place, f"event {number} is not in the chain")
