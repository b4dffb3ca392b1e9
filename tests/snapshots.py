"""The rows of a database as they were, to be put back into an empty one: what many tests begin with is made once per process."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from sqlalchemy import Connection, Table, insert, select, text
from sqlalchemy.orm import Session

from portal.oversight.finding.keeping import note_touched
from portal.people.audit.chain import chain_events
from portal.platform.database import load_models

Rows = list[tuple[Table, list[dict[str, Any]]]]

_KEPT: dict[Hashable, Rows] = {}


def begin_with(session: Session, key: Hashable, make: Callable[[Session], None]) -> None:
    """Let `make` fill an empty database the first time; put its rows back when the same is asked again, on either engine.

    `key` says what `make` makes. In a database that holds something already `make` is always called.
    """
    if _is_filled(session):
        make(session)
        return
    if key not in _KEPT:
        make(session)
        note_touched(session)
        chain_events(session)
        _KEPT[key] = rows_of(session)
        return
    for table, rows in _KEPT[key]:
        session.execute(insert(table), rows)
    go_on_numbering(session.connection(), _KEPT[key])


def _is_filled(session: Session) -> bool:
    session.flush()
    tables = (table.name for table in load_models().sorted_tables)
    probe = " OR ".join(f'EXISTS (SELECT 1 FROM "{name}")' for name in tables)
    return bool(session.execute(text(f"SELECT {probe}")).scalar())


def rows_of(session: Session) -> Rows:
    """Everything that is in the database: per table that is not empty its rows, in an order in which they can be put back."""
    found = [(table, session.execute(select(table)).mappings().all()) for table in load_models().sorted_tables]
    return [(table, [dict(row) for row in rows]) for table, rows in found if rows]


def go_on_numbering(connection: Connection, kept: Rows) -> None:
    """Let PostgreSQL number on after the rows that were put back; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    highest = {
        (table.name, number.name): max(row[number.name] for row in rows)
        for table, rows in kept
        if (number := table.autoincrement_column) is not None
    }
    connection.execute(
        text(
            "SELECT "
            + ", ".join(
                f"setval(pg_get_serial_sequence('{table}', '{column}'), {number})"
                for (table, column), number in highest.items()
            )
        )
    )
