"""A race of processes: each tries to award the same amount until there is nothing left, all at the same time.

The processes are fresh interpreters, so that nothing is shared but the database. An *award* is a function
``award(engine, number)`` that raises ``Refusal`` when there is no room; it is named as ``module:function``, so that any act of
the desk can be raced.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """What all processes together saw."""

    awarded: int
    refused: int
    busy: int
    seconds: float


class Racers:
    """Interpreters that stand ready for race after race; starting them is the slow part."""

    def __init__(self, processes: int) -> None:
        self.running = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.reliability.race", str(number)],
                cwd=CHECKOUT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(processes)
        ]

    def race(self, url: str, award: str, *, attempts: int) -> Outcome:
        """Make ``attempts`` attempts together; all begin when the last one has opened its connection."""
        count = len(self.running)
        for number, process in enumerate(self.running):
            share = attempts // count + (number < attempts % count)
            _tell(process, {"url": url, "award": award, "attempts": share})
        assert [_hear(process) for process in self.running] == ["ready"] * count
        start = time.monotonic()
        for process in self.running:
            _tell(process, "go")
        total: Counter[str] = Counter()
        for process in self.running:
            total.update(_hear(process))
        return Outcome(total["awarded"], total["refused"], total["busy"], time.monotonic() - start)

    def close(self) -> None:
        """Send the interpreters home."""
        for process in self.running:
            process.communicate(timeout=30)


def _tell(process: subprocess.Popen[str], message: Any) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "a process of the race broke down"
    return json.loads(line)


def main(number: int) -> None:
    """One process: for every race told on stdin, get ready, wait for the start, and print the counts."""
    from portal.database import load_models

    load_models()
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(_run(number, order["url"], order["award"], order["attempts"])), flush=True)


def _run(number: int, url: str, award_name: str, attempts: int) -> Counter[str]:
    from portal.database import make_engine
    from portal.errors import Busy, Refusal

    module, _, function = award_name.partition(":")
    award = getattr(importlib.import_module(module), function)
    engine = make_engine(url)
    engine.connect().close()
    print(json.dumps("ready"), flush=True)
    sys.stdin.readline()
    counts: Counter[str] = Counter(awarded=0, refused=0, busy=0)
    for attempt in range(attempts):
        try:
            award(engine, 1 + number * 1_000_000 + attempt)
            counts["awarded"] += 1
        except Refusal:
            counts["refused"] += 1
        except Busy:
            counts["busy"] += 1
    engine.dispose()
    return counts


if __name__ == "__main__":
    main(int(sys.argv[1]))
