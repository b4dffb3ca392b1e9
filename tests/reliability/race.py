"""A race of processes: each tries to award the same amount until there is nothing left, all at the same time.

The processes are forked from one interpreter that has read the code and opened nothing, so that they share nothing but the
database and are there at once. An *award* is a function
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
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

CHECKOUT = Path(__file__).resolve().parents[2]
PROCESSES = 16
AWARDS = ("tests.reliability.awards", "tests.reliability.approvals", "tests.reliability.mixed")


@dataclass(frozen=True)
class Outcome:
    """What all processes together saw."""

    awarded: int
    refused: int
    busy: int
    seconds: float


@dataclass(frozen=True)
class Runner:
    """One process of a race: where it listens and what it says."""

    to: IO[str]
    heard: IO[str]


class Racers:
    """Processes that stand ready for race after race; starting them is the slow part."""

    def __init__(self, processes: int) -> None:
        ears = [os.pipe() for _ in range(processes)]
        mouths = [os.pipe() for _ in range(processes)]
        theirs = [(ear[0], mouth[1]) for ear, mouth in zip(ears, mouths, strict=True)]
        self.starter = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.race", json.dumps(theirs)],
            cwd=CHECKOUT,
            pass_fds=[one for pair in theirs for one in pair],
        )
        for pair in theirs:
            for one in pair:
                os.close(one)
        self.running = [
            Runner(os.fdopen(ear[1], "w"), os.fdopen(mouth[0])) for ear, mouth in zip(ears, mouths, strict=True)
        ]

    def race(self, url: str, award: str, *, attempts: int, seed: int = 0) -> Outcome:
        """Make ``attempts`` attempts together; all begin when the last one has opened its connection.

        Another `seed` gives other numbers to the attempts, so that acts which are chosen by number are others too.
        """
        count = len(self.running)
        for number, process in enumerate(self.running):
            share = attempts // count + (number < attempts % count)
            _tell(process, {"url": url, "award": award, "attempts": share, "first": 1 + seed * 100_000_000})
        assert [_hear(process) for process in self.running] == ["ready"] * count
        start = time.monotonic()
        for process in self.running:
            _tell(process, "go")
        total: Counter[str] = Counter()
        for process in self.running:
            total.update(_hear(process))
        return Outcome(total["awarded"], total["refused"], total["busy"], time.monotonic() - start)

    def close(self) -> None:
        """Send the processes home."""
        for process in self.running:
            process.to.close()
        assert self.starter.wait(timeout=60) == 0
        for process in self.running:
            process.heard.close()


def _tell(process: Runner, message: Any) -> None:
    process.to.write(json.dumps(message) + "\n")
    process.to.flush()


def _hear(process: Runner) -> Any:
    line = process.heard.readline()
    assert line, "a process of the race broke down"
    return json.loads(line)


def main(pipes: list[tuple[int, int]]) -> None:
    """Read all code, then fork one process per pair of pipes; it ends when the other side stops talking."""
    from portal.platform.database import load_models

    load_models()
    for module in AWARDS:
        importlib.import_module(module)
    children = []
    for number, (listening, speaking) in enumerate(pipes):
        child = os.fork()
        if child == 0:
            for others in pipes[:number] + pipes[number + 1 :]:
                os.close(others[0])
                os.close(others[1])
            _stand_ready(number, listening, speaking)
        children.append(child)
    for pair in pipes:
        os.close(pair[0])
        os.close(pair[1])
    codes = [os.waitpid(child, 0)[1] for child in children]
    raise SystemExit(1 if any(codes) else 0)


def _stand_ready(number: int, listening: int, speaking: int) -> None:
    """One process: for every race that is told, get ready, wait for the start, and say the counts. Never returns."""
    code = 1
    try:
        with os.fdopen(listening) as told, os.fdopen(speaking, "w") as saying:
            for line in told:
                order = json.loads(line)
                counts = _run(order["first"] + number * 1_000_000, order, told, saying)
                print(json.dumps(counts), file=saying, flush=True)
        code = 0
    finally:
        os._exit(code)


def _run(first: int, order: dict[str, Any], told: IO[str], saying: IO[str]) -> Counter[str]:
    from portal.platform.database import make_engine
    from portal.platform.errors import Busy, Refusal

    module, _, function = order["award"].partition(":")
    award = getattr(importlib.import_module(module), function)
    engine = make_engine(order["url"])
    engine.connect().close()
    print(json.dumps("ready"), file=saying, flush=True)
    told.readline()
    counts: Counter[str] = Counter(awarded=0, refused=0, busy=0)
    for attempt in range(order["attempts"]):
        try:
            award(engine, first + attempt)
            counts["awarded"] += 1
        except Refusal:
            counts["refused"] += 1
        except Busy:
            counts["busy"] += 1
    engine.dispose()
    return counts


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
