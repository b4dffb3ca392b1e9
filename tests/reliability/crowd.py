"""Workers that do acts until they are killed, and somebody who starts them again.

Workers are forked, so that a new one is there at once. What a
worker has told over its pipe counts as acknowledged, and nothing else does.
"""

from __future__ import annotations

import os
import random
import select as selecting
import signal
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from tests.reliability.acts import Act, acts_of, dying, perform, perform_together
from tests.reliability.starter import rehearse


@dataclass
class Order:
    """What the crowd has to do. `kills` processes are killed while they work; `deaths` die right after a commit."""

    questions: list[int]
    workers: int = 6
    kills: int = 0
    deaths: int = 0
    seed: int = 1
    keyed: bool = True
    patience: float = 300.0
    begun: str | None = None
    """A file that is made when the first act was told of: from then on the database can be killed."""


@dataclass
class Report:
    """What came of it: the keys of acknowledged acts (a key twice when it was told twice) and what happened on the way."""

    acknowledged: list[str] = field(default_factory=list)
    kills: int = 0
    deaths: int = 0
    troubles: list[str] = field(default_factory=list)
    unfinished: int = 0
    seconds: float = 0.0


@dataclass
class _Worker:
    pid: int
    pipe: int
    number: int
    buffered: bytes = b""


class Crowd:
    """Starts workers, hears them, kills them, and starts them again where they were."""

    def __init__(self, engine: Engine, order: Order) -> None:
        self.engine = engine
        self.order, self.report, self.chance = order, Report(), random.Random(order.seed)
        self.to_do = [acts_of(order.questions[number :: order.workers]) for number in range(order.workers)]
        self.workers: dict[int, _Worker] = {}
        self.lives = 0

    def run(self) -> Report:
        """Until everything was acknowledged or patience is over."""
        start = time.monotonic()
        for number in range(self.order.workers):
            self._start(number)
        acts = sum(map(len, self.to_do))
        while self.workers and time.monotonic() - start < self.order.patience:
            self._hear()
            # Spread over the acts, not over the clock: a fast machine is not done before all kills were, nor a busy one killed idle.
            if self.report.kills < self.order.kills and self.workers:
                due = acts * (self.report.kills + 1) // (self.order.kills + 1)
                if len(self.report.acknowledged) >= due:
                    time.sleep(self.chance.uniform(0, 0.02))  # somewhere in an act, not always at its beginning
                    self._kill()
        for worker in list(self.workers.values()):
            os.kill(worker.pid, signal.SIGKILL)
            self._gone(worker)
        self.report.unfinished = sum(map(len, self.to_do))
        self.report.seconds = time.monotonic() - start
        return self.report

    def _start(self, number: int) -> None:
        self.lives += 1
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            _work(self.engine, self.order, self.to_do[number], writing, self.order.seed * 100_003 + self.lives)
        os.close(writing)
        self.workers[reading] = _Worker(pid, reading, number)

    def _hear(self) -> None:
        ready, _, _ = selecting.select(list(self.workers), [], [], 0.05)
        for pipe in ready:
            worker = self.workers[pipe]
            data = os.read(pipe, 65536)
            if data:
                self._told(worker, data)
            else:
                self._ended(worker)

    def _told(self, worker: _Worker, data: bytes) -> None:
        *lines, worker.buffered = (worker.buffered + data).split(b"\n")
        for line in lines:
            word, _, rest = line.decode().partition(" ")
            if word == "done":
                if self.order.begun and not self.report.acknowledged:
                    Path(self.order.begun).touch()
                self.report.acknowledged.append(rest)
                assert self.to_do[worker.number][0].key == rest
                self.to_do[worker.number].pop(0)
            else:
                self.report.troubles.append(rest)

    def _ended(self, worker: _Worker) -> None:
        code = self._gone(worker)
        if os.WIFEXITED(code) and os.WEXITSTATUS(code) == 9:
            self.report.deaths += 1
        if self.to_do[worker.number] and not self.report.troubles:
            self._start(worker.number)

    def _gone(self, worker: _Worker) -> int:
        del self.workers[worker.pipe]
        os.close(worker.pipe)
        return os.waitpid(worker.pid, 0)[1]

    def _kill(self) -> None:
        """kill -9 one of those that work; what it had told before is still heard."""
        worker = self.chance.choice(list(self.workers.values()))
        os.kill(worker.pid, signal.SIGKILL)
        self.report.kills += 1


def _work(engine: Engine, order: Order, acts: list[Act], pipe: int, seed: int) -> None:
    """One worker: do the acts, tell of each. Never returns."""
    from portal.platform.errors import Busy, Conflict, OutcomeUnknown

    chance = random.Random(seed)
    if order.deaths:
        share = order.deaths / (4 * len(order.questions))
        dying(engine, lambda: chance.random() < share, lambda: os._exit(9))
    for act in acts:
        while True:
            try:
                perform(engine, act, keyed=order.keyed)
                break
            except (Busy, OutcomeUnknown):
                time.sleep(0.05)  # a person would see "try again", and does
            except Conflict as known:
                if order.keyed:
                    os.write(pipe, f"trouble {act.key} {known.code}\n".encode())
                break
            except Exception as wrong:
                os.write(pipe, f"trouble {act.key} {type(wrong).__name__}: {str(wrong)[:300]!r}\n".encode())
                os._exit(1)
        os.write(pipe, f"done {act.key}\n".encode())
    os._exit(0)


def run(engine: Engine, **order: Any) -> dict[str, Any]:
    """Rehearse the acts, let the workers do them, and say what came of it."""
    wanted = Order(**order)
    rehearse(engine, lambda _engine, _number: perform_together(engine, acts_of(wanted.questions[:1])), 0)
    return asdict(Crowd(engine, wanted).run())
