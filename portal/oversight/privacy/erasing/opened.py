"""Tables that are append-only are opened for one transaction that erases, and shut again in it.

On SQLite their protection is dropped and made again: nobody else writes meanwhile. On PostgreSQL it is switched off and on, which
keeps writers of these tables waiting and lets readers read. When the transaction is undone so is that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Table, text
from sqlalchemy.orm import Session

from portal.platform.append_only import protect_statements, unique_sets, unprotect_statements


@contextmanager
def opened(session: Session, tables: Sequence[Table]) -> Iterator[None]:
    """Let these tables be changed inside; always in one order, so that two who erase wait for each other."""
    shut = sorted((table for table in tables if table.info.get("append_only")), key=lambda table: table.name)
    session.flush()
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        for table in shut:
            connection.execute(text(f'ALTER TABLE "{table.name}" DISABLE TRIGGER "{table.name}_no_change"'))
        yield
        for table in shut:
            connection.execute(text(f'ALTER TABLE "{table.name}" ENABLE TRIGGER "{table.name}_no_change"'))
        return
    for table in shut:
        for statement in unprotect_statements("sqlite", table.name):
            connection.exec_driver_sql(statement)
    yield
    for table in shut:
        for statement in protect_statements("sqlite", table.name, unique_sets(table)):
            connection.exec_driver_sql(statement)
