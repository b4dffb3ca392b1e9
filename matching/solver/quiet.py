"""Keeps what the second engine prints out of standard output, where answers are written: now and then it prints."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_inside = 0
_kept = -1


@contextmanager
def printing_to_errors() -> Iterator[None]:
    """What is printed inside, by any thread, goes to standard error. Without a standard output nothing is done."""
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _inside, _kept
    with _lock:
        _inside += 1
        if _inside == 1:
            try:
                _kept = os.dup(1)
                os.dup2(2, 1)
            except OSError:
                _kept = -1


def _leave() -> None:
    global _inside, _kept
    with _lock:
        _inside -= 1
        if _inside == 0 and _kept >= 0:
            ctypes.CDLL(None).fflush(None)
            os.dup2(_kept, 1)
            os.close(_kept)
            _kept = -1
