"""A word to a system of others over TLS: it arrives whole at the machine that was looked at, and nobody holds the desk up."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.platform import outbound
from portal.platform.outbound import post_public

NAME = "zaken.voorbeeld.nl"


def certificate(folder: Path) -> Path:
    """A certificate of this name and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    whole = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "both.pem").write_bytes(whole + made.public_bytes(serialization.Encoding.PEM))
    return folder / "both.pem"


class Listener(BaseHTTPRequestHandler):
    """A system of others: what it heard stands with its server, which says how it answers."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server: Any = self.server
        server.heard.append((self.path, dict(self.headers), body))
        if server.drips:
            try:
                for _ in range(200):  # never silent for long, and never done
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nX: "[:1])
                    self.wfile.flush()
                    time.sleep(0.02)
            except OSError:
                return
        self.send_response(server.status)
        self.send_header("Location", "https://127.0.0.1/inside")
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Nothing on the screen of the tests."""


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A server over TLS on this machine, which has the name that is looked up."""
    file = certificate(tmp_path)
    server: Any = HTTPServer(("127.0.0.1", 0), Listener)
    server.heard, server.status, server.drips, server.handle_error = [], 204, False, lambda *_: None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    port = server.server_address[1]
    monkeypatch.setattr(outbound, "shape_of", lambda url: (str(urlsplit(url).hostname), port))
    monkeypatch.setattr(outbound, "public_address", lambda _url: "127.0.0.1")
    monkeypatch.setattr(outbound, "trusted", lambda more=None, it=outbound.trusted: it(more or file))
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_a_word_arrives_whole_and_a_redirect_is_an_answer(other: Any) -> None:
    assert post_public(f"https://{NAME}/in?x=1", b"{}", {"Webhook-Signature": "t=1,v1=2"}) == 204
    path, headers, body = other.heard[0]
    assert (path, body, headers["Webhook-Signature"]) == ("/in?x=1", b"{}", "t=1,v1=2")
    assert headers["Host"].startswith(NAME)
    other.status = 302
    assert post_public(f"https://{NAME}?x=1", b"", {}) == 302 and len(other.heard) == 2, "it is not followed"
    assert other.heard[1][0] == "/?x=1"


def test_who_cannot_show_the_name_hears_nothing(other: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        post_public("https://anders.voorbeeld.nl/in", b"{}", {})
    monkeypatch.setattr(outbound, "trusted", lambda _more=None: ssl.create_default_context())
    with pytest.raises(ssl.SSLCertVerificationError):
        post_public(f"https://{NAME}/in", b"{}", {})
    assert other.heard == []


def test_who_answers_a_letter_at_a_time_is_cut_off(other: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    other.drips = True
    monkeypatch.setattr(outbound, "WHOLE", 0.2)
    begun = time.monotonic()
    with pytest.raises((OSError, HTTPException)):
        post_public(f"https://{NAME}/in", b"{}", {})
    assert time.monotonic() - begun < 3
