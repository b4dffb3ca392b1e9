"""The server as it is run: what one client may take of it."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.benchmarks.strangers import ask, served

HALF_OPEN = 150
"""More than the server of old took in before it stopped answering."""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory, sqlite_migrated: Path) -> Iterator[int]:
    with served(f"sqlite:///{sqlite_migrated}", tmp_path_factory.mktemp("served")) as found:
        yield found


def test_half_open_connections_do_not_stop_the_desk(port: int) -> None:
    """The attack as it was found: 110 connections that say half a thing, and nobody else got an answer."""
    with ExitStack() as opened:
        for _ in range(HALF_OPEN):
            connection = opened.enter_context(closing(socket.create_connection(("127.0.0.1", port))))
            connection.sendall(b"GET / HTTP/1.1\r\nHost: ")
        time.sleep(0.2)
        status, took = ask(port, "/healthz", timeout=5)
    assert status == 200 and took < 5000


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(port: int) -> None:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
        head = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 110000000\r\nContent-Type: text/plain\r\n\r\n"
        connection.sendall(head.encode() + b"x" * 1000)
        assert b" 413 " in connection.recv(200)


def test_a_body_without_a_length_is_refused_when_it_becomes_too_large(port: int) -> None:
    block = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        with pytest.raises(ConnectionError):
            for _ in range(3200):  # 200 MB
                connection.sendall(block)
    assert ask(port, "/healthz", timeout=10)[0] == 200


def test_headers_that_are_too_large_are_refused(port: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", "/", headers={"X-Long": "x" * 40_000})
        assert connection.getresponse().status == 431


def test_head_has_no_body_on_the_wire(port: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        for _ in range(2):  # over the same connection: a body would be read as the next answer
            connection.request("HEAD", "/healthz")
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (200, b"")


def test_a_demonstration_that_is_asked_through_a_proxy_says_no(port: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", "/", headers={"X-Forwarded-For": "192.0.2.1"})
        assert connection.getresponse().status == 421
