"""A race of processes: each tries to award the same amount until there is nothing left, all at the same time.

An *award* is a function ``award(engine, number)`` that raises ``Refusal`` when there is no room; it is named as
``module:function``, so that any act of the desk can be raced.
"""

from __future__ import annotations

import importlib
import os
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

from sqlalchemy import Engine

from tests.reliability.starter import BROKE_DOWN, Award, Starter, hear, rehearse, tell

PROCESSES = 16 if os.environ.get("PROOF") else 8
"""Eight show a race as sixteen do: each control oversells with them, every time."""

Work = Callable[..., None]
"""Called with ``told`` and ``saying``, the ends of two pipes: it says that it is ready, waits until it is told to go, and says what it saw."""


@dataclass(frozen=True)
class Outcome:
    """What all processes together saw."""

    awarded: int
    refused: int
    busy: int
    seconds: float


@dataclass(frozen=True)
class Runner:
    """One process of a race: where it listens, what it says, and who it is."""

    to: IO[str]
    heard: IO[str]
    pid: int


class Racers:
    """The processes of race after race."""

    def __init__(self, starter: Starter) -> None:
        self.starter = starter

    def race(self, url: str, award: str, *, attempts: int, seed: int = 0, processes: int = PROCESSES) -> Outcome:
        """Make ``attempts`` attempts together in so many processes; all begin when the last one has opened its connection.

        Another `seed` gives other numbers to the attempts, so that acts which are chosen by number are others too.
        """
        order = {"award": award, "attempts": attempts, "first": 1 + seed * 100_000_000, "processes": processes}
        return Outcome(**self.starter.ask("race", url, **order))


def run(engine: Engine, *, award: str, attempts: int, first: int, processes: int) -> dict[str, float]:
    """Rehearse the act, fork the processes, let them go together, and count what they saw."""
    module, _, function = award.partition(":")
    act: Award = getattr(importlib.import_module(module), function)
    rehearse(engine, act, first)
    works: list[Work] = []
    for number in range(processes):
        share = attempts // processes + (number < attempts % processes)
        begin = first + number * 1_000_000
        works.append(partial(_attempt, engine, act, range(begin, begin + share)))
    said, seconds = together(works)
    total: Counter[str] = Counter()
    for counts in said:
        total.update(counts)
    return {**total, "seconds": seconds}


def together(works: Sequence[Work]) -> tuple[list[Any], float]:
    """Do each work in a process of its own, all from the moment that the last one is ready; what each says, and the seconds."""
    running = [_fork(work) for work in works]
    assert [hear(process.heard) for process in running] == ["ready"] * len(running)
    start = time.monotonic()
    for process in running:
        tell(process.to, "go")
    said = [hear(process.heard) for process in running]
    seconds = time.monotonic() - start
    for process in running:
        assert os.waitpid(process.pid, 0)[1] == 0
        process.to.close()
        process.heard.close()
    return said, seconds


def _fork(work: Work) -> Runner:
    """A process that does this work between the ends of two pipes."""
    ear, mouth = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            with os.fdopen(ear[0]) as told, os.fdopen(mouth[1], "w") as saying:
                try:
                    work(told=told, saying=saying)
                except Exception:
                    tell(saying, {BROKE_DOWN: traceback.format_exc()})
                    raise
            code = 0
        finally:
            os._exit(code)
    os.close(ear[0])
    os.close(mouth[1])
    return Runner(os.fdopen(ear[1], "w"), os.fdopen(mouth[0]), pid)


def _attempt(engine: Engine, award: Award, numbers: range, *, told: IO[str], saying: IO[str]) -> None:
    """One process: get ready, wait for the start, make its share of the attempts, and say the counts."""
    from portal.platform.errors import Busy, Refusal

    engine.connect().close()
    tell(saying, "ready")
    hear(told)
    counts: Counter[str] = Counter(awarded=0, refused=0, busy=0)
    for number in numbers:
        try:
            award(engine, number)
            counts["awarded"] += 1
        except Refusal:
            counts["refused"] += 1
        except Busy:
            counts["busy"] += 1
    engine.dispose()
    tell(saying, counts)
