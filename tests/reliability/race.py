"""A race of processes: each tries to award the same amount until there is nothing left, all at the same time.

For every race the processes are forked from one interpreter that has read the code and knows every statement, but has no connection
open, so that they share nothing but the database and are there at once. An *award* is a function
``award(engine, number)`` that raises ``Refusal`` when there is no room; it is named as ``module:function``, so that any act of
the desk can be raced.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine

CHECKOUT = Path(__file__).resolve().parents[2]
PROCESSES = 16
AWARDS = ("tests.reliability.awards", "tests.reliability.approvals", "tests.reliability.mixed")

Award = Callable[[Engine, int], object]


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
    """An interpreter that stands ready to fork the processes of race after race; reading the code is the slow part."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self.starter = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.race"],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def race(self, url: str, award: str, *, attempts: int, seed: int = 0) -> Outcome:
        """Make ``attempts`` attempts together; all begin when the last one has opened its connection.

        Another `seed` gives other numbers to the attempts, so that acts which are chosen by number are others too.
        """
        assert self.starter.stdin is not None and self.starter.stdout is not None
        first = 1 + seed * 100_000_000
        order = {"url": url, "award": award, "attempts": attempts, "first": first, "processes": self.processes}
        _tell(self.starter.stdin, order)
        total = _hear(self.starter.stdout)
        return Outcome(total["awarded"], total["refused"], total["busy"], total["seconds"])

    def close(self) -> None:
        """Send the interpreter home."""
        assert self.starter.stdin is not None and self.starter.stdout is not None
        self.starter.stdin.close()
        assert self.starter.wait(timeout=60) == 0
        self.starter.stdout.close()


def _tell(to: IO[str], message: Any) -> None:
    to.write(json.dumps(message) + "\n")
    to.flush()


def _hear(heard: IO[str]) -> Any:
    line = heard.readline()
    assert line, "a process of the race broke down"
    return json.loads(line)


def rehearse(engine: Engine, award: Award, number: int) -> None:
    """Do an act once and undo it, so that what is forked from here has compiled its statements and read the region."""
    from portal.platform.errors import Busy, Refusal

    dialect: Any = engine.dialect
    real = dialect.do_commit
    dialect.do_commit = dialect.do_rollback
    try:
        award(engine, number)
    except (Busy, Refusal):
        pass
    finally:
        dialect.do_commit = real
        engine.dispose()


def main() -> None:
    """Read all code; then, for every race that is told, fork its processes and say the counts, until nobody tells any more."""
    from portal.platform.database import load_models, make_engine

    load_models()
    for module in AWARDS:
        importlib.import_module(module)
    engines: dict[str, Engine] = {}
    for line in sys.stdin:
        order = json.loads(line)
        if order["url"] not in engines:
            engines[order["url"]] = make_engine(order["url"])
        engine = engines[order["url"]]
        module, _, function = order["award"].partition(":")
        award = getattr(importlib.import_module(module), function)
        rehearse(engine, award, order["first"])
        _tell(sys.stdout, _race(engine, award, order))


def _race(engine: Engine, award: Award, order: dict[str, Any]) -> dict[str, float]:
    running: list[Runner] = []
    for number in range(order["processes"]):
        share = order["attempts"] // order["processes"] + (number < order["attempts"] % order["processes"])
        first = order["first"] + number * 1_000_000
        running.append(_fork(partial(_attempt, engine, award, range(first, first + share))))
    assert [_hear(process.heard) for process in running] == ["ready"] * len(running)
    start = time.monotonic()
    for process in running:
        _tell(process.to, "go")
    total: Counter[str] = Counter()
    for process in running:
        total.update(_hear(process.heard))
    seconds = time.monotonic() - start
    for process in running:
        assert os.waitpid(process.pid, 0)[1] == 0
        process.to.close()
        process.heard.close()
    return {**total, "seconds": seconds}


def _fork(work: Callable[..., None]) -> Runner:
    """A process that does this work between the ends of two pipes."""
    ear, mouth = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            with os.fdopen(ear[0]) as told, os.fdopen(mouth[1], "w") as saying:
                work(told=told, saying=saying)
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
    _tell(saying, "ready")
    _hear(told)
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
    _tell(saying, counts)


if __name__ == "__main__":
    main()
