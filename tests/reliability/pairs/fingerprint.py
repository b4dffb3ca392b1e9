"""What a desk comes to, in a form in which two desks can be compared: every row of every table, without what only chance gave it.

A record that was there already is called by its number, a new one by what it says: whoever was first gets the lower number, and
that is no difference. Public ids, codes and the hashes of the audit log are left out; the log itself is in it, with the value
before and after of everything that is decided on.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Table, select

from portal.platform.database import load_models, written_columns
from tests.snapshots import Rows

CHANCE = frozenset(
    {
        "public_id",
        "token_hash",
        "nonce",
        "stored_file.place",
        "transfer.key",
        "voucher.code",
        "job_item.lease",
        "computed_apart.lease",
        "long_work.about",
        "award_round.seed",
        "award_round.seed_print",
        "audit_link.place",
        "audit_link.previous",
        "audit_link.digest",
    }
)
"""Columns with a value by chance, or of the order in the log. What long work is about is called by its public id."""
NOT_LOOKED_AT = frozenset(
    {"audit_head", "idempotency_key", "session_record", "search_due", "search_entry", "search_term", "search_variant"}
)
"""What holds nothing of its own: the index, and notes for it, say again what other tables say."""
NAMED = {
    "question": "development_question",
    "version": "scheme_version",
    "batch": "payment_batch",
    "line": "funding_line",
}
"""How a record is called where it is not called by its table."""
RECORD = re.compile(r"\b([a-z_]+):(\d+)\b")

Print = dict[str, Counter[str]]
"""Per table, how often each row is there."""


class Reader:
    """Reads desks that began as one scene."""

    def __init__(self, scene: Rows) -> None:
        self.tables = {table.name: table for table in load_models().sorted_tables if table.name not in NOT_LOOKED_AT}
        self.known: dict[str, set[Any]] = {
            table.name: {row[_number(table)] for row in rows} for table, rows in scene if _number(table)
        }
        self.rows = {table.name: rows for table, rows in scene}
        self.whole = self._said({name: self.rows.get(name, []) for name in self.tables}, self.tables)

    def read(self, engine: Engine, written: Iterable[str]) -> Print:
        """What this desk comes to, of which only these tables were written since it was the scene."""
        names = [name for name in self.tables if name in set(written)]
        with engine.connect() as connection:
            found = {
                name: [dict(row) for row in connection.execute(select(self.tables[name])).mappings()] for name in names
            }
        return self.whole | self._said(self.rows | found, names)

    def _said(self, rows: Mapping[str, list[dict[str, Any]]], names: Iterable[str]) -> Print:
        told = _Told(self.tables, self.known, rows)
        return {name: Counter(told.row(name, row) for row in rows.get(name, [])) for name in names}


def difference(one: Print, other: Print) -> list[str]:
    """What is in the one and not in the other, as lines."""
    lines = []
    for name in sorted({*one, *other}):
        mine, theirs = one.get(name, Counter()), other.get(name, Counter())
        lines += [f"+ {name} {row}" for row in (mine - theirs).elements()]
        lines += [f"- {name} {row}" for row in (theirs - mine).elements()]
    return lines


class _Told:
    """Says rows, each new one once."""

    def __init__(
        self, tables: Mapping[str, Table], known: Mapping[str, set[Any]], rows: Mapping[str, list[dict[str, Any]]]
    ) -> None:
        self.tables, self.known = tables, known
        self.by_number = {
            name: {row[number]: row for row in found}
            for name, found in rows.items()
            if name in tables and (number := _number(tables[name]))
        }
        self.called: dict[tuple[str, Any], str] = {}

    def row(self, name: str, row: Mapping[str, Any]) -> str:
        """All that this row says."""
        table = self.tables[name]
        number = _number(table)
        said = {}
        for column in written_columns(table):
            if column.name in CHANCE or f"{name}.{column.name}" in CHANCE:
                continue
            value = row[column.name]
            if column.name == number:
                if value in self.known.get(name, ()):
                    said[column.name] = value
            elif value is not None and (goal := _goal(column, row)) in self.tables:
                said[column.name] = self.call(str(goal), int(value) if str(value).isdigit() else value)
            else:
                said[column.name] = self._plain(value, column.name)
        return json.dumps(said, sort_keys=True, default=str, ensure_ascii=False)

    def call(self, name: str, number: Any) -> str:
        """The name of a record: its number when it was there already, else what it says."""
        if number in self.known.get(name, ()):
            return f"{name} {number}"
        if (name, number) not in self.called:
            self.called[name, number] = f"{name} …"  # who points at itself
            row = self.by_number.get(name, {}).get(number)
            said = "gone" if row is None else hashlib.sha256(self.row(name, row).encode()).hexdigest()[:12]
            self.called[name, number] = f"{name} {said}"
        return self.called[name, number]

    def _plain(self, value: Any, key: str) -> Any:
        if isinstance(value, dict):
            return {self._plain(name, ""): self._plain(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [self._plain(one, key) for one in value]
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
        if isinstance(value, str):
            return RECORD.sub(lambda one: self._known(one[1], int(one[2]), one[0]), value)
        goal = NAMED.get(key.removesuffix("_id"), key.removesuffix("_id"))
        return self._known(goal, value, value) if isinstance(value, int) and not isinstance(value, bool) else value

    def _known(self, word: str, number: int, otherwise: Any) -> Any:
        name = NAMED.get(word, word)
        there = number in self.known.get(name, ()) or number in self.by_number.get(name, {})
        return self.call(name, number) if there else otherwise


def _number(table: Table) -> str | None:
    return table.autoincrement_column.name if table.autoincrement_column is not None else None


def _goal(column: Any, row: Mapping[str, Any]) -> str | None:
    """The table that a column points into, also where the database does not know."""
    for key in column.foreign_keys:
        return str(key.column.table.name)
    if column.name == "object_id":
        return NAMED.get(row["object_kind"], row["object_kind"]) if str(row["object_id"]).isdigit() else None
    word = column.name.removesuffix("_id")
    return NAMED.get(word, word) if column.name.endswith("_id") else None
