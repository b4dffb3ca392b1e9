"""Records: the base class, the column types, the engines and the one unit of work.

SQLite and PostgreSQL behave alike through this module: writers take their lock when they begin, readers see one snapshot,
a lock is waited for at most a few seconds, and a whole unit of work is retried when the database asks for it.
"""

from __future__ import annotations

import enum
import importlib
import importlib.util
import random
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import JSON, BigInteger, Column, DateTime, Enum, MetaData, Table, create_engine, event, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from portal.platform.errors import BadSettings, Busy, OutcomeUnknown, StorageFull
from portal.platform.model_modules import MODEL_MODULES

Result = TypeVar("Result")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

MINIMUM_SQLITE = (3, 51, 3)  # older ones can lose a committed WAL (sqlite.org/wal.html#walresetbug)
ATTEMPTS = 5
#: How long who finds the database gone waits for it: as long as it takes to be started again after a fall, and no request longer.
#: Counted from the first who noticed, so that nobody waits for a database that stays away.
GONE_FOR_SECONDS = 8.0

_PRAGMAS = (
    "busy_timeout=5000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
)
#: What every connection to PostgreSQL is opened with: nothing waits longer, and no transaction stands open and idle.
POSTGRESQL_OPTIONS = {
    "lock_timeout": "3s",
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "15s",
    "timezone": "UTC",
}
#: With what sums over many rows are made: at most so much memory before it goes to disk, no helpers, nothing compiled for it.
SUMMING = {"work_mem": "128MB", "max_parallel_workers_per_gather": "0", "jit": "off"}
#: How much SQLite keeps of a database in memory, in KiB: of a connection as it is by itself, and for what writes much at once.
USUAL, ROOMY = -2_000, -64_000
_TRANSIENT_SQLSTATES = frozenset({"40001", "40P01", "55P03"})
_UNIQUE_SQLSTATE = "23505"
_SQLITE_BUSY, _SQLITE_LOCKED, _SQLITE_IOERR, _SQLITE_FULL = 5, 6, 10, 13


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC on both databases. A naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: JSON kept as written (key order too). Not comparable in PostgreSQL: no DISTINCT or GROUP BY on it.
Json = JSON(none_as_null=True)

Cents = BigInteger  # amounts in euro cents


class Base(DeclarativeBase):
    """The base of every table: fixed constraint names, aware instants, JSON for dicts and lists."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime(), dict[str, Any]: Json, list[Any]: Json, list[str]: Json}


def choice(values: type[enum.Enum], name: str = "") -> Enum:
    """A column type for an enum: its *values* as text, with a CHECK in the database, called after the class or by `name`."""
    name = name or re.sub(r"(?<!^)(?=[A-Z])", "_", values.__name__).lower()
    return Enum(
        values,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=40,
        name=name,
        values_callable=lambda members: [member.value for member in members],
    )


def written_columns(table: Table) -> list[Column[Any]]:
    """The columns that a row is written with: all but those that the database works out from the others."""
    return [column for column in table.columns if column.computed is None]


def new_public_id() -> str:
    """A fresh 128-bit id for use in addresses."""
    return secrets.token_urlsafe(16)


@cache
def load_models() -> MetaData:
    """Import every module with tables, so that the metadata is complete, and return it."""
    for name in MODEL_MODULES:
        package = name.rpartition(".")[0]
        if importlib.util.find_spec(package) is not None and importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
    return Base.metadata


# Engines ---------------------------------------------------------------------------------------------------------------


def make_engine(url: str | URL, *, echo: bool = False) -> Engine:
    """An engine that is safe by construction, for ``sqlite://`` and ``postgresql://`` addresses.

    Raises ``BadSettings`` for another database, or for an SQLite that is older than 3.51.3.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite_engine(parsed, echo)
    if backend in ("postgresql", "postgres"):
        return _postgresql_engine(parsed, echo)
    raise BadSettings([f"DATABASE_URL: {backend} is not supported; use sqlite:///… or postgresql://…"])


def _sqlite_engine(url: URL, echo: bool) -> Engine:
    import pysqlite3.dbapi2 as driver

    if driver.sqlite_version_info < MINIMUM_SQLITE:
        raise BadSettings([f"SQLite {driver.sqlite_version} is too old: install pysqlite3 with SQLite 3.51.3 or newer"])
    if url.database and url.database != ":memory:" and not url.database.startswith("file:"):
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        if not Path(url.database).exists():
            Path(url.database).touch(mode=0o600)  # it holds personal data
    engine = create_engine(
        url, module=driver, connect_args={"timeout": 5}, hide_parameters=True, echo=echo, future=True
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # this module begins transactions, not the driver
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    reading, level = bool(options.get("read_only")), "NORMAL" if options.get("may_be_lost") else "FULL"
    # Straight to the driver what can neither wait nor fail: it is done for every request, and a detour costs as much again.
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
    if not reading and connection.info.get("synchronous", "FULL") != level:
        cursor.execute(f"PRAGMA synchronous={level}")
        connection.info["synchronous"] = level
    if connection.info.pop("roomy", False):
        cursor.execute(f"PRAGMA cache_size={USUAL}")
    if reading:
        cursor.execute("BEGIN")
    cursor.close()
    if not reading:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("may_be_lost"):
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")


def _postgresql_engine(url: URL, echo: bool) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        hide_parameters=True,
        echo=echo,
        connect_args={
            "connect_timeout": 5,
            "options": " ".join(f"-c {name}={value}" for name, value in POSTGRESQL_OPTIONS.items()),
        },
    )
    event.listen(engine, "begin", _begin_postgresql)
    return engine


@lru_cache(maxsize=8)
def reading(engine: Engine) -> Engine:
    """The same engine (and pool) for reading only: one snapshot per transaction, a write is refused. Asked by all requests."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(read_only=True, postgresql_readonly=True, isolation_level="REPEATABLE READ")
    return engine.execution_options(read_only=True)


@lru_cache(maxsize=8)
def counting(engine: Engine) -> Engine:
    """The same engine for counts: they need not be on the disk before the answer, for who cuts the power only makes them lower.

    They are committed as all else and seen at once by every process.
    """
    return engine.execution_options(may_be_lost=True)


# The unit of work ------------------------------------------------------------------------------------------------------

#: What is done as the last thing before a commit, by who must see everything that was written.
LAST: list[Callable[[Session], None]] = []

_current: ContextVar[Session | None] = ContextVar("current_session", default=None)


def current_session() -> Session:
    """The session of the unit of work that is running. Raises ``RuntimeError`` outside one."""
    session = _current.get()
    if session is None:
        raise RuntimeError("no unit of work is running")
    return session


def unit_of_work(
    engine: Engine,
    work: Callable[[Session], Result],
    *,
    read_only: bool = False,
    keep: Callable[[Result], bool] | None = None,
    attempts: int = ATTEMPTS,
) -> Result:
    """Run ``work(session)`` in one transaction and commit it; on a busy database run the *whole* of it again.

    ``work`` may therefore run up to ``attempts`` times and must have no effect outside the session (no mail, no HTTP). When
    ``keep(result)`` is false everything is rolled back and the result is returned (a page with errors, say). A CHECK, UNIQUE
    or foreign key violation is never retried or hidden.

    A database that went away is waited for (``GONE_FOR_SECONDS``), unless there is only one attempt.

    Raises ``Busy`` when the database stays busy or unreachable, ``OutcomeUnknown`` when the answer to a COMMIT was lost and
    the unit claimed no idempotency key, ``StorageFull`` when there is no room left, and whatever ``work`` raises.
    """
    bind = reading(engine) if read_only else engine
    attempt, lost_at = 0, float("inf")
    while True:
        attempt += 1
        session = Session(bind, expire_on_commit=False)
        token = _current.set(session)
        committing = False
        try:
            result = work(session)
            if keep is not None and not keep(result):
                session.rollback()
                _gone_since.pop(engine, None)
                return result
            session.flush()
            for do_last in LAST:
                do_last(session)
            committing = True
            session.commit()
            _gone_since.pop(engine, None)
            return result
        except DBAPIError as error:
            _roll_back(session)
            kind = trouble(error)
            if kind == "full":
                raise StorageFull("no room left in the database") from error
            if kind == "other":
                raise
            if kind == "lost" and committing and not read_only and not session.info.get("idempotent"):
                raise OutcomeUnknown("the connection was lost while committing") from error
            lost_at = min(lost_at, time.monotonic())
            if kind == "lost" and attempts > 1 and _may_come_back(engine, lost_at):
                attempt = min(attempt, attempts - 1)
            elif attempt == attempts:
                raise Busy(f"the database was busy {attempts} times") from error
        except BaseException:
            _roll_back(session)
            raise
        finally:
            _current.reset(token)
            session.close()
        time.sleep(random.uniform(0.5, 1.0) * 0.02 * 3 ** (attempt - 1))


_gone_since: WeakKeyDictionary[Engine, float] = WeakKeyDictionary()
"""Of a database that was found gone in this process, since when."""


def _may_come_back(engine: Engine, lost_at: float) -> bool:
    now = time.monotonic()
    return now - min(lost_at, _gone_since.setdefault(engine, now)) < GONE_FOR_SECONDS


def stop_reading(session: Session) -> None:
    """Let go of the connection of a unit of work that only reads, before a long computation. What is read after it is read anew.

    In a unit of work that writes nothing is done: there it is one transaction.
    """
    if session.get_bind().get_execution_options().get("read_only"):
        session.commit()


def give_room(session: Session) -> None:
    """Let PostgreSQL sum up many rows in memory and by itself, as long as this unit of work runs. SQLite does so anyway.

    Helpers would take more time of the processors than they save, from others who ask at the same moment.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(*(func.set_config(name, value, True) for name, value in SUMMING.items())))


def room_to_write(session: Session) -> None:
    """Let SQLite keep the pages that a large unit of work writes in memory until its end: so it writes each of them once.

    It takes a connection of its pool; the next unit of work on it has the usual room again. PostgreSQL has this room for all.
    """
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size={ROOMY}")
        connection.info["roomy"] = True


def _roll_back(session: Session) -> None:
    try:
        session.rollback()
    except DBAPIError:
        session.invalidate()  # the connection is gone, and with it the transaction


def trouble(error: DBAPIError) -> str:
    """What kind of trouble a database error is: ``busy`` or ``lost`` (try again), ``full``, or ``other`` (a bug or a refusal)."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        primary = code & 0xFF
        if primary in (_SQLITE_BUSY, _SQLITE_LOCKED):
            return "busy"
        return "full" if primary in (_SQLITE_FULL, _SQLITE_IOERR) else "other"
    state = getattr(error.orig, "sqlstate", None)
    if state in _TRANSIENT_SQLSTATES:
        return "busy"
    if state in ("53100", "58030"):
        return "full"
    if error.connection_invalidated or (state or "").startswith("08") or state in ("57P01", "57P02", "57P03"):
        return "lost"
    if state is None and error.__class__.__name__ == "OperationalError":
        return "lost"  # psycopg could not connect at all
    return "other"


def is_taken(error: DBAPIError) -> bool:
    """Whether a value that can be there only once was there already: a unique or primary key, no other violation."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return bool(state == _UNIQUE_SQLSTATE)
    return str(error.orig).startswith(
        "UNIQUE constraint failed"
    )  # the driver gives no finer code than that of a constraint


def insert_into(session: Session) -> Any:
    """The `insert` of this session's database, which can say what happens when the row is there already."""
    return postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
