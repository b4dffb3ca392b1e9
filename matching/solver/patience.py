"""How long somebody waits for an answer: a run of the solver for which nobody waits any more is stopped, and gives nothing.

The clock never makes an answer another one. It is there whole, or `NobodyWaits` is raised.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from time import monotonic


class NobodyWaits(RuntimeError):
    """Who asked is gone, or it took longer than anybody waits."""


class Patience:
    """That of one person: so many seconds, or until another thread says that it is over."""

    def __init__(self, seconds: float) -> None:
        self.until = monotonic() + seconds
        self._over = False
        self._stop: Callable[[], object] | None = None
        self._lock = Lock()

    @property
    def left(self) -> float:
        """How many seconds are left; none when it is over."""
        return 0.0 if self._over else max(0.0, self.until - monotonic())

    def end(self) -> None:
        """Stop the run that goes on now and let none begin. May be said again: a run that was just beginning does not hear it."""
        with self._lock:
            self._over = True
            if self._stop is not None:
                self._stop()

    def hear(self, stop: Callable[[], object] | None) -> float:
        """Remember how the run that begins is stopped (None: no run goes on); gives the seconds left. Raises `NobodyWaits`."""
        with self._lock:
            self._stop = stop
        left = self.left
        if not left:
            raise NobodyWaits("nobody waits for this answer any more")
        return left


_waiting: ContextVar[Patience | None] = ContextVar("patience", default=None)


@contextmanager
def waited_for(patience: Patience) -> Iterator[None]:
    """What is solved inside is solved for somebody with this patience."""
    token = _waiting.set(patience)
    try:
        yield
    finally:
        _waiting.reset(token)


@contextmanager
def while_waited_for(stop: Callable[[], object]) -> Iterator[float | None]:
    """One run of the solver, which `stop` stops: how many seconds it may take, None when nobody said who waits.

    Raises `NobodyWaits` before it, or after it when it was stopped.
    """
    patience = _waiting.get()
    if patience is None:
        yield None
        return
    yield patience.hear(stop)
    patience.hear(None)
