"""What many tests begin with is made once per process: the rows that came of it are put back when the same is asked again.

`made_once` wraps a function that writes through a session. The first call does the work; when the same is asked again of a
database in the same state, the rows are put there as they were. The state is known as the chain of such calls since the database
was empty, and only as long as nothing else was written through the connection: after that every call does the work itself.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Hashable, Iterator
from functools import cache, wraps
from hashlib import sha256
from typing import Any, NamedTuple, ParamSpec, TypeVar

from sqlalchemy import Column, Connection, Table, event, insert, inspect, select, text, update
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal.oversight.finding.keeping import note_touched
from portal.people.audit.chain import chain_events
from portal.platform.database import Base, load_models, written_columns

P = ParamSpec("P")
Made = TypeVar("Made")
Rows = list[tuple[Table, list[dict[str, Any]]]]
Values = tuple[Any, ...]
Held = dict[str, list[Values]]
"""Per table that is not empty its rows, as the driver of the database gives and takes them (SQLite) or as columns do (PostgreSQL)."""
READING = ("SELECT", "PRAGMA", "SAVEPOINT", "RELEASE")
CATALOGUE = {"scheme", "scheme_version"}
"""The tables of which a session keeps what it read."""
EMPTY = b""
_CHAIN = "made once"


class Step(NamedTuple):
    """What one call brought about: everything there is after it, what is new and what is other, and what it answered."""

    held: Held
    new: Held
    other: Held
    answer: bytes


_STEPS: dict[bytes, Step] = {}


# The chain -------------------------------------------------------------------------------------------------------------


@event.listens_for(Engine, "before_cursor_execute")
def _count_writes(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    if not statement.startswith(READING):
        _ended(connection)


@event.listens_for(Engine, "commit")
@event.listens_for(Engine, "rollback")
@event.listens_for(Engine, "rollback_savepoint")
def _ended(connection: Connection, *_: Any) -> None:
    if not connection.invalidated:
        connection.info["writes"] = (
            connection.info.get("writes", 0) + 1
        )  # of one that is gone there is nothing to count


def _state(session: Session) -> bytes | None:
    """The name of the state that the database is in, or None when nobody knows."""
    session.flush()
    name, writes = session.info.get(_CHAIN, (None, 0))
    connection = session.connection()
    if name is not None and connection.info.get("writes", 0) == writes:
        return bytes(name)
    return None if _is_filled(connection) else EMPTY


def _is(session: Session, state: bytes) -> None:
    session.info[_CHAIN] = state, session.connection().info.get("writes", 0)


def _is_filled(connection: Connection) -> bool:
    return bool(connection.execute(_probe()).scalar())


@cache
def _probe() -> Any:
    names = (table.name for table in load_models().sorted_tables)
    return text("SELECT " + " OR ".join(f'EXISTS (SELECT 1 FROM "{name}")' for name in names))


# Made once -------------------------------------------------------------------------------------------------------------


def made_once(make: Callable[P, Made]) -> Callable[P, Made]:
    """Let what a function writes (and answers) be put back when it is called again with the same in the same state.

    The session is its first argument. What else it is given, and what it answers, are records of the session and what pickle can
    write. It must do nothing outside of the database.
    """

    @wraps(make)
    def put_back_or_make(*args: P.args, **named: P.kwargs) -> Made:
        session: Any = named.get("session", args[0] if args else None)
        others = (args[1:] if args and args[0] is session else args, {**named, "session": None})
        return _once(session, (make.__module__, make.__qualname__, others), lambda: make(*args, **named))

    return put_back_or_make


def begin_with(session: Session, key: Hashable, make: Callable[[Session], object]) -> None:
    """Let `make` fill a database; put its rows back when the same is asked again. `key` says what `make` makes."""

    def work() -> None:
        make(session)

    _once(session, key, work)


def _once(session: Session, what: object, make: Callable[[], Made]) -> Made:
    state = _state(session)
    asked = None if state is None else _written(what)
    if state is None or asked is None:
        return make()
    name = sha256(session.get_bind().dialect.name.encode() + state + asked).digest()
    step = _STEPS.get(name)
    if step is None:
        before = _STEPS[state].held if state in _STEPS else {}
        made = make()
        if _keep(session, name, before, made):
            _is(session, name)
        return made
    _put(session.connection(), step)
    if CATALOGUE & (step.new.keys() | step.other.keys()):
        session.info.pop("catalogue", None)
    session.expire_all()
    _is(session, name)
    return _read_again(session, step.answer)


def _keep(session: Session, name: bytes, before: Held, made: object) -> bool:
    """Keep what a call brought about, unless it cannot be told: something was removed, or its answer cannot be written."""
    note_touched(session)
    chain_events(session)
    answer = _written(made)
    connection = session.connection()
    held = _held(connection)
    new, other = {}, {}
    for table, rows in held.items():
        if rows == (old := before.get(table)):
            held[table] = old
            continue
        there = {_key(table, row): row for row in old or ()}
        new[table] = [row for row in rows if _key(table, row) not in there]
        other[table] = [row for row in rows if there.get(_key(table, row), row) != row]
        if len(rows) - len(new[table]) < len(there):
            return False
    if answer is None or not held.keys() >= before.keys():
        return False
    _STEPS[name] = Step(held, new, other, answer)
    return True


# Records in what is given and answered ---------------------------------------------------------------------------------


class _Writer(pickle.Pickler):
    def persistent_id(self, one: Any) -> Any:
        if not isinstance(one, Base):
            return None
        state = inspect(one)
        if not state.persistent:
            raise pickle.PicklingError("a record that is not in the database")
        return type(one), state.identity


class _Reader(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, session: Session) -> None:
        super().__init__(file)
        self._session = session

    def persistent_load(self, name: Any) -> Any:
        return self._session.get(*name)


def _written(one: object) -> bytes | None:
    """Something as bytes, records by their kind and key; None when it cannot be written."""
    file = io.BytesIO()
    try:
        _Writer(file).dump(one)
    except (pickle.PicklingError, TypeError, AttributeError):
        return None
    return file.getvalue()


def _read_again(session: Session, answer: bytes) -> Any:
    return _Reader(io.BytesIO(answer), session).load()


# Rows ------------------------------------------------------------------------------------------------------------------


@cache
def _tables() -> dict[str, Table]:
    return {table.name: table for table in load_models().sorted_tables}


@cache
def _columns(table: str) -> list[Column[Any]]:
    return written_columns(_tables()[table])


@cache
def _places(table: str) -> tuple[int, ...]:
    """Where the key of a row stands in it."""
    return tuple(place for place, column in enumerate(_columns(table)) if column.primary_key)


def _key(table: str, row: Values) -> Values:
    return tuple([row[place] for place in _places(table)])


@cache
def _sql(table: str) -> tuple[str, str, str]:
    """Reading, adding and changing rows of a table on SQLite."""
    names = [f'"{column.name}"' for column in _columns(table)]
    keys = " AND ".join(f"{names[place]} = ?{place + 1}" for place in _places(table))
    sets = ", ".join(f"{name} = ?{place}" for place, name in enumerate(names, 1))
    columns, marks = ", ".join(names), ", ".join("?" for _ in names)
    return (
        f'SELECT {columns} FROM "{table}"',
        f'INSERT INTO "{table}" ({columns}) VALUES ({marks})',
        f'UPDATE "{table}" SET {sets} WHERE {keys}',
    )


def _held(connection: Connection) -> Held:
    if connection.dialect.name == "sqlite":
        cursor: Any = connection.connection.cursor()
        found = ((name, cursor.execute(_sql(name)[0]).fetchall()) for name in _tables())
        return {name: rows for name, rows in found if rows}
    filled = connection.execute(_filled()).scalars().all()
    return {name: [tuple(row) for row in connection.execute(select(*_columns(name)))] for name in filled}


@cache
def _filled() -> Any:
    return text(" UNION ALL ".join(f"SELECT '{n}' WHERE EXISTS (SELECT 1 FROM \"{n}\")" for n in _tables()))


def _put(connection: Connection, step: Step) -> None:
    """Put the rows of a step there: the new ones in an order in which that can be done, then the changed ones."""
    if connection.dialect.name == "sqlite":
        cursor: Any = connection.connection.cursor()
        for part, rows_of_table in enumerate((step.new, step.other), 1):
            for name, rows in _in_order(rows_of_table):
                cursor.executemany(_sql(name)[part], rows)
        return
    for name, rows in _in_order(step.new):
        connection.execute(insert(_tables()[name]), _named(name, rows))
    for name, rows in _in_order(step.other):
        table = _tables()[name]
        for row in rows:
            mine = [column == row[place] for place, column in enumerate(_columns(name)) if column.primary_key]
            connection.execute(update(table).where(*mine).values(_named(name, [row])[0]))
    go_on_numbering(connection, [(_tables()[name], _named(name, rows)) for name, rows in _in_order(step.new)])


def _in_order(held: Held) -> Iterator[tuple[str, list[Values]]]:
    return ((name, held[name]) for name in _tables() if held.get(name))


def _named(table: str, rows: list[Values]) -> list[dict[str, Any]]:
    keys = [column.key for column in _columns(table)]
    return [dict(zip(keys, row, strict=True)) for row in rows]


def rows_of(session: Session) -> Rows:
    """Everything that is in the database: per table that is not empty its rows, in an order in which they can be put back."""
    found = [
        (table, session.execute(select(*_columns(table.name))).mappings().all())
        for table in load_models().sorted_tables
    ]
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
    if not highest:
        return
    connection.execute(
        text(
            "SELECT "
            + ", ".join(
                f"setval(pg_get_serial_sequence('{table}', '{column}'), {number})"
                for (table, column), number in highest.items()
            )
        )
    )
