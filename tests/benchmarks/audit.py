"""The audit log at size: a million events in their chain, beside the transfers that they booked, checked from beginning to end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, insert, select, text
from sqlalchemy.orm import Session

from portal.ledger.models import Transfer
from portal.oversight.books import unlogged
from portal.people.audit.chain import EVENT, START, digest_of
from portal.people.audit.models import AuditEvent, AuditHead, AuditLink
from portal.people.audit.verifying import chain_breaks
from portal.platform.database import unit_of_work

AT_ONCE = 50_000


def fill_log(engine: Engine) -> None:
    """One event for every transfer, bound in a chain that is right."""
    place, digest, last = 0, START, 0
    with engine.begin() as connection:
        while rows := connection.execute(
            select(Transfer.id, Transfer.at, Transfer.voucher_id)
            .where(Transfer.id > last)
            .order_by(Transfer.id)
            .limit(AT_ONCE)
        ).all():
            events, links = [], []
            for number, at, voucher in rows:
                event = _event(number, at, voucher)
                place, previous = place + 1, digest
                digest = digest_of(previous, place, [event[column.key] for column in EVENT], {})
                events.append(event)
                links.append(
                    {"place": place, "event_id": number, "decided": {}, "previous": previous, "digest": digest}
                )
            connection.execute(insert(AuditEvent), events)
            connection.execute(insert(AuditLink), links)
            last = rows[-1].id
        connection.execute(insert(AuditHead), {"id": 1, "places": place, "digest": digest})
        connection.execute(text("ANALYZE"))


def _event(number: int, at: Any, voucher: int | None) -> dict[str, Any]:
    return {
        "id": number,
        "at": at,
        "actor": "system",
        "role": "advisor",
        "action": "voucher.redeemed",
        "object_kind": "voucher",
        "object_id": str(voucher or 0),
        "result": "done",
        "origin": "0" * 32,
        "fields": [],
    }


def chain_verified(engine: Engine) -> float:
    """Seconds to check the whole chain."""
    return unit_of_work(engine, lambda session: _timed(chain_breaks(session)), read_only=True)


def logged(session: Session) -> list[Any]:
    """Transfers by an act that is not in the log: none here."""
    return list(unlogged(session))


def _timed(breaks: Iterator[Any]) -> float:
    start = time.perf_counter()
    assert list(breaks) == []
    return time.perf_counter() - start
