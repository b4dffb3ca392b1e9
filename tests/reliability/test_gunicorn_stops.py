"""The desk of a region stops as soon as what was asked is answered, and does not wait out the time that it may take for that."""

from __future__ import annotations

import signal
import socket
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.reliability.test_gunicorn import CONFIG, Supervised, a_desk, environment

__all__ = ["environment"]
MAY_TAKE = 12
"""Seconds that a process may take to stop in these tests; in `deploy/gunicorn.conf.py` it is 30."""
LATE = f"""
graceful_timeout = {MAY_TAKE}
workers = 2
_after = post_fork


def post_fork(server, worker):
    _after(server, worker)
    time.sleep(5 if worker.age > 1 else 0)  # the second one does not listen to signals yet
"""
AT_ONCE = f"graceful_timeout = {MAY_TAKE}\n"
AS_OF_ITSELF = """
for name in ("run", "wait_for_and_dispatch_events"):
    delattr(Steady, name)
"""
"""The processes as gunicorn makes them."""


def stopped_in(desk: Supervised) -> float:
    """Tell the desk to stop, as systemd does; the seconds that it took."""
    assert desk.process is not None
    began = time.monotonic()
    desk._ended.set()
    desk.process.send_signal(signal.SIGTERM)
    desk.process.wait(timeout=60)
    return time.monotonic() - began


@pytest.mark.parametrize("mended", [True, False], ids=["", "control"])
@pytest.mark.parametrize("when", ["a connection is held", "it begins"])
def test_it_stops_before_its_time_is_over(environment: dict[str, str], tmp_path: Path, when: str, mended: bool) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    a_desk(url)
    config = tmp_path / "stopping.py"
    more = (AT_ONCE if when == "a connection is held" else LATE) + ("" if mended else AS_OF_ITSELF)
    config.write_text(f"{CONFIG.read_text(encoding='utf-8')}\n{more}", encoding="utf-8")
    with (
        Supervised({**environment, "DATABASE_URL": url}, tmp_path, config=config) as desk,
        closing(socket.create_connection(("127.0.0.1", desk.port), timeout=30)) as held,
    ):
        if when == "a connection is held":
            time.sleep(1.5)  # every process listens
            held.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert held.recv(4096).startswith(b"HTTP/1.1 200")
        took = stopped_in(desk)
    assert (took < MAY_TAKE - 1) is mended, took
    assert took < MAY_TAKE + 10


def test_what_was_asked_before_it_stops_is_answered(environment: dict[str, str], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    a_desk(url)
    slow = tmp_path / "slow.py"
    more = "\n\ndef pre_request(worker, req):\n    time.sleep(2)\n"
    slow.write_text(f"{CONFIG.read_text(encoding='utf-8')}\n{AT_ONCE}{more}", encoding="utf-8")
    with Supervised({**environment, "DATABASE_URL": url}, tmp_path, config=slow) as desk:
        time.sleep(1)
        with closing(socket.create_connection(("127.0.0.1", desk.port), timeout=30)) as asks:
            asks.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            time.sleep(0.5)
            took = stopped_in(desk)
            assert asks.recv(4096).startswith(b"HTTP/1.1 200"), "it was being answered"
    assert took < MAY_TAKE
