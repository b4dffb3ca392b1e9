"""While a desk is upgraded the processes of before serve on: a revision only adds what they can live with."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import pytest
from sqlalchemy import Engine, MetaData, Table, func, insert, inspect, select, text
from sqlalchemy.engine import Connection

from portal.migrations import current_revision, downgrade, head_revision, upgrade

FIRST = "0086"
"""From the revision after this one on; before it seven of eighty-five took something away or asked something new of a row."""

Columns = Mapping[str, tuple[bool, bool]]
"""By name: whether it may be empty, and whether the database fills it in by itself."""


def shape(engine: Engine) -> dict[str, Columns]:
    looked = inspect(engine)
    return {
        table: {
            one["name"]: (bool(one["nullable"]), one["default"] is not None or bool(one.get("computed")))
            for one in looked.get_columns(table)
        }
        for table in looked.get_table_names()
    }


def in_the_way(before: Mapping[str, Columns], after: Mapping[str, Columns]) -> list[str]:
    """What a program that knows the tables of before trips over in those of after."""
    found = [f"table {name} is gone" for name in before if name not in after]
    for table in before.keys() & after.keys():
        old, new = before[table], after[table]
        found += [f"{table}.{name} is gone" for name in old if name not in new]
        found += [
            f"{table}.{name} must be filled in"
            for name, (empty, by_itself) in new.items()
            if not empty and not by_itself and (name not in old or old[name][0])
        ]
    return sorted(found)


@pytest.mark.parametrize("database", ["sqlite"])
def test_every_newer_revision_only_adds_what_the_program_of_before_can_live_with(
    migrated: Engine, database: str
) -> None:
    shapes, names = [shape(migrated)], [head_revision()]
    while current_revision(migrated) != FIRST:
        downgrade(migrated, revision="-1")
        shapes.append(shape(migrated))
        names.append(str(current_revision(migrated)))
    steps = zip(names[-2::-1], pairwise(reversed(shapes)), strict=True)
    assert {name: found for name, (before, after) in steps if (found := in_the_way(before, after))} == {}


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("ALTER TABLE team DROP COLUMN closed_by", "team.closed_by is gone"),
        ("ALTER TABLE job_item RENAME TO job_thing", "table job_item is gone"),
        ("ALTER TABLE team RENAME COLUMN name TO called", "team.called must be filled in"),
    ],
)
def test_control_what_takes_away_or_asks_more_is_seen(migrated: Engine, database: str, change: str, said: str) -> None:
    before = shape(migrated)
    with migrated.begin() as connection:
        if "DROP" in change:
            return_to = "CREATE TABLE kept AS SELECT id, public_id, name FROM team"
            for statement in (return_to, "ALTER TABLE team RENAME TO old_team", "ALTER TABLE kept RENAME TO team"):
                connection.execute(text(statement))
        else:
            connection.execute(text(change))
    assert said in in_the_way(before, shape(migrated))


@dataclass
class OlderProgram:
    """A process of before: it knows the tables as they were, reads and writes, and writes down what went wrong."""

    engine: Engine
    known: dict[str, Table]
    done: int = 0
    wrong: BaseException | None = None

    def turn(self, now: datetime) -> None:
        """One request: read people and accounts, note that something was done."""
        with self.engine.begin() as connection:
            self._write(connection, now)
        self.done += 1

    def _write(self, connection: Connection, now: datetime) -> None:
        item = {"job": "older", "item": str(self.done), "state": "done", "attempts": 1, "due_at": now, "done_at": now}
        connection.execute(insert(self.known["job_item"]).values(item))
        for name in ("account", "development_question", "outbox_message"):
            connection.execute(select(self.known[name])).all()


def test_a_process_of_before_reads_and_writes_while_the_tables_change_and_after(
    migrated: Engine, now: datetime
) -> None:
    downgrade(migrated, revision=FIRST)
    known = MetaData()
    known.reflect(migrated, only=["account", "development_question", "outbox_message", "job_item"])
    program, ended, began = OlderProgram(migrated, dict(known.tables)), threading.Event(), threading.Event()

    def serve() -> None:
        try:
            while not ended.is_set():
                program.turn(now)
                began.set()
            program.turn(now)
        except BaseException as error:
            program.wrong = error
            began.set()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        assert began.wait(30)
        upgrade(migrated)
    finally:
        ended.set()
        thread.join(60)
    assert program.wrong is None and current_revision(migrated) == head_revision()
    with migrated.connect() as connection:
        written = select(func.count()).where(known.tables["job_item"].c.job == "older")
        assert connection.scalar(written) == program.done >= 2
