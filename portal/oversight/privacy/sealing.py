"""Sealing again: rows that were written before their fields were sealed, or with a key that is not the newest any more.

It is done in short transactions while the desk is in use: a row that somebody holds is waited for, and nothing that is read or
decided changes by it. Doing it again changes nothing more.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, func, select, type_coerce, update
from sqlalchemy.orm import Session

from portal.oversight.finding.models import SearchVariant
from portal.oversight.privacy.erasing.opened import opened
from portal.platform.database import load_models
from portal.platform.field_keys import field_keys
from portal.platform.sealed_columns import NOT_SEALED, SEALED_TYPES, key_of, plain_type

AT_ONCE = 500
"""So many rows are read, and as far as needed written again, in one transaction."""


@dataclass(frozen=True)
class SealedPart:
    """What was done with some rows of a table: up to which id, how many were read, how many written again."""

    last: int
    read: int
    written: int


def sealed_tables() -> list[tuple[Table, list[Column[Any]]]]:
    """The tables in which something stands sealed, and its columns."""
    found = ((table, [one for one in table.columns if isinstance(one.type, SEALED_TYPES)]) for table in _tables())
    return [(table, columns) for table, columns in found if columns]


def _tables() -> list[Table]:
    """The index is left out: it is made anew from the rest (``loket search rebuild``)."""
    return [table for table in load_models().sorted_tables if "id" in table.c]


def seal_some(session: Session, *, table: Table, after: int) -> SealedPart:
    """Seal what stands plain or under an older key in the next rows of a table; with nothing read the table is done."""
    newest = field_keys().newest
    columns = next(columns for one, columns in sealed_tables() if one is table)
    stands = [type_coerce(column, plain_type(column.type)).label(f"stands_{column.name}") for column in columns]
    rows = select(table.c.id, *columns, *stands).where(table.c.id > after).order_by(table.c.id).limit(AT_ONCE)
    found = session.connection().execute(rows.with_for_update()).mappings().all()
    if not found:
        return SealedPart(after, 0, 0)
    changes = []
    for row in found:
        keys = {column.name: key_of(column.type, row[f"stands_{column.name}"]) for column in columns}
        values = {name: row[name] for name, key in keys.items() if key not in (None, newest)}
        if values:
            changes.append((row["id"], values))
    if changes:
        with opened(session, [table]):
            for number, values in changes:
                session.connection().execute(update(table).where(table.c.id == number).values(values))
    return SealedPart(found[-1]["id"], len(found), len(changes))


def fields_by_key(session: Session) -> Counter[str]:
    """How many fields stand sealed with each key of the ring; under an empty name what stands plain. Reads every row."""
    counted: Counter[str] = Counter()
    for _table, columns in sealed_tables():
        stands = [type_coerce(column, plain_type(column.type)) for column in columns]
        rows = session.connection().execution_options(yield_per=AT_ONCE).execute(select(*stands))
        for row in rows:
            counted.update(
                key
                for column, value in zip(columns, row, strict=True)
                if (key := key_of(column.type, value)) is not None
            )
    return counted


def keys_in_use(session: Session) -> set[str]:
    """The names of the keys with which anything stands sealed, in the index too; empty for what stands plain. Reads every row."""
    word = type_coerce(SearchVariant.plain, plain_type(SearchVariant.plain.type))
    begins = select(func.substr(word, 1, 4)).where(word.not_in(NOT_SEALED)).distinct()
    of_index = {one[1:3] if one.startswith("$") else "" for one in session.execute(begins).scalars()}
    return {*fields_by_key(session), *of_index}
