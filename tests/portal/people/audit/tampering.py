"""A log with six events, and every way to change it by hand in the database: past its triggers, in a transaction that is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, insert, select, text, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record, record_refusal
from portal.people.audit.chain import START, digest_of
from portal.people.audit.models import AuditEvent, AuditHead, AuditLink
from portal.platform.append_only import unprotect_statements
from portal.platform.database import unit_of_work

ADVISOR = Actor(Audience.ADVISOR, account_id=4, display_name="Fatima", origin="0" * 32)
EVENT, LINK, HEAD = (model.__table__ for model in (AuditEvent, AuditLink, AuditHead))
LENGTH = 6

Tamper = Callable[[Connection], None]


def a_log(engine: Engine, now: datetime) -> None:
    """Six events in three transactions; the last of them is a refusal."""
    for number in range(LENGTH // 2):

        def work(session: Session, number: int = number) -> None:
            for half in range(2):
                if number + half == LENGTH // 2:
                    about = ("voucher", half)
                    at = now + timedelta(seconds=number)
                    record_refusal(session, actor=ADVISOR, action="a.page", about=about, reason="not_yours", now=at)
                    continue
                record(
                    session,
                    actor=ADVISOR,
                    action=f"voucher.act{number}",
                    object_kind="voucher",
                    object_id=half,
                    now=now + timedelta(seconds=number),
                    fields=("wish",) if half else (),
                )

        unit_of_work(engine, work)


def another(value: Any) -> Any:
    """A value of the same kind that differs."""
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, int):
        return value + 1000
    if isinstance(value, list):
        return [*value, "more"]
    if isinstance(value, dict):
        return {**value, "voucher:9": {"state": ["issued", "revoked"]}}
    return {"done": "failed", "refused": "done"}.get(value, "1" + value[1:] if value[:1] != "1" else "2" + value[1:])


def columns() -> Iterator[tuple[str, Table, str, int]]:
    """Every column of the log and of its chain, at every place."""
    for table in (EVENT, LINK):
        for column in table.columns:
            for place in range(1, LENGTH + 1):
                yield f"{table.name}.{column.name} at {place}", table, column.name, place
    for column in HEAD.columns:
        if column.name != "id":
            yield f"{HEAD.name}.{column.name}", HEAD, column.name, 1


def changed(table: Table, column: str, place: int) -> Tamper:
    """One column of one row with another value."""

    def tamper(connection: Connection) -> None:
        key = next(iter(table.primary_key.columns))
        row = connection.execute(select(table).order_by(key).offset(place - 1).limit(1)).mappings().one()
        connection.execute(update(table).where(key == row[key.name]).values({column: another(row[column])}))

    return tamper


def others() -> Iterator[tuple[str, Tamper]]:
    """Rows taken out, put in, or in another order."""
    for place in range(1, LENGTH + 1):
        yield f"event out at {place}", _without(place, event=True, link=False)
        yield f"link out at {place}", _without(place, event=False, link=True)
        yield f"both out at {place}", _without(place, event=True, link=True)
        if place < LENGTH:
            yield f"moved on at {place}", _swapped(place)
            yield f"links moved at {place}", _swapped_links(place)
    yield "no values, written as a list", _without_values
    yield "end out", lambda connection: connection.execute(delete(HEAD)) and None
    yield "event put in", _put_in
    yield "event put in and bound", _put_in_and_bound


def _without(place: int, *, event: bool, link: bool) -> Tamper:
    def tamper(connection: Connection) -> None:
        number = connection.execute(select(LINK.c.event_id).where(LINK.c.place == place)).scalar_one()
        if link:
            connection.execute(delete(LINK).where(LINK.c.place == place))
        if event:
            connection.execute(delete(EVENT).where(EVENT.c.id == number))

    return tamper


def cut_off(connection: Connection) -> None:
    """The last event out, with its link, and the end put where it would have been: only an anchor knows."""
    _without(LENGTH, event=True, link=True)(connection)
    last = connection.execute(select(LINK.c.digest).where(LINK.c.place == LENGTH - 1)).scalar_one()
    connection.execute(update(HEAD).values(places=LENGTH - 1, digest=last))


def written_anew(connection: Connection) -> None:
    """One event changed and every hash from the beginning made again: only an anchor knows."""
    connection.execute(update(EVENT).where(EVENT.c.id == 2).values(actor="account:5"))
    place, digest = 0, START
    names = [column.name for column in EVENT.columns]
    rows = select(*(EVENT.c[name] for name in names), LINK.c.decided).join(LINK, LINK.c.event_id == EVENT.c.id)
    for row in connection.execute(rows.order_by(LINK.c.place)).all():
        place, previous = place + 1, digest
        digest = digest_of(previous, place, row[: len(names)], row[len(names)])
        connection.execute(update(LINK).where(LINK.c.place == place).values(previous=previous, digest=digest))
    connection.execute(update(HEAD).values(places=place, digest=digest))


def _swapped(place: int) -> Tamper:
    """What two events say changes places."""

    def tamper(connection: Connection) -> None:
        rows = connection.execute(select(EVENT).order_by(EVENT.c.id).offset(place - 1).limit(2)).mappings().all()
        for one, other in (rows, rows[::-1]):
            said = {name: value for name, value in other.items() if name != "id"}
            connection.execute(update(EVENT).where(EVENT.c.id == one["id"]).values(said))

    return tamper


def _swapped_links(place: int) -> Tamper:
    def tamper(connection: Connection) -> None:
        for before, after in ((place, 900), (place + 1, place), (900, place + 1)):
            connection.execute(update(LINK).where(LINK.c.place == before).values(place=after))

    return tamper


def _without_values(connection: Connection) -> None:
    connection.execute(update(LINK).where(LINK.c.place == 2).values(decided=[]))


def _put_in(connection: Connection) -> None:
    row = dict(connection.execute(select(EVENT).limit(1)).mappings().one())
    connection.execute(insert(EVENT).values(row | {"id": 900}))


def _put_in_and_bound(connection: Connection) -> None:
    _put_in(connection)
    places, digest = connection.execute(select(HEAD.c.places, HEAD.c.digest)).one()
    row = connection.execute(select(EVENT).where(EVENT.c.id == 900)).one()
    bound = digest_of(digest, places + 1, row, {})
    connection.execute(insert(LINK).values(place=places + 1, event_id=900, decided={}, previous=digest, digest=bound))


def tampered(engine: Engine, tamper: Tamper, look: Callable[[Session], Any]) -> Any:
    """What `look` finds when this was done to the log; it is undone afterwards."""
    with engine.connect() as connection:
        transaction = connection.begin()
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text("ALTER TABLE audit_event DROP CONSTRAINT ck_audit_event_result_known"))
        else:
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            for table in ("audit_event", "audit_link"):
                for statement in unprotect_statements("sqlite", table):
                    connection.execute(text(statement))
        try:
            tamper(connection)
            return look(Session(connection, join_transaction_mode="rollback_only"))
        finally:
            transaction.rollback()
