"""One interpreter that stands ready to fork the processes of race after race, of crowd after crowd, and of runners at once.

Reading the code and compiling the statements is the slow part: it is done here, once, before anything is forked. It has no
connection open while it forks, so that the processes share nothing but the database.
"""

from __future__ import annotations

import gc
import importlib
import json
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine
from sqlalchemy.orm import configure_mappers

CHECKOUT = Path(__file__).resolve().parents[2]
KINDS = {
    "race": "tests.reliability.race",
    "crowd": "tests.reliability.crowd",
    "runners": "tests.portal.platform.jobs.two_runners",
    "apart": "tests.portal.platform.apart.three_processes",
}
"""What can be asked for, and the module whose ``run(engine, **order)`` does it."""
READ = {
    "race": (
        "tests.reliability.awards",
        "tests.reliability.approvals",
        "tests.reliability.diaries",
        "tests.reliability.often",
        "tests.reliability.mixed",
    )
}
"""What else is read beforehand."""
BROKE_DOWN = "broke down"
"""Under which name a process says what went wrong."""


class Starter:
    """The interpreter, seen from the tests."""

    def __init__(self, *kinds: str) -> None:
        """An interpreter that has read the code for orders of these kinds."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.starter", *kinds],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, kind: str, url: str, **order: Any) -> dict[str, Any]:
        """Let it do something of this kind on a database, and wait for what came of it."""
        assert self.process.stdin is not None and self.process.stdout is not None
        tell(self.process.stdin, {"kind": kind, "url": url, "order": order})
        answer: dict[str, Any] = hear(self.process.stdout)
        return answer

    def close(self) -> None:
        """Send it home."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        assert self.process.wait(timeout=60) == 0
        self.process.stdout.close()


def tell(to: IO[str], message: Any) -> None:
    """Say one thing to the other side of a pipe."""
    to.write(json.dumps(message) + "\n")
    to.flush()


def hear(heard: IO[str]) -> Any:
    """Wait for what the other side says; fails with its reason when it broke down."""
    line = heard.readline()
    assert line, "a process of the race was killed"
    said = json.loads(line)
    assert not isinstance(said, dict) or BROKE_DOWN not in said, f"a process of the race broke down: {said[BROKE_DOWN]}"
    return said


Award = Callable[[Engine, int], object]


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
    """Read all code; then do what is asked, until nobody asks any more."""
    from portal.platform.database import load_models, make_engine

    load_models()
    for kind in sys.argv[1:]:
        for module in (KINDS[kind], *READ.get(kind, ())):
            importlib.import_module(module)
    configure_mappers()
    gc.collect()
    gc.freeze()  # the collector writes into what it looks through, which would then be copied for every process
    gc.disable()
    engines: dict[str, Engine] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["url"] not in engines:
            engines[asked["url"]] = make_engine(asked["url"])
        run = importlib.import_module(KINDS[asked["kind"]]).run
        try:
            answer = run(engines[asked["url"]], **asked["order"])
        except Exception:
            answer = {BROKE_DOWN: traceback.format_exc()}  # one test fails; the next ones still have their starter
        tell(sys.stdout, answer)


if __name__ == "__main__":
    main()
