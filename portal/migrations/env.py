"""Run by alembic: one transaction per run, foreign keys off and checked on SQLite, one run at a time on PostgreSQL."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, Engine

from portal.platform.config import load_settings
from portal.platform.database import POSTGRESQL_OPTIONS, UtcDateTime, load_models, make_engine

ADVISORY_LOCK = 20260302


class RowsLost(RuntimeError):
    """A migration left rows that point to nothing; everything was rolled back."""


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types into a revision as the plain types they are."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run the wanted revisions on the engine that was given, or on that of the settings."""
    given: Engine | None = context.config.attributes.get("engine")
    engine = given or make_engine(load_settings().database_url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            _run_on_sqlite(connection)
        else:
            _run_on_postgresql(connection)
    if given is None:
        engine.dispose()


def _configure(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=load_models(),
        render_as_batch=True,
        transactional_ddl=True,
        compare_type=True,
        render_item=render_item,
    )


def _run_on_sqlite(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    keep = bool(context.config.attributes.get("foreign_keys_on"))  # only for the test that shows why
    if not keep:
        driver.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction
    try:
        _configure(connection)
        with context.begin_transaction():
            context.run_migrations()
            lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if lost:
                raise RowsLost(f"{len(lost)} rows point to nothing, the first in {lost[0][0]}")
    finally:
        if connection.in_transaction():
            connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


def _run_on_postgresql(connection: Connection) -> None:
    _configure(connection)
    with context.begin_transaction():
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # for as long as another changes the tables
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{POSTGRESQL_OPTIONS['lock_timeout']}'")  # not for users
        context.run_migrations()


run()
