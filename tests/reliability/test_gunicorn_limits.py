"""What one client may take of gunicorn: the limits of `deploy/gunicorn.conf.py`, read as gunicorn reads them and tried on a running one."""

from __future__ import annotations

import runpy
import socket
from contextlib import closing
from pathlib import Path

import pytest
from gunicorn.config import Config

from portal.platform.brake import THREADS
from tests.reliability.test_gunicorn import CONFIG, Supervised, a_desk, environment

__all__ = ["environment"]
LIMITS = {
    "limit_request_line": 8190,
    "limit_request_fields": 60,
    "limit_request_field_size": 8190,
    "keepalive": 5,
    "timeout": 120,
    "graceful_timeout": 30,
    "backlog": 1024,
    "threads": THREADS,
}
NOT_SETTINGS = {
    "ENDS",
    "LOOKS_EACH",
    "OUTLIVES",
    "Steady",
    "ThreadWorker",
    "Path",
    "counted_in",
    "old",
    "os",
    "shutil",
} | {
    *("signal", "tempfile", "time"),
}
"""Names in the file that say nothing to gunicorn."""


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Config:
    """The configuration as gunicorn reads it."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "counted"))
    config = Config()
    for name, value in runpy.run_path(str(CONFIG)).items():
        if not name.startswith("__") and name not in NOT_SETTINGS:
            config.set(name, value)  # of what it does not know, or what is none of its values, it says so
    return config


@pytest.mark.norm("V15.2.2")
def test_every_limit_is_one_that_gunicorn_knows_and_has_its_value(read: Config) -> None:
    assert {name: read.settings[name].get() for name in LIMITS} == LIMITS
    usual = Config()
    assert usual.settings["limit_request_fields"].get() > LIMITS["limit_request_fields"], (
        "control: not what it does anyway"
    )
    with pytest.raises(AttributeError):
        usual.set("limit_request_lines", 8190)


def asked(port: int, *, line: int = 0, fields: int = 0, size: int = 0) -> int:
    """The status of a request with a first line of so many bytes, so many headers, and one header of so many bytes."""
    first, host = b"GET /healthz?%b HTTP/1.1", b"Host: 127.0.0.1"
    begin = first % (b"x" * max(0, line - len(first % b"") - len(b"\r\n")))
    headers = [host, b"Connection: close", *(b"X-%d: y" % n for n in range(fields - 2))]
    if size:
        headers.append(b"X-Long: " + b"y" * (size - len(b"X-Long: \r\n")))
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as one:
        one.sendall(b"\r\n".join([begin, *headers, b"", b""]))
        answer = one.makefile("rb").readline().split()
    return int(answer[1]) if answer else 0


def statuses(port: int) -> dict[str, tuple[int, int]]:
    """For every limit what came of a request at it, and of one over it (the end of a line counts, or not, by how it is read)."""
    return {
        "line": (asked(port, line=8190), asked(port, line=8193)),
        "fields": (asked(port, fields=60), asked(port, fields=61)),
        "size": (asked(port, size=8190), asked(port, size=8193)),
    }


def kept_open(port: int) -> bytes:
    """What comes on a connection that asks once and then nothing more, until the server closes it."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as one:
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        came = b""
        while part := one.recv(4096):
            came += part
    return came


def test_a_request_over_a_limit_is_refused_and_at_it_answered(environment: dict[str, str], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    a_desk(url)
    wider = tmp_path / "wider.py"
    wide = "limit_request_line, limit_request_fields, limit_request_field_size = 0, 1000, 65536"
    wider.write_text(f"{CONFIG.read_text(encoding='utf-8')}\n{wide}\n", encoding="utf-8")
    found = {}
    for config in (CONFIG, wider):
        with Supervised({**environment, "DATABASE_URL": url}, tmp_path, config=config) as desk:
            found[config] = statuses(desk.port)
            assert asked(desk.port) == 200, "it answers the next"
            if config is CONFIG:
                waited = kept_open(desk.port)
    assert {name: at for name, (at, _) in found[CONFIG].items()} == dict.fromkeys(found[CONFIG], 200)
    assert all(over in (400, 414, 431) for _, over in found[CONFIG].values()), found[CONFIG]
    assert all(over == 200 for _, over in found[wider].values()), f"control, without the limits: {found[wider]}"
    assert waited.startswith(b"HTTP/1.1 200") and b"Connection: close" not in waited, "kept for a next one, and closed"
