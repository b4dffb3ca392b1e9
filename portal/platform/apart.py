"""What takes longer than a page may: computed apart from the request that asked for it, one thing after the other.

Who asked may leave and find it again: the same thing asked for once more is the same work. Every process has its own works, in
memory; what went with a process is begun anew by who asks for it. What comes of a work is kept by who wrote it (`brake.once`).
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

from portal.platform.brake import Held

MOST_WAITING = 20
"""So many works wait for their turn at most."""
Step = Callable[[], None]
log = logging.getLogger(__name__)


@dataclass
class WorkApart:
    """One thing that is computed: how many steps are done of how many, and whether it is over."""

    key: str
    who: str
    total: int
    stop: Callable[[], object]
    done: int = 0
    failed: bool = False
    _over: Event = field(default_factory=Event)

    def step(self) -> None:
        """One more step is done."""
        self.done += 1

    def is_over(self, within: float = 0.0) -> bool:
        """Whether it is over, at the latest after so many seconds."""
        return self._over.wait(within)

    def end(self) -> None:
        """Say that it is over."""
        self._over.set()


class Apart:
    """The works of one process, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._works: dict[str, WorkApart] = {}
        self._turn: deque[tuple[WorkApart, Callable[[Step], object]]] = deque()
        self._running = False
        self._lock = Lock()

    def find(self, key: str) -> WorkApart | None:
        """The work with this key; None when it was not begun, or is over."""
        with self._lock:
            known = self._works.get(key)
            return None if known is None or known.failed else known

    def begin(self, work: WorkApart, compute: Callable[[Step], object]) -> WorkApart:
        """Compute this when it is its turn; the work that goes on already when it was begun before.

        Of one person there is one work: what was asked before it is stopped. One that failed is given back once, for who asked to
        be told; asked for again it is begun anew. Raises `Held` when too many wait.
        """
        with self._lock:
            known = self._works.get(work.key)
            if known is not None:
                if known.failed:
                    self._forget(known)
                return known
            for other in [one for one in self._works.values() if one.who == work.who]:
                other.stop()
                self._forget(other)
            if len(self._turn) >= MOST_WAITING:
                raise Held
            self._works[work.key] = work
            self._turn.append((work, compute))
            if not self._running:
                self._running = True
                Thread(target=self._run, name="apart", daemon=True).start()
        return work

    def told(self, work: WorkApart) -> None:
        """Who asked was told that it failed: asked for again it is begun anew."""
        with self._lock:
            self._forget(work)

    def ahead_of(self, work: WorkApart) -> int:
        """How many others wait before this one."""
        with self._lock:
            return next((place for place, (one, _compute) in enumerate(self._turn) if one is work), 0)

    def _forget(self, work: WorkApart) -> None:
        if self._works.get(work.key) is work:
            del self._works[work.key]
        self._turn = deque(one for one in self._turn if one[0] is not work)

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._turn:
                    self._running = False
                    return
                work, compute = self._turn.popleft()
            try:
                compute(work.step)
            except Exception:
                work.failed = True
                log.exception("work_apart_failed")
            with self._lock:
                if not work.failed:
                    self._forget(work)
            work.end()
