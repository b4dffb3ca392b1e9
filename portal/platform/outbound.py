"""Sending something to an address that somebody typed: over https only, and never to a machine of our own network.

The name is looked up once, every address of it is looked at, and the connection goes to the address that was looked at: a name
that points elsewhere a moment later does not help anybody. Redirects are not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Timer
from urllib.parse import urlsplit

from portal.platform.errors import PortalError

TIMEOUT = 10.0
"""Seconds of silence before who listens is given up."""
WHOLE = 30.0
"""Seconds that it may take in all, however often a little comes in."""
MOST_ANSWER = 10_000
MOST_READ = 500_000
LONGEST = 500
Lookup = Callable[[str, int], list[str]]


class NotPublic(PortalError):
    """This address is not one on the public internet over https. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def looked_up(host: str, port: int) -> list[str]:
    """Every address of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def public_address(url: str, lookup: Lookup = looked_up) -> str:
    """The address to which a URL may be sent. Raises `NotPublic`, and ``OSError`` when the name is not known."""
    host, port = shape_of(url)
    found = lookup(host, port)
    if not found or not all(is_public(one) for one in found):
        raise NotPublic("private_address")
    return found[0]


def shape_of(url: str) -> tuple[str, int]:
    """Host and port of an https URL without a name, a password or odd signs. Raises `NotPublic`."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        raise NotPublic("not_a_url") from None
    odd = not url.isascii() or not url.isprintable() or " " in url or len(url) > LONGEST
    if parts.scheme != "https" or not host or parts.username is not None or parts.fragment or odd:
        raise NotPublic("https_only")
    if port not in (443, 8443):
        raise NotPublic("odd_port")
    try:
        if not is_public(host):
            raise NotPublic("private_address")
    except ValueError:  # a name, which is looked up when it is used
        if "." not in host or host.endswith((".local", ".internal", ".localhost", ".")):
            raise NotPublic("private_address") from None
    return host, port


def is_public(address: str) -> bool:
    """Whether an IP address lies on the public internet. Raises ``ValueError`` for what is no address."""
    known = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(known, ipaddress.IPv6Address):
        inner = known.ipv4_mapped or known.sixtofour or (known.teredo[1] if known.teredo else None)
        if inner is not None:
            return is_public(str(inner))
    return known.is_global and not known.is_multicast


def trusted(authorities: Path | None = None) -> ssl.SSLContext:
    """Who may say that a certificate is right: the authorities that this machine trusts, and those in a file when given."""
    context = ssl.create_default_context()
    if authorities is not None:
        context.load_verify_locations(authorities)
    return context


class _Pinned(http.client.HTTPSConnection):
    """A connection to an address that was looked at, with the certificate of the name."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext, silence: float = TIMEOUT) -> None:
        super().__init__(host, port, timeout=silence, context=context)
        self.address, self.trusted = address, context

    def connect(self) -> None:
        """Connect to the address, and let the other side show that it has the name."""
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = self.trusted.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock.do_handshake()

    def cut(self) -> None:
        """End it, whatever is going on: who waits for an answer sees that the other side left."""
        if self.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def post_public(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a body to a URL; the status of the answer. Raises `NotPublic`, and ``OSError`` or ``HTTPException`` when it failed."""
    return _asked("POST", url, body, headers, MOST_ANSWER, trusted())[0]


def ask_public(url: str, body: bytes, headers: Mapping[str, str], *, most: int = MOST_READ) -> tuple[int, bytes]:
    """Send a body to a URL; the status, and at most so many bytes of the answer. Raises as `post_public`."""
    return _asked("POST", url, body, headers, most, trusted())


def get_public(
    url: str,
    headers: Mapping[str, str],
    *,
    authorities: Path | None = None,
    most: int = MOST_READ,
    patience: float | None = None,
) -> tuple[int, bytes]:
    """What stands at a URL: the status, and at most so many bytes. `authorities` are trusted too. Raises as `post_public`.

    `patience` is how many seconds it may take in all, when that is less than for others.
    """
    return _asked("GET", url, None, headers, most, trusted(authorities), patience)


def _asked(
    method: str,
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    most: int,
    context: ssl.SSLContext,
    patience: float | None = None,
) -> tuple[int, bytes]:
    host, port = shape_of(url)
    parts = urlsplit(url)
    connection = _Pinned(host, port, public_address(url), context, min(TIMEOUT, patience or WHOLE))
    over = Timer(patience or WHOLE, connection.cut)
    over.daemon = True
    over.start()
    try:
        there = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, there, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read(most)
    finally:
        over.cancel()
        connection.close()
