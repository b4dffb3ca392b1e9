"""One desk per database that is put back in milliseconds: only the tables that were written, copied inside the database.

On SQLite the desk is a file and its states are files. On PostgreSQL the rows of the scene stand in a schema of their own.
"""

from __future__ import annotations

import re
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, event, text
from sqlalchemy.orm import Session

from portal.people.audit.chain import chain_events
from portal.people.audit.counting import write_counts
from portal.platform.database import load_models, unit_of_work, written_columns
from tests.snapshots import Rows, go_on_numbering, rows_of

WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)\"?", re.IGNORECASE)
LOCKS = re.compile(r"^\s*(?:INSERT|UPDATE|DELETE)\b|\bFOR (?:NO KEY )?UPDATE\b|\bFOR (?:KEY )?SHARE\b", re.IGNORECASE)
KEPT = "scene"
MANY = 50
"""So often is a desk put back before its database is tidied up."""


class Desk(ABC):
    """An engine, which tables were written on it since it was put back, and who is called before the first lock."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.written: set[str] = set()
        self.read: set[str] = set()
        self._tables = frozenset(load_models().tables)
        self._named: dict[str, frozenset[str]] = {}
        self._before_lock: Callable[[], None] | None = None
        self._falls = _falling_with()
        event.listen(engine, "before_cursor_execute", self._look)

    def close(self) -> None:
        """Let go of the engine."""
        event.remove(self.engine, "before_cursor_execute", self._look)
        self.engine.dispose()

    def _look(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if self._before_lock is not None and LOCKS.search(statement):
            meanwhile, self._before_lock = self._before_lock, None
            meanwhile()
        if statement not in self._named:
            self._named[statement] = self._tables.intersection(re.findall(r"\w+", statement))
        self.read |= self._named[statement]
        if found := WRITES.match(statement):
            name = found[1]
            self.written.add(name)
            if statement.lstrip()[:6].upper() == "DELETE":
                self.written |= self._falls.get(name, set())

    @contextmanager
    def before_first_lock(self, meanwhile: Callable[[], None]) -> Iterator[None]:
        """Call `meanwhile` once, right before the first statement in here that locks or writes; at the end when there is none."""
        self._before_lock = meanwhile
        try:
            yield
        finally:
            left, self._before_lock = self._before_lock, None
            if left is not None:
                left()

    def _forget(self) -> None:
        self.written.clear()
        self.read.clear()

    @abstractmethod
    def put_back(self) -> None:
        """Be the scene again."""


class FileDesk(Desk):
    """A desk on SQLite. Every state of it is a file, so that what comes after an act need not do that act again."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.path = Path(str(engine.url.database))
        with numbering_on():
            load_models().create_all(engine)
        self.keep("empty")

    def begin(self, make: Callable[[Session], object]) -> Rows:
        """Be the scene that this makes from now on; everything that is in it."""
        self._copy(self._kept("empty"))

        def work(session: Session) -> Rows:
            make(session)
            chain_events(session)
            write_counts(session)
            return rows_of(session)

        rows = unit_of_work(self.engine, work)
        self.keep("scene")
        self._forget()
        return rows

    def keep(self, name: str) -> None:
        """Keep the state of now under a name."""
        self.engine.dispose()  # closing the last connection moves the WAL into the file
        shutil.copyfile(self.path, self._kept(name))

    def put_back(self, name: str = "scene") -> None:
        self._copy(self._kept(name))
        self._forget()

    def _kept(self, name: str) -> Path:
        return self.path.with_name(f"{name}.kept")

    def _copy(self, source: Path) -> None:
        self.engine.dispose()
        for old in self.path.parent.glob(f"{self.path.name}*"):
            old.unlink()
        shutil.copyfile(source, self.path)


class ServerDesk(Desk):
    """A desk on PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._numbers: dict[str, str] = {}
        self._there: dict[str, list[dict[str, Any]]] = {}
        self._times = 0
        names = [table.name for table in load_models().sorted_tables]
        load_models().create_all(engine)
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {KEPT}"))
            for name in names:
                connection.execute(text(f'CREATE TABLE {KEPT}."{name}" (LIKE public."{name}")'))

    def begin(self, rows: Rows) -> None:
        """Be the scene with these rows from now on. What is as it was in the scene before is left there."""
        self.put_back()
        new = {table.name: found for table, found in rows}
        changed = [(table, new.get(table.name, [])) for table in load_models().sorted_tables]
        changed = [(table, found) for table, found in changed if found != self._there.get(table.name, [])]
        with self.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for table, found in changed:
                name = table.name
                connection.exec_driver_sql(f'DELETE FROM public."{name}"; DELETE FROM {KEPT}."{name}"')
                if found:
                    connection.execute(table.insert(), found)
                    connection.exec_driver_sql(_from_to(table, "public", KEPT))
            restart = (
                "SELECT setval(format('%I', sequencename), 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"
            )
            connection.execute(text(restart))
            go_on_numbering(connection, rows)
        if self._times > MANY:
            self._sweep()
        self._numbers, self._there = self._numbering(), new
        self._forget()

    def _sweep(self) -> None:
        """Rows that went leave a place behind; nobody else tidies up here."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
        self._times = 0

    def _numbering(self) -> dict[str, str]:
        """Per table, how its numbering is put back."""
        look = text(
            "SELECT tablename, format('%I', s.sequencename), COALESCE(last_value, 1), last_value IS NOT NULL "
            "FROM pg_sequences s JOIN pg_tables t ON s.sequencename = t.tablename || '_id_seq' "
            "WHERE s.schemaname = 'public' AND t.schemaname = 'public'"
        )
        with self.engine.begin() as connection:
            rows = connection.execute(look).all()
        return {table: f"PERFORM setval('{name}', {last}, {str(used).lower()});" for table, name, last, used in rows}

    def put_back(self) -> None:
        names = sorted(self.written)
        if not names:
            return
        self._times += 1
        tables = load_models().tables
        steps = [
            f'DELETE FROM public."{name}"; {_from_to(tables[name], KEPT, "public")}; {self._numbers.get(name, "")}'
            for name in names
        ]
        with self.engine.begin() as connection:
            connection.exec_driver_sql(
                "DO $back$ BEGIN SET LOCAL session_replication_role = replica; " + " ".join(steps) + " END $back$"
            )
        self._forget()


def _from_to(table: Table, source: str, target: str) -> str:
    """Puts what a table has in one schema there in another one."""
    names = [f'"{column.name}"' for column in written_columns(table)]
    given = ", ".join(f"one.{name}" for name in names)  # `found` alone is a variable of the server's own language
    return f'INSERT INTO {target}."{table.name}" ({", ".join(names)}) SELECT {given} FROM {source}."{table.name}" one'


@contextmanager
def numbering_on() -> Iterator[None]:
    """Make tables of SQLite that give no number twice, also when the last row went: as PostgreSQL does."""
    options = [table.dialect_options["sqlite"] for table in load_models().sorted_tables if _numbers(table)]
    for one in options:
        one["autoincrement"] = True
    try:
        yield
    finally:
        for one in options:
            one["autoincrement"] = False


def _numbers(table: Table) -> bool:
    return table.autoincrement_column is not None


def _falling_with() -> dict[str, set[str]]:
    """Per table, the tables from which the database takes rows away (or changes them) when one of its rows goes."""
    direct: dict[str, set[str]] = {}
    for table in load_models().sorted_tables:
        for key in table.foreign_keys:
            if key.ondelete:
                direct.setdefault(key.column.table.name, set()).add(table.name)
    whole = {}
    for name in direct:
        found, todo = set(), [name]
        while todo:
            for below in direct.get(todo.pop(), set()) - found:
                found.add(below)
                todo.append(below)
        whole[name] = found
    return whole
