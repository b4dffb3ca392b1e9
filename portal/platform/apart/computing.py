"""The works of one process, one after the other; the table says which process has what, how far it is, and what came of it.

Who asked may leave and find it again, at whatever process. A process takes a work when it is its turn: of one that several were
asked for, the first that is free computes it and the others leave it. Whoever computes says so every two seconds; of a process
that died nothing is heard, and the next that is asked begins anew. When nothing can be written (a full disk) it is computed all
the same, for this process alone.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock, Thread
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.platform.apart.actions import AskedApart, fail_apart, keep_apart, let_go, say_how_far, take_apart
from portal.platform.apart.actions import told_it_failed as forget_failure
from portal.platform.brake import Held
from portal.platform.database import counting, unit_of_work
from portal.platform.errors import PortalError

MOST_WAITING = 20
"""So many works wait for their turn at most."""
MOST_OF_ONE = 3
"""So many works of one person are there at most, of as many questions; what more they ask has to be asked again later."""
BEAT = 2.0
"""Seconds between two times that it is said how far a work is."""
ALONE = ""
"""Instead of a lease: nothing can be written."""
Step = Callable[[], None]
Compute = Callable[[Step], str]
Answer = TypeVar("Answer")
log = logging.getLogger(__name__)


@dataclass
class WorkApart:
    """One thing that is computed: how many steps are done of how many, and whether it is over."""

    asked: AskedApart
    stop: Callable[[], object]
    """Let who computes it stop."""
    person: str = ""
    """A hash of who asked, whatever it is about; empty when that does not matter."""
    done: int = 0
    failed: bool = False
    stopped: bool = False
    """Nobody waits for it any more."""
    _over: Event = field(default_factory=Event)

    @property
    def key(self) -> str:
        """By what it is known."""
        return self.asked.key

    @property
    def total(self) -> int:
        """How many steps it has."""
        return self.asked.total

    def step(self) -> None:
        """One more step is done."""
        self.done += 1

    def give_way(self) -> None:
        """Another process has it, or who asked wants something else."""
        self.stopped = True
        self.stop()

    def is_over(self, within: float = 0.0) -> bool:
        """Whether it is over, at the latest after so many seconds."""
        return self._over.wait(within)

    def end(self) -> None:
        """Say that it is over."""
        self._over.set()


class Apart:
    """The works of one process, in the order in which they were asked for."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime], beat: float = BEAT) -> None:
        """What is written in the table may be lost when the machine is: then it is computed anew."""
        self._engine, self._clock, self._beat = counting(engine), clock, beat
        self._works: dict[str, WorkApart] = {}
        self._turn: deque[tuple[WorkApart, Compute]] = deque()
        self._running = False
        self._lock = Lock()

    def find(self, key: str) -> WorkApart | None:
        """The work of this process with this key; None when it was not begun here, or is over."""
        with self._lock:
            return self._works.get(key)

    def begin(self, work: WorkApart, compute: Compute) -> WorkApart:
        """Compute this when it is its turn; the work that goes on already when it was begun here before.

        Of what one person asks about one question there is one work: what was asked before it is stopped. About several questions
        they wait for each other. Raises `Held` when too many wait, or too many are of this person.
        """
        with self._lock:
            known = self._works.get(work.key)
            if known is not None:
                return known
            for other in [one for one in self._works.values() if one.asked.who == work.asked.who]:
                other.give_way()
                self._forget(other)
            same = [one for one in self._works.values() if work.person and one.person == work.person]
            if len(self._turn) >= MOST_WAITING or len(same) >= MOST_OF_ONE:
                raise Held
            self._works[work.key] = work
            self._turn.append((work, compute))
            if not self._running:
                self._running = True
                Thread(target=self._run, name="apart", daemon=True).start()
        return work

    def told(self, key: str) -> None:
        """Who asked was told that it failed: asked for again it is begun anew."""
        self._written(lambda session: forget_failure(session, key=key), None)

    def ahead_of(self, work: object) -> int:
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
                self._do(work, compute)
            except Exception:
                work.failed = not work.stopped
                log.exception("work_apart_failed")
            with self._lock:
                self._forget(work)
            work.end()

    def _do(self, work: WorkApart, compute: Compute) -> None:
        alone: str | None = ALONE
        lease = self._written(lambda session: take_apart(session, asked=work.asked, now=self._clock()), alone)
        if lease is None:
            return
        try:
            with self._heard_of(work, lease):
                content = compute(work.step)
        except Exception:
            if work.stopped:
                self._written(lambda session: let_go(session, key=work.key, lease=lease), None)
                return
            self._written(lambda session: fail_apart(session, key=work.key, lease=lease), False)
            raise
        self._written(lambda session: keep_apart(session, key=work.key, lease=lease, content=content), False)

    @contextmanager
    def _heard_of(self, work: WorkApart, lease: str) -> Iterator[None]:
        """Say every two seconds that this process computes it, and stop it when it should not."""
        over = Event()

        def say(session: Session) -> bool:
            return say_how_far(session, key=work.key, lease=lease, done=work.done, now=self._clock())

        def beat() -> None:
            while not over.wait(self._beat):
                if not self._written(say, True):
                    work.give_way()
                    return

        heart = Thread(target=beat, name="apart-heart", daemon=True)
        if lease != ALONE:
            heart.start()
        try:
            yield
        finally:
            over.set()
            if heart.ident is not None:
                heart.join()

    def _written(self, write: Callable[[Session], Answer], otherwise: Answer) -> Answer:
        """Write in the table; `otherwise` when nothing can be written."""
        try:
            return unit_of_work(self._engine, write)
        except (PortalError, DBAPIError) as error:
            log.warning("work_apart_not_written", extra={"trouble": type(error).__name__})
            return otherwise
