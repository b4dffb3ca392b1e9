"""Where files are opened: a process apart, with little memory and time, that a file may break without breaking anything else.

One process per process of the desk, begun with the first file. For every file a copy of it is made, which does one thing.
Run as a program it is that process: it reads a file from its input and writes what became of it to its output.
"""

from __future__ import annotations

import atexit
import json
import os
import resource
import select
import signal
import struct
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import IO, Any

from portal.platform.errors import Refusal
from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l
from portal.post.files.electronic import ElectronicInvoice, read_electronic
from portal.post.files.harmless import Harmless, harmless_copy
from portal.post.files.models import FileKind

ROOM = 256 * 2**20
"""So many bytes a file may take besides what the program takes itself."""
SECONDS = 2
"""So many seconds of the processor."""
ROOT = Path(__file__).resolve().parents[3]
"""Where the program stands: the process apart gets nothing else of the surroundings, and no secret."""
_LENGTH = struct.Struct("!I")
_ELECTRONIC = "ubl"
"""What the process apart knows an electronic invoice by; nobody hands in a file of that name."""


def copy_apart(content: bytes, *, name: str) -> Harmless:
    """As `harmless_copy`, in the process apart. Raises ``Refusal`` (field file), also when the file asks too much of it."""
    said, body = _BENCH.work(content, name, "file")
    return Harmless(FileKind(said["kind"]), body, said["pages"])


def electronic_apart(content: bytes) -> ElectronicInvoice:
    """As `read_electronic`, in the process apart. Raises ``Refusal`` (field document), also when it asks too much of it."""
    said, body = _BENCH.work(content, f"invoice.{_ELECTRONIC}", "document")
    return ElectronicInvoice.of_plain(said, body)


class _Bench:
    """The process apart of this process. One file at a time: it is asked, and answers or is ended."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def work(self, content: bytes, name: str, field: str) -> tuple[dict[str, Any], bytes]:
        """What is said of a file, and the bytes that are kept. Raises ``Refusal`` at this field."""
        with self._lock:
            process = self._running()
            try:
                _write(_pipe(process.stdin), name.encode(errors="replace"), content)
                answer = _read_within(_pipe(process.stdout), 2 * SECONDS + 5)
            except (OSError, EOFError):
                self.end()
                raise _too_heavy(field) from None
        head, body = answer
        said: dict[str, Any] = json.loads(head)
        if "code" in said:
            raise Refusal(said["code"], LazyString(said["message"], {}), field=field)
        return said, body

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            if self._owner == os.getpid():
                self.end()
            command = [sys.executable, "-m", "portal.post.files.workshop"]
            self._process = subprocess.Popen(  # noqa: S603 (our own program)
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"PYTHONPATH": str(ROOT)}
            )
            self._owner = os.getpid()
        return self._process

    def end(self) -> None:
        """End the process apart; the next file begins another."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


_BENCH = _Bench()
atexit.register(_BENCH.end)


def _too_heavy(field: str = "file") -> Refusal:
    message = _l("Dit bestand is te zwaar om te openen. Maak het opnieuw, of stuur een foto.")
    return Refusal("file_too_heavy", message, field=field)


def _ending(name: str) -> str:
    return name.rsplit(".", 1)[-1].lower()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _write(out: IO[bytes], head: bytes, body: bytes) -> None:
    out.write(_LENGTH.pack(len(head)) + head + _LENGTH.pack(len(body)))
    out.write(body)
    out.flush()


def _read_within(source: IO[bytes], seconds: float) -> tuple[bytes, bytes]:
    if not select.select([source], [], [], seconds)[0]:
        raise EOFError
    return _read(source)


def _read(source: IO[bytes]) -> tuple[bytes, bytes]:
    head = _exactly(source, _LENGTH.unpack(_exactly(source, _LENGTH.size))[0])
    return head, _exactly(source, _LENGTH.unpack(_exactly(source, _LENGTH.size))[0])


def _exactly(source: IO[bytes], number: int) -> bytes:
    found = source.read(number)
    if len(found) < number:
        raise EOFError
    return found


# In the process apart --------------------------------------------------------------------------------------------------


def main() -> None:
    """Open files until nobody asks any more."""
    source, out = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            name, content = _read(source)
        except EOFError:
            return
        head, body = _in_a_copy(name.decode(errors="replace"), content)
        _write(out, head, body)


def _in_a_copy(name: str, content: bytes) -> tuple[bytes, bytes]:
    """What a copy of this process makes of the file. One that takes too much, or dies of it, is what the file is refused for."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        limit()
        with os.fdopen(writing, "wb") as out:
            _write(out, *_opened(name, content))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as source:
        try:
            answer = _read_within(source, 2 * SECONDS)
        except EOFError:
            os.kill(child, signal.SIGKILL)
            answer = (_refusal(_too_heavy()), b"")
    os.waitpid(child, 0)
    return answer


def limit() -> None:
    """Let this process have what a file may take, for good: its room and its time are the same for every kind of file."""
    table = Path("/proc/self/statm")
    mine = int(table.read_text().split()[0]) * resource.getpagesize() if table.exists() else 2**30
    room = mine + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _opened(name: str, content: bytes) -> tuple[bytes, bytes]:
    try:
        if _ending(name) == _ELECTRONIC:
            invoice = read_electronic(content)
            return json.dumps(invoice.as_dict()).encode(), invoice.pdf
        copy = harmless_copy(content, name=name)
    except Refusal as refusal:
        return _refusal(refusal), b""
    except MemoryError:
        return _refusal(_too_heavy()), b""
    return json.dumps({"kind": copy.kind.value, "pages": copy.pages}).encode(), copy.content


def _refusal(refusal: Refusal) -> bytes:
    message = refusal.message
    text = message.message if isinstance(message, LazyString) else str(message)
    return json.dumps({"code": refusal.code, "message": text}).encode()


if __name__ == "__main__":
    main()
