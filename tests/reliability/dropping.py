"""A way to PostgreSQL on which the answer to some COMMITs gets lost: the server did it, the client never hears.

A small TCP proxy on the loopback address. It looks for the word COMMIT in what the client sends, passes it on, waits for the
answer of the server, and cuts both connections instead of giving it.
"""

from __future__ import annotations

import random
import socket
import threading
from contextlib import suppress


class Dropping:
    """Passes everything on, and drops `drops` answers to a COMMIT, one in `every` on average. Use as a context manager."""

    def __init__(self, unix_socket: str, *, drops: int, every: int, seed: int) -> None:
        self.unix_socket, self.left, self.every = unix_socket, drops, every
        self.dropped = 0
        self.chance, self.lock = random.Random(seed), threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])

    def __enter__(self) -> Dropping:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_what: object) -> None:
        self.listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        with client, server, suppress(OSError):
            server.connect(self.unix_socket)
            losing = threading.Event()
            threading.Thread(target=self._answers, args=(server, client, losing), daemon=True).start()
            while data := client.recv(65536):
                if b"COMMIT" in data and self._lose():
                    losing.set()
                server.sendall(data)

    def _answers(self, server: socket.socket, client: socket.socket, losing: threading.Event) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if losing.is_set():
                    break  # the server has done it; nobody hears
                client.sendall(data)
        for end in (client, server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _lose(self) -> bool:
        with self.lock:
            if self.left and self.chance.random() < 1 / self.every:
                self.left -= 1
                self.dropped += 1
                return True
            return False
