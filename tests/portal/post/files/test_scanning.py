"""A virus scanner is asked when there is one; and a file is opened where it can break nothing."""

from __future__ import annotations

import socket
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.platform.errors import Refusal
from portal.post.files.actions import Vault, open_file, store_file
from portal.post.files.harmless import harmless_copy
from portal.post.files.models import ScanState
from portal.post.files.prepared import forget_seen, look_first
from portal.post.files.scanning import Clamd, scan_waiting, scanner_answers, scanner_at
from portal.post.files.workshop import copy_apart
from tests.factories import ADVISOR, NOW, SYSTEM
from tests.portal.post.files.hostile import EICAR, pdf

HEAVY = 1_000_000_000


@contextmanager
def a_clamd(answer: bytes | None = None) -> Iterator[str]:
    """A scanner that knows one virus, on a port of this machine; with an `answer` it always says that."""
    server = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as source:
                asked = source.read(6)
                if asked == b"zPING\0":
                    line.sendall(b"PONG\0" if answer is None else answer)
                    continue
                assert asked + source.read(4) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!L", source.read(4))[0]:
                    content += source.read(size)
                said = b"stream: Eicar-Test FOUND\0" if EICAR in content else b"stream: OK\0"
                line.sendall(said if answer is None else answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.getsockname()[1]}"
    finally:
        stop.set()
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


def test_the_scanner_says_clean_or_infected_and_without_an_answer_nothing() -> None:
    with a_clamd() as address:
        scanner = Clamd(address)
        assert scanner.scan(b"x" * 200_000) is ScanState.CLEAN
        assert scanner.scan(b"x" + EICAR) is ScanState.INFECTED
    assert Clamd(address).scan(b"x") is ScanState.NOT_SCANNED, "it is gone"
    with a_clamd(b"INSTREAM size limit exceeded. ERROR\0") as address:
        assert Clamd(address).scan(b"x") is ScanState.NOT_SCANNED
    assert Clamd("/nowhere/clamd.ctl").scan(b"x") is ScanState.NOT_SCANNED and scanner_at("") is None


def test_whether_it_answers_is_asked_and_another_answer_is_none() -> None:
    assert scanner_answers("") is None
    with a_clamd() as address:
        assert scanner_answers(address) is True
    assert scanner_answers(address) is False, "it is gone"
    with a_clamd(b"HELO\0") as other:
        assert scanner_answers(other) is False
    assert scanner_answers("/nowhere/clamd.ctl") is False


def test_what_the_page_saw_is_what_is_kept_and_a_virus_is_not(session: Session, tmp_path: Path) -> None:
    vault, good, bad = Vault.under(tmp_path, "geheim"), pdf(2), pdf() + b"\n" + EICAR
    with a_clamd() as address:
        try:
            for content in (good, bad):
                look_first(content, name="f.pdf", scanner=Clamd(address))
            kept = store_file(session, vault=vault, content=good, name="f.pdf", actor=ADVISOR, now=NOW)
            assert (kept.scan_state, kept.scanned_at, kept.pages) == (ScanState.CLEAN, NOW, 2)
            with pytest.raises(Refusal) as refused:
                store_file(session, vault=vault, content=bad, name="f.pdf", actor=ADVISOR, now=NOW)
            assert (refused.value.code, refused.value.field) == ("file_infected", "file")
        finally:
            forget_seen()
        later = store_file(session, vault=vault, content=pdf(3), name="g.pdf", actor=ADVISOR, now=NOW)
        assert later.scan_state is ScanState.NOT_SCANNED, "the control: nobody looked first"
        now = NOW + timedelta(hours=1)
        assert scan_waiting(session, vault=vault, scanner=Clamd(address), actor=SYSTEM, now=now) == 1
        assert later.scan_state is ScanState.CLEAN
    later.erased_at = NOW
    with pytest.raises(Refusal) as erased:
        open_file(session, vault=vault, file=later)
    assert erased.value.code == "file_erased"


def inflating() -> bytes:
    """A PDF of about a megabyte with an object stream that becomes a gigabyte."""
    deflate, block = zlib.compressobj(9), b"1 0 " + b" " * 1_048_572
    first, again = (deflate.compress(block) + deflate.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    packed = first + again * (HEAVY // len(block)) + deflate.flush()
    head = b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    stream = b"3 0 obj<</Type/ObjStm/N 1/First 4/Length %d/Filter/FlateDecode>>stream\n" % len(packed)
    body = head + stream + packed + b"\nendstream endobj\n"
    table = struct.pack(">BHB", 0, 0, 0) + struct.pack(">BHB", 1, 9, 0) + struct.pack(">BHB", 2, 3, 0)
    table += struct.pack(">BHB", 1, len(head), 0)
    entry = b"4 0 obj<</Type/XRef/Size 4/W[1 2 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return body + entry + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % len(body)


def test_a_gigabyte_of_inflation_is_refused_and_the_next_file_is_taken_in() -> None:
    good = pdf()
    assert copy_apart(good, name="f.pdf").content == harmless_copy(good, name="f.pdf").content
    heavy = inflating()
    assert len(heavy) < 12_000_000
    with pytest.raises(Refusal) as refused:
        copy_apart(heavy, name="zwaar.pdf")
    assert refused.value.field == "file"
    assert copy_apart(good, name="f.pdf").pages == 1
    with pytest.raises(Refusal) as other:
        copy_apart(b"GIF89a", name="f.pdf")
    assert other.value.code == "file_kind" and str(other.value).endswith(".")
