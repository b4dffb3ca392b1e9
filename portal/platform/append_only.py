"""Append-only tables, enforced in the database and not by convention.

One source of SQL for the tables made by ``create_all`` (tests) and for the migrations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import DDL, Table, UniqueConstraint, event
from sqlalchemy.engine import Connection

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
""".strip()


def protect_statements(dialect: str, table: str, unique_columns: Sequence[Sequence[str]] = (("id",),)) -> list[str]:
    """The SQL that makes a table append-only.

    On SQLite ``INSERT OR REPLACE`` removes a row without firing a DELETE trigger unless ``recursive_triggers`` is on; the
    third trigger refuses it on any connection, by looking whether a row with the same unique values is there already.
    """
    if dialect == "postgresql":
        call = "EXECUTE FUNCTION refuse_change()"
        return [
            _FUNCTION,
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {call}",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}",
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    known = [" AND ".join(f"{name} = NEW.{name}" for name in columns) for columns in unique_columns]
    same = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {condition})" for condition in known)  # noqa: S608 (table names are ours)
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {same} {refuse}",
    ]


def unprotect_statements(dialect: str, table: str) -> list[str]:
    """The SQL that takes the protection off again: only for a migration that rebuilds or drops the table."""
    if dialect == "postgresql":
        return [
            f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
            f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
        ]
    return [f"DROP TRIGGER IF EXISTS {table}_no_{act}" for act in ("update", "delete", "replace")]


def append_only(model: Any) -> Any:
    """Class decorator: the table of this model is append-only on both databases. Listed in ``table.info['append_only']``."""
    table: Table = model.__table__
    table.info["append_only"] = True

    def protect(_table: Table, connection: Connection, **_options: Any) -> None:
        for statement in protect_statements(connection.dialect.name, table.name, unique_sets(table)):
            connection.execute(DDL(statement.replace("%", "%%")))

    event.listen(table, "after_create", protect)
    return model


def unique_sets(table: Table) -> list[tuple[str, ...]]:
    """The column sets of a table that identify a row: primary key, UNIQUE constraints and unique indexes."""
    sets = [tuple(column.name for column in table.primary_key.columns)]
    sets += [tuple(c.name for c in item.columns) for item in table.constraints if isinstance(item, UniqueConstraint)]
    sets += [tuple(c.name for c in index.columns) for index in table.indexes if index.unique]
    return sorted(set(sets))
