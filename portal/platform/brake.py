"""A brake on what strangers let compute: few at once, a short wait, so much per hour each, and the same answer only once.

Every process has one. It holds people who are not signed in; staff and commands go by without it.
"""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Condition, Lock
from typing import Any, TypeVar

from portal.platform.errors import PortalError

Answer = TypeVar("Answer")

THREADS = 8
"""So many threads serve one process when nobody says otherwise."""
HOUR = 3600.0
MOST_KNOWN = 5_000
"""Of so many people is remembered what they let compute; of who came longest ago it is forgotten first."""


@dataclass(frozen=True)
class Lane:
    """One kind of work: how many may do it at once, and how many more may wait for a place."""

    name: str
    at_once: int
    waiting: int


LONG = Lane("long", at_once=1, waiting=1)
"""Answers of many seconds: of several trainings at once."""
SHORT = Lane("short", at_once=2, waiting=2)
"""Answers of less than a second that still cost many times as much as a page."""


class Held(PortalError):
    """The brake holds: so much is computed that this has to wait, by others or (`used_up`) by this person. Nothing was done."""

    def __init__(self, *, used_up: bool = False) -> None:
        super().__init__("used up" if used_up else "busy")
        self.used_up = used_up


class Brake:
    """The places of one server process, what everybody used of them, and the answers that were given last."""

    def __init__(self, *, threads: int, patience: float = 2.0, allowance: float = 300.0, room: int = 600) -> None:
        """`threads` serve this process, and a quarter of them is never held up. `patience` is how many seconds one waits for a
        place, `allowance` how many seconds of computing one may use in an hour, `room` how many parts of answers are kept."""
        self.most = max(1, threads - max(1, threads // 4))
        self.patience, self.allowance = patience, allowance
        self.kept = KeptAnswers(room)
        self._inside: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()
        self._people: set[str] = set()
        self._used: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._changed = Condition()

    @contextmanager
    def place(self, lane: Lane, who: str) -> Iterator[None]:
        """A place in a lane, for as long as it takes. Who is inside already waits for itself. Raises `Held`."""
        self._enter(lane, who)
        begun = time.monotonic()
        try:
            with self.keeping():
                yield
        finally:
            self._leave(lane, who, time.monotonic() - begun)

    def full(self, lane: Lane) -> bool:
        """Whether somebody who comes now gets no place and cannot wait for one either."""
        with self._changed:
            return self._full(lane) and self._inside[lane.name] >= lane.at_once

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """What is asked inside by `once` is computed once for the same inputs."""
        token = _kept.set(self.kept)
        try:
            yield
        finally:
            _kept.reset(token)

    def _enter(self, lane: Lane, who: str) -> None:
        with self._changed:
            if self._used_by(who) >= self.allowance:
                raise Held(used_up=True)
            if not self._free(lane, who) and (self._full(lane) or not self._waited(lane, who)):
                raise Held
            self._inside[lane.name] += 1
            self._people.add(who)

    def _waited(self, lane: Lane, who: str) -> bool:
        self._waiting[lane.name] += 1
        try:
            return self._changed.wait_for(lambda: self._free(lane, who), timeout=self.patience)
        finally:
            self._waiting[lane.name] -= 1

    def _free(self, lane: Lane, who: str) -> bool:
        inside = self._inside[lane.name] < lane.at_once and self._inside.total() < self.most
        return inside and who not in self._people

    def _full(self, lane: Lane) -> bool:
        held_up = self._inside.total() + self._waiting.total()
        return held_up >= self.most or self._waiting[lane.name] >= lane.waiting

    def _leave(self, lane: Lane, who: str, seconds: float) -> None:
        with self._changed:
            self._inside[lane.name] -= 1
            self._people.discard(who)
            self._spend(who, seconds)
            self._changed.notify_all()

    @contextmanager
    def counted(self, who: str) -> Iterator[None]:
        """What is computed inside is kept, and counts for this person; it takes no place: for what is done apart."""
        begun = time.monotonic()
        try:
            with self.keeping():
                yield
        finally:
            with self._changed:
                self._spend(who, time.monotonic() - begun)

    def require_allowance(self, who: str) -> None:
        """Raises `Held` for who used the hour."""
        with self._changed:
            if self._used_by(who) >= self.allowance:
                raise Held(used_up=True)

    def _spend(self, who: str, seconds: float) -> None:
        since, used = self._used.pop(who, (time.monotonic(), 0.0))
        self._used[who] = (since, used + seconds)
        while len(self._used) > MOST_KNOWN:
            self._used.popitem(last=False)

    def _used_by(self, who: str) -> float:
        since, used = self._used.get(who, (0.0, 0.0))
        if used and time.monotonic() - since > HOUR:
            del self._used[who]
            return 0.0
        return used


# Answers ---------------------------------------------------------------------------------------------------------------


class KeptAnswers:
    """The answers that were given last, by a hash of everything they follow from. They never change, so nobody changes them."""

    def __init__(self, room: int) -> None:
        self.room, self.taken = room, 0
        self._found: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()
        self._lock = Lock()
        self._computed: dict[Hashable, Lock] = {}

    @contextmanager
    def alone(self, key: Hashable) -> Iterator[None]:
        """Nobody else computes this answer meanwhile: who comes second finds it kept."""
        with self._lock:
            turn = self._computed.setdefault(key, Lock())
        with turn:
            try:
                yield
            finally:
                with self._lock:
                    self._computed.pop(key, None)

    def get(self, key: Hashable) -> tuple[int, Any] | None:
        """The answer and its size, when it is there."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: Hashable, size: int, answer: Any) -> None:
        """Keep an answer, and forget those that were asked longest ago to make room for it."""
        with self._lock:
            self.taken += size - self._found.pop(key, (0, None))[0]
            self._found[key] = (size, answer)
            while self.taken > self.room:
                self.taken -= self._found.popitem(last=False)[1][0]


_kept: ContextVar[KeptAnswers | None] = ContextVar("kept_answers", default=None)


def once(inputs: Callable[[], Hashable], work: Callable[[], Answer], *, size: int = 1) -> Answer:
    """What `work` computes; behind the brake it is computed once for the same `inputs`: everything it follows from.

    `size` is how many parts it has. Everywhere else it is computed each time.
    """
    kept = _kept.get()
    if kept is None:
        return work()
    key = inputs()
    with kept.alone(key):
        found = kept.get(key)
        if found is not None:
            answer: Answer = found[1]
            return answer
        made = work()
        kept.put(key, size, made)
        return made
